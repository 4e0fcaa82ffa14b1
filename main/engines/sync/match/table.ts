// Finds blocks by their weak sum: a bitmap that says no quickly, then chains of blocks with the same slot.
import type { BlockSums } from './sums.ts';

/** How many blocks of one slot are looked at for one offset; more would let equal sums make the search quadratic. */
const CHAIN_LIMIT = 1024;
const MIX = 0x9e3779b1;

export class BlockTable {
  readonly bits: Uint8Array;
  /** `Math.imul(weak, MIX) >>> shift` is the bit of a weak sum. */
  readonly shift: number;
  private readonly sums: BlockSums;
  private readonly heads: Int32Array;
  private readonly next: Int32Array;

  constructor(sums: BlockSums) {
    this.sums = sums;
    const width = Math.min(21, Math.max(10, 32 - Math.clz32(sums.count) + 4));
    this.shift = 32 - width;
    this.bits = new Uint8Array(1 << (width - 3));
    this.heads = new Int32Array(1 << width).fill(-1);
    this.next = new Int32Array(sums.count);
    for (let i = sums.count - 1; i >= 0; i--) {
      const slot = Math.imul(sums.weak[i] as number, MIX) >>> this.shift;
      this.bits[slot >>> 3] = (this.bits[slot >>> 3] as number) | (1 << (slot & 7));
      this.next[i] = this.heads[slot] as number;
      this.heads[slot] = i;
    }
  }

  /** The first block with this weak sum and length that `fits`. -1 for none. */
  find(weak: number, fits: (i: number) => boolean): number {
    const { sums } = this;
    let i = this.heads[Math.imul(weak, MIX) >>> this.shift] as number;
    for (let steps = 0; i >= 0 && steps < CHAIN_LIMIT; steps++) {
      if (sums.weak[i] === weak && fits(i)) return i;
      i = this.next[i] as number;
    }
    return -1;
  }
}

export { MIX };
