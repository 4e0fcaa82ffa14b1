// Folders of a server that has a shell and rsync, but no SFTP.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { joinPath, showName } from '../../../lib/bytes.ts';
import { kindOf } from '../plan/compare.ts';
import { listRemote } from '../sessions/list.ts';
import { DEFAULT_OPTIONS } from '../sessions/options.ts';
import { runCommand } from '../transport/run-command.ts';
import type { RemoteShell } from '../transport/remote-process.ts';
import type { ListedFolder, Root } from './entry.ts';
import { byKindAndName, type RawEntry } from './entry.ts';

/** What the far rsync said when it could not list a folder, as our error. */
export function farListError(said: string, path: Uint8Array, place: string): SluiceError {
  const params = { path: showName(path), place };
  const detail = new Error(said);
  if (/No such file or directory/.test(said)) return SluiceError.of('PATH_NOT_FOUND', params, detail);
  if (/Not a directory/.test(said)) return SluiceError.of('PATH_NOT_A_FOLDER', params, detail);
  if (/Permission denied/.test(said)) return SluiceError.of('PATH_DENIED', params, detail);
  return SluiceError.of('SCAN_IO', { path: params.path, reason: said || 'nothing came' }, detail);
}

export async function listByRsync(shell: RemoteShell, host: string, path: Uint8Array, limit: number, signal?: AbortSignal): Promise<ListedFolder> {
  const options = { ...DEFAULT_OPTIONS, recurse: false, devices: true, specials: true, owner: false, group: false };
  const { list, said } = await listRemote(shell, { path: joinPath(path, Buffer.from('./')), options, host }, signal);
  if (list.length === 0) throw farListError(said, path, host);
  const all: RawEntry[] = [];
  for (let i = 0; i < list.length; i++) {
    const name = list.name(i);
    if (list.isHole(i) || (name.length === 1 && name[0] === 0x2e)) continue;
    const mode = list.mode(i);
    all.push({ name: Buffer.from(name), kind: kindOf(mode), size: list.size(i), mtime: list.mtimeMs(i), mode, target: list.isLink(i) ? Buffer.from(list.link(i)) : null, opens: false });
  }
  all.sort(byKindAndName);
  return { entries: all.slice(0, limit), more: Math.max(0, all.length - limit) };
}

export async function folderByRsync(shell: RemoteShell, host: string, path: Uint8Array, signal?: AbortSignal): Promise<Buffer> {
  await listByRsync(shell, host, path, 0, signal);
  return Buffer.from(path);
}

export async function makeFolderByShell(shell: RemoteShell, place: string, path: Uint8Array, signal?: AbortSignal): Promise<void> {
  const { code, stderr } = await runCommand(shell, ['mkdir', '--', path], signal);
  if (code !== 0) throw farListError(stderr, path, place);
}

export async function rootsByShell(shell: RemoteShell, signal?: AbortSignal): Promise<Root[]> {
  const { stdout } = await runCommand(shell, ['pwd'], signal);
  const home = stdout.subarray(0, stdout.length - (stdout.at(-1) === 0x0a ? 1 : 0));
  return [...(home[0] === 0x2f ? [{ path: Buffer.from(home), name: 'home' }] : []), { path: Buffer.from('/'), name: '/' }];
}
