// A folder whose contents are touched without ever following a link out of it: on Linux each step is taken from the
// open folder above it (/proc/PID/fd), elsewhere each part of a path is looked at before it is used.
import { closeSync, constants, lstatSync, mkdirSync, openSync } from 'node:fs';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { joinPath, nameOf, parentOf, showName } from '../../../lib/bytes.ts';

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;
const HELD = 64;
const BY_FD = process.platform === 'linux';
const FDS = `/proc/${process.pid}/fd/`; // not `self`: children are given such paths too

export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'EIO';

export class Tree {
  readonly root: Buffer;
  /** Open folders by their path below the root, least recently used first. */
  private readonly open = new Map<string, number>();

  /** @param root a folder; links in it itself are followed, those below it never. */
  constructor(root: Uint8Array) { this.root = Buffer.from(root); }

  /** Makes the root and the folders above it when they are missing. */
  makeRoot(): void { mkdirSync(this.root, { recursive: true }); }

  /** A path for system calls on `path`'s own name, without following it; valid until the next call. `.` is the root. */
  at(path: Uint8Array): Buffer {
    if (path.length === 1 && path[0] === 0x2e) return this.root;
    const folder = parentOf(path);
    const name = nameOf(path);
    if (name.length === 0 || (name[0] === 0x2e && (name.length === 1 || (name.length === 2 && name[1] === 0x2e))) || path[0] === 0x2f) throw SluiceError.of('FILE_OUTSIDE', { path: showName(path) });
    return joinPath(this.folder(folder), name);
  }

  close(): void {
    for (const fd of this.open.values()) closeSync(fd);
    this.open.clear();
  }

  /** Forgets a folder that is removed or replaced, and all below it. */
  forget(path: Uint8Array): void {
    const key = Buffer.from(path).toString('latin1');
    for (const [held, fd] of this.open) {
      if (held !== key && !held.startsWith(`${key}/`)) continue;
      closeSync(fd);
      this.open.delete(held);
    }
  }

  private folder(path: Buffer): Buffer {
    if (!BY_FD) return this.checkedFolder(path);
    return Buffer.from(`${FDS}${this.fdOf(path)}`);
  }

  private fdOf(path: Buffer): number {
    const key = path.toString('latin1');
    const held = this.open.get(key);
    if (held !== undefined) {
      this.open.delete(key);
      this.open.set(key, held);
      return held;
    }
    const fd = this.openFolder(path);
    this.open.set(key, fd);
    if (this.open.size > HELD) {
      for (const [oldest, old] of this.open) {
        if (oldest === '' || oldest === key) continue;
        closeSync(old);
        this.open.delete(oldest);
        break;
      }
    }
    return fd;
  }

  private openFolder(path: Buffer): number {
    if (path.length === 0) return openSync(this.root, O_RDONLY | O_DIRECTORY);
    const above = this.fdOf(parentOf(path));
    try {
      return openSync(Buffer.from(`${FDS}${above}/${nameOf(path).toString('latin1')}`, 'latin1'), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    } catch (error) {
      if (codeOf(error) === 'ELOOP' || codeOf(error) === 'ENOTDIR') throw SluiceError.of('FILE_OUTSIDE', { path: showName(path) }, error);
      throw error;
    }
  }

  private checkedFolder(path: Buffer): Buffer {
    let at = this.root;
    for (let end = 0; end < path.length;) {
      const slash = path.indexOf(0x2f, end);
      const stop = slash < 0 ? path.length : slash;
      at = joinPath(at, path.subarray(end, stop));
      if (!lstatSync(at).isDirectory()) throw SluiceError.of('FILE_OUTSIDE', { path: showName(path) });
      end = stop + 1;
    }
    return at;
  }
}
