// The tree in memory: what each change does to znodes, ephemerals, quota statistics, digest and watches (DataTree).
// Changes bear being applied twice, since a log is replayed over a snapshot taken while they happened.
import { KEEPER_ERROR } from '../keeper-errors.ts';
import type { ACL, Stat, TxnDigest } from '../jute/records.ts';
import type { Tree } from '../parts.ts';
import { PathWatches } from '../watch/watch-table.ts';
import { AclCache } from './acl-cache.ts';
import { ephemeralKind } from './ephemeral-type.ts';
import { NodeMap } from './node-map.ts';
import { DIGEST_VERSION, DigestSum, isDigested, nodeDigest, type Digested } from './node-digest.ts';
import { QUOTA_ROOT } from './quota.ts';
import { QuotaStatistics } from './quota-statistics.ts';
import { ZNode } from './znode.ts';

export interface TreeOptions {
  readonly digestEnabled: boolean;
  /** TTL nodes are known as such (`extendedTypesEnabled`). */
  readonly extendedTypes: boolean;
}

const CONFIG_NODE = '/zookeeper/config';
const ANYONE_READS: readonly ACL[] = [{ perms: 1, id: { scheme: 'world', id: 'anyone' } }];
const NO_PATHS: ReadonlySet<string> = new Set();

/** A snapshot under way: it sees the ACL lists as they were when it began. */
export interface AclView {
  readonly lists: readonly (readonly [number, readonly ACL[]])[];
  idOf(node: ZNode): number;
  end(): void;
}

function sizeOf(path: string, node: ZNode): number {
  return path.length + node.dataLength;
}

export class DataTree implements Tree {
  readonly watches = new PathWatches();
  readonly options: TreeOptions;
  lastZxid = 0;
  #nodes = new NodeMap();
  #acls = new AclCache();
  #ephemerals = new Map<bigint, Set<string>>();
  #containers = new Set<string>();
  #ttls = new Set<string>();
  #quotas = new QuotaStatistics(this.#nodes);
  #sum = new DigestSum();
  #bytes = 0;
  readonly #views = new Set<Map<ZNode, number>>();

  constructor(options: TreeOptions) {
    this.options = options;
    this.#plant();
  }

  /** As a real server counts: the root twice, by its two names. */
  get count(): number { return this.#nodes.size + 1; }
  get bytes(): number { return this.#bytes; }
  get containers(): ReadonlySet<string> { return this.#containers; }
  get ttls(): ReadonlySet<string> { return this.#ttls; }
  get aclCount(): number { return this.#acls.size; }

  get(path: string): ZNode | undefined {
    return this.#nodes.get(path === '/' ? '' : path);
  }

  acl(id: number): readonly ACL[] {
    return this.#acls.list(id);
  }

  stat(node: ZNode): Stat {
    const children = node.children === null ? 0 : node.children.size;
    return {
      czxid: node.czxid, mzxid: node.mzxid, ctime: node.ctime, mtime: node.mtime, version: node.version,
      cversion: (node.cversion * 2 - children) | 0, aversion: node.aversion,
      ephemeralOwner: node.ephemeralOwner === 0n || this.#kind(node) !== 'session' ? 0n : node.ephemeralOwner,
      dataLength: node.dataLength, numChildren: children, pzxid: node.pzxid,
    };
  }

  ephemeralsOf(sessionId: bigint): ReadonlySet<string> {
    return this.#ephemerals.get(sessionId) ?? NO_PATHS;
  }

  sessionsWithEphemerals(): IterableIterator<readonly [bigint, ReadonlySet<string>]> {
    return this.#ephemerals.entries();
  }

  digest(): TxnDigest {
    return { version: DIGEST_VERSION, treeDigest: this.#sum.value };
  }

  /** Whether `digest().treeDigest` is this, without making a bigint. */
  hasDigest(treeDigest: bigint): boolean {
    return this.#sum.equals(treeDigest);
  }

  digestOf(path: string, node: Digested): number {
    return this.options.digestEnabled ? nodeDigest(path, node) : 0;
  }

  /** The deepest path at or above `path` with a quota, null for none. */
  quotaPath(path: string): string | null {
    return this.#quotas.paths.deepest(path);
  }

  // --- changes; each answers a code of KEEPER_ERROR ------------------------------------------------------------------

  /** `parentCVersion` of -1 is one more than the parent's. */
  create(path: string, data: Buffer | null, acl: readonly ACL[], owner: bigint, parentCVersion: number, zxid: number, time: number): number {
    const slash = path.lastIndexOf('/');
    const parentPath = path.slice(0, slash);
    const parent = this.#nodes.get(parentPath);
    if (!parent || slash < 0 || slash === path.length - 1) return KEEPER_ERROR.NoNode;
    const aclId = this.#acls.use(acl);
    const there = this.#nodes.get(path);
    if (there) {
      // replayed over a snapshot that has it already: its list may be missing there, and its parent's counters may be older
      this.#setAclId(there, aclId);
      this.#raise(parentPath, parent, parentCVersion, zxid);
      return KEEPER_ERROR.NodeExists;
    }
    const name = path.slice(slash + 1);
    (parent.children ??= new Set()).add(name);
    this.#raise(parentPath, parent, parentCVersion, zxid);
    const node = new ZNode(data, aclId, owner, zxid, time);
    this.#nodes.set(path, node);
    this.#count(path, node);
    this.#bytes += sizeOf(path, node);
    this.#index(path, owner);
    this.#quotas.created(path, parentPath, name, node.dataLength);
    if (this.watches.count > 0) this.watches.created(path, parentPath === '' ? '/' : parentPath, zxid, this.acl(aclId), this.acl(parent.acl));
    return KEEPER_ERROR.Ok;
  }

  delete(path: string, zxid: number): number {
    const slash = path.lastIndexOf('/');
    const parentPath = path.slice(0, slash);
    const parent = this.#nodes.get(parentPath);
    if (!parent || path === '/') return KEEPER_ERROR.NoNode;
    const name = path.slice(slash + 1);
    parent.children?.delete(name);
    // also for a child that is gone already: a snapshot may have been taken between the two
    if (zxid > parent.pzxid) {
      this.#uncount(parentPath, parent);
      parent.pzxid = zxid;
      this.#count(parentPath, parent);
    }
    const node = this.#nodes.get(path);
    if (!node) return KEEPER_ERROR.NoNode;
    this.#nodes.delete(path);
    this.#uncount(path, node);
    this.#bytes -= sizeOf(path, node);
    const acl = this.acl(node.acl);
    this.#acls.release(node.acl);
    this.#unindex(path, node.ephemeralOwner);
    this.#quotas.deleted(path, parentPath, name, node.dataLength);
    if (this.watches.count > 0) this.watches.deleted(path, parentPath === '' ? '/' : parentPath, zxid, acl, this.acl(parent.acl));
    return KEEPER_ERROR.Ok;
  }

  setData(path: string, data: Buffer | null, version: number, zxid: number, time: number): number {
    const node = this.get(path);
    if (!node) return KEEPER_ERROR.NoNode;
    const grown = (data === null ? 0 : data.length) - node.dataLength;
    this.#uncount(path, node);
    node.data = data;
    node.mtime = time;
    node.mzxid = zxid;
    node.version = version;
    this.#count(path, node);
    this.#bytes += grown;
    this.#quotas.changed(path, grown, 0);
    if (this.watches.count > 0) this.watches.dataChanged(path, zxid, this.acl(node.acl));
    return KEEPER_ERROR.Ok;
  }

  setAcl(path: string, acl: readonly ACL[], version: number): number {
    const node = this.get(path);
    if (!node) return KEEPER_ERROR.NoNode;
    this.#uncount(path, node);
    node.aversion = version;
    this.#setAclId(node, this.#acls.use(acl));
    this.#count(path, node);
    return KEEPER_ERROR.Ok;
  }

  /** Deletes what a closed session leaves: the paths its txn names, then what is still there. */
  closeSession(sessionId: bigint, paths: readonly string[], zxid: number): void {
    for (const path of paths) this.delete(path, zxid);
    for (const path of [...this.ephemeralsOf(sessionId)]) this.delete(path, zxid);
  }

  // --- snapshots -----------------------------------------------------------------------------------------------------

  /** ACL lists as they are now, for a snapshot that is written while changes go on; `end` must be called. */
  beginView(): AclView {
    const before = new Map<ZNode, number>();
    this.#views.add(before);
    return {
      lists: [...this.#acls.entries()],
      idOf: (node) => before.get(node) ?? node.acl,
      end: () => { this.#views.delete(before); },
    };
  }

  /** A tree without a single node, for a loader: `loadAcl` and `loadNode` fill it, `loaded` ends it. */
  static unplanted(options: TreeOptions): DataTree {
    const tree = new DataTree(options);
    tree.#clear();
    return tree;
  }

  loadAcl(id: number, list: readonly ACL[]): void {
    this.#acls.load(id, list);
  }

  /** Parents come first. False when the parent is not there. */
  loadNode(path: string, node: ZNode): boolean {
    const slash = path.lastIndexOf('/');
    if (slash >= 0) {
      const parent = this.#nodes.get(path.slice(0, slash));
      if (!parent) return false;
      (parent.children ??= new Set()).add(path.slice(slash + 1));
      this.#index(path, node.ephemeralOwner);
    }
    this.#nodes.set(path, node);
    this.#count(path, node);
    this.#acls.addUser(node.acl);
    this.#bytes += sizeOf(path, node);
    return true;
  }

  /** Quotas and counts, once all nodes are there. False when it has no root. */
  loaded(zxid: number): boolean {
    if (!this.#nodes.has('')) return false;
    this.#bytes += 1; // the root by its other name
    this.#quotas.find(QUOTA_ROOT);
    this.#acls.purgeUnused();
    this.lastZxid = zxid;
    return true;
  }

  /** A database older than 3.5 has no config node: it is planted as in an empty tree. */
  plantConfig(): void {
    const parent = this.#nodes.get('/zookeeper');
    if (!parent || this.#nodes.has(CONFIG_NODE)) return;
    (parent.children ??= new Set()).add('config');
    const node = new ZNode(Buffer.alloc(0), this.#acls.use(ANYONE_READS), 0n, 0, 0);
    node.aversion = -1;
    this.#nodes.set(CONFIG_NODE, node);
    this.#bytes += CONFIG_NODE.length;
  }

  /** Takes over all that `other` holds but its watches; `other` must not be used any more. */
  become(other: DataTree): void {
    this.#nodes = other.#nodes;
    this.#acls = other.#acls;
    this.#ephemerals = other.#ephemerals;
    this.#containers = other.#containers;
    this.#ttls = other.#ttls;
    this.#quotas = other.#quotas;
    this.#sum = other.#sum;
    this.#bytes = other.#bytes;
    this.lastZxid = other.lastZxid;
  }

  // --- inside --------------------------------------------------------------------------------------------------------

  #kind(node: ZNode): ReturnType<typeof ephemeralKind> {
    return ephemeralKind(node.ephemeralOwner, this.options.extendedTypes);
  }

  #clear(): void {
    this.#nodes.clear();
    this.#acls = new AclCache();
    this.#sum.clear();
    this.#bytes = 0;
  }

  #plant(): void {
    const bare = (): ZNode => new ZNode(Buffer.alloc(0), -1, 0n, 0, 0);
    for (const [path, child] of [['', 'zookeeper'], ['/zookeeper', 'quota'], [QUOTA_ROOT, null]] as const) {
      const node = bare();
      if (child !== null) node.children = new Set([child]);
      this.#nodes.set(path, node);
      this.#count(path, node);
      this.#bytes += path.length;
    }
    this.#bytes += 1; // the root by its other name
    this.plantConfig();
  }

  #count(path: string, node: ZNode): void {
    if (!this.options.digestEnabled || !isDigested(path)) return;
    const digest = nodeDigest(path, node);
    node.digest = digest | 0;
    this.#sum.add(digest);
  }

  #uncount(path: string, node: ZNode): void {
    if (!this.options.digestEnabled || !isDigested(path)) return;
    this.#sum.remove(node.digest === -1 ? nodeDigest(path, node) : node.digest >>> 0);
  }

  /** A parent's counters never go back: a replayed create may be older than what the snapshot saw. */
  #raise(path: string, parent: ZNode, cversion: number, zxid: number): void {
    const raised = cversion === -1 ? parent.cversion + 1 : cversion;
    if (raised <= parent.cversion) return;
    this.#uncount(path, parent);
    parent.cversion = raised;
    parent.pzxid = zxid;
    this.#count(path, parent);
  }

  /** `id` is counted already; the node's former list loses a user. */
  #setAclId(node: ZNode, id: number): void {
    for (const view of this.#views) if (!view.has(node)) view.set(node, node.acl);
    this.#acls.release(node.acl);
    node.acl = id;
  }

  #index(path: string, owner: bigint): void {
    const kind = ephemeralKind(owner, this.options.extendedTypes);
    if (kind === 'none') return;
    if (kind === 'container') this.#containers.add(path);
    else if (kind === 'ttl') this.#ttls.add(path);
    else {
      const paths = this.#ephemerals.get(owner);
      if (paths) paths.add(path);
      else this.#ephemerals.set(owner, new Set([path]));
    }
  }

  #unindex(path: string, owner: bigint): void {
    if (owner === 0n) return;
    this.#containers.delete(path);
    this.#ttls.delete(path);
    const paths = this.#ephemerals.get(owner);
    if (paths?.delete(path) && paths.size === 0) this.#ephemerals.delete(owner);
  }
}
