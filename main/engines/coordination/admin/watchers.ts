// Who watches what, for wchs, wchp, wchc and their JSON: ZooKeeper counts data watches there, and persistent ones, never those on children.
import type { NodeView } from './node-view.ts';

export interface Watchers {
  readonly paths: ReadonlyMap<string, ReadonlySet<bigint>>;
  /** By connection: two of one session are two. */
  readonly connections: ReadonlyMap<object, { readonly id: bigint; readonly paths: ReadonlySet<string> }>;
  readonly total: number;
}

export function watchers(view: NodeView): Watchers {
  const paths = new Map<string, Set<bigint>>();
  const connections = new Map<object, { readonly id: bigint; readonly paths: Set<string> }>();
  let total = 0;
  for (const { path, watcher, kind } of view.tree.watches.entries()) {
    if (kind === 'child') continue;
    let of = connections.get(watcher);
    if (!of) { of = { id: view.sessionOf(watcher), paths: new Set() }; connections.set(watcher, of); }
    if (of.paths.has(path)) continue;
    of.paths.add(path);
    const ids = paths.get(path);
    if (ids) ids.add(of.id); else paths.set(path, new Set([of.id]));
    total += 1;
  }
  return { paths, connections, total };
}
