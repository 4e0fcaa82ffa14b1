// A txn as what it did to single znodes: the parts of a multi apart, and a closed session as the deletes it made.
import type { ACL } from '../jute/records.ts';
import { JuteError } from '../jute/reader.ts';
import { OP } from '../op-codes.ts';
import { decodeChange, type Change, type Txn } from '../txn.ts';

export interface NodeChange {
  readonly zxid: number;
  /** ms since 1970, as the leader's clock had it. */
  readonly time: number;
  /** Whose request it was; for a deleted ephemeral, the session that ended. */
  readonly session: bigint;
  readonly kind: 'created' | 'changed' | 'deleted' | 'acl' | 'sessionOpened' | 'sessionClosed';
  /** '' for a session. */
  readonly path: string;
  /** What the node holds after it; null where it holds nothing, and for `deleted`, `acl` and sessions. A view of the txn. */
  readonly data: Buffer | null;
  /** Of the data, or of the ACL for `acl`; -1 where there is none. */
  readonly version: number;
  readonly acl: readonly ACL[] | null;
  readonly ephemeral: boolean;
}

/** In the order in which they happened; none for a txn that failed. */
export function changesOf(txn: Txn): readonly NodeChange[] {
  const changes: NodeChange[] = [];
  expand(txn, txn.change, changes);
  return changes;
}

function expand(txn: Txn, change: Change, into: NodeChange[]): void {
  const { zxid, time, clientId: session } = txn.header;
  const base = { zxid, time, session, data: null, version: -1, acl: null, ephemeral: false };
  switch (change.type) {
    case OP.create:
    case OP.create2:
      into.push({ ...base, kind: 'created', path: change.record.path, data: change.record.data, version: 0, acl: change.record.acl, ephemeral: change.record.ephemeral });
      return;
    case OP.createContainer:
    case OP.createTTL:
      into.push({ ...base, kind: 'created', path: change.record.path, data: change.record.data, version: 0, acl: change.record.acl });
      return;
    case OP.setData:
    case OP.reconfig:
      into.push({ ...base, kind: 'changed', path: change.record.path, data: change.record.data, version: change.record.version });
      return;
    case OP.setACL:
      into.push({ ...base, kind: 'acl', path: change.record.path, version: change.record.version, acl: change.record.acl });
      return;
    case OP.delete:
    case OP.deleteContainer:
      into.push({ ...base, kind: 'deleted', path: change.record.path });
      return;
    case OP.closeSession:
      for (const path of change.record.paths2Delete) into.push({ ...base, kind: 'deleted', path, ephemeral: true });
      into.push({ ...base, kind: 'sessionClosed', path: '' });
      return;
    case OP.createSession:
      into.push({ ...base, kind: 'sessionOpened', path: '' });
      return;
    case OP.multi: {
      const parts = change.record.txns;
      if (parts.some((part) => part.type === OP.error)) return;
      for (const { type, data } of parts) expandPart(txn, type, data, into);
      return;
    }
    case OP.check:
    case OP.error:
  }
}

/** A part that cannot be read did nothing to the tree either. */
function expandPart(txn: Txn, type: number, data: Buffer | null, into: NodeChange[]): void {
  try {
    expand(txn, decodeChange(type, data ?? Buffer.alloc(0)), into);
  } catch (error) {
    if (!(error instanceof JuteError)) throw error;
  }
}
