// Txns for tests of what is below the server: short words for changes, zxids counted up.
import { TxnDigest, type ACL } from '../../../../../../main/engines/coordination/jute/records.ts';
import { OP } from '../../../../../../main/engines/coordination/op-codes.ts';
import type { NodeEvent } from '../../../../../../main/engines/coordination/parts.ts';
import type { DatabaseOptions } from '../../../../../../main/engines/coordination/store/database.ts';
import { JuteWriter } from '../../../../../../main/engines/coordination/jute/writer.ts';
import { makeTxn, writeChange, type Change, type Txn } from '../../../../../../main/engines/coordination/txn.ts';

export const OPEN: ACL[] = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }];
export const SESSION = 0x1000_0000_0000_0001n;

/** The record of one change inside a multi. */
export function encodeChange(change: Change): Buffer {
  const writer = new JuteWriter();
  writeChange(writer, change);
  return writer.take();
}

/** The same txn with the digest of the tree behind it. */
export function withDigest(txn: Txn, digest: TxnDigest): Txn {
  return { ...txn, digest, bytes: Buffer.concat([txn.bytes, TxnDigest.encode(digest)]) };
}

type Data = string | Buffer | null;
const bytes = (data: Data): Buffer | null => (typeof data === 'string' ? Buffer.from(data) : data);

export const create = (path: string, data: Data = '', options: { readonly acl?: ACL[]; readonly ephemeral?: boolean; readonly parentCVersion?: number } = {}): Change => ({
  type: OP.create2, record: { path, data: bytes(data), acl: options.acl ?? OPEN, ephemeral: options.ephemeral ?? false, parentCVersion: options.parentCVersion ?? -1 },
});
export const remove = (path: string): Change => ({ type: OP.delete, record: { path } });
export const setData = (path: string, data: Data, version = 1): Change => ({ type: OP.setData, record: { path, data: bytes(data), version } });
export const setAcl = (path: string, acl: ACL[], version = 1): Change => ({ type: OP.setACL, record: { path, acl, version } });
export const openSession = (timeOut = 10_000): Change => ({ type: OP.createSession, record: { timeOut } });
export const closeSession = (...paths2Delete: string[]): Change => ({ type: OP.closeSession, record: { paths2Delete } });
export const failed = (err: number): Change => ({ type: OP.error, record: { err } });
export const multi = (...changes: Change[]): Change => ({ type: OP.multi, record: { txns: changes.map((change) => ({ type: change.type, data: encodeChange(change) })) } });

export function txnOf(zxid: number, change: Change, clientId = SESSION): Txn {
  return makeTxn({ clientId, cxid: zxid % 0x7fff_ffff, zxid, time: 1_700_000_000_000 + (zxid % 1_000_000), type: change.type }, change);
}

interface Store {
  apply(txn: Txn): { readonly err: number };
  append(txn: Txn): void;
  readonly tree: { digest(): TxnDigest; get(path: string): { readonly cversion: number } | undefined };
}

/** Applies and logs changes as a standalone server would, with the digest of the tree in each txn. */
export class Writer {
  zxid: number;
  readonly #db: Store;

  constructor(db: Store, zxid = 0) {
    this.#db = db;
    this.zxid = zxid;
  }

  put(change: Change, clientId = SESSION): Txn {
    this.zxid += 1;
    const bare = txnOf(this.zxid, this.#counted(change), clientId);
    this.#db.apply(bare);
    const txn = withDigest(bare, this.#db.tree.digest());
    this.#db.append(txn);
    return txn;
  }

  /** A leader says which cversion the parent shall have: only so may a create be applied twice. */
  #counted(change: Change): Change {
    if (change.type !== OP.create2 || change.record.parentCVersion !== -1) return change;
    const { path } = change.record;
    return { type: OP.create2, record: { ...change.record, parentCVersion: (this.#db.tree.get(path.slice(0, path.lastIndexOf('/')))?.cversion ?? 0) + 1 } };
  }
}

export function databaseOptions(dir: string, events: NodeEvent[] = [], more: Partial<DatabaseOptions> = {}): DatabaseOptions {
  return {
    dataDir: dir, dataLogDir: dir, snapCount: 100_000, snapSizeLimitKb: 4_194_304, preAllocKb: 64, forceSync: true, digestEnabled: true, extendedTypes: true,
    compression: 'none', clock: { now: () => 0, monotonic: () => 0 }, report: (event) => { events.push(event); }, ...more,
  };
}
