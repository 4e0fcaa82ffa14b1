// A counter that many add to. Beside the value its node keeps the ids of the last additions, so that one whose answer was lost is
// neither done twice nor forgotten.
import { randomUUID } from 'node:crypto';
import type { CoordinationClient } from '../client/client-types.ts';
import { parentPath } from '../client/paths.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { KeeperError } from '../keeper-errors.ts';
import { follow } from './follow.ts';
import { ensurePath, isKeeper, known } from './known.ts';

const RECENT = 32;

interface Count {
  readonly value: number;
  readonly recent: readonly string[];
}

/** 0 for a counter nobody has added to. COORD_KEEPER when the node is no counter. */
export async function countOf(client: CoordinationClient, path: string): Promise<number> {
  return (await read(client, path))?.count.value ?? 0;
}

/** Adds (a negative amount takes away) and answers the new value. ConnectionLoss only when so many others added meanwhile that the outcome cannot be told any more. */
export async function addTo(client: CoordinationClient, path: string, amount: number): Promise<number> {
  const id = randomUUID();
  let unsureAt: number | null = null; // the version that the first attempt of unknown outcome was based on
  for (;;) {
    const now = await read(client, path);
    if (unsureAt !== null && now) {
      if (now.count.recent.includes(id)) return now.count.value;
      if (now.version - unsureAt > RECENT) throw new KeeperError('ConnectionLoss', path);
    }
    const count: Count = { value: (now?.count.value ?? 0) + amount, recent: [...(now?.count.recent ?? []), id].slice(-RECENT) };
    const data = Buffer.from(JSON.stringify(count));
    try {
      if (now) await client.setData(path, data, now.version);
      else await client.create(path, data);
      return count.value;
    } catch (error) {
      if (isKeeper(error, 'NoNode')) await ensurePath(client, parentPath(path));
      else if (isKeeper(error, 'ConnectionLoss')) unsureAt ??= now?.version ?? -1;
      else if (!isKeeper(error, 'BadVersion', 'NodeExists')) throw error;
    }
  }
}

/** The value at first and after changes, until the signal aborts. */
export async function* watchCount(client: CoordinationClient, path: string, signal: AbortSignal): AsyncGenerator<number, void, undefined> {
  yield* follow(client, async (changed) => {
    if (!(await client.exists(path, changed))) return 0;
    return await countOf(client, path);
  }, signal);
}

async function read(client: CoordinationClient, path: string): Promise<{ readonly count: Count; readonly version: number } | null> {
  try {
    const { data, stat } = await known(() => client.getData(path));
    return { count: parse(data, path), version: stat.version };
  } catch (error) {
    if (isKeeper(error, 'NoNode')) return null;
    throw error;
  }
}

function parse(data: Buffer | null, path: string): Count {
  try {
    const { value, recent } = JSON.parse((data ?? Buffer.alloc(0)).toString('utf8')) as Partial<Count>;
    if (typeof value === 'number' && Array.isArray(recent) && recent.length <= RECENT) return { value, recent };
  } catch { /* said below */ }
  throw SluiceError.of('COORD_KEEPER', { error: 'the znode holds no counter', path });
}
