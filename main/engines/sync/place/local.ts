// Folders of this machine.
import { constants } from 'node:fs';
import { access, lstat, mkdir, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { asBuffer, joinPath, showName } from '../../../lib/bytes.ts';
import { kindOf } from '../plan/compare.ts';
import type { ListedFolder, Root } from './entry.ts';
import { byKindAndName, type RawEntry } from './entry.ts';

function localError(error: unknown, path: Uint8Array): SluiceError {
  const code = (error as NodeJS.ErrnoException).code;
  const params = { path: showName(path), place: 'local' };
  if (code === 'ENOENT') return SluiceError.of('PATH_NOT_FOUND', params, error);
  if (code === 'ENOTDIR') return SluiceError.of('PATH_NOT_A_FOLDER', params, error);
  if (code === 'EACCES' || code === 'EPERM') return SluiceError.of('PATH_DENIED', params, error);
  return SluiceError.of('SCAN_IO', { path: params.path, reason: code ?? String(error) }, error);
}

export async function localRoots(): Promise<Root[]> {
  const roots: Root[] = [{ path: Buffer.from(homedir()), name: 'home' }];
  if (process.platform !== 'win32') return [...roots, { path: Buffer.from('/'), name: '/' }];
  for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') {
    const drive = `${letter}:\\`;
    if (await access(drive, constants.F_OK).then(() => true, () => false)) roots.push({ path: Buffer.from(drive), name: drive });
  }
  return roots;
}

export async function listLocal(at: Uint8Array, limit: number): Promise<ListedFolder> {
  const folder = asBuffer(at);
  const found = await readdir(folder, { withFileTypes: true, encoding: 'buffer' }).catch((error: unknown) => { throw localError(error, at); });
  const all = found.map((entry) => ({ name: entry.name as Buffer, kind: entry.isDirectory() ? ('dir' as const) : ('file' as const) })).sort(byKindAndName);
  const entries: RawEntry[] = [];
  for (const { name } of all.slice(0, limit)) {
    const path = joinPath(folder, name);
    try {
      const stats = await lstat(path);
      const link = stats.isSymbolicLink();
      entries.push({
        name, kind: kindOf(stats.mode), size: stats.size, mtime: stats.mtimeMs, mode: stats.mode, target: link ? await readlink(path, 'buffer').catch(() => null) : null,
        opens: link ? await stat(path).then((target) => target.isDirectory(), () => false) : false,
      });
    } catch { /* gone since the folder was read */ }
  }
  return { entries, more: Math.max(0, all.length - limit) };
}

export async function folderOfLocal(path: Uint8Array): Promise<Buffer> {
  try {
    const real = await realpath(asBuffer(path), 'buffer');
    if (!(await stat(real)).isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' });
    await access(real, constants.R_OK | constants.X_OK);
    return real;
  } catch (error) {
    throw localError(error, path);
  }
}

export async function makeLocalFolder(path: Uint8Array): Promise<void> {
  await mkdir(asBuffer(path)).catch((error: unknown) => {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw code === 'EEXIST' ? SluiceError.of('FILE_WRITE', { path: showName(path), reason: code }, error) : localError(error, path);
  });
}
