// The state as it was at a zxid or a time, built from a snapshot and the logs over it into a fresh directory.
import { join } from 'node:path';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { OP } from '../op-codes.ts';
import { snapshotUpTo } from '../store/files.ts';
import { decode } from '../store/load.ts';
import { writeSnapshot } from '../snapshot/snapshot-files.ts';
import { applyTxn } from '../tree/apply-txn.ts';
import { DIGEST_VERSION } from '../tree/node-digest.ts';
import type { TreeOptions } from '../tree/data-tree.ts';
import type { Txn } from '../txn.ts';
import type { Disk } from '../txnlog/disk.ts';
import { listLogs, logsAfter, readTxns } from '../txnlog/log-files.ts';
import { showZxid } from '../zxid.ts';

export type PointInTime = { readonly zxid: number } | { /** ms since 1970: the last txn not after it. */ readonly time: number };

export interface RestoredState {
  /** Of the last txn that is in it. */
  readonly zxid: number;
  /** Its time, ms; null when it came with the snapshot. */
  readonly time: number | null;
  readonly nodes: number;
  readonly sessions: number;
  /** The digest that the last txn carries is that of the state; null when it carries none. */
  readonly verified: boolean | null;
}

/**
 * Writes `into`/version-2/snapshot.<zxid>, which any server starts from. The source is only read, and may be in use. COORD_LOG_GONE
 * when no snapshot is old enough, or the logs end before the zxid; COORD_DIGEST when the state is not what its txns say; COORD_DISK
 * when `into` holds data already.
 */
export async function restorePointInTime(disk: Disk, source: { readonly snapshots: string; readonly logs: string }, point: PointInTime, into: string, options: TreeOptions): Promise<RestoredState> {
  const target = 'zxid' in point ? point.zxid : await lastZxidAt(disk, source.logs, point.time);
  const found = await snapshotUpTo(disk, source.snapshots, options, target, () => {});
  if (!found) throw SluiceError.of('COORD_LOG_GONE', { zxid: showZxid(target), oldest: await oldest(disk, source.logs) });
  const { tree, sessions } = found;
  let last: Txn | null = null;
  for await (const txn of txnsUpTo(disk, source.logs, tree.lastZxid, target)) {
    const { header, change } = txn;
    if (change.type === OP.createSession) sessions.set(header.clientId, change.record.timeOut);
    else if (change.type === OP.closeSession) sessions.delete(header.clientId);
    applyTxn(tree, txn);
    last = txn;
  }
  if ('zxid' in point && tree.lastZxid !== target) throw SluiceError.of('COORD_LOG_GONE', { zxid: showZxid(target), oldest: await oldest(disk, source.logs) });
  const digest = last?.digest ?? null;
  const verified = digest === null || digest.version !== DIGEST_VERSION || !options.digestEnabled ? null : digest.treeDigest === tree.digest().treeDigest;
  if (verified === false) throw SluiceError.of('COORD_DIGEST', { dir: source.snapshots, zxid: showZxid(tree.lastZxid) });
  const folder = join(into, 'version-2');
  await disk.makeDir(folder);
  if ((await disk.list(folder)).length > 0) throw SluiceError.of('COORD_DISK', { file: folder, reason: 'it is not empty' });
  await writeSnapshot(disk, folder, tree, sessions, { compression: 'none', logged: async () => {} });
  return { zxid: tree.lastZxid, time: last?.header.time ?? null, nodes: tree.count, sessions: sessions.size, verified };
}

async function* txnsUpTo(disk: Disk, dir: string, zxid: number, upTo: number): AsyncGenerator<Txn, void, undefined> {
  if (zxid >= upTo) return;
  for await (const batch of readTxns(disk, logsAfter(await listLogs(disk, dir), zxid), zxid)) {
    for (const logged of batch) {
      if (logged.zxid > upTo) return;
      yield decode(logged);
    }
    if ((batch[batch.length - 1]?.zxid ?? 0) >= upTo) return;
  }
}

/** Times of txns rise but for jumps of the leader's clock: the last txn before the first that is later. */
async function lastZxidAt(disk: Disk, dir: string, time: number): Promise<number> {
  const files = await listLogs(disk, dir);
  let last = -1;
  for await (const batch of readTxns(disk, files, (files[0]?.zxid ?? 0) - 1)) {
    for (const { bytes, zxid } of batch) {
      if (timeOf(bytes) > time) return last >= 0 ? last : notBefore(zxid);
      last = zxid;
    }
  }
  return last >= 0 ? last : notBefore(0);
}

function notBefore(first: number): never {
  throw SluiceError.of('COORD_LOG_GONE', { zxid: 'that time', oldest: showZxid(first) });
}

/** A txn's header: clientId long, cxid int, zxid long, time long. */
function timeOf(bytes: Buffer): number {
  return bytes.readInt32BE(20) * 0x1_0000_0000 + bytes.readUInt32BE(24);
}

async function oldest(disk: Disk, dir: string): Promise<string> {
  const [first] = await listLogs(disk, dir);
  return first ? showZxid(first.zxid) : 'none';
}
