// CRC-32C (Castagnoli; RFC 3720 appendix B.4), eight bytes at a step. What node:zlib has is the other CRC-32.

const TABLES = tables();

function tables(): readonly Int32Array[] {
  const first = new Int32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f6_3b78 : value >>> 1;
    first[byte] = value;
  }
  const all = [first];
  for (let i = 1; i < 8; i++) {
    const before = all[i - 1] as Int32Array;
    all.push(before.map((value) => (first[value & 0xff] as number) ^ (value >>> 8)));
  }
  return all;
}

const [T0, T1, T2, T3, T4, T5, T6, T7] = TABLES as unknown as readonly [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];

/** Of `bytes` from `start` to `end`; `before` is the CRC of what came before them. */
export function crc32c(bytes: Uint8Array, start = 0, end: number = bytes.length, before = 0): number {
  let crc = ~before;
  let i = start;
  for (const last = end - 8; i <= last; i += 8) {
    crc ^= (bytes[i] as number) | ((bytes[i + 1] as number) << 8) | ((bytes[i + 2] as number) << 16) | ((bytes[i + 3] as number) << 24);
    crc = (T7[crc & 0xff] as number) ^ (T6[(crc >>> 8) & 0xff] as number) ^ (T5[(crc >>> 16) & 0xff] as number) ^ (T4[crc >>> 24] as number)
      ^ (T3[bytes[i + 4] as number] as number) ^ (T2[bytes[i + 5] as number] as number) ^ (T1[bytes[i + 6] as number] as number) ^ (T0[bytes[i + 7] as number] as number);
  }
  for (; i < end; i++) crc = (T0[(crc ^ (bytes[i] as number)) & 0xff] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
}
