// The sums of a basis file (generator.c generate_and_send_sums), read once from its beginning.
import { readSync } from 'node:fs';
import { weakSum, type BlockShape } from '../checksum/blocks.ts';
import type { Digests } from '../checksum/digests.ts';

const READ = 512 * 1024;

/** Yields every block in order. A file that shrank meanwhile gives blocks of zeros, which only cost literals. */
export function* blockSums(fd: number, shape: BlockShape, digests: Digests): Generator<{ readonly weak: number; readonly strong: Buffer }> {
  const { blockLength, count, remainder, strongLength } = shape;
  const perRead = Math.max(1, Math.floor(READ / blockLength));
  const buffer = Buffer.alloc(perRead * blockLength);
  for (let first = 0; first < count; first += perRead) {
    const blocks = Math.min(perRead, count - first);
    const filled = fill(fd, buffer, first * blockLength);
    buffer.fill(0, filled);
    for (let i = 0; i < blocks; i++) {
      const length = first + i === count - 1 && remainder > 0 ? remainder : blockLength;
      const block = buffer.subarray(i * blockLength, i * blockLength + length);
      yield { weak: weakSum(buffer, i * blockLength, length), strong: digests.block(block).subarray(0, strongLength) };
    }
  }
}

function fill(fd: number, buffer: Buffer, position: number): number {
  let filled = 0;
  while (filled < buffer.length) {
    const got = readSync(fd, buffer, filled, buffer.length - filled, position + filled);
    if (got === 0) break;
    filled += got;
  }
  return filled;
}
