// Simple sources and sinks of our agent beside those of a real Flume 1.11, interleaved in one run: lines by netcat and JSON by http to a null sink, syslog over TCP and a
// counter into files (ours waits for the disk with each transaction, Flume does not).
// SLUICE_BENCH_SCALE (1) scales times and counts, SLUICE_BENCH_ROUNDS (3), SLUICE_BENCH_SYSTEMS (sluice,flume), SLUICE_BENCH_DIR (a disk, not memory).
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../peers/peer-process.ts';
import { peerProblem } from '../peers/start-peer.ts';
import { BenchAgent, bundleCli, type System } from './agent-systems.ts';
import { median } from './measure.ts';

const scale = Number(process.env['SLUICE_BENCH_SCALE'] ?? 1);
const rounds = Number(process.env['SLUICE_BENCH_ROUNDS'] ?? (scale < 1 ? 1 : 3));
const seconds = Math.max(1, 3 * scale);
const problem = peerProblem('flume');
const systems = (process.env['SLUICE_BENCH_SYSTEMS'] ?? (problem ? 'sluice' : 'sluice,flume')).split(',') as readonly System[];
const MESSAGES = Math.round(200_000 * Math.min(1, scale));
const LINE = `${'x'.repeat(99)}\n`;
const MESSAGE = `<34>1 2003-10-11T22:14:15Z mymachine.example.com su - ID47 - ${'x'.repeat(60)}\n`;
const BODY = `su - ID47 - ${'x'.repeat(60)}\n`;
const WINDOW = 500;
const POSTS = 8;
const EVENTS = Array.from({ length: 100 }, (_, i) => ({ headers: { n: String(i) }, body: 'x'.repeat(100) }));

interface Ports { readonly http: number; readonly netcat: number; readonly syslog: number }

const configOf = (ports: Ports): string => {
  const memory = (name: string): string => `a1.channels.${name}.type = memory\na1.channels.${name}.capacity = 300000\na1.channels.${name}.transactionCapacity = 1000\n`;
  const nothing = (name: string): string => `a1.sinks.${name}.type = null\na1.sinks.${name}.batchSize = 1000\na1.sinks.${name}.logEveryNEvents = 2000000000\na1.sinks.${name}.channel = ${name}\n`;
  const files = (name: string): string => `a1.sinks.${name}.type = file_roll\na1.sinks.${name}.sink.directory = @DIR@/${name}\na1.sinks.${name}.sink.rollInterval = 0\na1.sinks.${name}.sink.batchSize = 1000\na1.sinks.${name}.channel = ${name}\n`;
  return `a1.sources = h n s\na1.channels = h n s\na1.sinks = h n s\n${['h', 'n', 's'].map(memory).join('')}${nothing('h')}${nothing('n')}${files('s')}
a1.sources.h.type = http\na1.sources.h.bind = 127.0.0.1\na1.sources.h.port = ${ports.http}\na1.sources.h.channels = h
a1.sources.n.type = netcat\na1.sources.n.bind = 127.0.0.1\na1.sources.n.port = ${ports.netcat}\na1.sources.n.channels = n
a1.sources.s.type = syslogtcp\na1.sources.s.host = 127.0.0.1\na1.sources.s.port = ${ports.syslog}\na1.sources.s.channels = s\n`;
};

/** Events/s that were answered OK. */
async function netcat(port: number, ms: number): Promise<number> {
  const socket = await open(port);
  let answered = 0;
  let owed = 0;
  const window = LINE.repeat(WINDOW);
  await new Promise<void>((resolve) => {
    const end = performance.now() + ms;
    const fill = (): void => { while (owed < 4 * WINDOW) { owed += WINDOW; socket.write(window); } };
    socket.on('data', (bytes) => {
      const count = bytes.length / 3; // "OK\n"
      answered += count;
      owed -= count;
      if (performance.now() > end) resolve();
      else fill();
    });
    fill();
  });
  socket.destroy();
  return answered / (ms / 1000);
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await new Promise((resolve, reject) => { socket.once('connect', resolve); socket.once('error', reject); });
  socket.on('error', () => {});
  return socket;
}

/** Events/s that were answered 200, so many connections one request each. */
async function http(port: number, ms: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: POSTS });
  const body = Buffer.from(JSON.stringify(EVENTS));
  const end = performance.now() + ms;
  let taken = 0;
  const post = (): Promise<number> => new Promise((resolve, reject) => {
    const sent = request({ agent, port, host: '127.0.0.1', method: 'POST', headers: { 'Content-Type': 'application/json', 'Content-Length': body.length } }, (response) => { response.resume().on('end', () => { resolve(response.statusCode ?? 0); }); });
    sent.on('error', reject).end(body);
  });
  await Promise.all(Array.from({ length: POSTS }, async () => {
    while (performance.now() < end) {
      const status = await post();
      if (status !== 200) throw new Error(`http status ${status}`);
      taken += EVENTS.length;
    }
  }));
  agent.destroy();
  return taken / (ms / 1000);
}

/** Events/s from the first byte sent to the last one written to the file. */
async function syslog(port: number, dir: string): Promise<number> {
  const before = bytesIn(dir);
  const socket = await open(port);
  const began = performance.now();
  const piece = MESSAGE.repeat(200);
  for (let sent = 0; sent < MESSAGES; sent += 200) if (!socket.write(piece)) await new Promise((resolve) => { socket.once('drain', resolve); });
  while (bytesIn(dir) - before < MESSAGES * BODY.length) {
    if (performance.now() - began > 120_000) throw new Error('the syslog messages did not arrive');
    await new Promise((resolve) => { setTimeout(resolve, 5); });
  }
  socket.destroy();
  return MESSAGES / ((performance.now() - began) / 1000);
}

const bytesIn = (dir: string): number => readdirSync(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0);

const dir = mkdtempSync(join(process.env['SLUICE_BENCH_DIR'] ?? tmpdir(), 'sluice-bench-'));
const cli = await bundleCli();
if (problem) console.log(`without Flume: ${problem}`);
console.log(`simple sources and sinks; ${cpus().length} cores, ${seconds} s or ${MESSAGES} messages a case, median of ${rounds}; events/s, ours / Flume's = ratio`);
const runs: Record<string, Partial<Record<System, number[]>>> = {};
const note = (name: string, system: System, value: number): void => { ((runs[name] ??= {})[system] ??= []).push(value); };
for (let round = 0; round < rounds; round++) {
  for (const system of round % 2 === 0 ? systems : [...systems].reverse()) {
    const ports: Ports = { http: await freePort(), netcat: await freePort(), syslog: await freePort() };
    const own = join(dir, `${system}-${round}`);
    mkdirSync(join(own, 's'), { recursive: true });
    const agent = new BenchAgent({ system, dir: own, cli, config: configOf(ports), port: ports.http });
    await agent.start();
    await new Promise((rest) => { setTimeout(rest, 1000); });
    await netcat(ports.netcat, 1000 * seconds / 2);
    note('netcat, 100 B lines, 1 connection', system, await netcat(ports.netcat, 1000 * seconds));
    await http(ports.http, 1000 * seconds / 2);
    note('http, 100 events a request, 8 connections', system, await http(ports.http, 1000 * seconds));
    await syslog(ports.syslog, join(own, 's'));
    note('syslogtcp into file_roll', system, await syslog(ports.syslog, join(own, 's')));
    note('MiB at the most', system, agent.memory().most);
    await agent.stop();
    rmSync(own, { recursive: true, force: true });
  }
}
for (const [name, values] of Object.entries(runs)) {
  const of = (system: System): number | null => (values[system] ? median(values[system]) : null);
  const [ours, theirs] = [of('sluice'), of('flume')];
  const text = (value: number | null): string => (value === null ? '-' : Math.round(value).toLocaleString('en'));
  console.log(`${name.padEnd(48)} ${text(ours).padStart(10)} / ${text(theirs).padStart(10)}${ours !== null && theirs ? ` = ${(ours / theirs).toFixed(2)}` : ''}`);
}
rmSync(dir, { recursive: true, force: true });
rmSync(cli, { force: true });
process.exit();
