// The search: whatever was edited, the tokens must spell the file again, at a bounded cost.
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { blockShape, weakSum, type BlockShape } from '../../../../../../main/engines/sync/checksum/blocks.ts';
import { openDigests, type Digests } from '../../../../../../main/engines/sync/checksum/digests.ts';
import { searchFile } from '../../../../../../main/engines/sync/match/search.ts';
import { NO_SUMS, blockLengthOf, type BlockSums } from '../../../../../../main/engines/sync/match/sums.ts';
import { BlockTable } from '../../../../../../main/engines/sync/match/table.ts';
import { randomBytes, seeded } from '../../../../../fixtures/tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-match-'));
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

function sumsOf(basis: Buffer, digests: Digests, shape: BlockShape = blockShape(basis.length, digests.length, false)): BlockSums {
  const weak = new Uint32Array(shape.count);
  const strong = Buffer.alloc(shape.count * shape.strongLength);
  for (let i = 0; i < shape.count; i++) {
    const block = basis.subarray(i * shape.blockLength, i * shape.blockLength + blockLengthOf(shape, i));
    weak[i] = weakSum(block, 0, block.length);
    strong.set(digests.block(block).subarray(0, shape.strongLength), i * shape.strongLength);
  }
  return { ...shape, weak, strong };
}

interface Found { readonly spelt: Buffer; readonly literal: number; readonly blocks: readonly { readonly index: number; readonly at: number }[]; readonly digest: string }

function search(basis: Buffer, file: Buffer, sums: BlockSums, digests: Digests, inplace = false): Found {
  const path = join(folder, 'file');
  writeFileSync(path, file);
  const fd = openSync(path, 'r');
  const digest = digests.file();
  const parts: Buffer[] = [];
  const blocks: { index: number; at: number }[] = [];
  let [at, literal] = [0, 0];
  for (const token of searchFile(fd, sums, digests, { inplace, digest })) {
    const bytes = 'literal' in token ? Buffer.from(token.literal) : basis.subarray(token.block * sums.blockLength, token.block * sums.blockLength + blockLengthOf(sums, token.block));
    if ('literal' in token) literal += bytes.length;
    else blocks.push({ index: token.block, at });
    parts.push(bytes);
    at += bytes.length;
  }
  closeSync(fd);
  return { spelt: Buffer.concat(parts), literal, blocks, digest: digest.digest().toString('hex') };
}

/** Some inserts, deletions, overwrites and moves. */
function edited(basis: Buffer, seed: number): Buffer {
  const next = seeded(seed);
  let file = Buffer.from(basis);
  for (let i = 0; i < 1 + Math.floor(next() * 6); i++) {
    const at = Math.floor(next() * (file.length + 1));
    const length = Math.floor(next() * next() * 5000);
    const piece = randomBytes(length, seed * 31 + i);
    const kind = next();
    if (kind < 0.3) file = Buffer.concat([file.subarray(0, at), piece, file.subarray(at)]);
    else if (kind < 0.55) file = Buffer.concat([file.subarray(0, at), file.subarray(at + length)]);
    else if (kind < 0.8) file = Buffer.concat([file.subarray(0, at), piece.subarray(0, Math.max(0, file.length - at)), file.subarray(at + length)]);
    else file = Buffer.concat([file.subarray(at), file.subarray(0, at)]);
  }
  return file;
}

const digestOf = (digests: Digests, bytes: Buffer): string => { const file = digests.file(); file.update(bytes); return file.digest().toString('hex'); };

describe('M the search', () => {
  it.each(['md5', 'xxh64', 'xxh128'] as const)('M11 tokens spell any edited file again (%s)', async (name) => {
    const digests = await openDigests(name, 7);
    const next = seeded(3);
    for (let seed = 1; seed <= 60; seed++) {
      const basis = randomBytes(Math.floor(next() * next() * 200_000), seed);
      const file = edited(basis, seed);
      const found = search(basis, file, sumsOf(basis, digests), digests);
      expect(found.spelt.equals(file), `seed ${seed}`).toBe(true);
      expect(found.digest).toBe(digestOf(digests, file));
    }
  });

  it('M12 an unchanged file is all blocks in order, the short last one included', async () => {
    const digests = await openDigests('xxh128', 1);
    for (const size of [1, 699, 700, 701, 1400, 100_000, 1_500_001]) {
      const basis = randomBytes(size, size);
      const found = search(basis, basis, sumsOf(basis, digests), digests);
      expect(found.literal, `size ${size}`).toBe(0);
      expect(found.blocks.map(({ index }) => index)).toEqual([...found.blocks.keys()]);
    }
  });

  it('M13 an insertion costs little more than itself', async () => {
    const digests = await openDigests('md5', 1);
    const basis = randomBytes(2_000_000, 4);
    const found = search(basis, Buffer.concat([randomBytes(1000, 9), basis]), sumsOf(basis, digests), digests);
    expect(found.literal).toBe(1000);
  });

  it('M14 of equal blocks the next one in order is taken, so that runs stay runs', async () => {
    const digests = await openDigests('md5', 1);
    const basis = Buffer.alloc(700 * 50);
    const found = search(basis, basis, sumsOf(basis, digests), digests);
    expect(found.blocks.map(({ index }) => index)).toEqual([...Array(50).keys()]);
  });

  it('M15 in place, no block that was overwritten already is used', async () => {
    const digests = await openDigests('xxh128', 1);
    for (let seed = 1; seed <= 40; seed++) {
      const basis = randomBytes(60_000, seed);
      const file = edited(basis, seed + 500);
      const sums = sumsOf(basis, digests);
      const found = search(basis, file, sums, digests, true);
      expect(found.spelt.equals(file)).toBe(true);
      for (const { index, at } of found.blocks) expect(index * sums.blockLength).toBeGreaterThanOrEqual(at);
    }
  });

  it('M16 no sums, an empty file and a file shorter than a block are plain literals', async () => {
    const digests = await openDigests('md5', 1);
    const basis = randomBytes(10_000, 1);
    for (const file of [Buffer.alloc(0), randomBytes(20, 2), randomBytes(700_000, 3)]) {
      for (const sums of [NO_SUMS, sumsOf(basis, digests)]) {
        const found = search(basis, file, sums, digests);
        expect(found.spelt.equals(file)).toBe(true);
        expect(found.literal).toBe(file.length);
        expect(found.digest).toBe(digestOf(digests, file));
      }
    }
  });

  it('M17 sums that lie cost literals, never wrong bytes of the file itself', async () => {
    const digests = await openDigests('md5', 1);
    const basis = randomBytes(50_000, 1);
    const honest = sumsOf(basis, digests);
    const sums = { ...honest, strong: honest.strong.map((byte) => byte ^ 0xff) };
    const found = search(basis, basis, sums, digests);
    expect(found.literal).toBe(basis.length);
    expect(found.spelt.equals(basis)).toBe(true);
  });
});

describe('M hostile sums (CVE-2026-70453)', () => {
  it('M18 a chain of equal weak sums is walked for 1024 steps at most', () => {
    const count = 50_000;
    const sums: BlockSums = { count, blockLength: 700, strongLength: 2, remainder: 0, weak: new Uint32Array(count).fill(0xabcdef), strong: Buffer.alloc(count * 2) };
    let looked = 0;
    expect(new BlockTable(sums).find(0xabcdef, () => { looked += 1; return false; })).toBe(-1);
    expect(looked).toBe(1024);
  });

  it('M19 an offset costs one strong digest, however many blocks share its weak sum', async () => {
    const plain = await openDigests('md5', 1);
    let digested = 0;
    const digests: Digests = { ...plain, block: (data) => { digested += 1; return plain.block(data); } };
    const file = Buffer.alloc(5000);
    const count = 5000;
    const sums: BlockSums = { count, blockLength: 700, strongLength: 16, remainder: 0, weak: new Uint32Array(count), strong: Buffer.alloc(count * 16, 1) };
    const found = search(Buffer.alloc(count * 700), file, sums, digests);
    expect(found.spelt.equals(file)).toBe(true);
    expect(digested).toBeGreaterThan(0);
    expect(digested).toBeLessThanOrEqual(file.length);
  });
});
