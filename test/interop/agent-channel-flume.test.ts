// A file channel that a real Flume 1.11 wrote, killed under load, becomes a channel of ours: what it had acknowledged and not delivered is there, once.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readFlumeChannel } from '../../main/engines/agent/channels/flume/flume-channel.ts';
import type { Event } from '../../main/engines/agent/event/event.ts';
import { nodeDisk } from '../../main/lib/disk/node-disk.ts';
import { runFlumeIntegrityTool } from '../peers/flume/tools.ts';
import { peerProblem, startPeer, type RunningPeer } from '../peers/start-peer.ts';
import { bodies, makeChannel, type Made } from '../support/agent/channels.ts';
import { event, makeMemoryChannel, makeSink, putAll, takeAll, testPorts } from '../support/agent/probe.ts';

const problem = peerProblem('flume');

const CONFIG = `a1.sources = r1
a1.channels = kept drained
a1.sinks = k1
a1.sources.r1.type = avro
a1.sources.r1.bind = 127.0.0.1
a1.sources.r1.port = @PORT@
a1.sources.r1.channels = kept drained
${['kept', 'drained'].map((name) => `a1.channels.${name}.type = file
a1.channels.${name}.checkpointDir = @DIR@/${name}/checkpoint
a1.channels.${name}.dataDirs = @DIR@/${name}/data1,@DIR@/${name}/data2
a1.channels.${name}.capacity = 100000
a1.channels.${name}.checkpointInterval = 1000
a1.channels.${name}.minimumRequiredSpace = 1048576
a1.channels.${name}.maxFileSize = 2000000
`).join('')}
a1.sinks.k1.type = file_roll
a1.sinks.k1.channel = drained
a1.sinks.k1.sink.directory = @DIR@/rolled
a1.sinks.k1.sink.rollInterval = 0
a1.sinks.k1.sink.batchSize = 50
`;

const numberOf = (body: string): number => Number(body.split(' ')[0]);

describe.skipIf(problem)(`a file channel of Flume${problem ? ` (${problem})` : ''}`, () => {
  const dir = mkdtempSync(join(tmpdir(), 'agent-channel-flume-'));
  let flume: RunningPeer<'flume'>;
  let acked = 0;
  let sent = 0;
  let whileItRan: unknown = null;

  const values = (name: string, from = dir): Record<string, string | number> => ({
    checkpointDir: join(from, name, 'checkpoint'), dataDirs: `${join(from, name, 'data1')},${join(from, name, 'data2')}`, capacity: 100_000, minimumRequiredSpace: 1, 'keep-alive': 0,
  });
  const numbered = (n: number): Event => event(`${n} ${'é'.repeat(20)}`, { n: String(n), 'ü': 'ß' });

  beforeAll(async () => {
    mkdirSync(join(dir, 'rolled'));
    flume = await startPeer('flume', { config: CONFIG.replaceAll('@DIR@', dir) });
    const channel = makeMemoryChannel({ capacity: 1000 });
    const { sink } = await makeSink('avro', { hostname: '127.0.0.1', port: flume.port, 'batch-size': 100 });
    await sink.start();
    // killed in the middle of it, some time behind 6,000
    while (flume) {
      if (acked === 3000) whileItRan = await makeChannel('file', values('kept')).then(({ channel: ours }) => ours.start()).catch((error: unknown) => error);
      if (acked === 6000) setTimeout(() => { process.kill(flume.pid, 'SIGKILL'); }, 20).unref();
      await putAll(channel, Array.from({ length: 100 }, (_, i) => numbered(sent + i)));
      sent += 100;
      try {
        await sink.process(channel, new AbortController().signal);
        acked = sent;
      } catch {
        break;
      }
    }
    await sink.stop();
  }, 120_000);
  afterAll(async () => {
    await flume?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  async function all({ channel }: Made): Promise<Event[]> {
    const seen: Event[] = [];
    for (let more = await takeAll(channel, 5000); more.length > 0; more = await takeAll(channel, 5000)) seen.push(...more);
    return seen;
  }

  test('K40 everything that Flume acknowledged is brought over, in order, with its headers, and its files are put aside', async () => {
    expect(acked).toBeGreaterThanOrEqual(6000);
    cpSync(join(dir, 'kept'), join(dir, 'copy/kept'), { recursive: true });
    const ports = testPorts();
    const made = await makeChannel('file', values('kept'), ports);
    await made.channel.start();
    expect(made.said.notes.join('\n')).toContain('brought over');
    const events = await all(made);
    const seen = events.map(({ body }) => numberOf(body.toString('utf8')));
    expect(seen.slice(0, acked)).toEqual(Array.from({ length: acked }, (_, i) => i));
    expect(seen.length).toBeLessThanOrEqual(sent);
    expect([...(events[7] as Event).headers].sort()).toEqual([['n', '7'], ['ü', 'ß']]);
    expect(readdirSync(join(dir, 'kept/data1')).some((name) => name.startsWith('log-'))).toBe(false);
    expect(readdirSync(join(dir, 'kept/data1/flume-files')).some((name) => name.startsWith('log-'))).toBe(true);
    await made.channel.stop();
    const again = await makeChannel('file', values('kept'), ports);
    await again.channel.start();
    expect(again.channel.size).toBe(0);
    await again.channel.stop();
  });

  test('K26 while Flume works in the folders ours is refused, and Flume is named', () => {
    expect(whileItRan).toMatchObject({ code: 'AGENT_CHANNEL_LOCKED', params: { holder: `process ${flume.pid}, an agent of Flume` } });
  });

  test('K41 what Flume’s sink had delivered does not come back, and nothing is between the two', async () => {
    const delivered = new Set(readdirSync(join(dir, 'rolled')).flatMap((name) => readFileSync(join(dir, 'rolled', name), 'utf8').split('\n').slice(0, -1).map(numberOf)));
    const made = await makeChannel('file', values('drained'));
    await made.channel.start();
    const rest = bodies(await all(made)).map(numberOf);
    await made.channel.stop();
    expect(rest.filter((n, i) => i > 0 && n <= (rest[i - 1] as number))).toEqual([]);
    for (let n = 0; n < acked; n++) if (!delivered.has(n) && !rest.includes(n)) throw new Error(`${n} is lost`);
    // what the sink had written and not committed: one batch at most
    expect(rest.filter((n) => delivered.has(n)).length).toBeLessThanOrEqual(50);
  });

  test('K42 a flipped byte stops the import with its place, changes nothing, and Flume’s own tool finds the same', async () => {
    const data = ['data1', 'data2'].map((name) => join(dir, 'copy/kept', name));
    const log = data.flatMap((folder) => readdirSync(folder).filter((name) => /^log-\d+$/.test(name)).map((name) => join(folder, name))).find((path) => readFileSync(path).length > 100_000) as string;
    const bytes = readFileSync(log);
    const at = bytes.indexOf('é', 50_000);
    bytes[at] = (bytes[at] as number) ^ 1;
    writeFileSync(log, bytes);
    const made = await makeChannel('file', values('kept', join(dir, 'copy')));
    const error = await made.channel.start().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'AGENT_CHANNEL_CORRUPT', params: { file: log } });
    const { offset } = (error as { params: { offset: number } }).params;
    expect(at - offset).toBeLessThan(200);
    expect(bytes[offset]).toBe(0x7f);
    expect(readFileSync(log).equals(bytes)).toBe(true);
    expect(existsSync(join(dir, 'copy/kept/data1/flume-files'))).toBe(false);
    const skipping = await readFlumeChannel(nodeDisk, data, true);
    expect(skipping.damage.map(({ path, offset: place }) => [path, place])).toEqual([[log, offset]]);
    const { stdout, stderr } = await runFlumeIntegrityTool(data);
    expect(`${stdout}${stderr}`).toMatch(/Number of Corrupt Events\s*[:=]\s*1\b/);
    const repaired = await readFlumeChannel(nodeDisk, data, false);
    expect(repaired.places.length).toBe(skipping.places.length);
  });
});
