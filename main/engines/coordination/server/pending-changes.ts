// The tree as it will be when every txn under way is applied: what the next write is checked against (ZooKeeperServer.outstandingChanges),
// with the digest that the tree will have then.
import type { ACL } from '../jute/records.ts';
import type { Tree } from '../parts.ts';
import type { ZNode } from '../tree/znode.ts';

const TWO_32 = 0x1_0000_0000;
const MASK_32 = 0xffff_ffffn;

/** A znode as a txn under way leaves it. Never changed once it stands in the overlay: the next change takes a copy. */
export class PendingNode {
  readonly path: string;
  /** Of the txn that made it so; -1 when it is as the tree has it. */
  zxid: number;
  exists = true;
  czxid = 0;
  mzxid = 0;
  pzxid = 0;
  ctime = 0;
  mtime = 0;
  version = 0;
  cversion = 0;
  aversion = 0;
  ephemeralOwner = 0n;
  acl: readonly ACL[] = [];
  childCount = 0;
  digest = 0;
  /** Its data; where no txn under way has changed it, the znode that holds it. */
  #value: Buffer | ZNode | null = null;

  constructor(path: string, zxid: number) {
    this.path = path;
    this.zxid = zxid;
  }

  /** The same, to be changed by the txn `zxid`. */
  next(zxid: number): PendingNode {
    const copy = new PendingNode(this.path, zxid);
    copy.exists = this.exists;
    copy.czxid = this.czxid;
    copy.mzxid = this.mzxid;
    copy.pzxid = this.pzxid;
    copy.ctime = this.ctime;
    copy.mtime = this.mtime;
    copy.version = this.version;
    copy.cversion = this.cversion;
    copy.aversion = this.aversion;
    copy.ephemeralOwner = this.ephemeralOwner;
    copy.#value = this.#value;
    copy.acl = this.acl;
    copy.childCount = this.childCount;
    copy.digest = this.digest;
    return copy;
  }

  set data(data: Buffer | null) { this.#value = data; }
  get data(): Buffer | null { return Buffer.isBuffer(this.#value) || this.#value === null ? this.#value : this.#value.data; }
  /** 0 for null. */
  get dataLength(): number { return this.#value === null ? 0 : Buffer.isBuffer(this.#value) ? this.#value.length : this.#value.dataLength; }

  /** Its data is that of `node`, until it is set. */
  dataOf(node: ZNode): void {
    this.#value = node;
  }

  /** As `ZNode.putData`. */
  putData(into: Buffer, at: number): number {
    if (this.#value === null) return at;
    return Buffer.isBuffer(this.#value) ? at + this.#value.copy(into, at) : this.#value.putData(into, at);
  }
}

/** Where to go back to when a multi fails. */
export interface Mark {
  readonly length: number;
  readonly digestHigh: number;
  readonly digestLow: number;
}

export class PendingChanges {
  readonly #tree: Tree;
  readonly #withDigest: boolean;
  readonly #byPath = new Map<string, PendingNode>();
  /** Ephemerals that txns under way create or delete, by session. */
  readonly #byOwner = new Map<bigint, Set<PendingNode>>();
  /** In zxid order; what stands before `#head` is applied. */
  #queue: PendingNode[] = [];
  #head = 0;
  #digestHigh = 0;
  #digestLow = 0;

  /** @param withDigest whether digests are kept at all (`digest.enabled`). */
  constructor(tree: Tree, withDigest: boolean) {
    this.#tree = tree;
    this.#withDigest = withDigest;
  }

  /** Of the tree after all that is under way, as two halves of 32 bits. */
  get digestHigh(): number { return this.#digestHigh; }
  get digestLow(): number { return this.#digestLow; }

  /** Forgets what was under way: from now on the tree is all there is. */
  reset(): void {
    this.#byPath.clear();
    this.#byOwner.clear();
    this.#queue = [];
    this.#head = 0;
    if (!this.#withDigest) return;
    const digest = BigInt.asUintN(64, this.#tree.digest().treeDigest);
    this.#digestHigh = Number(digest >> 32n);
    this.#digestLow = Number(digest & MASK_32);
  }

  /** Null when it does not exist. The root is ''. */
  find(path: string): PendingNode | null {
    const key = path === '/' ? '' : path;
    const pending = this.#byPath.get(key);
    if (pending) return pending.exists ? pending : null;
    const node = this.#tree.get(key);
    return node ? this.#fromTree(key, node) : null;
  }

  #fromTree(path: string, node: ZNode): PendingNode {
    const found = new PendingNode(path, -1);
    found.czxid = node.czxid;
    found.mzxid = node.mzxid;
    found.pzxid = node.pzxid;
    found.ctime = node.ctime;
    found.mtime = node.mtime;
    found.version = node.version;
    found.cversion = node.cversion;
    found.aversion = node.aversion;
    found.ephemeralOwner = node.ephemeralOwner;
    found.dataOf(node);
    found.acl = this.#tree.acl(node.acl);
    found.childCount = node.children?.size ?? 0;
    if (this.#withDigest) found.digest = node.digest !== -1 ? node.digest >>> 0 : this.#tree.digestOf(path, node);
    return found;
  }

  /** Takes `node` for what stands at its path from its zxid on. */
  put(node: PendingNode, ephemeral: boolean): void {
    if (this.#withDigest) {
      const before = node.digest;
      node.digest = node.exists ? this.#tree.digestOf(node.path, node) : 0;
      this.#addToDigest(node.digest - before);
    }
    this.#byPath.set(node.path, node);
    this.#queue.push(node);
    if (!ephemeral) return;
    const own = this.#byOwner.get(node.ephemeralOwner);
    if (own) own.add(node);
    else this.#byOwner.set(node.ephemeralOwner, new Set([node]));
  }

  #addToDigest(difference: number): void {
    let low = this.#digestLow + difference;
    if (low < 0) {
      low += TWO_32;
      this.#digestHigh = this.#digestHigh === 0 ? TWO_32 - 1 : this.#digestHigh - 1;
    } else if (low >= TWO_32) {
      low -= TWO_32;
      this.#digestHigh = this.#digestHigh === TWO_32 - 1 ? 0 : this.#digestHigh + 1;
    }
    this.#digestLow = low;
  }

  /** Ephemerals that a session will have once everything under way is applied. */
  ephemeralsOf(sessionId: bigint): string[] {
    const paths = new Set(this.#tree.ephemeralsOf(sessionId));
    for (const { path, exists } of this.#byOwner.get(sessionId) ?? []) {
      if (exists) paths.add(path);
      else paths.delete(path);
    }
    return [...paths];
  }

  mark(): Mark {
    return { length: this.#queue.length, digestHigh: this.#digestHigh, digestLow: this.#digestLow };
  }

  /** Undoes every change since `mark`, newest first. */
  rollBack(mark: Mark): void {
    const undone = this.#queue.splice(mark.length);
    const paths = new Set(undone.map(({ path }) => path));
    for (const node of undone) this.#disown(node);
    for (const path of paths) this.#byPath.delete(path);
    for (let at = this.#head; at < this.#queue.length; at++) {
      const node = this.#queue[at] as PendingNode;
      if (paths.has(node.path)) this.#byPath.set(node.path, node);
    }
    this.#digestHigh = mark.digestHigh;
    this.#digestLow = mark.digestLow;
  }

  /** The tree holds everything up to `zxid` now. */
  applied(zxid: number): void {
    const queue = this.#queue;
    let head = this.#head;
    for (; head < queue.length; head++) {
      const node = queue[head] as PendingNode;
      if (node.zxid > zxid) break;
      if (this.#byPath.get(node.path) === node) this.#byPath.delete(node.path);
      this.#disown(node);
    }
    this.#head = head;
    if (head === queue.length) {
      queue.length = 0;
      this.#head = 0;
    } else if (head > 4096) {
      this.#queue = queue.slice(head);
      this.#head = 0;
    }
  }

  #disown(node: PendingNode): void {
    if (this.#byOwner.size === 0) return;
    const own = this.#byOwner.get(node.ephemeralOwner);
    if (own?.delete(node) === true && own.size === 0) this.#byOwner.delete(node.ephemeralOwner);
  }
}
