// Standing in line: ephemeral sequential nodes under one parent, each watching only the one it waits for. Locks and elections are lines.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { cancelled, onAbort } from '../../../lib/async.ts';
import type { CoordinationClient } from '../client/client-types.ts';
import { childPath } from '../client/paths.ts';
import { EVENT } from '../op-codes.ts';
import { bySequence, isKeeper, known } from './known.ts';
import { createProtected, type ProtectedNode } from './protected-create.ts';
import { SessionGuard } from './session-guard.ts';

export interface LineOptions {
  /** What the node's name says before its number: 'lock-'. */
  readonly prefix: string;
  /** Who stands there, for those who look; a few hundred bytes. */
  readonly data?: Buffer | null;
  /** The name to wait for, of those in line in order, or null when it is our turn. */
  blockedBy(line: readonly string[], mine: string): string | null;
  /** False: does not wait, `null` at once when it is not our turn. */
  readonly wait?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** A place at the head of the line. */
export interface Held {
  /** Fencing token: greater than that of everyone who held it before. Give it along to what the lock protects, and have smaller ones refused there. */
  readonly token: number;
  readonly path: string;
  /** Aborts when the place may be lost: session expired, no server reached for a session timeout, or the node deleted by someone. */
  readonly lost: AbortSignal;
  /** Leaves the line; resolves when the node is gone, or the place is lost anyway: what is left of it then goes by itself. May be called twice. */
  release(): Promise<void>;
}

/** COORD_SESSION_LOST when the session is lost while waiting; APP_CANCELLED on abort; otherwise what the client says. No node stays after an error. */
export async function standInLine(client: CoordinationClient, parent: string, options: LineOptions): Promise<Held | null> {
  const { signal } = options;
  await client.connected(signal);
  const guard = new SessionGuard(client);
  let node: ProtectedNode | null = null;
  try {
    node = await createProtected(client, parent, options.prefix, options.data ?? null, guard, signal);
    for (;;) {
      guard.check();
      const line = (await known(() => client.getChildNames(parent), signal)).sort(bySequence);
      if (!line.includes(node.name)) throw SluiceError.of('COORD_SESSION_LOST', { hosts: client.server ?? 'the ensemble' });
      const blocker = options.blockedBy(line, node.name);
      if (blocker === null) return held(client, node, guard);
      if (options.wait === false) {
        await leave(client, node, guard);
        return null;
      }
      await gone(client, childPath(parent, blocker), guard, signal);
    }
  } catch (error) {
    if (node) void leave(client, node, guard).catch(() => undefined);
    else guard.end();
    throw guard.lost.aborted ? guard.lost.reason : error;
  }
}

/** The one right before `mine`. */
export function directlyBefore(line: readonly string[], mine: string): string | null {
  return line[line.indexOf(mine) - 1] ?? null;
}

/** Resolves when the node is, or may be, gone or changed. getData, because an exists watch on a node that never comes back would stay for ever. */
async function gone(client: CoordinationClient, path: string, guard: SessionGuard, signal: AbortSignal | undefined): Promise<void> {
  let changed: () => void = () => undefined;
  const event = new Promise<void>((resolve) => { changed = resolve; });
  try {
    await known(() => client.getData(path, () => { changed(); }), signal);
  } catch (error) {
    if (isKeeper(error, 'NoNode')) return;
    throw error;
  }
  let undo = [(): void => undefined];
  await new Promise<void>((resolve, reject) => {
    void event.then(resolve);
    undo = [onAbort(signal, () => { reject(cancelled()); }), onAbort(guard.lost, () => { reject(guard.lost.reason as Error); })];
  }).finally(() => { for (const each of undo) each(); });
}

function held(client: CoordinationClient, node: ProtectedNode, guard: SessionGuard): Held {
  let leaving: Promise<void> | null = null;
  const lost = new Promise<void>((resolve) => { onAbort(guard.lost, resolve); });
  const release = (): Promise<void> => Promise.race([leaving ??= leave(client, node, guard), lost]);
  const stillThere = async (): Promise<void> => {
    try {
      await known(() => client.getData(node.path, (event) => {
        if (leaving || guard.lost.aborted) return;
        if (event.type === EVENT.deleted) guard.lose();
        else void stillThere();
      }));
    } catch (error) {
      if (!leaving && isKeeper(error, 'NoNode')) guard.lose();
    }
  };
  onAbort(guard.lost, () => { void release().catch(() => undefined); });
  void stillThere();
  return { token: node.czxid, path: node.path, lost: guard.lost, release };
}

/** Takes the node away, however long it takes to reach a server; it is nobody's business any more once its session is over. */
async function leave(client: CoordinationClient, node: ProtectedNode, guard: SessionGuard): Promise<void> {
  try {
    while (client.sessionId === guard.sessionId) {
      try {
        await client.delete(node.path);
        return;
      } catch (error) {
        if (isKeeper(error, 'NoNode', 'SessionExpired')) return;
        if (!isKeeper(error, 'ConnectionLoss') && !(error instanceof SluiceError && error.code === 'COORD_CONNECT')) throw error;
      }
      await client.connected();
    }
  } finally {
    guard.end();
  }
}
