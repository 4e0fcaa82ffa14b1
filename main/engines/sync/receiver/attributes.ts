// Modes, owners and times of what was received: owner first (it clears set-id bits), then mode, times last (rsync.c set_file_attrs).
// Node gives times to the system as doubles, so nanoseconds are kept to within 256.
import { chmodSync, fchmodSync, fchownSync, futimesSync, lchownSync, lutimesSync, utimesSync } from 'node:fs';
import { toSeconds } from '../../../lib/time.ts';
import type { FileEntry } from '../flist/file-list.ts';
import { isLink } from '../flist/mode.ts';
import type { TransferOptions } from '../sessions/options.ts';

export interface Attributes {
  readonly options: Pick<TransferOptions, 'perms' | 'times' | 'owner' | 'group'>;
  readonly asRoot: boolean;
  readonly umask: number;
  /** Ids of the sender as they are here. */
  readonly uid: (id: number) => number;
  readonly gid: (id: number) => number;
}

const PERMISSIONS = 0o7777;

/** The mode a new entry gets, or an existing one of mode `before`. */
export function modeFor(entry: FileEntry, before: number | null, { options, umask }: Attributes): number {
  if (options.perms) return entry.mode & PERMISSIONS;
  return before === null ? entry.mode & 0o777 & ~umask : before & PERMISSIONS;
}

interface Calls {
  chown(uid: number, gid: number): void;
  chmod: ((mode: number) => void) | null;
  times(seconds: number): void;
}

function apply(calls: Calls, entry: FileEntry, before: number | null, attributes: Attributes): void {
  const { options, asRoot } = attributes;
  const uid = options.owner && asRoot ? attributes.uid(entry.uid) : -1;
  const gid = options.group ? attributes.gid(entry.gid) : -1;
  if (uid !== -1 || gid !== -1) {
    try {
      calls.chown(uid, gid);
    } catch (thrown) {
      if (asRoot || (thrown as NodeJS.ErrnoException).code !== 'EPERM') throw thrown; // a group one is not in cannot be given
    }
  }
  calls.chmod?.(modeFor(entry, before, attributes));
  if (options.times) calls.times(toSeconds(entry.mtime, entry.nsec));
}

/** On a descriptor of a file just written. */
export function dressFile(fd: number, entry: FileEntry, before: number | null, attributes: Attributes): void {
  apply({
    chown: (uid, gid) => { fchownSync(fd, uid, gid); },
    chmod: (mode) => { fchmodSync(fd, mode); },
    times: (time) => { futimesSync(fd, time, time); },
  }, entry, before, attributes);
}

/** On a path; links themselves, never what they point to. */
export function dressPath(path: Buffer, entry: FileEntry, before: number | null, attributes: Attributes): void {
  const link = isLink(entry.mode);
  apply({
    chown: (uid, gid) => { lchownSync(path, uid, gid); },
    chmod: link ? null : (mode) => { chmodSync(path, mode); },
    times: (time) => { if (link) lutimesSync(path, time, time); else utimesSync(path, time, time); },
  }, entry, before, attributes);
}
