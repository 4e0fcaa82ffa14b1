// A subtree as the nodes of an archive.
import type { CoordinationClient } from '../client/client-types.ts';
import type { ArchiveNode } from './archive.ts';
import { kindOf, looksSequential } from './node-kind.ts';
import { isSystem, walk } from './walk.ts';

export interface ExportOptions {
  /** Without it lists are left out, and an import makes nodes that are open to all. */
  readonly acl?: boolean;
  /** `skip` leaves them out; `flatten` keeps them as persistent nodes. */
  readonly ephemerals?: 'skip' | 'flatten';
  /** Nodes whose name ends in ten digits; what is below them goes with them. */
  readonly sequentials?: 'keep' | 'skip';
  readonly signal?: AbortSignal;
}

export async function* exportNodes(client: CoordinationClient, root: string, options: ExportOptions = {}): AsyncGenerator<ArchiveNode, void, undefined> {
  const { acl = true, ephemerals = 'skip', sequentials = 'keep', signal } = options;
  const skip = (path: string): boolean => isSystem(path) || (sequentials === 'skip' && path !== root && looksSequential(path));
  for await (const node of walk(client, root, { data: true, acl, skip, ...(signal ? { signal } : {}) })) {
    const { kind, ttl } = kindOf(node.stat);
    if (kind === 'ephemeral' && ephemerals === 'skip') continue;
    yield { path: relativePath(root, node.path), data: node.data, acl: node.acl, kind: kind === 'ephemeral' ? 'persistent' : kind, ttl, version: node.stat.version };
  }
}

/** '' for the root itself, '/a' below it. */
export function relativePath(root: string, path: string): string {
  if (path === root) return '';
  return root === '/' ? path : path.slice(root.length);
}

export function absolutePath(root: string, relative: string): string {
  if (relative === '') return root;
  return root === '/' ? relative : root + relative;
}
