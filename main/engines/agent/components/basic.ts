// What makes the types of preload/contract/agent/specs/basic.ts.
import type { Family } from './family.ts';

export const BASIC: Family = {
  sources: {
    seq: async () => (await import('../sources/seq.ts')).seqSource,
  },
  sinks: {
    logger: async () => (await import('../sinks/logger.ts')).loggerSink,
    null: async () => (await import('../sinks/null.ts')).nullSink,
  },
};
