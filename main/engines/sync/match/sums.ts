// The block sums of a basis file, as they travel from the receiver's side to the sender.
import type { BlockShape } from '../checksum/blocks.ts';

export interface BlockSums extends BlockShape {
  readonly weak: Uint32Array;
  /** `count` × `strongLength` bytes. */
  readonly strong: Uint8Array;
}

/** No basis: everything is literal. */
export const NO_SUMS: BlockSums = { count: 0, blockLength: 0, strongLength: 0, remainder: 0, weak: new Uint32Array(0), strong: new Uint8Array(0) };

/** Length of block `i`; only the last may be shorter. */
export function blockLengthOf(shape: BlockShape, i: number): number {
  return i === shape.count - 1 && shape.remainder > 0 ? shape.remainder : shape.blockLength;
}
