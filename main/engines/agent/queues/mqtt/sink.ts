// Events as messages of an MQTT topic; a batch counts as delivered once the broker has acknowledged each of its messages (QoS 1 and 2).
import type { QoS } from 'mqtt-packet';
import { MQTT_SINK } from '../../../../../preload/contract/agent/specs/queues.ts';
import { sink } from '../../components/factory.ts';
import { deliverBatch } from '../../sinks/deliver.ts';
import { headerTemplate } from '../header-template.ts';
import { MqttConnection } from './connection.ts';
import { mqttOptions } from './options.ts';

export const mqttSink = sink(MQTT_SINK, (values, context) => {
  const options = mqttOptions(context.name, values);
  const topicOf = headerTemplate(values.topic);
  const { counters } = context;
  let connection: MqttConnection | null = null;

  async function open(): Promise<MqttConnection> {
    if (connection) return connection;
    try {
      connection = await MqttConnection.open({
        ...options, clientId: values.clientId ?? `sluice-${context.name}`, clean: true, window: 100, timeoutMs: values.requestTimeout,
        onMessage: () => {},
        onEnd: () => {
          connection = null;
          counters.ConnectionClosedCount += 1;
        },
      });
    } catch (error) {
      counters.ConnectionFailedCount += 1;
      throw error;
    }
    counters.ConnectionCreatedCount += 1;
    return connection;
  }

  return {
    start: async () => { await open().catch((error: unknown) => { context.say.note(`not connected yet: ${(error as Error).message}`); }); },
    stop: async () => { await connection?.close(); },
    process: (channel, signal) => deliverBatch(channel, values.batchSize, counters, signal, async (events) => {
      const over = await open();
      await Promise.all(events.map((event) => over.publish({
        topic: topicOf(event), payload: event.body, qos: values.qos as QoS, retain: values.retain, ...(event.headers.size > 0 ? { userProperties: Object.fromEntries(event.headers) } : {}),
      })));
    }),
  };
});
