// How a basis file is cut into blocks (generator.c sum_sizes_sqroot) and the weak sum of one (checksum.c get_checksum1).

export const MAX_BLOCK = 131_072;
const MIN_BLOCK = 700;
const BIAS = 10;

export interface BlockShape {
  readonly count: number;
  readonly blockLength: number;
  /** Bytes of each strong sum that travel. */
  readonly strongLength: number;
  /** Length of the last block when it is shorter, else 0. */
  readonly remainder: number;
}

/** The shape for a basis of `size` bytes; `full` takes whole strong sums (the redo phase). */
export function blockShape(size: number, digestLength: number, full: boolean): BlockShape {
  const root = Math.floor(Math.sqrt(size));
  const blockLength = Math.min(Math.max(root - (root % 8), MIN_BLOCK), MAX_BLOCK);
  const strongLength = full ? Math.min(16, digestLength) : Math.min(strongFor(size, blockLength), 16, digestLength);
  return { count: Math.ceil(size / blockLength), blockLength, strongLength, remainder: size % blockLength };
}

function strongFor(size: number, blockLength: number): number {
  const bits = BIAS + 2 * Math.floor(Math.log2(Math.max(size, 1))) - Math.floor(Math.log2(blockLength));
  return Math.max(Math.floor((bits + 1 - 32 + 7) / 8), 2);
}

/** The weak sum of `length` bytes at `start`; bytes count as signed. */
export function weakSum(bytes: Uint8Array, start: number, length: number): number {
  let s1 = 0;
  let s2 = 0;
  const end = start + length;
  for (let i = start; i < end; i++) {
    s1 = (s1 + (((bytes[i] as number) << 24) >> 24)) | 0;
    s2 = (s2 + s1) | 0;
  }
  return ((s1 & 0xffff) | (s2 << 16)) >>> 0;
}
