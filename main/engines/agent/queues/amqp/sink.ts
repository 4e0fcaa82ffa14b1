// Events as messages of an AMQP 0-9-1 exchange; a batch is delivered once the broker has confirmed it. What no queue takes comes back and is an error.
import type { ConfirmChannel } from 'amqplib';
import { AMQP_SINK } from '../../../../../preload/contract/agent/specs/queues.ts';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { within } from '../../../../lib/async.ts';
import { sink } from '../../components/factory.ts';
import type { Event } from '../../event/event.ts';
import { deliverBatch } from '../../sinks/deliver.ts';
import { headerTemplate } from '../header-template.ts';
import { amqpError, amqpUrl, openSending, type AmqpConnection } from './connection.ts';

export const amqpSink = sink(AMQP_SINK, (values, context) => {
  const url = amqpUrl(context.name, values);
  const keyOf = headerTemplate(values.routingKey);
  const { counters } = context;
  let connection: AmqpConnection<ConfirmChannel> | null = null;
  /** Why the broker gave a message of the batch in hand back. */
  let returned: string | null = null;
  const declared = new Set<string>();

  async function open(): Promise<AmqpConnection<ConfirmChannel>> {
    if (connection) return connection;
    try {
      connection = await openSending(context.name, url, values, () => {
        connection = null;
        counters.ConnectionClosedCount += 1;
      });
    } catch (error) {
      counters.ConnectionFailedCount += 1;
      throw error;
    }
    counters.ConnectionCreatedCount += 1;
    declared.clear();
    connection.channel.on('return', ({ fields }: { readonly fields: { readonly replyText?: string; readonly routingKey?: string } }) => { returned = `no queue takes ${fields.routingKey ?? ''} (${fields.replyText ?? 'NO_ROUTE'})`; });
    return connection;
  }

  async function deliver(events: readonly Event[]): Promise<void> {
    const { channel } = await open();
    returned = null;
    for (const event of events) {
      const routingKey = keyOf(event);
      if (values.declare && values.exchange === '' && !declared.has(routingKey)) {
        await channel.assertQueue(routingKey, { durable: true });
        declared.add(routingKey);
      }
      channel.publish(values.exchange, routingKey, event.body, { headers: Object.fromEntries(event.headers), persistent: values.persistent, mandatory: true });
    }
    await within(channel.waitForConfirms(), values.requestTimeout, () => SluiceError.of('AGENT_DELIVERY', { component: context.name, target: url.host, reason: `not confirmed within ${values.requestTimeout} ms` }));
    if (returned !== null) throw SluiceError.of('AGENT_DELIVERY', { component: context.name, target: url.host, reason: returned });
  }

  return {
    start: async () => { await open().catch((error: unknown) => { context.say.note(`not connected yet: ${(error as Error).message}`); }); },
    stop: async () => { await connection?.close(); },
    process: (channel, signal) => deliverBatch(channel, values.batchSize, counters, signal, async (events) => {
      try {
        await deliver(events);
      } catch (error) {
        const broken = connection;
        connection = null;
        await broken?.close();
        throw amqpError(context.name, url, error);
      }
    }),
  };
});
