import { describe, expect, it } from 'vitest';
import type { Api } from '../../../../renderer/data/api.ts';
import { ZnodeModel } from '../../../../renderer/features/cluster/znode-model.ts';
import type { ZnodeStat } from '../../../../preload/contract/cluster.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';

const STAT: ZnodeStat = { czxid: 1, mzxid: 1, pzxid: 1, ctime: 0, mtime: 0, version: 0, cversion: 0, aversion: 0, owner: '0x0', size: 0, children: 1, mark: 'persistent', ttlMs: null, sequential: false };

/** A cluster in memory; every answer takes a turn, and `down` makes it fail. */
function make(tree: Record<string, string[]>) {
  const asked: { path: string; offset: number }[] = [];
  const state = { down: false };
  const api = {
    'znodes.children': async ({ path, filter = '', offset, limit, locate = [] }: { path: string; filter?: string; offset: number; limit: number; locate?: string[] }) => {
      asked.push({ path, offset });
      await Promise.resolve();
      if (state.down) throw SluiceError.of('COORD_CONNECT', { hosts: 'x', reason: 'down' });
      const names = tree[path];
      if (!names) throw SluiceError.of('COORD_KEEPER', { error: 'NoNode', path });
      const found = names.filter((name) => name.includes(filter)).sort();
      return { children: found.slice(offset, offset + limit).map((name) => ({ name, stat: STAT })), total: found.length, of: names.length, places: locate.map((name) => found.indexOf(name)) };
    },
  } as unknown as Api;
  const model = new ZnodeModel('c', async () => api);
  const settle = (): Promise<void> => new Promise((done) => { setTimeout(done, 5); });
  const rows = (): string[] => Array.from({ length: Math.min(model.count, 60) }, (_, i) => { const row = model.row(i); return row ? `${' '.repeat(row.depth)}${row.kind === 'node' ? row.name : `(${row.kind})`}` : 'null'; });
  return { model, asked, state, tree, settle, rows };
}
const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `i${String(i).padStart(6, '0')}`);

describe('the tree of znodes', () => {
  it('opens branch by branch, closes with all below, and an empty branch says so', async () => {
    const t = make({ '/': ['a', 'b'], '/a': ['x', 'y'], '/a/x': [], '/b': ['z'] });
    await t.settle();
    t.model.open('/a');
    t.model.open('/a/x');
    await t.settle();
    expect(t.rows()).toEqual(['/', ' a', '  x', '   (empty)', '  y', ' b']);
    t.model.open('/b');
    await t.settle();
    expect(t.rows()).toEqual(['/', ' a', '  x', '   (empty)', '  y', ' b', '  z']);
    expect(['/', '/a', '/a/x', '/a/y', '/b', '/b/z'].map((path) => t.model.indexOf(path))).toEqual([0, 1, 2, 4, 5, 6]);
    t.model.close('/a');
    expect(t.rows()).toEqual(['/', ' a', ' b', '  z']);
    expect(t.model.indexOf('/a/y')).toBe(-1);
  });

  it('of 300,000 children only the pages in view are asked for, and an open one far down stands in its place', async () => {
    const t = make({ '/': ['big', 'z'], '/big': numbered(300_000), '/big/i250000': ['deep'], '/z': [] });
    await t.settle();
    t.model.open('/big');
    await t.settle();
    expect(t.model.count).toBe(300_003);
    expect(t.model.row(200_002)?.kind).toBe('loading');
    t.model.view(200_000, 200_040);
    await t.settle();
    expect(t.model.row(200_002)?.name).toBe('i200000');
    t.model.reveal('/big/i250000/deep');
    await t.settle();
    expect(t.model.indexOf('/big/i250000')).toBe(250_002);
    expect(t.model.indexOf('/big/i250000/deep')).toBe(250_003);
    expect(t.model.row(300_003)?.name).toBe('z');
    expect(t.asked.length).toBeLessThan(12);
  });

  it('keeps what is open, and what is shown, through a lost session; reads it again when told', async () => {
    const t = make({ '/': ['a', 'b'], '/a': ['x', 'y'], '/a/x': ['deep'] });
    await t.settle();
    t.model.reveal('/a/x/deep');
    await t.settle();
    const before = t.rows();
    expect(before).toEqual(['/', ' a', '  x', '   deep', '  y', ' b']);
    t.state.down = true;
    t.model.changed({ all: true, children: [], data: [], gone: [] });
    await t.settle();
    expect(t.rows()).toEqual(before);
    t.state.down = false;
    t.tree['/a'] = ['new', 'x', 'y'];
    t.model.changed({ all: true, children: [], data: [], gone: [] });
    await t.settle();
    expect(t.rows()).toEqual(['/', ' a', '  new', '  x', '   deep', '  y', ' b']);
    expect(t.model.indexOf('/a/x/deep')).toBe(4);
  });

  it('a branch that goes is shut; a change reads its folder and no other', async () => {
    const t = make({ '/': ['a', 'b'], '/a': ['x'], '/b': ['y'] });
    await t.settle();
    t.model.open('/a');
    t.model.open('/b');
    await t.settle();
    t.asked.length = 0;
    t.tree['/b'] = ['y', 'yy'];
    t.model.changed({ all: false, children: ['/b'], data: [], gone: [] });
    await t.settle();
    expect(t.asked.map((one) => one.path)).toEqual(['/b']);
    t.tree['/'] = ['b'];
    t.model.changed({ all: false, children: ['/'], data: [], gone: ['/a'] });
    await t.settle();
    expect(t.rows()).toEqual(['/', ' b', '  y', '  yy']);
  });

  it('a filter narrows one folder; an error stands where its children would', async () => {
    const t = make({ '/': ['apple', 'banana', 'cherry'], '/banana': ['split'] });
    await t.settle();
    t.model.open('/banana');
    await t.settle();
    t.model.filter('/', 'an');
    await t.settle();
    expect(t.rows()).toEqual(['/', ' banana', '  split']);
    expect(t.model.totals('/')).toEqual({ total: 1, of: 3 });
    t.model.filter('/', 'ch');
    await t.settle();
    expect(t.rows()).toEqual(['/', ' cherry']);
    t.model.filter('/', '');
    await t.settle();
    expect(t.rows()).toEqual(['/', ' apple', ' banana', '  split', ' cherry']);
    t.model.open('/cherry');
    await t.settle();
    expect(t.rows().slice(-2)).toEqual([' cherry', '  (error)']);
  });
});
