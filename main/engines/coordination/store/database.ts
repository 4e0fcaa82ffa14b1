// The node's memory and disk in one object: what is committed goes into the tree, what is proposed into the log, and snapshots are taken as the log grows.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { KEEPER_ERROR, KeeperError } from '../keeper-errors.ts';
import { OP } from '../op-codes.ts';
import type { Clock, Database, Report, TxnResult } from '../parts.ts';
import { PullCursor } from '../snapshot/cursor.ts';
import { readState } from '../snapshot/snapshot-reader.ts';
import { writeSnapshot } from '../snapshot/snapshot-files.ts';
import { serializeState } from '../snapshot/snapshot-writer.ts';
import { applyTxn } from '../tree/apply-txn.ts';
import { DataTree } from '../tree/data-tree.ts';
import type { Txn } from '../txn.ts';
import type { Disk } from '../../../lib/disk/disk.ts';
import { cutLog, truncateLogs, type OnTorn } from '../txnlog/log-files.ts';
import { LogWriter } from '../txnlog/log-writer.ts';
import { nodeDisk } from '../../../lib/disk/node-disk.ts';
import { codeOf } from '../../../lib/errno.ts';
import { showZxid } from '../zxid.ts';
import { CommittedRing } from './committed-ring.ts';
import { lockDataDir } from './data-lock.ts';
import { DigestCheck } from './digest-check.ts';
import { EpochStore } from './epoch-files.ts';
import { loadSnapshot, noSnapshot, prepareFolders, replay, type FoundSnapshot } from './load.ts';
import { lastOnDisk, logSince, purgeFiles, removeSnapshotsAfter, snapshotUpTo } from './files.ts';

export interface DatabaseOptions {
  readonly dataDir: string;
  readonly dataLogDir: string;
  /** A snapshot after a random number of txns between half of it and all of it. */
  readonly snapCount: number;
  /** Or after so many KiB of log, drawn alike; 0 for no matter how many. */
  readonly snapSizeLimitKb: number;
  readonly preAllocKb: number;
  readonly forceSync: boolean;
  readonly digestEnabled: boolean;
  readonly extendedTypes: boolean;
  readonly compression: 'none' | 'gz';
  /** Logs without a snapshot are loaded (`snapshot.trust.empty`). */
  readonly trustEmptySnapshot?: boolean;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly report: Report;
  /** For tests: a disk that fails. A directory on it is not locked. */
  readonly disk?: Disk;
  /** For tests: between 0 and 1. */
  readonly random?: () => number;
}

const NOTHING: TxnResult = { err: KEEPER_ERROR.Ok, path: null, stat: null, parts: null };

/** Told of each txn as it is applied. */
export type Applied = (txn: Txn) => void;

/** Locks and loads a data directory, which is made if need be. COORD_DATA_LOCKED, COORD_LOG_CORRUPT, COORD_SNAPSHOT_CORRUPT, COORD_DISK, COORD_EPOCH. */
export async function openDatabase(options: DatabaseOptions): Promise<StoredDatabase> {
  const disk = options.disk ?? nodeDisk;
  let unlock = (): void => {};
  try {
    await disk.makeDir(options.dataDir);
    if (options.disk === undefined) unlock = lockDataDir(options.dataDir);
    const folders = await prepareFolders(disk, options.dataDir, options.dataLogDir);
    const database = new StoredDatabase(options, disk, folders, await EpochStore.open(disk, folders.snapshots), unlock);
    await database.load(await loadSnapshot(disk, folders.snapshots, treeOptions(options), database.warn));
    return database;
  } catch (error) {
    unlock();
    throw error instanceof SluiceError ? error : SluiceError.of('COORD_DISK', { file: options.dataDir, reason: codeOf(error) }, error);
  }
}

function treeOptions(options: DatabaseOptions): { readonly digestEnabled: boolean; readonly extendedTypes: boolean } {
  return { digestEnabled: options.digestEnabled, extendedTypes: options.extendedTypes };
}

export class StoredDatabase implements Database {
  readonly tree: DataTree;
  readonly epochs: EpochStore;
  readonly disk: Disk;
  readonly folders: { readonly snapshots: string; readonly logs: string };
  readonly digests: DigestCheck;
  /** Told of each batch of the log: ms from its write to the disk's word, and how many txns it had. */
  onLogWritten: ((ms: number, txns: number) => void) | null = null;
  readonly #options: DatabaseOptions;
  readonly #unlock: () => void;
  readonly #ring = new CommittedRing();
  readonly #observers = new Set<Applied>();
  #sessions = new Map<bigint, number>();
  #writer: LogWriter;
  #lastLogged = 0;
  #durable: ((zxid: number) => void) | null = null;
  #failures: ((error: SluiceError) => void)[] = [];
  #snapshotting: Promise<unknown> | null = null;
  #untilSnapshot = 0;
  #bytesUntilSnapshot = 0;
  #closed = false;

  /** Use `openDatabase`. */
  constructor(options: DatabaseOptions, disk: Disk, folders: StoredDatabase['folders'], epochs: EpochStore, unlock: () => void) {
    this.#options = options;
    this.disk = disk;
    this.folders = folders;
    this.epochs = epochs;
    this.#unlock = unlock;
    this.tree = new DataTree(treeOptions(options));
    this.digests = new DigestCheck(this.tree, (zxid) => { this.warn(SluiceError.of('COORD_DIGEST', { dir: options.dataDir, zxid: showZxid(zxid) })); });
    this.#writer = this.#newWriter();
    this.#drawSnapshot();
  }

  get sessions(): ReadonlyMap<bigint, number> { return this.#sessions; }
  get lastLoggedZxid(): number { return Math.max(this.#lastLogged, this.tree.lastZxid); }
  /** The last zxid on disk. */
  get durableZxid(): number { return this.#writer.durable; }

  readonly warn = (error: SluiceError): void => {
    this.#options.report({ type: 'warning', at: this.#options.clock.now(), error });
  };

  // --- txns ----------------------------------------------------------------------------------------------------------

  apply(txn: Txn): TxnResult {
    const { header, change } = txn;
    if (header.zxid <= this.tree.lastZxid) return NOTHING;
    if (change.type === OP.createSession) this.#sessions.set(header.clientId, change.record.timeOut);
    else if (change.type === OP.closeSession) this.#sessions.delete(header.clientId);
    const result = applyTxn(this.tree, txn);
    this.digests.check(txn);
    this.#ring.push(txn);
    for (const observer of this.#observers) observer(txn);
    return result;
  }

  append(txn: Txn): void {
    const { zxid } = txn.header;
    const known = zxid <= this.#lastLogged;
    this.#writer.append(zxid, txn.bytes, known);
    if (known) return;
    this.#lastLogged = zxid;
    this.#untilSnapshot -= 1;
    if (this.#untilSnapshot < 0 || (this.#bytesUntilSnapshot > 0 && this.#writer.bytesSinceRoll > this.#bytesUntilSnapshot)) this.#snapshotByCount();
  }

  onDurable(listener: ((zxid: number) => void) | null): void {
    this.#durable = listener;
  }

  onFailure(listener: (error: SluiceError) => void): void {
    if (this.#writer.failed) listener(this.#writer.failed);
    else this.#failures.push(listener);
  }

  flushed(): Promise<void> {
    return this.#writer.flushed();
  }

  committedLog(): readonly Txn[] {
    return this.#ring.list();
  }

  /** Calls `observer` with each txn just after it was applied; the answer ends it. */
  observe(observer: Applied): () => void {
    this.#observers.add(observer);
    return () => { this.#observers.delete(observer); };
  }

  async logSince(zxid: number, limitBytes: number): Promise<AsyncIterable<Txn> | null> {
    await this.flushed();
    return logSince(this.disk, this.folders.logs, zxid, this.tree.lastZxid, limitBytes);
  }

  async lastZxidUpTo(zxid: number): Promise<number> {
    if (zxid >= this.lastLoggedZxid) return this.lastLoggedZxid;
    const near = this.#ring.lastUpTo(zxid);
    if (near >= 0) return near;
    await this.flushed();
    return lastOnDisk(this.disk, this.folders, zxid);
  }

  // --- snapshots -----------------------------------------------------------------------------------------------------

  async snapshot(): Promise<number> {
    while (this.#snapshotting) await this.#snapshotting.catch(() => {});
    this.#writer.roll();
    this.#drawSnapshot();
    return this.#takeSnapshot();
  }

  serialize(): { readonly zxid: number; readonly chunks: AsyncIterable<Buffer> } {
    const state = serializeState(this.tree, this.#sessions);
    const first = state.next(); // sessions and ACL lists as of now
    const chunks = (async function* (): AsyncGenerator<Buffer, void, undefined> {
      try {
        for (let part = first; !part.done; part = state.next()) yield part.value;
      } finally {
        state.return();
      }
    })();
    return { zxid: this.tree.lastZxid, chunks };
  }

  async restore(zxid: number, pull: (size: number) => Promise<Buffer>): Promise<void> {
    const { tree, sessions } = await readState(new PullCursor(pull), zxid, treeOptions(this.#options));
    await this.#idle();
    // what is on disk after `zxid` goes before the snapshot has its name, or it would be replayed over it
    const logged = async (): Promise<void> => {
      await removeSnapshotsAfter(this.disk, this.folders.snapshots, zxid);
      await truncateLogs(this.disk, this.folders.logs, zxid);
    };
    await writeSnapshot(this.disk, this.folders.snapshots, tree, sessions, { compression: this.#options.compression, logged, isFuzzy: true });
    this.#become(tree, sessions);
    this.digests.received();
    this.#lastLogged = zxid;
    this.#writer = this.#newWriter();
  }

  async truncate(zxid: number): Promise<void> {
    await this.#idle();
    try {
      const held = zxid === await lastOnDisk(this.disk, this.folders, zxid);
      const found = held ? await snapshotUpTo(this.disk, this.folders.snapshots, treeOptions(this.#options), zxid, this.warn) : null;
      if (!found) throw new KeeperError('DataInconsistency', `zxid ${showZxid(zxid)}, which is not in the log`);
      await removeSnapshotsAfter(this.disk, this.folders.snapshots, found.file.zxid);
      await truncateLogs(this.disk, this.folders.logs, zxid);
      await this.load(found);
    } finally {
      this.#writer = this.#newWriter();
    }
  }

  purge(keep: number): Promise<void> {
    return purgeFiles(this.disk, this.folders, Math.max(keep, 3));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      await this.#idle();
    } finally {
      this.#unlock();
    }
  }

  // --- inside --------------------------------------------------------------------------------------------------------

  /** Takes over a snapshot and replays the log over it. With neither, an empty tree is put on disk as snapshot.0. */
  async load(found: FoundSnapshot | null): Promise<void> {
    this.#ring.clear();
    this.#sessions = new Map();
    if (found) {
      this.#become(found.tree, found.sessions);
      this.digests.loaded(found.file.zxid, found.digest);
    }
    const torn: { readonly path: string; readonly offset: number }[] = [];
    const onTorn: OnTorn = (file, end, isLast) => {
      this.warn(SluiceError.of('COORD_LOG_TORN', { file: file.path, offset: end.offset, reason: end.reason }));
      if (isLast) torn.push({ path: file.path, offset: end.offset });
    };
    let txns = 0;
    await replay(this.disk, this.folders.logs, this.tree.lastZxid, (txn) => {
      if (!found && !this.#options.trustEmptySnapshot) throw noSnapshot(this.folders.snapshots);
      this.apply(txn);
      txns += 1;
    }, onTorn);
    for (const { path, offset } of torn) await cutLog(this.disk, this.folders.logs, path, offset);
    this.tree.plantConfig();
    this.#lastLogged = this.tree.lastZxid;
    this.#writer = this.#newWriter();
    if (!found && txns === 0) await this.#takeSnapshot();
  }

  #become(tree: DataTree, sessions: Map<bigint, number>): void {
    this.tree.become(tree);
    this.#sessions = sessions;
    this.#ring.clear();
  }

  #newWriter(): LogWriter {
    return new LogWriter({
      disk: this.disk, dir: this.folders.logs, preAlloc: this.#options.preAllocKb * 1024, forceSync: this.#options.forceSync,
      onDurable: (zxid) => { this.#durable?.(zxid); },
      onWritten: (ms, txns) => { this.onLogWritten?.(ms, txns); },
      onFailure: (error) => {
        this.#options.report({ type: 'failed', at: this.#options.clock.now(), error });
        for (const listener of this.#failures.splice(0)) listener(error);
      },
    }, this.#lastLogged);
  }

  /** Nothing is being written any more. */
  async #idle(): Promise<void> {
    while (this.#snapshotting) await this.#snapshotting.catch(() => {});
    await this.#writer.close();
  }

  /** Not all members of an ensemble shall write theirs at the same time. */
  #drawSnapshot(): void {
    const { snapCount, snapSizeLimitKb, random = Math.random } = this.#options;
    this.#untilSnapshot = Math.floor(snapCount / 2 + random() * (snapCount / 2));
    this.#bytesUntilSnapshot = snapSizeLimitKb * 512 * (1 + random());
  }

  #snapshotByCount(): void {
    this.#drawSnapshot();
    this.#writer.roll();
    if (this.#snapshotting) return; // the last one is still being written
    this.#takeSnapshot().catch((error: unknown) => {
      this.warn(SluiceError.of('COORD_DISK', { file: this.folders.snapshots, reason: codeOf(error) }, error));
    });
  }

  #takeSnapshot(): Promise<number> {
    const begun = this.#options.clock.monotonic();
    const taken = writeSnapshot(this.disk, this.folders.snapshots, this.tree, this.#sessions, { compression: this.#options.compression, logged: () => this.flushed() })
      .then(({ zxid, bytes }) => {
        this.#options.report({ type: 'snapshot', at: this.#options.clock.now(), zxid, tookMs: this.#options.clock.monotonic() - begun, bytes });
        return zxid;
      })
      .finally(() => { this.#snapshotting = null; });
    this.#snapshotting = taken;
    return taken;
  }
}
