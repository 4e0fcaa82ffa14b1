// What `sluice sync` prints beside what stock rsync prints for the same work.
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTree } from '../fixtures/tree.ts';
import { peerProblem, startPeer, type RunningPeer } from '../peers/start-peer.ts';
import { rsync, sluice, workshop, type Workshop } from './cli-support.ts';

const problem = peerProblem('sshd');
let sshd: RunningPeer<'sshd'>;
let shop: Workshop;
let tree: string;

/** Figures that depend on the wire or the clock, blanked. */
function steady(out: string): string {
  return out.replace(/^sent \S+ bytes {2}received \S+ bytes {2}\S+ bytes\/sec$/m, 'sent N bytes  received N bytes  N bytes/sec').replace(/speedup is [\d,.]+/, 'speedup is N')
    .replace(/^(Total bytes (?:sent|received)|File list [a-z ]+|Literal data|Matched data): .*$/gm, '$1: N');
}

/** A target that holds a little of everything that differs. */
function olderCopy(path: string): void {
  makeTree(path, { files: 120 });
  writeFileSync(join(path, 'd0000/f1.o'), 'changed');
  chmodSync(join(path, 'd0000/f2.c'), 0o600);
  utimesSync(join(path, 'd0000/f3.dat'), 1e9, 1e9);
  unlinkSync(join(path, 'd0000/f5.o'));
  unlinkSync(join(path, 'links/to-file'));
  symlinkSync('elsewhere', join(path, 'links/to-file'));
  mkdirSync(join(path, 'extra/deeper'), { recursive: true });
  writeFileSync(join(path, 'extra/deeper/gone'), '');
  writeFileSync(join(path, 'extra line\nend'), '');
  rmSync(join(path, 'empty'), { recursive: true });
}

beforeAll(async () => {
  if (problem !== null) return;
  sshd = await startPeer('sshd');
  shop = workshop(sshd);
  tree = join(shop.dir, 'tree');
  makeTree(tree, { files: 120 });
});
afterAll(async () => { shop?.end(); await sshd?.stop(); });

describe.skipIf(problem !== null)(`the command line prints what rsync prints${problem === null ? '' : ` (${problem})`}`, () => {
  const directions = {
    local: (target: string) => ({ ours: [`${tree}/`, target], theirs: [`${tree}/`, target] }),
    push: (target: string) => ({ ours: [`${tree}/`, `far:${target}`], theirs: ['-e', shop.ssh, `${tree}/`, `${sshd.host}:${target}`] }),
    pull: (target: string) => ({ ours: [`far:${tree}/`, target], theirs: ['-e', shop.ssh, `${sshd.host}:${tree}/`, target] }),
  };
  const cases = Object.keys(directions).flatMap((direction) => ['-av', '-avn --delete', '-ai', '-aiv --delete', '-a --stats', '-avh', '-a', '-rv'].map((options) => [direction as keyof typeof directions, options] as const));

  // A pull prints transfers as they arrive and deletions first, and what is left out is named first: there the order is ours, the lines are rsync's.
  const lines = (direction: string, options: string, out: string): string => (direction === 'pull' || options === '-rv' ? steady(out).split('\n').sort().join('\n') : steady(out));

  it.each(cases)('%s %s onto an older copy', async (direction, options) => {
    const target = join(shop.dir, 'target');
    const words = directions[direction](target);
    const results: string[] = [];
    for (const [command, places] of [[sluice, ['sync', ...options.split(' '), ...words.ours]], [rsync, [...options.split(' '), ...words.theirs]]] as const) {
      rmSync(target, { recursive: true, force: true });
      olderCopy(target);
      const { code, out, err } = await command(places, { env: shop.env });
      expect({ code, err }).toEqual({ code: 0, err: '' });
      results.push(lines(direction, options, out));
    }
    expect(results[0]).toBe(results[1]);
  });

  it.each(cases.filter(([, options]) => ['-av', '-ai', '-a --stats', '-rv'].includes(options)))('%s %s into a folder that is not there', async (direction, options) => {
    const target = join(shop.dir, 'fresh');
    const words = directions[direction](target);
    const results: string[] = [];
    for (const [command, places] of [[sluice, ['sync', ...options.split(' '), ...words.ours]], [rsync, [...options.split(' '), ...words.theirs]]] as const) {
      rmSync(target, { recursive: true, force: true });
      const { code, out, err } = await command(places, { env: shop.env });
      expect({ code, err }).toEqual({ code: 0, err: '' });
      results.push(lines(direction, options, out));
    }
    expect(results[0]).toBe(results[1]);
  });

  it('a dry run into a folder that is not there makes nothing', async () => {
    for (const [direction, place] of Object.entries(directions)) {
      const target = join(shop.dir, `dry-${direction}`);
      const { code, out } = await sluice(['sync', '-avn', ...place(target).ours], { env: shop.env });
      expect({ code, named: out.includes('d0000/f1.o'), made: existsSync(target) }).toEqual({ code: 0, named: true, made: false });
    }
  });

  it('--json is one object a line, ending with the figures', async () => {
    const { code, out } = await sluice(['sync', '-a', '--json', `${tree}/`, join(shop.dir, 'json')]);
    const events = out.trim().split('\n').map((line) => JSON.parse(line) as { type: string; exitCode?: number; transferred?: number });
    expect(code).toBe(0);
    expect(events.at(-1)).toMatchObject({ type: 'end', exitCode: 0 });
    expect(events.filter(({ type }) => type === 'done')).toHaveLength(events.at(-1)?.transferred ?? -1);
  });

  it('--progress names each file with its size and 100%', async () => {
    const { code, out } = await sluice(['sync', '-a', '--progress', join(tree, 'sparse.img'), join(shop.dir, 'progress/')]);
    expect(code).toBe(0);
    expect(out).toMatch(/^sparse\.img\n(?:.*\r)*\s+3,145,733 100% +[\d.]+[kMG]B\/s +\d:\d\d:\d\d \(xfr#1, to-chk=0\/1\)\n$/);
  });
});
