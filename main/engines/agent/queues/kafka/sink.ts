// Events as messages of a Kafka topic (KafkaSink): body or Avro form as the value, the header `key` as the key.
import { KAFKA_SINK } from '../../../../../preload/contract/agent/specs/queues.ts';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { sink } from '../../components/factory.ts';
import type { Event } from '../../event/event.ts';
import { deliverBatch } from '../../sinks/deliver.ts';
import { headerTemplate } from '../header-template.ts';
import { KafkaProperties } from './client-options.ts';
import { headerNames } from './message-event.ts';
import { partitionOf } from './partition.ts';
import { KafkaWriter, type KafkaRecordToSend } from './writer.ts';

/** max.request.size of Kafka's producer. */
const REQUEST_LIMIT = 1_048_576;
const ACKS: Readonly<Record<string, number>> = { 0: 0, 1: 1, all: -1, '-1': -1 };

export const kafkaSink = sink(KAFKA_SINK, (values, context) => {
  const { name, counters, deadLetters } = context;
  const bootstrap = values['kafka.bootstrap.servers'];
  const properties = new KafkaProperties(name, context.properties, 'kafka.producer.');
  const writer = new KafkaWriter(name, bootstrap, properties, ACKS[values['kafka.producer.acks']] ?? 1);
  const limit = properties.number('max.request.size') ?? REQUEST_LIMIT;
  const names = headerNames(context.properties);
  const topicOf = headerTemplate(values['kafka.topic']);

  function recordOf(event: Event): KafkaRecordToSend {
    const { headers } = event;
    const key = headers.get('key');
    const time = values.timestampHeader === null ? undefined : headers.get(values.timestampHeader);
    const sent = names.flatMap(([own, kafkaName]) => { const value = headers.get(own); return value === undefined ? [] : [[Buffer.from(kafkaName), Buffer.from(value)] as const]; });
    return {
      topic: (values.allowTopicOverride ? headers.get(values.topicHeader) : undefined) ?? topicOf(event),
      value: values.useFlumeEventFormat ? event.toAvro() : event.body,
      ...(key === undefined ? {} : { key: Buffer.from(key) }), ...(time !== undefined && /^\d{1,15}$/.test(time) ? { timestamp: BigInt(time) } : {}),
      ...(sent.length > 0 ? { headers: new Map(sent) } : {}), ...partitionOf(name, event, values),
    };
  }

  const sizeOf = (event: Event): number => (values.useFlumeEventFormat ? event.size : event.bodySize);

  /** Those that a request has room for. The others would be refused again and again: they are dead letters, or an error before anything is sent. */
  async function sizable(events: readonly Event[]): Promise<readonly Event[]> {
    const large = events.filter((event) => sizeOf(event) > limit);
    const [first] = large;
    if (!first) return events;
    if (!deadLetters) throw SluiceError.of('AGENT_EVENT_TOO_LARGE', { component: name, size: sizeOf(first), limit });
    await deadLetters.add(large.map((event) => ({ event, reason: `${sizeOf(event)} bytes, max.request.size is ${limit}` })));
    return events.filter((event) => sizeOf(event) <= limit);
  }

  /** One by one, so that only those that are never taken go to the dead letters. */
  async function deliverEach(events: readonly Event[]): Promise<void> {
    for (const event of events) {
      try {
        await writer.send([recordOf(event)]);
      } catch (error) {
        if (!deadLetters || !(error instanceof SluiceError) || (error.code !== 'AGENT_REJECTED' && error.code !== 'AGENT_HEADER')) throw error;
        await deadLetters.add([{ event, reason: String(error.params['reason']) }]);
      }
    }
  }

  return {
    start: async () => {},
    stop: () => writer.close(),
    process: (channel, signal) => deliverBatch(channel, values.flumeBatchSize, counters, signal, async (events) => {
      const begun = performance.now();
      try {
        await writer.send((await sizable(events)).map(recordOf));
      } catch (error) {
        if (!deadLetters || !(error instanceof SluiceError) || (error.code !== 'AGENT_REJECTED' && error.code !== 'AGENT_HEADER')) throw error;
        await deliverEach(events.filter((event) => sizeOf(event) <= limit));
      }
      counters.more['KafkaEventSendTimer'] = (counters.more['KafkaEventSendTimer'] ?? 0) + Math.round(performance.now() - begun);
    }),
  };
});
