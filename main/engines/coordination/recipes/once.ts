// Work that runs once, whoever of many processes comes to it: a lock while it runs, a mark when it is done, both ends bound by one multi.
// A process that dies in the middle leaves no mark, and the next one does the work: exactly one end is recorded, at least one run is made.
import { delay } from '../../../lib/async.ts';
import type { CoordinationClient } from '../client/client-types.ts';
import { allOf } from '../client/multi.ts';
import { childPath } from '../client/paths.ts';
import { CREATE } from '../op-codes.ts';
import { ensurePath, isKeeper, known, remove } from './known.ts';
import { acquireLock } from './lock.ts';
import type { Held } from './line.ts';

export interface OnceOptions {
  /** Shown as who runs it, and kept in the mark as who did. */
  readonly data?: Buffer | null;
  readonly signal?: AbortSignal;
  /** Marks kept; older ones (by name order of their keys) are purged. 100 unless given. */
  readonly keep?: number;
}

/** What became of it: done by us now, or marked as done before. */
export type OnceOutcome = 'done' | 'already';

/**
 * Runs `work` unless `key` is marked as done under `path`; waits while another process runs it. What `work` throws is thrown, and leaves no mark.
 * COORD_SESSION_LOST when the lock was lost before the mark was made: someone else may be running it then.
 */
export async function runOnce(client: CoordinationClient, path: string, key: string, work: (held: Held) => Promise<void>, options: OnceOptions = {}): Promise<OnceOutcome> {
  const done = childPath(path, 'done');
  const name = encodeURIComponent(key).replaceAll('.', '%2E');
  const mark = childPath(done, name);
  if (await known(() => client.exists(mark), options.signal)) return 'already';
  const held = await acquireLock(client, childPath(childPath(path, 'running'), name), { data: options.data ?? null, ...(options.signal ? { signal: options.signal } : {}) });
  try {
    if (await known(() => client.exists(mark))) return 'already';
    await ensurePath(client, done, CREATE.persistent);
    await work(held);
    await setMark(client, mark, options.data ?? null, held);
    await purge(client, done, options.keep ?? 100);
    return 'done';
  } finally {
    await held.release();
  }
}

/** The mark is made only while our place in line is still there. */
async function setMark(client: CoordinationClient, mark: string, data: Buffer | null, held: Held): Promise<void> {
  const ops = [{ op: 'check', path: held.path, version: 0 }, { op: 'create', path: mark, data }] as const;
  for (let unsure = false; ;) {
    if (held.lost.aborted) throw held.lost.reason;
    try {
      allOf(ops, await client.multi(ops));
      return;
    } catch (error) {
      if (isKeeper(error, 'ConnectionLoss')) unsure = true;
      else if (unsure && (isKeeper(error, 'NodeExists'))) return;
      else throw error;
    }
  }
}

async function purge(client: CoordinationClient, done: string, keep: number): Promise<void> {
  const marks = (await known(() => client.getChildNames(done))).sort();
  for (const name of marks.slice(0, Math.max(0, marks.length - keep))) await remove(client, childPath(done, name));
}

export interface ScheduleOptions extends OnceOptions {
  readonly everyMs: number;
  readonly signal: AbortSignal;
  /** Told of a slot that failed here; the schedule goes on. */
  onError(error: unknown): void;
}

/** Runs `work` once in each slot of `everyMs` of the wall clock, across all processes that keep this schedule. Slots nobody was there for are left out. */
export async function keepSchedule(client: CoordinationClient, path: string, name: string, work: (held: Held) => Promise<void>, options: ScheduleOptions): Promise<void> {
  const { everyMs, signal } = options;
  for (let last = -1; !signal.aborted;) {
    const slot = Math.floor(Date.now() / everyMs);
    if (slot > last) {
      last = slot;
      await runOnce(client, childPath(path, name), `slot-${String(slot).padStart(15, '0')}`, work, options).catch((error: unknown) => { if (!signal.aborted) options.onError(error); });
    }
    await delay(Math.max(1, (last + 1) * everyMs - Date.now()), signal).catch(() => undefined);
  }
}
