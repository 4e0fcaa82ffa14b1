// The receiver's loop against senders honest, broken and hostile: nothing half-written is ever left under a final name.
import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_SUMS } from '../../../../../../main/engines/sync/match/sums.ts';
import { writeError } from '../../../../../../main/engines/sync/receiver/item-error.ts';
import { receivePhase } from '../../../../../../main/engines/sync/receiver/receive-files.ts';
import { NDX, NdxReader, NdxWriter } from '../../../../../../main/engines/sync/wire/ndx.ts';
import { ITEM, writeItem, writeSumHead } from '../../../../../../main/engines/sync/wire/requests.ts';
import type { WireWriter } from '../../../../../../main/engines/sync/wire/writer.ts';
import { writerTo } from '../wire/support.ts';
import { DIR, FILE, entry, listOf, rig } from './support.ts';

const SHAPE = { count: 3, blockLength: 700, strongLength: 2, remainder: 100 };
const item = (flags: number): { flags: number; basisType: null; xname: null } => ({ flags, basisType: null, xname: null });

function wire(write: (to: WireWriter, ndx: NdxWriter) => void): Buffer {
  const { writer, bytes } = writerTo();
  write(writer, new NdxWriter());
  return bytes();
}

/** One file of new bytes, as a sender answers. */
function literalFile(to: WireWriter, ndx: NdxWriter, i: number, content: Buffer, digest = createHash('md5').update(content).digest()): void {
  ndx.write(to, i);
  writeItem(to, item(ITEM.TRANSFER));
  writeSumHead(to, NO_SUMS);
  if (content.length > 0) { to.int(content.length); to.bytes(content); }
  to.int(0);
  to.bytes(digest);
}

describe('R the receiver', () => {
  let folder = '';
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'sluice-receive-')); });
  afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

  it('R16 puts a whole file in its place with mode and time, and nothing else beside it', async () => {
    const list = listOf(entry('f', 0o100640, { size: 5, nsec: 500_000_000 }));
    const { parts, done } = await rig(folder, list, wire((to, ndx) => { literalFile(to, ndx, 0, Buffer.from('hello')); ndx.write(to, NDX.DONE); }), {}, 3);
    parts.outstanding.add(0, { sums: NO_SUMS, basisMode: null });
    expect(await receivePhase(parts, new NdxReader(), false)).toEqual([]);
    expect(done).toEqual([0]);
    expect(readFileSync(join(folder, 'f'), 'utf8')).toBe('hello');
    const stat = statSync(join(folder, 'f'), { bigint: true });
    expect(Number(stat.mode) & 0o7777).toBe(0o640);
    expect(stat.mtimeNs).toBe(1_600_000_000_500_000_000n);
    expect(readdirSync(folder)).toEqual(['f']);
  });

  it('R17 takes blocks from the old file, which stays whole until the new one is', async () => {
    const old = Buffer.concat([Buffer.alloc(700, 'a'), Buffer.alloc(700, 'b'), Buffer.alloc(100, 'c')]);
    writeFileSync(join(folder, 'f'), old);
    const fresh = Buffer.concat([old.subarray(1400), old.subarray(700, 1400), Buffer.from('!'), old.subarray(0, 700)]);
    const list = listOf(entry('f', FILE, { size: fresh.length }));
    const { parts } = await rig(folder, list, wire((to, ndx) => {
      ndx.write(to, 0);
      writeItem(to, item(ITEM.TRANSFER));
      writeSumHead(to, SHAPE);
      for (const token of [-3, -2]) to.int(token);
      to.int(1);
      to.bytes(Buffer.from('!'));
      to.int(-1);
      to.int(0);
      to.bytes(createHash('md5').update(fresh).digest());
      ndx.write(to, NDX.DONE);
    }));
    parts.outstanding.add(0, { sums: SHAPE, basisMode: FILE });
    expect(await receivePhase(parts, new NdxReader(), false)).toEqual([]);
    expect(readFileSync(join(folder, 'f')).equals(fresh)).toBe(true);
    expect(parts.totals).toMatchObject({ literal: 1, matched: 1500 });
  });

  it('R18 a digest that does not fit leaves the old file and asks again, and at the second time fails the item', async () => {
    writeFileSync(join(folder, 'f'), 'old');
    const list = listOf(entry('f', FILE, { size: 5 }));
    const bad = (): Buffer => wire((to, ndx) => { literalFile(to, ndx, 0, Buffer.from('hello'), Buffer.alloc(16)); ndx.write(to, NDX.DONE); });
    const first = await rig(folder, list, bad());
    first.parts.outstanding.add(0, { sums: NO_SUMS, basisMode: FILE });
    expect(await receivePhase(first.parts, new NdxReader(), false)).toEqual([0]);
    expect(first.failed).toEqual([]);
    const second = await rig(folder, list, bad());
    second.parts.outstanding.add(0, { sums: NO_SUMS, basisMode: FILE });
    expect(await receivePhase(second.parts, new NdxReader(), true)).toEqual([]);
    expect(second.failed.map(({ error }) => error.code)).toEqual(['FILE_CHECKSUM']);
    expect(readFileSync(join(folder, 'f'), 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['f']);
  });

  it.each([false, true])('R19 a connection cut at any byte leaves no half file under its name (fsync %s)', async (fsync) => {
    const list = listOf(entry('f', FILE, { size: 5 }), entry('g', FILE, { size: 3 }));
    const whole = wire((to, ndx) => { literalFile(to, ndx, 0, Buffer.from('hello')); literalFile(to, ndx, 1, Buffer.from('abc')); ndx.write(to, NDX.DONE); });
    for (let cut = 0; cut < whole.length; cut++) {
      const { parts, done } = await rig(folder, list, whole.subarray(0, cut), { fsync });
      for (const i of [0, 1]) parts.outstanding.add(i, { sums: NO_SUMS, basisMode: null });
      await expect(receivePhase(parts, new NdxReader(), false)).rejects.toThrow('closed');
      expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
      for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name), 'utf8')).toBe(name === 'f' ? 'hello' : 'abc');
      expect(done.length).toBeLessThanOrEqual(2);
      for (const name of readdirSync(folder)) rmSync(join(folder, name));
      parts.root.close();
    }
  });

  it('R20 --partial keeps what has come under the final name', async () => {
    const list = listOf(entry('f', FILE, { size: 500_000 }));
    const whole = wire((to, ndx) => { literalFile(to, ndx, 0, Buffer.alloc(500_000, 'p')); });
    const { parts } = await rig(folder, list, whole.subarray(0, 400_000), { partial: true });
    parts.outstanding.add(0, { sums: NO_SUMS, basisMode: null });
    await expect(receivePhase(parts, new NdxReader(), false)).rejects.toThrow('closed');
    expect(readdirSync(folder)).toEqual(['f']);
    expect(statSync(join(folder, 'f')).size).toBeGreaterThan(300_000);
  });

  it('R21 a file that cannot be written is a row; its data is taken off the wire and the next one arrives', async () => {
    mkdirSync(join(folder, 'f'));
    writeFileSync(join(folder, 'f/inside'), '');
    const list = listOf(entry('f', FILE, { size: 5 }), entry('g', FILE, { size: 3 }), entry('n'.repeat(256), FILE, { size: 1 }));
    const { parts, failed, done } = await rig(folder, list, wire((to, ndx) => {
      literalFile(to, ndx, 0, Buffer.from('hello'));
      literalFile(to, ndx, 1, Buffer.from('abc'));
      literalFile(to, ndx, 2, Buffer.from('x'));
      ndx.write(to, NDX.DONE);
    }));
    for (const i of [0, 1, 2]) parts.outstanding.add(i, { sums: NO_SUMS, basisMode: null });
    await receivePhase(parts, new NdxReader(), false);
    expect(failed.map(({ ndx, error }) => [ndx, error.code])).toEqual([[0, 'FILE_TYPE_IN_THE_WAY'], [2, 'FILE_NAME_TOO_LONG']]);
    expect(done).toEqual([1]);
    expect(readdirSync(folder).sort()).toEqual(['f', 'g']);
  });

  it('R22 --inplace writes the file itself, cuts its old end off and never follows a link', async () => {
    writeFileSync(join(folder, 'f'), 'old and much longer');
    chmodSync(join(folder, 'f'), 0o600);
    const before = statSync(join(folder, 'f')).ino;
    const list = listOf(entry('f', FILE, { size: 5 }), entry('link', FILE, { size: 5 }));
    writeFileSync(join(folder, 'precious'), 'precious');
    symlinkSync('precious', join(folder, 'link'));
    const { parts, failed } = await rig(folder, list, wire((to, ndx) => { literalFile(to, ndx, 0, Buffer.from('hello')); literalFile(to, ndx, 1, Buffer.from('hello')); ndx.write(to, NDX.DONE); }), { inplace: true });
    for (const i of [0, 1]) parts.outstanding.add(i, { sums: NO_SUMS, basisMode: FILE });
    await receivePhase(parts, new NdxReader(), false);
    expect(readFileSync(join(folder, 'f'), 'utf8')).toBe('hello');
    expect(statSync(join(folder, 'f')).ino).toBe(before);
    expect(failed.map(({ ndx }) => ndx)).toEqual([1]);
    expect(readFileSync(join(folder, 'precious'), 'utf8')).toBe('precious');
    expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
  });

  it('R23 a folder that became a link after the list is not written through (CVE-2024-12087)', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'sluice-outside-'));
    symlinkSync(outside, join(folder, 'd'));
    const list = listOf(entry('d', DIR), entry('d/f', FILE, { size: 5 }));
    const { parts, failed } = await rig(folder, list, wire((to, ndx) => { literalFile(to, ndx, 1, Buffer.from('hello')); ndx.write(to, NDX.DONE); }));
    parts.outstanding.add(1, { sums: NO_SUMS, basisMode: null });
    await receivePhase(parts, new NdxReader(), false);
    expect(failed.map(({ error }) => error.code)).toEqual(['FILE_OUTSIDE']);
    expect(readdirSync(outside)).toEqual([]);
    rmSync(outside, { recursive: true });
  });
});

describe('R a hostile sender', () => {
  const list = listOf(entry('f', FILE, { size: 5 }), entry('g', FILE, { size: 5 }));
  const folder = tmpdir();
  const head = (count: number, blockLength: number, strong: number, remainder: number) => (to: WireWriter, ndx: NdxWriter): void => {
    ndx.write(to, 0);
    writeItem(to, item(ITEM.TRANSFER));
    for (const figure of [count, blockLength, strong, remainder]) to.int(figure);
  };
  const withItem = (flags: number, basisType: number | null, xname: string | null) => (to: WireWriter, ndx: NdxWriter): void => {
    ndx.write(to, 0);
    writeItem(to, { flags, basisType, xname: xname === null ? null : Buffer.from(xname) });
  };

  it.each<[string, (to: WireWriter, ndx: NdxWriter) => void]>([
    ['data of a file that was not asked for', (to, ndx) => { literalFile(to, ndx, 1, Buffer.from('x')); }],
    ['data of a file the list does not have', (to, ndx) => { literalFile(to, ndx, 77, Buffer.from('x')); }],
    ['a report on an entry the list does not have', (to, ndx) => { ndx.write(to, 77); writeItem(to, item(ITEM.TIME)); }],
    ['a negative index', (to, ndx) => { ndx.write(to, -102); to.short(ITEM.TRANSFER); }],
    ['another basis (CVE-2024-12086)', withItem(ITEM.TRANSFER | ITEM.BASIS_TYPE | ITEM.XNAME, 0x83, '../../etc/passwd')],
    ['a basis type alone', withItem(ITEM.TRANSFER | ITEM.BASIS_TYPE, 0x81, null)],
    ['a name of its own', withItem(ITEM.XNAME, null, 'x')],
    ['block digests longer than the digest (CVE-2024-12084)', head(3, 700, 17, 100)],
    ['block digests of negative length', head(3, 700, -1, 100)],
    ['blocks without length (CVE-2026-53792)', head(5, 0, 2, 0)],
    ['a block length beyond the limit', head(3, 131_073, 2, 0)],
    ['a negative count', head(-1, 700, 2, 0)],
    ['a remainder longer than a block', head(3, 700, 2, 701)],
    ['a sum head that is not the one asked with', head(2, 700, 2, 100)],
  ])('R24 %s ends the session', async (_what, write) => {
    const { parts } = await rig(folder, list, wire(write));
    parts.outstanding.add(0, { sums: SHAPE, basisMode: null });
    await expect(receivePhase(parts, new NdxReader(), false)).rejects.toThrow('RSYNC_PROTOCOL');
    parts.root.close();
  });
});

describe('R failed writes', () => {
  it.each([
    ['ENOSPC', 'FILE_NO_SPACE'], ['EDQUOT', 'FILE_NO_SPACE'], ['ENAMETOOLONG', 'FILE_NAME_TOO_LONG'], ['EISDIR', 'FILE_TYPE_IN_THE_WAY'], ['ENOTDIR', 'FILE_TYPE_IN_THE_WAY'],
    ['ENOTEMPTY', 'FILE_NOT_EMPTY'], ['ELOOP', 'FILE_LINK_LOOP'], ['EACCES', 'FILE_WRITE'], ['EROFS', 'FILE_WRITE'],
  ])('R25 %s becomes %s, with the name as shown', (code, want) => {
    const info = writeError(Buffer.from([0x61, 0xff]), Object.assign(new Error(code), { code }));
    expect(info.code).toBe(want);
    expect(info.params['path']).toBe('a\\xFF');
  });
});
