import { expect, test } from 'vitest';
import { commitAll } from '../../../../../../main/engines/agent/channels/fan-out.ts';
import { Decisions } from '../../../../../../main/engines/agent/channels/decisions.ts';
import type { FileChannel } from '../../../../../../main/engines/agent/channels/file/file-channel.ts';
import type { Event } from '../../../../../../main/engines/agent/event/event.ts';
import type { Channel } from '../../../../../../main/engines/agent/parts.ts';
import { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';
import { event, makeMemoryChannel, takeAll } from '../../../../../support/agent/probe.ts';
import { bodies, numbers, onDisk } from '../../../../../support/agent/channels.ts';
import { MemoryDisk, seeded } from '../../../../../support/memory-disk.ts';

const channelsOn = async (disk: MemoryDisk, names = ['a', 'b', 'c']): Promise<FileChannel[]> => {
  const channels = names.map((name) => onDisk(disk, { name, checkpointDir: `/${name}/checkpoint`, dataDirs: [`/${name}/data`], maxFileSize: 2000, keepAliveMs: 0, capacity: 500, transactionCapacity: 500 }).channel);
  for (const channel of channels) await channel.start();
  return channels;
};

const toAll = (channels: readonly Channel[], events: readonly Event[]): Promise<void> => commitAll(new Map(channels.map((channel) => [channel, events])));
const batch = (i: number): Event[] => numbers(i * 10, 3).map((n) => event(n));

async function contents(channels: readonly Channel[]): Promise<string[][]> {
  const all: string[][] = [];
  for (const channel of channels) {
    const seen: string[] = [];
    for (let more = await takeAll(channel, 100); more.length > 0; more = await takeAll(channel, 100)) seen.push(...bodies(more));
    all.push(seen);
  }
  return all;
}

test('K30 a crash at any write of a commit over three durable channels leaves all of it or none of it', { timeout: 60_000 }, async () => {
  let some = 0;
  let none = 0;
  for (let cutAt = 1; cutAt <= 34; cutAt++) {
    for (const seed of [1, 2, 3]) {
      const random = seeded(cutAt * 100 + seed);
      const disk = new MemoryDisk();
      const channels = await channelsOn(disk);
      const cut = Promise.withResolvers<void>();
      let acked = 0;
      let dead = false;
      disk.fails = () => {
        if (dead) return 'EIO';
        if (disk.writes === cutAt) cut.resolve();
        return null;
      };
      const work = (async () => {
        for (let i = 0; i < 6; i++) {
          await toAll(channels, batch(i));
          if (!dead) acked = i + 1;
        }
      })();
      await Promise.race([cut.promise, work]);
      dead = true;
      const told = acked;
      const after = disk.powerCut(random);
      await work.catch(() => {});
      const [a, b, c] = await contents(await channelsOn(after));
      expect([b, c], `cut at write ${cutAt}, seed ${seed}`).toEqual([a, a]);
      expect(a?.length).toBeGreaterThanOrEqual(told * 3);
      expect(a).toEqual(Array.from({ length: (a?.length ?? 0) / 3 }, (_, i) => bodies(batch(i))).flat());
      if ((a?.length ?? 0) > told * 3) some += 1;
      else none += 1;
    }
  }
  expect(some).toBeGreaterThan(0); // decided, and not yet told
  expect(none).toBeGreaterThan(0);
});

test('K31 one that refuses leaves nothing in the others, on disk neither', async () => {
  const disk = new MemoryDisk();
  const channels = await channelsOn(disk, ['a', 'b']);
  const memory = makeMemoryChannel({ capacity: 4, keepAliveMs: 0 });
  const all = [...channels, memory];
  await toAll(all, batch(0));
  await expect(toAll(all, batch(1))).rejects.toMatchObject({ code: 'AGENT_CHANNEL_FULL' });
  disk.fails = (path) => (path.startsWith('/b') ? 'ENOSPC' : null);
  await takeAll(memory);
  await expect(toAll(all, batch(2))).rejects.toMatchObject({ code: 'AGENT_DISK_FULL' });
  disk.fails = () => null;
  await toAll(all, batch(3));
  expect(all.map(({ size }) => size)).toEqual([6, 6, 3]);
  for (const channel of channels) await channel.stop();
  const again = await channelsOn(disk, ['a', 'b']);
  expect(await contents(again)).toEqual([bodies([...batch(0), ...batch(3)]), bodies([...batch(0), ...batch(3)])]);
});

test('K32 a decision that fails to be written is told failed; after a crash it is the same in every channel', async () => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const disk = new MemoryDisk();
    const channels = await channelsOn(disk, ['a', 'b']);
    await toAll(channels, batch(0));
    disk.fails = (path) => (path.startsWith('/state') && seed % 2 ? 'EIO' : null);
    disk.failsSync = (path) => (path.startsWith('/state') ? 'EIO' : null);
    await expect(toAll(channels, batch(1))).rejects.toMatchObject({ code: 'AGENT_DISK' });
    disk.fails = () => null;
    disk.failsSync = () => null;
    await toAll(channels, batch(2));
    expect(channels.map(({ size }) => size)).toEqual([6, 6]);
    await channels[0]?.checkpoint();
    const [a, b] = await contents(await channelsOn(disk.powerCut(seeded(seed)), ['a', 'b']));
    expect(b).toEqual(a);
    expect(a).toEqual(expect.arrayContaining(bodies([...batch(0), ...batch(2)])));
  }
});

test('K33 a channel that was away when its group was decided finds the decision later', async () => {
  const disk = new MemoryDisk();
  const channels = await channelsOn(disk, ['a', 'b']);
  await toAll(channels, batch(0));
  const transaction = channels.map((channel) => channel.begin());
  const group = await (channels[0]?.group?.decisions as Decisions).newGroup();
  for (const one of transaction) {
    one.begin();
    one.put(batch(1));
    await one.prepare(group);
  }
  await channels[0]?.group?.decisions.decide(group, channels.map((channel) => channel.group?.id as string));
  const after = disk.powerCut(() => 1);
  const [a] = await channelsOn(after, ['a']);
  expect(a?.size).toBe(6);
  await a?.stop();
  for (let i = 0; i < 3; i++) {
    const alone = await Decisions.load(after, '/state');
    expect(alone.outcome(group)).toBe('committed');
    await alone.decide(await alone.newGroup(), []); // the file is begun anew with what is still asked for
  }
  const [b] = await channelsOn(after, ['b']);
  expect(await contents([b as FileChannel])).toEqual([bodies([...batch(0), ...batch(1)])]);
});

test('K30 a commit that is decided and that one log could not take yet survives: with the decisions, and in the log once the disk is well', async () => {
  for (const heal of [false, true]) {
    const disk = new MemoryDisk();
    const [a, b] = (await channelsOn(disk, ['a', 'b'])) as [FileChannel, FileChannel];
    const { decisions } = a.group as NonNullable<FileChannel['group']>;
    const group = await decisions.newGroup();
    const transactions = [a, b].map((channel) => channel.begin());
    for (const one of transactions) {
      one.begin();
      one.put(batch(1));
      await one.prepare(group);
    }
    await decisions.decide(group, [a, b].map((channel) => channel.group?.id as string));
    disk.fails = (path) => (path.startsWith('/b') ? 'EIO' : null);
    for (const one of transactions) await one.commit();
    expect([a.size, b.size]).toEqual([3, 3]);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
    expect(decisions.outcome(group)).toBe('committed');
    if (heal) {
      disk.fails = () => null;
      await b.checkpoint();
      expect(decisions.outcome(group)).toBe('aborted'); // everyone has it in its own log, nobody will ask
    }
    const after = disk.powerCut(() => 1);
    await after.remove('/b/checkpoint/checkpoint.sluice');
    const again = await channelsOn(after, ['a', 'b']);
    expect(await contents(again)).toEqual([bodies(batch(1)), bodies(batch(1))]);
  }
});

test('K34 without the decisions the events are kept rather than lost, and it is told', async () => {
  const disk = new MemoryDisk();
  const [a] = await channelsOn(disk, ['a']);
  const transaction = (a as FileChannel).begin();
  transaction.begin();
  transaction.put(batch(0));
  await transaction.prepare('another-log.1');
  const again = onDisk(disk, { name: 'a', checkpointDir: '/a/checkpoint', dataDirs: ['/a/data'] });
  await again.channel.start();
  expect(again.channel.size).toBe(3);
  expect(again.said.notes.join()).toContain('decided elsewhere');
});

test('T13 with a durable channel of another kind: it goes before the decision, and its refusal is everyone’s', async () => {
  const disk = new MemoryDisk();
  const channels = await channelsOn(disk, ['a', 'b']);
  const kafka = makeMemoryChannel({ keepAliveMs: 0, capacity: 3 });
  Object.assign(kafka, { durable: true });
  await toAll([...channels, kafka], batch(0));
  const refusing: Channel = Object.assign(Object.create(kafka) as typeof kafka, { begin: () => Object.assign(makeMemoryChannel().begin(), { commit: () => Promise.reject(SluiceError.of('AGENT_DISK', { file: 'broker', reason: 'EIO' })) }) });
  await expect(toAll([...channels, refusing], batch(1))).rejects.toMatchObject({ code: 'AGENT_DISK' });
  expect([...channels.map(({ size }) => size), kafka.size]).toEqual([3, 3, 3]);
});
