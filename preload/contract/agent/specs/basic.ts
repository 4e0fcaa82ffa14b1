// Types of the agent: programs, ports, lines and files that are simply written. Keys and defaults as Flume 1.11 has them in its code.
import { choice, component, flag, list, number, pattern, port, text, type ComponentSpec } from '../keys.ts';
import { SERVER_TLS_KEYS } from './tls-keys.ts';

const EVERYWHERE = Number.MAX_SAFE_INTEGER;

// --- sources that make or run something ------------------------------------------------------------------------------

export const SEQ_SOURCE = component({
  kind: 'source', type: 'seq', classes: ['org.apache.flume.source.SequenceGeneratorSource'],
  keys: {
    batchSize: number({ default: 1, min: 1, unit: 'events' }),
    totalEvents: number({ default: EVERYWHERE, max: EVERYWHERE, unit: 'events' }),
  },
  batchKey: 'batchSize',
});

export const STRESS_SOURCE = component({
  kind: 'source', type: 'org.apache.flume.source.StressSource', classes: [],
  keys: {
    size: number({ default: 500, max: 100_000_000, unit: 'bytes' }),
    batchSize: number({ default: 1, min: 1, unit: 'events' }),
    /** -1: without end. */
    maxTotalEvents: number({ default: -1, min: -1, max: EVERYWHERE, unit: 'events' }),
    maxSuccessfulEvents: number({ default: -1, min: -1, max: EVERYWHERE, unit: 'events' }),
    /** 0: as many as are taken. */
    maxEventsPerSecond: number({ default: 0, unit: 'events' }),
  },
  batchKey: 'batchSize',
});

export const EXEC_SOURCE = component({
  kind: 'source', type: 'exec', classes: ['org.apache.flume.source.ExecSource'],
  keys: {
    command: text({ required: true, hint: 'command' }),
    shell: text({ hint: 'command' }),
    restart: flag(false),
    restartThrottle: number({ default: 10_000, max: EVERYWHERE, unit: 'ms' }),
    logStdErr: flag(false),
    batchSize: number({ default: 20, min: 1, unit: 'events' }),
    batchTimeout: number({ default: 3000, max: EVERYWHERE, unit: 'ms' }),
    charset: text({ default: 'UTF-8', hint: 'charset' }),
  },
  batchKey: 'batchSize',
});

// --- sources with a port ---------------------------------------------------------------------------------------------

export const NETCAT_SOURCE = component({
  kind: 'source', type: 'netcat', classes: ['org.apache.flume.source.NetcatSource'],
  keys: {
    bind: text({ required: true, hint: 'host' }),
    port: port({ required: true }),
    /** Characters, with the line's end. */
    'max-line-length': number({ default: 512, min: 1, max: 100_000_000 }),
    'ack-every-event': flag(true),
    encoding: text({ default: 'utf-8', hint: 'charset' }),
  },
});

export const NETCAT_UDP_SOURCE = component({
  kind: 'source', type: 'netcatudp', classes: ['org.apache.flume.source.NetcatUdpSource'],
  keys: {
    bind: text({ hint: 'host' }),
    port: port({ required: true }),
    remoteAddress: text({ also: ['remoteAddressHeader'] }),
  },
});

const SYSLOG_FORMATS = [
  { pattern: 'format.regex', value: pattern() }, { pattern: 'format.search', value: pattern() }, { pattern: 'format.replace', value: text() }, { pattern: 'format.dateFormat', value: text() },
] as const;
const SYSLOG_KEYS = {
  keepFields: text({ default: 'none' }),
  clientIPHeader: text(),
  clientHostnameHeader: text(),
} as const;

export const SYSLOG_TCP_SOURCE = component({
  kind: 'source', type: 'syslogtcp', classes: ['org.apache.flume.source.SyslogTcpSource'],
  keys: {
    host: text({ hint: 'host' }),
    port: port({ required: true }),
    eventSize: number({ default: 2500, min: 1, max: 100_000_000, unit: 'bytes' }),
    ...SYSLOG_KEYS,
    ...SERVER_TLS_KEYS,
  },
  families: SYSLOG_FORMATS,
});

export const MULTIPORT_SYSLOG_TCP_SOURCE = component({
  kind: 'source', type: 'multiport_syslogtcp', classes: ['org.apache.flume.source.MultiportSyslogTCPSource'],
  keys: {
    host: text({ hint: 'host' }),
    ports: list('space', { required: true }),
    eventSize: number({ default: 2500, min: 1, max: 100_000_000, unit: 'bytes' }),
    batchSize: number({ default: 100, min: 1, unit: 'events' }),
    portHeader: text(),
    'charset.default': text({ default: 'UTF-8', hint: 'charset' }),
    /** Read and not needed. */
    readBufferBytes: number({ default: 1024, min: 1, unit: 'bytes', also: ['readBufferSize'] }),
    numProcessors: number(),
    ...SYSLOG_KEYS,
    ...SERVER_TLS_KEYS,
  },
  families: [{ pattern: 'charset.port.*', value: text({ hint: 'charset' }) }],
  batchKey: 'batchSize',
});

export const SYSLOG_UDP_SOURCE = component({
  kind: 'source', type: 'syslogudp', classes: ['org.apache.flume.source.SyslogUDPSource'],
  keys: {
    host: text({ hint: 'host' }),
    port: port({ required: true }),
    ...SYSLOG_KEYS,
  },
  families: SYSLOG_FORMATS,
});

export const JSON_HANDLER = 'org.apache.flume.source.http.JSONHandler';
export const BLOB_HANDLER = 'org.apache.flume.sink.solr.morphline.BlobHandler';

export const HTTP_SOURCE = component({
  kind: 'source', type: 'http', classes: ['org.apache.flume.source.http.HTTPSource'],
  keys: {
    bind: text({ default: '0.0.0.0', hint: 'host' }),
    port: port({ required: true }),
    handler: text({ default: JSON_HANDLER }),
    'handler.maxBlobLength': number({ default: 100_000_000, min: 1, max: 1_000_000_000, unit: 'bytes' }),
    /** Ours: a larger request is refused before it is read. */
    maxRequestBytes: number({ default: 100_000_000, min: 1, max: 1_000_000_000, unit: 'bytes' }),
    ...SERVER_TLS_KEYS,
    ssl: flag(false, { also: ['enableSSL'] }),
    'keystore-password': text({ secret: true, also: ['keystorePassword'] }),
    'exclude-protocols': list('space', { default: ['SSLv3'], also: ['excludeProtocols'] }),
  },
  families: [
    { pattern: 'handler.**', value: text() },
    /** Setters of Jetty: read and not needed. */
    { pattern: 'QueuedThreadPool.**', value: text() }, { pattern: 'HttpConfiguration.**', value: text() }, { pattern: 'SslContextFactory.**', value: text() }, { pattern: 'ServerConnector.**', value: text() },
  ],
});

// --- sinks -----------------------------------------------------------------------------------------------------------

export const LOGGER_SINK = component({
  kind: 'sink', type: 'logger', classes: ['org.apache.flume.sink.LoggerSink'],
  keys: { maxBytesToLog: number({ default: 16, unit: 'bytes' }) },
});

export const NULL_SINK = component({
  kind: 'sink', type: 'null', classes: ['org.apache.flume.sink.NullSink'],
  keys: { batchSize: number({ default: 100, min: 1, unit: 'events' }), logEveryNEvents: number({ default: 10_000, min: 1, unit: 'events' }) },
  batchKey: 'batchSize',
});

export const FILE_ROLL_SINK = component({
  kind: 'sink', type: 'file_roll', classes: ['org.apache.flume.sink.RollingFileSink'],
  keys: {
    'sink.directory': text({ required: true, hint: 'folder' }),
    /** 0: never. */
    'sink.rollInterval': number({ default: 30, unit: 's' }),
    'sink.batchSize': number({ default: 100, min: 1, unit: 'events' }),
    'sink.serializer': text({ default: 'TEXT' }),
    'sink.pathManager': choice(['DEFAULT', 'ROLLTIME', 'org.apache.flume.formatter.output.DefaultPathManager$Builder', 'org.apache.flume.formatter.output.RollTimePathManager$Builder'], 'DEFAULT'),
    'sink.pathManager.extension': text({ default: '' }),
    'sink.pathManager.prefix': text({ default: '' }),
  },
  families: [{ pattern: 'sink.serializer.**', value: text() }],
  batchKey: 'sink.batchSize',
});

export const HTTP_SINK = component({
  kind: 'sink', type: 'http', classes: ['org.apache.flume.sink.http.HttpSink'],
  keys: {
    endpoint: text({ required: true, hint: 'url' }),
    connectTimeout: number({ default: 5000, min: 1, unit: 'ms' }),
    requestTimeout: number({ default: 5000, min: 1, unit: 'ms' }),
    contentTypeHeader: text({ default: 'text/plain' }),
    acceptHeader: text({ default: 'text/plain' }),
    defaultBackoff: flag(true),
    defaultRollback: flag(true),
    defaultIncrementMetrics: flag(false),
  },
  families: [{ pattern: 'backoff.*', value: flag(true) }, { pattern: 'rollback.*', value: flag(true) }, { pattern: 'incrementMetrics.*', value: flag(false) }],
});

export const IRC_SINK = component({
  kind: 'sink', type: 'irc', classes: ['org.apache.flume.sink.irc.IRCSink'],
  keys: {
    hostname: text({ required: true, hint: 'host' }),
    port: port({ default: 6667 }),
    nick: text({ required: true }),
    chan: text({ required: true }),
    user: text(),
    password: text({ secret: true }),
    name: text(),
    splitlines: flag(false),
    splitchars: text({ default: '\n' }),
  },
});

export const BASIC_SPECS: readonly ComponentSpec[] = [
  SEQ_SOURCE, STRESS_SOURCE, EXEC_SOURCE, NETCAT_SOURCE, NETCAT_UDP_SOURCE, SYSLOG_TCP_SOURCE, MULTIPORT_SYSLOG_TCP_SOURCE, SYSLOG_UDP_SOURCE, HTTP_SOURCE,
  LOGGER_SINK, NULL_SINK, FILE_ROLL_SINK, HTTP_SINK, IRC_SINK,
];
