// Numbers and lengths of Avro's binary encoding (specification 1.11): a long is a zigzag varint, least significant group first.

/** Thrown for bytes that are not what they should be; whoever reads a wire or a file puts peer and position to it. */
export class BadEvent extends Error {}

/** Reads forward through `bytes` up to `end`; nothing is believed before it is seen to fit. */
export class AvroReader {
  readonly bytes: Buffer;
  readonly end: number;
  position: number;

  constructor(bytes: Buffer, position = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  /** Exact up to 2^53; what is beyond is larger than any length of ours and stays so. */
  long(): number {
    const { bytes, end } = this;
    let i = this.position;
    if (i >= end) throw new BadEvent('cut short in a number');
    let byte = bytes[i++] as number;
    let value = byte & 0x7f;
    for (let scale = 128; byte >= 0x80; scale *= 128) {
      if (i >= end) throw new BadEvent('cut short in a number');
      if (i - this.position >= 10) throw new BadEvent('a number of more than ten bytes');
      byte = bytes[i++] as number;
      value += (byte & 0x7f) * scale;
    }
    this.position = i;
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** A length of bytes that are there. */
  length(what: string): number {
    const length = this.long();
    if (length < 0 || length > this.end - this.position) throw new BadEvent(`${what} of ${length} bytes where ${this.end - this.position} are left`);
    return length;
  }

  /** Passes over bytes or a string. */
  skip(what: string): void {
    const length = this.length(what);
    this.position += length;
  }

  /** Borrowed. */
  take(what: string): Buffer {
    const length = this.length(what);
    const start = this.position;
    this.position = start + length;
    return this.bytes.subarray(start, this.position);
  }

  string(what: string): string {
    const length = this.length(what);
    const start = this.position;
    this.position = start + length;
    return this.bytes.toString('utf8', start, this.position);
  }

  /** Entries in the next block of an array or a map, each of `least` bytes at least; 0 at its end. */
  block(least: number): number {
    let count = this.long();
    if (count < 0) {
      count = -count;
      this.long(); // bytes of the block
    }
    if (count > (this.end - this.position) / least) throw new BadEvent(`${count} entries where ${this.end - this.position} bytes are left`);
    return count;
  }
}
