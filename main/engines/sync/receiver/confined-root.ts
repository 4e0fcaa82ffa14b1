// A folder that all reading and writing stays below. On Linux each folder on the way is opened without following links and names
// are resolved through its descriptor, so a folder swapped for a link cannot lead out. Elsewhere each part is checked before use.
import { closeSync, constants, lstatSync, mkdirSync, openSync } from 'node:fs';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { asBuffer, joinPath, nameOf, parentOf, showName } from '../../../lib/bytes.ts';
import { codeOf } from '../../../lib/errno.ts';

const HELD_MAX = 256;
const HAS_PROC_FD = process.platform === 'linux';
const DESCRIPTORS = `/proc/${process.pid}/fd/`; // not `self`: children are given such paths too
const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY;

export class ConfinedRoot {
  readonly path: Buffer;
  /** Open folders by their path below the root (the root's is empty), least recently used first. */
  private readonly held = new Map<string, number>();

  /** `root` itself may be reached through links; it need not be there before it is used. */
  constructor(root: Uint8Array) { this.path = Buffer.from(root); }

  /** Makes the root and the folders above it when they are missing. */
  makeRoot(): void { mkdirSync(this.path, { recursive: true }); }

  /** A path for one system call on `name` itself: none of the folders before it is a link. FILE_OUTSIDE, or the system's error. */
  at(name: Uint8Array): Buffer {
    if (isDot(name)) return this.path;
    const last = nameOf(name);
    if (name[0] === 0x2f || last.length === 0 || isDot(last) || isDotDot(last)) throw SluiceError.of('FILE_OUTSIDE', { path: showName(name) });
    const parent = parentOf(name);
    if (HAS_PROC_FD) return joinPath(Buffer.from(`${DESCRIPTORS}${this.folder(parent)}`), last);
    this.checkParts(parent);
    return joinPath(this.path, name);
  }

  /** A plain path for one look (lstat) at `name`, cheaper than `at`: the folders before it were no links when they were last opened. Never for writing. */
  look(name: Uint8Array): Buffer {
    if (isDot(name)) return this.path;
    if (HAS_PROC_FD) this.folder(parentOf(name));
    else this.checkParts(parentOf(name));
    return joinPath(this.path, name);
  }

  /** A path for listing the folder `name`: neither it nor a folder before it is a link. */
  folderAt(name: Uint8Array): Buffer {
    if (isDot(name)) return this.path;
    const folder = asBuffer(name);
    if (HAS_PROC_FD) return Buffer.from(`${DESCRIPTORS}${this.folder(folder)}`);
    this.checkParts(folder);
    return joinPath(this.path, folder);
  }

  /** Forgets a folder that was removed or replaced, and all below it. */
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
  }

  private folder(path: Buffer): number {
    const key = path.toString('latin1');
    const known = this.held.get(key);
    if (known !== undefined) {
      this.held.delete(key);
      this.held.set(key, known);
      return known;
    }
    const fd = path.length === 0 ? openSync(this.path, FOLDER) : this.open(path);
    this.held.set(key, fd);
    if (this.held.size > HELD_MAX) this.dropOldest(key);
    return fd;
  }

  private open(path: Buffer): number {
    const above = this.folder(parentOf(path));
    try {
      return openSync(joinPath(Buffer.from(`${DESCRIPTORS}${above}`), nameOf(path)), FOLDER | constants.O_NOFOLLOW);
    } catch (error) {
      if (codeOf(error) === 'ELOOP' || codeOf(error) === 'ENOTDIR') throw SluiceError.of('FILE_OUTSIDE', { path: showName(path) }, error);
      throw error;
    }
  }

  private dropOldest(newest: string): void {
    for (const [key, fd] of this.held) {
      if (key === '' || key === newest) continue;
      this.held.delete(key);
      closeSync(fd);
      return;
    }
  }

  private checkParts(folder: Buffer): void {
    for (let path = folder; path.length > 0; path = parentOf(path)) {
      if (!lstatSync(joinPath(this.path, path)).isDirectory()) throw SluiceError.of('FILE_OUTSIDE', { path: showName(path) });
    }
  }
}

const isDot = (name: Uint8Array): boolean => name.length === 1 && name[0] === 0x2e;
const isDotDot = (name: Uint8Array): boolean => name.length === 2 && name[0] === 0x2e && name[1] === 0x2e;
