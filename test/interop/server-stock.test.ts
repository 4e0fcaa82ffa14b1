// Stock rsync as the client, our server as its far side, in both directions.
import { chmodSync, existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changeBlocks, diffTrees, makeTree, walk, writeBig } from '../fixtures/tree.ts';
import { differences, hasRsync, ourServer, rsync } from './support/stock-rsync.ts';

describe.skipIf(!hasRsync())('our server behind a stock rsync client (needs rsync)', () => {
  const top = mkdtempSync(join(tmpdir(), 'sluice-server-'));
  const source = join(top, 'source');
  let place = '';
  let far: string[] = [];
  beforeAll(() => { makeTree(source); far = ourServer(top); });
  beforeEach(() => { place = mkdtempSync(join(top, 'case-')); });
  afterAll(() => { rmSync(top, { recursive: true, force: true }); });

  /** The client's words for a push or a pull between `from` and `to`. */
  const push = (from: string, to: string): string[] => [from, `x:${to}`];
  const pull = (from: string, to: string): string[] => [`x:${from}`, to];

  describe.each([{ role: 'receiver', words: push }, { role: 'sender', words: pull }])('as $role', ({ words }) => {
    it.each([
      { name: 'protocol 32', options: [] }, { name: 'protocol 31', options: ['--protocol=31'] }, { name: 'protocol 30 (whole seconds)', options: ['--protocol=30'] },
      { name: '-z by negotiation', options: ['-z'] }, { name: '-z as zlibx', options: ['--new-compress'] }, { name: '-c', options: ['-c'] },
      { name: '-W', options: ['-W'] }, { name: '--inplace', options: ['--inplace'] }, { name: '--numeric-ids', options: ['--numeric-ids'] },
      { name: 'md5 by choice', options: ['--checksum-choice=md5'] }, { name: 'xxh64 by choice', options: ['--checksum-choice=xxh64'] },
    ])('G1 the trees are alike after -a with $name, and a second run finds nothing to do', async ({ options }) => {
      const target = join(place, 'target');
      const first = await rsync(['-a', ...options, ...far, ...words(`${source}/`, `${target}/`)]);
      expect(first).toEqual({ code: 0, out: '', err: '' });
      expect(await differences(source, target)).toBe('');
      expect(diffTrees(walk(source), walk(target), options.includes('--protocol=30') ? { timeSlackNs: 999_999_999n } : {})).toEqual([]);
      const second = await rsync(['-ai', ...options, ...far, ...words(`${source}/`, `${target}/`)]);
      expect(second).toEqual({ code: 0, out: '', err: '' });
    });

    it('G2 a dry run changes nothing and tells what a run would', async () => {
      const target = join(place, 'target');
      mkdirSync(target);
      const dry = await rsync(['-ani', ...far, ...words(`${source}/`, `${target}/`)]);
      expect(dry.code).toBe(0);
      expect(readdirSync(target)).toEqual([]);
      const run = await rsync(['-ai', ...far, ...words(`${source}/`, `${target}/`)]);
      expect(dry.out).toBe(run.out);
      expect(run.out).toContain('+++++++++ links/real');
    });

    it('M1 of a changed file only what changed travels', async () => {
      mkdirSync(join(place, 'a'));
      mkdirSync(join(place, 'b'));
      writeBig(join(place, 'a', 'big'), 8 << 20, 5);
      writeFileSync(join(place, 'b', 'big'), readFileSync(join(place, 'a', 'big')));
      changeBlocks(join(place, 'a', 'big'), 0.01, 6);
      const { code, out } = await rsync(['-a', '--no-W', '--stats', '-I', ...far, ...words(`${join(place, 'a')}/`, `${join(place, 'b')}/`)]);
      expect(code).toBe(0);
      const literal = Number(/Literal data: ([\d,]+)/.exec(out)?.[1]?.replaceAll(',', ''));
      expect(literal).toBeGreaterThan(0);
      expect(literal).toBeLessThan((8 << 20) * 0.03);
      expect(readFileSync(join(place, 'b', 'big')).equals(readFileSync(join(place, 'a', 'big')))).toBe(true);
    });

    it('G3 -u leaves what is newer at the target', async () => {
      mkdirSync(join(place, 'a'));
      mkdirSync(join(place, 'b'));
      writeFileSync(join(place, 'a', 'f'), 'older');
      writeFileSync(join(place, 'b', 'f'), 'newer!');
      utimesSync(join(place, 'a', 'f'), 1000, 1000);
      expect((await rsync(['-au', ...far, ...words(`${join(place, 'a')}/`, `${join(place, 'b')}/`)])).code).toBe(0);
      expect(readFileSync(join(place, 'b', 'f'), 'utf8')).toBe('newer!');
    });

    it('V11 excluded names stay where they are', async () => {
      const target = join(place, 'target');
      const { code } = await rsync(['-a', '--exclude=*.o', '--exclude=/perms', ...far, ...words(`${source}/`, `${target}/`)]);
      expect(code).toBe(0);
      const names = [...walk(target).keys()];
      expect(names.filter((name) => name.endsWith('.o') || name.startsWith('perms'))).toEqual([]);
      expect(names.some((name) => name.endsWith('.c'))).toBe(true);
    });

    it('G4 --delete removes what the source lacks and spares what is excluded', async () => {
      const target = join(place, 'target');
      expect((await rsync(['-a', ...far, ...words(`${source}/`, `${target}/`)])).code).toBe(0);
      writeFileSync(join(target, 'extra'), 'x');
      writeFileSync(join(target, 'keep.me'), 'x');
      mkdirSync(join(target, 'gone/deep'), { recursive: true });
      writeFileSync(join(target, 'gone/deep/f'), 'x');
      symlinkSync('/etc', join(target, 'gone/link'));
      const { code, out } = await rsync(['-ai', '--delete', '--exclude=keep.me', ...far, ...words(`${source}/`, `${target}/`)]);
      expect(code).toBe(0);
      expect(out.split('\n').filter((line) => line.startsWith('*deleting')).sort()).toEqual(['extra', 'gone/', 'gone/deep/', 'gone/deep/f', 'gone/link'].map((name) => `*deleting   ${name}`));
      expect(existsSync('/etc/passwd')).toBe(true);
      expect(readdirSync(target).filter((name) => name === 'keep.me')).toEqual(['keep.me']);
      rmSync(join(target, 'keep.me'));
      expect((await rsync(['-a', ...far, ...words(`${source}/`, `${target}/`)])).code).toBe(0);
      expect(await differences(source, target)).toBe('');
    });

    it('G5 a folder without a trailing slash goes in under its own name, a file under the name it is given', async () => {
      expect((await rsync(['-a', ...far, ...words(source, `${place}/`)])).code).toBe(0);
      expect(await differences(source, join(place, 'source'))).toBe('');
      expect((await rsync(['-a', ...far, ...words(join(source, 'links/real'), join(place, 'renamed'))])).code).toBe(0);
      expect(readFileSync(join(place, 'renamed'), 'utf8')).toBe('real\n');
    });
  });

  it.each(['--delete-before', '--delete-during', '--delete-after', '--delete-delay', '--delete-excluded'])('G6 %s ends like rsync\'s own', async (option) => {
    const [ours, theirs] = [join(place, 'ours'), join(place, 'theirs')];
    for (const target of [ours, theirs]) {
      mkdirSync(join(target, 'old/dir'), { recursive: true });
      writeFileSync(join(target, 'old/dir/f'), '');
      writeFileSync(join(target, 'spared.o'), '');
      mkdirSync(join(target, 'links')); // a folder of extra names beside wanted ones
      writeFileSync(join(target, 'links/extra'), '');
      mkdirSync(join(target, 'links/real')); // a folder where a file belongs
      writeFileSync(join(target, 'links/real/inside'), '');
    }
    const words = ['-a', option, '--exclude=*.o', `${source}/`];
    expect((await rsync([...words.slice(0, -1), ...far, ...push(`${source}/`, `${ours}/`)])).code).toBe(0);
    expect((await rsync([...words, `${theirs}/`])).code).toBe(0);
    expect(diffTrees(walk(theirs), walk(ours), { ignore: ['mtimeNs'] })).toEqual([]);
  });

  it('R1 a link inside the target is never written through', async () => {
    const outside = join(place, 'outside');
    mkdirSync(outside);
    mkdirSync(join(place, 'a/d'), { recursive: true });
    writeFileSync(join(place, 'a/d/f'), 'new');
    mkdirSync(join(place, 'b'));
    symlinkSync(outside, join(place, 'b/d'));
    expect((await rsync(['-a', ...far, ...push(join(place, 'a/'), join(place, 'b/'))])).code).toBe(0);
    expect(readdirSync(outside)).toEqual([]);
    expect(readFileSync(join(place, 'b/d/f'), 'utf8')).toBe('new');
    expect(statSync(join(place, 'b/d')).isDirectory()).toBe(true);
  });

  it('R2 what cannot be written is told, the rest arrives, and rsync ends with 23', async () => {
    mkdirSync(join(place, 'a'));
    writeFileSync(join(place, 'a/f'), 'x');
    writeFileSync(join(place, 'a/g'), 'x');
    mkdirSync(join(place, 'b/f/inside'), { recursive: true });
    const { code, err } = await rsync(['-a', ...far, ...push(join(place, 'a/'), join(place, 'b/'))]);
    expect(code).toBe(23);
    expect(err).toContain('"f"');
    expect(readFileSync(join(place, 'b/g'), 'utf8')).toBe('x');
  });

  it('V9 a source that does not exist is told, and rsync ends with 23', async () => {
    const { code, err } = await rsync(['-a', ...far, ...pull(join(place, 'nothing'), `${place}/`)]);
    expect(code).toBe(23);
    expect(err).toContain('No such file or directory');
  });

  it('V12 several sources of several folders come in one call', async () => {
    for (const [folder, name] of [['a', 'one'], ['b', 'two'], ['c', 'dir/three']] as const) {
      mkdirSync(join(place, folder, 'dir'), { recursive: true });
      writeFileSync(join(place, folder, name), name);
    }
    const target = join(place, 'target');
    const { code, err } = await rsync(['-a', ...far, `x:${join(place, 'a/one')}`, `:${join(place, 'b')}/`, `:${join(place, 'c/dir')}`, `${target}/`]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(readFileSync(join(target, 'one'), 'utf8')).toBe('one');
    expect(readFileSync(join(target, 'two'), 'utf8')).toBe('two');
    expect(readFileSync(join(target, 'dir/three'), 'utf8')).toBe('dir/three');
  });

  it.each([['-H'], ['-A'], ['-X'], ['-aR'], ['--backup'], ['--compare-dest=/tmp'], ['--max-delete=1', '--delete']])('V10 %s is refused by name, and nothing is written', async (...options) => {
    const target = join(place, 'target');
    const { code, err } = await rsync(['-a', ...options, ...far, ...push(`${source}/`, `${target}/`)]);
    expect(code).not.toBe(0);
    expect(err).toMatch(/the option -\S+ is not supported by this server/);
    expect(existsSync(target)).toBe(false);
  });

  it('R3 --partial is taken and -D makes fifos', async () => {
    mkdirSync(join(place, 'a'));
    const { spawnSync } = await import('node:child_process');
    expect(spawnSync('mkfifo', ['-m', '640', join(place, 'a/pipe')]).status).toBe(0);
    writeFileSync(join(place, 'a/one'), '1');
    linkSync(join(place, 'a/one'), join(place, 'a/two')); // without -H they are two files
    chmodSync(join(place, 'a/one'), 0o604);
    expect(await rsync(['-a', '--partial', ...far, ...push(join(place, 'a/'), join(place, 'b/'))])).toEqual({ code: 0, out: '', err: '' });
    expect(await differences(join(place, 'a'), join(place, 'b'))).toBe('');
    expect(statSync(join(place, 'b/pipe')).isFIFO()).toBe(true);
  });
});
