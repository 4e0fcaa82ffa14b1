// What makes the types of preload/contract/agent/specs/files.ts.
import type { Family } from './family.ts';

export const FILES: Family = {
  sources: {
    hdfs: async () => (await import('../sources/hdfs.ts')).hdfsSource,
  },
};
