// The seams of the node: who holds the state, who orders writes, who talks to clients. Each is made by one folder and used by the others.
import type { SluiceError } from '../../../preload/contract/sluice-error.ts';
import type { ACL, Id, ReconfigRequest, Stat, TxnDigest } from './jute/records.ts';
import type { EventType } from './op-codes.ts';
import type { Txn } from './txn.ts';
import type { ZNode } from './tree/znode.ts';

// --- state: tree/, watch/, txnlog/, snapshot/ ------------------------------------------------------------------------

/** Whoever watches znodes: a client's connection. Told in the same turn in which the change is applied, in zxid order. */
export interface Watcher {
  /** `acl` is the list the znode had; a watcher that may not read it is told nothing (ZOOKEEPER-4799). */
  event(type: EventType, path: string, zxid: number, acl: readonly ACL[]): void;
}

export type WatchKind = 'data' | 'child' | 'persistent' | 'persistentRecursive';

export interface WatchTable {
  add(path: string, watcher: Watcher, kind: WatchKind): void;
  has(path: string, watcher: Watcher, kind: WatchKind): boolean;
  /** False when that watch was not set. */
  remove(path: string, watcher: Watcher, kind: WatchKind): boolean;
  /** All watches of a connection that is gone. */
  drop(watcher: Watcher): void;
  readonly count: number;
  /** Paths and who watches them, for wchp, wchc and the Cluster page. */
  entries(): IterableIterator<{ readonly path: string; readonly watcher: Watcher; readonly kind: WatchKind }>;
}

/** What a txn did, for the reply of whoever asked. */
export interface TxnResult {
  readonly err: number;
  readonly path: string | null;
  readonly stat: Stat | null;
  /** One for each part of a multi. */
  readonly parts: readonly (TxnResult & { readonly type: number })[] | null;
}

export interface Tree {
  /** Of the last txn applied. */
  readonly lastZxid: number;
  /** Znodes, and bytes of their paths and data. */
  readonly count: number;
  readonly bytes: number;
  readonly watches: WatchTable;
  /** The root is ''; '/' is taken for it. */
  get(path: string): ZNode | undefined;
  stat(node: ZNode): Stat;
  /** The list behind `ZNode.acl`. */
  acl(id: number): readonly ACL[];
  ephemeralsOf(sessionId: bigint): ReadonlySet<string>;
  sessionsWithEphemerals(): IterableIterator<readonly [bigint, ReadonlySet<string>]>;
  readonly containers: ReadonlySet<string>;
  readonly ttls: ReadonlySet<string>;
  /** The digest of the whole tree now (version 2 of DigestCalculator). */
  digest(): TxnDigest;
  /** CRC32 of one znode as DigestCalculator has it, 0 below /zookeeper; for the digest that a txn will leave behind. */
  digestOf(path: string, node: Pick<ZNode, 'czxid' | 'mzxid' | 'pzxid' | 'ctime' | 'mtime' | 'version' | 'cversion' | 'aversion' | 'ephemeralOwner' | 'data' | 'dataLength' | 'putData'>): number;
}

/** The node's memory and disk: tree and sessions, txn log and snapshots. One object for the life of the node's data directory. */
export interface Database {
  readonly tree: Tree;
  /** Sessions that exist as of `tree.lastZxid`, with their timeouts in ms. */
  readonly sessions: ReadonlyMap<bigint, number>;
  /** Of the last txn in the log, durable or not; at least `tree.lastZxid`. */
  readonly lastLoggedZxid: number;
  /** Applies a committed txn in zxid order: tree, sessions, watches, the ring of the last 500. One that is there already changes nothing. */
  apply(txn: Txn): TxnResult;
  /** Queues a txn for the log; txns leave in this order, many to one fdatasync. Begins snapshots by snapCount. */
  append(txn: Txn): void;
  /** Told once a batch that everything up to `zxid` is on disk. One listener: the role that serves now; null when none does. */
  onDurable(listener: ((zxid: number) => void) | null): void;
  /** Told once when log or snapshot cannot be written any more: nothing may be acknowledged after it. */
  onFailure(listener: (error: SluiceError) => void): void;
  /** Settles when all that was appended is on disk. */
  flushed(): Promise<void>;
  /** The last txns in memory, oldest first, for DIFF. */
  committedLog(): readonly Txn[];
  /** Txns of the log on disk from just after `zxid` up to the last committed; null when the log does not reach back that far, or they are more than `limitBytes`. */
  logSince(zxid: number, limitBytes: number): Promise<AsyncIterable<Txn> | null>;
  /** The zxid of the last txn in log or memory that is not after `zxid`, for TRUNC. */
  lastZxidUpTo(zxid: number): Promise<number>;
  /** Takes everything after `zxid` out of log and memory (TRUNC); the tree is loaded anew. DataInconsistency in words when the log does not hold it. */
  truncate(zxid: number): Promise<void>;
  /** A snapshot of now, written while the loop goes on; answers its zxid. */
  snapshot(): Promise<number>;
  /** Sessions, ACLs, tree and digest as a SNAP carries them (no file header, no trailer), fuzzy from `zxid` on. */
  serialize(): { readonly zxid: number; readonly chunks: AsyncIterable<Buffer> };
  /** Replaces the state by what a SNAP carried; it is on disk as a snapshot of `zxid` when it resolves. `pull(n)` answers exactly n bytes, borrowed until the next pull. */
  restore(zxid: number, pull: (size: number) => Promise<Buffer>): Promise<void>;
  readonly epochs: EpochFiles;
  /** Purges snapshots but the last `keep`, and the logs no one of them needs. */
  purge(keep: number): Promise<void>;
  close(): Promise<void>;
}

/** currentEpoch and acceptedEpoch in version-2: written by temporary name, fsync, rename, fsync of the folder. */
export interface EpochFiles {
  /** -1 when the file is not there. */
  readonly current: number;
  readonly accepted: number;
  setCurrent(epoch: number): Promise<void>;
  setAccepted(epoch: number): Promise<void>;
  /** What a member does before its first election: files that were never there are made of the data's epoch. COORD_EPOCH when one is lost, or they are behind the data or each other. */
  settle(lastZxid: number): Promise<void>;
}

// --- between server/ and whoever orders writes (server/standalone, broadcast/) ---------------------------------------

/** A write as a client sent it, or a learner forwarded it. */
export interface WriteRequest {
  readonly sessionId: bigint;
  readonly cxid: number;
  readonly type: number;
  /** The request's record; borrowed until `submit` or `prepare` returns. createSession has its timeout in ms (one int). */
  readonly payload: Buffer;
  readonly authInfo: readonly Id[];
  /** Where the session is now, compared by identity for SessionMoved: a connection, a learner; null for the server's own requests. */
  readonly owner: object | null;
}

/** Who orders writes. One serves at a time; standalone, leader, follower, observer, or the read-only stand-in. */
export interface Role {
  readonly mode: 'standalone' | 'leader' | 'follower' | 'observer' | 'read-only';
  /** Takes a write. Its outcome is a txn that comes back through `ServerCore.commit`, in the order in which one session's were taken. */
  submit(request: WriteRequest): void;
  /** Calls `done` once a read here sees every write that was acknowledged anywhere before this call: a quorum was heard, and it is applied. */
  sync(request: WriteRequest, done: (err: number) => void): void;
  /** Whether the session lives; takes it over for this server (and `owner`) if so. */
  revalidate(sessionId: bigint, timeoutMs: number, owner: object): Promise<boolean>;
  /** A packet of the session came. Cheap: called for every request. */
  touch(sessionId: bigint, timeoutMs: number): void;
}

/** Clients, sessions and requests of this node, whatever its role. Made by server/, driven by a role. */
export interface ServerCore {
  readonly db: Database;
  /** Lets clients in: those who wait and those who come are served through `role`. */
  serve(role: Role): void;
  /** Takes the role away: every client connection is closed, what was under way is dropped without an answer. */
  retire(): void;
  /** A txn is committed: applied at once, and answered if its session is connected here. In zxid order. */
  commit(txn: Txn): void;
  /** Leader and standalone: checks a write against the tree and what is under way, and makes its txn (an ErrorTxn when it fails), with the next zxid. */
  prepare(request: WriteRequest): Txn;
  /** Leader and standalone: the first zxid to give out is the one after this. Forgets what was under way. */
  setLastPreparedZxid(zxid: number): void;
  /** Set by a leader while it leads, null otherwise: the text of /zookeeper/config that a reconfig asks for, for `prepare` to make its SetDataTxn (version -1) of.
   * Throws KeeperError: ReconfigInProgress, BadVersion, BadArguments, NewConfigNoQuorum. Without one, a reconfig is ReconfigDisabled or Unimplemented. */
  planReconfig: ((request: ReconfigRequest, zxid: number) => Buffer) | null;
  /** The sessions that a leader or standalone server expires; learners only keep who was touched. */
  readonly sessions: SessionTable;
  readonly stats: ServerStats;
}

/** Sessions by buckets of a tick (ExpiryQueue); monotonic time. */
export interface SessionTable {
  /** Begins to expire: takes over `db.sessions`, each with a whole timeout from now; `expired` is asked to close them, once each. */
  start(expired: (sessionId: bigint) => void): void;
  stop(): void;
  add(sessionId: bigint, timeoutMs: number): void;
  /** False when it is not known, or is closing. */
  touch(sessionId: bigint, timeoutMs: number): boolean;
  remove(sessionId: bigint): void;
  setOwner(sessionId: bigint, owner: object): void;
  /** KeeperError SessionExpired or SessionMoved. */
  check(sessionId: bigint, owner: object | null): void;
  /** The learner's side: who was touched here since the last call, with timeouts; for a PING's answer. */
  takeTouched(): Map<bigint, number>;
  /** The next id of this server: sid in the top byte, then time and a counter. */
  nextId(): bigint;
}

/** Counters behind srvr, mntr and the Cluster page. */
export interface ServerStats {
  packetsReceived: number;
  packetsSent: number;
  /** Requests taken and not yet answered. */
  outstanding: number;
  latency(): { readonly min: number; readonly avg: number; readonly max: number; readonly p50: number; readonly p99: number };
}

// --- what happens, told to whoever listens (services, logs) ----------------------------------------------------------

export type ServerState = 'looking' | 'following' | 'leading' | 'observing' | 'standalone' | 'read-only' | 'stopped' | 'failed';

export type NodeEvent =
  | { readonly type: 'state'; readonly at: number; readonly state: ServerState; readonly epoch: number; readonly leader: number | null; readonly zxid: number }
  | { readonly type: 'electionEnded'; readonly at: number; readonly tookMs: number; readonly leader: number; readonly epoch: number; readonly zxid: number; readonly reason: string }
  | { readonly type: 'learnerSynced'; readonly at: number; readonly sid: number; readonly by: 'DIFF' | 'TRUNC' | 'SNAP'; readonly zxid: number }
  | { readonly type: 'sessionExpired'; readonly at: number; readonly sessionId: bigint; readonly ephemerals: number }
  | { readonly type: 'snapshot'; readonly at: number; readonly zxid: number; readonly tookMs: number; readonly bytes: number }
  | { readonly type: 'warning'; readonly at: number; readonly error: SluiceError }
  | { readonly type: 'failed'; readonly at: number; readonly error: SluiceError };

export type Report = (event: NodeEvent) => void;

export interface Clock {
  /** Wall clock, ms since 1970: for ctime and mtime only. */
  now(): number;
  /** Never jumps, ms: for timeouts. */
  monotonic(): number;
}
