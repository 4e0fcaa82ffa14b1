// Events as entries of a Redis stream: the body in one field, each header in one of its own. A batch is delivered once every XADD was answered.
import { REDIS_STREAM_SINK } from '../../../../../preload/contract/agent/specs/queues.ts';
import { sink } from '../../components/factory.ts';
import { deliverBatch } from '../../sinks/deliver.ts';
import { headerTemplate } from '../header-template.ts';
import { openRedis, type RedisConnection } from './client.ts';

export const redisStreamSink = sink(REDIS_STREAM_SINK, (values, context) => {
  const streamOf = headerTemplate(values.stream);
  const { counters } = context;
  const cut = values.maxLength === null ? [] : ['MAXLEN', '~', String(values.maxLength)];
  let connection: RedisConnection | null = null;

  async function open(): Promise<RedisConnection> {
    if (connection?.open) return connection;
    if (connection) counters.ConnectionClosedCount += 1;
    try {
      connection = await openRedis(context.name, values.url, values.password);
    } catch (error) {
      counters.ConnectionFailedCount += 1;
      throw error;
    }
    counters.ConnectionCreatedCount += 1;
    return connection;
  }

  return {
    start: async () => { await open().catch((error: unknown) => { context.say.note(`not connected yet: ${(error as Error).message}`); }); },
    stop: async () => { connection?.close(); },
    process: (channel, signal) => deliverBatch(channel, values.batchSize, counters, signal, async (events) => {
      const over = await open();
      await Promise.all(events.map((event) => {
        const fields = [...event.headers].filter(([name]) => name !== values.bodyField).flat();
        return over.command(['XADD', streamOf(event), ...cut, '*', values.bodyField, event.body, ...fields], values.requestTimeout);
      }));
    }),
  };
});
