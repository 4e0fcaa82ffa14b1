// A fair lock: whoever asked first holds first. Held by a session, so that it falls to the next within the session timeout of a crash.
// Not reentrant: one client that asks twice waits for itself.
import type { CoordinationClient } from '../client/client-types.ts';
import { childPath } from '../client/paths.ts';
import { bySequence, isKeeper, known } from './known.ts';
import { directlyBefore, standInLine, type Held } from './line.ts';

export interface LockOptions {
  /** Shown to those who look at the lock: JSON of machine, user, pid or the like. */
  readonly data?: Buffer | null;
  readonly signal?: AbortSignal;
}

/** One who holds the lock or waits for it. */
export interface InLine {
  readonly path: string;
  readonly data: Buffer | null;
  readonly token: number;
  readonly sessionId: bigint;
  /** ms since 1970, by the server's clock. */
  readonly since: number;
}

/** Waits for its turn. COORD_SESSION_LOST, APP_CANCELLED, COORD_CONNECT: then it stands in line no more. */
export async function acquireLock(client: CoordinationClient, path: string, options: LockOptions = {}): Promise<Held> {
  return await standInLine(client, path, { prefix: 'lock-', data: options.data ?? null, signal: options.signal, blockedBy: directlyBefore }) as Held;
}

/** Null when someone else holds it now. */
export function tryLock(client: CoordinationClient, path: string, options: LockOptions = {}): Promise<Held | null> {
  return standInLine(client, path, { prefix: 'lock-', data: options.data ?? null, signal: options.signal, wait: false, blockedBy: directlyBefore });
}

/** Does the work under the lock; the signal it gets aborts when the lock is lost. */
export async function withLock<T>(client: CoordinationClient, path: string, work: (held: Held) => Promise<T>, options: LockOptions = {}): Promise<T> {
  const held = await acquireLock(client, path, options);
  try {
    return await work(held);
  } finally {
    await held.release();
  }
}

/** Who holds it (the first) and who waits, in order. At most `most` of them are asked for their data. */
export async function lockLine(client: CoordinationClient, path: string, most = 1000): Promise<InLine[]> {
  let names: string[];
  try {
    names = await known(() => client.getChildNames(path));
  } catch (error) {
    if (isKeeper(error, 'NoNode')) return [];
    throw error;
  }
  const line = await Promise.all(names.sort(bySequence).slice(0, most).map(async (name): Promise<InLine | null> => {
    try {
      const { data, stat } = await known(() => client.getData(childPath(path, name)));
      return { path: childPath(path, name), data, token: stat.czxid, sessionId: stat.ephemeralOwner, since: stat.ctime };
    } catch (error) {
      if (isKeeper(error, 'NoNode')) return null;
      throw error;
    }
  }));
  return line.filter((one) => one !== null);
}
