// Every change from a zxid on, first from the logs, then as it happens. Unlike watches it misses none; it ends in words where
// the logs do not reach back.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { checkCancelled, onAbort } from '../../../lib/async.ts';
import type { StoredDatabase } from '../store/database.ts';
import type { Txn } from '../txn.ts';
import { listLogs } from '../txnlog/log-files.ts';
import { showZxid } from '../zxid.ts';
import { changesOf, type NodeChange } from './node-change.ts';

/**
 * Changes after `zxid`, txn by txn, without end. COORD_LOG_GONE when txns just after `zxid` are in no log any more, or when the
 * server went back behind what was told (TRUNC); APP_CANCELLED on abort.
 */
export async function* changesAfter(db: StoredDatabase, zxid: number, signal?: AbortSignal): AsyncGenerator<readonly NodeChange[], never, undefined> {
  let wake: () => void = () => {};
  const unobserve = db.observe(() => { wake(); });
  const unabort = onAbort(signal, () => { wake(); });
  let told = zxid;
  try {
    for (;;) {
      checkCancelled(signal);
      if (told > db.tree.lastZxid) throw await gone(db, told);
      for await (const txn of await after(db, told)) {
        checkCancelled(signal);
        told = txn.header.zxid;
        const changes = changesOf(txn);
        if (changes.length > 0) yield changes;
      }
      if (told >= db.tree.lastZxid) await new Promise<void>((resolve) => { wake = resolve; if (signal?.aborted || db.tree.lastZxid !== told) resolve(); });
    }
  } finally {
    unobserve();
    unabort();
  }
}

/** Txns that are applied, from memory where it holds all of them. */
async function after(db: StoredDatabase, zxid: number): Promise<AsyncIterable<Txn> | Iterable<Txn>> {
  if (zxid === db.tree.lastZxid) return [];
  const ring = db.committedLog();
  const at = ring.findLastIndex((txn) => txn.header.zxid === zxid);
  if (at >= 0) return ring.slice(at + 1);
  const logged = await db.logSince(zxid, Infinity);
  if (logged === null) throw await gone(db, zxid);
  return logged;
}

async function gone(db: StoredDatabase, zxid: number): Promise<SluiceError> {
  const [first] = await listLogs(db.disk, db.folders.logs);
  return SluiceError.of('COORD_LOG_GONE', { zxid: showZxid(zxid), oldest: first ? showZxid(first.zxid) : 'none' });
}
