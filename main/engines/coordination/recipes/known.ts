// Calls whose outcome must be known although connections are cut, and the paths that recipes live in.
import { checkCancelled } from '../../../lib/async.ts';
import type { CoordinationClient } from '../client/client-types.ts';
import { parentPath } from '../client/paths.ts';
import { KeeperError, type KeeperErrorName } from '../keeper-errors.ts';
import { CREATE } from '../op-codes.ts';

export function isKeeper(error: unknown, ...names: readonly KeeperErrorName[]): error is KeeperError {
  return error instanceof KeeperError && names.some((name) => error.is(name));
}

/** Repeats a call whose repetition does no harm, until its outcome is known. Errors but ConnectionLoss are the call's; APP_CANCELLED on abort. */
export async function known<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    checkCancelled(signal);
    try {
      return await call();
    } catch (error) {
      if (!isKeeper(error, 'ConnectionLoss')) throw error;
    }
  }
}

/** Makes the path and what is above it where it is missing; containers, so that they go by themselves once they are empty. */
export async function ensurePath(client: CoordinationClient, path: string, flags: number = CREATE.container, signal?: AbortSignal): Promise<void> {
  if (path === '/') return;
  for (;;) {
    try {
      await known(() => client.create(path, null, { flags }), signal);
      return;
    } catch (error) {
      if (isKeeper(error, 'NodeExists')) return;
      if (!isKeeper(error, 'NoNode')) throw error;
    }
    await ensurePath(client, parentPath(path), flags, signal);
  }
}

/** Deletes; that it is gone already is no matter. */
export async function remove(client: CoordinationClient, path: string, signal?: AbortSignal): Promise<void> {
  await known(() => client.delete(path), signal).catch((error: unknown) => { if (!isKeeper(error, 'NoNode')) throw error; });
}

/**
 * Resolves when every write this session sent before is carried out or never will be. A read does not say that: it may pass a write that is still on its
 * way to the disk. So a write that changes nothing is sent after it, the deletion of a node that is not there; and what a server of before still
 * holds is refused once the session has moved.
 */
export async function writesSettled(client: CoordinationClient, absent: string, signal?: AbortSignal): Promise<void> {
  await known(() => client.delete(absent), signal).catch((error: unknown) => {
    if (!(error instanceof KeeperError) || error.is('SessionExpired')) throw error;
  });
}

/** The number that a sequential create put at the end of a name. */
export function sequenceOf(name: string): number {
  return Number(name.slice(-10));
}

export function bySequence(a: string, b: string): number {
  return sequenceOf(a) - sequenceOf(b);
}
