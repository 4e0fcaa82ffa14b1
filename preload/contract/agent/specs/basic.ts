// Types of the agent: programs, ports, lines and files that are simply written. Keys and defaults as Flume 1.11 has them in its code.
import { component, number, type ComponentSpec } from '../keys.ts';

export const SEQ_SOURCE = component({
  kind: 'source', type: 'seq', classes: ['org.apache.flume.source.SequenceGeneratorSource'],
  keys: {
    batchSize: number({ default: 1, min: 1, unit: 'events' }),
    totalEvents: number({ default: Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER, unit: 'events' }),
  },
  batchKey: 'batchSize',
});

export const LOGGER_SINK = component({
  kind: 'sink', type: 'logger', classes: ['org.apache.flume.sink.LoggerSink'],
  keys: { maxBytesToLog: number({ default: 16, unit: 'bytes' }) },
});

export const NULL_SINK = component({
  kind: 'sink', type: 'null', classes: ['org.apache.flume.sink.NullSink'],
  keys: { batchSize: number({ default: 100, min: 1, unit: 'events' }), logEveryNEvents: number({ default: 10_000, min: 1, unit: 'events' }) },
  batchKey: 'batchSize',
});

export const BASIC_SPECS: readonly ComponentSpec[] = [SEQ_SOURCE, LOGGER_SINK, NULL_SINK];
