// Types of the agent: avro, thrift, scribe, legacy. Keys and defaults as Flume 1.11 has them in its code.
import { choice, component, flag, number, port, text, type ComponentSpec } from '../keys.ts';
import { CLIENT_TLS_KEYS, SERVER_TLS_KEYS } from './tls-keys.ts';

const MIB = 1024 * 1024;

/** Ours: a message that is larger is not read, and its sender's connection ends. */
const MAX_MESSAGE = { maxMessageBytes: number({ default: 128 * MIB, min: 1024, max: 1024 * MIB, unit: 'bytes' }) };

export const AVRO_SOURCE = component({
  kind: 'source', type: 'avro', classes: ['org.apache.flume.source.AvroSource'],
  keys: {
    bind: text({ required: true, hint: 'host' }),
    port: port({ required: true }),
    /** Read and not needed: one thread waits for all connections. */
    threads: number(),
    'compression-type': choice(['none', 'deflate'], 'none'),
    ...SERVER_TLS_KEYS,
    ipFilter: flag(false),
    ipFilterRules: text(),
    ...MAX_MESSAGE,
  },
});

const RPC_SINK_KEYS = {
  hostname: text({ required: true, hint: 'host' }),
  port: port({ required: true }),
  'batch-size': number({ default: 100, min: 1, unit: 'events' }),
  'connect-timeout': number({ default: 20_000, unit: 'ms' }),
  'request-timeout': number({ default: 20_000, unit: 'ms' }),
};

export const AVRO_SINK = component({
  kind: 'sink', type: 'avro', classes: ['org.apache.flume.sink.AvroSink'],
  keys: {
    ...RPC_SINK_KEYS,
    /** 0: the connection stays. */
    'reset-connection-interval': number({ default: 0, unit: 's' }),
    'compression-type': choice(['none', 'deflate'], 'none'),
    'compression-level': number({ default: 6, max: 9 }),
    ...CLIENT_TLS_KEYS,
    /** Ours: how TLS and deflate stand when both are on. Flume 1.11 puts zlib around TLS, 1.9 TLS around zlib; auto tries both. */
    'ssl-compression-order': choice(['auto', 'flume-1.11', 'flume-1.9'], 'auto'),
    /** Read and not needed. */
    maxIoWorkers: number(),
  },
  batchKey: 'batch-size',
});

const KERBEROS_SERVER = { kerberos: flag(false), 'agent-principal': text(), 'agent-keytab': text({ hint: 'path' }) };
const KERBEROS_CLIENT = { kerberos: flag(false), 'client-principal': text(), 'client-keytab': text({ hint: 'path' }), 'server-principal': text() };
const THRIFT_PROTOCOL = { protocol: choice(['compact', 'binary'], 'compact') };

export const THRIFT_SOURCE = component({
  kind: 'source', type: 'thrift', classes: ['org.apache.flume.source.ThriftSource'],
  keys: {
    bind: text({ required: true, hint: 'host' }),
    port: port({ required: true }),
    /** Read and not needed: one thread waits for all connections. */
    threads: number(),
    ...THRIFT_PROTOCOL,
    ...SERVER_TLS_KEYS,
    ...KERBEROS_SERVER,
    ...MAX_MESSAGE,
  },
});

export const THRIFT_SINK = component({
  kind: 'sink', type: 'thrift', classes: ['org.apache.flume.sink.ThriftSink'],
  keys: {
    ...RPC_SINK_KEYS,
    /** 0: the connection stays. */
    'connection-reset-interval': number({ default: 0, unit: 's', also: ['reset-connection-interval'] }),
    ...THRIFT_PROTOCOL,
    ...CLIENT_TLS_KEYS,
    ...KERBEROS_CLIENT,
    /** Read and not needed: a sink sends one batch after another. */
    maxConnections: number(),
  },
  batchKey: 'batch-size',
});

export const SCRIBE_SOURCE = component({
  kind: 'source', type: 'org.apache.flume.source.scribe.ScribeSource', classes: [],
  keys: {
    port: port({ default: 1499 }),
    maxReadBufferBytes: number({ default: 16_384_000, unit: 'bytes' }),
    /** Read and not needed. */
    workerThreads: number({ default: 5 }),
  },
});

const LEGACY_KEYS = { host: text({ required: true, hint: 'host' }), port: port({ required: true }), ...MAX_MESSAGE };

export const AVRO_LEGACY_SOURCE = component({ kind: 'source', type: 'org.apache.flume.source.avroLegacy.AvroLegacySource', classes: [], keys: LEGACY_KEYS });
export const THRIFT_LEGACY_SOURCE = component({ kind: 'source', type: 'org.apache.flume.source.thriftLegacy.ThriftLegacySource', classes: [], keys: LEGACY_KEYS });

export const RPC_SPECS: readonly ComponentSpec[] = [AVRO_SOURCE, AVRO_SINK, THRIFT_SOURCE, THRIFT_SINK, SCRIBE_SOURCE, AVRO_LEGACY_SOURCE, THRIFT_LEGACY_SOURCE];
