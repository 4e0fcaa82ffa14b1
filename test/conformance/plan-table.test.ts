// One suite for every PlanTable: in memory and in SQLite.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryPlanTable } from '../../main/engines/sync/plan/memory-plan-table.ts';
import { shownRow, type NewRow, type PlanTable, type RowSide } from '../../main/engines/sync/plan/plan-table.ts';
import { SqlitePlanTable } from '../../main/store/plans.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-plans-'));
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });
let count = 0;

const side = (size: number, more: Partial<RowSide> = {}): RowSide => ({ kind: 'file', size, mtime: 1_700_000_000, nsec: 123_456_789, mode: 0o100644, owner: 'me:us', link: null, ...more });
const row = (path: string | Buffer, action: NewRow['action'], more: Partial<NewRow> = {}): NewRow => ({
  path: Buffer.from(path as string), action, reason: action === 'delete' ? 'onlyRight' : 'onlyLeft', itemize: '>f+++++++++', decision: 'do',
  left: action === 'delete' ? null : side(10), right: action === 'copy' ? null : side(3), state: 'pending', error: null, ...more,
});
/** In rsync's order: files of a folder first, then its folders, each with what it holds. */
const TREE = [
  row('a.txt', 'copy'), row('B_100%.txt', 'update'), row('d', 'copy', { left: side(4096, { kind: 'dir', mode: 0o40755 }) }), row('d/e.txt', 'copy'), row('d/f', 'copy', { left: side(4096, { kind: 'dir' }) }),
  row('d/f/g.txt', 'copy'), row('d-', 'attributes'), row('old.txt', 'delete'), row(Buffer.from([0x7a, 0xff]), 'delete'),
];

describe.each([
  ['memory', () => new MemoryPlanTable()],
  ['sqlite', () => new SqlitePlanTable(join(folder, `${count++}.sqlite`))],
] as [string, () => PlanTable][])('PlanTable in %s', (_name, make) => {
  let table: PlanTable;
  beforeEach(() => {
    table = make();
    table.create({ planId: 'p', syncId: 's', createdAt: 5 });
    table.insert('p', TREE.slice(0, 4));
    table.insert('p', TREE.slice(4));
  });
  afterEach(() => { table.close(); });
  const paths = (chip: Parameters<PlanTable['window']>[1], search = ''): string[] => table.window('p', chip, search, 0, 100).rows.map((found) => shownRow(found).path);

  it('gives back what was put in, bytes of names and of links included', () => {
    table.create({ planId: 'q', syncId: 's', createdAt: 1 });
    const link = row(Buffer.from([0x61, 0xfe, 0x0a]), 'copy', { left: side(2, { kind: 'link', link: Buffer.from([0xff, 0x62]) }), error: null });
    table.insert('q', [link]);
    const [found] = table.window('q', 'all', '', 0, 1).rows;
    expect(Buffer.from(found?.path ?? []).toString('hex')).toBe('61fe0a');
    expect(Buffer.from(found?.left?.link ?? []).toString('hex')).toBe('ff62');
    expect({ ...found?.left, link: null }).toEqual(side(2, { kind: 'link' }));
    expect(found?.right).toBeNull();
    expect(found && shownRow(found).path).toBe('a\\xFE\\x0A');
  });

  it('numbers rows densely over several inserts and windows them in order', () => {
    const { rows, total } = table.window('p', 'all', '', 3, 4);
    expect(total).toBe(TREE.length);
    expect(rows.map((found) => found.id)).toEqual([3, 4, 5, 6]);
  });

  it('counts by chip and sums the bytes of files that will move', () => {
    expect(table.info('p')).toMatchObject({ rows: 9, bytes: 40, counts: { copy: 5, update: 1, attributes: 1, delete: 2, skipped: 0, error: 0 } });
  });

  it('windows by chip and by text, the wildcards of SQL being plain characters', () => {
    expect(paths('delete')).toEqual(['old.txt', 'z\\xFF']);
    expect(paths('all', 'TXT')).toEqual(['a.txt', 'B_100%.txt', 'd/e.txt', 'd/f/g.txt', 'old.txt']);
    expect(paths('all', '0%.')).toEqual(['B_100%.txt']);
    expect(paths('all', '_')).toEqual(['B_100%.txt']);
    expect(paths('copy', 'd/')).toEqual(['d/e.txt', 'd/f', 'd/f/g.txt']);
    expect(table.window('p', 'copy', '', 3, 10)).toMatchObject({ total: 5, rows: [{ id: 4 }, { id: 5 }] });
  });

  it('a skipped row leaves its chip and its bytes; the revision and the token move', () => {
    const before = table.info('p');
    table.decide('p', { rows: [0], below: false }, 'skip');
    const after = table.info('p');
    expect(after).toMatchObject({ bytes: 30, rev: 1, counts: { copy: 4, skipped: 1 } });
    expect(after?.token).not.toBe(before?.token);
    expect(paths('skipped')).toEqual(['a.txt']);
  });

  it('a reversed copy deletes, a reversed delete copies back with the bytes of the right', () => {
    table.decide('p', { rows: [0, 7], below: false }, 'reverse');
    expect(table.info('p')).toMatchObject({ bytes: 33, counts: { copy: 5, delete: 2 } });
    expect(table.window('p', 'all', 'a.txt', 0, 1).rows.map(shownRow)).toMatchObject([{ action: 'delete', direction: 'backward' }]);
    expect(paths('delete')).toEqual(['a.txt', 'z\\xFF']);
  });

  it('deciding below a folder takes its whole subtree and no neighbour', () => {
    table.decide('p', { rows: [2], below: true }, 'skip');
    expect(paths('skipped')).toEqual(['d', 'd/e.txt', 'd/f', 'd/f/g.txt']);
  });

  it('deciding by chip takes the chip, and `all` takes everything', () => {
    table.decide('p', { chip: 'delete' }, 'skip');
    expect(paths('skipped')).toEqual(['old.txt', 'z\\xFF']);
    table.decide('p', { chip: 'all' }, 'do');
    expect(paths('skipped')).toEqual([]);
    expect(table.info('p')?.rev).toBe(2);
  });

  it('the same decisions on the same rows give the same token, states do not touch it', () => {
    const before = table.info('p')?.token;
    table.mark('p', [{ id: 0, state: 'done', error: null }]);
    expect(table.info('p')?.token).toBe(before);
    const second = make();
    second.create({ planId: 'p', syncId: 's', createdAt: 99 });
    second.insert('p', TREE.slice(0, 4));
    second.insert('p', TREE.slice(4));
    expect(second.info('p')?.token).toBe(before);
    second.close();
  });

  it('pending gives what is left to do, in order, from an id on', () => {
    table.decide('p', { rows: [1], below: false }, 'skip');
    table.mark('p', [{ id: 0, state: 'done', error: null }, { id: 3, state: 'failed', error: { code: 'FILE_VANISHED', params: { path: 'd/e.txt' } } }]);
    expect(table.pending('p', 0, 3).map((found) => found.id)).toEqual([2, 4, 5]);
    expect(table.pending('p', 6, 10).map((found) => found.id)).toEqual([6, 7, 8]);
  });

  it('failed and re-check rows stand under errors with their error, and keep their decision', () => {
    table.mark('p', [{ id: 3, state: 'recheck', error: { code: 'FILE_CHANGED', params: { path: 'd/e.txt' } } }]);
    table.decide('p', { chip: 'all' }, 'skip');
    expect(table.window('p', 'error', '', 0, 5).rows).toMatchObject([{ id: 3, state: 'recheck', decision: 'do', error: { code: 'FILE_CHANGED' } }]);
    expect(table.info('p')?.counts).toMatchObject({ error: 1, skipped: 8 });
  });

  it('keeps the head: state, seen, same, error', () => {
    table.update('p', { state: 'ready', seen: { left: 7, right: 8 }, same: 3, scannedAt: 44 });
    table.update('p', { error: { code: 'APP_CANCELLED', params: {} } });
    expect(table.info('p')).toMatchObject({ planId: 'p', syncId: 's', createdAt: 5, scannedAt: 44, state: 'ready', seen: { left: 7, right: 8 }, same: 3, error: { code: 'APP_CANCELLED' } });
    table.update('p', { error: null });
    expect(table.info('p')?.error).toBeNull();
  });

  it('a plan made again is empty, a forgotten one unknown', () => {
    table.create({ planId: 'p', syncId: 's', createdAt: 6 });
    expect(table.info('p')).toMatchObject({ rows: 0, rev: 0, createdAt: 6 });
    table.create({ planId: 'other', syncId: 's', createdAt: 7 });
    expect(table.list().map((plan) => plan.planId)).toEqual(['p', 'other']);
    table.forget('p');
    table.forget('p');
    expect(table.info('p')).toBeNull();
    expect(() => table.insert('p', TREE)).toThrow(/STORE_NOT_FOUND/);
  });
});

it('a plan in SQLite is there after the file was closed and opened again', () => {
  const file = join(folder, 'again.sqlite');
  const first = new SqlitePlanTable(file);
  first.create({ planId: 'p', syncId: 's', createdAt: 5 });
  first.insert('p', TREE);
  const info = first.info('p');
  first.close();
  const second = new SqlitePlanTable(file);
  expect(second.info('p')).toEqual(info);
  second.close();
});
