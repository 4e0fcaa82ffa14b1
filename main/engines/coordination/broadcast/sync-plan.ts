// How a learner is brought to the leader's history: from memory, from the log on disk, by cutting what the leader never had, or by a snapshot
// (LearnerHandler.syncFollower). What is decided here is tested without a socket.
import type { Txn } from '../txn.ts';
import { counterOf, epochOf } from '../zxid.ts';

export type SyncPlan =
  /** An operation and then these txns; all in memory. `zxid` goes with the operation. */
  | { readonly by: 'DIFF' | 'TRUNC'; readonly zxid: number; readonly txns: readonly Txn[] }
  /** The log on disk may reach back that far. */
  | { readonly by: 'LOG' }
  | { readonly by: 'SNAP' };

/** What the leader has: the last txns in memory, and the last it applied. */
export interface History {
  readonly committed: readonly Txn[];
  readonly lastZxid: number;
}

/** `peerZxid` is the last in the learner's log. A counter of 0 is no txn: the beginning of an epoch, or of everything. */
export function planSync({ committed, lastZxid }: History, peerZxid: number): SyncPlan {
  if (peerZxid === lastZxid) return { by: 'DIFF', zxid: peerZxid, txns: [] };
  if (peerZxid <= 0) return { by: 'SNAP' };
  const isNewEpoch = counterOf(peerZxid) === 0;
  if (peerZxid > lastZxid) return isNewEpoch ? { by: 'SNAP' } : { by: 'TRUNC', zxid: lastZxid, txns: [] };
  const first = committed[0]?.header.zxid ?? Number.POSITIVE_INFINITY;
  if (peerZxid < first) return { by: 'LOG' };
  return planFrom(committed, peerZxid, lastZxid);
}

/** As planSync, of txns that begin at or before the learner's last one. */
function planFrom(txns: readonly Txn[], peerZxid: number, lastZxid: number): SyncPlan {
  let at = txns.length;
  while (at > 0 && (txns[at - 1] as Txn).header.zxid > peerZxid) at--;
  const before = txns[at - 1]?.header.zxid;
  const rest = txns.slice(at);
  if (before === peerZxid || counterOf(peerZxid) === 0) return { by: 'DIFF', zxid: lastZxid, txns: rest };
  return before === undefined || !mayTruncate(before, peerZxid) ? { by: 'SNAP' } : { by: 'TRUNC', zxid: before, txns: rest };
}

/** Real learners end themselves when told to cut across an epoch. */
export function mayTruncate(to: number, peerZxid: number): boolean {
  return epochOf(to) === epochOf(peerZxid);
}
