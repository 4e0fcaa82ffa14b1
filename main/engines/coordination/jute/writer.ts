// Writes Jute's big-endian primitives into one growing buffer, so that many replies leave in one write.

const TWO_32 = 0x1_0000_0000;

export class JuteWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = Buffer.allocUnsafe(capacity);
  }

  get length(): number { return this.#length; }

  #room(size: number): number {
    const at = this.#length;
    const end = at + size;
    if (end > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(end, this.#bytes.length * 2));
      this.#bytes.copy(grown, 0, 0, at);
      this.#bytes = grown;
    }
    this.#length = end;
    return at;
  }

  boolean(value: boolean): void {
    this.#bytes[this.#room(1)] = value ? 1 : 0;
  }

  int(value: number): void {
    const at = this.#room(4); // before #bytes is read: it may be replaced
    this.#bytes.writeInt32BE(value, at);
  }

  long(value: number): void {
    const at = this.#room(8);
    this.#bytes.writeInt32BE(Math.floor(value / TWO_32), at);
    this.#bytes.writeInt32BE(value | 0, at + 4);
  }

  id(value: bigint): void {
    const at = this.#room(8);
    if (value === 0n) this.#bytes.fill(0, at, at + 8);
    else this.#bytes.writeBigInt64BE(value, at);
  }

  buffer(value: Uint8Array | null): void {
    if (value === null) return this.int(-1);
    this.int(value.length);
    this.raw(value);
  }

  /** A buffer of `length` bytes that `source` puts into its place itself. */
  filled(length: number, source: { putData(into: Buffer, at: number): number }): void {
    this.int(length);
    const at = this.#room(length);
    source.putData(this.#bytes, at);
  }

  /** Bytes as they are, without a length. */
  raw(value: Uint8Array): void {
    const at = this.#room(value.length);
    this.#bytes.set(value, at);
  }

  ustring(value: string | null): void {
    if (value === null) return this.int(-1);
    const most = value.length * 3;
    const at = this.#room(4 + most);
    const length = this.#bytes.write(value, at + 4, most, 'utf8');
    this.#bytes.writeInt32BE(length, at);
    this.#length = at + 4 + length;
  }

  /** Leaves four bytes for a frame's length and answers where the frame begins, for `endFrame`. */
  beginFrame(): number {
    return this.#room(4);
  }

  /** Fills in the length of the frame that began at `begin`. */
  endFrame(begin: number): void {
    this.#bytes.writeInt32BE(this.#length - begin - 4, begin);
  }

  /** Drops what was written after `length`. */
  cut(length: number): void {
    this.#length = length;
  }

  /** What was written, as a view that the next write may change. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Hands over what was written (owned by the caller) and begins anew. Little of a large buffer is copied: a new one each time would call the collector. */
  take(): Buffer {
    const written = this.view();
    if (written.length * 2 <= this.#bytes.length) {
      this.#length = 0;
      return Buffer.from(written);
    }
    this.leave();
    return written;
  }

  /** Leaves what was written to whoever holds a view of it, and begins anew in other memory. */
  leave(): void {
    this.#bytes = Buffer.allocUnsafe(Math.min(this.#bytes.length, 65_536));
    this.#length = 0;
  }
}
