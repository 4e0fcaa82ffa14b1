// Messages of a JetStream stream as events, pulled by a durable consumer; each is acknowledged once it is committed, and comes again after `ackWait` otherwise.
import type { Consumer, JsMsg } from '@nats-io/jetstream';
import { NATS_SOURCE } from '../../../../../preload/contract/agent/specs/queues.ts';
import { onAbort } from '../../../../lib/async.ts';
import { source } from '../../components/factory.ts';
import { Event } from '../../event/event.ts';
import { polledSource } from '../polled-source.ts';
import { ensureConsumer, ensureStream, natsError, openNats, type OpenNats } from './connection.ts';

/** nats.js asks for no less. */
const LEAST_WAIT_MS = 1000;

function eventOf(message: JsMsg, subjectHeader: string): Event {
  const headers = new Map<string, string>();
  for (const key of message.headers?.keys() ?? []) headers.set(key, message.headers?.get(key) ?? '');
  headers.set(subjectHeader, message.subject);
  headers.set('sequence', String(message.seq));
  return Event.of(headers, Buffer.from(message.data.buffer, message.data.byteOffset, message.data.byteLength));
}

export const natsSource = source(NATS_SOURCE, (values, context) => {
  let open: OpenNats | null = null;
  let consumer: Consumer | null = null;

  async function connected(): Promise<Consumer> {
    if (open && consumer && !open.connection.isClosed()) return consumer;
    open = await openNats(context.name, values);
    await ensureStream(open, values.stream, values.subjects);
    await ensureConsumer(open, values.stream, values.consumer, { filterSubject: values.filterSubject, ackWaitS: values.ackWait, window: values.batchSize * 2 });
    consumer = await open.client.consumers.get(values.stream, values.consumer);
    context.counters.OpenConnectionCount = 1;
    return consumer;
  }

  const inWords = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw natsError(context.name, values.servers, error);
    }
  };

  return polledSource<JsMsg>({
    start: () => inWords(async () => { await connected(); }),
    next: (most, waitMs, signal) => inWords(async () => {
      const batch = await (await connected()).fetch({ max_messages: most, expires: Math.max(LEAST_WAIT_MS, waitMs) });
      const undo = onAbort(signal, () => { batch.stop(); });
      const messages: JsMsg[] = [];
      try {
        for await (const message of batch) messages.push(message);
      } finally {
        undo();
      }
      return messages;
    }),
    toEvent: (message) => eventOf(message, values.subjectHeader),
    done: async (messages) => {
      for (const message of messages) message.ack();
      await open?.connection.flush();
    },
    stop: async () => {
      await open?.connection.close();
      open = null;
      context.counters.OpenConnectionCount = 0;
    },
  }, { batchSize: values.batchSize, waitMs: values.batchDurationMillis }, context);
});
