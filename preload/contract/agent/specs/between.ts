// Types of the agent: interceptors, selectors, processors, serializers, deserializers. Keys and defaults as Flume 1.11 has them in its code.
import { choice, component, flag, list, number, text, type ComponentSpec } from '../keys.ts';

// --- selectors and processors ----------------------------------------------------------------------------------------

export const REPLICATING_SELECTOR = component({
  kind: 'selector', type: 'replicating', classes: ['org.apache.flume.channel.ReplicatingChannelSelector'],
  keys: { optional: list('space') },
});

export const DEFAULT_PROCESSOR = component({
  kind: 'processor', type: 'default', classes: ['org.apache.flume.sink.DefaultSinkProcessor'], keys: {},
});

// --- serializers -----------------------------------------------------------------------------------------------------

export const TEXT_SERIALIZER = component({
  kind: 'serializer', type: 'TEXT', classes: ['org.apache.flume.serialization.BodyTextEventSerializer$Builder'],
  keys: { appendNewline: flag(true) },
});

export const HEADER_AND_TEXT_SERIALIZER = component({
  kind: 'serializer', type: 'HEADER_AND_TEXT', classes: ['org.apache.flume.serialization.HeaderAndBodyTextEventSerializer$Builder'],
  keys: { appendNewline: flag(true) },
});

const CONTAINER = {
  syncIntervalBytes: number({ default: 2_048_000, min: 32, max: 2 ** 30, unit: 'bytes' }),
  compressionCodec: text({ default: 'null' }),
} as const;

export const AVRO_EVENT_SERIALIZER = component({
  kind: 'serializer', type: 'AVRO_EVENT', classes: ['org.apache.flume.serialization.FlumeEventAvroEventSerializer$Builder'],
  keys: CONTAINER,
});

export const AVRO_BODY_SERIALIZER = component({
  kind: 'serializer', type: 'org.apache.flume.sink.hdfs.AvroEventSerializer$Builder', classes: ['org.apache.flume.serialization.AvroEventSerializer$Builder'],
  keys: { ...CONTAINER, schemaURL: text({ hint: 'url' }) },
});

// --- deserializers ---------------------------------------------------------------------------------------------------

export const LINE_DESERIALIZER = component({
  kind: 'deserializer', type: 'LINE', classes: ['org.apache.flume.serialization.LineDeserializer$Builder'],
  keys: { maxLineLength: number({ default: 2048, min: 1, max: 100_000_000 }), outputCharset: text({ default: 'UTF-8', hint: 'charset' }) },
});

export const AVRO_DESERIALIZER = component({
  kind: 'deserializer', type: 'AVRO', classes: ['org.apache.flume.serialization.AvroEventDeserializer$Builder'],
  keys: { schemaType: choice(['HASH', 'LITERAL'], 'HASH') },
});

export const BLOB_DESERIALIZER = component({
  kind: 'deserializer', type: 'org.apache.flume.sink.solr.morphline.BlobDeserializer$Builder', classes: [],
  keys: { maxBlobLength: number({ default: 100_000_000, min: 1, max: 1_000_000_000, unit: 'bytes' }) },
});

export const BETWEEN_SPECS: readonly ComponentSpec[] = [
  REPLICATING_SELECTOR, DEFAULT_PROCESSOR,
  TEXT_SERIALIZER, HEADER_AND_TEXT_SERIALIZER, AVRO_EVENT_SERIALIZER, AVRO_BODY_SERIALIZER, LINE_DESERIALIZER, AVRO_DESERIALIZER, BLOB_DESERIALIZER,
];
