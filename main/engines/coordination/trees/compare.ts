// Two subtrees, perhaps of two ensembles, node by node: what is missing, different, or more.
import type { CoordinationClient } from '../client/client-types.ts';
import { isKeeper, known } from '../recipes/known.ts';
import { absolutePath, relativePath } from './export.ts';
import { sameAcl, sameBytes } from './import.ts';
import { kindOf } from './node-kind.ts';
import { walk, type TreeNode } from './walk.ts';
import { windowed } from './window.ts';

export interface TreeEnd {
  readonly client: CoordinationClient;
  readonly path: string;
}

export type Difference = 'missing' | 'data' | 'acl' | 'kind' | 'extra';

export interface TreeDifference {
  /** Relative to the roots: '' is the root. */
  readonly path: string;
  readonly difference: Difference;
}

const WINDOW = 64;

/** Ephemeral nodes are left out on both sides: they belong to sessions, not to the tree. */
export async function* compareTrees(from: TreeEnd, to: TreeEnd, signal?: AbortSignal): AsyncGenerator<TreeDifference | { readonly path: string; readonly difference: null }, void, undefined> {
  const source = walk(from.client, from.path, { data: true, acl: true, ...(signal ? { signal } : {}) });
  yield* windowed(source, WINDOW, async (node) => {
    const path = relativePath(from.path, node.path);
    return { path, difference: kindOf(node.stat).kind === 'ephemeral' ? null : await differenceAt(to.client, absolutePath(to.path, path), node) };
  });
  for await (const path of extras(from, to, signal)) yield { path: relativePath(to.path, path), difference: 'extra' };
}

/** Nodes of `to` that `from` does not have; below one of them nothing more is told. */
export async function* extras(from: TreeEnd, to: TreeEnd, signal?: AbortSignal): AsyncGenerator<string, void, undefined> {
  let above: string | null = null;
  const target = walk(to.client, to.path, signal ? { signal } : {});
  const missing = windowed(target, WINDOW, async ({ path, stat }) => {
    if (kindOf(stat).kind === 'ephemeral') return null;
    const found = await known(() => from.client.exists(absolutePath(from.path, relativePath(to.path, path))), signal);
    return found && kindOf(found).kind !== 'ephemeral' ? null : path;
  });
  try {
    for await (const path of missing) {
      if (path === null || (above !== null && path.startsWith(`${above}/`))) continue;
      above = path;
      yield path;
    }
  } catch (error) {
    if (!isKeeper(error, 'NoNode')) throw error; // no target at all: nothing is more
  }
}

async function differenceAt(client: CoordinationClient, path: string, node: TreeNode): Promise<Difference | null> {
  try {
    const [{ data, stat }, { acl }] = await Promise.all([known(() => client.getData(path)), known(() => client.getACL(path))]);
    if (!sameBytes(data, node.data)) return 'data';
    if (node.acl && !sameAcl(acl, node.acl)) return 'acl';
    return path !== '/' && kindOf(stat).kind !== kindOf(node.stat).kind ? 'kind' : null;
  } catch (error) {
    if (isKeeper(error, 'NoNode')) return 'missing';
    throw error;
  }
}
