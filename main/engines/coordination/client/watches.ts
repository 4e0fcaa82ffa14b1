// The watches of one client: who is told of which event, and what is set again on a new connection (ZKWatchManager).
// Paths are the server's, with the chroot.
import type { OnWatch } from './client-types.ts';
import { EVENT, WATCH_TYPE, type EventType } from '../op-codes.ts';
import { parentPath } from './paths.ts';

export type ClientWatchKind = 'data' | 'exist' | 'child' | 'persistent' | 'recursive';
type Book = Map<string, Set<OnWatch>>;

/** What one setWatches request carries. */
export interface WatchBatch {
  readonly data: string[];
  readonly exist: string[];
  readonly child: string[];
  readonly persistent: string[];
  readonly recursive: string[];
}

const KINDS = ['data', 'exist', 'child', 'persistent', 'recursive'] as const;
const KINDS_OF_TYPE: Readonly<Record<number, readonly ClientWatchKind[]>> = {
  [WATCH_TYPE.children]: ['child'], [WATCH_TYPE.data]: ['data', 'exist'], [WATCH_TYPE.any]: KINDS,
  [WATCH_TYPE.persistent]: ['persistent'], [WATCH_TYPE.persistentRecursive]: ['recursive'],
};

export class ClientWatches {
  readonly #books: Readonly<Record<ClientWatchKind, Book>> = { data: new Map(), exist: new Map(), child: new Map(), persistent: new Map(), recursive: new Map() };

  get count(): number {
    return KINDS.reduce((sum, kind) => sum + this.#books[kind].size, 0);
  }

  /** The same function twice for one path and kind is told once. */
  add(kind: ClientWatchKind, path: string, watch: OnWatch): void {
    const book = this.#books[kind];
    const watchers = book.get(path);
    if (watchers) watchers.add(watch);
    else book.set(path, new Set([watch]));
  }

  /** Who is to be told, once each; one-shot watches are gone with it. */
  take(type: EventType, path: string): Set<OnWatch> {
    const told = new Set<OnWatch>();
    const { data, exist, child, persistent, recursive } = this.#books;
    if (type === EVENT.created || type === EVENT.dataChanged || type === EVENT.deleted) {
      move(data, path, told);
      move(exist, path, told);
    }
    if (type === EVENT.childrenChanged || type === EVENT.deleted) move(child, path, told);
    copy(persistent, path, told);
    if (type !== EVENT.childrenChanged && recursive.size > 0) {
      for (let at = path; ; at = parentPath(at)) {
        copy(recursive, at, told);
        if (at === '/') break;
      }
    }
    return told;
  }

  /** Whether there is one of the kinds that a removeWatches of `type` names. */
  has(path: string, type: number): boolean {
    return (KINDS_OF_TYPE[type] ?? []).some((kind) => this.#books[kind].has(path));
  }

  /** Takes out what a removeWatches of `type` names, by the event each is told of. */
  remove(path: string, type: number): ReadonlyMap<EventType, ReadonlySet<OnWatch>> {
    const removed = new Map<EventType, Set<OnWatch>>();
    for (const kind of KINDS_OF_TYPE[type] ?? []) {
      const watchers = this.#books[kind].get(path);
      if (!watchers) continue;
      this.#books[kind].delete(path);
      const event = kind === 'child' ? EVENT.childWatchRemoved : kind === 'data' || kind === 'exist' ? EVENT.dataWatchRemoved : EVENT.persistentWatchRemoved;
      const told = removed.get(event) ?? new Set();
      for (const watch of watchers) told.add(watch);
      removed.set(event, told);
    }
    return removed;
  }

  /** All that is to be set again, in batches of about `bytes` of paths. */
  *batches(bytes: number): Generator<WatchBatch, void, undefined> {
    let batch = emptyBatch();
    let size = 0;
    for (const kind of KINDS) {
      for (const path of this.#books[kind].keys()) {
        const length = Buffer.byteLength(path) + 4;
        if (size > 0 && size + length > bytes) {
          yield batch;
          batch = emptyBatch();
          size = 0;
        }
        batch[kind].push(path);
        size += length;
      }
    }
    if (size > 0) yield batch;
  }
}

const emptyBatch = (): WatchBatch => ({ data: [], exist: [], child: [], persistent: [], recursive: [] });

function move(book: Book, path: string, told: Set<OnWatch>): void {
  copy(book, path, told);
  book.delete(path);
}

function copy(book: Book, path: string, told: Set<OnWatch>): void {
  const watchers = book.get(path);
  if (watchers) for (const watch of watchers) told.add(watch);
}
