// What the receiver's side asks of the sender, and the sender repeats: an index, item flags, a sum head, sums (rsync.c, io.c).
import { MAX_BLOCK, type BlockShape } from '../checksum/blocks.ts';
import type { BlockSums } from '../match/sums.ts';
import { violation, type WireReader } from './reader.ts';
import type { WireWriter } from './writer.ts';

export const ITEM = {
  ATIME: 0x01, CHANGE: 0x02, SIZE: 0x04, TIME: 0x08, PERMS: 0x10, OWNER: 0x20, GROUP: 0x40, ACL: 0x80, XATTR: 0x100, CRTIME: 0x400,
  BASIS_TYPE: 0x800, XNAME: 0x1000, NEW: 0x2000, LOCAL_CHANGE: 0x4000, TRANSFER: 0x8000,
} as const;

const MAX_COUNT = 1 << 24;
const MAX_XNAME = 4096;

export interface ItemFields {
  readonly flags: number;
  readonly basisType: number | null;
  readonly xname: Buffer | null;
}

/** Within `atomically`. */
export function readItem(from: WireReader): ItemFields {
  const flags = from.short();
  const basisType = flags & ITEM.BASIS_TYPE ? from.byte() : null;
  const xname = flags & ITEM.XNAME ? from.vstring(MAX_XNAME) : null;
  return { flags, basisType, xname };
}

export function writeItem(to: WireWriter, { flags, basisType, xname }: ItemFields): void {
  to.short(flags);
  if (basisType !== null) to.byte(basisType);
  if (xname !== null) to.vstring(xname);
}

export function writeSumHead(to: WireWriter, shape: BlockShape): void {
  to.int(shape.count);
  to.int(shape.blockLength);
  to.int(shape.strongLength);
  to.int(shape.remainder);
}

/** Within `atomically`. Every figure is bounded before anything is made from it. */
export function readSumHead(from: WireReader, digestLength: number): BlockShape {
  const [count, blockLength, strongLength, remainder] = [from.int(), from.int(), from.int(), from.int()];
  if (count < 0 || count > MAX_COUNT) throw violation(`${count} blocks, want at most ${MAX_COUNT}`);
  if (blockLength < 0 || blockLength > MAX_BLOCK || (count > 0 && blockLength === 0)) throw violation(`block length ${blockLength}, want at most ${MAX_BLOCK}`);
  if (strongLength < 0 || strongLength > digestLength || (count > 0 && strongLength === 0)) throw violation(`block digest of ${strongLength} bytes, want at most ${digestLength}`);
  if (remainder < 0 || remainder > blockLength) throw violation(`last block of ${remainder} bytes, want at most ${blockLength}`);
  return { count, blockLength, strongLength, remainder };
}

/** The sums behind a head; memory grows with what arrives, not with what was announced. */
export async function readSums(from: WireReader, shape: BlockShape): Promise<BlockSums> {
  const { count, strongLength } = shape;
  const batch = 512;
  let weak = new Uint32Array(Math.min(count, batch));
  let strong = Buffer.alloc(weak.length * strongLength);
  for (let i = 0; i < count; i += batch) {
    const end = Math.min(i + batch, count);
    if (end > weak.length) {
      const capacity = Math.min(count, Math.max(end, weak.length * 2));
      const widerWeak = new Uint32Array(capacity);
      widerWeak.set(weak);
      weak = widerWeak;
      strong = Buffer.concat([strong], capacity * strongLength);
    }
    await from.atomically(() => {
      for (let j = i; j < end; j++) {
        weak[j] = from.int() >>> 0;
        strong.set(from.view(strongLength), j * strongLength);
      }
    });
  }
  return { ...shape, weak, strong };
}
