// Group membership: a member is an ephemeral node with its data, made again in every new session; a group is followed as a map.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { onAbort, checkCancelled } from '../../../lib/async.ts';
import type { CoordinationClient } from '../client/client-types.ts';
import { childPath } from '../client/paths.ts';
import { CREATE } from '../op-codes.ts';
import { follow } from './follow.ts';
import { ensurePath, isKeeper, known } from './known.ts';
import { SessionGuard } from './session-guard.ts';

export interface Membership {
  /** Others see it from now on. */
  update(data: Buffer | null): Promise<void>;
  leave(): Promise<void>;
}

/** Resolves when the member is there. A node of that name that another session holds is waited for: it is this member's own from before a crash. */
export async function joinGroup(client: CoordinationClient, path: string, name: string, data: Buffer | null, signal?: AbortSignal): Promise<Membership> {
  const own = childPath(path, name);
  const over = new AbortController();
  let current = data;
  let enter: Promise<void> = Promise.resolve();

  const present = async (stop: AbortSignal | undefined): Promise<void> => {
    for (;;) {
      checkCancelled(over.signal);
      checkCancelled(stop);
      await client.connected(stop);
      const guard = new SessionGuard(client);
      try {
        const { stat } = await client.create(own, current, { flags: CREATE.ephemeral });
        if (stat.ephemeralOwner === guard.sessionId) return again(guard);
      } catch (error) {
        if (isKeeper(error, 'NoNode')) await ensurePath(client, path, CREATE.container, stop);
        else if (isKeeper(error, 'NodeExists')) {
          const holder = await waitForOther(client, own, guard, stop);
          if (holder === 'ours') {
            await known(() => client.setData(own, current), stop);
            return again(guard);
          }
        } else if (!isKeeper(error, 'ConnectionLoss', 'SessionExpired') || client.state === 'closed') throw error;
      }
      guard.end();
    }
  };
  const again = (guard: SessionGuard): void => {
    onAbort(over.signal, () => { guard.end(); });
    onAbort(guard.lost, () => {
      if (!over.signal.aborted) enter = present(over.signal).catch(() => undefined);
    });
  };

  await present(signal);
  return {
    update: async (next) => {
      current = next;
      await enter;
      await known(() => client.setData(own, next));
    },
    leave: async () => {
      over.abort();
      await enter;
      await known(() => client.delete(own)).catch((error: unknown) => {
        if (!isKeeper(error, 'NoNode', 'SessionExpired')) throw error;
      });
    },
  };
}

/** 'ours' when the node is of the guard's session, 'gone' once another's has gone. */
async function waitForOther(client: CoordinationClient, path: string, guard: SessionGuard, signal: AbortSignal | undefined): Promise<'ours' | 'gone'> {
  const stop = signal ? AbortSignal.any([signal, guard.lost]) : guard.lost;
  for await (const stat of follow(client, (watch) => client.exists(path, watch), stop)) {
    if (!stat) return 'gone';
    if (stat.ephemeralOwner === guard.sessionId) return 'ours';
    if (stat.ephemeralOwner === 0n) throw SluiceError.of('COORD_KEEPER', { error: 'NodeExists: a node that is nobody’s stands there', path });
  }
  checkCancelled(signal);
  return 'gone';
}

/** The members by name, at first and after each change of who is there or of what one of them says; until the signal aborts. */
export async function* watchGroup(client: CoordinationClient, path: string, signal: AbortSignal): AsyncGenerator<ReadonlyMap<string, Buffer | null>, void, undefined> {
  const watched = new Map<string, { readonly data: Buffer | null; stale: boolean }>();
  yield* follow(client, async (poke) => {
    let names: string[];
    try {
      names = await client.getChildNames(path, poke);
    } catch (error) {
      if (!isKeeper(error, 'NoNode')) throw error;
      if (await client.exists(path, poke)) poke();
      names = [];
    }
    const there = new Set(names);
    for (const name of watched.keys()) if (!there.has(name)) watched.delete(name);
    await Promise.all(names.map(async (name) => {
      if (watched.get(name)?.stale === false) return;
      const entry: { data: Buffer | null; stale: boolean } = { data: null, stale: false };
      try {
        entry.data = (await client.getData(childPath(path, name), () => { entry.stale = true; poke(); })).data;
        watched.set(name, entry);
      } catch (error) {
        if (!isKeeper(error, 'NoNode')) throw error;
        watched.delete(name);
      }
    }));
    return new Map([...watched].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { data }]) => [name, data]));
  }, signal);
}
