// A backup is one snapshot file in ZooKeeper's own format, exact as of its last zxid: a real server starts on it as well.
import { mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../lib/errno.ts';
import { listSnapshots, readSnapshot, writeSnapshot } from '../snapshot/snapshot-files.ts';
import type { DataTree } from '../tree/data-tree.ts';
import { zxidOfName } from '../txnlog/log-format.ts';
import { nodeDisk } from '../../../lib/disk/node-disk.ts';
import type { StateAt } from './state-at.ts';

export interface BackupFacts {
  readonly file: string;
  readonly zxid: number;
  readonly znodes: number;
  readonly sessions: number;
  readonly bytes: number;
  /** Signed, as `hash` prints it. */
  readonly digest: string;
}

export interface Backup extends StateAt {
  readonly facts: BackupFacts;
}

const TREE = { digestEnabled: true, extendedTypes: true } as const;

/** Writes `file` (compressed when its name ends in .gz) by a temporary name, reads it back and compares before it has its own. COORD_DISK, COORD_ARCHIVE. */
export async function writeBackup(file: string, state: StateAt): Promise<BackupFacts> {
  const target = resolve(file);
  let folder: string | null = null;
  try {
    folder = await mkdtemp(join(dirname(target), '.sluice-backup-'));
    await writeSnapshot(nodeDisk, folder, state.tree, state.sessions, { compression: target.endsWith('.gz') ? 'gz' : 'none', logged: () => Promise.resolve() });
    const [written] = await listSnapshots(nodeDisk, folder);
    if (!written) throw SluiceError.of('COORD_DISK', { file: target, reason: 'it was not written' });
    const read = await readBackup(written.path);
    if (read.zxid !== state.zxid || digestOf(read.tree) !== digestOf(state.tree)) throw SluiceError.of('COORD_ARCHIVE', { file: target, reason: 'read back, it is not what was written' });
    await rename(written.path, target);
    await nodeDisk.syncDir(dirname(target));
    return { ...read.facts, file: target };
  } catch (error) {
    throw error instanceof SluiceError ? error : SluiceError.of('COORD_DISK', { file: target, reason: codeOf(error) }, error);
  } finally {
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  }
}

/** Reads and verifies a backup: checksums, and the digest of the tree. COORD_ARCHIVE, COORD_SNAPSHOT_CORRUPT. */
export async function readBackup(file: string): Promise<Backup> {
  const bytes = await stat(file).then((found) => found.size, (error: unknown) => { throw SluiceError.of('COORD_ARCHIVE', { file, reason: codeOf(error) }, error); });
  const named = zxidOfName(basename(file), 'snapshot');
  const { tree, sessions, digest, lastZxid } = await readSnapshot(nodeDisk, { path: file, zxid: Math.max(0, named) }, TREE);
  const zxid = lastZxid ?? digest?.zxid ?? (named < 0 ? null : named);
  if (zxid === null) throw SluiceError.of('COORD_ARCHIVE', { file, reason: 'it does not say its zxid; give it the name it had, snapshot.ZXID' });
  if (digest !== null && digest.version === tree.digest().version && digest.treeDigest !== tree.digest().treeDigest) {
    throw SluiceError.of('COORD_ARCHIVE', { file, reason: 'it was taken while changes were made and is not whole by itself; back up the data folder, which has the log too, or take it again' });
  }
  tree.lastZxid = zxid;
  return { tree, sessions, zxid, at: null, facts: { file, zxid, znodes: tree.count, sessions: sessions.size, bytes, digest: digestOf(tree) } };
}

export function digestOf(tree: DataTree): string {
  return BigInt.asIntN(64, tree.digest().treeDigest).toString();
}
