// What makes the types of preload/contract/agent/specs/rpc.ts.
import type { Family } from './family.ts';

export const RPC: Family = {
  sources: {
    avro: async () => (await import('../sources/avro.ts')).avroSource,
  },
  sinks: {
    avro: async () => (await import('../sinks/avro.ts')).avroSink,
  },
};
