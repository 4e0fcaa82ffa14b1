// What stands at the receiver under a name, as an entry to compare with, or null.
import { lstatSync, readlinkSync } from 'node:fs';
import type { FileEntry } from '../flist/file-list.ts';
import { isLink } from '../flist/mode.ts';
import { entryOf } from '../flist/scan.ts';
import type { ConfinedRoot } from './confined-root.ts';

/** Null when nothing is there; other errors are thrown. */
export function localEntry(root: ConfinedRoot, name: Buffer): FileEntry | null {
  let path: Buffer;
  try {
    path = root.at(name);
    const entry = entryOf(name, lstatSync(path, { bigint: true }));
    return isLink(entry.mode) ? { ...entry, link: readlinkSync(path, { encoding: 'buffer' }) } : entry;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw thrown;
  }
}
