// A double barrier: `count` enter together and leave together, round after round on the same path. Members and the marks that open a round
// share one row of sequence numbers, so that the mark of a round is any that came after one's own node, and a quick one that enters again is never
// taken for one that has not left.
import { cancelled } from '../../../lib/async.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { CoordinationClient } from '../client/client-types.ts';
import { childPath } from '../client/paths.ts';
import { CREATE } from '../op-codes.ts';
import { follow } from './follow.ts';
import { known, remove, sequenceOf } from './known.ts';
import { createProtected } from './protected-create.ts';
import { SessionGuard } from './session-guard.ts';

export interface Round {
  /** Resolves when everyone of the round has left, or died. */
  leave(signal?: AbortSignal): Promise<void>;
}

const READY = 'ready-';
const isReady = (name: string): boolean => name.startsWith(READY);

/** Resolves when `count` are there. COORD_SESSION_LOST when our own node went with its session; APP_CANCELLED on abort: then we are not in. */
export async function enterDoubleBarrier(client: CoordinationClient, path: string, count: number, options: { readonly data?: Buffer | null; readonly signal?: AbortSignal } = {}): Promise<Round> {
  await client.connected(options.signal);
  const guard = new SessionGuard(client);
  const own = await createProtected(client, path, 'member-', options.data ?? null, guard, options.signal);
  const mine = sequenceOf(own.name);
  const stop = options.signal ? AbortSignal.any([options.signal, guard.lost]) : guard.lost;
  try {
    for await (const names of follow(client, (changed) => client.getChildNames(path, changed), stop)) {
      const ready = names.filter(isReady).map(sequenceOf).filter((sequence) => sequence > mine);
      if (ready.length > 0) return { leave: (signal) => leave(client, path, own.path, Math.min(...ready), guard, signal) };
      if (!names.includes(own.name)) throw SluiceError.of('COORD_SESSION_LOST', { hosts: client.server ?? 'the ensemble' });
      if (names.filter((name) => !isReady(name)).length >= count) await known(() => client.create(childPath(path, READY), null, { flags: CREATE.persistentSequential }), stop);
    }
    guard.check();
    throw cancelled();
  } catch (error) {
    guard.end();
    void remove(client, own.path).catch(() => undefined);
    throw error;
  }
}

async function leave(client: CoordinationClient, path: string, own: string, ready: number, guard: SessionGuard, signal: AbortSignal = new AbortController().signal): Promise<void> {
  guard.end();
  await remove(client, own, signal);
  for await (const names of follow(client, (changed) => client.getChildNames(path, changed), signal)) {
    const members = names.filter((name) => !isReady(name)).map(sequenceOf);
    if (members.some((sequence) => sequence < ready)) continue;
    // marks that no member waits for any more, of this round and of those who opened it twice
    const oldest = Math.min(...members, Infinity);
    await Promise.all(names.filter((name) => isReady(name) && sequenceOf(name) < oldest).map((name) => remove(client, childPath(path, name))));
    return;
  }
  throw cancelled();
}
