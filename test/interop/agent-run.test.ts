// `sluice agent` as a process: Flume's own example configurations give what a real Flume 1.11 gives; reload, metrics, exit codes, tests of configurations, dead letters, one holder.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DeadLetterBox } from '../../main/engines/agent/beyond/dead-letters.ts';
import { passphraseVault } from '../../main/hosts/shared/passphrase-vault.ts';
import { nodeDisk } from '../../main/lib/disk/node-disk.ts';
import { openCoordination } from '../../main/services/agent-connections.ts';
import { freePort } from '../peers/peer-process.ts';
import { peerProblem, startPeer, type RunningPeer } from '../peers/start-peer.ts';
import { event } from '../support/agent/probe.ts';
import { CLI, sluice, type Ran } from './cli-support.ts';
import { CliShop } from './support/coordination-cli.ts';

const shop = mkdtempSync(join(tmpdir(), 'sluice-agent-run-'));
const running: Agent[] = [];
let count = 0;

interface Agent {
  readonly ready: Readonly<Record<string, string>>;
  readonly out: () => string;
  readonly err: () => string;
  readonly file: string;
  kill(signal: NodeJS.Signals): void;
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

async function until<T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<T>> {
  const end = Date.now() + 60_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what}: it did not come to be`);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}

function launch(config: string, words: readonly string[]): { readonly child: ChildProcess; readonly file: string } {
  count += 1;
  const file = join(shop, `flume-${count}.conf`);
  writeFileSync(file, config);
  const state = words.includes('--state-dir') ? [] : ['--state-dir', join(shop, `state-${count}`)];
  const child = spawn(process.execPath, ['--no-warnings', CLI, 'agent', '--conf', shop, '--conf-file', file, ...state, ...words], { env: { ...process.env, LC_ALL: 'C.UTF-8' }, stdio: ['ignore', 'pipe', 'pipe'] });
  return { child, file };
}

async function start(config: string, ...words: readonly string[]): Promise<Agent> {
  const { child, file } = launch(config, words);
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk: Buffer) => { out += chunk.toString(); });
  child.stderr?.on('data', (chunk: Buffer) => { err += chunk.toString(); });
  const closed = once(child, 'close') as Promise<[number | null]>;
  const line = await until('READY', () => {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${err}`);
    return /^READY (.*)$/m.exec(out)?.[1];
  });
  const agent: Agent = {
    ready: Object.fromEntries(line.split(' ').map((pair) => pair.split(/=(.*)/s) as [string, string])), out: () => out, err: () => err, file,
    kill: (signal) => { child.kill(signal); },
    end: async (signal = 'SIGTERM') => { child.kill(signal); return (await closed)[0]; },
  };
  running.push(agent);
  return agent;
}

const cli = (...words: readonly string[]): Promise<Ran> => sluice(['agent', ...words], { cwd: shop });
const eventsIn = (text: string): string[] => [...text.matchAll(/Event: (\{ headers:\{.*\} body:.* \})$/gm)].map((found) => found[1] as string);

/** Sends lines to a netcat source; answers what it answered. */
function sendLines(port: number, lines: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => { socket.write(lines.map((line) => `${line}\n`).join('')); });
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString();
      if (answer.split('\n').length > lines.length) socket.end();
    });
    socket.once('error', reject);
    socket.once('close', () => { resolve(answer); });
  });
}

afterEach(async () => { for (const agent of running.splice(0)) await agent.end('SIGKILL'); });
afterAll(() => { rmSync(shop, { recursive: true, force: true }); });

const flumeProblem = peerProblem('flume');

describe.skipIf(flumeProblem)(`beside a real Flume${flumeProblem ? ` (${flumeProblem})` : ''}`, () => {
  // "A simple example" of Flume's user guide
  const example = (port: string): string => `# example.conf: A single-node Flume configuration

# Name the components on this agent
a1.sources = r1
a1.sinks = k1
a1.channels = c1

# Describe/configure the source
a1.sources.r1.type = netcat
a1.sources.r1.bind = localhost
a1.sources.r1.port = ${port}

# Describe the sink
a1.sinks.k1.type = logger

# Use a channel which buffers events in memory
a1.channels.c1.type = memory
a1.channels.c1.capacity = 1000
a1.channels.c1.transactionCapacity = 100

# Bind the source and sink to the channel
a1.sources.r1.channels = c1
a1.sinks.k1.channel = c1
`;
  // what else the guide shows: spooling folders, a tail, a multiplexing selector, groups that fail over and balance, files that roll
  const wide = (dir: string): string => `
a1.sources = spool tail count
a1.channels = cs ct one two
a1.sinks = ks kt f1 f2 b1 b2
a1.sinkgroups = g1 g2
a1.sources.spool.type = spooldir
a1.sources.spool.channels = cs
a1.sources.spool.spoolDir = ${dir}/spool
a1.sources.spool.fileHeader = true
a1.sources.spool.basenameHeader = true
a1.sources.spool.interceptors = x
a1.sources.spool.interceptors.x.type = remove_header
a1.sources.spool.interceptors.x.withName = file
a1.sources.tail.type = TAILDIR
a1.sources.tail.positionFile = ${dir}/position.json
a1.sources.tail.filegroups = f1 f2
a1.sources.tail.filegroups.f1 = ${dir}/tail/a.log
a1.sources.tail.headers.f1.level = one
a1.sources.tail.filegroups.f2 = ${dir}/tail/b.*log
a1.sources.tail.headers.f2.level = two
a1.sources.tail.channels = ct one two
a1.sources.tail.selector.type = multiplexing
a1.sources.tail.selector.header = level
a1.sources.tail.selector.mapping.one = one
a1.sources.tail.selector.mapping.two = two ct
a1.sources.tail.selector.default = ct
a1.sources.count.type = seq
a1.sources.count.totalEvents = 300
a1.sources.count.channels = cs
a1.channels.cs.type = memory
a1.channels.cs.capacity = 10000
a1.channels.ct.type = memory
a1.channels.one.type = memory
a1.channels.two.type = memory
a1.sinkgroups.g1.sinks = f1 f2
a1.sinkgroups.g1.processor.type = failover
a1.sinkgroups.g1.processor.priority.f1 = 5
a1.sinkgroups.g1.processor.priority.f2 = 10
a1.sinkgroups.g2.sinks = b1 b2
a1.sinkgroups.g2.processor.type = load_balance
${[['ks', 'cs'], ['kt', 'ct'], ['f1', 'one'], ['f2', 'one'], ['b1', 'two'], ['b2', 'two']].map(([sink, channel]) => `
a1.sinks.${sink}.type = file_roll
a1.sinks.${sink}.channel = ${channel}
a1.sinks.${sink}.sink.directory = ${dir}/out/${sink}
a1.sinks.${sink}.sink.rollInterval = 0
a1.sinks.${sink}.sink.serializer = header_and_text`).join('')}
`;
  type Figures = Record<string, Record<string, string>>;
  const FIGURES = ['Type', 'EventReceivedCount', 'EventAcceptedCount', 'EventPutSuccessCount', 'EventTakeSuccessCount', 'ChannelCapacity', 'ChannelSize', 'ChannelFillPercentage', 'EventDrainSuccessCount'];
  /** What both must come to. Which sink of a load_balance group gets the first batch is chance; Flume's seq counts accepted events alone. */
  const compared = (all: Figures): unknown => {
    const drained = (name: string): number => Number(all[name]?.['EventDrainSuccessCount'] ?? 0);
    const each = Object.entries(all).filter(([name]) => !/^SINK\.b[12]$/.test(name)).sort(([a], [b]) => (a < b ? -1 : 1));
    return { balanced: drained('SINK.b1') + drained('SINK.b2'), each: each.map(([name, group]) => [name, FIGURES.filter((key) => !(name === 'SOURCE.count' && key === 'EventReceivedCount')).map((key) => group[key] ?? null)]) };
  };
  let flume: RunningPeer<'flume'>;
  let theirs: RunningPeer<'flume'>;
  const makeFolders = (dir: string): void => {
    for (const name of ['spool', 'tail', ...['ks', 'kt', 'f1', 'f2', 'b1', 'b2'].map((sink) => `out/${sink}`)]) mkdirSync(join(dir, name), { recursive: true });
  };
  const dirs = { flume: join(shop, 'wide-flume'), ours: join(shop, 'wide-ours') };

  beforeAll(async () => {
    makeFolders(dirs.flume);
    makeFolders(dirs.ours);
    [flume, theirs] = await Promise.all([startPeer('flume', { config: example('@PORT@') }), startPeer('flume', { config: wide(dirs.flume) })]);
  }, 180_000);
  afterAll(async () => { await Promise.all([flume?.stop(), theirs?.stop()]); });

  test('G40 the example of the user guide answers and prints what Flume answers and prints', async () => {
    const port = await freePort();
    const ours = await start(example(String(port)), '--name', 'a1');
    const lines = ['Hello world!', '', 'x', 'exactly sixteen!', 'a line that is longer than sixteen bytes', 'tab\there', 'naïve café'];
    const [answer, expected] = await Promise.all([sendLines(port, lines), sendLines(flume.port, lines)]);
    expect(answer).toBe(expected);
    const printed = await until('our events', () => { const found = eventsIn(ours.out()); return found.length === lines.length ? found : null; });
    const wanted = await until('their events', () => { const found = eventsIn(readFileSync(flume.log, 'utf8')); return found.length === lines.length ? found : null; });
    expect(printed).toEqual(wanted);
    expect(await ours.end()).toBe(0);
  });

  test('G41 spooling, tailing, multiplexing and groups of sinks come to the same files as in Flume, and the figures have the same names', async () => {
    const ours = await start(wide(dirs.ours), '--name', 'a1', '-Dflume.monitoring.type=http', '-Dflume.monitoring.port=0');
    for (const dir of Object.values(dirs)) {
      writeFileSync(join(dir, 'first.tmp'), Array.from({ length: 250 }, (_, i) => `spooled ${i}\n`).join(''));
      renameSync(join(dir, 'first.tmp'), join(dir, 'spool', 'first.txt'));
      writeFileSync(join(dir, 'tail', 'a.log'), 'a one\na two\n');
      writeFileSync(join(dir, 'tail', 'b-1.log'), 'b one\n');
      appendFileSync(join(dir, 'tail', 'a.log'), 'a three\nnot yet whole');
    }
    const filesOf = (dir: string, sinks: readonly string[]): string[] => sinks.flatMap((sink) => readdirSync(join(dir, 'out', sink)).flatMap((name) => readFileSync(join(dir, 'out', sink, name), 'utf8').split('\n').filter((line) => line !== ''))).sort();
    const groups: readonly (readonly [readonly string[], number])[] = [[['ks'], 550], [['kt'], 1], [['f1', 'f2'], 3], [['b1', 'b2'], 1]];
    for (const [sinks, lines] of groups) {
      const [found, wanted] = await Promise.all(Object.values(dirs).reverse().map((dir) => until(`${lines} lines of ${sinks.join()} in ${dir}: ${ours.err()}`, () => { const all = filesOf(dir, sinks); return all.length >= lines ? all : null; })));
      expect(found).toEqual(wanted);
    }
    // the sink of the higher priority alone has worked
    for (const dir of Object.values(dirs)) expect([filesOf(dir, ['f1']).length, filesOf(dir, ['f2']).length]).toEqual([0, 3]);
    for (const dir of Object.values(dirs)) expect(readdirSync(join(dir, 'spool')).filter((name) => !name.startsWith('.'))).toEqual(['first.txt.COMPLETED']);
    const figures = (): Promise<Figures[]> => Promise.all([`http://127.0.0.1:${ours.ready['metricsPort']}/metrics`, theirs.metrics].map(async (url) => (await fetch(url)).json() as Promise<Figures>));
    const [metrics, wanted] = await figures() as [Figures, Figures];
    expect(Object.keys(wanted).length).toBeGreaterThan(8);
    for (const [name, group] of Object.entries(wanted)) expect([name, Object.keys(metrics[name] ?? {}).sort()]).toEqual([name, Object.keys(group).sort()]);
    // counted a moment after the files have the lines
    let last: unknown[] = [];
    await until('equal figures', async () => { last = (await figures()).map(compared); return JSON.stringify(last[0]) === JSON.stringify(last[1]); }).catch(() => { expect(last[0]).toEqual(last[1]); });
  });
});

const SEQ = `a1.sources = r1
a1.channels = c1
a1.sinks = k1
a1.sources.r1.type = seq
a1.sources.r1.totalEvents = 3
a1.sources.r1.channels = c1
a1.channels.c1.type = memory
a1.sinks.k1.type = logger
a1.sinks.k1.channel = c1
`;

describe('the command', () => {
  test('G42 an agent that is not there ends with code 2 and names those that are; the only one there is is taken unless --strict', async () => {
    writeFileSync(join(shop, 'seq.conf'), SEQ);
    writeFileSync(join(shop, 'two.conf'), `${SEQ}${SEQ.replaceAll('a1.', 'b1.')}`);
    const strict = await cli('--name', 'zz', '--strict', '--conf-file', 'seq.conf');
    expect([strict.code, strict.out]).toEqual([2, '']);
    expect(strict.err).toContain('a1');
    const two = await cli('--name', 'zz', '--conf-file', 'two.conf');
    expect([two.code, two.err.includes('a1, b1')]).toEqual([2, true]);
    const missing = await cli('--name', 'a1', '--conf-file', 'nowhere.conf');
    expect([missing.code, missing.err.includes('nowhere.conf')]).toEqual([5, true]);
    expect((await cli('frobnicate')).code).toBe(1);
    const agent = await start(SEQ, '--name', 'zz');
    expect(agent.ready).toMatchObject({ agent: 'a1', sources: '1', channels: '1', sinks: '1' });
    await until('three events', () => eventsIn(agent.out()).length === 3);
    expect(await agent.end()).toBe(0);
  });

  test('G43 a change of the file, and SIGHUP, restart what changed; a file that does not work is told and the agent goes on', async () => {
    const port = await freePort();
    const text = SEQ.replace('type = seq', `type = netcat\na1.sources.r1.bind = 127.0.0.1\na1.sources.r1.port = ${port}`);
    const agent = await start(text, '--name', 'a1', '-i', '1');
    await sendLines(port, ['before']);
    writeFileSync(agent.file, text.replace('type = logger', 'type = logger\na1.sinks.k1.maxBytesToLog = 2'));
    agent.kill('SIGHUP');
    await until('the reload', () => /new configuration: sink k1 changed/.test(agent.err()));
    await sendLines(port, ['behind']);
    await until('two events', () => eventsIn(agent.out()).length === 2);
    expect(eventsIn(agent.out())[1]).toMatch(/62 65 {40}/);
    writeFileSync(agent.file, text.replace('type = logger', 'type = logger\na1.sinks.k1.maxBytesToLog = many'));
    await until('the refusal', () => /the new configuration is not used/.test(agent.err()));
    await sendLines(port, ['third']);
    await until('three events', () => eventsIn(agent.out()).length === 3);
    writeFileSync(agent.file, 'a1.sources = \n');
    await until('the second refusal', () => (agent.err().match(/the new configuration is not used/g) ?? []).length >= 2);
    writeFileSync(agent.file, text.replace('type = logger', 'type = logger\na1.sinks.k1.maxBytesToLog = 3'));
    await until('the good one', () => (agent.err().match(/new configuration: sink k1 changed/g) ?? []).length >= 2);
    expect(await agent.end()).toBe(0);
  });

  test('G44 two agents on one folder of state: the second is refused and names the first; after kill -9 the folder is free', async () => {
    const state = join(shop, 'shared-state');
    const first = await start(SEQ, '--name', 'a1', '--state-dir', state);
    const { code, err } = await cli('--name', 'a1', '--conf-file', first.file, '--state-dir', state);
    expect([code, err.includes(first.ready['pid'] ?? '?')]).toEqual([5, true]);
    await first.end('SIGKILL');
    const again = await start(SEQ, '--name', 'a1', '--state-dir', state);
    expect(await again.end()).toBe(0);
  });

  test('G45 a port of the metrics that is taken ends the start in words', async () => {
    const first = await start(SEQ, '--name', 'a1', '-Dflume.monitoring.type=http', '-Dflume.monitoring.port=0');
    const { code, err } = await cli('--name', 'a1', '--conf-file', first.file, '--state-dir', join(shop, 'other'), '-Dflume.monitoring.type=http', `-Dflume.monitoring.port=${first.ready['metricsPort']}`);
    expect([code, err.includes(String(first.ready['metricsPort']))]).toEqual([5, true]);
    const ganglia = await start(SEQ, '--name', 'a1', '-Dflume.monitoring.type=ganglia', '-Dflume.monitoring.hosts=127.0.0.1:1');
    await until('the note', () => ganglia.err().includes('Ganglia is not fed'));
  });

  test('B25 tests of a configuration pass or show what differs, and the exit code says so', async () => {
    const dir = join(shop, 'tests');
    mkdirSync(dir);
    writeFileSync(join(dir, 'flume.conf'), SEQ.replace('r1.channels = c1', 'r1.channels = c1\na1.sources.r1.interceptors = i\na1.sources.r1.interceptors.i.type = static\na1.sources.r1.interceptors.i.key = dc\na1.sources.r1.interceptors.i.value = north'));
    writeFileSync(join(dir, 'good.sluice-test.yaml'), 'config: flume.conf\ntests:\n  - { name: it is marked, source: r1, input: [x], sinks: { k1: [{ headers: { dc: north }, body: x }] } }\n');
    const good = await cli('test', dir);
    expect([good.code, good.out.includes('it is marked'), good.out.includes('1 passed, 0 failed')]).toEqual([0, true, true]);
    writeFileSync(join(dir, 'bad.sluice-test.yaml'), 'config: flume.conf\ntests:\n  - { name: wrong, source: r1, input: [x], channels: { c1: [y] } }\n');
    const both = await cli('test', dir);
    expect(both.code).toBe(1);
    expect(both.out).toContain('- y');
    expect(both.out).toContain('+ {dc=north} x');
    writeFileSync(join(dir, 'broken.sluice-test.yaml'), 'config: flume.conf\ntests:\n  - { name: wrong, source: r1, inputs: [x] }\n');
    expect(await cli('test', join(dir, 'broken.sluice-test.yaml'))).toMatchObject({ code: 1, err: expect.stringContaining('line 3') as string });
    expect((await cli('test', join(shop, 'nowhere'))).code).toBe(1);
  });

  test('B26 validate tells lints and what cannot be made, and starts nothing', async () => {
    writeFileSync(join(shop, 'clean.conf'), SEQ);
    expect(await cli('validate', '--conf-file', 'clean.conf')).toMatchObject({ code: 0, out: 'clean.conf: nothing to remark\n' });
    writeFileSync(join(shop, 'wrong.conf'), `${SEQ}a1.sources.r1.interceptors = i\na1.sources.r1.interceptors.i.type = regex_filter\na1.sources.r1.interceptors.i.regex = (\n`);
    const wrong = await cli('validate', 'wrong.conf', '--json');
    expect(wrong.code).toBe(1);
    const told = wrong.out.trim().split('\n').map((line) => JSON.parse(line) as { type: string; node?: string });
    expect(told.some(({ node }) => node === 'source r1')).toBe(true);
    expect((await cli('validate', '--name', 'zz', '--strict', 'clean.conf')).code).toBe(2);
    expect(existsSync(join(shop, 'state-validate'))).toBe(false);
  });

  test('B34 dead letters are listed, shown, sent again and discarded from the command line while the agent runs', async () => {
    const state = join(shop, 'letters');
    const box = await DeadLetterBox.open({ disk: nodeDisk, dir: join(state, 'dead-letters'), now: () => Date.now() });
    await box.add('a1.sinks.k1', ['one', 'two', 'three'].map((body) => ({ event: event(body, { n: body }), reason: 'no such topic' })));
    await box.close();
    const agent = await start(SEQ.replace('totalEvents = 3', 'totalEvents = 0'), '--name', 'a1', '--state-dir', state);
    const list = await cli('dead-letters', 'list', state, '--json');
    const letters = list.out.trim().split('\n').map((line) => JSON.parse(line) as { id: string; body: string; headers: Record<string, string> });
    expect(letters.map(({ body }) => body)).toEqual(['three', 'two', 'one']);
    writeFileSync(join(shop, 'edited.json'), JSON.stringify({ ...letters[1], body: 'edited' }));
    expect((await cli('dead-letters', 'resubmit', state, letters[1]?.id ?? '', '--event', join(shop, 'edited.json'))).code).toBe(0);
    await until('the edited one', () => eventsIn(agent.out()).some((line) => line.includes('n=two') && line.includes('edited')));
    expect((await cli('dead-letters', 'discard', state, letters[0]?.id ?? '')).code).toBe(0);
    await until('one left', async () => (await DeadLetterBox.open({ disk: nodeDisk, dir: join(state, 'dead-letters'), now: () => Date.now() })).count === 1);
  });

  test('C6 a secret of the vault comes into the configuration, and is printed nowhere else', async () => {
    const data = join(shop, 'data');
    mkdirSync(data, { recursive: true });
    const vault = passphraseVault(join(data, 'vault.json'), { cost: 1024 });
    await vault.create('open sesame');
    await vault.set('token', 's3cret');
    writeFileSync(join(shop, 'passphrase'), 'open sesame\n');
    const text = SEQ.replace('r1.channels = c1', 'r1.channels = c1\na1.configfilters = v\na1.configfilters.v.type = vault\na1.sources.r1.interceptors = i\na1.sources.r1.interceptors.i.type = static\na1.sources.r1.interceptors.i.value = ${v["token"]}');
    const before = process.env['SLUICE_DATA'];
    process.env['SLUICE_DATA'] = data;
    try {
      const agent = await start(text, '--name', 'a1', `-Dsluice.vault.passphraseFile=${join(shop, 'passphrase')}`);
      await until('three events', () => eventsIn(agent.out()).length === 3);
      expect(eventsIn(agent.out())[0]).toContain('key=s3cret');
      expect(agent.err()).not.toContain('s3cret');
    } finally {
      if (before === undefined) delete process.env['SLUICE_DATA'];
      else process.env['SLUICE_DATA'] = before;
    }
  });

  test('G46 an exclusive agent runs in one process at a time, and in the other once the first is killed', async () => {
    const ensemble = new CliShop();
    try {
      const node = await ensemble.standalone();
      const text = `${SEQ.replace('totalEvents = 3', 'totalEvents = 1')}a1.sluice.exclusive = ${node.at}/agents/a1\n`;
      const first = await start(text, '--name', 'a1');
      const second = launch(text, ['--name', 'a1']);
      let told = '';
      second.child.stdout?.on('data', (chunk: Buffer) => { told += chunk.toString(); });
      second.child.stderr?.on('data', (chunk: Buffer) => { told += chunk.toString(); });
      await until('it waits', () => told.includes('waits for the lock'));
      expect(told).not.toContain('READY');
      await first.end();
      await until('it runs', () => told.includes('READY'));
      second.child.kill('SIGTERM');
      expect((await once(second.child, 'close'))[0]).toBe(0);
    } finally {
      await ensemble.close();
    }
  });

  test('G47 a configuration in the coordination tree runs, and a change of its znode is followed', async () => {
    const ensemble = new CliShop();
    try {
      const node = await ensemble.standalone();
      const client = await openCoordination(node.at, { pid: process.pid });
      await client.set('/flume/a1', Buffer.from(SEQ), null);
      const child = spawn(process.execPath, ['--no-warnings', CLI, 'agent', '--name', 'a1', '-z', node.at, '-p', '/flume', '--state-dir', join(shop, 'tree-state')], { env: { ...process.env, LC_ALL: 'C.UTF-8' }, stdio: ['ignore', 'pipe', 'pipe'] });
      let told = '';
      child.stdout.on('data', (chunk: Buffer) => { told += chunk.toString(); });
      child.stderr.on('data', (chunk: Buffer) => { told += chunk.toString(); });
      await until('it runs', () => told.includes('READY') && eventsIn(told).length === 3);
      const before = await client.get('/flume/a1');
      await client.set('/flume/a1', Buffer.from(SEQ.replace('type = logger', 'type = null')), before?.version ?? 0);
      await until('the reload', () => told.includes('new configuration: sink k1 changed'));
      child.kill('SIGTERM');
      expect((await once(child, 'close'))[0]).toBe(0);
      await client.close();
    } finally {
      await ensemble.close();
    }
  });
});
