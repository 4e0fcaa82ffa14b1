// Snappy's raw format (google/snappy format_description.txt), without framing.
//   varint  bytes of the data
//   then elements, the low two bits of the first byte: 00 literal, 01 copy of 4..11 bytes from up to 2047 back, 10 copy of 1..64 from up to 65535, 11 the same from up to 2^32

/** Bytes that are not Snappy's. */
export class BadSnappy extends Error {}

/** At most `limit` bytes come out. Throws BadSnappy. */
export function snappyDecompress(bytes: Buffer, limit: number): Buffer {
  let at = 0;
  const next = (): number => {
    if (at >= bytes.length) throw new BadSnappy('cut short');
    return bytes[at++] as number;
  };
  let size = 0;
  for (let scale = 1, byte = 0x80; byte >= 0x80; scale *= 128) {
    if (scale > 2 ** 28) throw new BadSnappy('a size of more than five bytes');
    byte = next();
    size += (byte & 0x7f) * scale;
  }
  if (size > limit) throw new BadSnappy(`${size} bytes of data, more than ${limit}`);
  if (size > bytes.length * 64) throw new BadSnappy(`${size} bytes of data from ${bytes.length}`); // a copy of 64 takes two bytes at least
  const out = Buffer.allocUnsafe(size);
  let to = 0;
  while (at < bytes.length) {
    const tag = next();
    const kind = tag & 3;
    if (kind === 0) {
      let length = tag >> 2;
      if (length >= 60) {
        const width = length - 59;
        length = 0;
        for (let i = 0; i < width; i++) length += next() * 256 ** i;
      }
      length += 1;
      if (length > bytes.length - at || length > size - to) throw new BadSnappy(`a literal of ${length} bytes that is not there`);
      bytes.copy(out, to, at, at + length);
      at += length;
      to += length;
      continue;
    }
    const length = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    let back = kind === 1 ? (tag >> 5) * 256 : 0;
    for (let i = 0; i < (kind === 1 ? 1 : kind === 2 ? 2 : 4); i++) back += next() * 256 ** i;
    if (back === 0 || back > to || length > size - to) throw new BadSnappy(`a copy of ${length} bytes from ${back} back, at ${to} of ${size}`);
    for (let i = 0; i < length; i++, to++) out[to] = out[to - back] as number; // may overlap itself
  }
  if (to !== size) throw new BadSnappy(`${to} bytes of data where ${size} were announced`);
  return out;
}

const BLOCK = 65_536;
const TABLE_BITS = 14;

/** Repeats of four bytes and more within 64 KiB are found by a table of their hashes. */
export function snappyCompress(data: Buffer): Buffer {
  const out = Buffer.allocUnsafe(32 + data.length + Math.ceil(data.length / 6));
  let to = 0;
  for (let rest = data.length; ; rest = Math.floor(rest / 128)) {
    out[to++] = rest < 128 ? rest : (rest % 128) | 0x80;
    if (rest < 128) break;
  }
  const literal = (from: number, end: number): void => {
    const length = end - from - 1;
    if (length < 0) return;
    if (length < 60) out[to++] = length << 2;
    else if (length < 256) { out[to++] = 60 << 2; out[to++] = length; }
    else { out[to++] = 61 << 2; to = out.writeUInt16LE(length, to); }
    to += data.copy(out, to, from, end);
  };
  const table = new Uint16Array(1 << TABLE_BITS);
  for (let start = 0; start < data.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, data.length);
    table.fill(0);
    let from = start;
    let at = start + 1;
    while (at + 4 <= end) {
      const four = data.readUInt32LE(at);
      const slot = Math.imul(four, 0x1e35a7bd) >>> (32 - TABLE_BITS);
      const candidate = start + (table[slot] as number);
      table[slot] = at - start;
      if (candidate >= at || data.readUInt32LE(candidate) !== four) { at += 1 + ((at - from) >> 5); continue; }
      literal(from, at);
      let length = 4;
      while (at + length < end && data[at + length] === data[candidate + length]) length += 1;
      const back = at - candidate;
      at += length;
      from = at;
      while (length > 0) {
        const some = Math.min(length, 64);
        out[to++] = ((some - 1) << 2) | 2;
        to = out.writeUInt16LE(back, to);
        length -= some;
      }
    }
    literal(from, end);
  }
  return Buffer.from(out.subarray(0, to));
}
