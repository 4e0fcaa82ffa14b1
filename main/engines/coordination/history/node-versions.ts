// What a znode has held, as far back as the logs on disk reach: who set it, when, and what it was before.
import { decode } from '../store/load.ts';
import type { Disk } from '../../../lib/disk/disk.ts';
import { listLogs, readTxns } from '../txnlog/log-files.ts';
import { changesOf, type NodeChange } from './node-change.ts';

export interface NodeVersions {
  /** Newest first. `data` is owned. */
  readonly changes: readonly NodeChange[];
  /** There were more than asked for. */
  readonly more: boolean;
  /** Where the logs begin: what the node was before it is not known. -1 without logs. */
  readonly oldest: number;
}

/**
 * The last `most` changes of one znode up to `upTo`, from the logs in `dir`. Reads them all, a chunk a turn; txns in which the
 * path does not stand are not decoded. COORD_LOG_CORRUPT as `readTxns`.
 */
export async function nodeVersions(disk: Disk, dir: string, path: string, most: number, upTo: number): Promise<NodeVersions> {
  const needle = Buffer.from(path);
  const files = await listLogs(disk, dir);
  const kept: NodeChange[] = [];
  let more = false;
  let oldest = -1;
  reading: for await (const batch of readTxns(disk, files, (files[0]?.zxid ?? 0) - 1)) {
    for (const logged of batch) {
      if (logged.zxid > upTo) break reading;
      if (oldest < 0) oldest = logged.zxid;
      if (!logged.bytes.includes(needle)) continue;
      for (const change of changesOf(decode(logged))) {
        if (change.path !== path) continue;
        kept.push({ ...change, data: change.data === null ? null : Buffer.from(change.data) });
        if (kept.length > most) more = kept.shift() !== undefined;
      }
    }
    if ((batch[batch.length - 1]?.zxid ?? 0) >= upTo) break;
  }
  return { changes: kept.reverse(), more, oldest };
}
