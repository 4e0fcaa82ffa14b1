// What makes the types of preload/contract/agent/specs/rpc.ts.
import type { Family } from './family.ts';

export const RPC: Family = {};
