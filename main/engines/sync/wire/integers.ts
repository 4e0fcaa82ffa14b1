// The integers of rsync's wire (io.c): how long an encoded one is, and what it says. Little-endian throughout.

/** Extra bytes after the first one of a varint or varlong, by its leading ones. */
export function extraBytes(first: number): number {
  if (first < 0x80) return 0;
  if (first < 0xc0) return 1;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  if (first < 0xf8) return 4;
  return first < 0xfc ? 5 : 6;
}

/** The varint of a 32-bit value; −1 is `f0 ff ff ff ff`. */
export function encodeVarint(value: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeInt32LE(value | 0, 1);
  let count = 4;
  while (count > 1 && bytes[count] === 0) count -= 1;
  const bit = 1 << (7 - count + 1);
  const top = bytes[count] as number;
  if (top >= bit) {
    count += 1;
    bytes[0] = (~(bit - 1)) & 0xff;
  } else {
    bytes[0] = count > 1 ? (top | ~(bit * 2 - 1)) & 0xff : top;
  }
  return bytes.subarray(0, count);
}

/** The varlong of a non-negative value up to 2^53, with at least `min` bytes (3 for sizes, 4 for times); negatives as 64 bits. */
export function encodeVarlong(value: number, min: number): Buffer {
  const bytes = Buffer.alloc(9);
  bytes.writeBigInt64LE(BigInt(value), 1);
  let count = 8;
  while (count > min && bytes[count] === 0) count -= 1;
  const bit = 1 << (7 - count + min);
  const top = bytes[count] as number;
  if (top >= bit) {
    count += 1;
    bytes[0] = (~(bit - 1)) & 0xff;
  } else {
    bytes[0] = count > min ? (top | ~(bit * 2 - 1)) & 0xff : top;
  }
  return bytes.subarray(0, count);
}

/** A byte string of at most 32767 bytes behind its length (one byte, or two with the high bit). */
export function encodeVstring(text: Uint8Array): Buffer {
  if (text.length > 0x7fff) throw new RangeError(`vstring of ${text.length} bytes`);
  const head = text.length > 0x7f ? [(text.length >> 8) | 0x80, text.length & 0xff] : [text.length];
  return Buffer.concat([Buffer.from(head), text]);
}
