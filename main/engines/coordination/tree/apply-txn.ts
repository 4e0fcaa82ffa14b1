// What each type of txn does to the tree (DataTree.processTxn).
import type { CreateTxn } from '../jute/records.ts';
import { JuteError } from '../jute/reader.ts';
import { KEEPER_ERROR } from '../keeper-errors.ts';
import { OP } from '../op-codes.ts';
import type { TxnResult } from '../parts.ts';
import { decodeChange, type Change, type Txn } from '../txn.ts';
import type { DataTree } from './data-tree.ts';
import { CONTAINER_OWNER, ttlOwner } from './ephemeral-type.ts';

type PartResult = TxnResult & { readonly type: number };

interface Header {
  readonly clientId: bigint;
  readonly zxid: number;
  readonly time: number;
}

const EMPTY = Buffer.alloc(0);
const NOTHING: TxnResult = { err: KEEPER_ERROR.Ok, path: null, stat: null, parts: null };

/** Applies a txn and moves `lastZxid` on. Sessions, and the digest a txn carries, are the caller's to look at. */
export function applyTxn(tree: DataTree, txn: Txn): TxnResult {
  const result = txn.change.type === OP.multi ? applyMulti(tree, txn.header, txn.change.record.txns, txn.parts ?? null) : applyChange(tree, txn.header, txn.change);
  if (txn.header.zxid > tree.lastZxid) tree.lastZxid = txn.header.zxid;
  return result;
}

function applyChange(tree: DataTree, header: Header, change: Change): TxnResult {
  const { zxid, time } = header;
  switch (change.type) {
    case OP.setData:
    case OP.reconfig: {
      const { path, data, version } = change.record;
      return outcome(tree, path, tree.setData(path, data, version, zxid, time), true);
    }
    case OP.create: return create(tree, header, change.record, change.record.ephemeral ? header.clientId : 0n, false);
    case OP.create2: return create(tree, header, change.record, change.record.ephemeral ? header.clientId : 0n, true);
    case OP.createContainer: return create(tree, header, change.record, CONTAINER_OWNER, true);
    case OP.createTTL: return create(tree, header, change.record, ttlOwner(change.record.ttl), true);
    case OP.delete:
    case OP.deleteContainer: return outcome(tree, change.record.path, tree.delete(change.record.path, zxid), false);
    case OP.setACL: {
      const { path, acl, version } = change.record;
      return outcome(tree, path, tree.setAcl(path, acl, version), true);
    }
    case OP.closeSession:
      tree.closeSession(header.clientId, change.record.paths2Delete, zxid);
      return NOTHING;
    case OP.check: return { ...NOTHING, path: change.record.path };
    case OP.error: return { ...NOTHING, err: change.record.err };
    case OP.createSession:
    case OP.multi: return NOTHING; // a multi holds no multi
  }
}

function create(tree: DataTree, { zxid, time }: Header, record: Omit<CreateTxn, 'ephemeral'>, owner: bigint, withStat: boolean): TxnResult {
  const { path, data, acl, parentCVersion } = record;
  return outcome(tree, path, tree.create(path, data, acl, owner, parentCVersion, zxid, time), withStat);
}

function outcome(tree: DataTree, path: string, err: number, withStat: boolean): TxnResult {
  const node = withStat && err === KEEPER_ERROR.Ok ? tree.get(path) : undefined;
  return { err, path, stat: node ? tree.stat(node) : null, parts: null };
}

/** One part that failed makes every part an error: 0 before it, RuntimeInconsistency after it. */
function applyMulti(tree: DataTree, header: Header, txns: readonly { readonly type: number; readonly data: Buffer | null }[], read: readonly Change[] | null): TxnResult {
  const failed = txns.some((part) => part.type === OP.error);
  const parts: PartResult[] = [];
  let err: number = KEEPER_ERROR.Ok;
  let afterFailure = false;
  for (const [at, { type, data }] of txns.entries()) {
    if (type === OP.error) afterFailure = true;
    const part = failed && type !== OP.error
      ? { ...NOTHING, type: OP.error, err: afterFailure ? KEEPER_ERROR.RuntimeInconsistency : KEEPER_ERROR.Ok }
      : applyPart(tree, header, type, read?.[at] ?? data ?? EMPTY);
    if (part === null) break;
    parts.push(part);
    if (err === KEEPER_ERROR.Ok) err = part.err;
  }
  return { err, path: null, stat: null, parts };
}

/** Null for a part that no server can read: it and what follows are left out, as real servers do. */
function applyPart(tree: DataTree, header: Header, type: number, part: Change | Buffer): PartResult | null {
  try {
    return { ...applyChange(tree, header, Buffer.isBuffer(part) ? decodeChange(type, part) : part), type };
  } catch (error) {
    if (error instanceof JuteError) return null;
    throw error;
  }
}
