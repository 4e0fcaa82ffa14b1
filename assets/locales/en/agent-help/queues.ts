// What the types and keys of the queues mean, one sentence each.

const tls = { truststore: 'File with the certificates that are trusted: JKS, PKCS12 or PEM. Empty: those of the system.', 'truststore-password': 'Password of that file.', 'trust-all-certs': 'Trusts every certificate. For tests only.' };
const login = { userName: 'User to log in as.', password: 'Password of that user.' };
const batch = { batchSize: 'Most events in one transaction.' };
const wait = { batchDurationMillis: 'How long a batch waits to become full.' };
const kafka = { 'kafka.bootstrap.servers': 'Brokers to begin with: host:port, host:port.' };
const requestTimeout = { requestTimeout: 'How long the broker may take to acknowledge.' };

export const queuesHelp = {
  'source org.apache.flume.source.kafka.KafkaSource': {
    about: 'Reads topics of Kafka. Offsets are committed once the events are in the channel.',
    keys: {
      ...kafka, 'kafka.topics': 'Topics to read, separated by commas.', 'kafka.topics.regex': 'Reads every topic whose whole name fits; wins over kafka.topics.', 'kafka.consumer.group.id': 'Members of one group share the partitions.', ...batch, ...wait,
      useFlumeEventFormat: 'Values are whole Flume events in Avro form, headers included.', setTopicHeader: 'Puts the name of the topic into a header.', topicHeader: 'Name of that header.', timestampHeader: 'Header for the time of the message; “timestamp” unless given.',
      migrateZookeeperOffsets: 'Of old versions; offsets are kept by Kafka itself.', zookeeperConnect: 'Of old versions; not used.',
    },
  },
  'sink org.apache.flume.sink.kafka.KafkaSink': {
    about: 'Writes events to a topic of Kafka. The header “key” becomes the key.',
    keys: {
      ...kafka, 'kafka.topic': 'Topic to write to; %{name} stands for a header.', flumeBatchSize: 'Most events in one transaction.', 'kafka.producer.acks': 'Replicas that must have a message: 0 none, 1 the leader, all every one in step.',
      useFlumeEventFormat: 'Writes whole events in Avro form, headers included.', defaultPartitionId: 'Partition of all events; empty: by the key.', partitionIdHeader: 'Header that names the partition.', allowTopicOverride: 'A header may name the topic.', topicHeader: 'Name of that header.', timestampHeader: 'Header with the time that the message gets.',
    },
  },
  'channel org.apache.flume.channel.kafka.KafkaChannel': {
    about: 'Keeps events in a topic of Kafka, for sinks here or anywhere.',
    keys: {
      ...kafka, 'kafka.topic': 'Topic that holds the events.', 'kafka.consumer.group.id': 'Members of one group share the events.', parseAsFlumeEvent: 'Values are whole Flume events in Avro form; off: only bodies.', pollTimeout: 'How long a sink waits for events.',
      defaultPartitionId: 'Partition of all events; empty: by the key.', partitionIdHeader: 'Header that names the partition.', 'kafka.consumer.auto.offset.reset': 'Where a new group begins: latest or earliest.', migrateZookeeperOffsets: 'Of old versions; offsets are kept by Kafka itself.', zookeeperConnect: 'Of old versions; not used.',
    },
  },
  'source jms': {
    about: 'Reads a JMS queue or topic over STOMP or AMQP: ActiveMQ, Artemis, RabbitMQ.',
    keys: {
      initialContextFactory: 'Class of Java; kept for Flume, not used here.', connectionFactory: 'Name in JNDI; kept for Flume, not used here.', providerURL: 'stomp://host:61613 or amqp://host:5672. OpenWire (tcp://) is spoken by Java alone.', destinationName: 'Name of the queue or topic.', destinationType: 'queue or topic.',
      destinationLocator: 'Kept for Flume, not used here.', messageSelector: 'Only messages that fit this condition, where the broker supports it.', userName: 'User to log in as.', passwordFile: 'File with the password.', ...batch, 'converter.type': 'Only DEFAULT can run here.', 'converter.charset': 'Encoding of text messages.',
      createDurableSubscription: 'The broker keeps messages of a topic while we are away.', clientId: 'Name of this client; a durable subscription needs it.', durableSubscriptionName: 'Name of the durable subscription.', pollTimeout: 'How long a batch waits to become full.', errorThreshold: 'Kept for Flume; the source connects again by itself.',
    },
  },
  'source mqtt': {
    about: 'Subscribes to topics of an MQTT broker. With QoS 1 and 2 a message is acknowledged once it is in the channel.',
    keys: { url: 'mqtt://host:1883 or mqtts://host:8883.', topics: 'Topics, separated by commas; + and # stand for any.', qos: '0 may lose, 1 may repeat, 2 does neither on the way.', clientId: 'Name of this client; the broker keeps its messages under it.', ...login, protocolVersion: '5 or 3.1.1.', keepAlive: 'How often the connection is proved to be alive.', ...tls, topicHeader: 'Header for the topic of a message.', ...batch, ...wait },
  },
  'sink mqtt': {
    about: 'Publishes events to an MQTT broker.',
    keys: { url: 'mqtt://host:1883 or mqtts://host:8883.', topic: 'Topic; %{name} stands for a header.', qos: '0 may lose, 1 may repeat, 2 does neither on the way.', retain: 'The broker keeps the last message of a topic for new subscribers.', clientId: 'Name of this client.', ...login, protocolVersion: '5 or 3.1.1.', keepAlive: 'How often the connection is proved to be alive.', ...tls, ...requestTimeout, ...batch },
  },
  'source nats': {
    about: 'Pulls messages of a NATS JetStream stream with a durable consumer.',
    keys: { servers: 'nats://host:4222, separated by commas.', stream: 'Name of the stream.', subjects: 'Subjects of the stream, should it have to be made.', consumer: 'Name of the durable consumer: its place is kept by the server.', filterSubject: 'Only messages of this subject.', ...login, token: 'Token to log in with.', ackWait: 'After this time an unacknowledged message comes again.', subjectHeader: 'Header for the subject of a message.', ...batch, ...wait },
  },
  'sink nats': {
    about: 'Publishes events to a subject that a NATS JetStream stream keeps.',
    keys: { servers: 'nats://host:4222, separated by commas.', subject: 'Subject; %{name} stands for a header.', stream: 'Stream that is made for the subject when it is missing.', idHeader: 'Header with an id by which the stream drops what comes twice.', ...login, token: 'Token to log in with.', ...requestTimeout, ...batch },
  },
  'source amqp': {
    about: 'Reads a queue of an AMQP 0-9-1 broker such as RabbitMQ. A message is acknowledged once it is in the channel.',
    keys: { url: 'amqp://host:5672/vhost or amqps://.', queue: 'Name of the queue.', declare: 'Makes the queue when it is missing.', durable: 'The queue outlives a restart of the broker.', exchange: 'Binds the queue to this exchange.', routingKey: 'Routing key of that binding.', ...login, ...tls, ...batch, ...wait },
  },
  'sink amqp': {
    about: 'Publishes events to an AMQP 0-9-1 broker such as RabbitMQ and waits for its confirmation.',
    keys: { url: 'amqp://host:5672/vhost or amqps://.', exchange: 'Exchange; empty: the routing key names a queue.', routingKey: 'Routing key; %{name} stands for a header.', declare: 'Makes the queue that the routing key names.', persistent: 'The broker writes messages to disk.', ...login, ...tls, ...requestTimeout, ...batch },
  },
  'source redis-stream': {
    about: 'Reads a stream of Redis as a member of a group.',
    keys: { url: 'redis://host:6379 or rediss://.', stream: 'Key of the stream.', group: 'Members of one group share the entries.', consumer: 'Name of this member; its unacknowledged entries come first after a restart.', from: 'Where a new group begins.', bodyField: 'Field that holds the body; the others become headers.', password: 'Password.', claimAfter: 'Entries of a member that is silent for so long are taken over.', ...batch, ...wait },
  },
  'sink redis-stream': {
    about: 'Adds events to a stream of Redis.',
    keys: { url: 'redis://host:6379 or rediss://.', stream: 'Key of the stream; %{name} stands for a header.', bodyField: 'Field for the body; headers have fields of their own.', maxLength: 'Old entries go beyond about this many; empty: never.', password: 'Password.', ...requestTimeout, ...batch },
  },
};
