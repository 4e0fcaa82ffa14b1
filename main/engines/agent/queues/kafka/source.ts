// Messages of Kafka topics as events; offsets are committed once the events are (KafkaSource).
import { KAFKA_SOURCE } from '../../../../../preload/contract/agent/specs/queues.ts';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { source } from '../../components/factory.ts';
import { BadEvent } from '../../event/avro-reader.ts';
import { polledSource } from '../polled-source.ts';
import { kafkaClientOptions, kafkaError, KafkaProperties } from './client-options.ts';
import { eventOf, headerNames } from './message-event.ts';
import { behind } from './offset-ledger.ts';
import { KafkaReader, type KafkaMessage } from './reader.ts';
import { topicsOf } from './topics.ts';

export const kafkaSource = source(KAFKA_SOURCE, (values, context) => {
  const { name } = context;
  const bootstrap = values['kafka.bootstrap.servers'];
  const properties = new KafkaProperties(name, context.properties, 'kafka.consumer.');
  kafkaClientOptions(name, bootstrap, properties); // what cannot be meant is told at once
  const reader = new KafkaReader({
    component: name, bootstrap, group: values['kafka.consumer.group.id'], properties,
    topics: topicsOf(name, values['kafka.topics'], values['kafka.topics.regex']), offsetReset: properties.text('auto.offset.reset') === 'earliest' ? 'earliest' : 'latest',
  });
  const headers = { useFlumeEventFormat: values.useFlumeEventFormat, topicHeader: values.setTopicHeader ? values.topicHeader : null, timestampHeader: values.timestampHeader, names: headerNames(context.properties) };

  return polledSource<KafkaMessage>({
    start: async () => { await reader.open(); },
    next: async (most, waitMs, signal) => {
      const begun = performance.now();
      const messages = await reader.poll(most, waitMs, signal);
      context.counters.more['KafkaEventGetTimer'] = (context.counters.more['KafkaEventGetTimer'] ?? 0) + Math.round(performance.now() - begun);
      if (messages.length === 0) context.counters.more['KafkaEmptyCount'] = (context.counters.more['KafkaEmptyCount'] ?? 0) + 1;
      return messages;
    },
    toEvent: (message) => {
      try {
        return eventOf(message, headers);
      } catch (error) {
        if (!(error instanceof BadEvent)) throw error;
        throw SluiceError.of('AGENT_DECODE', { component: name, file: `${message.topic}-${message.partition}`, position: Number(message.offset), reason: error.message }, error);
      }
    },
    done: async (messages) => {
      const begun = performance.now();
      await reader.commit(behind(messages)).catch((error: unknown) => { throw kafkaError(name, bootstrap, error); });
      context.counters.more['KafkaCommitTimer'] = (context.counters.more['KafkaCommitTimer'] ?? 0) + Math.round(performance.now() - begun);
    },
    stop: () => reader.close(),
  }, { batchSize: values.batchSize, waitMs: values.batchDurationMillis }, context);
});
