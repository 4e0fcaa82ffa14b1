// The log as a row of files: which of them reach a zxid, their txns in order, and what a tear or TRUNC cuts away.
import { join } from 'node:path';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { showZxid } from '../zxid.ts';
import type { Disk } from '../../../lib/disk/disk.ts';
import type { LogEnd } from './log-end.ts';
import { FILE_HEADER, RECORD_HEAD, follows, zxidOfName, zxidOfTxn } from './log-format.ts';
import { LogScan } from './log-scan.ts';

export interface LogFile {
  readonly path: string;
  /** Of its first txn, by its name. */
  readonly zxid: number;
}

export interface LoggedTxn {
  readonly zxid: number;
  /** Header, record and digest: a view of a chunk that is not used again. */
  readonly bytes: Buffer;
  readonly path: string;
  readonly offset: number;
}

/** Oldest first. */
export async function listLogs(disk: Disk, dir: string): Promise<LogFile[]> {
  const files = (await disk.list(dir)).map((name) => ({ path: join(dir, name), zxid: zxidOfName(name, 'log') }));
  return files.filter((file) => file.zxid >= 0).sort((a, b) => a.zxid - b.zxid);
}

/** The files that may hold txns after `zxid`: the last that begins not after the next one, and all behind it. */
export function logsAfter(files: readonly LogFile[], zxid: number): readonly LogFile[] {
  const begin = files.findLastIndex((file) => file.zxid <= zxid + 1);
  return files.slice(Math.max(begin, 0));
}

export const corruptLog = (path: string, offset: number, reason: string): SluiceError => SluiceError.of('COORD_LOG_CORRUPT', { file: path, offset, reason });

/** Told of each file that does not end with whole records and zeros, once it is known that nothing acknowledged is missing. */
export type OnTorn = (file: LogFile, end: LogEnd, isLast: boolean) => void;

/**
 * The txns after `zxid`, a chunk of them at a time. COORD_LOG_CORRUPT when a record is damaged, or when txns are missing
 * between two files or between `zxid` and the first file; nothing is changed on disk.
 */
export async function* readTxns(disk: Disk, files: readonly LogFile[], zxid: number, onTorn: OnTorn = () => {}): AsyncGenerator<readonly LoggedTxn[], void, undefined> {
  let last = zxid;
  for (const [index, file] of files.entries()) {
    const scan = await LogScan.open(disk, file.path);
    try {
      let first = true;
      for (let records = await scan.next(); records !== null; records = await scan.next()) {
        const txns = records.map(({ bytes, offset }) => ({ zxid: zxidOfTxn(bytes), bytes, path: file.path, offset }));
        const begin = (txns[0] as LoggedTxn).zxid;
        if (first && !follows(last, begin)) throw corruptLog(file.path, FILE_HEADER, `txns from ${showZxid(last + 1)} to ${showZxid(begin - 1)} are missing`);
        first = false;
        last = Math.max(last, (txns[txns.length - 1] as LoggedTxn).zxid);
        const after = txns[0] !== undefined && begin > zxid ? txns : txns.filter((txn) => txn.zxid > zxid);
        if (after.length > 0) yield after;
      }
      endOf(scan, file, index === files.length - 1, onTorn);
    } finally {
      await scan.close();
    }
  }
}

function endOf(scan: LogScan, file: LogFile, isLast: boolean, onTorn: OnTorn): void {
  const end = scan.end as LogEnd;
  if (end.kind === 'clean') return;
  if (end.kind === 'corrupt') throw corruptLog(file.path, end.offset, end.reason);
  onTorn(file, end, isLast); // within the row, the first txn of the next file shows whether one is missing
}

/** Cuts a torn tail away; a file left without a single txn goes altogether. */
export async function cutLog(disk: Disk, dir: string, path: string, offset: number): Promise<void> {
  if (offset <= FILE_HEADER) {
    await disk.remove(path);
  } else {
    const file = await disk.open(path, 'edit');
    try {
      await file.truncate(offset);
      await file.sync();
    } finally {
      await file.close();
    }
  }
  await disk.syncDir(dir);
}

/** Takes every txn after `zxid` out of the files, newest first; answers the last one left in them, -1 when none is. */
export async function truncateLogs(disk: Disk, dir: string, zxid: number): Promise<number> {
  const files = await listLogs(disk, dir);
  for (const file of files.filter((one) => one.zxid > zxid).reverse()) await disk.remove(file.path);
  await disk.syncDir(dir);
  for (const file of files.filter((one) => one.zxid <= zxid).reverse()) {
    const { last, offset } = await endUpTo(disk, file.path, zxid);
    await cutLog(disk, dir, file.path, offset);
    if (last >= 0) return last;
  }
  return -1;
}

/** The last txn of the file that is not after `zxid`, -1 for none, and where it ends. */
export async function endUpTo(disk: Disk, path: string, zxid: number): Promise<{ readonly last: number; readonly offset: number }> {
  const scan = await LogScan.open(disk, path);
  let last = -1;
  let offset = FILE_HEADER;
  try {
    for (let records = await scan.next(); records !== null; records = await scan.next()) {
      for (const record of records) {
        const at = zxidOfTxn(record.bytes);
        if (at > zxid) return { last, offset };
        last = at;
        offset = record.offset + RECORD_HEAD + record.bytes.length + 1;
      }
    }
    return { last, offset };
  } finally {
    await scan.close();
  }
}

/** The last txn in the files that is not after `zxid`; -1 when they hold none. */
export async function lastZxidInLogs(disk: Disk, files: readonly LogFile[], zxid: number): Promise<number> {
  for (const file of files.filter((one) => one.zxid <= zxid).reverse()) {
    const { last } = await endUpTo(disk, file.path, zxid);
    if (last >= 0) return last;
  }
  return -1;
}
