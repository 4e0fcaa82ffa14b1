// What is done to the row of snapshots and logs as a whole: reading on from a zxid, finding one, cutting, purging.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { listSnapshots, readSnapshot, type SnapshotFile } from '../snapshot/snapshot-files.ts';
import type { TreeOptions } from '../tree/data-tree.ts';
import type { Txn } from '../txn.ts';
import type { Disk } from '../../../lib/disk/disk.ts';
import { lastZxidInLogs, listLogs, logsAfter, readTxns, type LogFile } from '../txnlog/log-files.ts';
import { follows, zxidOfTxn } from '../txnlog/log-format.ts';
import { LogScan } from '../txnlog/log-scan.ts';
import { decode, type FoundSnapshot } from './load.ts';

export interface Folders {
  readonly snapshots: string;
  readonly logs: string;
}

/** Txns after `zxid` up to `upTo`; null when the files do not reach back to it, or take more than `limitBytes` on disk. */
export async function logSince(disk: Disk, dir: string, zxid: number, upTo: number, limitBytes: number): Promise<AsyncIterable<Txn> | null> {
  const files = logsAfter(await listLogs(disk, dir), zxid);
  const first = files[0] === undefined ? null : await firstZxid(disk, files[0]);
  if (first === null || !reaches(first, zxid)) return null;
  let bytes = 0;
  for (const file of files) bytes += (await disk.stat(file.path)).allocated;
  return bytes > limitBytes ? null : txnsUpTo(disk, files, zxid, upTo);
}

/** A log that begins with the txn after `zxid`, or before that, misses none. */
function reaches(first: number, zxid: number): boolean {
  return first <= zxid || (first === zxid + 1 && follows(zxid, first));
}

async function firstZxid(disk: Disk, file: LogFile): Promise<number | null> {
  const scan = await LogScan.open(disk, file.path);
  try {
    const first = (await scan.next())?.[0];
    return first ? zxidOfTxn(first.bytes) : null;
  } finally {
    await scan.close();
  }
}

async function* txnsUpTo(disk: Disk, files: readonly LogFile[], zxid: number, upTo: number): AsyncGenerator<Txn, void, undefined> {
  for await (const batch of readTxns(disk, files, zxid)) {
    for (const logged of batch) {
      if (logged.zxid > upTo) return;
      yield decode(logged);
    }
    if ((batch[batch.length - 1]?.zxid ?? 0) >= upTo) return; // what is written behind it just now is not looked at
  }
}

/** The last txn not after `zxid` that a log holds or a snapshot is named by; -1 for none. */
export async function lastOnDisk(disk: Disk, folders: Folders, zxid: number): Promise<number> {
  const logged = await lastZxidInLogs(disk, await listLogs(disk, folders.logs), zxid);
  const snapshot = (await listSnapshots(disk, folders.snapshots)).find((file) => file.zxid <= zxid);
  return Math.max(logged, snapshot?.zxid ?? -1);
}

/** The newest snapshot that holds nothing after `zxid`, not even in its fuzzy part; null for none. */
export async function snapshotUpTo(disk: Disk, dir: string, options: TreeOptions, zxid: number, onBad: (error: SluiceError) => void): Promise<FoundSnapshot | null> {
  for (const file of (await listSnapshots(disk, dir)).filter((one) => one.zxid <= zxid)) {
    try {
      const found = await readSnapshot(disk, file, options);
      if (Math.max(found.digest?.zxid ?? 0, found.lastZxid ?? 0) <= zxid) return { ...found, file };
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error;
      onBad(error);
    }
  }
  return null;
}

export async function removeSnapshotsAfter(disk: Disk, dir: string, zxid: number): Promise<void> {
  const files = (await listSnapshots(disk, dir)).filter((file) => file.zxid > zxid);
  for (const file of files) await disk.remove(file.path);
  if (files.length > 0) await disk.syncDir(dir);
}

/** Keeps the newest `keep` snapshots that end as whole ones do, and every log that the oldest of them needs (PurgeTxnLog). */
export async function purgeFiles(disk: Disk, folders: Folders, keep: number): Promise<void> {
  const snapshots = await listSnapshots(disk, folders.snapshots);
  const kept: SnapshotFile[] = [];
  for (const file of snapshots) if (kept.length < keep && (await endsWhole(disk, file))) kept.push(file);
  const oldest = kept[kept.length - 1];
  if (!oldest) return;
  const needed = new Set(logsAfter(await listLogs(disk, folders.logs), oldest.zxid - 1).map((file) => file.path));
  for (const file of await listLogs(disk, folders.logs)) if (file.zxid < oldest.zxid && !needed.has(file.path)) await disk.remove(file.path);
  for (const file of snapshots) if (file.zxid < oldest.zxid) await disk.remove(file.path);
}

/** The last five bytes of a plain one are the string "/". */
async function endsWhole(disk: Disk, { path }: SnapshotFile): Promise<boolean> {
  if (path.endsWith('.gz')) return true;
  const file = await disk.open(path, 'read');
  try {
    const end = Buffer.alloc(5);
    const size = await file.size();
    return size >= 10 && (await file.read(end, size - 5)) === 5 && end.readInt32BE(0) === 1 && end[4] === 0x2f;
  } finally {
    await file.close();
  }
}
