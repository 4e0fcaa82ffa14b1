// Folders of a server over SFTP.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { joinPath, showName } from '../../../lib/bytes.ts';
import { isDir, isLink } from '../flist/mode.ts';
import { kindOf } from '../plan/compare.ts';
import type { SftpClient } from '../transport/sftp.ts';
import type { ListedFolder, Root } from './entry.ts';
import { byKindAndName, type RawEntry } from './entry.ts';

export async function sftpRoots(sftp: SftpClient): Promise<Root[]> {
  return [{ path: await sftp.realPath(Buffer.from('.')), name: 'home' }, { path: Buffer.from('/'), name: '/' }];
}

export async function folderBySftp(sftp: SftpClient, path: Uint8Array, place: string): Promise<Buffer> {
  const { mode } = await sftp.stat(path);
  if (!isDir(mode)) throw SluiceError.of('PATH_NOT_A_FOLDER', { path: showName(path), place });
  return sftp.realPath(path);
}

export async function listBySftp(sftp: SftpClient, path: Uint8Array, limit: number): Promise<ListedFolder> {
  const found = (await sftp.readFolder(path)).map(({ name, attributes }) => ({ name, attributes, kind: kindOf(attributes.mode) })).sort(byKindAndName);
  const entries = await Promise.all(found.slice(0, limit).map(async ({ name, attributes, kind }): Promise<RawEntry> => {
    const at = joinPath(path, name);
    const link = isLink(attributes.mode);
    const target = link ? sftp.readLink(at).catch(() => null) : null;
    const opens = link ? sftp.stat(at).then(({ mode }) => isDir(mode), () => false) : false;
    return { name, kind, size: attributes.size, mtime: attributes.mtime * 1000, mode: attributes.mode, target: await target, opens: await opens };
  }));
  return { entries, more: Math.max(0, found.length - limit) };
}
