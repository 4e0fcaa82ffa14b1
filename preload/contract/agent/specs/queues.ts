// Types of the agent: kafka, jms, mqtt, nats, amqp, redis-stream. Keys and defaults as Flume 1.11 has them in its code; the last four are ours.
import { choice, component, flag, list, number, pattern, text, type ComponentSpec } from '../keys.ts';

const batchSize = number({ default: 100, min: 1, max: 1_000_000, unit: 'events' });
const LOGIN = { userName: text(), password: text({ secret: true }) };
const TRUST = { truststore: text({ hint: 'path' }), 'truststore-password': text({ secret: true }), 'trust-all-certs': flag(false) };
/** How long a batch waits to become full. */
const batchDurationMillis = number({ default: 1000, min: 1, unit: 'ms' });

export const KAFKA_SOURCE = component({
  kind: 'source', type: 'org.apache.flume.source.kafka.KafkaSource', classes: ['kafka'],
  keys: {
    'kafka.bootstrap.servers': text({ required: true, hint: 'host' }),
    'kafka.topics': list('comma', { also: ['topic'] }),
    'kafka.topics.regex': pattern(),
    'kafka.consumer.group.id': text({ default: 'flume', also: ['groupId'] }),
    batchSize: number({ default: 1000, min: 1, max: 1_000_000, unit: 'events' }),
    batchDurationMillis,
    useFlumeEventFormat: flag(false),
    setTopicHeader: flag(true),
    topicHeader: text({ default: 'topic' }),
    timestampHeader: text(),
    migrateZookeeperOffsets: flag(true),
    zookeeperConnect: text({ hint: 'host' }),
  },
  families: [{ pattern: 'header.*', value: text() }, { pattern: 'kafka.consumer.**', value: text() }],
  batchKey: 'batchSize',
});

export const KAFKA_SINK = component({
  kind: 'sink', type: 'org.apache.flume.sink.kafka.KafkaSink', classes: ['kafka'],
  keys: {
    'kafka.bootstrap.servers': text({ required: true, hint: 'host', also: ['brokerList'] }),
    'kafka.topic': text({ default: 'default-flume-topic', also: ['topic'] }),
    flumeBatchSize: number({ default: 100, min: 1, max: 1_000_000, unit: 'events', also: ['batchSize'] }),
    'kafka.producer.acks': choice(['0', '1', 'all', '-1'], '1', { also: ['requiredAcks'] }),
    useFlumeEventFormat: flag(false),
    defaultPartitionId: number(),
    partitionIdHeader: text(),
    allowTopicOverride: flag(true),
    topicHeader: text({ default: 'topic' }),
    timestampHeader: text(),
  },
  families: [{ pattern: 'header.*', value: text() }, { pattern: 'kafka.producer.**', value: text() }],
  batchKey: 'flumeBatchSize',
});

export const KAFKA_CHANNEL = component({
  kind: 'channel', type: 'org.apache.flume.channel.kafka.KafkaChannel', classes: ['kafka'],
  keys: {
    'kafka.bootstrap.servers': text({ required: true, hint: 'host', also: ['brokerList'] }),
    'kafka.topic': text({ default: 'flume-channel', also: ['topic'] }),
    'kafka.consumer.group.id': text({ default: 'flume', also: ['groupId'] }),
    parseAsFlumeEvent: flag(true),
    pollTimeout: number({ default: 500, unit: 'ms', also: ['kafka.pollTimeout'] }),
    defaultPartitionId: number(),
    partitionIdHeader: text(),
    'kafka.consumer.auto.offset.reset': choice(['latest', 'earliest'], 'latest', { also: ['readSmallestOffset'] }),
    migrateZookeeperOffsets: flag(true),
    zookeeperConnect: text({ hint: 'host' }),
  },
  families: [{ pattern: 'kafka.consumer.**', value: text() }, { pattern: 'kafka.producer.**', value: text() }],
});

export const JMS_SOURCE = component({
  kind: 'source', type: 'jms', classes: ['org.apache.flume.source.jms.JMSSource'],
  keys: {
    initialContextFactory: text({ required: true }),
    connectionFactory: text({ default: 'ConnectionFactory' }),
    providerURL: text({ required: true, hint: 'url' }),
    destinationName: text({ required: true }),
    destinationType: choice(['queue', 'topic'], null, { required: true }),
    destinationLocator: choice(['CDI', 'JNDI'], 'CDI'),
    messageSelector: text(),
    userName: text(),
    passwordFile: text({ hint: 'path' }),
    batchSize,
    'converter.type': text({ default: 'DEFAULT' }),
    'converter.charset': text({ default: 'UTF-8', hint: 'charset' }),
    createDurableSubscription: flag(false),
    clientId: text(),
    durableSubscriptionName: text(),
    pollTimeout: number({ default: 1000, min: 1, unit: 'ms' }),
    errorThreshold: number({ default: 10 }),
  },
  batchKey: 'batchSize',
});

export const MQTT_SOURCE = component({
  kind: 'source', type: 'mqtt', classes: [], ours: true,
  keys: {
    url: text({ required: true, hint: 'url' }),
    topics: list('comma', { required: true }),
    qos: number({ default: 1, max: 2 }),
    clientId: text(),
    ...LOGIN,
    protocolVersion: choice(['5', '3.1.1'], '5'),
    keepAlive: number({ default: 30, min: 5, max: 65_535, unit: 's' }),
    ...TRUST,
    topicHeader: text({ default: 'topic' }),
    batchSize, batchDurationMillis: number({ default: 200, min: 1, unit: 'ms' }),
  },
  batchKey: 'batchSize',
});

export const MQTT_SINK = component({
  kind: 'sink', type: 'mqtt', classes: [], ours: true,
  keys: {
    url: text({ required: true, hint: 'url' }),
    /** `%{name}` stands for a header. */
    topic: text({ required: true }),
    qos: number({ default: 1, max: 2 }),
    retain: flag(false),
    clientId: text(),
    ...LOGIN,
    protocolVersion: choice(['5', '3.1.1'], '5'),
    keepAlive: number({ default: 30, min: 5, max: 65_535, unit: 's' }),
    ...TRUST,
    requestTimeout: number({ default: 20_000, min: 1000, unit: 'ms' }),
    batchSize,
  },
  batchKey: 'batchSize',
});

export const NATS_SOURCE = component({
  kind: 'source', type: 'nats', classes: [], ours: true,
  keys: {
    servers: list('comma', { required: true }),
    stream: text({ required: true }),
    /** Of a stream that is made when it is missing. */
    subjects: list('comma'),
    consumer: text({ default: 'sluice' }),
    filterSubject: text(),
    ...LOGIN,
    token: text({ secret: true }),
    ackWait: number({ default: 60, min: 1, unit: 's' }),
    subjectHeader: text({ default: 'subject' }),
    batchSize, batchDurationMillis,
  },
  batchKey: 'batchSize',
});

export const NATS_SINK = component({
  kind: 'sink', type: 'nats', classes: [], ours: true,
  keys: {
    servers: list('comma', { required: true }),
    /** `%{name}` stands for a header. A stream must take it. */
    subject: text({ required: true }),
    /** Made, for this subject, when it is missing. */
    stream: text(),
    /** A header whose value tells the stream a message it has already. */
    idHeader: text(),
    ...LOGIN,
    token: text({ secret: true }),
    requestTimeout: number({ default: 20_000, min: 1000, unit: 'ms' }),
    batchSize,
  },
  batchKey: 'batchSize',
});

export const AMQP_SOURCE = component({
  kind: 'source', type: 'amqp', classes: [], ours: true,
  keys: {
    url: text({ required: true, hint: 'url' }),
    queue: text({ required: true }),
    declare: flag(true),
    durable: flag(true),
    exchange: text(),
    routingKey: text({ default: '#' }),
    ...LOGIN,
    ...TRUST,
    batchSize, batchDurationMillis: number({ default: 200, min: 1, unit: 'ms' }),
  },
  batchKey: 'batchSize',
});

export const AMQP_SINK = component({
  kind: 'sink', type: 'amqp', classes: [], ours: true,
  keys: {
    url: text({ required: true, hint: 'url' }),
    /** Empty: the default exchange, which takes the routing key for the name of a queue. */
    exchange: text({ default: '' }),
    /** `%{name}` stands for a header. */
    routingKey: text({ required: true }),
    /** The queue that the routing key names is declared. */
    declare: flag(true),
    persistent: flag(true),
    ...LOGIN,
    ...TRUST,
    requestTimeout: number({ default: 20_000, min: 1000, unit: 'ms' }),
    batchSize,
  },
  batchKey: 'batchSize',
});

export const REDIS_STREAM_SOURCE = component({
  kind: 'source', type: 'redis-stream', classes: [], ours: true,
  keys: {
    url: text({ required: true, hint: 'url' }),
    stream: text({ required: true }),
    group: text({ default: 'sluice' }),
    consumer: text(),
    /** Where a new group begins. */
    from: choice(['beginning', 'now'], 'beginning'),
    bodyField: text({ default: 'body' }),
    password: text({ secret: true }),
    claimAfter: number({ default: 60, min: 1, unit: 's' }),
    batchSize, batchDurationMillis,
  },
  batchKey: 'batchSize',
});

export const REDIS_STREAM_SINK = component({
  kind: 'sink', type: 'redis-stream', classes: [], ours: true,
  keys: {
    url: text({ required: true, hint: 'url' }),
    /** `%{name}` stands for a header. */
    stream: text({ required: true }),
    bodyField: text({ default: 'body' }),
    /** The stream is cut to about as many entries; null: never. */
    maxLength: number({ min: 1, max: Number.MAX_SAFE_INTEGER, unit: 'events' }),
    password: text({ secret: true }),
    requestTimeout: number({ default: 20_000, min: 1000, unit: 'ms' }),
    batchSize,
  },
  batchKey: 'batchSize',
});

export const QUEUES_SPECS: readonly ComponentSpec[] = [
  KAFKA_SOURCE, KAFKA_SINK, KAFKA_CHANNEL, JMS_SOURCE, MQTT_SOURCE, MQTT_SINK, NATS_SOURCE, NATS_SINK, AMQP_SOURCE, AMQP_SINK, REDIS_STREAM_SOURCE, REDIS_STREAM_SINK,
];
