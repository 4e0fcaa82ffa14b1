// Types of the agent: spooldir, TAILDIR, hdfs, hbase2. Keys and defaults as Flume 1.11 has them in its code.
import { choice, component, flag, number, pattern, text, type ComponentSpec } from '../keys.ts';

/** How a place is written: bytes in a file, bounded by what a number holds exactly. */
const BYTES = Number.MAX_SAFE_INTEGER;

const DECODE_POLICY = choice(['FAIL', 'REPLACE', 'IGNORE'], 'FAIL');

export const SPOOLDIR_SOURCE = component({
  kind: 'source', type: 'spooldir', classes: ['org.apache.flume.source.SpoolDirectorySource'],
  keys: {
    spoolDir: text({ required: true, hint: 'folder' }),
    fileSuffix: text({ default: '.COMPLETED' }),
    deletePolicy: choice(['never', 'immediate'], 'never'),
    trackingPolicy: choice(['rename', 'tracker_dir'], 'rename'),
    trackerDir: text({ default: '.flumespool', hint: 'folder' }),
    includePattern: pattern({ default: '^.*$' }),
    ignorePattern: pattern({ default: '^$' }),
    consumeOrder: choice(['oldest', 'youngest', 'random'], 'oldest'),
    pollDelay: number({ default: 500, min: 1, unit: 'ms' }),
    recursiveDirectorySearch: flag(false),
    batchSize: number({ default: 100, min: 1, unit: 'events' }),
    maxBackoff: number({ default: 4000, min: 1, unit: 'ms' }),
    inputCharset: text({ default: 'UTF-8', hint: 'charset' }),
    decodeErrorPolicy: DECODE_POLICY,
    deserializer: text({ default: 'LINE' }),
    fileHeader: flag(false),
    fileHeaderKey: text({ default: 'file' }),
    basenameHeader: flag(false),
    basenameHeaderKey: text({ default: 'basename' }),
    /** Of Flume before 1.3; the deserializer has maxLineLength instead. */
    bufferMaxLineLength: number({ min: 1 }),
  },
  families: [{ pattern: 'deserializer.**', value: text() }],
  batchKey: 'batchSize',
});

export const TAILDIR_SOURCE = component({
  kind: 'source', type: 'TAILDIR', classes: ['org.apache.flume.source.taildir.TaildirSource'],
  keys: {
    filegroups: text({ required: true }),
    /** Null: ~/.flume/taildir_position.json. */
    positionFile: text({ hint: 'path' }),
    byteOffsetHeader: flag(false),
    skipToEnd: flag(false),
    idleTimeout: number({ default: 120_000, min: 1, unit: 'ms' }),
    writePosInterval: number({ default: 3000, min: 1, unit: 'ms' }),
    batchSize: number({ default: 100, min: 1, unit: 'events' }),
    maxBatchCount: number({ default: Number.MAX_SAFE_INTEGER, min: 1, max: Number.MAX_SAFE_INTEGER }),
    cachePatternMatching: flag(true),
    fileHeader: flag(false),
    fileHeaderKey: text({ default: 'file' }),
    /** Ours: a line that matches begins an event, those that do not are joined to it. */
    multilineStart: pattern(),
    multilineMaxLines: number({ default: 500, min: 1, max: 100_000 }),
    /** Ours: an event whose next line does not come is complete after this. */
    multilineTimeout: number({ default: 3000, min: 1, unit: 'ms' }),
    /** Ours: a longer line comes as several events. */
    maxLineBytes: number({ default: 1_048_576, min: 16, max: 67_108_864, unit: 'bytes' }),
  },
  families: [
    { pattern: 'filegroups.*', value: text({ hint: 'path' }) },
    { pattern: 'headers.*.*', value: text() },
  ],
  batchKey: 'batchSize',
});

export const HDFS_SOURCE = component({
  kind: 'source', type: 'hdfs', classes: ['org.apache.flume.source.hdfs.HdfsSource'], ours: true,
  keys: {
    /** The file system: hdfs://HOST:PORT, webhdfs://HOST:PORT, file:///; a path in it counts where hdfs.path is not set. */
    'hdfs.uri': text({ required: true, hint: 'url' }),
    'hdfs.user': text(),
    'hdfs.path': text({ hint: 'path' }),
    /** Null: the place is kept in the agent's own folder. */
    'hdfs.zkQuorum': text({ also: ['hdfs.zookeeperQuorum'] }),
    'hdfs.zkPath': text({ default: '/sluice/places', hint: 'path' }),
    'hdfs.httpUri': text({ hint: 'url' }),
    'hdfs.batchSize': number({ default: 100, min: 1, unit: 'events', also: ['batchSize'] }),
    'hdfs.pollInterval': number({ default: 2000, min: 1, unit: 'ms' }),
    'hdfs.includePattern': pattern({ default: '^.*$' }),
    'hdfs.ignorePattern': pattern({ default: '^$' }),
    'hdfs.recursive': flag(true),
    /** Files that are there at the first start are not read, only what comes after. */
    'hdfs.fromEnd': flag(false),
    /** A last line without its end is an event once its file was not changed for so long. */
    'hdfs.lastLineAfter': number({ default: 60_000, min: 1, unit: 'ms' }),
    inputCharset: text({ default: 'UTF-8', hint: 'charset' }),
    decodeErrorPolicy: DECODE_POLICY,
    deserializer: text({ default: 'LINE' }),
    fileHeader: flag(false),
    fileHeaderKey: text({ default: 'file' }),
    basenameHeader: flag(false),
    basenameHeaderKey: text({ default: 'basename' }),
  },
  families: [{ pattern: 'deserializer.**', value: text() }],
});

export const HDFS_SINK = component({
  kind: 'sink', type: 'hdfs', classes: ['org.apache.flume.sink.hdfs.HDFSEventSink'],
  keys: {
    'hdfs.path': text({ required: true, hint: 'path' }),
    'hdfs.filePrefix': text({ default: 'FlumeData' }),
    'hdfs.fileSuffix': text({ default: '' }),
    'hdfs.inUsePrefix': text({ default: '' }),
    'hdfs.inUseSuffix': text({ default: '.tmp' }),
    'hdfs.emptyInUseSuffix': flag(false),
    'hdfs.rollInterval': number({ default: 30, unit: 's' }),
    'hdfs.rollSize': number({ default: 1024, max: BYTES, unit: 'bytes' }),
    'hdfs.rollCount': number({ default: 10, max: BYTES, unit: 'events' }),
    'hdfs.idleTimeout': number({ default: 0, unit: 's' }),
    'hdfs.batchSize': number({ default: 100, min: 1, unit: 'events' }),
    'hdfs.codeC': text(),
    'hdfs.fileType': choice(['SequenceFile', 'DataStream', 'CompressedStream'], 'SequenceFile'),
    'hdfs.writeFormat': choice(['Writable', 'Text'], 'Writable'),
    'hdfs.maxOpenFiles': number({ default: 5000, min: 1 }),
    'hdfs.minBlockReplicas': number({ min: 1, max: 512 }),
    'hdfs.threadsPoolSize': number({ default: 10, min: 1 }),
    'hdfs.rollTimerPoolSize': number({ default: 1, min: 1 }),
    'hdfs.callTimeout': number({ default: 30_000, min: 1, unit: 'ms' }),
    /** 0: without end. */
    'hdfs.closeTries': number({ default: 0 }),
    'hdfs.retryInterval': number({ default: 180, unit: 's' }),
    'hdfs.round': flag(false),
    'hdfs.roundValue': number({ default: 1, min: 1, max: 60 }),
    'hdfs.roundUnit': choice(['second', 'minute', 'hour'], 'second'),
    'hdfs.timeZone': text(),
    'hdfs.useLocalTimeStamp': flag(false),
    'hdfs.kerberosPrincipal': text(),
    'hdfs.kerberosKeytab': text({ hint: 'path' }),
    'hdfs.proxyUser': text(),
    /** Ours: an HTTP address that answers WebHDFS, and who it is told we are. */
    'hdfs.httpUri': text({ hint: 'url' }),
    'hdfs.user': text(),
    serializer: text({ default: 'TEXT' }),
  },
  families: [{ pattern: 'serializer.**', value: text() }],
  batchKey: 'hdfs.batchSize',
});

export const HBASE2_SINK = component({
  kind: 'sink', type: 'hbase2', classes: ['org.apache.flume.sink.hbase2.HBase2Sink'],
  keys: {
    table: text({ required: true }),
    columnFamily: text({ required: true }),
    zookeeperQuorum: text(),
    znodeParent: text({ default: '/hbase', hint: 'path' }),
    batchSize: number({ default: 100, min: 1, unit: 'events' }),
    coalesceIncrements: flag(false),
    enableWal: flag(true),
    serializer: text({ default: 'org.apache.flume.sink.hbase2.SimpleHBase2EventSerializer' }),
    kerberosPrincipal: text(),
    kerberosKeytab: text({ hint: 'path' }),
    'serializer.payloadColumn': text({ default: 'pCol' }),
    /** Simple: iCol; an empty one counts nothing. */
    'serializer.incrementColumn': text({ default: 'iCol' }),
    'serializer.incrementRow': text({ default: 'incRow' }),
    'serializer.rowPrefix': text({ default: 'default' }),
    'serializer.suffix': choice(['uuid', 'random', 'timestamp', 'nano'], 'uuid'),
    'serializer.regex': pattern({ default: '(.*)' }),
    'serializer.regexIgnoreCase': flag(false),
    'serializer.colNames': text({ default: 'payload' }),
    'serializer.rowKeyIndex': number({ default: -1, min: -1 }),
    'serializer.depositHeaders': flag(false),
    'serializer.charset': text({ default: 'UTF-8', hint: 'charset' }),
  },
  batchKey: 'batchSize',
});

export const FILES_SPECS: readonly ComponentSpec[] = [SPOOLDIR_SOURCE, TAILDIR_SOURCE, HDFS_SOURCE, HDFS_SINK, HBASE2_SINK];
