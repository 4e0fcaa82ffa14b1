// A file on its way in: written under a temporary name beside its place, then given its attributes, synced and renamed.
import { closeSync, constants, fsync, ftruncateSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { randomBytes, randomFillSync } from 'node:crypto';
import { promisify } from 'node:util';
import { joinPath, nameOf, parentOf } from '../../../lib/bytes.ts';
import type { ConfinedRoot } from './confined-root.ts';

const NAME_MAX = 255;
const GATHER = 256 * 1024;
const sync = promisify(fsync);

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const POOL = randomBytes(6 * 512);
let drawn = POOL.length;

/** Six letters nobody can guess; random bytes are drawn many at a time, since each draw costs as much as a system call. */
function sixLetters(): string {
  if (drawn === POOL.length) { randomFillSync(POOL); drawn = 0; }
  let letters = '';
  for (let i = 0; i < 6; i++) letters += LETTERS[(POOL[drawn++] as number) % LETTERS.length];
  return letters;
}

/** The temporary name rsync would use: `.NAME.XXXXXX`, NAME cut so that it fits. */
export function tempName(name: Uint8Array): Buffer {
  const suffix = `.${sixLetters()}`;
  const base = nameOf(name).subarray(0, NAME_MAX - 1 - suffix.length);
  return joinPath(parentOf(name), Buffer.concat([Buffer.from('.'), base, Buffer.from(suffix)]));
}

export class TempFile {
  readonly fd: number;
  private readonly root: ConfinedRoot;
  private readonly name: Buffer;
  /** Null when the file is written in place. */
  private readonly temp: Buffer | null;
  private readonly buffer: Buffer;
  private used = 0;
  private position = 0;
  private open = true;

  /** Creates the temporary file, or with `inplace` opens the file itself for writing; `expected` is its likely size. */
  constructor(root: ConfinedRoot, name: Buffer, inplace: boolean, expected: number) {
    this.root = root;
    this.name = Buffer.from(name);
    this.buffer = Buffer.allocUnsafe(Math.min(GATHER, Math.max(expected, 1)));
    this.temp = inplace ? null : tempName(name);
    const flags = inplace ? constants.O_CREAT | constants.O_RDWR : constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY;
    this.fd = openSync(root.at(this.temp ?? name), flags | constants.O_NOFOLLOW, 0o600);
  }

  /** Bytes written so far, those still gathered included. */
  get length(): number { return this.position + this.used; }

  /** Copies `bytes`. */
  write(bytes: Uint8Array): void {
    if (bytes.length >= this.buffer.length) {
      this.flush();
      this.put(bytes);
      return;
    }
    if (this.used + bytes.length > this.buffer.length) this.flush();
    this.buffer.set(bytes, this.used);
    this.used += bytes.length;
  }

  /** In place: these bytes are right already. */
  skip(length: number): void {
    this.flush();
    this.position += length;
  }

  flush(): void {
    const { used } = this;
    this.used = 0;
    if (used > 0) this.put(this.buffer.subarray(0, used));
  }

  /** Puts the file in its place after `dress` has set its attributes on the descriptor. */
  async commit(dress: (fd: number) => void, durable: boolean): Promise<void> {
    try {
      this.flush();
      if (!this.temp) ftruncateSync(this.fd, this.position);
      dress(this.fd);
      if (durable) await sync(this.fd);
      this.close();
      if (this.temp) renameSync(this.root.at(this.temp), this.root.at(this.name));
    } catch (thrown) {
      this.abandon();
      throw thrown;
    }
  }

  /** Removes what was written; in place nothing can be taken back. */
  abandon(): void {
    if (this.open) this.close();
    if (!this.temp) return;
    try { unlinkSync(this.root.at(this.temp)); } catch { /* gone already, or its folder is */ }
  }

  /** Keeps what has come under the final name, for the next run to build on (--partial). */
  keepPartial(): void {
    try {
      this.flush();
      this.close();
      if (this.temp) renameSync(this.root.at(this.temp), this.root.at(this.name));
    } catch {
      this.abandon();
    }
  }

  private close(): void {
    this.open = false;
    closeSync(this.fd);
  }

  private put(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const written = writeSync(this.fd, bytes, at, bytes.length - at, this.position);
      at += written;
      this.position += written;
    }
  }
}
