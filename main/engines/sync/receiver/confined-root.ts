// A held folder that all writing stays below. On Linux each folder on the way is opened without following links and names are
// resolved through its descriptor, so a folder swapped for a link cannot lead out. Elsewhere each part is checked before use.
import { closeSync, constants, lstatSync, openSync } from 'node:fs';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { asBuffer, joinPath, nameOf, parentOf, showName } from '../../../lib/bytes.ts';

const HELD_MAX = 256;
const HAS_PROC_FD = process.platform === 'linux';
const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY;

export class ConfinedRoot {
  readonly path: Buffer;
  private readonly root: number;
  private readonly held = new Map<string, number>();

  /** Opens `root`, which must be a folder; the root itself may be reached through links. */
  constructor(root: Buffer) {
    this.path = root;
    this.root = HAS_PROC_FD ? openSync(root, FOLDER) : -1;
  }

  /** A path for one system call on `name` itself: none of the folders before it is a link. FILE_OUTSIDE, or the system's error. */
  at(name: Uint8Array): Buffer {
    if (name.length === 1 && name[0] === 0x2e) return this.path;
    const parent = parentOf(name);
    if (!HAS_PROC_FD) {
      this.checkParts(parent);
      return joinPath(this.path, name);
    }
    const fd = parent.length === 0 ? this.root : this.folder(parent);
    return joinPath(Buffer.from(`/proc/self/fd/${fd}`), nameOf(name));
  }

  /** A path for listing the folder `name`: neither it nor a folder before it is a link. */
  folderAt(name: Uint8Array): Buffer {
    const plain = asBuffer(name);
    if (plain.length === 1 && plain[0] === 0x2e) return this.path;
    if (HAS_PROC_FD) return Buffer.from(`/proc/self/fd/${this.folder(plain)}`);
    this.checkParts(plain);
    return joinPath(this.path, plain);
  }

  /** Forgets a folder that was removed or renamed, and all below it. */
  forget(name: Uint8Array): void {
    const key = Buffer.from(name).toString('latin1');
    for (const [path, fd] of this.held) {
      if (path !== key && !path.startsWith(`${key}/`)) continue;
      this.held.delete(path);
      closeSync(fd);
    }
  }

  close(): void {
    for (const fd of this.held.values()) closeSync(fd);
    this.held.clear();
    if (this.root >= 0) closeSync(this.root);
  }

  private folder(path: Buffer): number {
    const key = path.toString('latin1');
    const known = this.held.get(key);
    if (known !== undefined) return known;
    const parent = parentOf(path);
    const above = parent.length === 0 ? this.root : this.folder(parent);
    let fd: number;
    try {
      fd = openSync(joinPath(Buffer.from(`/proc/self/fd/${above}`), nameOf(path)), FOLDER | constants.O_NOFOLLOW);
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      if (code === 'ELOOP' || code === 'ENOTDIR') throw SluiceError.of('FILE_OUTSIDE', { path: showName(path) }, thrown);
      throw thrown;
    }
    if (this.held.size >= HELD_MAX) this.dropOldest(path);
    this.held.set(key, fd);
    return fd;
  }

  /** Makes room, but not at the cost of a folder above `path`. */
  private dropOldest(path: Buffer): void {
    const keep = `${path.toString('latin1')}/`;
    for (const [key, fd] of this.held) {
      if (keep.startsWith(`${key}/`)) continue;
      this.held.delete(key);
      closeSync(fd);
      return;
    }
  }

  private checkParts(parent: Buffer): void {
    for (let path = parent; path.length > 0; path = parentOf(path)) {
      if (!lstatSync(joinPath(this.path, path)).isDirectory()) throw SluiceError.of('FILE_OUTSIDE', { path: showName(path) });
    }
  }
}
