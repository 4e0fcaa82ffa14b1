// `sluice sync` against stock rsync behind a real sshd, and stock rsync against `sluice` as its far side: trees end alike.
import { existsSync, mkdirSync, readFileSync, rmSync, lutimesSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeBlocks, diffTrees, makeTree, walk, writeBig } from '../fixtures/tree.ts';
import { peerProblem, startPeer, type RunningPeer } from '../peers/start-peer.ts';
import { commandPath, differences, rsync, run, sluice, workshop, type Ran, type Workshop } from './cli-support.ts';

const problem = peerProblem('sshd');
let sshd: RunningPeer<'sshd'>;
let shop: Workshop;
const at = (name: string): string => join(shop.dir, name);

async function alike(left: string, right: string): Promise<void> {
  expect(await differences(left, right)).toBe('');
  expect(diffTrees(walk(left), walk(right))).toEqual([]);
}

/** Good, and nothing on stderr. */
function good({ code, err }: Ran): void { expect({ code, err }).toEqual({ code: 0, err: '' }); }
const sentBytes = ({ out }: Ran): number => Number(/Total bytes sent: ([\d,]+)/.exec(out)?.[1]?.replaceAll(',', ''));
const receivedBytes = ({ out }: Ran): number => Number(/Total bytes received: ([\d,]+)/.exec(out)?.[1]?.replaceAll(',', ''));

beforeAll(async () => {
  if (problem !== null) return;
  sshd = await startPeer('sshd');
  shop = workshop(sshd);
});
afterAll(async () => { shop?.end(); await sshd?.stop(); });

describe.skipIf(problem !== null)(`sluice sync over SSH${problem === null ? '' : ` (${problem})`}`, () => {
  it('20,000 small files and a 200 MB file are pushed and pulled alike, and a second run transfers nothing', async () => {
    const [tree, pushed, pulled] = [at('many'), at('many-pushed'), at('many-pulled')];
    makeTree(tree, { files: 20_000, big: 200 * 1024 * 1024 });
    good(await sluice(['sync', '-a', '--no-fsync', `${tree}/`, `far:${pushed}`], { env: shop.env }));
    await alike(tree, pushed);
    good(await sluice(['sync', '-a', '--no-fsync', `far:${pushed}/`, pulled], { env: shop.env }));
    await alike(tree, pulled);
    for (const words of [[`${tree}/`, `far:${pushed}`], [`far:${pushed}/`, pulled]]) {
      const again = await sluice(['sync', '-ai', '--delete', ...words], { env: shop.env });
      expect(again).toEqual({ code: 0, out: '', err: '' });
    }
    changeBlocks(join(tree, 'big.bin'), 0.01, 5);
    const delta = await sluice(['sync', '-a', '--stats', '--no-fsync', `${tree}/`, `far:${pushed}`], { env: shop.env });
    good(delta);
    expect(sentBytes(delta)).toBeLessThan(0.12 * 200 * 1024 * 1024);
    const back = await sluice(['sync', '-a', '--stats', '--no-fsync', `far:${pushed}/`, pulled], { env: shop.env });
    good(back);
    expect(receivedBytes(back)).toBeLessThan(0.12 * 200 * 1024 * 1024);
    await alike(tree, pulled);
    for (const path of [tree, pushed, pulled]) rmSync(path, { recursive: true });
  }, 400_000);

  describe.each([['push', (from: string, to: string) => [from, `far:${to}`]], ['pull', (from: string, to: string) => [`far:${from}`, to]], ['local', (from: string, to: string) => [from, to]]] as const)('%s', (direction, places) => {
    let tree: string;
    beforeAll(() => { tree = at(`tree-${direction}`); makeTree(tree, { files: 300, seed: 7 }); });
    const sync = (options: readonly string[], from: string, to: string): Promise<Ran> => sluice(['sync', ...options, ...places(from, to)], { env: shop.env });

    it.each([['-az'], ['-ac'], ['-aW'], ['-a --inplace'], ['-a --partial'], ['-aI --size-only']])('%s copies all of it', async (options) => {
      const to = at(`options-${direction}`);
      good(await sync(options.split(' '), `${tree}/`, to));
      await alike(tree, to);
      rmSync(to, { recursive: true });
    });

    it('SRC goes in as a folder, SRC/ as what is in it', async () => {
      const to = at(`slash-${direction}`);
      mkdirSync(to);
      good(await sync(['-a'], tree, to));
      await alike(tree, join(to, `tree-${direction}`));
      const inside = at(`slashed-${direction}`);
      good(await sync(['-a'], `${tree}/.`, inside));
      await alike(tree, inside);
    });

    it('a file goes onto a name, and into a folder', async () => {
      const [to, folder] = [at(`one-${direction}`), at(`folder-${direction}/`)];
      good(await sync(['-a'], join(tree, 'sparse.img'), to));
      good(await sync(['-a'], join(tree, 'sparse.img'), folder));
      for (const copy of [to, join(folder, 'sparse.img')]) expect(readFileSync(copy).equals(readFileSync(join(tree, 'sparse.img')))).toBe(true);
    });

    it('--delete removes what the source lacks, spares what a filter hides, and -u leaves what is newer', async () => {
      const to = at(`delete-${direction}`);
      good(await sync(['-a'], `${tree}/`, to));
      mkdirSync(join(to, 'extra/deep'), { recursive: true });
      for (const name of ['extra/deep/a', 'extra/keep.o', 'gone', 'd0000/gone']) writeFileSync(join(to, name), 'x');
      writeFileSync(join(to, 'd0000/f1.o'), 'newer');
      writeFileSync(join(to, 'd0000/f4.txt'), 'newer');
      utimesSync(join(to, 'd0000/f4.txt'), 2e9, 2e9);
      good(await sync(['-au', '--delete', '--exclude=*.o'], `${tree}/`, to));
      expect(['extra/deep', 'extra/keep.o', 'gone', 'd0000/gone'].map((name) => existsSync(join(to, name)))).toEqual([false, true, false, false]);
      expect([readFileSync(join(to, 'd0000/f1.o'), 'utf8'), readFileSync(join(to, 'd0000/f4.txt'), 'utf8')]).toEqual(['newer', 'newer']);
    });

    it('what is left out is what stock rsync leaves out', async () => {
      const [ours, theirs] = [at(`filter-${direction}`), at(`filter-stock-${direction}`)];
      const rules = ['--include=*/', '--include=*.txt', '--exclude=/d0000/d0001/', '--exclude=*'];
      good(await sync(['-a', ...rules], `${tree}/`, ours));
      good(await rsync(['-a', ...rules, `${tree}/`, theirs]));
      await alike(theirs, ours);
    });

    it('several sources meet in one folder', async () => {
      const [ours, theirs] = [at(`several-${direction}`), at(`several-stock-${direction}`)];
      const sources = [`${tree}/d0000/`, `${tree}/links`, `${tree}/sparse.img`];
      const words = direction === 'pull' ? [...sources.map((path) => `far:${path}`), ours] : [...sources, direction === 'push' ? `far:${ours}` : ours];
      good(await sluice(['sync', '-a', ...words], { env: shop.env }));
      good(await rsync(['-a', ...sources, theirs]));
      await alike(theirs, ours);
    });
  });

  it('-e starts the named program with its words, without a shell', async () => {
    const tree = at('tree-push');
    const to = at('rsh');
    good(await sluice(['sync', '-a', '-e', shop.ssh, `${tree}/`, `${sshd.host}:${to}`], { env: shop.env }));
    await alike(tree, to);
  });

  it('a far name with spaces, quotes and wildcards is one name', async () => {
    const to = at("odd 'name' $(x) *");
    good(await sluice(['sync', '-a', `${at('tree-push')}/`, `far:${to}`], { env: shop.env }));
    await alike(at('tree-push'), to);
  });

  it('a local source whose name is no UTF-8 is found by its bytes', async () => {
    const dir = at('bytes');
    mkdirSync(dir);
    const name = Buffer.concat([Buffer.from(`${dir}/`), Buffer.from([0xe9, 0xff])]);
    writeFileSync(name, 'bytes');
    // Node cannot pass such a word: a shell makes it.
    const script = `exec "$0" --no-warnings "$1" sync -a "$2/$(printf '\\351\\377')" "$2/out/"`;
    good(await run('/bin/sh', ['-c', script, process.execPath, join(import.meta.dirname, '../../main/cli.ts'), dir]));
    expect(readFileSync(Buffer.concat([Buffer.from(`${dir}/out/`), Buffer.from([0xe9, 0xff])]), 'utf8')).toBe('bytes');
  });
});

describe.skipIf(problem)(`stock rsync with --rsync-path=sluice${problem ? ` (${problem})` : ''}`, () => {
  it('pushes to it and pulls from it, with deletions, deltas and compression', async () => {
    const [tree, pushed, pulled] = [at('stock'), at('stock-pushed'), at('stock-pulled')];
    makeTree(tree, { files: 500, seed: 3 });
    writeBig(join(tree, 'delta.bin'), 3_000_000, 4);
    utimesSync(tree, 1_600_000_000, 1_600_000_000); // not of this second, in which rsync sees no difference
    const words = ['-e', shop.ssh, `--rsync-path=${commandPath(shop.dir)}`];
    good(await rsync([...words, '-a', `${tree}/`, `${sshd.host}:${pushed}`]));
    await alike(tree, pushed);
    good(await rsync([...words, '-az', `${sshd.host}:${tree}/`, pulled]));
    await alike(tree, pulled);
    changeBlocks(join(tree, 'delta.bin'), 0.01, 6);
    utimesSync(join(tree, 'delta.bin'), 1_700_000_000, 1_700_000_000);
    rmSync(join(tree, 'd0000/d0001/d0002'), { recursive: true });
    symlinkSync('x', join(tree, 'new-link'));
    lutimesSync(join(tree, 'new-link'), 1_600_000_400, 1_600_000_400);
    for (const changed of [tree, join(tree, 'd0000/d0001')]) utimesSync(changed, 1_600_000_500, 1_600_000_500);
    const delta = await rsync([...words, '-az', '--delete', '--stats', `${tree}/`, `${sshd.host}:${pushed}`]);
    good(delta);
    expect(sentBytes(delta)).toBeLessThan(600_000);
    good(await rsync([...words, '-a', '--delete', `${sshd.host}:${tree}/`, pulled]));
    await alike(tree, pushed);
    await alike(tree, pulled);
  });
});
