// Makes what is no regular file at the receiver: folders, links, devices, fifos; and clears what stands in the way.
import { closeSync, constants, lstatSync, mkdirSync, openSync, renameSync, rmdirSync, symlinkSync, unlinkSync } from 'node:fs';
import type { FileEntry } from '../flist/file-list.ts';
import { isDir, isLink } from '../flist/mode.ts';
import { dressFile, dressPath, type Attributes } from './attributes.ts';
import type { ConfinedRoot } from './confined-root.ts';
import { makeNode } from './make-node.ts';
import { tempName } from './temp-file.ts';

/** Removes what is there; a folder only when it is empty. */
export function removeOne(root: ConfinedRoot, name: Buffer): void {
  const path = root.at(name);
  if (lstatSync(path).isDirectory()) {
    root.forget(name);
    rmdirSync(path);
  } else {
    unlinkSync(path);
  }
}

/** Makes the folder with a mode that lets us work in it; `dressFolder` gives it its own later. */
export function makeFolder(root: ConfinedRoot, entry: FileEntry): void {
  mkdirSync(root.at(entry.name), (entry.mode & 0o777) | 0o700);
}

export function dressFolder(root: ConfinedRoot, entry: FileEntry, before: number | null, attributes: Attributes): void {
  const fd = openSync(root.at(entry.name), constants.O_RDONLY | constants.O_DIRECTORY | (isRoot(entry.name) ? 0 : constants.O_NOFOLLOW));
  try { dressFile(fd, entry, before, attributes); } finally { closeSync(fd); }
}

const isRoot = (name: Uint8Array): boolean => name.length === 1 && name[0] === 0x2e;

/** Makes a link, device or fifo under a temporary name, gives it its attributes and renames it over what is there. */
export function makeSpecial(root: ConfinedRoot, entry: FileEntry, attributes: Attributes): void {
  if (isDir(entry.mode)) throw new TypeError('a folder is made by makeFolder');
  const temp = tempName(entry.name);
  const path = root.at(temp);
  if (isLink(entry.mode)) symlinkSync(Buffer.from(entry.link ?? []), path);
  else makeNode(path, entry);
  try {
    dressPath(path, entry, null, attributes);
    renameSync(path, root.at(entry.name));
  } catch (thrown) {
    unlinkSync(path);
    throw thrown;
  }
}
