// A barrier: while its node is there, whoever comes waits.
import type { CoordinationClient } from '../client/client-types.ts';
import { parentPath } from '../client/paths.ts';
import { cancelled } from '../../../lib/async.ts';
import { follow } from './follow.ts';
import { ensurePath, isKeeper, known, remove } from './known.ts';

/** Raises it; that it is up already is no matter. It stays until it is lowered, whoever dies. */
export async function raiseBarrier(client: CoordinationClient, path: string, data: Buffer | null = null): Promise<void> {
  await ensurePath(client, parentPath(path));
  await known(() => client.create(path, data)).catch((error: unknown) => { if (!isKeeper(error, 'NodeExists')) throw error; });
}

export function lowerBarrier(client: CoordinationClient, path: string): Promise<void> {
  return remove(client, path);
}

/** Resolves once it is down. APP_CANCELLED on abort. */
export async function passBarrier(client: CoordinationClient, path: string, signal: AbortSignal = new AbortController().signal): Promise<void> {
  for await (const stat of follow(client, (changed) => client.exists(path, changed), signal)) if (!stat) return;
  throw cancelled();
}
