// What makes the types of preload/contract/agent/specs/between.ts.
import type { Family } from './family.ts';

export const BETWEEN: Family = {
  selectors: {
    replicating: async () => (await import('../selectors/replicating.ts')).replicatingSelector,
  },
  processors: {
    default: async () => (await import('../processors/default.ts')).defaultProcessor,
  },
};
