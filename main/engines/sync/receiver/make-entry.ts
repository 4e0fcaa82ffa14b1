// Makes what is no regular file at the receiver: folders, links, devices, fifos; and clears what stands in the way.
import { execFileSync } from 'node:child_process';
import { closeSync, constants, lstatSync, mkdirSync, openSync, renameSync, rmdirSync, symlinkSync, unlinkSync } from 'node:fs';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { showName } from '../../../lib/bytes.ts';
import type { FileEntry } from '../flist/file-list.ts';
import { isChar, isDevice, isDir, isFifo, isLink } from '../flist/mode.ts';
import { dressFile, dressPath, type Attributes } from './attributes.ts';
import type { ConfinedRoot } from './confined-root.ts';
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

/** Node has no mknod, so the system's own programs make what it cannot; the path is plain: a descriptor and a temporary name. */
function makeNode(path: Buffer, entry: FileEntry): void {
  const [major, minor] = [String(entry.major ?? 0), String(entry.minor ?? 0)];
  const what = isFifo(entry.mode) ? ['p'] : [isChar(entry.mode) ? 'c' : 'b', major, minor];
  if (!isFifo(entry.mode) && !isDevice(entry.mode)) throw SluiceError.of('FILE_WRITE', { path: showName(entry.name), reason: 'ENOTSUP' });
  const held = /^\/proc\/self\/fd\/(\d+)\//.exec(path.toString('latin1'));
  const plain = path.toString('utf8');
  if (!Buffer.from(plain).equals(path)) throw SluiceError.of('FILE_WRITE', { path: showName(entry.name), reason: 'ENOTSUP' });
  const target = held ? plain.replace('/proc/self/', `/proc/${process.pid}/`) : plain;
  execFileSync('mknod', ['--', target, ...what], { stdio: 'pipe' });
}
