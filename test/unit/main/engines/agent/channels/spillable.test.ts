import { expect, test } from 'vitest';
import { SpillableChannel } from '../../../../../../main/engines/agent/channels/spillable.ts';
import { channelCounters } from '../../../../../../main/engines/agent/monitoring/counters.ts';
import { commitAll } from '../../../../../../main/engines/agent/channels/fan-out.ts';
import { event, makeMemoryChannel, putAll, takeAll } from '../../../../../support/agent/probe.ts';
import { bodies, numbers, onDisk } from '../../../../../support/agent/channels.ts';
import { MemoryDisk, seeded } from '../../../../../support/memory-disk.ts';

async function made(disk: MemoryDisk, change: Partial<ConstructorParameters<typeof SpillableChannel>[0]> = {}): Promise<SpillableChannel> {
  const channel = new SpillableChannel({
    name: 'c1', memoryCapacity: 10, byteCapacity: 2 ** 20, overflowTimeoutMs: 0, keepAliveMs: 0, transactionCapacity: 100, counters: channelCounters(),
    overflow: onDisk(disk, { keepAliveMs: 0, capacity: 50, transactionCapacity: 50 }).channel, ...change,
  });
  await channel.start();
  return channel;
}

const put = (channel: SpillableChannel, first: number, count: number): Promise<void> => putAll(channel, numbers(first, count).map((n) => event(n)));

async function drained(channel: SpillableChannel): Promise<string[]> {
  const seen: string[] = [];
  for (let more = await takeAll(channel, 7); more.length > 0; more = await takeAll(channel, 7)) seen.push(...bodies(more));
  return seen;
}

test('T16 memory first, then disk, then memory again where there is room: the order is kept', async () => {
  const disk = new MemoryDisk();
  const channel = await made(disk);
  for (let i = 0; i < 40; i += 4) await put(channel, i, 4);
  expect(channel.size).toBe(40);
  expect(bodies(await takeAll(channel, 6))).toEqual(numbers(0, 6));
  await put(channel, 40, 4);
  expect(await drained(channel)).toEqual(numbers(6, 38));
  expect(channel.size).toBe(0);
});

test('T16 after a start what was on disk is first; what was in memory is there when the process is the same, and gone when it is not', async () => {
  const disk = new MemoryDisk();
  const channel = await made(disk);
  for (let i = 0; i < 24; i += 4) await put(channel, i, 4);
  await channel.stop();
  const other = await made(disk);
  expect(await drained(other)).toEqual(numbers(8, 16));
  await other.stop();
  await channel.start();
  expect(await drained(channel)).toEqual(numbers(0, 8));
});

test('T16 puts that overlap keep their order, whether they wait for memory or go to disk', async () => {
  const channel = await made(new MemoryDisk(), { overflowTimeoutMs: 30, overflow: onDisk(new MemoryDisk(), { keepAliveMs: 0, capacity: 1000, transactionCapacity: 50 }).channel });
  const seen: string[] = [];
  let next = 0;
  for (let round = 0; round < 12; round++) {
    const puts: Promise<void>[] = [];
    for (let i = 0; i < 6; i++) {
      const count = 1 + ((round * 5 + i * 3) % 7);
      puts.push(put(channel, next, count));
      next += count;
    }
    if (round % 2) seen.push(...bodies(await takeAll(channel, 13)));
    await Promise.all(puts);
    seen.push(...bodies(await takeAll(channel, 5)));
  }
  seen.push(...(await drained(channel)));
  expect(seen).toEqual(numbers(0, next));
});

test('T16 a taken batch that goes back is at the head again, over memory and disk', async () => {
  const channel = await made(new MemoryDisk());
  for (let i = 0; i < 20; i += 4) await put(channel, i, 4);
  const transaction = channel.begin();
  transaction.begin();
  const seen: string[] = [];
  for (let i = 0; i < 4; i++) seen.push(...bodies(await transaction.take(4)));
  expect(seen).toEqual(numbers(0, seen.length));
  expect(seen.length).toBeGreaterThan(10);
  await transaction.rollback();
  transaction.close();
  expect(await drained(channel)).toEqual(numbers(0, 20));
});

test('T16 memoryCapacity = 0 puts everything on disk, no overflow everything in memory', async () => {
  const disk = new MemoryDisk();
  const diskOnly = await made(disk, { memoryCapacity: 0 });
  await put(diskOnly, 0, 5);
  await diskOnly.stop();
  expect(await drained(await made(disk))).toEqual(numbers(0, 5));
  const memoryOnly = await made(new MemoryDisk(), { overflow: null });
  await put(memoryOnly, 0, 10);
  await expect(put(memoryOnly, 10, 1)).rejects.toMatchObject({ code: 'AGENT_CHANNEL_FULL' });
});

test('T16 bodies too large for memory go to disk', async () => {
  const disk = new MemoryDisk();
  const channel = await made(disk, { byteCapacity: 500 });
  await putAll(channel, [event(Buffer.alloc(2000, 49))]);
  await channel.stop();
  expect((await drained(await made(disk)))[0]?.length).toBe(2000);
});

test('T11 a spillable channel in a commit over several keeps its part or drops it', async () => {
  const channel = await made(new MemoryDisk(), { memoryCapacity: 2 });
  const other = makeMemoryChannel({ capacity: 8, keepAliveMs: 0 });
  for (let i = 0; i < 5; i++) {
    const events = numbers(i * 2, 2).map((n) => event(n));
    const done = commitAll(new Map([[channel as never, events], [other as never, events]]));
    if (i < 4) await done;
    else await expect(done).rejects.toMatchObject({ code: 'AGENT_CHANNEL_FULL' });
  }
  expect([channel.size, other.size]).toEqual([8, 8]);
  expect(await drained(channel)).toEqual(numbers(0, 8));
});

test('T16 at random against a plain list', async () => {
  const random = seeded(11);
  const channel = await made(new MemoryDisk());
  let list: string[] = [];
  let next = 0;
  for (let i = 0; i < 400; i++) {
    if (random() < 0.5) {
      const count = 1 + Math.floor(random() * 5);
      try {
        await put(channel, next, count);
        list.push(...numbers(next, count));
        next += count;
      } catch { /* full */ }
    } else {
      const transaction = channel.begin();
      transaction.begin();
      const seen: string[] = [];
      for (let k = 0; k < 2; k++) seen.push(...bodies(await transaction.take(1 + Math.floor(random() * 6))));
      expect(seen).toEqual(list.slice(0, seen.length));
      if (random() < 0.3) await transaction.rollback();
      else {
        await transaction.commit();
        list = list.slice(seen.length);
      }
      transaction.close();
    }
    expect(channel.size).toBe(list.length);
  }
  expect(await drained(channel)).toEqual(list);
});
