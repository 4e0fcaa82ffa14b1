// Bytes of a snapshot file in order, plain or gzip, with the checksum of all that was pulled.
import { createGunzip } from 'node:zlib';
import { Readable } from 'node:stream';
import { Adler32 } from '../txnlog/adler32.ts';
import type { Disk, DiskFile } from '../../../lib/disk/disk.ts';
import type { Cursor } from './cursor.ts';

const CHUNK = 262_144;

/** Thrown when the file ends too early. */
export class EndOfSnapshot extends Error {
  override readonly name = 'EndOfSnapshot';
}

async function* chunksOf(file: DiskFile): AsyncGenerator<Buffer, void, undefined> {
  for (let position = 0; ;) {
    const chunk = Buffer.allocUnsafeSlow(CHUNK);
    const got = await file.read(chunk, position);
    if (got === 0) return;
    position += got;
    yield chunk.subarray(0, got);
  }
}

export class SnapshotSource implements Cursor {
  readonly #file: DiskFile;
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #sum = new Adler32();
  bytes: Buffer = Buffer.alloc(0);
  at = 0;
  /** How far the bytes at hand are in the sum. */
  #summed = 0;

  private constructor(file: DiskFile, chunks: AsyncIterable<Buffer>) {
    this.#file = file;
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  static async open(disk: Disk, path: string): Promise<SnapshotSource> {
    const file = await disk.open(path, 'read');
    return new SnapshotSource(file, path.endsWith('.gz') ? Readable.from(chunksOf(file)).pipe(createGunzip({ chunkSize: CHUNK })) : chunksOf(file));
  }

  need(size: number): Promise<void> | null {
    return this.at + size <= this.bytes.length ? null : this.#fill(size);
  }

  /** Exactly `size` bytes, borrowed until the next call. */
  async pull(size: number): Promise<Buffer> {
    await this.need(size);
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }

  /** How many bytes are left, counted up to `most`. */
  async left(most: number): Promise<number> {
    if (this.bytes.length - this.at < most) await this.#more(most);
    return Math.min(most, this.bytes.length - this.at);
  }

  /** Adler-32 of all that was taken. */
  get sum(): number {
    this.#sum.update(this.bytes, this.#summed, this.at);
    this.#summed = this.at;
    return this.#sum.value;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
    await this.#file.close();
  }

  async #fill(size: number): Promise<void> {
    await this.#more(size);
    const missing = this.at + size - this.bytes.length;
    if (missing > 0) throw new EndOfSnapshot(`it ends where ${missing} more bytes should be`);
  }

  /** Up to `size` bytes from `at` on, fewer only at the end. */
  async #more(size: number): Promise<void> {
    void this.sum;
    const parts = [this.bytes.subarray(this.at)];
    for (let have = (parts[0] as Buffer).length; have < size;) {
      const { value, done } = await this.#chunks.next();
      if (done) break;
      parts.push(value);
      have += value.length;
    }
    this.bytes = Buffer.concat(parts);
    this.at = 0;
    this.#summed = 0;
  }
}
