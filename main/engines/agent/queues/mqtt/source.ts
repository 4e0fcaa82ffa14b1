// Messages of MQTT topics as events. With QoS 1 and 2 the broker keeps each until it is committed; the session outlives us, so that nothing is missed while we are away.
import type { IPublishPacket, QoS } from 'mqtt-packet';
import { MQTT_SOURCE } from '../../../../../preload/contract/agent/specs/queues.ts';
import { source } from '../../components/factory.ts';
import { Event } from '../../event/event.ts';
import { Inbox } from '../inbox.ts';
import { polledSource } from '../polled-source.ts';
import { MqttConnection } from './connection.ts';
import { mqttOptions } from './options.ts';

const CONNECT_MS = 20_000;

/** A message, and the connection over which it may be acknowledged. */
interface Received { readonly packet: IPublishPacket; readonly over: number }

export const mqttSource = source(MQTT_SOURCE, (values, context) => {
  const options = mqttOptions(context.name, values);
  const qos = values.qos as QoS;
  const inbox = new Inbox<Received>();
  let connection: MqttConnection | null = null;
  /** Counts connections: an acknowledgement over another one than it came by would be for another message. */
  let serial = 0;

  async function open(): Promise<void> {
    const over = ++serial;
    inbox.clear();
    const opened = await MqttConnection.open({
      ...options, clientId: values.clientId ?? `sluice-${context.name}`, clean: qos === 0, window: values.batchSize * 2, timeoutMs: CONNECT_MS,
      onMessage: (packet) => { inbox.push({ packet, over }); },
      onEnd: (error) => {
        if (over !== serial) return;
        connection = null;
        context.counters.OpenConnectionCount = 0;
        if (error) inbox.fail(error);
      },
    });
    await opened.subscribe(values.topics, qos);
    connection = opened;
    context.counters.OpenConnectionCount = 1;
    context.say.note(`connected to ${options.url.host}`);
  }

  return polledSource<Received>({
    start: open,
    next: async (most, waitMs, signal) => {
      if (!connection) await open();
      return inbox.take(most, waitMs, signal);
    },
    toEvent: ({ packet }) => {
      const user = Object.entries(packet.properties?.userProperties ?? {}).map(([key, value]) => [key, Array.isArray(value) ? value.join(',') : value] as const);
      const headers = new Map([...user, [values.topicHeader, packet.topic] as const, ...(packet.retain ? [['retain', 'true'] as const] : [])]);
      return Event.of(headers, Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload));
    },
    done: async (messages) => {
      for (const { packet, over } of messages) if (over === serial) connection?.acknowledge(packet);
    },
    stop: async () => {
      serial += 1;
      const last = connection;
      connection = null;
      await last?.close();
    },
  }, { batchSize: values.batchSize, waitMs: values.batchDurationMillis }, context);
});
