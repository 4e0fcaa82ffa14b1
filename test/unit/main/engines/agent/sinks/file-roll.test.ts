import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Transaction } from '../../../../../../main/engines/agent/parts.ts';
import { drain, event, makeMemoryChannel, makeSink, putAll, testClock, testPorts } from '../../../../../support/agent/probe.ts';
import { MemoryDisk, seeded } from '../../../../../support/memory-disk.ts';

const once = new AbortController().signal;

async function setUp(values: Record<string, string | number | boolean> = {}, disk = new MemoryDisk()) {
  const clock = testClock(1000);
  const made = await makeSink('file_roll', { 'sink.directory': '/out', ...values }, { ports: testPorts({ disk, clock }) });
  await made.sink.start();
  const channel = makeMemoryChannel({ keepAliveMs: 0 });
  const put = (...bodies: string[]): Promise<void> => putAll(channel, bodies.map((body) => event(body, { k: 'v' })));
  const files = (): Record<string, string> => Object.fromEntries([...disk.names.keys()].map((path) => [path, String(disk.bytesOf(path))]));
  return { ...made, clock, channel, put, files, disk };
}

describe('N21 file_roll', () => {
  test('writes into the folder under names of the start and a number', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'sluice-roll-'));
    const { sink, counters } = await makeSink('file_roll', { 'sink.directory': dir, 'sink.pathManager.prefix': 'app-', 'sink.pathManager.extension': 'log' });
    await sink.start();
    const channel = makeMemoryChannel();
    await putAll(channel, [event('a'), event('b')]);
    await drain(sink, channel);
    await sink.stop();
    const [name] = readdirSync(dir);
    expect(name).toMatch(/^app-\d{13}-1\.log$/);
    expect(readFileSync(join(dir, name as string), 'utf8')).toBe('a\nb\n');
    expect(counters).toMatchObject({ ConnectionCreatedCount: 1, ConnectionClosedCount: 1, EventDrainSuccessCount: 2 });
  });
  test('a new file begins after rollInterval, with the next event', async () => {
    const { sink, clock, channel, put, files } = await setUp({ 'sink.rollInterval': 2 });
    await put('a');
    await drain(sink, channel);
    clock.move(1990);
    await put('b');
    await drain(sink, channel);
    clock.move(20);
    await sink.process(channel, once);
    expect(Object.keys(files())).toEqual(['/out/1000-1']);
    await put('c');
    await drain(sink, channel);
    expect(files()).toEqual({ '/out/1000-1': 'a\nb\n', '/out/1000-2': 'c\n' });
  });
  test('never rolls with 0; ROLLTIME names files by their second', async () => {
    const { sink, clock, channel, put, files } = await setUp({ 'sink.rollInterval': 0, 'sink.pathManager': 'rolltime', 'sink.serializer': 'header_and_text', 'sink.serializer.appendNewline': false });
    await put('a');
    await drain(sink, channel);
    clock.move(1e9);
    await put('b');
    await drain(sink, channel);
    const [[name, text]] = Object.entries(files()) as [[string, string]];
    expect(name).toMatch(/^\/out\/\d{14}-1$/);
    expect(text).toBe('{k=v} a{k=v} b');
  });
  test('a name that something has is passed over, never written into', async () => {
    const disk = new MemoryDisk();
    disk.place('/out/1000-1', Buffer.from('precious'));
    const { sink, channel, put, files } = await setUp({}, disk);
    await put('a');
    await drain(sink, channel);
    expect(files()).toEqual({ '/out/1000-1': 'precious', '/out/1000-2': 'a\n' });
  });
});

describe('N22 what is rolled back is not in the file', () => {
  test('after a full disk, a failed sync, or a commit that failed, the batch stands there once', async () => {
    const { sink, channel, put, files, disk } = await setUp({ 'sink.batchSize': 2 });
    await put('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
    await sink.process(channel, once);
    disk.fails = () => 'ENOSPC';
    await expect(sink.process(channel, once)).rejects.toMatchObject({ code: 'AGENT_DISK', params: { file: '/out/1000-1', reason: 'ENOSPC' } });
    disk.fails = () => null;
    disk.failsSync = () => 'EIO';
    await expect(sink.process(channel, once)).rejects.toMatchObject({ code: 'AGENT_DISK' });
    disk.failsSync = () => null;
    await sink.process(channel, once);
    const begin = channel.begin.bind(channel);
    channel.begin = (): Transaction => { const transaction = begin(); transaction.commit = () => Promise.reject(new Error('no commit')); return transaction; };
    await expect(sink.process(channel, once)).rejects.toThrow('no commit');
    channel.begin = begin;
    await drain(sink, channel);
    expect(files()).toEqual({ '/out/1000-1': 'a\nb\nc\nd\ne\nf\ng\nh\n' });
  });
  test('what left the channel is on disk after a power cut', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const { sink, channel, put, disk } = await setUp({ 'sink.batchSize': 3 });
      await put(...Array.from({ length: 9 }, (_, i) => String(i)));
      await sink.process(channel, once);
      await sink.process(channel, once);
      const after = disk.powerCut(seeded(seed));
      expect(String(after.bytesOf('/out/1000-1'))).toBe('0\n1\n2\n3\n4\n5\n');
    }
  });
  test('a container whose first batch failed begins with its header all the same', async () => {
    const { sink, channel, put, disk } = await setUp({ 'sink.serializer': 'avro_event' });
    await put('a');
    disk.failsSync = (path) => (path.endsWith('-1') ? 'EIO' : null);
    await expect(sink.process(channel, once)).rejects.toThrow();
    disk.failsSync = () => null;
    await drain(sink, channel);
    const bytes = disk.bytesOf('/out/1000-1').toString('latin1');
    expect(bytes.startsWith('Obj\x01')).toBe(true);
    expect(bytes.lastIndexOf('Obj\x01')).toBe(0);
  });
});
