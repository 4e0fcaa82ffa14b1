// What makes the types of preload/contract/agent/specs/queues.ts.
import type { Family } from './family.ts';

export const QUEUES: Family = {
  sources: {
    'org.apache.flume.source.kafka.KafkaSource': async () => (await import('../queues/kafka/source.ts')).kafkaSource,
    jms: async () => (await import('../queues/jms/source.ts')).jmsSource,
    mqtt: async () => (await import('../queues/mqtt/source.ts')).mqttSource,
    nats: async () => (await import('../queues/nats/source.ts')).natsSource,
    amqp: async () => (await import('../queues/amqp/source.ts')).amqpSource,
    'redis-stream': async () => (await import('../queues/redis/source.ts')).redisStreamSource,
  },
  channels: {
    'org.apache.flume.channel.kafka.KafkaChannel': async () => (await import('../queues/kafka/channel.ts')).kafkaChannel,
  },
  sinks: {
    'org.apache.flume.sink.kafka.KafkaSink': async () => (await import('../queues/kafka/sink.ts')).kafkaSink,
    mqtt: async () => (await import('../queues/mqtt/sink.ts')).mqttSink,
    nats: async () => (await import('../queues/nats/sink.ts')).natsSink,
    amqp: async () => (await import('../queues/amqp/sink.ts')).amqpSink,
    'redis-stream': async () => (await import('../queues/redis/sink.ts')).redisStreamSink,
  },
};
