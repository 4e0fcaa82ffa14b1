// Events as messages of a JetStream subject; a batch is delivered once the stream has acknowledged each of them. With `idHeader` the stream knows a message that comes twice.
import { headers as natsHeaders, type MsgHdrs } from '@nats-io/transport-node';
import { NATS_SINK } from '../../../../../preload/contract/agent/specs/queues.ts';
import { sink } from '../../components/factory.ts';
import type { Event } from '../../event/event.ts';
import { deliverBatch } from '../../sinks/deliver.ts';
import { headerTemplate } from '../header-template.ts';
import { ensureStream, natsError, openNats, type OpenNats } from './connection.ts';

/** Names with other characters than NATS allows (RFC 7230 tokens) are left out. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

function headersOf(event: Event): MsgHdrs | null {
  if (event.headers.size === 0) return null;
  const headers = natsHeaders();
  for (const [name, value] of event.headers) if (TOKEN.test(name) && !/[\r\n]/.test(value)) headers.append(name, value);
  return headers;
}

export const natsSink = sink(NATS_SINK, (values, context) => {
  const subjectOf = headerTemplate(values.subject);
  const { counters } = context;
  let open: OpenNats | null = null;

  async function connected(): Promise<OpenNats> {
    if (open && !open.connection.isClosed()) return open;
    try {
      open = await openNats(context.name, values);
      if (values.stream !== null) await ensureStream(open, values.stream, [values.subject.replace(/%\{[^}]*\}/g, '*')]);
    } catch (error) {
      counters.ConnectionFailedCount += 1;
      throw error;
    }
    counters.ConnectionCreatedCount += 1;
    return open;
  }

  return {
    start: async () => { await connected().catch((error: unknown) => { context.say.note(`not connected yet: ${(error as Error).message}`); }); },
    stop: async () => { await open?.connection.close(); },
    process: (channel, signal) => deliverBatch(channel, values.batchSize, counters, signal, async (events) => {
      try {
        const { client } = await connected();
        await Promise.all(events.map((event) => {
          const headers = headersOf(event);
          const id = values.idHeader === null ? undefined : event.headers.get(values.idHeader);
          return client.publish(subjectOf(event), event.body, { timeout: values.requestTimeout, ...(headers ? { headers } : {}), ...(id === undefined ? {} : { msgID: id }) });
        }));
      } catch (error) {
        throw natsError(context.name, values.servers, error);
      }
    }),
  };
});
