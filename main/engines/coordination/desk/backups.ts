// Backups of a node of ours: a folder each, with a snapshot and the logs from it on, as ZooKeeper can start from (`version-2`).
import { copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Backup } from '../../../../preload/contract/cluster.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../lib/errno.ts';

const VERSION_2 = 'version-2';
const NAME = /^(\d{8}T\d{6}Z)-([0-9a-f]+)$/;

/** `zxid` is of the snapshot just taken; the logs may still grow while they are copied, which leaves a tail that is cut when read. */
export async function makeBackup(from: { readonly dataDir: string; readonly dataLogDir: string }, folder: string, zxid: number, now = new Date()): Promise<{ file: string; bytes: number }> {
  const name = `${now.toISOString().replace(/[-:]|\.\d+/g, '')}-${zxid.toString(16)}`;
  const partial = join(folder, `.${name}`);
  const target = join(partial, VERSION_2);
  try {
    await mkdir(target, { recursive: true, mode: 0o700 });
    const snapshots = (await readdir(join(from.dataDir, VERSION_2))).filter((file) => zxidOf(file, 'snapshot') === zxid);
    const logs = (await readdir(join(from.dataLogDir, VERSION_2))).filter((file) => zxidOf(file, 'log') !== null).sort((a, b) => (zxidOf(a, 'log') ?? 0) - (zxidOf(b, 'log') ?? 0));
    // the log that holds the snapshot's zxid begins at or before it
    const first = Math.max(0, logs.findLastIndex((file) => (zxidOf(file, 'log') ?? 0) <= zxid));
    let bytes = 0;
    for (const [dir, files] of [[from.dataDir, snapshots], [from.dataLogDir, logs.slice(first)]] as const) {
      for (const file of files) {
        await copyFile(join(dir, VERSION_2, file), join(target, file));
        bytes += await synced(join(target, file));
      }
    }
    await rename(partial, join(folder, name));
    return { file: join(folder, name), bytes };
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw SluiceError.of('COORD_ARCHIVE', { file: join(folder, name), reason: codeOf(error) }, error);
  }
}

/** Newest first; a folder that is not there has none. */
export async function listBackups(folder: string): Promise<Backup[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  const found = await Promise.all(names.flatMap((name) => {
    const match = NAME.exec(name);
    return match ? [backupOf(folder, name, match[1] as string, match[2] as string)] : [];
  }));
  return found.filter((backup) => backup !== null).sort((a, b) => b.at - a.at);
}

async function backupOf(folder: string, name: string, stamp: string, zxid: string): Promise<Backup | null> {
  const at = Date.parse(stamp.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/, '$1-$2-$3T$4:$5:$6Z'));
  const dir = join(folder, name, VERSION_2);
  const files = await readdir(dir).catch(() => null);
  if (files === null) return null;
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(dir, file))).size));
  return { id: name, at, zxid: Number.parseInt(zxid, 16), bytes: sizes.reduce((sum, size) => sum + size, 0), file: join(folder, name) };
}

function zxidOf(file: string, kind: 'snapshot' | 'log'): number | null {
  const match = new RegExp(`^${kind}\\.([0-9a-f]+)(?:\\.gz)?$`).exec(file);
  return match ? Number.parseInt(match[1] as string, 16) : null;
}

async function synced(file: string): Promise<number> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}
