// What a file channel of Flume holds: its logs alone tell (ReplayHandler). Its checkpoint is a shortening of the same and is not looked at.
import { join } from 'node:path';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import type { Disk } from '../../../../lib/disk/disk.ts';
import { codeOf } from '../../../../lib/errno.ts';
import type { Event } from '../../event/event.ts';
import { FLUME_LOG, FlumeEvents, readLog, type FlumeLog, type FlumeRecord, type LogTrouble } from './flume-log.ts';
import { delimited, fields } from './protobuf.ts';

export interface FlumeContents {
  readonly logs: readonly FlumeLog[];
  /** Places of the events that are still in the channel, the oldest commit first. */
  readonly places: readonly { readonly log: number; readonly offset: number }[];
  readonly records: number;
  /** Committed puts, and those of them that were taken. */
  readonly puts: number;
  readonly takes: number;
  /** Last records that a crash left in part. */
  readonly torn: readonly LogTrouble[];
  readonly damage: readonly LogTrouble[];
}

/** The logs in the folders, per folder in the order of their numbers. */
export async function flumeLogs(disk: Disk, dirs: readonly string[]): Promise<FlumeLog[][]> {
  const all: FlumeLog[][] = [];
  for (const dir of dirs) {
    const logs = (await disk.list(dir)).flatMap((name) => {
      const id = FLUME_LOG.exec(name)?.[1];
      return id === undefined ? [] : [{ id: Number(id), path: join(dir, name) }];
    });
    all.push(logs.sort((a, b) => a.id - b.id));
  }
  return all;
}

/** AGENT_CHANNEL_CORRUPT for damage, unless `skipDamage`; AGENT_CHANNEL_FORMAT for an encrypted channel. */
export async function readFlumeChannel(disk: Disk, dirs: readonly string[], skipDamage: boolean): Promise<FlumeContents> {
  const perDir = await flumeLogs(disk, dirs);
  const logs = perDir.flat();
  for (const log of logs) await refuseEncrypted(disk, log);
  const torn: LogTrouble[] = [];
  const damage: LogTrouble[] = [];
  const live = new Map<number, true>();
  const early = new Set<number>();
  const open = new Map<number, { puts: number[]; takes: number[] }>();
  let records = 0;
  let puts = 0;
  let takes = 0;
  const streams = perDir.map((folder) => inOrder(folder.map((log) => readLog(disk, log, (trouble) => { torn.push(trouble); }, skipDamage ? (trouble) => { damage.push(trouble); } : null)), folder));
  for await (const { log, record } of merged(streams)) {
    records += 1;
    const transaction = open.get(record.transaction) ?? { puts: [], takes: [] };
    switch (record.type) {
      case 'put': transaction.puts.push(key(log, record.offset)); break;
      case 'take': transaction.takes.push(key(record.file, record.put)); break;
      case 'rollback': open.delete(record.transaction); continue;
      case 'commit':
        open.delete(record.transaction);
        for (const put of transaction.puts) {
          puts += 1;
          if (!early.delete(put)) live.set(put, true);
          else takes += 1;
        }
        for (const take of transaction.takes) {
          if (live.delete(take)) takes += 1;
          else early.add(take); // its put is in a log that is gone, or comes later
        }
        continue;
    }
    open.set(record.transaction, transaction);
  }
  return { logs, places: [...live.keys()].map((at) => ({ log: Math.floor(at / 2 ** 32), offset: at % 2 ** 32 })), records, puts, takes, torn, damage };
}

/** The events that are in it, some at a time. */
export async function* flumeEvents(disk: Disk, { logs, places }: FlumeContents, most = 500): AsyncGenerator<Event[], void, undefined> {
  const reader = new FlumeEvents(disk, logs);
  try {
    let batch: Event[] = [];
    let bytes = 0;
    for (const { log, offset } of places) {
      const event = await reader.get(log, offset);
      batch.push(event);
      bytes += event.bodySize;
      if (batch.length < most && bytes < 2 ** 20) continue;
      yield batch;
      batch = [];
      bytes = 0;
    }
    if (batch.length > 0) yield batch;
  } finally {
    await reader.close();
  }
}

const key = (log: number, offset: number): number => log * 2 ** 32 + offset;

interface FromLog { readonly log: number; readonly record: FlumeRecord }

async function* inOrder(streams: readonly AsyncGenerator<FlumeRecord, void, undefined>[], logs: readonly FlumeLog[]): AsyncGenerator<FromLog, void, undefined> {
  for (const [i, stream] of streams.entries()) for await (const record of stream) yield { log: (logs[i] as FlumeLog).id, record };
}

/** By the order of writing, over all folders. */
async function* merged(streams: readonly AsyncGenerator<FromLog, void, undefined>[]): AsyncGenerator<FromLog, void, undefined> {
  const heads = await Promise.all(streams.map((stream) => stream.next()));
  for (;;) {
    let first = -1;
    for (const [i, head] of heads.entries()) {
      if (head.done) continue;
      const best = first < 0 ? null : (heads[first] as IteratorYieldResult<FromLog>).value;
      if (best === null || head.value.record.order < best.record.order) first = i;
    }
    if (first < 0) return;
    yield (heads[first] as IteratorYieldResult<FromLog>).value;
    heads[first] = await (streams[first] as AsyncGenerator<FromLog, void, undefined>).next();
  }
}

/** `log-N.meta`: field 5 tells of encryption. */
async function refuseEncrypted(disk: Disk, { path }: FlumeLog): Promise<void> {
  const meta = `${path}.meta`;
  const bytes = await disk.open(meta, 'read').then(async (file) => {
    const room = Buffer.alloc(Math.min(await file.size(), 65_536));
    const got = room.subarray(0, await file.read(room, 0));
    await file.close();
    return got;
  }, (error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (!bytes || bytes.length === 0) return;
  let encrypted = false;
  try {
    for (const { number } of fields(delimited(bytes, 0)[0])) if (number === 5) encrypted = true;
  } catch {
    return; // a damaged meta file tells nothing that the log does not
  }
  if (encrypted) throw SluiceError.of('AGENT_CHANNEL_FORMAT', { dir: path, reason: 'Flume has encrypted it; drain it with Flume first' });
}
