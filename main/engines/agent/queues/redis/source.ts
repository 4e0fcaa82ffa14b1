// Entries of a Redis stream as events, read as a member of a group: an entry is acknowledged once it is committed. What this consumer, or one that is gone,
// had read and not acknowledged comes first.
import { hostname } from 'node:os';
import { REDIS_STREAM_SOURCE } from '../../../../../preload/contract/agent/specs/queues.ts';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { source } from '../../components/factory.ts';
import { polledSource } from '../polled-source.ts';
import { openRedis, type RedisConnection } from './client.ts';
import { entriesOf, entriesRead, eventOf, type StreamEntry } from './entries.ts';

const ANSWER_MS = 20_000;

export const redisStreamSource = source(REDIS_STREAM_SOURCE, (values, context) => {
  const { stream, group } = values;
  const consumer = values.consumer ?? `${hostname()}-${context.name}`;
  let connection: RedisConnection | null = null;
  /** Where this consumer's own unacknowledged entries go on; null once all of them came. */
  let own: string | null = '0';
  let claimed = 0;

  async function open(): Promise<RedisConnection> {
    if (connection?.open) return connection;
    const opened = await openRedis(context.name, values.url, values.password);
    await opened.command(['XGROUP', 'CREATE', stream, group, values.from === 'now' ? '$' : '0', 'MKSTREAM'], ANSWER_MS).catch((error: unknown) => {
      if (!(error instanceof SluiceError) || !String(error.params['reason']).startsWith('BUSYGROUP')) throw error; // the group is there already
    });
    own = '0';
    connection = opened;
    context.counters.OpenConnectionCount = 1;
    return opened;
  }

  /** Read by a consumer that has been silent for `claimAfter`. */
  async function orphans(over: RedisConnection, most: number): Promise<StreamEntry[]> {
    if (performance.now() - claimed < (values.claimAfter * 1000) / 2) return [];
    claimed = performance.now();
    const reply = await over.command(['XAUTOCLAIM', stream, group, consumer, String(values.claimAfter * 1000), '0', 'COUNT', String(most)], ANSWER_MS);
    return entriesOf(Array.isArray(reply) ? reply[1] : undefined);
  }

  return polledSource<StreamEntry>({
    start: async () => { await open(); },
    next: async (most, waitMs) => {
      const over = await open();
      const read = async (id: string, ...block: string[]): Promise<StreamEntry[]> => entriesRead(await over.command(['XREADGROUP', 'GROUP', group, consumer, 'COUNT', String(most), ...block, 'STREAMS', stream, id], waitMs + ANSWER_MS));
      if (own !== null) {
        const entries = await read(own);
        own = entries.at(-1)?.id.toString('latin1') ?? null;
        if (entries.length > 0) return entries;
      }
      const left = await orphans(over, most);
      return left.length > 0 ? left : read('>', 'BLOCK', String(waitMs));
    },
    toEvent: (entry) => eventOf(entry, stream, values.bodyField),
    done: async (entries) => { await (await open()).command(['XACK', stream, group, ...entries.map(({ id }) => id)], ANSWER_MS); },
    stop: async () => {
      connection?.close();
      connection = null;
      context.counters.OpenConnectionCount = 0;
    },
  }, { batchSize: values.batchSize, waitMs: values.batchDurationMillis }, context);
});
