// Znodes' data is copied out of frames and files, so that a small value does not keep a large buffer alive.

const EMPTY = Buffer.alloc(0);
/** Values below this share slabs; an ArrayBuffer of its own costs more than a small value. */
const SMALL = 2048;
const SLAB = 16_384;

let slab = Buffer.alloc(0);
let used = 0;

/** An owned copy. */
export function keepBytes(data: Buffer | null): Buffer | null {
  return data === null ? null : keepRange(data, 0, data.length);
}

/** An owned copy of `bytes[from, to)`. */
export function keepRange(bytes: Buffer, from: number, to: number): Buffer {
  const size = to - from;
  if (size === 0) return EMPTY;
  if (size >= SMALL) {
    const copy = Buffer.allocUnsafeSlow(size);
    bytes.copy(copy, 0, from, to);
    return copy;
  }
  if (used + size > slab.length) {
    slab = Buffer.allocUnsafeSlow(SLAB);
    used = 0;
  }
  bytes.copy(slab, used, from, to);
  used += size;
  return slab.subarray(used - size, used);
}
