// Looking at folders of a place: what is in them, their real paths, new ones. Local by system calls, far by SFTP,
// and by rsync's own listing where a server has no SFTP.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { showName } from '../../../lib/bytes.ts';
import type { Endpoint, Place } from '../api.ts';
import { SftpClient, SftpStatusError } from '../transport/sftp.ts';
import type { ListedFolder, Root } from './entry.ts';
import type { SshPool } from '../transport/ssh-pool.ts';
import type { SshShell } from '../transport/remote-process.ts';
import { folderOfLocal, listLocal, makeLocalFolder, localRoots } from './local.ts';
import { folderByRsync, listByRsync, makeFolderByShell, rootsByShell } from './by-rsync.ts';
import { folderBySftp, listBySftp, sftpRoots } from './by-sftp.ts';

export class Browser {
  private readonly pool: SshPool;

  constructor(pool: SshPool) { this.pool = pool; }

  roots(place: Place, signal?: AbortSignal): Promise<Root[]> {
    if (place.kind === 'local') return localRoots();
    return this.far(place, Buffer.from('/'), (sftp) => sftpRoots(sftp), (shell) => rootsByShell(shell, signal), signal);
  }

  /** Folders first, then by name's bytes; at most `limit` entries, `more` counts the others. */
  list({ place, path }: Endpoint, limit: number, signal?: AbortSignal): Promise<ListedFolder> {
    if (place.kind === 'local') return listLocal(path, limit);
    return this.far(place, path, (sftp) => listBySftp(sftp, path, limit), (shell) => listByRsync(shell, place.access.host, path, limit, signal), signal);
  }

  folder({ place, path }: Endpoint, signal?: AbortSignal): Promise<Buffer> {
    if (place.kind === 'local') return folderOfLocal(path);
    return this.far(place, path, (sftp) => folderBySftp(sftp, path, place.access.name), (shell) => folderByRsync(shell, place.access.host, path, signal), signal);
  }

  makeFolder({ place, path }: Endpoint, signal?: AbortSignal): Promise<void> {
    if (place.kind === 'local') return makeLocalFolder(path);
    return this.far(place, path, (sftp) => sftp.makeFolder(path), (shell) => makeFolderByShell(shell, place.access.name, path, signal), signal);
  }

  private async far<T>(place: Extract<Place, { kind: 'ssh' }>, path: Uint8Array, bySftp: (sftp: SftpClient) => Promise<T>, otherwise: (shell: SshShell) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const shell = await this.pool.open(place.access, signal);
    try {
      let sftp: SftpClient | null = null;
      try {
        sftp = await SftpClient.open(await shell.sftp(signal), place.access.host, signal);
      } catch (error) {
        if (!(error instanceof SluiceError) || error.code !== 'SSH_NO_SFTP') throw error;
      }
      if (!sftp) return await otherwise(shell);
      try {
        return await bySftp(sftp);
      } catch (error) {
        throw farError(error, path, place.access.name);
      } finally {
        sftp.close();
      }
    } finally {
      shell.release();
    }
  }
}

function farError(error: unknown, path: Uint8Array, place: string): unknown {
  if (!(error instanceof SftpStatusError)) return error;
  const params = { path: showName(path), place };
  if (error.code === 'ENOENT') return SluiceError.of('PATH_NOT_FOUND', params, error);
  if (error.code === 'EACCES') return SluiceError.of('PATH_DENIED', params, error);
  return SluiceError.of('SCAN_IO', { path: params.path, reason: error.message }, error);
}
