// Events as messages of an MQTT topic; a batch counts as delivered once the broker has acknowledged each of its messages (QoS 1 and 2).
import type { QoS } from 'mqtt-packet';
import { MQTT_SINK } from '../../../../../preload/contract/agent/specs/queues.ts';
import { sink } from '../../components/factory.ts';
import { deliverBatch } from '../../sinks/deliver.ts';
import { headerTemplate } from '../header-template.ts';
import { KeptConnection } from '../kept-connection.ts';
import { MqttConnection } from './connection.ts';
import { mqttOptions } from './options.ts';

/** Nothing is received: any number does. */
const WINDOW = 100;

export const mqttSink = sink(MQTT_SINK, (values, context) => {
  const options = mqttOptions(context.name, values);
  const topicOf = headerTemplate(values.topic);
  const kept = new KeptConnection<MqttConnection>(
    context,
    (lost) => MqttConnection.open({ ...options, clientId: values.clientId ?? `sluice-${context.name}`, clean: true, window: WINDOW, timeoutMs: values.requestTimeout, onMessage: () => {}, onEnd: lost }),
    (connection) => connection.close(),
  );
  return {
    start: () => kept.tryFirst(),
    stop: () => kept.drop(),
    process: (channel, signal) => deliverBatch(channel, values.batchSize, context.counters, signal, async (events) => {
      const connection = await kept.get();
      await Promise.all(events.map((event) => connection.publish({
        topic: topicOf(event), payload: event.body, qos: values.qos as QoS, retain: values.retain, ...(event.headers.size > 0 ? { userProperties: Object.fromEntries(event.headers) } : {}),
      })));
    }),
  };
});
