// Our agent beside a real Flume 1.11, interleaved in one run: avro source -> memory or file channel -> null sink, 8 calls outstanding on each connection, every batch
// answered only when its channel has it (the file channel with one fsync per commit on both). Beside the rate stands the rate per second of the agent's CPU, which says
// something also on a busy machine.
// SLUICE_BENCH_SCALE (1) scales the times, SLUICE_BENCH_ROUNDS (3), SLUICE_BENCH_SYSTEMS (sluice,flume), SLUICE_BENCH_CHANNELS (memory,file), SLUICE_BENCH_BODIES
// (100,1024), SLUICE_BENCH_DIR (a disk, not memory).
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from '../peers/peer-process.ts';
import { peerProblem } from '../peers/start-peer.ts';
import { BenchAgent, bundleCli, type System } from './agent-systems.ts';
import { runAvroLoad } from './avro-load.ts';
import { median } from './measure.ts';

const list = (name: string, usual: string): readonly string[] => (process.env[name] ?? usual).split(',');
const scale = Number(process.env['SLUICE_BENCH_SCALE'] ?? 1);
const rounds = Number(process.env['SLUICE_BENCH_ROUNDS'] ?? (scale < 1 ? 1 : 3));
const seconds = Math.max(0.7, 2 * scale);
const warmup = Math.max(0.7, 2 * scale);
const problem = peerProblem('flume');
const systems = list('SLUICE_BENCH_SYSTEMS', problem ? 'sluice' : 'sluice,flume') as readonly System[];
const channels = list('SLUICE_BENCH_CHANNELS', 'memory,file');
const bodies = list('SLUICE_BENCH_BODIES', '100,1024').map(Number);
const CASES = [[1, 1], [1, 8], [100, 1], [100, 8], [1000, 1], [1000, 8]] as const;

const dir = mkdtempSync(join(process.env['SLUICE_BENCH_DIR'] ?? tmpdir(), 'sluice-bench-'));
const cli = await bundleCli();
if (problem) console.log(`without Flume: ${problem}`);
console.log(`avro source to null sink; ${cpus().length} cores, ${seconds} s a case, median of ${rounds}; ours / Flume's = ratio`);

const configOf = (channel: string, port: number): string => `a1.sources = r1
a1.channels = c1
a1.sinks = k1
a1.sources.r1.type = avro
a1.sources.r1.bind = 127.0.0.1
a1.sources.r1.port = ${port}
a1.sources.r1.channels = c1
a1.channels.c1.type = ${channel}
a1.channels.c1.capacity = 100000
a1.channels.c1.transactionCapacity = 10000
a1.channels.c1.keep-alive = 30
${channel === 'file' ? 'a1.channels.c1.checkpointDir = @DIR@/checkpoint\na1.channels.c1.dataDirs = @DIR@/data\n' : ''}a1.sinks.k1.type = null
a1.sinks.k1.batchSize = 1000
a1.sinks.k1.logEveryNEvents = 2000000000
a1.sinks.k1.channel = c1
`;

type Runs = Record<string, Partial<Record<System, number[]>>>;
const runs: Runs = {};
const note = (name: string, system: System, value: number): void => { ((runs[name] ??= {})[system] ??= []).push(value); };

// not the very first start: the compiled code is kept when an agent ends
const firstPort = await freePort();
const first = new BenchAgent({ system: 'sluice', dir: join(dir, 'first'), cli, config: configOf('memory', firstPort), port: firstPort });
await first.start();
await first.stop('SIGTERM');

for (let round = 0; round < rounds; round++) {
  for (const channel of channels) {
    for (const system of round % 2 === 0 ? systems : [...systems].reverse()) {
      const port = await freePort();
      const agent = new BenchAgent({ system, dir: join(dir, `${system}-${channel}-${round}`), cli, config: configOf(channel, port), port });
      note(`${channel}: ms to port open`, system, await agent.start());
      await new Promise((rest) => { setTimeout(rest, 1000); });
      note(`${channel}: MiB idle`, system, agent.memory().now);
      await runAvroLoad({ port, connections: 2, outstanding: 8, batch: 100, body: 100, seconds: warmup });
      for (const body of bodies) {
        for (const [batch, connections] of CASES) {
          const before = agent.cpu();
          const { perSecond, events, failed } = await runAvroLoad({ port, connections, outstanding: 8, batch, body, seconds });
          if (failed > 0) console.log(`${system}, ${channel}, batch ${batch}: ${failed} events were refused, as their channel stayed full`);
          const name = `${body} B, batch ${batch}, ${connections} conn`;
          note(`${channel}: events/s, ${name}`, system, perSecond);
          note(`${channel}: events per CPU second, ${name}`, system, events / Math.max(agent.cpu() - before, 0.01));
        }
      }
      note(`${channel}: MiB at the most`, system, agent.memory().most);
      await agent.stop();
      rmSync(agent.plan.dir, { recursive: true, force: true });
    }
  }
}
for (const [name, values] of Object.entries(runs).sort(([a], [b]) => (a < b ? -1 : 1))) {
  const of = (system: System): number | null => (values[system] ? median(values[system]) : null);
  const [ours, theirs] = [of('sluice'), of('flume')];
  const text = (value: number | null): string => (value === null ? '-' : Math.round(value).toLocaleString('en'));
  console.log(`${name.padEnd(60)} ${text(ours).padStart(10)} / ${text(theirs).padStart(10)}${ours !== null && theirs ? ` = ${(ours / theirs).toFixed(2)}` : ''}`);
}
rmSync(dir, { recursive: true, force: true });
rmSync(dirname(cli), { recursive: true, force: true });
process.exit();
