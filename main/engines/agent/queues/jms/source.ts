// Messages of a JMS queue or topic as events (JMSSource, DefaultJMSMessageConverter): properties become headers, text is encoded by `converter.charset`.
import { readFileSync } from 'node:fs';
import { AMQP_SOURCE, JMS_SOURCE } from '../../../../../preload/contract/agent/specs/queues.ts';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../../lib/errno.ts';
import { create, source, type SourceContext } from '../../components/factory.ts';
import { amqpSource } from '../amqp/source.ts';
import { Event } from '../../event/event.ts';
import type { Source } from '../../parts.ts';
import { Inbox } from '../inbox.ts';
import { polledSource } from '../polled-source.ts';
import { StompConnection } from '../stomp/connection.ts';
import type { StompFrame } from '../stomp/frames.ts';
import { jmsTarget } from './target.ts';

/** What STOMP itself puts to a message. */
const OF_STOMP = new Set(['ack', 'subscription', 'content-length', 'content-type', 'redelivered']);

function passwordOf(component: string, file: string | null): string | null {
  if (file === null) return null;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw SluiceError.of('AGENT_KEY', { component, key: 'passwordFile', value: file, reason: codeOf(error) }, error);
  }
}

interface Received { readonly message: StompFrame; readonly over: StompConnection | null }

export const jmsSource = source(JMS_SOURCE, (values, context): Source | Promise<Source> => {
  const { name } = context;
  const target = jmsTarget(name, values);
  const password = passwordOf(name, values.passwordFile);
  const { userName } = values;
  if (values['converter.type'].toUpperCase() !== 'DEFAULT') throw SluiceError.of('AGENT_KEY', { component: name, key: 'converter.type', value: values['converter.type'], reason: 'only DEFAULT can run here, others are classes of Java' });
  if (target.kind === 'amqp') return overAmqp(target, values, password, context);
  if (values.createDurableSubscription && (values.clientId === null || values.durableSubscriptionName === null || values.destinationType !== 'topic')) {
    throw SluiceError.of('AGENT_KEY', { component: name, key: 'createDurableSubscription', value: 'true', reason: 'it needs destinationType = topic, clientId and durableSubscriptionName' });
  }
  const stomp = target;
  const inbox = new Inbox<Received>();
  let connection: StompConnection | null = null;

  async function open(): Promise<void> {
    inbox.clear();
    let own: StompConnection | null = null;
    const early: StompFrame[] = [];
    own = await StompConnection.open({
      component: name, url: stomp.url, userName, password, clientId: values.clientId, destination: stomp.destination, selector: values.messageSelector,
      durable: values.createDurableSubscription ? values.durableSubscriptionName : null, window: values.batchSize * 2,
      onMessage: (message) => { if (own) inbox.push({ message, over: own }); else early.push(message); },
      onEnd: (error) => {
        if (connection === null || connection !== own) return;
        connection = null;
        context.counters.OpenConnectionCount = 0;
        inbox.fail(error);
      },
    });
    for (const message of early) inbox.push({ message, over: own });
    connection = own;
    context.counters.OpenConnectionCount = 1;
  }

  return polledSource<Received>({
    start: open,
    next: async (most, waitMs, signal) => {
      if (!connection) await open();
      return inbox.take(most, waitMs, signal);
    },
    toEvent: ({ message }) => Event.of(new Map([...message.headers].filter(([key]) => !OF_STOMP.has(key))), message.body),
    done: async (messages) => { for (const { message, over } of messages) if (over === connection) over?.acknowledge(message); },
    stop: async () => {
      const last = connection;
      connection = null;
      await last?.close();
    },
  }, { batchSize: values.batchSize, waitMs: values.pollTimeout }, context);
});

function overAmqp(target: { readonly url: string; readonly queue: string }, { userName, batchSize, pollTimeout }: { readonly userName: string | null; readonly batchSize: number; readonly pollTimeout: number }, password: string | null, context: SourceContext): Promise<Source> {
  const keys = { url: target.url, queue: target.queue, batchSize: String(batchSize), batchDurationMillis: String(pollTimeout), ...(userName === null ? {} : { userName }), ...(password === null ? {} : { password }) };
  const properties = new Map(Object.entries(keys).map(([key, value]) => [key, { value, file: '', line: 0 }]));
  return create(amqpSource, { name: context.name, spec: AMQP_SOURCE, properties }, { ...context, properties });
}
