// The sender's search (match.c): slides a window over the file and finds the blocks the receiver has already.
import { fstatSync, readSync } from 'node:fs';
import { weakSum } from '../checksum/blocks.ts';
import type { Digests } from '../checksum/digests.ts';
import { blockLengthOf, type BlockSums } from './sums.ts';
import { BlockTable, MIX } from './table.ts';

/** A run of new bytes (borrowed until the next one), or block `block` of the basis. */
export type Token = { readonly literal: Buffer } | { readonly block: number };

const READ = 512 * 1024;
const MIN_READ = 4096;
const LITERAL_FLUSH = 128 * 1024;

export interface SearchOptions {
  /** The basis is overwritten as the tokens arrive: only blocks not yet passed may be used. */
  readonly inplace: boolean;
  /** Sees every byte of the file, in order. */
  readonly digest: { update(bytes: Uint8Array): void };
}

/** Reads the file once from its beginning and yields tokens that spell it. A file that shrinks meanwhile ends early. */
export function* searchFile(fd: number, sums: BlockSums, digests: Digests, options: SearchOptions): Generator<Token> {
  if (sums.count === 0) { yield* readWhole(fd, options); return; }
  const { blockLength } = sums;
  const table = new BlockTable(sums);
  const { bits, shift } = table;
  const window = Buffer.allocUnsafeSlow(READ + 2 * blockLength + LITERAL_FLUSH);
  const signed = new Int8Array(window.buffer, window.byteOffset, window.length);
  let base = 0; // place in the file of window[0]
  let filled = 0;
  let ended = false;
  let literal = 0; // start of the bytes not yet yielded
  let at = 0;
  let want = 0;

  const refill = (): void => {
    window.copyWithin(0, literal, filled);
    base += literal;
    at -= literal;
    filled -= literal;
    literal = 0;
    while (!ended && filled < window.length) {
      const got = readSync(fd, window, filled, Math.min(READ, window.length - filled), null);
      if (got === 0) { ended = true; break; }
      options.digest.update(window.subarray(filled, filled + got));
      filled += got;
    }
  };
  const matchAt = (start: number, length: number, weak: number): number => {
    let strong: Buffer | null = null;
    const fits = (i: number): boolean => {
      if (sums.weak[i] !== weak || blockLengthOf(sums, i) !== length) return false;
      if (options.inplace && i * blockLength < base + start) return false;
      strong ??= digests.block(window.subarray(start, start + length));
      const from = i * sums.strongLength;
      return strong.compare(sums.strong, from, from + sums.strongLength, 0, sums.strongLength) === 0;
    };
    if (want < sums.count && fits(want)) return want;
    return table.find(weak, fits);
  };

  refill();
  let s1 = 0;
  let s2 = 0;
  let fresh = true;
  for (;;) {
    if (at + blockLength > filled) {
      if (!ended) {
        if (at > literal) { yield { literal: window.subarray(literal, at) }; literal = at; }
        refill();
        continue;
      }
      break;
    }
    if (fresh) {
      const sum = weakSum(window, at, blockLength);
      s1 = sum & 0xffff;
      s2 = sum >>> 16;
      fresh = false;
    }
    // the hot loop: roll until a bit of the map is set or the window ends
    const stop = Math.min(filled - blockLength, literal + LITERAL_FLUSH);
    let hash = Math.imul((s1 & 0xffff) | (s2 << 16), MIX) >>> shift;
    while (((bits[hash >>> 3] as number) & (1 << (hash & 7))) === 0 && at < stop) {
      const old = signed[at] as number;
      s1 = (s1 - old + (signed[at + blockLength] as number)) | 0;
      s2 = (s2 - Math.imul(blockLength, old) + s1) | 0;
      at += 1;
      hash = Math.imul((s1 & 0xffff) | (s2 << 16), MIX) >>> shift;
    }
    if (((bits[hash >>> 3] as number) & (1 << (hash & 7))) !== 0) {
      const block = matchAt(at, blockLength, ((s1 & 0xffff) | (s2 << 16)) >>> 0);
      if (block >= 0) {
        if (at > literal) yield { literal: window.subarray(literal, at) };
        yield { block };
        want = block + 1;
        at += blockLength;
        literal = at;
        fresh = true;
        continue;
      }
    }
    if (at - literal >= LITERAL_FLUSH) { yield { literal: window.subarray(literal, at) }; literal = at; }
    if (at + blockLength < filled) {
      const old = signed[at] as number;
      s1 = (s1 - old + (signed[at + blockLength] as number)) | 0;
      s2 = (s2 - Math.imul(blockLength, old) + s1) | 0;
      at += 1;
    } else {
      at += 1;
      fresh = true;
    }
  }
  const tail = filled - sums.remainder;
  if (sums.remainder > 0 && tail >= at) {
    const block = matchAt(tail, sums.remainder, weakSum(window, tail, sums.remainder));
    if (block >= 0) {
      if (tail > literal) yield { literal: window.subarray(literal, tail) };
      yield { block };
      return;
    }
  }
  if (filled > literal) yield { literal: window.subarray(literal, filled) };
}

function* readWhole(fd: number, options: SearchOptions): Generator<Token> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(READ, Math.max(fstatSync(fd).size, MIN_READ)));
  for (;;) {
    const got = readSync(fd, buffer, 0, buffer.length, null);
    if (got === 0) return;
    const literal = buffer.subarray(0, got);
    options.digest.update(literal);
    yield { literal };
  }
}
