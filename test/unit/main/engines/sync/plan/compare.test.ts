import { describe, expect, it } from 'vitest';
import type { SyncOptions } from '../../../../../../preload/contract/domain.ts';
import { FileList, type FileEntry } from '../../../../../../main/engines/sync/flist/file-list.ts';
import { compareLists, type CompareOptions, type ScannedSide } from '../../../../../../main/engines/sync/plan/compare.ts';

const SYNC: SyncOptions = {
  layout: 'contents', delete: true, checksum: false, update: false, links: true, perms: true, times: true, owner: true, group: true, devices: true,
  compress: false, wholeFile: false, inplace: false, partial: false, filters: [],
};
const FILE = 0o100644;
const DIR = 0o040755;
const LINK = 0o120777;
type Short = Partial<Omit<FileEntry, 'name'>> & { readonly name: string };

const side = (entries: readonly Short[], more: Partial<ScannedSide> = {}): ScannedSide => {
  const list = new FileList();
  for (const entry of entries) list.add({ mode: FILE, size: 1, mtime: 100, nsec: 0, uid: 0, gid: 0, ...entry, name: Buffer.from(entry.name) });
  list.sort();
  return { list, userName: () => null, groupName: () => null, ioError: false, problems: [], ...more };
};
const compare = (left: readonly Short[], right: readonly Short[], sync: Partial<SyncOptions> = {}, more: Partial<CompareOptions> = {}, leftMore: Partial<ScannedSide> = {}) => {
  const { rows, totals } = compareLists(side(left, leftMore), side(right), { sync: { ...SYNC, ...sync }, rightIsRoot: true, rightGroups: null, arrow: '>', ...more });
  const found = [...rows];
  return { rows: found, totals, shown: found.map((row) => `${row.itemize} ${row.path.toString()} ${row.action} ${row.reason}`) };
};

describe('compareLists', () => {
  it('what is alike is counted, not listed; parts of a second do not count', () => {
    const { rows, totals } = compare([{ name: '.', mode: DIR }, { name: 'a', nsec: 5 }], [{ name: '.', mode: DIR }, { name: 'a', nsec: 900 }]);
    expect([rows.length, totals.same]).toEqual([0, 2]);
  });

  it.each([
    [[{ name: 'a' }], [], '>f+++++++++ a copy onlyLeft'],
    [[{ name: 'd', mode: DIR }], [], 'cd+++++++++ d copy onlyLeft'],
    [[{ name: 'l', mode: LINK, link: Buffer.from('x') }], [], 'cL+++++++++ l copy onlyLeft'],
    [[], [{ name: 'a' }], '*deleting   a delete onlyRight'],
    [[{ name: 'a', size: 2 }], [{ name: 'a' }], '>f.s....... a update sizeDiffers'],
    [[{ name: 'a', mtime: 101 }], [{ name: 'a' }], '>f..t...... a update leftNewer'],
    [[{ name: 'a', mtime: 99 }], [{ name: 'a' }], '>f..t...... a update rightNewer'],
    [[{ name: 'a', mode: 0o100600 }], [{ name: 'a' }], '.f...p..... a attributes permsDiffer'],
    [[{ name: 'a', uid: 7, gid: 8 }], [{ name: 'a' }], '.f....og... a attributes ownerDiffers'],
    [[{ name: 'd', mode: DIR, mtime: 5 }], [{ name: 'd', mode: DIR }], '.d..t...... d attributes timeDiffers'],
    [[{ name: 'l', mode: LINK, link: Buffer.from('x') }], [{ name: 'l', mode: LINK, link: Buffer.from('y') }], 'cLc........ l update linkDiffers'],
    [[{ name: 'a', mode: LINK, link: Buffer.from('x') }], [{ name: 'a' }], 'cL+++++++++ a update typeDiffers'],
  ] as [Short[], Short[], string][])('%j against %j: %s', (left, right, expected) => { expect(compare(left, right).shown).toEqual([expected]); });

  it('a folder where a file was, and a file where a folder was, are one update each; what is in the folder goes first', () => {
    expect(compare([{ name: 'x', mode: DIR }, { name: 'x/a' }], [{ name: 'x' }]).shown).toEqual(['cd+++++++++ x update typeDiffers', '>f+++++++++ x/a copy onlyLeft']);
    expect(compare([{ name: 'x' }], [{ name: 'x', mode: DIR }, { name: 'x/a' }]).shown).toEqual(['>f+++++++++ x update typeDiffers', '*deleting   x/a delete onlyRight']);
  });

  it('without delete what is only on the right stays', () => { expect(compare([], [{ name: 'a' }], { delete: false }).rows).toEqual([]); });

  it('when the left was not wholly read nothing is deleted and that is said, the unread being rows that failed', () => {
    const problem = { path: Buffer.from('closed'), error: { code: 'FILE_UNREADABLE' as const, params: { path: 'closed', reason: 'EACCES' } } };
    const { rows, totals } = compare([], [{ name: 'a' }], {}, {}, { ioError: true, problems: [problem] });
    expect(totals.deletesOff).toBe(true);
    expect(rows).toMatchObject([{ action: 'none', reason: 'unreadable', state: 'failed', error: { code: 'FILE_UNREADABLE' } }]);
  });

  it('update leaves what is newer on the right: a row that is skipped', () => {
    expect(compare([{ name: 'a', mtime: 99, size: 5 }], [{ name: 'a' }], { update: true }).rows).toMatchObject([{ action: 'update', reason: 'rightNewer', decision: 'skip' }]);
    expect(compare([{ name: 'a', mtime: 101 }], [{ name: 'a' }], { update: true }).rows).toMatchObject([{ decision: 'do' }]);
  });

  it('by checksum equal times do not hide a change, and equal content with another time is an attribute', () => {
    const [one, two] = [Buffer.from('1'), Buffer.from('2')];
    expect(compare([{ name: 'a', digest: one }], [{ name: 'a', digest: two }], { checksum: true }).shown).toEqual(['>fc........ a update contentDiffers']);
    expect(compare([{ name: 'a', digest: one, mtime: 5 }], [{ name: 'a', digest: one }], { checksum: true }).shown).toEqual(['.f..t...... a attributes timeDiffers']);
    expect(compare([{ name: 'a', digest: one, size: 3 }], [{ name: 'a' }], { checksum: true }).shown).toEqual(['>fcs....... a update sizeDiffers']);
  });

  it('attributes that are not kept do not count; a transfer without times says T', () => {
    expect(compare([{ name: 'a', mode: 0o100600, uid: 3, gid: 4 }], [{ name: 'a' }], { perms: false, owner: false, group: false }).rows).toEqual([]);
    expect(compare([{ name: 'd', mode: DIR, mtime: 5 }], [{ name: 'd', mode: DIR }], { times: false }).rows).toEqual([]);
    expect(compare([{ name: 'a', mtime: 5 }], [{ name: 'a' }], { times: false }).shown).toEqual(['>f..T...... a update rightNewer']);
  });

  it('owner counts only where the right side is root, group where it may set it', () => {
    expect(compare([{ name: 'a', uid: 3 }], [{ name: 'a' }], {}, { rightIsRoot: false }).rows).toEqual([]);
    expect(compare([{ name: 'a', gid: 3 }], [{ name: 'a' }], {}, { rightIsRoot: false, rightGroups: new Set([3]) }).rows.length).toBe(1);
    expect(compare([{ name: 'a', gid: 3 }], [{ name: 'a' }], {}, { rightIsRoot: false, rightGroups: new Set([9]) }).rows).toEqual([]);
  });

  it('owners are compared by name where both sides have one', () => {
    const names = (map: Record<number, string>) => ({ userName: (id: number) => map[id] ?? null });
    const rows = (left: Record<number, string>, right: Record<number, string>): number => {
      const { rows: found } = compareLists(side([{ name: 'a', uid: 1 }], names(left)), side([{ name: 'a', uid: 2 }], names(right)), { sync: SYNC, rightIsRoot: true, rightGroups: null, arrow: '>' });
      return [...found].length;
    };
    expect(rows({ 1: 'jo' }, { 2: 'jo' })).toBe(0);
    expect(rows({ 1: 'jo' }, { 2: 'al' })).toBe(1);
    expect(rows({ 1: 'jo' }, {})).toBe(1);
  });

  it('kinds that are not kept are neither copied nor deleted', () => {
    expect(compare([{ name: 'l', mode: LINK, link: Buffer.from('x') }], [{ name: 'l', mode: LINK, link: Buffer.from('y') }], { links: false }).rows).toEqual([]);
    expect(compare([{ name: 'p', mode: 0o010644 }], [], { devices: false }).rows).toEqual([]);
  });
});
