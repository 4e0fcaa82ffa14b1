// Who watches which path. One table for both kinds of one-shot watch and both kinds of persistent ones (WatchManager twice, in a real server).
import type { ACL } from '../jute/records.ts';
import { EVENT, type EventType } from '../op-codes.ts';
import type { WatchKind, Watcher, WatchTable } from '../parts.ts';

const FLAG: { readonly [K in WatchKind]: number } = { data: 1, child: 2, persistent: 4, persistentRecursive: 8 };
const KINDS = Object.keys(FLAG) as readonly WatchKind[];
/** Who hears of a change of the znode itself, and who of its children. */
const ON_DATA = FLAG.data | FLAG.persistent | FLAG.persistentRecursive;
const ON_CHILD = FLAG.child | FLAG.persistent;

/** A real server counts a watcher once in each of its two tables. */
function weight(flags: number): number {
  return ((flags & ON_DATA) !== 0 ? 1 : 0) + ((flags & ON_CHILD) !== 0 ? 1 : 0);
}

export class PathWatches implements WatchTable {
  readonly #paths = new Map<string, Map<Watcher, number>>();
  readonly #watchers = new Map<Watcher, Set<string>>();
  #recursive = 0;
  #count = 0;

  get count(): number { return this.#count; }
  /** Paths with a watch, and connections that set one. */
  get pathCount(): number { return this.#paths.size; }
  get watcherCount(): number { return this.#watchers.size; }

  add(path: string, watcher: Watcher, kind: WatchKind): void {
    const flags = this.#flags(path, watcher);
    this.#set(path, watcher, flags, flags | FLAG[kind]);
  }

  has(path: string, watcher: Watcher, kind: WatchKind): boolean {
    return (this.#flags(path, watcher) & FLAG[kind]) !== 0;
  }

  remove(path: string, watcher: Watcher, kind: WatchKind): boolean {
    const flags = this.#flags(path, watcher);
    if ((flags & FLAG[kind]) === 0) return false;
    this.#set(path, watcher, flags, flags & ~FLAG[kind]);
    return true;
  }

  drop(watcher: Watcher): void {
    for (const path of this.#watchers.get(watcher) ?? []) this.#set(path, watcher, this.#flags(path, watcher), 0);
  }

  *entries(): IterableIterator<{ readonly path: string; readonly watcher: Watcher; readonly kind: WatchKind }> {
    for (const [path, watchers] of this.#paths) {
      for (const [watcher, flags] of watchers) {
        for (const kind of KINDS) if (flags & FLAG[kind]) yield { path, watcher, kind };
      }
    }
  }

  /** A znode came to be: its data watches, then ChildrenChanged above it. `acl` is the new node's list. */
  created(path: string, parent: string, zxid: number, acl: readonly ACL[], parentAcl: readonly ACL[]): void {
    if (this.#count === 0) return;
    this.#fire(EVENT.created, path, zxid, acl, FLAG.data, ON_DATA);
    this.#childrenChanged(parent, zxid, parentAcl);
  }

  dataChanged(path: string, zxid: number, acl: readonly ACL[]): void {
    if (this.#count === 0) return;
    this.#fire(EVENT.dataChanged, path, zxid, acl, FLAG.data, ON_DATA);
  }

  /** Data and child watches of the path are one event for a watcher that set both. */
  deleted(path: string, parent: string, zxid: number, acl: readonly ACL[], parentAcl: readonly ACL[]): void {
    if (this.#count === 0) return;
    this.#fire(EVENT.deleted, path, zxid, acl, FLAG.data | FLAG.child, ON_DATA | ON_CHILD);
    this.#childrenChanged(parent, zxid, parentAcl);
  }

  #childrenChanged(parent: string, zxid: number, acl: readonly ACL[]): void {
    const watchers = this.#paths.get(parent);
    if (watchers) this.#tell(watchers, EVENT.childrenChanged, parent, parent, zxid, acl, FLAG.child, ON_CHILD, null);
  }

  #fire(type: EventType, path: string, zxid: number, acl: readonly ACL[], once: number, hears: number): void {
    const watchers = this.#paths.get(path);
    if (this.#recursive === 0) {
      if (watchers) this.#tell(watchers, type, path, path, zxid, acl, once, hears, null);
      return;
    }
    const told = new Set<Watcher>();
    if (watchers) this.#tell(watchers, type, path, path, zxid, acl, once, hears, told);
    for (let at = path; at !== '/' && at !== '';) {
      at = at.slice(0, Math.max(1, at.lastIndexOf('/')));
      const above = this.#paths.get(at);
      if (above) this.#tell(above, type, path, at, zxid, acl, 0, FLAG.persistentRecursive, told);
    }
  }

  // One-shot watches are gone before anyone is told, so that whoever is told may set a new one.
  #tell(watchers: Map<Watcher, number>, type: EventType, path: string, at: string, zxid: number, acl: readonly ACL[], once: number, hears: number, told: Set<Watcher> | null): void {
    const called: Watcher[] = [];
    for (const [watcher, flags] of watchers) {
      if ((flags & hears) === 0) continue;
      if (flags & once) this.#set(at, watcher, flags, flags & ~once);
      if (told?.has(watcher)) continue;
      told?.add(watcher);
      called.push(watcher);
    }
    for (const watcher of called) watcher.event(type, path, zxid, acl);
  }

  #flags(path: string, watcher: Watcher): number {
    return this.#paths.get(path)?.get(watcher) ?? 0;
  }

  #set(path: string, watcher: Watcher, before: number, after: number): void {
    if (before === after) return;
    this.#count += weight(after) - weight(before);
    this.#recursive += ((after & FLAG.persistentRecursive) - (before & FLAG.persistentRecursive)) / FLAG.persistentRecursive;
    if (after === 0) this.#unset(path, watcher);
    else if (before !== 0) (this.#paths.get(path) as Map<Watcher, number>).set(watcher, after);
    else this.#insert(path, watcher, after);
  }

  #insert(path: string, watcher: Watcher, flags: number): void {
    const watchers = this.#paths.get(path);
    if (watchers) watchers.set(watcher, flags);
    else this.#paths.set(path, new Map([[watcher, flags]]));
    const paths = this.#watchers.get(watcher);
    if (paths) paths.add(path);
    else this.#watchers.set(watcher, new Set([path]));
  }

  #unset(path: string, watcher: Watcher): void {
    const watchers = this.#paths.get(path);
    watchers?.delete(watcher);
    if (watchers?.size === 0) this.#paths.delete(path);
    const paths = this.#watchers.get(watcher);
    paths?.delete(path);
    if (paths?.size === 0) this.#watchers.delete(watcher);
  }
}
