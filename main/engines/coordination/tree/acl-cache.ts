// Each distinct ACL list once, by number, with a count of its users; the numbers stand in snapshots (ReferenceCountedACLCache).
import type { ACL } from '../jute/records.ts';

/** `world:anyone` may do all: the list that is not in the cache. */
export const OPEN_ACL_ID = -1;

const OPEN: readonly ACL[] = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }];
/** Stands for a list that a damaged snapshot names but does not hold: no one may do anything. An empty list would allow all. */
const CLOSED: readonly ACL[] = [{ perms: 0, id: { scheme: 'world', id: 'anyone' } }];

interface Entry {
  readonly key: string;
  readonly list: readonly ACL[];
  users: number;
}

function keyOf(list: readonly ACL[]): string {
  let key = '';
  for (const { perms, id } of list) key += `${perms}\u0000${id.scheme}\u0000${id.id}\u0000`;
  return key;
}

export class AclCache {
  readonly #entries = new Map<number, Entry>();
  readonly #ids = new Map<string, number>();
  #last = 0;

  get size(): number { return this.#entries.size; }
  /** The highest number given out. */
  get lastId(): number { return this.#last; }

  /** The number of a list, for one more user. */
  use(list: readonly ACL[]): number {
    const key = keyOf(list);
    let id = this.#ids.get(key);
    if (id === undefined) {
      id = ++this.#last;
      this.#ids.set(key, id);
      this.#entries.set(id, { key, list, users: 0 });
    }
    (this.#entries.get(id) as Entry).users += 1;
    return id;
  }

  list(id: number): readonly ACL[] {
    return id === OPEN_ACL_ID ? OPEN : this.#entries.get(id)?.list ?? CLOSED;
  }

  /** One user more of a number read from a snapshot. A fuzzy one may name numbers it does not hold: they are not given out again. */
  addUser(id: number): void {
    const entry = this.#entries.get(id);
    if (entry) entry.users += 1;
    else if (id > this.#last) this.#last = id;
  }

  release(id: number): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    entry.users -= 1;
    if (entry.users <= 0) this.#forget(id, entry);
  }

  /** A list as a snapshot numbers it, without users yet. */
  load(id: number, list: readonly ACL[]): void {
    const key = keyOf(list);
    this.#entries.set(id, { key, list, users: 0 });
    this.#ids.set(key, id);
    if (id > this.#last) this.#last = id;
  }

  /** Forgets the lists that no node of the loaded snapshot uses. */
  purgeUnused(): void {
    for (const [id, entry] of this.#entries) if (entry.users <= 0) this.#forget(id, entry);
  }

  *entries(): IterableIterator<readonly [number, readonly ACL[]]> {
    for (const [id, entry] of this.#entries) yield [id, entry.list];
  }

  #forget(id: number, entry: Entry): void {
    this.#entries.delete(id);
    if (this.#ids.get(entry.key) === id) this.#ids.delete(entry.key);
  }
}
