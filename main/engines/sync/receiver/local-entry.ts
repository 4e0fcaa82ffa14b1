// What stands at the receiver under a name, as an entry to compare with, or null.
import { lstatSync, readlinkSync } from 'node:fs';
import type { FileEntry, FileList } from '../flist/file-list.ts';
import { isFile, isLink } from '../flist/mode.ts';
import { entryOf } from '../flist/scan.ts';
import type { ConfinedRoot } from './confined-root.ts';

/** Null when nothing is there; other errors are thrown. */
export function localEntry(root: ConfinedRoot, name: Buffer): FileEntry | null {
  let path: Buffer;
  try {
    path = root.look(name);
    const entry = entryOf(name, lstatSync(path, { bigint: true }));
    return isLink(entry.mode) ? { ...entry, link: readlinkSync(path, { encoding: 'buffer' }) } : entry;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw thrown;
  }
}

/**
 * Is entry `i` a regular file that stands there with the same mode, owner, size and second of change? One cheap look for the many
 * files that nothing happened to; false only says that a closer look is needed.
 */
export function standsUnchanged(root: ConfinedRoot, list: FileList, i: number, owner: { readonly uid: number; readonly gid: number }): boolean {
  const mode = list.mode(i);
  if (!isFile(mode)) return false;
  const stat = lstatSync(root.look(list.name(i)), { throwIfNoEntry: false });
  if (!stat || stat.mode !== mode || stat.size !== list.size(i) || stat.uid !== owner.uid || stat.gid !== owner.gid) return false;
  // A double of milliseconds may round up into the next second; a whole second is left to the closer look.
  return stat.mtimeMs % 1000 !== 0 && Math.floor(stat.mtimeMs / 1000) === list.mtime(i);
}
