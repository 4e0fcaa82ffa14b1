import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { openHdfs } from '../../../../../../../main/engines/agent/hdfs/open-hdfs.ts';
import type { Event } from '../../../../../../../main/engines/agent/event/event.ts';
import type { Sink } from '../../../../../../../main/engines/agent/parts.ts';
import type { HdfsClient, HdfsWriter } from '../../../../../../../main/engines/agent/ports.ts';
import { vint } from '../../../../../../../main/engines/agent/sinks/hdfs/sequence-file.ts';
import { SluiceError } from '../../../../../../../preload/contract/sluice-error.ts';
import { drain, event, makeMemoryChannel, makeSink, putAll, testPorts, type Said } from '../../../../../../support/agent/probe.ts';

type Values = Readonly<Record<string, string | number | boolean>>;
const made: Sink[] = [];
afterEach(async () => { for (const sink of made.splice(0)) await sink.stop(); });

const NEVER: Values = { 'hdfs.rollInterval': 0, 'hdfs.rollSize': 0, 'hdfs.rollCount': 0 };

async function run(values: Values, events: readonly Event[], client: (real: HdfsClient) => HdfsClient = (real) => real): Promise<{ dir: string; sink: Sink; said: Said; channel: ReturnType<typeof makeMemoryChannel>; work(): Promise<void> }> {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-sink-'));
  const ports = testPorts({ openHdfs: async (target) => client(await openHdfs(target)) });
  const { sink, said } = await makeSink('hdfs', { 'hdfs.path': `file://${dir}`, 'hdfs.fileType': 'DataStream', 'hdfs.timeZone': 'UTC', ...NEVER, ...values }, { ports });
  made.push(sink);
  await sink.start();
  const channel = makeMemoryChannel();
  await putAll(channel, events);
  return { dir, sink, said, channel, work: () => drain(sink, channel) };
}

const lines = (count: number, from = 0): Event[] => Array.from({ length: count }, (_, i) => event(`line ${from + i}`));
const texts = (dir: string): string[] => readdirSync(dir).sort().map((name) => readFileSync(join(dir, name), 'utf8'));

test('F51 a file has a name that says it is in use, and its own when it is closed', async () => {
  const it = await run({ 'hdfs.filePrefix': 'app', 'hdfs.fileSuffix': '.log', 'hdfs.inUsePrefix': '_' }, lines(3));
  await it.work();
  expect(readdirSync(it.dir)).toMatchObject([expect.stringMatching(/^_app\.\d{13}\.log\.tmp$/)]);
  expect(texts(it.dir)).toEqual(['line 0\nline 1\nline 2\n']); // flushed before the commit
  await it.sink.stop();
  expect(readdirSync(it.dir)).toMatchObject([expect.stringMatching(/^app\.\d{13}\.log$/)]);
});

test('F51 files are rolled by count, by size of the bodies, by age and by idleness', async () => {
  const counted = await run({ 'hdfs.rollCount': 4, 'hdfs.batchSize': 3 }, lines(10));
  await counted.work();
  await counted.sink.stop();
  expect(texts(counted.dir).map((text) => text.split('\n').length - 1)).toEqual([4, 4, 2]);
  const sized = await run({ 'hdfs.rollSize': 13 }, lines(5));
  await sized.work();
  await sized.sink.stop();
  expect(texts(sized.dir).map((text) => text.split('\n').length - 1)).toEqual([3, 2]); // of 6 bytes each: 18 are the first not below 13
  const aged = await run({ 'hdfs.rollInterval': 1 }, lines(1));
  await aged.work();
  await expect.poll(() => readdirSync(aged.dir)[0], { timeout: 5000 }).toMatch(/\d$/);
  await putAll(aged.channel, lines(1, 1));
  await aged.work();
  expect(readdirSync(aged.dir)).toHaveLength(2);
  const idle = await run({ 'hdfs.idleTimeout': 1 }, lines(1));
  await idle.work();
  await expect.poll(() => readdirSync(idle.dir)[0], { timeout: 5000 }).toMatch(/\d$/);
});

test('F52 events go where their headers and times say, and no more than maxOpenFiles are open', async () => {
  const it = await run({ 'hdfs.path': 'replaced', 'hdfs.filePrefix': '%{kind}', 'hdfs.maxOpenFiles': 1 }, []).catch((error: unknown) => error);
  expect(it).toMatchObject({ code: 'AGENT_KEY', params: { key: 'hdfs.path' } });
  const dir = mkdtempSync(join(tmpdir(), 'sluice-sink-'));
  const real = await run({ 'hdfs.path': `file://${dir}/%Y/%m-%d`, 'hdfs.filePrefix': '%{kind}', 'hdfs.maxOpenFiles': 1 }, [
    event('a', { kind: 'x', timestamp: String(Date.UTC(2026, 0, 1)) }), event('b', { kind: 'y', timestamp: String(Date.UTC(2026, 0, 2)) }), event('c', { kind: 'x', timestamp: String(Date.UTC(2026, 0, 1)) }),
  ]);
  await real.work();
  expect(texts(join(dir, '2026', '01-01'))).toEqual(['a\nc\n']);
  expect(readdirSync(join(dir, '2026', '01-01'))[0]).toMatch(/^x\.\d+$/); // closed for the other
  expect(readdirSync(join(dir, '2026', '01-02'))[0]).toMatch(/^y\.\d+\.tmp$/);
});

test('F52 an event without a time is a dead letter where such are kept, and keeps its batch otherwise', async () => {
  const events = [event('a'), event('b', { timestamp: '1' })];
  const stuck = await run({ 'hdfs.filePrefix': '%Y' }, events);
  await expect(stuck.work()).rejects.toMatchObject({ code: 'AGENT_HEADER' });
  expect(stuck.channel.size).toBe(2);
  const letters: string[] = [];
  const dir = mkdtempSync(join(tmpdir(), 'sluice-sink-'));
  const { sink } = await makeSink('hdfs', { 'hdfs.path': dir, 'hdfs.fileType': 'DataStream', 'hdfs.filePrefix': '%Y', 'hdfs.timeZone': 'UTC' }, {
    ports: testPorts({ openHdfs }), deadLetters: { add: (more) => { for (const { event: letter } of more) letters.push(letter.body.toString()); return Promise.resolve(); } },
  });
  made.push(sink);
  const channel = makeMemoryChannel();
  await putAll(channel, events);
  await drain(sink, channel);
  expect(letters).toEqual(['a']);
  expect(texts(dir)).toEqual(['b\n']);
});

test('F53 a CompressedStream is whole after every batch, a serializer of containers begins each file', async () => {
  const it = await run({ 'hdfs.fileType': 'CompressedStream', 'hdfs.codeC': 'GzipCodec', 'hdfs.batchSize': 2 }, lines(5));
  await it.work();
  const [name] = readdirSync(it.dir);
  expect(name).toMatch(/\.gz\.tmp$/);
  expect(gunzipSync(readFileSync(join(it.dir, name as string))).toString()).toBe('line 0\nline 1\nline 2\nline 3\nline 4\n');
  const avro = await run({ serializer: 'avro_event', 'hdfs.rollCount': 2 }, lines(3));
  await avro.work();
  await avro.sink.stop();
  expect(texts(avro.dir).map((text) => text.slice(0, 3))).toEqual(['Obj', 'Obj']);
});

test('F53 a SequenceFile is that of Hadoop, byte for byte', async () => {
  const it = await run({ 'hdfs.fileType': 'SequenceFile' }, [event('hi', { timestamp: '258' })]);
  await it.work();
  const bytes = readFileSync(join(it.dir, readdirSync(it.dir)[0] as string));
  const header = Buffer.from('SEQ\x06\x21org.apache.hadoop.io.LongWritable\x22org.apache.hadoop.io.BytesWritable\0\0\0\0\0\0');
  expect(bytes.subarray(0, header.length)).toEqual(header);
  expect(bytes.subarray(header.length + 16).toString('hex')).toBe('0000000e' + '00000008' + '0000000000000102' + '00000002' + '6869');
  expect([0, 127, 128, 255, 256, 65_536, 2 ** 31 - 1].map((n) => vint(n).toString('hex'))).toEqual(['00', '7f', '8f80', '8fff', '8e0100', '8d010000', '8c7fffffff']);
});

test('F53 what cannot be written is told when the sink is made', async () => {
  await expect(run({ 'hdfs.fileType': 'CompressedStream' }, [])).rejects.toMatchObject({ code: 'AGENT_KEY', params: { key: 'hdfs.codeC' } });
  await expect(run({ 'hdfs.fileType': 'CompressedStream', 'hdfs.codeC': 'bzip2' }, [])).rejects.toMatchObject({ code: 'AGENT_KEY', params: { value: 'bzip2' } });
  await expect(run({ 'hdfs.timeZone': 'Moon/Base' }, [])).rejects.toMatchObject({ code: 'AGENT_KEY', params: { key: 'hdfs.timeZone' } });
  await expect(run({ 'hdfs.kerberosPrincipal': 'flume/x@Y' }, [])).rejects.toMatchObject({ code: 'AGENT_NOT_HERE' });
});

/** A client whose calls fail while `broken` says so. */
function failing(state: { broken: 'create' | 'write' | 'flush' | 'rename' | 'hang' | null; renames: number }): (real: HdfsClient) => HdfsClient {
  const fail = (what: string): void => { if (state.broken === what) throw SluiceError.of('AGENT_DELIVERY', { component: 'hdfs', target: '/', reason: `no ${what}` }); };
  return (real) => Object.assign(Object.create(real) as HdfsClient, {
    create: async (path: string, options: { overwrite: boolean }): Promise<HdfsWriter> => {
      fail('create');
      const writer = await real.create(path, options);
      return {
        get size() { return writer.size; },
        write: async (bytes: Buffer) => { fail('write'); if (state.broken === 'hang') await new Promise(() => {}); await writer.write(bytes); },
        flush: async () => { fail('flush'); await writer.flush(); },
        close: () => writer.close(),
      };
    },
    rename: (from: string, to: string) => { state.renames += 1; fail('rename'); return real.rename(from, to); },
  });
}

test('F54 whatever call fails, the batch goes back and comes again into a new file; nothing is lost', async () => {
  for (const broken of ['create', 'write', 'flush'] as const) {
    const state = { broken: broken as typeof broken | null, renames: 0 };
    const it = await run({}, lines(3), failing(state));
    await expect(it.work()).rejects.toMatchObject({ code: 'AGENT_DELIVERY' });
    expect(it.channel.size).toBe(3);
    state.broken = null;
    await it.work();
    await it.sink.stop();
    const all = texts(it.dir).join('').trim().split('\n');
    expect([...new Set(all)].sort(), broken).toEqual(['line 0', 'line 1', 'line 2']);
  }
});

test('F54 a call that does not answer within callTimeout fails', async () => {
  const state = { broken: 'hang' as const, renames: 0 };
  const it = await run({ 'hdfs.callTimeout': 50 }, lines(1), failing(state));
  await expect(it.work()).rejects.toMatchObject({ code: 'AGENT_DELIVERY', params: { reason: expect.stringContaining('callTimeout') as string } });
  expect(it.channel.size).toBe(1);
});

test('F54 a rename that fails is tried again every retryInterval, closeTries times', async () => {
  const state: Parameters<typeof failing>[0] = { broken: 'rename', renames: 0 };
  const it = await run({ 'hdfs.rollCount': 1, 'hdfs.retryInterval': 1, 'hdfs.closeTries': 3 }, lines(2), failing(state));
  await it.work();
  await expect.poll(() => state.renames, { timeout: 5000 }).toBeGreaterThanOrEqual(2);
  state.broken = null;
  await expect.poll(() => readdirSync(it.dir).filter((name) => !name.endsWith('.tmp')).length, { timeout: 5000 }).toBeGreaterThanOrEqual(1);
  await sleep(1200);
  expect(it.said.problems.length).toBeGreaterThan(0);
  expect(state.renames).toBeLessThanOrEqual(6);
});
