// Our pull from stock `rsync --server --sender`: what it leaves, what it costs, how it ends when something breaks.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ErrorInfo } from '../../preload/contract/errors.ts';
import { FilterRules } from '../../main/engines/sync/filter/rules.ts';
import type { FileList } from '../../main/engines/sync/flist/file-list.ts';
import type { SessionTotals } from '../../main/engines/sync/sessions/events.ts';
import { DEFAULT_OPTIONS, type TransferOptions } from '../../main/engines/sync/sessions/options.ts';
import { pull, type PullRequest } from '../../main/engines/sync/sessions/pull.ts';
import { ChildShell } from '../../main/engines/sync/transport/child-shell.ts';
import type { RemoteProcess, RemoteShell } from '../../main/engines/sync/transport/remote-process.ts';
import { WorkerPool } from '../../main/engines/sync/workers/pool.ts';
import { changeBlocks, diffTrees, makeTree, walk, writeBig } from '../fixtures/tree.ts';
import { differences, hasRsync } from './support/stock-rsync.ts';

const shell = new ChildShell();
const ALL: TransferOptions = { ...DEFAULT_OPTIONS, devices: true, specials: true };
const BOTH = [31, 32] as const;

describe.skipIf(!hasRsync())('a pull from stock rsync (needs rsync)', () => {
  const top = mkdtempSync(join(tmpdir(), 'sluice-pull-'));
  const tree = join(top, 'tree');
  let place = '';
  let source = '';
  let target = '';
  beforeAll(() => {
    makeTree(tree);
    spawnSync('mkfifo', [join(tree, 'pipe')]);
  });
  beforeEach(() => {
    place = mkdtempSync(join(top, 'case-'));
    [source, target] = [join(place, 'source'), join(place, 'target')];
    mkdirSync(source);
    mkdirSync(target);
  });
  afterEach(() => { rmSync(place, { recursive: true, force: true }); });
  afterAll(() => { rmSync(top, { recursive: true, force: true }); });

  interface Outcome { readonly totals: SessionTotals; readonly items: [string, number][]; readonly failed: [string, string][]; readonly done: number }
  async function run(from: string, options: Partial<TransferOptions> = {}, more: Partial<PullRequest> = {}, through: RemoteShell = shell, signal?: AbortSignal): Promise<Outcome> {
    let list: FileList | null = null;
    const name = (ndx: number): string => list?.name(ndx).toString('latin1') ?? '';
    const items: [string, number][] = [];
    const failed: [string, string][] = [];
    let done = 0;
    const { events, listed, ...rest } = more;
    const totals = await pull(through, {
      source: Buffer.from(`${from}/`), root: Buffer.from(target), options: { ...ALL, ...options }, host: 'here',
      listed: async (received, ioError) => { list = received; await listed?.(received, ioError); },
      events: {
        ...events,
        item: (ndx, flags) => { items.push([name(ndx), flags]); }, fileDone: (ndx) => { done += 1; events?.fileDone?.(ndx); },
        fileFailed: (ndx, error: ErrorInfo) => { failed.push([name(ndx), error.code]); },
      },
      ...rest,
    }, signal);
    return { totals, items, failed, done };
  }

  describe.each(BOTH)('protocol %i', (protocol) => {
    it.each<[string, Partial<TransferOptions>]>([
      ['-a', {}], ['-az', { compress: true }], ['-ac', { checksum: true }], ['-aW', { wholeFile: true }], ['--inplace', { inplace: true }], ['--partial', { partial: true }], ['--numeric-ids', { numericIds: true }], ['with fsync', { fsync: true }],
    ])('R26 %s: the trees are alike by our walk and by rsync, and a second pull transfers nothing', async (_what, options) => {
      const first = await run(tree, options, { protocol });
      expect(first.failed).toEqual([]);
      expect(first.totals).toMatchObject({ exitCode: 0, ioError: 0, matched: 0 });
      expect(diffTrees(walk(tree), walk(target))).toEqual([]);
      expect(await differences(tree, target)).toBe('');
      const second = await run(tree, options, { protocol });
      expect(second.items).toEqual([]);
      expect(second.totals).toMatchObject({ literal: 0, matched: 0, exitCode: 0 });
    });

    it('R27 a dry run tells all and writes nothing', async () => {
      const { items, failed } = await run(tree, { dryRun: true }, { protocol });
      expect(failed).toEqual([]);
      expect(items.length).toBeGreaterThan(200);
      expect(readdirSync(target)).toEqual([]);
    });
  });

  it('R28 of 200 MB with 1 % of the 4 KiB blocks changed less than 12 % travels, sums made on another thread', async () => {
    const size = 200_000_000;
    writeBig(join(source, 'big'), size, 3);
    cpSync(join(source, 'big'), join(target, 'big'));
    changeBlocks(join(source, 'big'), 0.01, 4);
    utimesSync(join(source, 'big'), 1_700_000_000, 1_700_000_000);
    const pool = new WorkerPool(resolve('main/engines/sync/workers/worker.ts'));
    const { totals, failed } = await run(source, {}, { pool });
    await pool.close();
    expect(failed).toEqual([]);
    expect(totals.literal).toBeLessThan(size * 0.12);
    expect(totals.received).toBeLessThan(size * 0.12);
    expect(totals.literal + totals.matched).toBe(size);
    expect(execFileSync('cmp', [join(source, 'big'), join(target, 'big')]).length).toBe(0);
  });

  it.each<[string, Partial<TransferOptions>]>([['', {}], [' in place', { inplace: true }], [' compressed', { compress: true }]])('R29 a grown, cut and shifted file comes out right%s', async (_what, options) => {
    writeBig(join(target, 'f'), 3_000_000, 1);
    const old = readFileSync(join(target, 'f'));
    writeFileSync(join(source, 'f'), Buffer.concat([Buffer.from('front'), old.subarray(0, 1_000_000), old.subarray(1_200_000), old.subarray(0, 500_000)]));
    const { totals } = await run(source, options);
    expect(readFileSync(join(target, 'f')).equals(readFileSync(join(source, 'f')))).toBe(true);
    expect(totals.matched).toBeGreaterThan(options.inplace ? 1_000_000 : 3_000_000);
  });

  it('G23 -u leaves what is newer here, -I asks for everything, --size-only for nothing of equal size', async () => {
    writeFileSync(join(source, 'f'), 'theirs');
    writeFileSync(join(target, 'f'), 'mine!!');
    utimesSync(join(source, 'f'), 1000, 1000);
    await run(source, { update: true });
    expect(readFileSync(join(target, 'f'), 'utf8')).toBe('mine!!');
    await run(source, { sizeOnly: true, times: false });
    expect(readFileSync(join(target, 'f'), 'utf8')).toBe('mine!!');
    await run(source, {});
    expect(readFileSync(join(target, 'f'), 'utf8')).toBe('theirs');
    const again = await run(source, { ignoreTimes: true });
    expect(again.totals.matched + again.totals.literal).toBe(6);
  });

  it('G24 without -p new files obey the umask and old ones keep their mode', async () => {
    writeFileSync(join(source, 'new'), 'x');
    writeFileSync(join(source, 'old'), 'new text');
    writeFileSync(join(target, 'old'), 'x');
    chmodSync(join(source, 'new'), 0o777);
    chmodSync(join(target, 'old'), 0o604);
    await run(source, { perms: false });
    expect(statSync(join(target, 'new')).mode & 0o7777).toBe(0o777 & ~process.umask());
    expect(statSync(join(target, 'old')).mode & 0o7777).toBe(0o604);
  });

  it('R30 a file the far side cannot give is a row; the rest arrives', async () => {
    writeFileSync(join(source, 'gone'), 'x');
    writeFileSync(join(source, 'stays'), 'x');
    const { failed, totals } = await run(source, {}, { listed: () => { rmSync(join(source, 'gone')); } });
    expect(failed).toEqual([['gone', 'FILE_UNREADABLE']]);
    expect(totals.ioError).not.toBe(0);
    expect(readdirSync(target)).toEqual(['stays']);
  });

  it('R31 names that were not asked for end the session before anything is written (CVE-2022-29154)', async () => {
    writeFileSync(join(source, 'a'), 'x');
    writeFileSync(join(source, 'evil'), 'x');
    const rules = FilterRules.parse(['- evil']);
    await expect(run(source, {}, { allowed: (name, dir) => !rules.excludes(name, dir, 'sender') })).rejects.toMatchObject({ code: 'RSYNC_PROTOCOL' });
    expect(readdirSync(target)).toEqual([]);
  });

  it('R32 a link in the target that stands for a folder is replaced, never written through', async () => {
    const outside = join(place, 'outside');
    mkdirSync(outside);
    mkdirSync(join(source, 'd/e'), { recursive: true });
    writeFileSync(join(source, 'd/e/f'), 'x');
    symlinkSync(outside, join(target, 'd'));
    await run(source);
    expect(readdirSync(outside)).toEqual([]);
    expect(lstatSync(join(target, 'd')).isDirectory()).toBe(true);
    expect(readFileSync(join(target, 'd/e/f'), 'utf8')).toBe('x');
  });

  it('G25 only what the plan decides is touched', async () => {
    for (const name of ['one', 'two', 'three']) writeFileSync(join(source, name), name);
    writeFileSync(join(target, 'two'), 'as it was');
    let names: FileList | null = null;
    const changed: ErrorInfo = { code: 'FILE_CHANGED', params: { path: 'two' } };
    const { failed, items } = await run(source, {}, {
      listed: (list) => { names = list; },
      decide: (ndx) => { const name = names?.name(ndx).toString(); return name === 'one' ? 'go' : name === 'two' ? changed : 'skip'; },
    });
    expect(failed).toEqual([['two', 'FILE_CHANGED']]);
    expect(items.map(([name]) => name)).toEqual(['one']);
    expect(readdirSync(target).sort()).toEqual(['one', 'two']);
    expect(readFileSync(join(target, 'two'), 'utf8')).toBe('as it was');
  });

  /** Kills the far side when so many bytes of its output have come. */
  const cutAfter = (bytes: number): RemoteShell => ({
    exec: async (argv, signal): Promise<RemoteProcess> => {
      const process = await shell.exec(argv, signal);
      let seen = 0;
      const read = process.stdout.read.bind(process.stdout);
      process.stdout.read = (size?: number): unknown => {
        const chunk = read(size) as Buffer | null;
        seen += chunk?.length ?? 0;
        if (seen > bytes) process.kill();
        return chunk;
      };
      return process;
    },
  });

  it.each([false, true])('R33 a connection cut in the middle of a file: an error, and under its name stands the old file or (--partial %s) the part that came', async (partial) => {
    writeBig(join(source, 'big'), 60_000_000, 5);
    writeFileSync(join(target, 'big'), 'old');
    await expect(run(source, { partial }, {}, cutAfter(20_000_000))).rejects.toMatchObject({ code: expect.stringMatching(/^(RSYNC_|SSH_LOST)/) as string });
    expect(readdirSync(target)).toEqual(['big']);
    if (!partial) expect(readFileSync(join(target, 'big'), 'utf8')).toBe('old');
    else expect(statSync(join(target, 'big')).size).toBeGreaterThan(1_000_000);
    const { totals } = await run(source);
    expect(readFileSync(join(target, 'big')).equals(readFileSync(join(source, 'big')))).toBe(true);
    expect(totals.matched > 0).toBe(partial);
  });

  it('R34 an abort ends the session at once and leaves no temporary file', async () => {
    writeBig(join(source, 'big'), 60_000_000, 6);
    const control = new AbortController();
    await expect(run(source, {}, { events: { fileProgress: () => { control.abort(); } } }, shell, control.signal)).rejects.toMatchObject({ code: 'RUN_STOPPED' });
    expect(readdirSync(target)).toEqual([]);
  });

  it('R35 a file that shrinks while it is sent arrives as it was or is told; never half under its name', async () => {
    writeBig(join(source, 'big'), 30_000_000, 7);
    let cut = false;
    const { failed } = await run(source, {}, { events: { fileProgress: () => { if (!cut) { cut = true; truncateSync(join(source, 'big'), 100); } } } });
    const there = existsSync(join(target, 'big')) ? statSync(join(target, 'big')).size : -1;
    expect(failed.length > 0 ? there : [100, 30_000_000].includes(there)).toBe(failed.length > 0 ? -1 : true);
  });
});
