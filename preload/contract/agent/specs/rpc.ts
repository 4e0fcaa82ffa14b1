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

export const RPC_SPECS: readonly ComponentSpec[] = [AVRO_SOURCE, AVRO_SINK];
