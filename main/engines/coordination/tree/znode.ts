// One znode as it is held in memory. Counters and times are those of StatPersisted; the client's Stat is made from them.

/** Values below this are kept as one-byte strings, which lie in V8's own heap: no buffer object each, and none keeps a larger one alive. */
const SMALL = 65_536;

export class ZNode {
  #value: string | Buffer | null = null;
  /** Its list in the ACL cache. */
  acl: number;
  czxid: number;
  mzxid: number;
  pzxid: number;
  ctime: number;
  mtime: number;
  version = 0;
  /** Creates of children; a client's cversion counts the deletes too (`2 * cversion - children`). */
  cversion = 0;
  aversion = 0;
  /** 0n, a session id, or the marks of a container and a TTL node (EphemeralType). */
  ephemeralOwner: bigint;
  /** Names of children, null while there has been none. */
  children: Set<string> | null = null;
  /** CRC32 of path, data and stat (DigestCalculator) as a signed int; -1 when it must be computed anew. */
  digest = -1;

  constructor(data: Buffer | null, acl: number, ephemeralOwner: bigint, zxid: number, time: number) {
    this.data = data;
    this.acl = acl;
    this.ephemeralOwner = ephemeralOwner;
    this.czxid = zxid;
    this.mzxid = zxid;
    this.pzxid = zxid;
    this.ctime = time;
    this.mtime = time;
  }

  /** A copy, or a view of what the node keeps, not to be changed. */
  get data(): Buffer | null {
    const value = this.#value;
    return typeof value === 'string' ? Buffer.from(value, 'latin1') : value;
  }

  /** Copies. */
  set data(data: Buffer | null) {
    if (data === null) this.#value = null;
    else if (data.length < SMALL) this.#value = data.toString('latin1');
    else {
      const copy = Buffer.allocUnsafeSlow(data.length); // not of the pool, of which it would keep more alive than itself
      copy.set(data);
      this.#value = copy;
    }
  }

  /** 0 for null. */
  get dataLength(): number {
    return this.#value === null ? 0 : this.#value.length;
  }

  /** Puts the data into `into`, which has room for it; answers where it ends. */
  putData(into: Buffer, at: number): number {
    const value = this.#value;
    if (value === null) return at;
    if (typeof value === 'string') return at + into.write(value, at, 'latin1');
    into.set(value, at);
    return at + value.length;
  }
}
