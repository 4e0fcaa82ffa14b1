// The rsync command line that does what a sync does, ready to be pasted into a shell.
import type { Server, SyncOptions } from '../../preload/contract/domain.ts';
import { quoteArgvAsText } from '../engines/sync/transport/quote.ts';
import type { StoredSync } from '../store/syncs.ts';

const SLASH = Buffer.from('/');

function letters(options: SyncOptions): string {
  const archive = options.links && options.perms && options.times && options.group && options.owner && options.devices;
  const kept = archive ? 'a' : `r${options.links ? 'l' : ''}${options.perms ? 'p' : ''}${options.times ? 't' : ''}${options.group ? 'g' : ''}${options.owner ? 'o' : ''}${options.devices ? 'D' : ''}`;
  return `-${kept}v${options.checksum ? 'c' : ''}${options.update ? 'u' : ''}${options.compress ? 'z' : ''}${options.wholeFile ? 'W' : ''}`;
}

/** The remote shell when plain `ssh` would not get there. */
function remoteShell(server: Server): string[] {
  const words = ['ssh'];
  if (server.alias === null && server.port !== 22) words.push('-p', String(server.port));
  if (server.auth.kind === 'key') words.push('-i', server.auth.path);
  return words.length > 1 ? ['-e', quoteArgvAsText(words)] : [];
}

function word(path: Buffer, server: Server | null, slash: boolean): Buffer {
  const whole = slash && path[path.length - 1] !== 0x2f ? Buffer.concat([path, SLASH]) : path;
  if (server === null) return whole;
  const host = server.alias ?? (server.host.includes(':') ? `[${server.host}]` : server.host);
  return Buffer.concat([Buffer.from(`${server.user}@${host}:`, 'utf8'), whole]);
}

/** `source` and `target` are the servers of the two ends, null for this machine. */
export function commandLine(sync: StoredSync, source: Server | null, target: Server | null): string {
  const { options } = sync;
  const remote = source ?? target;
  return quoteArgvAsText([
    'rsync', letters(options),
    ...(options.delete ? ['--delete'] : []),
    ...(options.inplace ? ['--inplace'] : []),
    ...(options.partial ? ['--partial'] : []),
    ...options.filters.map((rule) => `--filter=${rule}`),
    ...(remote ? remoteShell(remote) : []),
    word(sync.source.path, source, options.layout === 'contents'),
    word(sync.target.path, target, true),
  ]);
}
