import { appendFileSync, mkdirSync, mkdtempSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { openHdfs } from '../../../../../../main/engines/agent/hdfs/open-hdfs.ts';
import { pathOf } from '../../../../../../main/engines/agent/sources/hdfs.ts';
import type { ChannelProcessor, Source } from '../../../../../../main/engines/agent/parts.ts';
import type { AgentPorts, HdfsClient } from '../../../../../../main/engines/agent/ports.ts';
import { nodeDisk } from '../../../../../../main/lib/disk/node-disk.ts';
import { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';
import { Crash, DurableProcessor, Fate, mortalDisk } from '../../../../../support/agent/durable-processor.ts';
import { CollectingProcessor, makeMemoryChannel, makeSource, takeAll, testPorts, type Said } from '../../../../../support/agent/probe.ts';
import { SelectingProcessor } from '../../../../../../main/engines/agent/runner/channel-processor.ts';
import { seeded } from '../../../../../support/memory-disk.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'sluice-hdfs-'));
const BASE = { 'hdfs.uri': 'file:///', 'hdfs.pollInterval': 1 };

let monotonic = 0;
/** Its time passes with each poll, so that each of them looks. */
const clock = { now: () => Date.now(), monotonic: () => monotonic };
const portsHere = (): AgentPorts => testPorts({ openHdfs, clock });

async function settle(source: Source, times = 3): Promise<void> {
  for (let quiet = 0; quiet < times; monotonic += 100) {
    quiet = (await (source.poll as NonNullable<Source['poll']>)(new AbortController().signal)) === 'ready' ? 0 : quiet + 1;
  }
}

async function started<P extends ChannelProcessor>(dir: string, processor: P, change: Readonly<Record<string, string | number | boolean>> = {}, ports: AgentPorts = portsHere()): Promise<{ source: Source; said: Said; ports: AgentPorts; processor: P }> {
  const { source, said } = await makeSource('hdfs', { ...BASE, 'hdfs.path': dir, ...change }, { ports, processor });
  await source.start();
  return { source, said, ports, processor };
}

test('F10 reads the files under the path by name order, and what is added to them, each line once', async () => {
  const dir = folder();
  mkdirSync(join(dir, 'b'));
  writeFileSync(join(dir, 'c.log'), '5\n');
  writeFileSync(join(dir, 'b', 'x'), '3\n4\n');
  writeFileSync(join(dir, 'a'), '1\n2\n');
  const { source, processor, ports } = await started(dir, new CollectingProcessor());
  await settle(source);
  expect(processor.bodies).toEqual(['1', '2', '3', '4', '5']);
  appendFileSync(join(dir, 'a'), '6\n');
  writeFileSync(join(dir, 'd'), '7\n');
  await settle(source);
  expect(processor.bodies.slice(5)).toEqual(['6', '7']);
  await source.stop();
  const again = await started(dir, new CollectingProcessor(), {}, ports);
  appendFileSync(join(dir, 'b', 'x'), '8\n');
  await settle(again.source);
  expect(again.processor.bodies).toEqual(['8']);
});

test('F10 hidden and unfinished files are passed over, gzip is read, other packings are told', async () => {
  const dir = folder();
  for (const name of ['.a', '_SUCCESS', 'x.tmp', 'y._COPYING_']) writeFileSync(join(dir, name), 'no\n');
  mkdirSync(join(dir, '_logs'));
  writeFileSync(join(dir, '_logs', 'x'), 'no\n');
  writeFileSync(join(dir, 'z.gz'), gzipSync('packed 1\npacked 2'));
  writeFileSync(join(dir, 'z.bz2'), 'BZh9');
  const { source, processor, said } = await started(dir, new CollectingProcessor());
  await settle(source);
  expect(processor.bodies).toEqual(['packed 1', 'packed 2']);
  expect(said.problems).toMatchObject([{ code: 'AGENT_READ', params: { file: join(dir, 'z.bz2') } }]);
  renameSync(join(dir, 'x.tmp'), join(dir, 'x'));
  await settle(source);
  expect(processor.bodies.slice(2)).toEqual(['no']);
});

test('F11 a last line waits for its end, and is an event when its file was not changed for lastLineAfter', async () => {
  const dir = folder();
  writeFileSync(join(dir, 'a'), 'whole\nha');
  const { source, processor } = await started(dir, new CollectingProcessor(), { 'hdfs.lastLineAfter': 60_000 });
  await settle(source);
  expect(processor.bodies).toEqual(['whole']);
  appendFileSync(join(dir, 'a'), 'lf\nre');
  await settle(source);
  expect(processor.bodies).toEqual(['whole', 'half']);
  await source.stop();
  const quick = await started(dir, new CollectingProcessor(), { 'hdfs.lastLineAfter': 30 });
  await expect.poll(async () => { await settle(quick.source, 1); return quick.processor.bodies; }).toEqual(['whole', 'half', 're']);
  await settle(quick.source);
  expect(quick.processor.bodies).toHaveLength(3);
});

test('F12 a renamed file is the same file, also when it went by while the agent was away', async () => {
  const dir = folder();
  writeFileSync(join(dir, 'a'), '1\n2\n');
  const { source, processor, ports } = await started(dir, new CollectingProcessor());
  await settle(source);
  renameSync(join(dir, 'a'), join(dir, 'a.1'));
  appendFileSync(join(dir, 'a.1'), '3\n');
  await settle(source);
  expect(processor.bodies).toEqual(['1', '2', '3']);
  await source.stop();
  renameSync(join(dir, 'a.1'), join(dir, 'b'));
  writeFileSync(join(dir, 'a'), 'new\n');
  const again = await started(dir, new CollectingProcessor(), {}, ports);
  await settle(again.source);
  expect(again.processor.bodies).toEqual(['new']);
});

test('F12 where only names tell files, one that begins as a file that is gone is that file', async () => {
  const dir = folder();
  const nameless = async (...args: Parameters<typeof openHdfs>): Promise<HdfsClient> => {
    const client = await openHdfs(...args);
    return Object.assign(Object.create(client) as HdfsClient, { list: async (path: string) => (await client.list(path))?.map((entry) => ({ ...entry, id: null })) ?? null });
  };
  writeFileSync(join(dir, 'a'), '1\n2\n');
  const { source, processor } = await started(dir, new CollectingProcessor(), {}, testPorts({ openHdfs: nameless, clock }));
  await settle(source);
  renameSync(join(dir, 'a'), join(dir, 'z'));
  appendFileSync(join(dir, 'z'), '3\n');
  writeFileSync(join(dir, 'y'), 'other\n');
  await settle(source);
  expect(processor.bodies).toEqual(['1', '2', 'other', '3']);
});

test('F12 a file that was cut and begins differently is read from its beginning', async () => {
  const dir = folder();
  writeFileSync(join(dir, 'a'), 'one\ntwo\nthree\n');
  const { source, processor } = await started(dir, new CollectingProcessor());
  await settle(source);
  truncateSync(join(dir, 'a'), 0);
  appendFileSync(join(dir, 'a'), 'new\n');
  await settle(source);
  expect(processor.bodies).toEqual(['one', 'two', 'three', 'new']);
});

test('F13 batches are as large as hdfs.batchSize and no larger than the channels take at once; a full channel is asked again', async () => {
  const dir = folder();
  writeFileSync(join(dir, 'a'), Array.from({ length: 250 }, (_, i) => `${i}\n`).join(''));
  const processor = new CollectingProcessor();
  processor.most = 100;
  const { source } = await started(dir, processor, { 'hdfs.batchSize': 1000 });
  processor.refuse = SluiceError.of('AGENT_CHANNEL_FULL', { channel: 'c1', capacity: 100 });
  await expect(settle(source)).rejects.toMatchObject({ code: 'AGENT_CHANNEL_FULL' });
  processor.refuse = null;
  await settle(source);
  expect(processor.batches).toEqual([100, 100, 50]);
  expect(processor.bodies).toEqual(Array.from({ length: 250 }, (_, i) => String(i)));
});

test('F13 a file that is no text is told, left, and read once it changed; the others go on', async () => {
  const dir = folder();
  writeFileSync(join(dir, 'a'), Buffer.from([0xc3, 0x28, 0x0a]));
  writeFileSync(join(dir, 'b'), 'b\n');
  writeFileSync(join(dir, 'c.gz'), 'no gzip');
  const { source, processor, said } = await started(dir, new CollectingProcessor());
  await settle(source);
  expect(processor.bodies).toEqual(['b']);
  expect(said.problems.map(({ code, params }) => [code, params['file']])).toEqual([['AGENT_DECODE', join(dir, 'a')], ['AGENT_DECODE', join(dir, 'c.gz')]]);
  writeFileSync(join(dir, 'a'), 'text now\n');
  await settle(source);
  expect(processor.bodies).toEqual(['b', 'text now']);
});

test('F10 with hdfs.fromEnd only what comes after the first start is read', async () => {
  const dir = folder();
  writeFileSync(join(dir, 'a'), 'old\n');
  const { source, processor } = await started(dir, new CollectingProcessor(), { 'hdfs.fromEnd': true });
  await settle(source);
  appendFileSync(join(dir, 'a'), 'new\n');
  writeFileSync(join(dir, 'b'), 'b\n');
  await settle(source);
  expect(processor.bodies).toEqual(['new', 'b']);
});

test('F10 the file is in the headers where it is wanted', async () => {
  const dir = folder();
  writeFileSync(join(dir, 'a'), 'x\n');
  const { source, processor } = await started(dir, new CollectingProcessor(), { fileHeader: true, basenameHeader: true, basenameHeaderKey: 'name' });
  await settle(source);
  expect([...(processor.events[0]?.headers ?? [])]).toEqual([['file', join(dir, 'a')], ['name', 'a']]);
});

test('F10 the path comes from hdfs.path, or from the address', () => {
  expect(pathOf('c', 'hdfs://namenode:9000/data', '/data')).toBe('/data');
  expect(pathOf('c', 'hdfs://namenode:9000/data/', null)).toBe('/data');
  expect(pathOf('c', 'hdfs://namenode:9000', null)).toBe('/');
  expect(pathOf('c', 'hdfs://namenode:9000', 'hdfs://namenode:9000/x')).toBe('/x');
  expect(() => pathOf('c', 'hdfs://namenode:9000', 'data')).toThrow(/AGENT_KEY/);
});

/** Files grow, come and are renamed while the source crashes at random steps, 8 lives each. */
async function lives(seed: number, processor: DurableProcessor): Promise<number> {
  const random = seeded(seed);
  const dir = folder();
  const state = portsHere();
  let line = 0;
  const names: string[] = [];
  const change = (): void => {
    const dice = random();
    if (dice < 0.3 || names.length === 0) {
      const name = `f${names.length}-${Math.floor(random() * 1000)}`;
      names.push(name);
      writeFileSync(join(dir, name), '');
    }
    const i = Math.floor(random() * names.length);
    const lines = Array.from({ length: Math.floor(random() * 12) }, () => `${line++}\n`).join('');
    appendFileSync(join(dir, names[i] as string), lines);
    if (dice > 0.8) {
      const to = `r${Math.floor(random() * 1e6)}`;
      renameSync(join(dir, names[i] as string), join(dir, to));
      names[i] = to;
    }
  };
  for (let life = 0; life < 8; life++) {
    const fate = new Fate(life === 7 ? Infinity : Math.floor(random() * 40));
    processor.fate = fate;
    const ports = { ...state, disk: mortalDisk(nodeDisk, () => fate) };
    const { source } = await started(dir, processor, { 'hdfs.batchSize': 1 + Math.floor(random() * 7) }, ports);
    for (let i = 0; i < 4 && !fate.dead; i++) {
      change();
      await settle(source, 2).catch((error: unknown) => { if (!fate.dead && !(error instanceof Crash)) throw error; });
    }
    if (!fate.dead && random() < 0.5) await source.stop();
  }
  return line;
}

test('F3 with a durable channel every line comes once, whatever step the agent crashes at', async () => {
  for (let seed = 0; seed < 60; seed++) {
    const processor = new DurableProcessor();
    const lines = await lives(seed, processor);
    expect(processor.bodies.map(Number).sort((a, b) => a - b), `seed ${seed}`).toEqual(Array.from({ length: lines }, (_, i) => i));
  }
});

test('F4 behind a channel that keeps no marks nothing is lost, and a crash repeats no more than one batch', async () => {
  for (let seed = 100; seed < 130; seed++) {
    const processor = new DurableProcessor(false);
    const lines = await lives(seed, processor);
    expect([...new Set(processor.bodies.map(Number))].sort((a, b) => a - b), `seed ${seed}`).toEqual(Array.from({ length: lines }, (_, i) => i));
    expect(processor.bodies.length - lines).toBeLessThanOrEqual(7 * 8);
  }
});

test('F4 what a channel of memory still had when the agent was killed is read again', async () => {
  const dir = folder();
  writeFileSync(join(dir, 'a'), Array.from({ length: 20 }, (_, i) => `${i}\n`).join(''));
  const ports = portsHere();
  const behind = (channel: ReturnType<typeof makeMemoryChannel>): SelectingProcessor =>
    new SelectingProcessor({ interceptors: [], selector: { fixed: { required: [channel], optional: [] }, route: () => ({ required: [channel], optional: [] }) }, channels: [channel], say: { problem: () => {}, note: () => {}, failed: () => {} } });
  const channel = makeMemoryChannel();
  const first = await started(dir, behind(channel), { 'hdfs.batchSize': 5 }, ports);
  await settle(first.source);
  expect((await takeAll(channel, 10)).map((event) => event.body.toString())).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  await new Promise((resolve) => { setTimeout(resolve, 150); }); // its place is written soon after
  const fresh = makeMemoryChannel();
  const second = await started(dir, behind(fresh), {}, ports);
  await settle(second.source);
  expect((await takeAll(fresh)).map((event) => event.body.toString())).toEqual(['10', '11', '12', '13', '14', '15', '16', '17', '18', '19']);
});
