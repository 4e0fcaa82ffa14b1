// Messages of an AMQP 0-9-1 queue as events; each is acknowledged once it is committed, and comes again after a crash.
import type { ConsumeMessage } from 'amqplib';
import { AMQP_SOURCE } from '../../../../../preload/contract/agent/specs/queues.ts';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { source } from '../../components/factory.ts';
import { Event } from '../../event/event.ts';
import { Inbox } from '../inbox.ts';
import { polledSource } from '../polled-source.ts';
import { amqpError, amqpUrl, openReceiving, type AmqpConnection } from './connection.ts';
import { headersOf } from './headers.ts';
import type { Channel } from 'amqplib';

interface Received { readonly message: ConsumeMessage; readonly over: AmqpConnection<Channel> }

export const amqpSource = source(AMQP_SOURCE, (values, context) => {
  const url = amqpUrl(context.name, values);
  const inbox = new Inbox<Received>();
  let connection: AmqpConnection<Channel> | null = null;

  async function open(): Promise<void> {
    inbox.clear();
    const opened = await openReceiving(context.name, url, values, (error) => {
      connection = null;
      context.counters.OpenConnectionCount = 0;
      inbox.fail(error);
    });
    try {
      const { channel } = opened;
      if (values.declare) await channel.assertQueue(values.queue, { durable: values.durable });
      if (values.exchange !== null) await channel.bindQueue(values.queue, values.exchange, values.routingKey);
      await channel.prefetch(Math.min(values.batchSize * 2, 65_535));
      await channel.consume(values.queue, (message) => {
        if (message) inbox.push({ message, over: opened });
        else inbox.fail(SluiceError.of('AGENT_CONNECT', { component: context.name, target: `${url.host} ${values.queue}`, reason: 'the queue was deleted' }));
      });
    } catch (error) {
      await opened.close();
      throw amqpError(context.name, url, error);
    }
    connection = opened;
    context.counters.OpenConnectionCount = 1;
    context.say.note(`connected to ${url.host}`);
  }

  return polledSource<Received>({
    start: open,
    next: async (most, waitMs, signal) => {
      if (!connection) await open();
      return inbox.take(most, waitMs, signal);
    },
    toEvent: ({ message }) => Event.of(headersOf(message), message.content),
    done: async (messages) => {
      for (const { message, over } of messages) if (over === connection) over.channel.ack(message);
    },
    stop: async () => {
      const last = connection;
      connection = null;
      await last?.close();
    },
  }, { batchSize: values.batchSize, waitMs: values.batchDurationMillis }, context);
});
