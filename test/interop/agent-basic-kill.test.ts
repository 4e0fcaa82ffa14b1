// An agent as a program, killed at random again and again under load: every line and every request that it acknowledged is in its files.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { freePort } from '../peers/peer-process.ts';
import { seeded } from '../support/memory-disk.ts';

const ROUNDS = Number(process.env['SLUICE_KILL_ROUNDS'] ?? 3);
const SEED = 20261128;
const cli = resolve(import.meta.dirname, '../../main/cli.ts');
const dir = mkdtempSync(join(tmpdir(), 'agent-kill-'));
let agent: ChildProcess | null = null;
afterAll(() => {
  agent?.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

const configOf = (netcat: number, http: number): string => `a1.sources = n h\na1.channels = c\na1.sinks = k
a1.sources.n.type = netcat\na1.sources.n.bind = 127.0.0.1\na1.sources.n.port = ${netcat}\na1.sources.n.channels = c
a1.sources.h.type = http\na1.sources.h.bind = 127.0.0.1\na1.sources.h.port = ${http}\na1.sources.h.channels = c
a1.channels.c.type = file\na1.channels.c.checkpointDir = ${dir}/cp\na1.channels.c.dataDirs = ${dir}/data\na1.channels.c.checkpointInterval = 200\na1.channels.c.minimumRequiredSpace = 1048576
a1.sinks.k.type = file_roll\na1.sinks.k.channel = c\na1.sinks.k.sink.directory = ${dir}/out\na1.sinks.k.sink.rollInterval = 1\na1.sinks.k.sink.batchSize = 50\n`;

async function open(port: number): Promise<Socket> {
  for (const end = Date.now() + 30_000; ;) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const connected = await new Promise<boolean>((done) => { socket.once('connect', () => { done(true); }); socket.once('error', () => { done(false); }); });
    socket.on('error', () => {});
    if (connected) return socket;
    if (Date.now() > end) throw new Error(`no port ${port}`);
    await new Promise((rest) => { setTimeout(rest, 20); });
  }
}

/** Sends numbered lines until the far side is gone; answers how many of them it acknowledged. */
async function lines(port: number, name: string): Promise<string[]> {
  const socket = await open(port);
  const acked: string[] = [];
  let sent = 0;
  const window = (): void => { let text = ''; for (let i = 0; i < 20; i++) text += `${name}-${sent++}\n`; socket.write(text); };
  window();
  window();
  let rest = '';
  socket.on('data', (bytes) => {
    rest += String(bytes);
    for (; rest.length >= 3; rest = rest.slice(3)) {
      if (!rest.startsWith('OK\n')) throw new Error(rest);
      acked.push(`${name}-${acked.length}`);
      if (acked.length % 20 === 0) window();
    }
  });
  await new Promise((gone) => { socket.once('close', gone); });
  return acked;
}

async function posts(port: number, name: string): Promise<string[]> {
  const acked: string[] = [];
  for (let i = 0; ; i++) {
    const ids = Array.from({ length: 10 }, (_, k) => `${name}-${i}.${k}`);
    const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: JSON.stringify(ids.map((body) => ({ body }))), headers: { 'Content-Type': 'application/json' } }).catch(() => null);
    if (answer === null) return acked;
    if (answer.status === 200) acked.push(...ids);
    await answer.arrayBuffer().catch(() => {});
  }
}

function delivered(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const file of readdirSync(join(dir, 'out'))) for (const line of readFileSync(join(dir, 'out', file), 'utf8').split('\n').slice(0, -1)) counts.set(line, (counts.get(line) ?? 0) + 1); // a cut last line is no event yet
  return counts;
}

test('N22 what was acknowledged survives kill -9 of the agent at any time', async () => {
  mkdirSync(join(dir, 'out'));
  const [netcat, http] = [await freePort(), await freePort()];
  const file = join(dir, 'flume.conf');
  writeFileSync(file, configOf(netcat, http));
  const random = seeded(SEED);
  const acked = new Set<string>();
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(process.execPath, [cli, 'agent', '--name', 'a1', '--conf-file', file, '--no-reload-conf', '--state-dir', join(dir, 'state')], { stdio: ['ignore', 'ignore', 'ignore'] });
    agent = child;
    (await open(netcat)).destroy();
    (await open(http)).destroy();
    return child;
  };
  for (let round = 0; round < ROUNDS; round++) {
    const child = await start();
    const gone = new Promise((done) => { child.once('exit', done); });
    const sending = Promise.all([lines(netcat, `n${round}`), posts(http, `h${round}`)]);
    await new Promise((rest) => { setTimeout(rest, 50 + 600 * random()); });
    child.kill('SIGKILL');
    await gone;
    for (const ids of await sending) for (const id of ids) acked.add(id);
  }
  const last = await start();
  let missing = acked.size;
  for (const end = Date.now() + 60_000; missing > 0 && Date.now() < end;) {
    await new Promise((rest) => { setTimeout(rest, 100); });
    const counts = delivered();
    missing = [...acked].filter((id) => !counts.has(id)).length;
  }
  const ended = new Promise((done) => { last.once('exit', done); });
  last.kill('SIGTERM');
  await ended;
  const repeats = [...delivered().values()].reduce((sum, count) => sum + count - 1, 0);
  expect(acked.size).toBeGreaterThan(ROUNDS * 20);
  expect({ missing }).toEqual({ missing: 0 });
  expect(repeats).toBeLessThanOrEqual(ROUNDS * 50); // a batch that was written, and not yet taken for good, at each kill
});
