// Our coordination node beside a real ZooKeeper 3.9, interleaved in one run, every acknowledged write on disk (fsync) on both.
// Parts: a throughput of one server, b of three, c cold start and idle memory, d many znodes and a restart with them, e the pause of
// writes when a leader dies or freezes. SLUICE_BENCH_CASES (abcde), SLUICE_BENCH_SCALE (1) scales times and znodes, SLUICE_BENCH_ROUNDS
// (2), SLUICE_BENCH_SYSTEMS (sluice,zookeeper), SLUICE_BENCH_DIR (a disk, not memory).
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { OP } from '../../main/engines/coordination/op-codes.ts';
import { body } from '../interop/support/coordination-teller.ts';
import { RawClient } from '../interop/support/raw-client.ts';
import { peerProblem } from '../peers/start-peer.ts';
import type { LoadOrder, LoadResult } from './coordination-load.ts';
import { bundleNode, planServers, startAll, type Server, type System } from './coordination-servers.ts';
import { median } from './measure.ts';

const scale = Number(process.env['SLUICE_BENCH_SCALE'] ?? 1);
const rounds = Number(process.env['SLUICE_BENCH_ROUNDS'] ?? (scale < 1 ? 1 : 2));
const wanted = process.env['SLUICE_BENCH_CASES'] ?? 'abcde';
const seconds = Math.max(0.7, 2 * scale);
const warmup = Math.max(0.5, scale);
const znodes = Math.max(5000, Math.round(200_000 * scale));
const problem = peerProblem('zookeeper');
const systems = (process.env['SLUICE_BENCH_SYSTEMS'] ?? (problem ? 'sluice' : 'sluice,zookeeper')).split(',') as System[];
const dir = mkdtempSync(join(process.env['SLUICE_BENCH_DIR'] ?? tmpdir(), 'sluice-bench-'));
const bundle = await bundleNode(dir);
const running = new Set<Server>();
const sleep = (ms: number): Promise<void> => new Promise((done) => { setTimeout(done, ms); });
const results: Record<string, unknown>[] = [];

let serial = 0;
async function servers(system: System, count: number): Promise<Server[]> {
  const own = join(dir, String(++serial));
  mkdirSync(own);
  const list = await planServers(system, count, own, bundle);
  for (const server of list) running.add(server);
  return list;
}

async function load(order: LoadOrder): Promise<LoadResult> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'coordination-load.ts'), JSON.stringify(order)], { maxBuffer: 1 << 20 });
  return JSON.parse(stdout) as LoadResult;
}

/** Both systems' values, and how ours stands to theirs. */
function pair(values: Partial<Record<System, number>>, digits = 0): string {
  const text = (system: System): string => values[system]?.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: true }) ?? '-';
  const ratio = values.sluice !== undefined && values.zookeeper ? ` = ${(values.sluice / values.zookeeper).toFixed(2)}` : '';
  return `${text('sluice')} / ${text('zookeeper')}${ratio}`;
}

/** Runs `measure` for both systems in turn, the order changing from round to round; medians by name. */
async function interleaved(measure: (system: System) => Promise<Record<string, number>>, times = rounds): Promise<Record<string, Partial<Record<System, number>>>> {
  const runs: Record<string, Partial<Record<System, number[]>>> = {};
  for (let round = 0; round < times; round++) {
    for (const system of round % 2 === 0 ? systems : [...systems].reverse()) {
      for (const [name, value] of Object.entries(await measure(system))) ((runs[name] ??= {})[system] ??= []).push(value);
    }
  }
  return Object.fromEntries(Object.entries(runs).map(([name, by]) => [name, Object.fromEntries(Object.entries(by).map(([system, values]) => [system, median(values)]))]));
}

async function throughput(count: number): Promise<void> {
  const clusters = new Map<System, Server[]>();
  for (const system of systems) {
    const list = await servers(system, count);
    clusters.set(system, list);
    await startAll(list);
  }
  console.log(`\n${count === 1 ? 'One server' : `${count} servers`}: operations a second, sluice / zookeeper = ratio (a multi is 10 sets)`);
  console.log(`${'operation'.padEnd(18)} ${'clients x depth'.padEnd(16)} ${'rate'.padEnd(30)} ${'p50 ms'.padEnd(24)} p99 ms`);
  for (const size of [100, 1024]) {
    for (const op of ['set', 'get', 'create', 'multi'] as const) {
      for (const [connections, depth] of [[1, 1], [1, 64], [8, 64]] as const) {
        const of = await interleaved(async (system) => {
          const result = await load({ ports: (clusters.get(system) ?? []).map(({ port }) => port), op, connections, depth, size, seconds, warmup });
          if (result.errors > 0) throw new Error(`${system} answered ${result.errors} errors to ${op}`);
          return { rate: result.rate, p50: result.p50, p99: result.p99 };
        });
        console.log(`${`${op} of ${size} B`.padEnd(18)} ${`${connections} x ${depth}`.padEnd(16)} ${pair(of['rate'] ?? {}).padEnd(30)} ${pair(of['p50'] ?? {}, 2).padEnd(24)} ${pair(of['p99'] ?? {}, 2)}`);
        results.push({ servers: count, op, size, connections, depth, ...of });
      }
    }
  }
  for (const list of clusters.values()) for (const server of list) await server.stop();
}

async function coldStart(): Promise<void> {
  const of = await interleaved(async (system) => {
    const [server] = await servers(system, 1) as [Server];
    const since = performance.now();
    server.start();
    const start = await server.session(since);
    await sleep(3000);
    const idle = server.rss();
    await server.stop();
    return { start, idle };
  }, Math.max(3, rounds));
  console.log(`\nCold start to the first session, ms: ${pair(of['start'] ?? {})}`);
  console.log(`Resident after 3 s of nothing, MiB: ${pair(of['idle'] ?? {})}`);
  results.push({ part: 'cold start', ...of });
}

const folderBytes = (folder: string): number => readdirSync(folder, { recursive: true }).reduce((sum: number, name) => sum + statSync(join(folder, String(name))).blocks * 512, 0);

async function manyZnodes(): Promise<void> {
  const of = await interleaved(async (system) => {
    const [server] = await servers(system, 1) as [Server];
    await startAll([server]);
    const { seconds: took } = await load({ ports: [server.port], op: 'create', connections: 1, depth: 1000, size: 100, seconds: 0, warmup: 0, count: znodes });
    await sleep(3000);
    const [rss, disk] = [server.rss(), folderBytes(join(server.plan.dir, 'data')) / 2 ** 20];
    await server.stop();
    const since = performance.now();
    server.start();
    const restart = await server.session(since);
    await sleep(3000);
    const after = server.rss();
    await server.stop();
    return { took, rss, disk, restart: restart / 1000, after };
  }, 1);
  console.log(`\n${znodes.toLocaleString('en')} znodes of 100 B by one client`);
  for (const [name, text, digits] of [['took', 'to create them, s', 2], ['rss', 'resident then, MiB', 0], ['disk', 'on disk, MiB', 0], ['restart', 'killed; start to the first session, s', 2], ['after', 'resident after it, MiB', 0]] as const) console.log(`  ${text.padEnd(40)} ${pair(of[name] ?? {}, digits)}`);
  results.push({ part: 'many znodes', znodes, ...of });
}

/** Writes through the followers, one set after the other, and answers the longest time without an acknowledgement around `fault`, ms. */
async function writeGap(list: readonly Server[], fault: (leader: Server) => void): Promise<number> {
  const modes = await Promise.all(list.map((server) => server.mode()));
  const leader = list[modes.indexOf('leader')] as Server;
  const others = list.filter((server) => server !== leader);
  let [acked, longest, done, at] = [performance.now(), 0, false, 0];
  const writer = (async (): Promise<void> => {
    while (!done) {
      const client = new RawClient(others[at++ % others.length]?.port ?? 0);
      const timer = setTimeout(() => client.socket.destroy(), 300);
      const granted = await client.greet();
      clearTimeout(timer);
      if (!granted?.timeout) { await client.cut(); await sleep(10); continue; }
      await client.request(OP.create, body.create('/gap'));
      while (!done && !client.isEnded) {
        const reply = await client.request(OP.setData, body.setData('/gap', 'x'));
        if (reply?.err !== 0) break;
        const now = performance.now();
        longest = Math.max(longest, now - acked);
        acked = now;
      }
      await client.cut();
    }
  })();
  await sleep(1500);
  longest = 0;
  const began = performance.now();
  fault(leader);
  await sleep(1000);
  while (acked < began + 800 && performance.now() - began < 60_000) await sleep(50);
  await sleep(500);
  done = true;
  await writer;
  return longest;
}

async function gaps(): Promise<void> {
  const of = await interleaved(async (system) => {
    const list = await servers(system, 3);
    const gap: Record<string, number> = {};
    for (const [name, signal] of [['killed', 'SIGKILL'], ['frozen', 'SIGSTOP']] as const) {
      await startAll(list);
      await sleep(2000);
      gap[name] = await writeGap(list, (leader) => { leader.signal(signal); });
      for (const server of list) await server.stop();
    }
    return gap;
  });
  console.log('\nThree servers, longest time without an acknowledged write through the followers, ms');
  console.log(`  ${'leader killed (SIGKILL)'.padEnd(40)} ${pair(of['killed'] ?? {})}`);
  console.log(`  ${'leader frozen (SIGSTOP)'.padEnd(40)} ${pair(of['frozen'] ?? {})}`);
  results.push({ part: 'gaps', ...of });
}

try {
  console.log(`${rounds} rounds, interleaved, medians; ${cpus().length} processors; ${dir}${problem ? `; no ZooKeeper: ${problem}` : ''}`);
  if (wanted.includes('a')) await throughput(1);
  if (wanted.includes('b')) await throughput(3);
  if (wanted.includes('c')) await coldStart();
  if (wanted.includes('d')) await manyZnodes();
  if (wanted.includes('e')) await gaps();
  console.log(`\n${JSON.stringify({ scale, rounds, results })}`);
} finally {
  await Promise.all([...running].map((server) => server.stop()));
  rmSync(dir, { recursive: true, force: true });
}
