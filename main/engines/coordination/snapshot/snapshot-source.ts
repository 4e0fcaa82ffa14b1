// Bytes of a snapshot file in order, plain or gzip, with the checksum of all that was pulled.
import { createGunzip } from 'node:zlib';
import { Readable } from 'node:stream';
import { Adler32 } from '../txnlog/adler32.ts';
import type { Disk, DiskFile } from '../txnlog/disk.ts';

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

export class SnapshotSource {
  readonly #file: DiskFile;
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #sum = new Adler32();
  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;
  /** How far the chunk at hand is in the sum. */
  #summed = 0;

  private constructor(file: DiskFile, chunks: AsyncIterable<Buffer>) {
    this.#file = file;
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  static async open(disk: Disk, path: string): Promise<SnapshotSource> {
    const file = await disk.open(path, 'read');
    return new SnapshotSource(file, path.endsWith('.gz') ? Readable.from(chunksOf(file)).pipe(createGunzip({ chunkSize: CHUNK })) : chunksOf(file));
  }

  readonly pull = (size: number): Buffer | Promise<Buffer> => {
    const at = this.#at;
    if (at + size > this.#chunk.length) return this.#join(size);
    this.#at = at + size;
    return this.#chunk.subarray(at, at + size);
  };

  /** How many bytes are left, counted up to `most`. */
  async left(most: number): Promise<number> {
    while (this.#chunk.length - this.#at < most) {
      void this.sum;
      const rest = this.#chunk.subarray(this.#at);
      const { value, done } = await this.#chunks.next();
      if (done) return rest.length;
      this.#chunk = Buffer.concat([rest, value]);
      this.#at = 0;
      this.#summed = 0;
    }
    return most;
  }

  /** Adler-32 of all that was pulled. */
  get sum(): number {
    this.#sum.update(this.#chunk, this.#summed, this.#at);
    this.#summed = this.#at;
    return this.#sum.value;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
    await this.#file.close();
  }

  async #join(size: number): Promise<Buffer> {
    const whole = Buffer.allocUnsafeSlow(Math.min(size, 1_048_576));
    let joined = whole;
    let have = 0;
    while (have < size) {
      if (this.#at === this.#chunk.length && !(await this.#next())) throw new EndOfSnapshot(`it ends where ${size - have} more bytes should be`);
      const part = this.#chunk.subarray(this.#at, Math.min(this.#chunk.length, this.#at + size - have));
      if (have + part.length > joined.length) joined = Buffer.concat([joined.subarray(0, have)], Math.min(size, Math.max(joined.length * 2, have + part.length)));
      joined.set(part, have);
      have += part.length;
      this.#at += part.length;
    }
    return joined.subarray(0, size);
  }

  async #next(): Promise<boolean> {
    this.#sum.update(this.#chunk, this.#summed);
    this.#at = 0;
    this.#summed = 0;
    const { value, done } = await this.#chunks.next();
    this.#chunk = done ? Buffer.alloc(0) : value;
    return !done;
  }
}
