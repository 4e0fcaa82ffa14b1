// File indexes as rsync sends them (io.c write_ndx/read_ndx, protocol 30 on): differences to the one before, a state a direction.
import { violation, type WireReader } from './reader.ts';
import type { WireWriter } from './writer.ts';

export const NDX = { DONE: -1, FLIST_EOF: -2, DEL_STATS: -3, FLIST_OFFSET: -101 } as const;

export class NdxWriter {
  private positive = -1;
  private negative = 1;

  write(to: WireWriter, ndx: number): void {
    if (ndx === NDX.DONE) { to.byte(0); return; }
    let difference: number;
    if (ndx >= 0) {
      difference = ndx - this.positive;
      this.positive = ndx;
    } else {
      to.byte(0xff);
      difference = -ndx - this.negative;
      this.negative = -ndx;
    }
    if (difference > 0 && difference < 0xfe) { to.byte(difference); return; }
    to.byte(0xfe);
    if (difference >= 0 && difference <= 0x7fff) {
      to.byte(difference >> 8);
      to.byte(difference);
      return;
    }
    const value = Math.abs(ndx);
    to.byte((value >>> 24) | 0x80);
    to.byte(value);
    to.byte(value >>> 8);
    to.byte(value >>> 16);
  }
}

export class NdxReader {
  private positive = -1;
  private negative = 1;

  /** To be called within `atomically`: the state changes with the last byte only. */
  read(from: WireReader): number {
    const first = from.byte();
    if (first === 0) return NDX.DONE;
    const isNegative = first === 0xff;
    const lead = isNegative ? from.byte() : first;
    const before = isNegative ? this.negative : this.positive;
    let value: number;
    if (lead !== 0xfe) {
      value = before + lead;
    } else {
      const high = from.byte();
      if (high & 0x80) {
        const [a, b, c] = [from.byte(), from.byte(), from.byte()];
        value = (((high & 0x7f) << 24) | (c << 16) | (b << 8) | a) >>> 0;
      } else {
        value = before + ((high << 8) | from.byte());
      }
    }
    if (value > 0x7fffffff) throw violation(`file index ${value} out of range`);
    if (isNegative) { this.negative = value; return -value; }
    this.positive = value;
    return value;
  }
}
