// A subtree node by node, parents before children, with many requests under way and little held: names of the level in hand, never the whole tree.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { checkCancelled } from '../../../lib/async.ts';
import type { CoordinationClient } from '../client/client-types.ts';
import { childPath } from '../client/paths.ts';
import type { ACL, Stat } from '../jute/records.ts';
import { isKeeper, known } from '../recipes/known.ts';

export interface TreeNode {
  readonly path: string;
  readonly stat: Stat;
  /** Null also when data were not asked for. */
  readonly data: Buffer | null;
  /** Null when lists were not asked for. */
  readonly acl: ACL[] | null;
}

export interface WalkOptions {
  readonly data?: boolean;
  readonly acl?: boolean;
  /** Requests under way at once; 64 unless given. */
  readonly window?: number;
  /** A subtree that is left out, with its root. What `isSystem` names is, unless this says otherwise. */
  skip?(path: string): boolean;
  readonly signal?: AbortSignal;
}

/** The ensemble's own subtree, and what mirrors keep about themselves: no part of anybody's data. */
export function isSystem(path: string): boolean {
  return path === '/zookeeper' || path.startsWith('/zookeeper/') || path === '/sluice/mirrors' || path.startsWith('/sluice/mirrors/');
}

/** Nodes that vanish meanwhile are left out. NoNode when the root is not there; NoAuth where something may not be read, COORD_KEEPER where a list is hidden. */
export async function* walk(client: CoordinationClient, root: string, options: WalkOptions = {}): AsyncGenerator<TreeNode, void, undefined> {
  const { signal, window = 64, skip = isSystem } = options;
  const first = await read(client, root, options);
  yield first;
  // parents whose children are due, the next one last
  const parents: string[] = first.stat.numChildren > 0 ? [root] : [];
  for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
    checkCancelled(signal);
    const names = await namesOf(client, parent, signal);
    const deeper: string[] = [];
    const under: Promise<TreeNode | null>[] = [];
    let next = 0;
    const ask = (): void => {
      while (under.length < window && next < names.length) {
        const path = childPath(parent, names[next++] as string);
        if (!skip(path)) under.push(read(client, path, options).catch(vanished));
      }
    };
    try {
      for (ask(); under.length > 0; ask()) {
        const node = await (under.shift() as Promise<TreeNode | null>);
        checkCancelled(signal);
        if (!node) continue;
        if (node.stat.numChildren > 0) deeper.push(node.path);
        yield node;
      }
    } finally {
      for (const one of under) one.catch(() => undefined);
    }
    for (let i = deeper.length - 1; i >= 0; i--) parents.push(deeper[i] as string);
  }
}

async function read(client: CoordinationClient, path: string, options: WalkOptions): Promise<TreeNode> {
  const [found, acl] = await Promise.all([
    options.data === true ? known(() => client.getData(path), options.signal) : known(() => statOf(client, path), options.signal),
    options.acl === true ? known(() => client.getACL(path), options.signal).then((reply) => unmasked(path, reply.acl)) : null,
  ]);
  return { path, acl, ...found };
}

/** Servers hide the hashes of a list from those who may not change it; such a list must not be written anywhere. */
export function unmasked(path: string, acl: ACL[]): ACL[] {
  if (acl.some(({ id }) => id.scheme === 'digest' && id.id.endsWith(':x'))) {
    throw SluiceError.of('COORD_KEEPER', { error: 'NoAuth: its list is hidden from who may not change it; give credentials that may, or leave lists out', path });
  }
  return acl;
}

async function statOf(client: CoordinationClient, path: string): Promise<{ readonly data: null; readonly stat: Stat }> {
  const stat = await client.exists(path);
  // the same error as with data
  return stat ? { data: null, stat } : await client.getData(path).then(({ stat: late }) => ({ data: null, stat: late }));
}

async function namesOf(client: CoordinationClient, path: string, signal: AbortSignal | undefined): Promise<string[]> {
  try {
    return (await known(() => client.getChildNames(path), signal)).sort();
  } catch (error) {
    if (isKeeper(error, 'NoNode')) return [];
    throw error;
  }
}

function vanished(error: unknown): null {
  if (isKeeper(error, 'NoNode')) return null;
  throw error;
}
