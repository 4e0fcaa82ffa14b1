// From files to a state: the newest snapshot that is whole, and the log over it (FileTxnSnapLog.restore).
import { join } from 'node:path';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { JuteError } from '../jute/reader.ts';
import { listSnapshots, readSnapshot, removeUnfinished, type LoadedSnapshot, type SnapshotFile } from '../snapshot/snapshot-files.ts';
import type { TreeOptions } from '../tree/data-tree.ts';
import { decodeTxn, type Txn } from '../txn.ts';
import type { Disk } from '../../../lib/disk/disk.ts';
import { corruptLog, listLogs, logsAfter, readTxns, type LoggedTxn, type OnTorn } from '../txnlog/log-files.ts';

/** Real servers give up after so many. */
const MOST_SNAPSHOTS = 100;

export interface FoundSnapshot extends LoadedSnapshot {
  readonly file: SnapshotFile;
}

/**
 * The newest snapshot, not after `upTo`, that can be read; null when there is no file at all. Unreadable ones are told and
 * passed over; COORD_SNAPSHOT_CORRUPT of the newest when none can be read.
 */
export async function loadSnapshot(disk: Disk, dir: string, options: TreeOptions, onBad: (error: SluiceError) => void, upTo = Infinity): Promise<FoundSnapshot | null> {
  let first: SluiceError | null = null;
  const files = (await listSnapshots(disk, dir)).filter((file) => file.zxid <= upTo);
  for (const file of files.slice(0, MOST_SNAPSHOTS)) {
    try {
      return { ...(await readSnapshot(disk, file, options)), file };
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error;
      first ??= error;
      onBad(error);
    }
  }
  if (first) throw first;
  return null;
}

/** Calls `each` for every txn after `zxid` on disk, in order. COORD_LOG_CORRUPT as `readTxns`, and for a txn that cannot be read. */
export async function replay(disk: Disk, dir: string, zxid: number, each: (txn: Txn) => void, onTorn: OnTorn): Promise<void> {
  for await (const batch of readTxns(disk, logsAfter(await listLogs(disk, dir), zxid), zxid, onTorn)) {
    for (const logged of batch) each(decode(logged));
  }
}

export function decode({ bytes, path, offset }: LoggedTxn): Txn {
  try {
    return decodeTxn(bytes);
  } catch (error) {
    if (error instanceof JuteError) throw corruptLog(path, offset, error.message);
    throw error;
  }
}

/** Logs without any snapshot are the remains of something: accepted only where the configuration trusts them (ZOOKEEPER-3781). */
export function noSnapshot(dir: string): SluiceError {
  return SluiceError.of('COORD_SNAPSHOT_CORRUPT', { file: dir, reason: 'there are logs, but no snapshot; snapshot.trust.empty=true lets a server from before 3.5.3 start so, once' });
}

/** The folders in which files are, made if need be. COORD_DISK when they cannot be; logs and snapshots must not be mixed when they are two. */
export async function prepareFolders(disk: Disk, dataDir: string, dataLogDir: string): Promise<{ readonly snapshots: string; readonly logs: string }> {
  const snapshots = join(dataDir, 'version-2');
  const logs = join(dataLogDir, 'version-2');
  await disk.makeDir(snapshots);
  await disk.makeDir(logs);
  await removeUnfinished(disk, snapshots);
  if (snapshots !== logs) {
    if ((await listLogs(disk, snapshots)).length > 0) throw SluiceError.of('COORD_DISK', { file: snapshots, reason: 'it holds logs, which belong to dataLogDir' });
    if ((await listSnapshots(disk, logs)).length > 0) throw SluiceError.of('COORD_DISK', { file: logs, reason: 'it holds snapshots, which belong to dataDir' });
  }
  return { snapshots, logs };
}
