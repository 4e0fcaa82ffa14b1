// What makes the types of preload/contract/agent/specs/rpc.ts.
import type { Family } from './family.ts';

export const RPC: Family = {
  sources: {
    avro: async () => (await import('../sources/avro.ts')).avroSource,
    thrift: async () => (await import('../sources/thrift.ts')).thriftSource,
    'org.apache.flume.source.scribe.ScribeSource': async () => (await import('../sources/scribe.ts')).scribeSource,
    'org.apache.flume.source.avroLegacy.AvroLegacySource': async () => (await import('../sources/avro-legacy.ts')).avroLegacySource,
    'org.apache.flume.source.thriftLegacy.ThriftLegacySource': async () => (await import('../sources/thrift-legacy.ts')).thriftLegacySource,
  },
  sinks: {
    avro: async () => (await import('../sinks/avro.ts')).avroSink,
    thrift: async () => (await import('../sinks/thrift.ts')).thriftSink,
  },
};
