// What makes the types of preload/contract/agent/specs/files.ts.
import type { Family } from './family.ts';

export const FILES: Family = {
  sources: {
    spooldir: async () => (await import('../sources/spooldir.ts')).spooldirSource,
    TAILDIR: async () => (await import('../sources/taildir.ts')).taildirSource,
    hdfs: async () => (await import('../sources/hdfs.ts')).hdfsSource,
  },
  sinks: {
    hdfs: async () => (await import('../sinks/hdfs.ts')).hdfsSink,
    hbase2: async () => (await import('../sinks/hbase2.ts')).hbase2Sink,
  },
};
