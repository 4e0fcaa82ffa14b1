// 队列类组件的类型与键的含义，各一句。
import type { queuesHelp as en } from '../../en/agent-help/queues.ts';

const tls = { truststore: '受信任证书的文件：JKS、PKCS12 或 PEM。留空则使用系统证书。', 'truststore-password': '该文件的密码。', 'trust-all-certs': '信任任何证书，仅用于测试。' };
const login = { userName: '登录用户。', password: '该用户的密码。' };
const batch = { batchSize: '一个事务中最多的事件数。' };
const wait = { batchDurationMillis: '等待批次装满的时间。' };
const kafka = { 'kafka.bootstrap.servers': '初始代理地址：host:port, host:port。' };
const requestTimeout = { requestTimeout: '等待代理确认的时间。' };

export const queuesHelp = {
  'source org.apache.flume.source.kafka.KafkaSource': {
    about: '读取 Kafka 主题。事件进入通道后才提交偏移量。',
    keys: {
      ...kafka, 'kafka.topics': '要读取的主题，用逗号分隔。', 'kafka.topics.regex': '读取全名匹配的每个主题；优先于 kafka.topics。', 'kafka.consumer.group.id': '同一组的成员分担分区。', ...batch, ...wait,
      useFlumeEventFormat: '消息值是 Avro 形式的完整 Flume 事件，包含头。', setTopicHeader: '把主题名写入头。', topicHeader: '该头的名称。', timestampHeader: '存放消息时间的头；默认 timestamp。',
      migrateZookeeperOffsets: '旧版本的选项；偏移量由 Kafka 自己保存。', zookeeperConnect: '旧版本的选项，不使用。',
    },
  },
  'sink org.apache.flume.sink.kafka.KafkaSink': {
    about: '把事件写入 Kafka 主题。头 key 作为消息键。',
    keys: {
      ...kafka, 'kafka.topic': '写入的主题；%{name} 代表某个头。', flumeBatchSize: '一个事务中最多的事件数。', 'kafka.producer.acks': '必须收到消息的副本：0 不等待，1 领导者，all 所有同步副本。',
      useFlumeEventFormat: '以 Avro 形式写入完整事件，包含头。', defaultPartitionId: '所有事件的分区；留空则按键分配。', partitionIdHeader: '指定分区的头。', allowTopicOverride: '允许用头指定主题。', topicHeader: '该头的名称。', timestampHeader: '存放消息时间的头。',
    },
  },
  'channel org.apache.flume.channel.kafka.KafkaChannel': {
    about: '把事件保存在 Kafka 主题中，供本机或别处的接收器使用。',
    keys: {
      ...kafka, 'kafka.topic': '保存事件的主题。', 'kafka.consumer.group.id': '同一组的成员分担事件。', parseAsFlumeEvent: '消息值是 Avro 形式的完整事件；关闭时只有正文。', pollTimeout: '接收器等待事件的时间。',
      defaultPartitionId: '所有事件的分区；留空则按键分配。', partitionIdHeader: '指定分区的头。', 'kafka.consumer.auto.offset.reset': '新组的起点：latest 或 earliest。', migrateZookeeperOffsets: '旧版本的选项；偏移量由 Kafka 自己保存。', zookeeperConnect: '旧版本的选项，不使用。',
    },
  },
  'source jms': {
    about: '通过 STOMP 或 AMQP 读取 JMS 队列或主题：ActiveMQ、Artemis、RabbitMQ。',
    keys: {
      initialContextFactory: 'Java 类名；为兼容 Flume 保留，此处不使用。', connectionFactory: 'JNDI 名称；为兼容 Flume 保留，此处不使用。', providerURL: 'stomp://host:61613 或 amqp://host:5672。OpenWire（tcp://）只有 Java 能用。', destinationName: '队列或主题的名称。', destinationType: 'queue 或 topic。',
      destinationLocator: '为兼容 Flume 保留，此处不使用。', messageSelector: '只取符合条件的消息，需要代理支持。', userName: '登录用户。', passwordFile: '存放密码的文件。', ...batch, 'converter.type': '此处只能使用 DEFAULT。', 'converter.charset': '文本消息的编码。',
      createDurableSubscription: '离线期间代理为主题保留消息。', clientId: '本客户端的名称；持久订阅需要它。', durableSubscriptionName: '持久订阅的名称。', pollTimeout: '等待批次装满的时间。', errorThreshold: '为兼容 Flume 保留；源会自动重新连接。',
    },
  },
  'source mqtt': {
    about: '订阅 MQTT 代理的主题。QoS 1 和 2 的消息进入通道后才确认。',
    keys: { url: 'mqtt://host:1883 或 mqtts://host:8883。', topics: '主题，用逗号分隔；+ 和 # 是通配符。', qos: '0 可能丢失，1 可能重复，2 在传输中两者都不会。', clientId: '本客户端的名称；代理按它保留消息。', ...login, protocolVersion: '5 或 3.1.1。', keepAlive: '检查连接是否存活的间隔。', ...tls, topicHeader: '存放消息主题的头。', ...batch, ...wait },
  },
  'sink mqtt': {
    about: '把事件发布到 MQTT 代理。',
    keys: { url: 'mqtt://host:1883 或 mqtts://host:8883。', topic: '主题；%{name} 代表某个头。', qos: '0 可能丢失，1 可能重复，2 在传输中两者都不会。', retain: '代理为新订阅者保留每个主题的最后一条消息。', clientId: '本客户端的名称。', ...login, protocolVersion: '5 或 3.1.1。', keepAlive: '检查连接是否存活的间隔。', ...tls, ...requestTimeout, ...batch },
  },
  'source nats': {
    about: '用持久消费者拉取 NATS JetStream 流的消息。',
    keys: { servers: 'nats://host:4222，用逗号分隔。', stream: '流的名称。', subjects: '需要新建流时使用的主题。', consumer: '持久消费者的名称：位置由服务器保存。', filterSubject: '只取此主题的消息。', ...login, token: '登录令牌。', ackWait: '超过此时间未确认的消息会再次到来。', subjectHeader: '存放消息主题的头。', ...batch, ...wait },
  },
  'sink nats': {
    about: '把事件发布到由 NATS JetStream 流保存的主题。',
    keys: { servers: 'nats://host:4222，用逗号分隔。', subject: '主题；%{name} 代表某个头。', stream: '缺少时为该主题新建的流。', idHeader: '存放标识的头，流据此丢弃重复的消息。', ...login, token: '登录令牌。', ...requestTimeout, ...batch },
  },
  'source amqp': {
    about: '读取 AMQP 0-9-1 代理（如 RabbitMQ）的队列。消息进入通道后才确认。',
    keys: { url: 'amqp://host:5672/vhost 或 amqps://。', queue: '队列名称。', declare: '缺少时新建队列。', durable: '代理重启后队列仍在。', exchange: '把队列绑定到此交换机。', routingKey: '绑定使用的路由键。', ...login, ...tls, ...batch, ...wait },
  },
  'sink amqp': {
    about: '把事件发布到 AMQP 0-9-1 代理（如 RabbitMQ）并等待确认。',
    keys: { url: 'amqp://host:5672/vhost 或 amqps://。', exchange: '交换机；留空时路由键就是队列名。', routingKey: '路由键；%{name} 代表某个头。', declare: '新建路由键所指的队列。', persistent: '代理把消息写入磁盘。', ...login, ...tls, ...requestTimeout, ...batch },
  },
  'source redis-stream': {
    about: '作为组成员读取 Redis 流。',
    keys: { url: 'redis://host:6379 或 rediss://。', stream: '流的键。', group: '同一组的成员分担条目。', consumer: '本成员的名称；重启后先处理它未确认的条目。', from: '新组的起点。', bodyField: '存放正文的字段；其他字段成为头。', password: '密码。', claimAfter: '接管沉默超过此时间的成员的条目。', ...batch, ...wait },
  },
  'sink redis-stream': {
    about: '把事件加入 Redis 流。',
    keys: { url: 'redis://host:6379 或 rediss://。', stream: '流的键；%{name} 代表某个头。', bodyField: '存放正文的字段；每个头有自己的字段。', maxLength: '超过大约此数量时删除旧条目；留空则不删除。', password: '密码。', ...requestTimeout, ...batch },
  },
} satisfies typeof en;
