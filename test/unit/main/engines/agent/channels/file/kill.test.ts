import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** Processes that are killed. */
const KILLS = Number(process.env['SLUICE_CHANNEL_KILLS'] ?? 200);
/** On one folder, one after another; then it is drained. */
const LIVES = 10;

const dir = mkdtempSync(join(tmpdir(), 'sluice-kill-'));
const child = join(dir, 'killed-channel.mjs');

beforeAll(async () => {
  await build({ entryPoints: [join(import.meta.dirname, '../../../../../../support/agent/killed-channel.ts')], outfile: child, bundle: true, platform: 'node', format: 'esm', target: 'node22', logLevel: 'error' });
});
afterAll(() => { rmSync(dir, { recursive: true, force: true }); });

function life(folder: string, seed: number, killAt: number, channels: number, first: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let err = '';
    const running = spawn(process.execPath, [child, folder, String(seed), String(killAt), String(channels), String(first)], { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, NODE_COMPILE_CACHE: join(dir, 'cache') } });
    running.stderr.on('data', (chunk: Buffer) => { err += chunk.toString('utf8'); });
    running.once('close', (code, signal) => {
      if (code === 0 || signal === 'SIGKILL') resolve();
      else reject(new Error(`life of seed ${seed}, killed at ${killAt}, ended with ${code}: ${err}`));
    });
  });
}

interface Tally { kills: number; acked: number; taken: number; unanswered: number; again: number; readonly places: Map<string, number> }

/** What the account says; throws for an event that was lost, came back, or is in one of two channels alone. */
function tally(folder: string, channels: number, into: Tally): void {
  const acked = new Set<string>();
  const intended = Array.from({ length: channels }, () => new Map<string, number>());
  const done = Array.from({ length: channels }, () => new Set<string>());
  for (const line of readFileSync(join(folder, 'account'), 'utf8').split('\n')) {
    const [what, a = '', b = ''] = line.split(' ');
    if (what === 'P') acked.add(a);
    else if (what === 'I') {
      if (done[Number(a)]?.has(b)) throw new Error(`${b} came back in channel ${a}`);
      const times = intended[Number(a)] as Map<string, number>;
      times.set(b, (times.get(b) ?? 0) + 1);
    } else if (what === 'D') done[Number(a)]?.add(b);
    else if (what === 'K') {
      const place = line.slice(2);
      into.kills += 1;
      into.places.set(place, (into.places.get(place) ?? 0) + 1);
    }
  }
  for (const [which, seen] of intended.entries()) {
    for (const n of acked) if (!seen.has(n)) throw new Error(`${n} was acknowledged and is lost in channel ${which}`);
    for (const n of seen.keys()) for (const other of intended) if (!other.has(n)) throw new Error(`${n} is in channel ${which} alone`);
    into.unanswered += [...seen.keys()].filter((n) => !acked.has(n)).length;
    into.taken += seen.size;
    // given again because a kill came between the delivery and the answer to its commit
    into.again += [...seen.values()].reduce((sum, times) => sum + times - 1, 0);
  }
  into.acked += acked.size * channels;
}

test(`K60 ${KILLS} processes killed with SIGKILL around appends, syncs, commit records, checkpoint renames and segment deletes: nothing acknowledged is lost, nothing taken comes back`, { timeout: KILLS * 1000 + 60_000 }, async () => {
  const all: Tally = { kills: 0, acked: 0, taken: 0, unanswered: 0, again: 0, places: new Map() };
  const chains = Math.ceil(KILLS / LIVES);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < chains) {
      const chain = next++;
      const folder = join(dir, `chain-${chain}`);
      mkdirSync(folder);
      const channels = chain % 4 === 3 ? 2 : 1;
      try {
        for (let i = 0; i < LIVES; i++) {
          const seed = chain * 1000 + i * 7 + 1;
          await life(folder, seed, 1 + ((Math.imul(seed, 2_654_435_761) >>> 8) % 90), channels, i * 100_000);
        }
        await life(folder, chain, 0, channels, LIVES * 100_000);
        tally(folder, channels, all);
      } catch (error) {
        throw new Error(`chain ${chain}: ${error instanceof Error ? error.message : String(error)}`);
      }
      rmSync(folder, { recursive: true, force: true });
    }
  };
  await Promise.all([work(), work()]);
  expect(all.kills).toBeGreaterThanOrEqual(KILLS);
  expect([...all.places.keys()].filter((place) => place === 'never')).toEqual([]);
  for (const kind of ['append of a segment', 'head of a segment', 'rename of a checkpoint', 'sync of a checkpoint', 'delete of a segment', 'sync of a folder']) {
    expect([...all.places.keys()].some((place) => place.endsWith(kind)), `killed at ${kind}`).toBe(true);
  }
  process.stdout.write(`K60: ${all.kills} kills, ${all.acked} acknowledged, 0 lost; ${all.unanswered} came that had no answer; ${all.again} given again, their commit had no answer\n`);
});
