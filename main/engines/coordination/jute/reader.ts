// Reads Jute's big-endian primitives from one frame. Every length is checked against what the frame still holds before use.

/** A frame that does not hold what its record asks for; ZooKeeper's MarshallingError. */
export class JuteError extends Error {
  override readonly name = 'JuteError';
}

const TWO_32 = 0x1_0000_0000;

export class JuteReader {
  readonly #bytes: Buffer;
  #at: number;
  readonly #end: number;

  /** Reads `bytes` from `at` up to `end`; buffers it answers are views of the same memory (borrowed). */
  constructor(bytes: Buffer, at = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = at;
    this.#end = end;
  }

  get at(): number { return this.#at; }
  get left(): number { return this.#end - this.#at; }

  /** What has not been read yet, as a view. */
  rest(): Buffer {
    return this.#bytes.subarray(this.#at, this.#end);
  }

  #take(size: number, what: string): number {
    const at = this.#at;
    if (size > this.#end - at) throw new JuteError(`${what} needs ${size} bytes at ${at}, the frame has ${this.#end - at}`);
    this.#at = at + size;
    return at;
  }

  boolean(): boolean {
    return this.#bytes[this.#take(1, 'a boolean')] !== 0;
  }

  int(): number {
    return this.#bytes.readInt32BE(this.#take(4, 'an int'));
  }

  /** A long as a number: exact up to 2^53, which holds times, zxids of the first two million epochs and every counter. */
  long(): number {
    const at = this.#take(8, 'a long');
    return this.#bytes.readInt32BE(at) * TWO_32 + this.#bytes.readUInt32BE(at + 4);
  }

  /** A long of which every bit counts: a session id, an ephemeral owner, a digest. */
  id(): bigint {
    return this.#bytes.readBigInt64BE(this.#take(8, 'a long'));
  }

  /** A count of things that take at least `each` bytes; -1 (null) for none. */
  count(each: number, what: string): number {
    const count = this.int();
    if (count < -1 || count * each > this.left) throw new JuteError(`${what} of ${count}, the frame has ${this.left} bytes`);
    return count;
  }

  /** A view (borrowed), or null for a length of -1. */
  buffer(): Buffer | null {
    const length = this.count(1, 'a buffer');
    if (length < 0) return null;
    const at = this.#take(length, 'a buffer');
    return this.#bytes.subarray(at, at + length);
  }

  ustring(): string | null {
    const length = this.count(1, 'a string');
    if (length < 0) return null;
    const at = this.#take(length, 'a string');
    return this.#bytes.toString('utf8', at, at + length);
  }
}
