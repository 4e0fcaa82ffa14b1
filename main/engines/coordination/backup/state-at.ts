// The state of a data directory at its end, at a zxid, or at a time: the newest snapshot that holds nothing later, and the log after it.
// Reads only: the directory may belong to a server that runs, or be a copy.
import { join } from 'node:path';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { delay } from '../../../lib/async.ts';
import { codeOf } from '../../../lib/errno.ts';
import { OP } from '../op-codes.ts';
import { DigestCheck } from '../store/digest-check.ts';
import { snapshotUpTo } from '../store/files.ts';
import { decode } from '../store/load.ts';
import { applyTxn } from '../tree/apply-txn.ts';
import type { DataTree } from '../tree/data-tree.ts';
import { listLogs, logsAfter, readTxns } from '../txnlog/log-files.ts';
import { nodeDisk } from '../../../lib/disk/node-disk.ts';
import { showZxid } from '../zxid.ts';

/** Where the snapshots and the logs are: dataDir and dataLogDir, each with a version-2 in it. */
export interface DataFolders {
  readonly dataDir: string;
  readonly dataLogDir: string;
}

export type Moment = { readonly kind: 'end' } | { readonly kind: 'zxid'; readonly zxid: number } | { readonly kind: 'time'; readonly at: number };

export interface StateAt {
  readonly tree: DataTree;
  readonly sessions: Map<bigint, number>;
  /** Of the last txn in it. */
  readonly zxid: number;
  /** When that was made, ms since 1970; null when it comes from a snapshot. */
  readonly at: number | null;
}

/** A server may be writing the end of the log just now: it is looked at again. */
const ATTEMPTS = 10;
const AGAIN_MS = 50;
const TREE = { digestEnabled: true, extendedTypes: true } as const;
/** After clientId (8), cxid (4) and zxid (8) of a TxnHeader. */
const TIME_AT = 20;

/** COORD_ARCHIVE when the directory does not reach that moment, or its digests do not fit; COORD_LOG_CORRUPT, COORD_SNAPSHOT_CORRUPT, COORD_DISK. */
export async function loadStateAt(folders: DataFolders, moment: Moment): Promise<StateAt> {
  let within = moment;
  let met: { readonly error: SluiceError; readonly reached: number } | null = null;
  for (let attempt = 0; ; attempt++) {
    const progress = { reached: 0 };
    try {
      return await load(folders, within, progress);
    } catch (error) {
      if (!(error instanceof SluiceError)) throw SluiceError.of('COORD_DISK', { file: folders.dataDir, reason: codeOf(error) }, error);
      if (error.code !== 'COORD_LOG_CORRUPT' || attempt >= ATTEMPTS) throw error;
      if (met === null) met = { error, reached: progress.reached };
      else if (!isSamePlace(met.error, error)) within = { kind: 'zxid', zxid: met.reached }; // the log reads on past it: it was only being written
      await delay(AGAIN_MS);
    }
  }
}

function isSamePlace(a: SluiceError, b: SluiceError): boolean {
  return a.params['file'] === b.params['file'] && a.params['offset'] === b.params['offset'];
}

async function load({ dataDir, dataLogDir }: DataFolders, moment: Moment, progress: { reached: number }): Promise<StateAt> {
  const snapshots = join(dataDir, 'version-2');
  const logs = join(dataLogDir, 'version-2');
  const unusable = (reason: string): SluiceError => SluiceError.of('COORD_ARCHIVE', { file: dataDir, reason });
  const upTo = moment.kind === 'end' ? Number.MAX_SAFE_INTEGER : moment.kind === 'zxid' ? moment.zxid : await zxidAt(logs, moment.at, unusable);
  const bad: SluiceError[] = [];
  const found = await snapshotUpTo(nodeDisk, snapshots, TREE, upTo, (error) => { bad.push(error); });
  if (!found) throw bad[0] ?? unusable(upTo === Number.MAX_SAFE_INTEGER ? 'there is no snapshot in version-2' : `no snapshot reaches back to ${showZxid(upTo)}`);
  const { tree, sessions } = found;
  progress.reached = tree.lastZxid;
  let differs: number | null = null;
  const check = new DigestCheck(tree, (zxid) => { differs ??= zxid; });
  check.loaded(found.file.zxid, found.digest);
  let at: number | null = null;
  reading: for await (const batch of readTxns(nodeDisk, logsAfter(await listLogs(nodeDisk, logs), tree.lastZxid), tree.lastZxid)) {
    for (const logged of batch) {
      if (logged.zxid > upTo) break reading;
      const txn = decode(logged);
      if (txn.header.zxid <= tree.lastZxid) continue;
      if (txn.change.type === OP.createSession) sessions.set(txn.header.clientId, txn.change.record.timeOut);
      else if (txn.change.type === OP.closeSession) sessions.delete(txn.header.clientId);
      applyTxn(tree, txn);
      check.check(txn);
      at = txn.header.time;
      progress.reached = txn.header.zxid;
    }
  }
  if (differs !== null) throw unusable(`its data does not have the digest it should have at ${showZxid(differs)}: something was lost or changed`);
  const end = Math.max(found.digest?.zxid ?? 0, found.lastZxid ?? 0);
  if (tree.lastZxid < end) throw unusable(`its snapshot was taken while changes up to ${showZxid(end)} were made, and the log ends at ${showZxid(tree.lastZxid)}`);
  if (moment.kind === 'zxid' && tree.lastZxid < moment.zxid) throw unusable(`it ends at ${showZxid(tree.lastZxid)}, before ${showZxid(moment.zxid)}`);
  return { tree, sessions, zxid: tree.lastZxid, at };
}

/** The last txn before the first that was made later than `at`. */
async function zxidAt(logs: string, at: number, unusable: (reason: string) => SluiceError): Promise<number> {
  let last: number | null = null;
  let first: number | null = null;
  reading: for await (const batch of readTxns(nodeDisk, await listLogs(nodeDisk, logs), 0)) {
    for (const { bytes, zxid } of batch) {
      const time = bytes.readInt32BE(TIME_AT) * 0x1_0000_0000 + bytes.readUInt32BE(TIME_AT + 4);
      first ??= time;
      if (time > at) break reading;
      last = zxid;
    }
  }
  if (last !== null) return last;
  throw unusable(first === null ? 'there are no logs in version-2' : `its logs begin at ${new Date(first).toISOString()}`);
}
