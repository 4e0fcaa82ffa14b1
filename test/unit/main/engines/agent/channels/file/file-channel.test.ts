import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fork } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { event, putAll, takeAll, testPorts } from '../../../../../../support/agent/probe.ts';
import { bodies, CHECKPOINT_DIR, DATA_DIR, makeChannel, numbers, onDisk } from '../../../../../../support/agent/channels.ts';
import { MemoryDisk } from '../../../../../../support/memory-disk.ts';
import { CHECKPOINT } from '../../../../../../../main/engines/agent/channels/file/checkpoint.ts';
import type { FileChannel } from '../../../../../../../main/engines/agent/channels/file/file-channel.ts';
import type { FileChannelOptions } from '../../../../../../../main/engines/agent/channels/file/options.ts';
import { NO_KEYS, type Keys } from '../../../../../../../main/engines/agent/channels/file/segment-cipher.ts';
import { SluiceError } from '../../../../../../../preload/contract/sluice-error.ts';

/** keytool -genseckey -keyalg AES -storetype JCEKS: key-0 of 128 bits under a password of its own, key-1 of 256 bits under the store's. */
const JCEKS = Buffer.from(`
  zs7OzgAAAAIAAAACAAAAAwAFa2V5LTEAAAGiJDsfr6ztAAVzcgAzY29tLnN1bi5jcnlwdG8ucHJvdmlkZXIuU2VhbGVkT2JqZWN0Rm9yS2V5UHJvdGVjdG9yzVfKWecwu1MCAAB4cgAZamF2YXguY3J5cHRvLlNl
  YWxlZE9iamVjdD42PabDt1RwAgAEWwANZW5jb2RlZFBhcmFtc3QAAltCWwAQZW5jcnlwdGVkQ29udGVudHEAfgACTAAJcGFyYW1zQWxndAASTGphdmEvbGFuZy9TdHJpbmc7TAAHc2VhbEFsZ3EAfgADeHB1cgAC
  W0Ks8xf4BghU4AIAAHhwAAAAETAPBAisYkDyjPAKcAIDAw1AdXEAfgAFAAAAoK3IILOJS9dXApIcLQW2e7Hkb2sdbdyC4MwmB8aXycLBfjNdV5JQjy5pKQs6iQYyj9XtO6UKcfloIwGLcEobpTbLHhloSXvvEGBi
  Pukp66PQ20EwU7caOEYm2gNNG2XATM1Rh5Mz4xo+tfrnrlIEgqx+f4pf95GLgH7+qXz9XQJ/93cU1prcl/5+ZrOi3u30DKzvuDt7GVKEl3uevTpFyvJ0ABZQQkVXaXRoTUQ1QW5kVHJpcGxlREVTdAAWUEJFV2l0
  aE1ENUFuZFRyaXBsZURFUwAAAAMABWtleS0wAAABoiQ7HXus7QAFc3IAM2NvbS5zdW4uY3J5cHRvLnByb3ZpZGVyLlNlYWxlZE9iamVjdEZvcktleVByb3RlY3Rvcs1XylnnMLtTAgAAeHIAGWphdmF4LmNyeXB0
  by5TZWFsZWRPYmplY3Q+Nj2mw7dUcAIABFsADWVuY29kZWRQYXJhbXN0AAJbQlsAEGVuY3J5cHRlZENvbnRlbnRxAH4AAkwACXBhcmFtc0FsZ3QAEkxqYXZhL2xhbmcvU3RyaW5nO0wAB3NlYWxBbGdxAH4AA3hw
  dXIAAltCrPMX+AYIVOACAAB4cAAAABEwDwQIquElVg5Jr1oCAwMNQHVxAH4ABQAAAJCPvNnfrF8mWLU+xfZcxKLeN3I3za25qtaiRjgZQhhJVm3Bw9wvv6Yop+KQDQ3m1YG0OiNy3iujQD9jy456mDWYaughYEcZ
  awFUdHXKb8dJhrRXCLI28Mvj9YKVwyjkRAnjha5xgEfpOSBHPWNJT+K/uKmYYLUVstp3vn9dHUcZpBmyqDg3JQBRhXYcZZVzJXN0ABZQQkVXaXRoTUQ1QW5kVHJpcGxlREVTdAAWUEJFV2l0aE1ENUFuZFRyaXBs
  ZURFUz3T72X0t0i29VR90HvRf+N4iZcF`, 'base64');

const SEGMENT = `${DATA_DIR}/segment-0000000001`;

async function started(disk: MemoryDisk, change: Partial<FileChannelOptions> = {}): Promise<ReturnType<typeof onDisk>> {
  const made = onDisk(disk, change);
  await made.channel.start();
  return made;
}

async function drained(channel: FileChannel): Promise<string[]> {
  const seen: string[] = [];
  for (let more = await takeAll(channel, 500); more.length > 0; more = await takeAll(channel, 500)) seen.push(...bodies(more));
  return seen;
}

const put = (channel: FileChannel, first: number, count: number): Promise<void> => putAll(channel, numbers(first, count).map((n) => event(n)));

/** A copy of the disk as a kill -9 leaves it: all that was written is there. */
function killed(disk: MemoryDisk): MemoryDisk {
  const after = new MemoryDisk();
  for (const path of disk.names.keys()) after.place(path, disk.bytesOf(path));
  return after;
}

const rewrite = (disk: MemoryDisk, path: string, change: (bytes: Buffer) => Buffer): void => { disk.place(path, change(Buffer.from(disk.bytesOf(path)))); };
const flip = (at: number) => (bytes: Buffer): Buffer => { bytes[at] = (bytes[at] as number) ^ 0x40; return bytes; };

describe('what a start finds', () => {
  test('K3 without its checkpoint the whole log is read, and it comes to the same', async () => {
    const disk = new MemoryDisk();
    const { channel } = await started(disk, { maxFileSize: 3000 });
    for (let i = 0; i < 300; i += 10) await put(channel, i, 10);
    await takeAll(channel, 95);
    await channel.checkpoint();
    await put(channel, 300, 10);
    await takeAll(channel, 10);
    const after = killed(disk);
    await after.remove(join(CHECKPOINT_DIR, CHECKPOINT));
    const again = await started(after, { maxFileSize: 3000 });
    expect(again.said.notes.join()).toContain('no checkpoint');
    expect(await drained(again.channel)).toEqual(numbers(105, 205));
  });

  test('K4 a checkpoint that is damaged, cut short or of another channel is not used', async () => {
    for (const damage of [flip(30), flip(60), (bytes: Buffer) => bytes.subarray(0, 40), () => Buffer.alloc(0), (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('x')])]) {
      const disk = new MemoryDisk();
      const { channel } = await started(disk);
      await put(channel, 0, 50);
      await takeAll(channel, 20);
      await channel.stop();
      rewrite(disk, join(CHECKPOINT_DIR, CHECKPOINT), damage);
      const again = await started(disk);
      expect(await drained(again.channel)).toEqual(numbers(20, 30));
    }
  });

  test.each([false, true])('K5 the second checkpoint takes over from the first (packed: %s)', async (packBackup) => {
    const disk = new MemoryDisk();
    const options = { backupDir: '/channel/backup', packBackup };
    const { channel } = await started(disk, options);
    await put(channel, 0, 50);
    await takeAll(channel, 20);
    await channel.stop();
    expect((disk.bytesOf('/channel/backup/checkpoint.sluice')[0] as number) === 0x1f).toBe(packBackup);
    rewrite(disk, join(CHECKPOINT_DIR, CHECKPOINT), flip(40));
    const again = await started(disk, options);
    expect(again.said.notes.join()).toContain('second checkpoint');
    expect(await drained(again.channel)).toEqual(numbers(20, 30));
  });

  test('K6 a tail that was never finished is passed over, and told with its place', async () => {
    const disk = new MemoryDisk();
    const { channel } = await started(disk);
    await put(channel, 0, 10);
    const whole = disk.bytesOf(SEGMENT).length;
    await put(channel, 10, 10);
    const full = disk.bytesOf(SEGMENT).length;
    for (const size of [full - 1, full - 64, whole + 27, whole + 4]) {
      const after = killed(disk);
      rewrite(after, SEGMENT, (bytes) => bytes.subarray(0, size));
      const again = await started(after);
      expect(again.said.notes.join()).toContain(`from ${whole} on`);
      await put(again.channel, 50, 1);
      expect(await drained(again.channel)).toEqual([...numbers(0, 10), '50']);
      await again.channel.stop();
      expect((await started(after)).channel.size).toBe(0);
    }
  });

  test('K7 a damaged record in the middle stops the channel and says where; nothing is changed on disk', async () => {
    const disk = new MemoryDisk();
    const { channel } = await started(disk);
    await put(channel, 0, 10);
    const at = disk.bytesOf(SEGMENT).length;
    await put(channel, 10, 10);
    await put(channel, 20, 10);
    for (const where of [at, at + 5, at + 9, at + 14, at + 40]) {
      const after = killed(disk);
      rewrite(after, SEGMENT, flip(where));
      const before = Buffer.from(after.bytesOf(SEGMENT));
      const error = await started(after).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(SluiceError);
      expect(error).toMatchObject({ code: 'AGENT_CHANNEL_CORRUPT', params: { file: SEGMENT, offset: at } });
      expect(after.bytesOf(SEGMENT).equals(before)).toBe(true);
    }
  });

  test('K8 damage of what a checkpoint stands for is met when it is taken, and stops the channel', async () => {
    const disk = new MemoryDisk();
    const { channel } = await started(disk);
    await put(channel, 0, 10);
    await put(channel, 10, 10);
    await channel.stop();
    rewrite(disk, SEGMENT, flip(556));
    const again = await started(disk);
    const transaction = again.channel.begin();
    transaction.begin();
    await expect(transaction.take(5)).rejects.toMatchObject({ code: 'AGENT_CHANNEL_CORRUPT' });
    await transaction.rollback();
    transaction.close();
    expect(again.said.failures).toHaveLength(1);
    expect(again.channel.size).toBe(20);
    await expect(put(again.channel, 5, 1)).rejects.toMatchObject({ code: 'AGENT_CHANNEL_CORRUPT' });
  });

  test('K9 a damaged header, or a segment that is missing, is told and not passed over', async () => {
    const disk = new MemoryDisk();
    const { channel } = await started(disk, { maxFileSize: 700 });
    for (let i = 0; i < 50; i += 10) await put(channel, i, 10);
    const header = killed(disk);
    rewrite(header, `${DATA_DIR}/segment-0000000002`, flip(20));
    expect((await started(killed(header), { maxFileSize: 700 })).channel.size).toBe(50); // it stands there twice
    rewrite(header, `${DATA_DIR}/segment-0000000002`, flip(300));
    await expect(started(header)).rejects.toMatchObject({ code: 'AGENT_CHANNEL_CORRUPT', params: { offset: 0 } });
    const missing = killed(disk);
    await missing.remove(`${DATA_DIR}/segment-0000000002`);
    await expect(started(missing)).rejects.toMatchObject({ code: 'AGENT_CHANNEL_CORRUPT', params: { reason: expect.stringContaining('missing') as string } });
    const newest = killed(disk);
    rewrite(newest, [...newest.names.keys()].filter((path) => path.includes('segment')).sort().at(-1) as string, (bytes) => flip(259)(flip(3)(bytes)));
    await expect(started(newest)).rejects.toMatchObject({ code: 'AGENT_CHANNEL_CORRUPT' });
  });

  test('K10 segments of another channel, or of a later version, are refused in words', async () => {
    const disk = new MemoryDisk();
    const { channel } = await started(disk);
    await put(channel, 0, 10);
    await channel.stop();
    const other = new MemoryDisk();
    const stranger = await started(other, { maxFileSize: 700 });
    for (let i = 0; i < 40; i += 10) await put(stranger.channel, i, 10);
    disk.place(`${DATA_DIR}/segment-0000000002`, other.bytesOf(`${DATA_DIR}/segment-0000000002`));
    await expect(started(disk)).rejects.toMatchObject({ code: 'AGENT_CHANNEL_FORMAT' });
  });

  test('K11 capacity may change: less than there is refuses puts until it fits', async () => {
    const disk = new MemoryDisk();
    const { channel } = await started(disk);
    await put(channel, 0, 100);
    await channel.stop();
    const small = await started(disk, { capacity: 60, keepAliveMs: 0 });
    expect(small.channel.size).toBe(100);
    await expect(put(small.channel, 100, 1)).rejects.toMatchObject({ code: 'AGENT_CHANNEL_FULL' });
    await takeAll(small.channel, 45);
    await put(small.channel, 100, 5);
    await expect(put(small.channel, 105, 1)).rejects.toMatchObject({ code: 'AGENT_CHANNEL_FULL' });
    await small.channel.stop();
    const large = await started(disk, { capacity: 1000 });
    expect(await drained(large.channel)).toEqual(numbers(45, 60));
  });

  test('K12 taken and not committed events are there again, at the head', async () => {
    const disk = new MemoryDisk();
    const { channel } = await started(disk);
    await put(channel, 0, 30);
    const open = channel.begin();
    open.begin();
    await open.take(10);
    await takeAll(channel, 5);
    await channel.checkpoint();
    const again = await started(killed(disk));
    expect(await drained(again.channel)).toEqual([...numbers(0, 10), ...numbers(15, 15)]);
  });
});

test('K3 numbers of events never come again, also when the log is read whole and the puts of its takes are gone', async () => {
  let disk = new MemoryDisk();
  const restart = async (): Promise<FileChannel> => {
    disk = killed(disk);
    await disk.remove(join(CHECKPOINT_DIR, CHECKPOINT));
    return (await started(disk, { maxFileSize: 550 })).channel;
  };
  const channel = await restart();
  for (let i = 0; i < 40; i += 10) await put(channel, i, 10);
  await takeAll(channel, 40);
  await channel.checkpoint();
  const segments = [...disk.names.keys()].filter((path) => path.includes('segment'));
  expect(segments).toHaveLength(1); // with the take alone
  await put(await restart(), 100, 3);
  expect(await drained(await restart())).toEqual(numbers(100, 3));
});

test('K7 a log that is shorter than its checkpoint says is told', async () => {
  const disk = new MemoryDisk();
  const { channel } = await started(disk);
  await put(channel, 0, 20);
  await channel.stop();
  rewrite(disk, SEGMENT, (bytes) => bytes.subarray(0, bytes.length - 5));
  await expect(started(disk)).rejects.toMatchObject({ code: 'AGENT_CHANNEL_CORRUPT', params: { file: SEGMENT } });
});

describe('the disk', () => {
  test('K13 segments go once no checkpoint needs them, and only then', async () => {
    const disk = new MemoryDisk();
    const { channel } = await started(disk, { maxFileSize: 800 });
    for (let i = 0; i < 200; i += 10) await put(channel, i, 10);
    const segments = (): number => [...disk.names.keys()].filter((path) => path.includes('segment')).length;
    const all = segments();
    expect(all).toBeGreaterThan(3);
    await drained(channel);
    expect(segments()).toBeGreaterThanOrEqual(all);
    await channel.checkpoint();
    expect(segments()).toBeLessThanOrEqual(2);
    await put(channel, 200, 5);
    expect(await drained((await started(killed(disk))).channel)).toEqual(numbers(200, 5));
  });

  test('K13 what a failed write left goes with the segments around it', async () => {
    const disk = new MemoryDisk();
    const { channel } = await started(disk, { maxFileSize: 550 });
    for (let i = 0; i < 6; i++) {
      disk.fails = (path, bytes) => (path.includes('segment') && bytes < 512 ? 'EIO' : null); // the header is there, the records are not
      await expect(put(channel, 900, 1)).rejects.toMatchObject({ code: 'AGENT_DISK' });
      disk.fails = () => null;
      await put(channel, i * 2, 2);
      await takeAll(channel, 1);
    }
    const left = [...disk.names.keys()].filter((path) => path.includes('segment'));
    disk.place(`${DATA_DIR}/segment-0000000000`, Buffer.concat([disk.bytesOf(left[0] as string), Buffer.from('half of a write')])); // and one whose records came half
    await channel.checkpoint();
    await takeAll(channel, 4);
    await channel.checkpoint();
    const again = await started(killed(disk), { maxFileSize: 550 });
    expect(again.channel.size).toBe(2);
  });

  test('K14 below minimumRequiredSpace puts are refused, takes go on, and puts resume with the room', async () => {
    const disk = new MemoryDisk();
    let now = 0;
    const { channel } = await started(disk, { minimumRequiredSpace: 1000, monotonic: () => now });
    await put(channel, 0, 10);
    disk.space = 900;
    now += 1000;
    await put(channel, 10, 1); // what was known last holds until the disk has answered
    await expect(put(channel, 11, 1)).rejects.toMatchObject({ code: 'AGENT_DISK_FULL', params: { free: 900, needed: 1000 } });
    expect(bodies(await takeAll(channel, 5))).toEqual(numbers(0, 5));
    disk.space = 2 ** 30;
    now += 1000;
    await put(channel, 11, 1).catch(() => {});
    await put(channel, 12, 1);
    expect((await drained(channel)).at(-1)).toBe('12');
  });

  test('K15 a full disk on append: the commit fails, can be made again, and is there once', async () => {
    const disk = new MemoryDisk();
    const { channel, said, counters } = await started(disk);
    await put(channel, 0, 5);
    disk.fails = () => 'ENOSPC';
    const transaction = channel.begin();
    transaction.begin();
    transaction.put([event('5')]);
    await expect(transaction.commit()).rejects.toMatchObject({ code: 'AGENT_DISK_FULL' });
    expect(transaction.state).toBe('open');
    expect(said.problems).toHaveLength(1);
    expect(counters.more['Unhealthy']).toBe(1);
    disk.fails = () => null;
    await transaction.commit();
    transaction.close();
    expect(counters.more['Unhealthy']).toBe(0);
    expect(await drained((await started(killed(disk))).channel)).toEqual(numbers(0, 6));
  });

  test('K16 a sync that fails: nothing of that write is read again, not even by a start that finds its bytes', async () => {
    const disk = new MemoryDisk();
    const { channel } = await started(disk);
    await put(channel, 0, 5);
    disk.failsSync = (path) => (path.includes('segment') ? 'EIO' : null);
    await expect(put(channel, 100, 5)).rejects.toMatchObject({ code: 'AGENT_DISK' });
    disk.failsSync = () => null;
    await put(channel, 5, 5);
    const again = await started(killed(disk));
    expect(await drained(again.channel)).toEqual(numbers(0, 10));
  });

  test('K17 a take whose commit fails goes back, and is not lost', async () => {
    const disk = new MemoryDisk();
    const { channel } = await started(disk);
    await put(channel, 0, 5);
    const transaction = channel.begin();
    transaction.begin();
    await transaction.take(5);
    disk.fails = () => 'EIO';
    await expect(transaction.commit()).rejects.toMatchObject({ code: 'AGENT_DISK' });
    disk.fails = () => null;
    await transaction.rollback();
    transaction.close();
    expect(await drained(channel)).toEqual(numbers(0, 5));
  });

  test('K18 a checkpoint that cannot be written is told and counted; the former one and the log stand', async () => {
    const disk = new MemoryDisk();
    const { channel, said, counters } = await started(disk, { backupDir: '/channel/backup' });
    await put(channel, 0, 5);
    await channel.checkpoint();
    await put(channel, 5, 5);
    disk.fails = (path) => (path.startsWith(CHECKPOINT_DIR) ? 'ENOSPC' : null);
    expect(await channel.checkpoint()).toBe(false);
    expect(said.problems.map(({ code }) => code)).toEqual(['AGENT_DISK_FULL']);
    expect(counters.more['CheckpointWriteErrorCount']).toBe(1);
    disk.fails = (path) => (path.startsWith('/channel/backup') ? 'EIO' : null);
    await channel.checkpoint();
    expect(counters.more['CheckpointBackupWriteErrorCount']).toBe(1);
    expect(await drained((await started(killed(disk))).channel)).toEqual(numbers(0, 10));
  });

  test('K19 an unreadable disk fails the take, the events stay', async () => {
    const disk = new MemoryDisk();
    const { channel, counters } = await started(disk, { recentBytes: 0 });
    await put(channel, 0, 5);
    disk.failsRead = () => 'EIO';
    await expect(takeAll(channel)).rejects.toMatchObject({ code: 'AGENT_DISK' });
    expect(counters.more['EventTakeErrorCount']).toBe(1);
    disk.failsRead = () => null;
    expect(await drained(channel)).toEqual(numbers(0, 5));
  });

  test('K20 commits at hand share one write', async () => {
    const disk = new MemoryDisk();
    const { channel } = await started(disk);
    await put(channel, 0, 1);
    const before = disk.writes;
    await Promise.all(numbers(0, 50).map((n) => putAll(channel, [event(n)])));
    expect(disk.writes - before).toBeLessThanOrEqual(2);
  });

  test('K21 with fsyncPerTransaction = false commits wait for the system alone, and the disk is waited for now and then', async () => {
    const disk = new MemoryDisk();
    const { channel } = await started(disk, { syncEveryMs: 30 });
    await put(channel, 0, 1);
    const before = disk.syncs;
    for (let i = 1; i < 20; i++) await put(channel, i, 1);
    await expect.poll(() => disk.syncs).toBeGreaterThan(before);
    await channel.stop();
  });

  test('K22 a transaction of many megabytes is all there or not at all', async () => {
    const disk = new MemoryDisk();
    const options = { maxFileSize: 2 ** 21, transactionCapacity: 1000 };
    const { channel } = await started(disk, options);
    await putAll(channel, numbers(0, 40).map((n) => event(n.padEnd(100_000, '.'))));
    const after = killed(disk);
    const segments = [...after.names.keys()].filter((path) => path.includes('segment')).sort();
    expect(segments.length).toBeGreaterThan(1);
    expect((await started(killed(after), options)).channel.size).toBe(40);
    const last = segments.at(-1) as string;
    rewrite(after, last, (bytes) => bytes.subarray(0, bytes.length - 10));
    expect((await started(after, options)).channel.size).toBe(0);
  });
});

describe('keys', () => {
  const keys = (active: string | null, known: Readonly<Record<string, number>>): Keys => ({
    active,
    get: (name) => { if (known[name] === undefined) throw SluiceError.of('AGENT_CHANNEL_KEY', { dir: 'c1', key: name, reason: 'it is not there' }); return Buffer.alloc(32, known[name]); },
  });

  test('K23 events are not to be read on the disk; keys change by id, and old segments keep theirs', async () => {
    const disk = new MemoryDisk();
    const secret = 'a very secret body that nobody may read';
    const first = await started(disk, { keys: keys('a', { a: 1 }), recentBytes: 0 });
    await putAll(first.channel, [event(secret)]);
    await first.channel.stop();
    expect(disk.bytesOf(SEGMENT).includes(secret)).toBe(false);
    const second = await started(disk, { keys: keys('b', { a: 1, b: 2 }), recentBytes: 0 });
    await putAll(second.channel, [event('2')]);
    await second.channel.stop();
    await expect(started(disk, { keys: keys('b', { b: 2 }) })).rejects.toMatchObject({ code: 'AGENT_CHANNEL_KEY', params: { key: 'a' } });
    await expect(started(disk, { keys: NO_KEYS })).rejects.toMatchObject({ code: 'AGENT_CHANNEL_KEY' });
    const clear = await started(disk, { keys: keys(null, { a: 1, b: 2 }), recentBytes: 0 });
    await putAll(clear.channel, [event('3')]);
    expect(await drained(clear.channel)).toEqual([secret, '2', '3']);
  });

  test('K24 another key of the same name is told, not taken for damage that a repair would drop', async () => {
    const disk = new MemoryDisk();
    const first = await started(disk, { keys: keys('a', { a: 1 }) });
    await put(first.channel, 0, 1);
    await first.channel.stop();
    const wrong = await started(disk, { keys: keys('a', { a: 9 }) });
    await expect(takeAll(wrong.channel)).rejects.toMatchObject({ params: { reason: expect.stringContaining('another key') as string } });
  });

  test('K25 a configuration of Flume with a JCEKS store runs; what is wrong with the store is said', { timeout: 60_000 }, async () => {
    const dir = mkdtempSync(join(tmpdir(), 'sluice-jceks-'));
    writeFileSync(join(dir, 'store.jceks'), JCEKS);
    writeFileSync(join(dir, 'password'), 'storepass\n');
    writeFileSync(join(dir, 'password-0'), 'keypass0\n');
    const values = {
      checkpointDir: join(dir, 'c'), dataDirs: join(dir, 'd'), minimumRequiredSpace: 1, 'encryption.activeKey': 'key-0', 'encryption.cipherProvider': 'AESCTRNOPADDING', 'encryption.keyProvider': 'JCEKSFILE',
      'encryption.keyProvider.keyStoreFile': join(dir, 'store.jceks'), 'encryption.keyProvider.keyStorePasswordFile': join(dir, 'password'), 'encryption.keyProvider.keys': 'key-0 key-1',
      'encryption.keyProvider.keys.key-0.passwordFile': join(dir, 'password-0'),
    };
    const { channel } = await makeChannel('file', values);
    await channel.start();
    await putAll(channel, [event('sealed by key-0')]);
    await channel.stop();
    const file = join(dir, 'keys');
    writeFileSync(file, 'key-0 = db78538e19f56da0464db76972cf5293\nkey-1 = 24c7edeb47c14b83404c5121c3a50f68a58e70db65574f17cefc26bc94c1a2dd\n');
    const other = await makeChannel('file', { checkpointDir: join(dir, 'c'), dataDirs: join(dir, 'd'), minimumRequiredSpace: 1, 'encryption.activeKey': 'key-1', 'encryption.keyProvider': 'KEYFILE', 'encryption.keyProvider.keyFile': file });
    await other.channel.start();
    expect(bodies(await takeAll(other.channel, 10))).toEqual(['sealed by key-0']);
    await other.channel.stop();
    const problem = (change: Record<string, string>): Promise<unknown> => makeChannel('file', { ...values, ...change }).catch((error: unknown) => error);
    expect(await problem({ 'encryption.keyProvider.keyStorePasswordFile': join(dir, 'password-0') })).toMatchObject({ code: 'AGENT_STORE', params: { reason: expect.stringContaining('password') as string } });
    expect(await problem({ 'encryption.keyProvider.keys.key-0.passwordFile': join(dir, 'password') })).toMatchObject({ code: 'AGENT_STORE', params: { reason: 'the password of key key-0 is wrong' } });
    expect(await problem({ 'encryption.keyProvider.keys': 'key-9' })).toMatchObject({ code: 'AGENT_STORE', params: { reason: expect.stringContaining('there are: key-1, key-0') as string } });
    expect(await problem({ 'encryption.keyProvider.keyStoreFile': join(dir, 'none') })).toMatchObject({ code: 'AGENT_STORE', params: { reason: 'ENOENT' } });
    expect(await problem({ 'encryption.keyProvider': 'KEYFILE' })).toMatchObject({ code: 'AGENT_KEY', params: { key: 'encryption.activeKey' } });
  });
});

describe('folders', () => {
  test('K26 two channels on one folder: the second is refused and told who has it', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'sluice-file-'));
    const values = { checkpointDir: join(dir, 'c'), dataDirs: join(dir, 'd'), minimumRequiredSpace: 1 };
    const first = await makeChannel('file', values);
    await first.channel.start();
    const second = await makeChannel('file', values, testPorts(), 'c2');
    await expect(second.channel.start()).rejects.toMatchObject({ code: 'AGENT_CHANNEL_LOCKED', params: { holder: expect.stringContaining(String(process.pid)) as string } });
    const child = fork(join(import.meta.dirname, '../../../../../../support/agent/hold-channel.ts'), [JSON.stringify(values)], { execArgv: [] });
    const answer = await new Promise((resolve) => { child.once('message', resolve); });
    expect(answer).toMatchObject({ code: 'AGENT_CHANNEL_LOCKED', params: { holder: `process ${process.pid}` } });
    child.kill();
    await first.channel.stop();
    await second.channel.start();
    await second.channel.stop();
  });

  test('K27 folders twice, a second checkpoint without its folder, a transaction larger than the channel: told by key', async () => {
    await expect(makeChannel('file', { checkpointDir: '/x', dataDirs: '/y,/y' })).rejects.toMatchObject({ code: 'AGENT_KEY', params: { key: 'dataDirs' } });
    await expect(makeChannel('file', { useDualCheckpoints: true })).rejects.toMatchObject({ code: 'AGENT_KEY', params: { key: 'backupCheckpointDir' } });
    await expect(makeChannel('file', { capacity: 10, transactionCapacity: 11 })).rejects.toMatchObject({ code: 'AGENT_KEY', params: { key: 'transactionCapacity' } });
  });

  test('K28 several data folders are used in turn', async () => {
    const disk = new MemoryDisk();
    const options = { dataDirs: ['/a', '/b'], maxFileSize: 700 };
    const { channel } = await started(disk, options);
    for (let i = 0; i < 60; i += 10) await put(channel, i, 10);
    const dirs = new Set([...disk.names.keys()].filter((path) => path.includes('segment')).map((path) => path.slice(0, 2)));
    expect([...dirs].sort()).toEqual(['/a', '/b']);
    expect(await drained((await started(killed(disk), options)).channel)).toEqual(numbers(0, 60));
  });

  test('K29 a clock that jumps changes nothing', async () => {
    const disk = new MemoryDisk();
    let now = 1e9;
    const { channel } = await started(disk, { monotonic: () => now });
    await put(channel, 0, 5);
    now = 0;
    await put(channel, 5, 5);
    expect(await drained(channel)).toEqual(numbers(0, 10));
  });
});

test('K22 an event of many megabytes goes through without holding the event loop, and keeps its place among the others', { timeout: 60_000 }, async () => {
  const disk = new MemoryDisk();
  const key: Keys = { active: 'k', get: () => Buffer.alloc(32, 1) };
  for (const keys of [NO_KEYS, key]) {
    const { channel } = await started(disk, { keys, recentBytes: 0, maxFileSize: 2 ** 30 });
    const large = Buffer.alloc(24 * 2 ** 20, 97);
    const all = [put(channel, 0, 3), putAll(channel, [event(large)]), put(channel, 3, 3), putAll(channel, [event(large), event('6')]), put(channel, 7, 1)];
    await Promise.all(all);
    const again = await started(killed(disk), { keys, recentBytes: 0, maxFileSize: 2 ** 30 });
    const sizes: string[] = [];
    for (let more = await takeAll(again.channel, 500); more.length > 0; more = await takeAll(again.channel, 500)) sizes.push(...more.map((one) => (one.bodySize > 10 ? 'large' : one.body.toString())));
    expect(sizes).toEqual(['0', '1', '2', 'large', '3', '4', '5', 'large', '6', '7']);
    await drained(channel);
    await channel.stop();
  }
});

test('K15 a disk that fails while a large transaction is on its way: it is rejected once, and what came behind it too', async () => {
  const disk = new MemoryDisk();
  const { channel } = await started(disk, { maxFileSize: 2 ** 30 });
  disk.fails = () => 'EIO';
  const large = [putAll(channel, [event('small')]), putAll(channel, [event(Buffer.alloc(5 * 2 ** 20)), event('behind')]), putAll(channel, [event('last')])];
  for (const outcome of await Promise.allSettled(large)) expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'AGENT_DISK' } });
  disk.fails = () => null;
  await put(channel, 1, 1);
  expect(await drained((await started(killed(disk))).channel)).toEqual(['1']);
});
