// A rotation storm: a log is written and rotated in every way while the agent that follows it is killed with -9. SLUICE_CHAOS_RUNS multiplies both.
import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ChaosAgent } from '../support/agent/chaos-agent.ts';
import { configurationOf, fileChannel, fileSink } from '../support/agent/chaos-config.ts';
import { account, joinLives, livesOf, untilDelivered, type Witness } from '../support/agent/chaos-oracle.ts';
import { numberedLine } from '../support/agent/chaos-producer.ts';

const RUNS = Number(process.env['SLUICE_CHAOS_RUNS'] ?? 1);
const SINK_BATCH = 60;

let dir = '';
let agent: ChaosAgent | null = null;
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'sluice-chaos-')); });
afterEach(async () => {
  await agent?.end('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

/** A program that writes numbered lines to one log. */
class Writer implements Witness {
  readonly run = 'w';
  events = 0;
  /** Lines that a way of rotating may take with it. */
  readonly inTheWindow = new Set<number>();
  readonly log: string;

  constructor(log: string) { this.log = log; }

  isAcknowledged(seq: number): boolean { return !this.inTheWindow.has(seq); }
  triesOf(seq: number): number { return seq < this.events ? 1 : 0; }

  /** Some lines come in two writes. */
  write(lines: number): void {
    for (let i = 0; i < lines; i++) {
      const line = `${numberedLine(this.run, this.events++)}\n`;
      const cut = this.events % 5 === 0 ? Math.floor(line.length / 2) : line.length;
      appendFileSync(this.log, line.slice(0, cut));
      if (cut < line.length) appendFileSync(this.log, line.slice(cut));
    }
  }
}

test('X40 a rotation storm: every line once, however the log was rotated and the agent killed', { timeout: 180_000 * RUNS }, async () => {
  const logs = join(dir, 'logs');
  const out = join(dir, 'out');
  mkdirSync(logs);
  const writer = new Writer(join(logs, 'app.log'));
  const running = new ChaosAgent(join(dir, 'agent'), configurationOf({
    sources: { r1: { type: 'TAILDIR', channels: 'c1', filegroups: 'g', 'filegroups.g': join(logs, String.raw`app\.log.*`), positionFile: join(dir, 'positions.json'), writePosInterval: 100, cachePatternMatching: false } },
    channels: { c1: fileChannel(join(dir, 'channel')) }, sinks: { k1: fileSink(out, SINK_BATCH) },
  }));
  agent = running;
  const allArrived = (): Promise<void> => untilDelivered(out, [writer], [running]);
  let kept = 0;
  const aside = (): string => `${writer.log}.${++kept}`;
  const ways = [
    () => { renameSync(writer.log, aside()); },
    () => { // logrotate's copytruncate: what is written between the copy and the cut is lost to whoever has not read it by then
      copyFileSync(writer.log, aside());
      if (kept % 2 === 0) {
        writer.inTheWindow.add(writer.events);
        writer.write(1);
      }
      truncateSync(writer.log, 0);
    },
    () => {
      const name = aside();
      renameSync(writer.log, name);
      writeFileSync(`${name}.gz`, gzipSync(readFileSync(name)));
      unlinkSync(name);
    },
  ];
  const mortal = async (): Promise<void> => {
    await running.end('SIGKILL');
    running.launch();
  };
  const rotate = async (n: number): Promise<void> => {
    writer.write(20 + Math.floor(Math.random() * 150));
    (ways[n % ways.length] as () => void)();
    writer.write(5);
    await sleep(Math.random() * 200);
  };

  await running.start();
  writer.write(10);
  for (let n = 0; n < 12 * RUNS; n++) {
    await rotate(n);
    if (n % 3 === 2) await mortal();
    if (n % 4 === 3) {
      // what was deleted is only to be had by an open handle: the agent must live until it was read
      await running.untilReady();
      await allArrived();
      writer.write(50);
      unlinkSync(writer.log);
      writer.write(50);
      await allArrived();
    }
  }
  await mortal();
  await running.untilReady();
  await allArrived();
  expect(await running.end('SIGTERM')).toBe(0);
  const { lost, alien, unexplained } = account(joinLives(livesOf(out), SINK_BATCH).lines, [writer]);
  expect({ lost, alien, unexplained }).toEqual({ lost: [], alien: [], unexplained: [] });
});
