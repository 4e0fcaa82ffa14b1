// Checksums: shapes, weak sums and strong digests against rsync's own figures.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { blockShape, weakSum } from '../../../../../../main/engines/sync/checksum/blocks.ts';
import { openDigests } from '../../../../../../main/engines/sync/checksum/digests.ts';
import { fileDigester } from '../../../../../../main/engines/sync/checksum/file-digest.ts';

const KIB = 1024;
const MIB = KIB * KIB;
const GIB = KIB * MIB;

describe('M block shapes', () => {
  it.each([
    [0, 700, 2], [1, 700, 2], [490_000, 700, 2], [1 * MIB, 1024, 2], [10 * MIB, 3232, 2], [100 * MIB, 10_240, 3], [GIB, 32_768, 3], [10 * GIB, 103_616, 4], [16 * GIB, 131_072, 4], [1024 * GIB, 131_072, 6],
  ])('M2 a file of %d bytes is cut into blocks of %d with strong sums of %d bytes', (size, blockLength, strongLength) => {
    expect(blockShape(size, 16, false)).toEqual({ count: Math.ceil(size / blockLength), blockLength, strongLength, remainder: size % blockLength });
  });

  it('M3 strong sums are never longer than the digest, and whole in the redo phase', () => {
    expect(blockShape(GIB, 2, false).strongLength).toBe(2);
    expect(blockShape(MIB, 16, true).strongLength).toBe(16);
    expect(blockShape(MIB, 8, true).strongLength).toBe(8);
  });
});

describe('M weak sums', () => {
  it('M4 are those of a recorded session of stock rsync', () => {
    expect(weakSum(Buffer.alloc(700, 'a'), 0, 700)).toBe(0x24a6093c);
    expect(weakSum(Buffer.from(`${'a'.repeat(699)}b`), 0, 700)).toBe(0x24a7093d);
    expect(weakSum(Buffer.from('a'.repeat(100)), 0, 100)).toBe(0x797a25e4);
  });

  it('M5 count bytes as signed', () => {
    expect(weakSum(Buffer.from([0xff]), 0, 1)).toBe(0xffffffff);
    expect(weakSum(Buffer.from([0x80, 0x01]), 0, 2)).toBe((((-255 & 0xffff) << 16) | (-127 & 0xffff)) >>> 0);
  });
});

describe('M strong digests', () => {
  it('M6 are those of a recorded session of stock rsync (xxh128, seed 1)', async () => {
    const digests = await openDigests('xxh128', 1);
    expect(digests.block(Buffer.from(`${'a'.repeat(699)}b`)).subarray(0, 2).toString('hex')).toBe('68b4');
    expect(digests.block(Buffer.alloc(700, 'a')).subarray(0, 2).toString('hex')).toBe('9198');
    expect(digests.block(Buffer.alloc(100, 'a')).subarray(0, 2).toString('hex')).toBe('d222');
    const file = digests.file();
    file.update(Buffer.from('hel'));
    file.update(Buffer.from('lo'));
    expect(file.digest().toString('hex')).toBe('1838525eaacf79c77f3e1b07adc1e9b5');
  });

  it('M7 of md5 take the seed in front or behind, and none for seed 0', async () => {
    const md5 = (...parts: readonly Uint8Array[]): string => parts.reduce((hash, part) => hash.update(part), createHash('md5')).digest('hex');
    const data = Buffer.from('some block');
    const seed = Buffer.from([0xfe, 0xff, 0xff, 0xff]);
    expect((await openDigests('md5', -2, true)).block(data).toString('hex')).toBe(md5(seed, data));
    expect((await openDigests('md5', -2, false)).block(data).toString('hex')).toBe(md5(data, seed));
    expect((await openDigests('md5', 0)).block(data).toString('hex')).toBe(md5(data));
  });

  it('M8 of whole files know no seed', async () => {
    for (const name of ['xxh128', 'xxh64', 'md5'] as const) {
      const [seeded, plain] = [await openDigests(name, 12_345), await openDigests(name, 0)];
      const of = (digests: typeof seeded): string => { const file = digests.file(); file.update(Buffer.from('abc')); return file.digest().toString('hex'); };
      expect(of(seeded)).toBe(of(plain));
      expect(seeded.block(Buffer.from('abc')).equals(plain.block(Buffer.from('abc')))).toBe(false);
      expect(of(plain).length).toBe(plain.length * 2);
    }
  });

  it('M9 of xxh64 travel little-endian', async () => {
    expect((await openDigests('xxh64', 0)).block(Buffer.from('abc')).reverse().toString('hex')).toBe('44bc2cf5ad770999');
  });
});

describe('M digests of files on disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-digest-'));
  afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

  it('M10 are of the content, and never follow a link', async () => {
    const content = Buffer.alloc(1_300_000, 'xyz');
    writeFileSync(join(folder, 'f'), content);
    symlinkSync('f', join(folder, 'link'));
    const digestOf = fileDigester(await openDigests('md5', 99));
    expect(digestOf(Buffer.from(join(folder, 'f'))).toString('hex')).toBe(createHash('md5').update(content).digest('hex'));
    expect(() => digestOf(Buffer.from(join(folder, 'link')))).toThrow('ELOOP');
  });
});
