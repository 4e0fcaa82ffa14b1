// Deleting a subtree in two steps: a list of what would go, and the deletion of exactly that list. Whatever came, went or changed in between stops it.
import { createHash } from 'node:crypto';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { checkCancelled } from '../../../lib/async.ts';
import type { CoordinationClient } from '../client/client-types.ts';
import { allOf } from '../client/multi.ts';
import { isKeeper, known } from '../recipes/known.ts';
import { kindOf } from './node-kind.ts';
import { walk } from './walk.ts';

export interface DeleteList {
  readonly path: string;
  readonly nodes: number;
  readonly bytes: number;
  readonly ephemerals: number;
  /** The first of them, parents before children. */
  readonly first: readonly string[];
  /** Bound to every path, its creation and its version; `deleteTree` asks for it. */
  readonly guard: string;
}

const FIRST = 1000;
const BATCH_BYTES = 256 * 1024;
const BATCH_NODES = 500;

interface Listed {
  readonly path: string;
  readonly version: number;
}

/** What `deleteTree` would delete. Nothing is changed. */
export async function listDelete(client: CoordinationClient, path: string, signal?: AbortSignal): Promise<DeleteList> {
  return (await collect(client, path, signal)).list;
}

/**
 * Deletes what was listed, children first. COORD_CHANGED before anything is deleted when the tree is no more what `guard` was given for; a node that
 * changes while it goes on stops it in the same words, with what was deleted until then gone. Answers how many went.
 */
export async function deleteTree(client: CoordinationClient, path: string, guard: string, options: { readonly signal?: AbortSignal; onProgress?(deleted: number): void } = {}): Promise<number> {
  const { list, all } = await collect(client, path, options.signal);
  if (list.guard !== guard) throw SluiceError.of('COORD_CHANGED', { path, expected: guard.slice(0, 8), found: `${list.guard.slice(0, 8)} (${list.nodes} nodes)` });
  let deleted = 0;
  while (all.length > 0) {
    checkCancelled(options.signal);
    const batch: Listed[] = [];
    for (let bytes = 0; all.length > 0 && batch.length < BATCH_NODES && bytes < BATCH_BYTES; bytes += batch.at(-1)?.path.length ?? 0) batch.push(all.pop() as Listed);
    await deleteBatch(client, batch, options.signal);
    deleted += batch.length;
    options.onProgress?.(deleted);
  }
  return deleted;
}

async function collect(client: CoordinationClient, path: string, signal: AbortSignal | undefined): Promise<{ readonly list: DeleteList; readonly all: Listed[] }> {
  if (path === '/' || path === '/zookeeper' || path.startsWith('/zookeeper/')) throw SluiceError.of('COORD_KEEPER', { error: 'it is the ensemble’s own and stays', path });
  const hash = createHash('sha256');
  const all: Listed[] = [];
  let bytes = 0;
  let ephemerals = 0;
  for await (const { path: each, stat } of walk(client, path, signal ? { signal } : {})) {
    all.push({ path: each, version: stat.version });
    hash.update(`${each}\0${stat.czxid}\0${stat.version}\0`);
    bytes += stat.dataLength;
    if (kindOf(stat).kind === 'ephemeral') ephemerals += 1;
  }
  return { all, list: { path, nodes: all.length, bytes, ephemerals, first: all.slice(0, FIRST).map((each) => each.path), guard: hash.digest('hex') } };
}

/** One multi; node by node where it fails because some have gone already. */
async function deleteBatch(client: CoordinationClient, batch: readonly Listed[], signal: AbortSignal | undefined): Promise<void> {
  const ops = batch.map(({ path, version }) => ({ op: 'delete', path, version }) as const);
  try {
    allOf(ops, await client.multi(ops));
    return;
  } catch (error) {
    if (!isKeeper(error, 'NoNode', 'ConnectionLoss')) throw changed(error);
  }
  for (const { path, version } of batch) {
    try {
      await known(() => client.delete(path, version), signal);
    } catch (error) {
      if (!isKeeper(error, 'NoNode')) throw changed(error);
    }
  }
}

function changed(error: unknown): unknown {
  if (isKeeper(error, 'BadVersion', 'NotEmpty')) return SluiceError.of('COORD_CHANGED', { path: error.path ?? '', expected: 'as listed', found: error.is('NotEmpty') ? 'a new child' : 'a new version' });
  return error;
}
