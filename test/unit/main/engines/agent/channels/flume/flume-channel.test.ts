import { expect, test } from 'vitest';
import { bringOver } from '../../../../../../../main/engines/agent/channels/flume/bring-over.ts';
import { flumeEvents, readFlumeChannel, type FlumeContents } from '../../../../../../../main/engines/agent/channels/flume/flume-channel.ts';
import { importFlume } from '../../../../../../../main/engines/agent/channels/flume/import-flume.ts';
import type { FileChannelOptions } from '../../../../../../../main/engines/agent/channels/file/options.ts';
import { event, putAll, takeAll } from '../../../../../../support/agent/probe.ts';
import { bodies, CHECKPOINT_DIR, DATA_DIR, numbers, onDisk, type Made } from '../../../../../../support/agent/channels.ts';
import { FlumeLogWriter } from '../../../../../../support/agent/flume-log-writer.ts';
import { MemoryDisk, seeded } from '../../../../../../support/memory-disk.ts';
import type { FileChannel } from '../../../../../../../main/engines/agent/channels/file/file-channel.ts';

const LOG = `${DATA_DIR}/log-1`;

/** As a real agent wrote it: header ü=ß and k=v, body hello. */
const REAL = Buffer.from('7f0000003e170d0100000011 79a9f707a2010000 19 7aa9f707a2010000 24 0a19 0a080a02c3bc1202c39f 0a060a016b120176 120568656c6c6f 1186a6103600000000 00'.replaceAll(' ', ''), 'hex');

async function texts(disk: MemoryDisk, contents: FlumeContents): Promise<string[]> {
  const seen: string[] = [];
  for await (const events of flumeEvents(disk, contents)) seen.push(...bodies(events));
  return seen;
}

const read = (disk: MemoryDisk, dirs = [DATA_DIR], skip = false): Promise<FlumeContents> => readFlumeChannel(disk, dirs, skip);

/** 30 events, 10 of them taken. */
function sample(): FlumeLogWriter {
  const log = new FlumeLogWriter();
  const places: number[] = [];
  let order = 1000;
  for (let i = 0; i < 30; i++) {
    places.push(log.put(i + 1, order++, Buffer.from(String(i)), { n: String(i) }));
    log.commit(i + 1, order++, 1);
  }
  for (let i = 0; i < 10; i++) log.take(100, order++, 1, places[i] as number);
  log.commit(100, order++, 2);
  return log;
}

test('K40 a record that a real Flume wrote is read, and our writer of tests writes the same', async () => {
  const disk = new MemoryDisk();
  const log = new FlumeLogWriter();
  log.put(0x01a207f7a979, 0x01a207f7a97a, Buffer.from('hello'), { 'ü': 'ß', k: 'v' });
  expect(log.bytes(0).toString('hex')).toBe(REAL.toString('hex'));
  log.commit(0x01a207f7a979, 0x01a207f7a97b, 1);
  disk.place(LOG, log.bytes());
  const contents = await read(disk);
  for await (const [only] of flumeEvents(disk, contents)) {
    expect(only?.body.toString()).toBe('hello');
    expect([...(only?.headers ?? [])]).toEqual([['ü', 'ß'], ['k', 'v']]);
  }
  expect(contents).toMatchObject({ records: 2, puts: 1, takes: 0, places: [{ log: 1, offset: 0 }] });
});

test('K40 commits count, in their order; what was rolled back or never committed does not', async () => {
  const disk = new MemoryDisk();
  const log = new FlumeLogWriter();
  log.put(1, 10, Buffer.from('second'));
  log.put(2, 11, Buffer.from('first'));
  log.put(3, 12, Buffer.from('rolled back'));
  log.put(4, 13, Buffer.from('never committed'));
  log.commit(2, 14, 1);
  log.rollback(3, 15);
  log.commit(1, 16, 1);
  log.take(5, 17, 1, 0);
  disk.place(LOG, log.bytes());
  expect(await texts(disk, await read(disk))).toEqual(['first', 'second']);
});

test('K41 takes count by their commit; one may come before its put, or be of a log that is gone', async () => {
  const disk = new MemoryDisk();
  const first = new FlumeLogWriter();
  const second = new FlumeLogWriter();
  first.take(9, 3, 2, 0); // its put is in the other folder, written at the same time
  first.take(9, 4, 77, 1234);
  first.commit(9, 5, 2);
  second.put(1, 6, Buffer.from('taken'));
  second.commit(1, 7, 1);
  second.put(2, 8, Buffer.from('there'));
  second.commit(2, 9, 1);
  disk.place('/one/log-1', first.bytes());
  disk.place('/two/log-2', second.bytes());
  expect(await texts(disk, await read(disk, ['/one', '/two']))).toEqual(['there']);
});

test('K40 logs of several folders are one by the order of writing', async () => {
  const disk = new MemoryDisk();
  const logs = [new FlumeLogWriter(), new FlumeLogWriter()];
  for (let i = 0; i < 20; i++) {
    const log = logs[(i * 7) % 3 === 0 ? 0 : 1] as FlumeLogWriter;
    log.put(i, 100 + i * 2, Buffer.from(String(i)));
    log.commit(i, 101 + i * 2, 1);
  }
  disk.place('/one/log-1', logs[0]?.bytes() as Buffer);
  disk.place('/two/log-2', logs[1]?.bytes() as Buffer);
  disk.place('/two/log-3', Buffer.alloc(0));
  expect(await texts(disk, await read(disk, ['/one', '/two']))).toEqual(numbers(0, 20));
});

test('K40 a last record that is cut off is passed over and told', async () => {
  const log = sample();
  const whole = log.size;
  log.put(200, 5000, Buffer.from('cut'));
  const bytes = log.bytes(0);
  for (let size = whole + 1; size < bytes.length; size++) {
    for (const filler of [0, 64]) {
      const disk = new MemoryDisk();
      disk.place(LOG, Buffer.concat([bytes.subarray(0, size), Buffer.alloc(filler, 0x80)]));
      const contents = await read(disk);
      expect(contents.places).toHaveLength(20);
      expect(contents.torn).toMatchObject([{ path: LOG, offset: whole }]);
    }
  }
});

test('K42 flipped bits: never a crash, never another event; told with the place, or without effect on what is there', async () => {
  const random = seeded(3);
  const good = sample().bytes(0);
  for (let i = 0; i < 400; i++) {
    const bytes = Buffer.from(good);
    const at = Math.floor(random() * (bytes.length - 60));
    bytes[at] = (bytes[at] as number) ^ (1 << Math.floor(random() * 8));
    const disk = new MemoryDisk();
    disk.place(LOG, bytes);
    const outcome = await read(disk).catch((error: unknown) => error as { code: string; params: { offset: number } });
    if ('code' in outcome) {
      expect(outcome.code).toBe('AGENT_CHANNEL_CORRUPT');
      expect(outcome.params.offset).toBeLessThanOrEqual(at);
      const skipped = await read(disk, [DATA_DIR], true);
      expect(skipped.damage.length).toBeGreaterThan(0);
    } else {
      // Flume sums bodies alone: numbers of transactions, headers and places are not covered
      for (const text of await texts(disk, outcome).catch(() => [] as string[])) expect(numbers(0, 30)).toContain(text);
    }
  }
});

test('K42 what Flume’s tool put out of use is passed over; an encrypted channel is refused in words', async () => {
  const disk = new MemoryDisk();
  const bytes = sample().bytes();
  bytes[0] = 0;
  disk.place(LOG, bytes);
  expect((await read(disk)).places).toHaveLength(20);
  disk.place(`${LOG}.meta`, Buffer.from('072a050a036b6579', 'hex'));
  await expect(read(disk)).rejects.toMatchObject({ code: 'AGENT_CHANNEL_FORMAT', params: { dir: LOG } });
});

// --- bringing over ---------------------------------------------------------------------------------------------------

function taking(disk: MemoryDisk, change: Partial<FileChannelOptions> = {}): Made<FileChannel> {
  const made: Made<FileChannel> = onDisk(disk, {
    bringOver: (open) => bringOver({ disk, checkpointDir: CHECKPOINT_DIR, dataDirs: [DATA_DIR, '/channel/data2'], name: 'c1', say: { problem: () => {}, note: (text) => { made.said.notes.push(text); }, failed: () => {} } }, open),
    dataDirs: [DATA_DIR, '/channel/data2'], capacity: 15, transactionCapacity: 15, keepAliveMs: 0, ...change,
  });
  return made;
}

function flumeDisk(): MemoryDisk {
  const disk = new MemoryDisk();
  disk.place(LOG, sample().bytes());
  disk.place('/channel/data2/log-2', Buffer.alloc(0));
  for (const name of ['checkpoint', 'checkpoint.meta', 'inflightputs', 'inflighttakes', 'in_use.lock']) disk.place(`${CHECKPOINT_DIR}/${name}`, Buffer.from('x'));
  return disk;
}

async function drained(channel: FileChannel): Promise<string[]> {
  const seen: string[] = [];
  for (let more = await takeAll(channel, 100); more.length > 0; more = await takeAll(channel, 100)) seen.push(...bodies(more));
  return seen;
}

test('K40 a start brings it over, more than capacity too, and puts the files aside', async () => {
  const disk = flumeDisk();
  const { channel, said } = taking(disk);
  await channel.start();
  expect(channel.size).toBe(20);
  expect(said.notes.join()).toContain('20 events were brought over');
  expect([...disk.names.keys()].filter((path) => /log-|checkpoint(\.meta)?$/.test(path)).every((path) => path.includes('flume-files'))).toBe(true);
  await expect(putAll(channel, [event('x')])).rejects.toMatchObject({ code: 'AGENT_CHANNEL_FULL' });
  expect(await drained(channel)).toEqual(numbers(10, 20));
  await channel.stop();
  const again = taking(disk);
  await again.channel.start();
  expect(again.channel.size).toBe(0);
});

test('K40 a power cut at any moment of it: the next start has each event once', async () => {
  const total = await (async () => {
    const disk = flumeDisk();
    const { channel } = taking(disk);
    await channel.start();
    return disk.writes + disk.syncs + 20;
  })();
  for (let cutAt = 1; cutAt <= total; cutAt++) {
    for (const seed of [1, 2]) {
      const random = seeded(cutAt * 31 + seed);
      const disk = flumeDisk();
      let calls = 0;
      const cut = Promise.withResolvers<void>();
      const count = (): string | null => {
        calls += 1;
        if (calls === cutAt) cut.resolve();
        return calls > cutAt ? 'EIO' : null;
      };
      disk.fails = count;
      disk.failsSync = count;
      const rename = disk.rename.bind(disk);
      disk.rename = async (from, to) => { if (count() !== null) throw Object.assign(new Error('EIO'), { code: 'EIO' }); await rename(from, to); };
      const starting = taking(disk).channel.start().catch(() => {});
      await Promise.race([cut.promise, starting]);
      const after = disk.powerCut(random);
      await starting;
      const { channel } = taking(after);
      await channel.start();
      expect(await drained(channel), `cut at ${cutAt}, seed ${seed}`).toEqual(numbers(10, 20));
    }
  }
});

test('K40 import elsewhere reads only, and its channel starts like any other', async () => {
  const disk = flumeDisk();
  const before = [...disk.names.keys()].sort();
  const answer = await importFlume({ disk, from: [DATA_DIR, '/channel/data2'], checkpointDir: '/new/checkpoint', dataDir: '/new/data', skipDamage: false, lock: () => () => {}, note: () => {} });
  expect(answer).toMatchObject({ events: 20, damage: [] });
  expect([...disk.names.keys()].filter((path) => !path.startsWith('/new')).sort()).toEqual(before);
  const { channel } = onDisk(disk, { checkpointDir: '/new/checkpoint', dataDirs: ['/new/data'] });
  await channel.start();
  expect(await drained(channel)).toEqual(numbers(10, 20));
});
