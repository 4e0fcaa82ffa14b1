// Every key that Flume's components read is known here: none is called unknown, whatever its value.
import { describe, expect, test } from 'vitest';
import { load } from '../../../../../support/agent/configuration.ts';

const TLS_SERVER = 'ssl keystore keystore-password keystore-type exclude-protocols include-protocols exclude-cipher-suites include-cipher-suites';
const TLS_CLIENT = 'ssl truststore truststore-password truststore-type trust-all-certs exclude-protocols include-protocols exclude-cipher-suites include-cipher-suites';

const SOURCES: Readonly<Record<string, string>> = {
  avro: `bind port threads compression-type ${TLS_SERVER} ipFilter ipFilterRules`,
  thrift: `bind port threads protocol ${TLS_SERVER} kerberos agent-principal agent-keytab`,
  exec: 'command shell restart restartThrottle logStdErr batchSize batchTimeout charset',
  netcat: 'bind port max-line-length ack-every-event encoding',
  netcatudp: 'bind port remoteAddress remoteAddressHeader',
  seq: 'batchSize totalEvents backoffSleepIncrement maxBackoffSleep',
  'org.apache.flume.source.StressSource': 'size batchSize maxTotalEvents maxSuccessfulEvents maxEventsPerSecond',
  spooldir: 'spoolDir fileSuffix deletePolicy trackingPolicy trackerDir includePattern ignorePattern consumeOrder pollDelay recursiveDirectorySearch batchSize maxBackoff inputCharset decodeErrorPolicy deserializer deserializer.maxLineLength deserializer.outputCharset fileHeader fileHeaderKey basenameHeader basenameHeaderKey bufferMaxLineLength',
  TAILDIR: 'filegroups filegroups.f1 positionFile headers.f1.k byteOffsetHeader skipToEnd idleTimeout writePosInterval batchSize maxBatchCount cachePatternMatching fileHeader fileHeaderKey',
  'org.apache.flume.source.kafka.KafkaSource': 'kafka.bootstrap.servers kafka.topics kafka.topics.regex kafka.consumer.group.id batchSize batchDurationMillis useFlumeEventFormat setTopicHeader topicHeader timestampHeader header.NAME kafka.consumer.security.protocol kafka.consumer.ssl.truststore.location topic groupId zookeeperConnect migrateZookeeperOffsets',
  jms: 'initialContextFactory providerURL destinationName destinationType connectionFactory messageSelector userName passwordFile batchSize converter.type converter.charset createDurableSubscription clientId durableSubscriptionName pollTimeout errorThreshold',
  syslogtcp: `host port eventSize keepFields clientIPHeader clientHostnameHeader format.regex format.search format.replace format.dateFormat ${TLS_SERVER}`,
  multiport_syslogtcp: `host ports eventSize batchSize portHeader charset.default charset.port.5140 readBufferSize readBufferBytes numProcessors keepFields clientIPHeader clientHostnameHeader ${TLS_SERVER}`,
  syslogudp: 'host port keepFields clientIPHeader clientHostnameHeader',
  http: `port bind handler handler.maxBlobLength ${TLS_SERVER} enableSSL excludeProtocols keystorePassword QueuedThreadPool.maxThreads HttpConfiguration.sendServerVersion SslContextFactory.includeProtocols ServerConnector.idleTimeout`,
  'org.apache.flume.source.scribe.ScribeSource': 'port maxReadBufferBytes workerThreads',
  'org.apache.flume.source.avroLegacy.AvroLegacySource': 'host port',
  'org.apache.flume.source.thriftLegacy.ThriftLegacySource': 'host port',
  'org.apache.flume.source.hdfs.HdfsSource': 'hdfs.uri hdfs.user hdfs.path hdfs.zkQuorum hdfs.batchSize',
};

const CHANNELS: Readonly<Record<string, string>> = {
  memory: 'capacity transactionCapacity keep-alive byteCapacity byteCapacityBufferPercentage',
  file: 'checkpointDir dataDirs capacity transactionCapacity keep-alive checkpointInterval maxFileSize minimumRequiredSpace useDualCheckpoints backupCheckpointDir compressBackupCheckpoint checkpointOnClose use-fast-replay use-log-replay-v1 fsyncPerTransaction fsyncInterval encryption.activeKey encryption.cipherProvider encryption.keyProvider encryption.keyProvider.keyStoreFile encryption.keyProvider.keyStorePasswordFile encryption.keyProvider.keys encryption.keyProvider.keys.key-0.passwordFile',
  SPILLABLEMEMORY: 'memoryCapacity overflowCapacity overflowTimeout byteCapacity byteCapacityBufferPercentage avgEventSize checkpointDir dataDirs keep-alive',
  'org.apache.flume.channel.kafka.KafkaChannel': 'kafka.bootstrap.servers kafka.topic kafka.consumer.group.id parseAsFlumeEvent pollTimeout defaultPartitionId partitionIdHeader kafka.consumer.auto.offset.reset kafka.producer.acks',
  jdbc: 'db.type driver.class driver.url db.username db.password connection.properties.file create.schema create.index create.foreignkey transaction.isolation maximum.connections maximum.capacity',
  'org.apache.flume.channel.PseudoTxnMemoryChannel': 'capacity keep-alive',
};

const SINKS: Readonly<Record<string, string>> = {
  logger: 'maxBytesToLog', null: 'batchSize logEveryNEvents',
  file_roll: 'sink.directory sink.rollInterval sink.batchSize sink.serializer sink.serializer.appendNewline sink.pathManager sink.pathManager.extension sink.pathManager.prefix',
  avro: `hostname port batch-size connect-timeout request-timeout reset-connection-interval compression-type compression-level maxIoWorkers ${TLS_CLIENT}`,
  thrift: `hostname port batch-size connect-timeout request-timeout connection-reset-interval protocol ${TLS_CLIENT} kerberos client-principal client-keytab server-principal`,
  hdfs: 'hdfs.path hdfs.filePrefix hdfs.fileSuffix hdfs.inUsePrefix hdfs.inUseSuffix hdfs.emptyInUseSuffix hdfs.rollInterval hdfs.rollSize hdfs.rollCount hdfs.idleTimeout hdfs.batchSize hdfs.codeC hdfs.fileType hdfs.writeFormat hdfs.maxOpenFiles hdfs.minBlockReplicas hdfs.threadsPoolSize hdfs.rollTimerPoolSize hdfs.callTimeout hdfs.closeTries hdfs.retryInterval hdfs.round hdfs.roundValue hdfs.roundUnit hdfs.timeZone hdfs.useLocalTimeStamp hdfs.kerberosPrincipal hdfs.kerberosKeytab hdfs.proxyUser serializer serializer.appendNewline',
  hbase2: 'table columnFamily zookeeperQuorum znodeParent batchSize coalesceIncrements serializer serializer.payloadColumn serializer.incrementColumn kerberosPrincipal kerberosKeytab',
  'org.apache.flume.sink.kafka.KafkaSink': 'kafka.bootstrap.servers kafka.topic flumeBatchSize kafka.producer.acks useFlumeEventFormat defaultPartitionId partitionIdHeader allowTopicOverride topicHeader timestampHeader header.NAME kafka.producer.compression.type',
  http: 'endpoint connectTimeout requestTimeout contentTypeHeader acceptHeader defaultBackoff defaultRollback defaultIncrementMetrics backoff.503 rollback.5XX incrementMetrics.2XX',
  irc: 'hostname nick chan port user password name splitlines splitchars',
};

const INTERCEPTORS: Readonly<Record<string, string>> = {
  timestamp: 'headerName preserveExisting', host: 'preserveExisting useIP hostHeader', static: 'key value preserveExisting',
  remove_header: 'withName fromList fromListSeparator matching', search_replace: 'searchPattern replaceString charset', regex_filter: 'regex excludeEvents',
  regex_extractor: 'regex serializers serializers.s1.type serializers.s1.name serializers.s1.pattern', 'org.apache.flume.sink.solr.morphline.UUIDInterceptor$Builder': 'headerName preserveExisting prefix',
};

const unknown = async (text: string): Promise<unknown[]> => (await load(text)).lints.filter(({ code }) => code === 'KEY_UNKNOWN' || code === 'TYPE_UNKNOWN').map(({ code, params }) => `${code} ${params['key'] ?? params['type']}`);
const lines = (prefix: string, keys: string): string => keys.split(' ').map((key) => `${prefix}.${key} = 1\n`).join('');
const FRAME = 'a1.sources = r1\na1.channels = c1\na1.sinks = k1\n';
const SOURCE = 'a1.sources.r1.type = seq\na1.sources.r1.channels = c1\n';
const CHANNEL = 'a1.channels.c1.type = memory\n';
const SINK = 'a1.sinks.k1.type = null\na1.sinks.k1.channel = c1\n';

describe('L3 no key of Flume is called unknown', () => {
  test.each(Object.entries(SOURCES))('L3 source %s', async (type, keys) => {
    expect(await unknown(`${FRAME}${CHANNEL}${SINK}${SOURCE.replace('seq', type)}${lines('a1.sources.r1', keys).replace(/deserializer = 1/, 'deserializer = LINE').replace(/handler = 1/, 'handler = org.apache.flume.sink.solr.morphline.BlobHandler')}`)).toEqual([]);
  });
  test.each(Object.entries(CHANNELS))('L3 channel %s', async (type, keys) => {
    expect(await unknown(`${FRAME}${SOURCE}${SINK}${CHANNEL.replace('memory', type)}${lines('a1.channels.c1', keys)}`)).toEqual([]);
  });
  test.each(Object.entries(SINKS))('L3 sink %s', async (type, keys) => {
    expect(await unknown(`${FRAME}${SOURCE}${CHANNEL}${SINK.replace('null', type)}${lines('a1.sinks.k1', keys).replace(/serializer = 1/, 'serializer = text')}`)).toEqual([]);
  });
  test.each(Object.entries(INTERCEPTORS))('L3 interceptor %s', async (type, keys) => {
    expect(await unknown(`${FRAME}${SOURCE}${CHANNEL}${SINK}a1.sources.r1.interceptors = i1\na1.sources.r1.interceptors.i1.type = ${type}\n${lines('a1.sources.r1.interceptors.i1', keys)}`)).toEqual([]);
  });
  test('L3 selectors and processors', async () => {
    const two = `${FRAME.replace('k1', 'k1 k2')}${SOURCE}${CHANNEL}${SINK}${SINK.replaceAll('k1', 'k2')}a1.sinkgroups = g1\na1.sinkgroups.g1.sinks = k1 k2\n`;
    expect(await unknown(`${two}a1.sources.r1.selector.type = multiplexing\n${lines('a1.sources.r1.selector', 'header mapping.A optional.B default').replaceAll('= 1', '= c1')}`)).toEqual([]);
    expect(await unknown(`${two}a1.sources.r1.selector.type = replicating\na1.sources.r1.selector.optional = c1\n`)).toEqual([]);
    expect(await unknown(`${two}a1.sources.r1.selector.type = load_balancing\na1.sources.r1.selector.policy = random\n`)).toEqual([]);
    expect(await unknown(`${two}a1.sinkgroups.g1.processor.type = failover\n${lines('a1.sinkgroups.g1.processor', 'priority.k1 maxpenalty')}`)).toEqual([]);
    expect(await unknown(`${two}a1.sinkgroups.g1.processor.type = load_balance\n${lines('a1.sinkgroups.g1.processor', 'selector backoff selector.maxTimeOut')}`)).toEqual([]);
  });
});
