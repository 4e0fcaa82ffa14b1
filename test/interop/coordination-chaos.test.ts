// Three nodes of ours under a load of fourteen clients, while members are killed, stopped and cut off: no write that was acknowledged
// is lost, no synced read is old, no watch is missed, no ephemeral outlives its session. SLUICE_CHAOS_SECONDS (10) is the time of
// each kind of fault, SLUICE_CHAOS_SEED its random choices; with SLUICE_CHAOS_REAL=1 the same is done to real ZooKeepers 3.9.
import { afterEach, describe, expect, test } from 'vitest';
import { peerProblem } from '../peers/start-peer.ts';
import { startEnsemble } from '../peers/zookeeper/ensemble.ts';
import { fourLetterWord } from '../peers/zookeeper/zookeeper.ts';
import { tearLog } from '../support/torn-log.ts';
import { runChaos, type ChaosReport } from './support/chaos-run.ts';
import { startOurEnsemble, type OurEnsemble } from './support/coordination-ensemble.ts';

const seconds = Number(process.env['SLUICE_CHAOS_SECONDS'] ?? 10);
const seed = Number(process.env['SLUICE_CHAOS_SEED'] ?? Date.now() % 100_000);
const conf = ['tickTime=400', 'initLimit=20', 'syncLimit=5', 'snapCount=2000'];
const limit = seconds * 1000 + 120_000;

type Random = (below: number) => number;
const sleep = (ms: number): Promise<void> => new Promise((done) => { setTimeout(done, ms); });
/** Mostly the leader, where it hurts. */
const victim = async (ensemble: Pick<OurEnsemble, 'leader' | 'ports'>, random: Random): Promise<number> => (random(3) < 2 ? await ensemble.leader() : null) ?? 1 + random(ensemble.ports.length);

async function repeat(fault: () => Promise<void>): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) await fault();
}

function judge(name: string, report: ChaosReport): void {
  const { violations, ...counts } = report;
  console.log(`chaos, ${name}, seed ${seed}: ${Object.entries(counts).map(([what, count]) => `${what} ${count}`).join(', ')}, violations ${violations.length}`);
  expect(violations.slice(0, 10)).toEqual([]);
  expect(counts.ops).toBeGreaterThan(200);
  expect(counts.syncs).toBeGreaterThan(50);
}

describe('three nodes of ours', () => {
  let ensemble: OurEnsemble | null = null;
  afterEach(async () => { await ensemble?.stop(); ensemble = null; });

  test('X10 no fault at all, under load', async () => {
    const running = (ensemble = await startOurEnsemble({ conf }));
    judge('no fault', await runChaos({ ports: running.ports, seed, faults: () => sleep(seconds * 300) }));
  }, limit);

  test('X11 killed with SIGKILL, the ends of their logs torn, and started again', async () => {
    const running = (ensemble = await startOurEnsemble({ conf }));
    const faults = (random: Random): Promise<void> => repeat(async () => {
      await sleep(500 + random(1000));
      const id = await victim(running, random);
      const { dataDir } = running.member(id);
      await running.kill(id);
      await sleep(random(1500));
      tearLog(dataDir, random);
      await running.start(id, 'listening');
      await sleep(1000);
    });
    judge('kill -9', await runChaos({ ports: running.ports, seed, faults }));
  }, limit);

  test('X12 stopped for a while with SIGSTOP', async () => {
    const running = (ensemble = await startOurEnsemble({ conf }));
    const faults = (random: Random): Promise<void> => repeat(async () => {
      await sleep(500 + random(1000));
      const { pid } = running.member(await victim(running, random));
      process.kill(pid, 'SIGSTOP');
      await sleep(300 + random(5000));
      process.kill(pid, 'SIGCONT');
      await sleep(1000);
    });
    judge('SIGSTOP', await runChaos({ ports: running.ports, seed, faults }));
  }, limit);

  test('X13 cut off from the others: both ways, one way, one link', async () => {
    const running = (ensemble = await startOurEnsemble({ conf, proxied: true }));
    const ids = running.ports.map((_, at) => at + 1);
    let round = 0;
    const faults = (random: Random, avoid: (port: number | null) => void): Promise<void> => repeat(async () => {
      await sleep(300 + random(500));
      const kind = ['all', 'out', 'all', 'in', 'link', 'all', 'half link'][round++ % 7];
      const id = (kind === 'all' || kind === 'out' ? await running.leader() : null) ?? 1 + random(ids.length);
      if (kind === 'all') avoid(running.ports[id - 1] ?? null);
      await sleep(200);
      const others = ids.filter((other) => other !== id);
      const [one = 0] = others;
      const out = others.map((other): [number, number] => [id, other]);
      const back = others.map((other): [number, number] => [other, id]);
      const pairs: [number, number][] = kind === 'all' ? [...out, ...back] : kind === 'out' ? out : kind === 'in' ? back : kind === 'link' ? [[id, one], [one, id]] : [[id, one]];
      for (const [from, to] of pairs) running.cut(from, to, 'cut');
      await sleep(1800 + random(1800));
      for (const [from, to] of pairs) running.cut(from, to, 'heal');
      avoid(null);
      await sleep(500);
    });
    judge('partitions', await runChaos({ ports: running.ports, seed, faults }));
  }, limit);
});

const whyNot = process.env['SLUICE_CHAOS_REAL'] === '1' ? peerProblem('zookeeper') : 'it tells what real ones do and judges nothing here: only with SLUICE_CHAOS_REAL=1';
test('X11 the same load on three real ZooKeepers 3.9, killed with SIGKILL', async ({ skip }) => {
  skip(whyNot !== null, whyNot ?? '');
  const ensemble = await startEnsemble({ conf });
  try {
    const leader = async (): Promise<number | null> => {
      const modes = await Promise.all(ensemble.ports.map((port) => fourLetterWord(port, 'srvr')));
      const at = modes.findIndex((text) => /^Mode: leader$/m.test(text));
      return at < 0 ? null : at + 1;
    };
    const report = await runChaos({ ports: ensemble.ports, seed, faults: (random) => repeat(async () => {
      await sleep(500 + random(1000));
      const id = await victim({ leader, ports: ensemble.ports }, random);
      await ensemble.kill(id);
      await sleep(random(1500));
      await ensemble.start(id);
      await sleep(1000);
    }) });
    // what a real one does is told, not judged: a synced read there may be old
    console.log(`chaos, real ZooKeeper, kill -9, seed ${seed}: ${JSON.stringify({ ...report, violations: report.violations.length })}\n${report.violations.join('\n')}`);
    expect(report.ops).toBeGreaterThan(200);
  } finally {
    await ensemble.stop();
  }
}, limit);
