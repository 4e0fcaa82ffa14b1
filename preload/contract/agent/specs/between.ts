// Types of the agent: interceptors, selectors, processors, serializers, deserializers. Keys and defaults as Flume 1.11 has them in its code.
import { choice, component, flag, list, number, pattern, text, type ComponentSpec } from '../keys.ts';

// --- selectors and processors ----------------------------------------------------------------------------------------

export const REPLICATING_SELECTOR = component({
  kind: 'selector', type: 'replicating', classes: ['org.apache.flume.channel.ReplicatingChannelSelector'],
  keys: { optional: list('space') },
});

export const MULTIPLEXING_SELECTOR = component({
  kind: 'selector', type: 'multiplexing', classes: ['org.apache.flume.channel.MultiplexingChannelSelector'],
  keys: { header: text({ default: 'flume.selector.header' }), default: list('space') },
  families: [{ pattern: 'mapping.**', value: list('space') }, { pattern: 'optional.**', value: list('space') }],
});

export const LOAD_BALANCING_SELECTOR = component({
  kind: 'selector', type: 'load_balancing', classes: ['org.apache.flume.channel.LoadBalancingChannelSelector'],
  keys: { policy: choice(['round_robin', 'random'], 'round_robin') },
});

export const DEFAULT_PROCESSOR = component({
  kind: 'processor', type: 'default', classes: ['org.apache.flume.sink.DefaultSinkProcessor'], keys: {},
});

export const FAILOVER_PROCESSOR = component({
  kind: 'processor', type: 'failover', classes: ['org.apache.flume.sink.FailoverSinkProcessor'],
  keys: { maxpenalty: number({ default: 30_000, unit: 'ms' }) },
  families: [{ pattern: 'priority.*', value: number({ min: -(2 ** 31) }) }],
});

export const LOAD_BALANCE_PROCESSOR = component({
  kind: 'processor', type: 'load_balance', classes: ['org.apache.flume.sink.LoadBalancingSinkProcessor'],
  keys: { selector: choice(['round_robin', 'random'], 'round_robin'), backoff: flag(false), 'selector.maxTimeOut': number({ default: 30_000, unit: 'ms' }) },
});

// --- interceptors ----------------------------------------------------------------------------------------------------

export const TIMESTAMP_INTERCEPTOR = component({
  kind: 'interceptor', type: 'timestamp', classes: ['org.apache.flume.interceptor.TimestampInterceptor$Builder'],
  keys: { headerName: text({ default: 'timestamp' }), preserveExisting: flag(false) },
});

export const HOST_INTERCEPTOR = component({
  kind: 'interceptor', type: 'host', classes: ['org.apache.flume.interceptor.HostInterceptor$Builder'],
  keys: { hostHeader: text({ default: 'host' }), useIP: flag(true), preserveExisting: flag(false) },
});

export const STATIC_INTERCEPTOR = component({
  kind: 'interceptor', type: 'static', classes: ['org.apache.flume.interceptor.StaticInterceptor$Builder'],
  keys: { key: text({ default: 'key' }), value: text({ default: 'value' }), preserveExisting: flag(true) },
});

export const REMOVE_HEADER_INTERCEPTOR = component({
  kind: 'interceptor', type: 'remove_header', classes: ['org.apache.flume.interceptor.RemoveHeaderInterceptor$Builder'],
  keys: { withName: text(), fromList: text(), fromListSeparator: pattern({ default: '\\s*,\\s*' }), matching: pattern() },
});

export const SEARCH_REPLACE_INTERCEPTOR = component({
  kind: 'interceptor', type: 'search_replace', classes: ['org.apache.flume.interceptor.SearchAndReplaceInterceptor$Builder'],
  keys: { searchPattern: pattern({ required: true }), replaceString: text({ default: '' }), charset: text({ default: 'UTF-8', hint: 'charset' }) },
});

export const REGEX_FILTER_INTERCEPTOR = component({
  kind: 'interceptor', type: 'regex_filter', classes: ['org.apache.flume.interceptor.RegexFilteringInterceptor$Builder'],
  keys: { regex: pattern({ default: '.*' }), excludeEvents: flag(false) },
});

export const REGEX_EXTRACTOR_INTERCEPTOR = component({
  kind: 'interceptor', type: 'regex_extractor', classes: ['org.apache.flume.interceptor.RegexExtractorInterceptor$Builder'],
  keys: { regex: pattern({ required: true }), serializers: list('space', { required: true }) },
  families: [{ pattern: 'serializers.*.type', value: text({ default: 'DEFAULT' }) }, { pattern: 'serializers.*.name', value: text() }, { pattern: 'serializers.*.pattern', value: text() }],
});

export const UUID_INTERCEPTOR = component({
  kind: 'interceptor', type: 'org.apache.flume.sink.solr.morphline.UUIDInterceptor$Builder', classes: ['org.apache.flume.interceptor.UUIDInterceptor$Builder'],
  keys: { headerName: text({ default: 'id' }), preserveExisting: flag(true), prefix: text({ default: '' }) },
});

const EXPRESSION = {
  expression: text({ required: true, hint: 'lines' }),
  /** Of one event, by the clock: long enough for a machine that has other things to do. */
  timeLimit: number({ default: 2000, min: 10, max: 60_000, unit: 'ms' }),
  /** MiB of the thread in which it runs. */
  memoryLimit: number({ default: 128, min: 16, max: 4096 }),
} as const;

export const JSONATA_INTERCEPTOR = component({ kind: 'interceptor', type: 'jsonata', classes: [], ours: true, keys: EXPRESSION });
export const CEL_INTERCEPTOR = component({ kind: 'interceptor', type: 'cel', classes: [], ours: true, keys: EXPRESSION });

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
  REPLICATING_SELECTOR, MULTIPLEXING_SELECTOR, LOAD_BALANCING_SELECTOR, DEFAULT_PROCESSOR, FAILOVER_PROCESSOR, LOAD_BALANCE_PROCESSOR,
  TIMESTAMP_INTERCEPTOR, HOST_INTERCEPTOR, STATIC_INTERCEPTOR, REMOVE_HEADER_INTERCEPTOR, SEARCH_REPLACE_INTERCEPTOR, REGEX_FILTER_INTERCEPTOR, REGEX_EXTRACTOR_INTERCEPTOR, UUID_INTERCEPTOR, JSONATA_INTERCEPTOR, CEL_INTERCEPTOR,
  TEXT_SERIALIZER, HEADER_AND_TEXT_SERIALIZER, AVRO_EVENT_SERIALIZER, AVRO_BODY_SERIALIZER, LINE_DESERIALIZER, AVRO_DESERIALIZER, BLOB_DESERIALIZER,
];
