// What makes the types of preload/contract/agent/specs/queues.ts.
import type { Family } from './family.ts';

export const QUEUES: Family = {};
