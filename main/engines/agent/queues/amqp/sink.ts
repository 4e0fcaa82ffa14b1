// Events as messages of an AMQP 0-9-1 exchange; a batch is delivered once the broker has confirmed it. What no queue takes comes back and is an error.
import type { ConfirmChannel } from 'amqplib';
import { AMQP_SINK } from '../../../../../preload/contract/agent/specs/queues.ts';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { within } from '../../../../lib/async.ts';
import { sink } from '../../components/factory.ts';
import type { Event } from '../../event/event.ts';
import { deliverBatch } from '../../sinks/deliver.ts';
import { headerTemplate } from '../header-template.ts';
import { KeptConnection } from '../kept-connection.ts';
import { amqpError, amqpUrl, openSending, type AmqpConnection } from './connection.ts';

export const amqpSink = sink(AMQP_SINK, (values, context) => {
  const url = amqpUrl(context.name, values);
  const keyOf = headerTemplate(values.routingKey);
  /** Why the broker gave a message of the batch in hand back. */
  let returned: string | null = null;
  const declared = new Set<string>();
  const kept = new KeptConnection<AmqpConnection<ConfirmChannel>>(context, async (lost) => {
    const opened = await openSending(context.name, url, values, lost);
    declared.clear();
    opened.channel.on('return', ({ fields }: { readonly fields: { readonly replyText?: string; readonly routingKey?: string } }) => { returned = `no queue takes ${fields.routingKey ?? ''} (${fields.replyText ?? 'NO_ROUTE'})`; });
    return opened;
  }, (connection) => connection.close());

  async function deliver(events: readonly Event[]): Promise<void> {
    const { channel } = await kept.get();
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
    start: () => kept.tryFirst(),
    stop: () => kept.drop(),
    process: (channel, signal) => deliverBatch(channel, values.batchSize, context.counters, signal, async (events) => {
      try {
        await deliver(events);
      } catch (error) {
        await kept.drop();
        throw amqpError(context.name, url, error);
      }
    }),
  };
});
