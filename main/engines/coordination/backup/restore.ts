// Puts a state in the place of a data directory: never under a running server, and what was there is kept beside it under another name.
import { mkdir, readdir, readFile, rename, rm, writeFile, open } from 'node:fs/promises';
import { existsSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../lib/errno.ts';
import { listSnapshots, writeSnapshot } from '../snapshot/snapshot-files.ts';
import { lockDataDir } from '../store/data-lock.ts';
import { nodeDisk } from '../../../lib/disk/node-disk.ts';
import { epochOf } from '../zxid.ts';
import { digestOf, readBackup, type BackupFacts } from './backup-file.ts';
import type { DataFolders, StateAt } from './state-at.ts';

export interface Restored extends BackupFacts {
  /** Where the former data are now; empty when there were none. */
  readonly kept: readonly string[];
}

/**
 * Writes the state into a new version-2, verifies it, then renames: old ones away, new one in. COORD_DATA_LOCKED when a server has the
 * directory, ours or Java's; COORD_DISK, COORD_ARCHIVE: the directory is then as it was.
 */
export async function restoreState(state: StateAt, { dataDir, dataLogDir }: DataFolders, now: Date = new Date()): Promise<Restored> {
  await mkdir(dataDir, { recursive: true }).catch((error: unknown) => { throw SluiceError.of('COORD_DISK', { file: dataDir, reason: codeOf(error) }, error); });
  for (const folder of new Set([dataDir, dataLogDir])) refuseWhileOpen(folder);
  const unlock = lockDataDir(dataDir);
  const fresh = join(dataDir, 'version-2.restoring');
  try {
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh);
    const facts = await write(state, fresh, join(dataDir, 'version-2'));
    const kept: string[] = [];
    const stamp = now.toISOString().replace(/[:.]/g, '-');
    for (const folder of new Set([dataLogDir, dataDir])) {
      const present = join(folder, 'version-2');
      if (!existsSync(present)) continue;
      const away = join(folder, `version-2.replaced-${stamp}`);
      await rename(present, away);
      if ((await readdir(away)).length > 0) kept.push(away);
      else await rm(away, { recursive: true });
    }
    await rename(fresh, join(dataDir, 'version-2'));
    for (const folder of new Set([dataLogDir, dataDir])) if (existsSync(folder)) await nodeDisk.syncDir(folder);
    return { ...facts, file: join(dataDir, 'version-2'), kept };
  } catch (error) {
    await rm(fresh, { recursive: true, force: true }).catch(() => {});
    throw error instanceof SluiceError ? error : SluiceError.of('COORD_DISK', { file: dataDir, reason: codeOf(error) }, error);
  } finally {
    unlock();
  }
}

async function write(state: StateAt, fresh: string, former: string): Promise<BackupFacts> {
  await writeSnapshot(nodeDisk, fresh, state.tree, state.sessions, { compression: 'none', logged: () => Promise.resolve() });
  const [written] = await listSnapshots(nodeDisk, fresh);
  const read = written ? await readBackup(written.path) : null;
  if (read?.zxid !== state.zxid || digestOf(read.tree) !== digestOf(state.tree)) throw SluiceError.of('COORD_ARCHIVE', { file: fresh, reason: 'read back, it is not what was written' });
  const epoch = epochOf(state.zxid);
  // an epoch that was promised stays promised: no zxid that a client has seen is given out again
  const accepted = await readFile(join(former, 'acceptedEpoch'), 'utf8').then(Number, () => 0);
  await writeSynced(join(fresh, 'currentEpoch'), String(epoch));
  await writeSynced(join(fresh, 'acceptedEpoch'), String(Math.max(epoch, Number.isSafeInteger(accepted) ? accepted : 0)));
  await nodeDisk.syncDir(fresh);
  return read.facts;
}

async function writeSynced(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A server that is none of ours takes no lock; on Linux its open files show it. */
function refuseWhileOpen(dataDir: string): void {
  if (process.platform !== 'linux' || !existsSync(dataDir)) return;
  const prefix = join(realpathSync(dataDir), 'version-2', '/');
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    let descriptors: string[];
    try {
      descriptors = readdirSync(`/proc/${pid}/fd`);
    } catch {
      continue; // another account's, or gone
    }
    for (const fd of descriptors) {
      let target = '';
      try {
        target = readlinkSync(`/proc/${pid}/fd/${fd}`);
      } catch {
        continue;
      }
      if (target.startsWith(prefix)) throw SluiceError.of('COORD_DATA_LOCKED', { dir: dataDir, holder: `process ${pid}` });
    }
  }
}
