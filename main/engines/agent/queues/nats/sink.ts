// Events as messages of a JetStream subject; a batch is delivered once the stream has acknowledged each of them. With `idHeader` the stream knows a message that comes twice.
import { headers as natsHeaders, type MsgHdrs } from '@nats-io/transport-node';
import { NATS_SINK } from '../../../../../preload/contract/agent/specs/queues.ts';
import { sink } from '../../components/factory.ts';
import type { Event } from '../../event/event.ts';
import { deliverBatch } from '../../sinks/deliver.ts';
import { headerTemplate } from '../header-template.ts';
import { KeptConnection } from '../kept-connection.ts';
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
  const kept = new KeptConnection<OpenNats>(context, async (lost) => {
    const opened = await openNats(context.name, values);
    void opened.connection.closed().then(lost);
    if (values.stream !== null) await ensureStream(opened, values.stream, [values.subject.replace(/%\{[^}]*\}/g, '*')]);
    return opened;
  }, ({ connection }) => connection.close());

  return {
    start: () => kept.tryFirst(),
    stop: () => kept.drop(),
    process: (channel, signal) => deliverBatch(channel, values.batchSize, context.counters, signal, async (events) => {
      try {
        const { client } = await kept.get();
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
