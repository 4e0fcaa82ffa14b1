// Events as entries of a Redis stream: the body in one field, each header in one of its own. A batch is delivered once every XADD was answered.
import { REDIS_STREAM_SINK } from '../../../../../preload/contract/agent/specs/queues.ts';
import { sink } from '../../components/factory.ts';
import { deliverBatch } from '../../sinks/deliver.ts';
import { headerTemplate } from '../header-template.ts';
import { KeptConnection } from '../kept-connection.ts';
import { openRedis, type RedisConnection } from './client.ts';

export const redisStreamSink = sink(REDIS_STREAM_SINK, (values, context) => {
  const streamOf = headerTemplate(values.stream);
  const cut = values.maxLength === null ? [] : ['MAXLEN', '~', String(values.maxLength)];
  const kept = new KeptConnection<RedisConnection>(context, (lost) => openRedis(context.name, values.url, values.password, lost), (connection) => connection.close());
  return {
    start: () => kept.tryFirst(),
    stop: () => kept.drop(),
    process: (channel, signal) => deliverBatch(channel, values.batchSize, context.counters, signal, async (events) => {
      const connection = await kept.get();
      await Promise.all(events.map((event) => {
        const fields = [...event.headers].filter(([name]) => name !== values.bodyField).flat();
        return connection.command(['XADD', streamOf(event), ...cut, '*', values.bodyField, event.body, ...fields], values.requestTimeout);
      }));
    }),
  };
});
