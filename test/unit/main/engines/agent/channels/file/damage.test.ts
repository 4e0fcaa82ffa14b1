import { expect, test } from 'vitest';
import type { FileChannel } from '../../../../../../../main/engines/agent/channels/file/file-channel.ts';
import { repairChannel, verifyChannel } from '../../../../../../../main/engines/agent/channels/file/integrity.ts';
import { SluiceError } from '../../../../../../../preload/contract/sluice-error.ts';
import { event, putAll, takeAll } from '../../../../../../support/agent/probe.ts';
import { bodies, CHECKPOINT_DIR, DATA_DIR, numbers, onDisk } from '../../../../../../support/agent/channels.ts';
import { MemoryDisk, seeded } from '../../../../../../support/memory-disk.ts';

/** 200 events put and 60 of them taken, some behind the checkpoint. */
async function sample(): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  const { channel } = onDisk(disk, { maxFileSize: 3000 });
  await channel.start();
  for (let i = 0; i < 200; i += 8) {
    await putAll(channel, numbers(i, 8).map((n) => event(`${n} body`, { n })));
    if (i % 40 === 0) await takeAll(channel, 12);
    if (i === 120) await channel.checkpoint();
  }
  return disk;
}

function copyOf(disk: MemoryDisk): MemoryDisk {
  const copy = new MemoryDisk();
  for (const path of disk.names.keys()) copy.place(path, disk.bytesOf(path));
  return copy;
}

async function contents(channel: FileChannel): Promise<number[]> {
  const seen: number[] = [];
  for (let more = await takeAll(channel, 500); more.length > 0; more = await takeAll(channel, 500)) {
    for (const one of more) expect(one.headers.get('n')).toBe(String(parseInt(one.body.toString(), 10)));
    seen.push(...bodies(more).map((body) => parseInt(body, 10)));
  }
  return seen;
}

test('K7 a flipped bit anywhere: it is told, or nothing that is there differs; a repair then always leads to a channel that runs', { timeout: 60_000 }, async () => {
  const disk = await sample();
  const paths = [...disk.names.keys()];
  const whole = await (async () => { const { channel } = onDisk(copyOf(disk)); await channel.start(); return contents(channel); })();
  const random = seeded(99);
  let told = 0;
  for (let i = 0; i < 120; i++) {
    const broken = copyOf(disk);
    const path = paths[Math.floor(random() * paths.length)] as string;
    const bytes = Buffer.from(broken.bytesOf(path));
    const at = Math.floor(random() * bytes.length);
    bytes[at] = (bytes[at] as number) ^ (1 << Math.floor(random() * 8));
    broken.place(path, bytes);
    const { channel, said } = onDisk(broken, { recentBytes: 0 });
    try {
      await channel.start();
      const seen = await contents(channel);
      const torn = said.notes.some((note) => note.includes('never finished'));
      if (torn) expect(whole.slice(0, seen.length), `${path} at ${at}`).toEqual(seen); // in the last write, which a crash could have left so
      else expect(seen, `${path} at ${at}`).toEqual(whole);
    } catch (error) {
      expect(error).toBeInstanceOf(SluiceError);
      expect((error as SluiceError).code, `${path} at ${at}`).toMatch(/AGENT_CHANNEL_(?:CORRUPT|FORMAT)/);
      told += 1;
      const second = copyOf(broken);
      await repairChannel(second, [CHECKPOINT_DIR], [DATA_DIR]);
      expect((await verifyChannel(second, null, [DATA_DIR])).damage.filter(({ torn }) => !torn)).toEqual([]);
      const mended = onDisk(second);
      await mended.channel.start();
      const left = await contents(mended.channel);
      // of what was there at most one record of eight is gone; one that took events brings them back
      expect(whole.filter((n) => !left.includes(n)).length, `${path} at ${at}`).toBeLessThanOrEqual(8);
    }
  }
  expect(told).toBeGreaterThan(20);
});

test('K6 the last 1 to 64 bytes cut off: what was there before the last write is there, in order', async () => {
  const disk = await sample();
  const last = [...disk.names.keys()].filter((path) => path.includes('segment')).sort().at(-1) as string;
  const size = disk.bytesOf(last).length;
  for (let cut = 1; cut <= 64; cut++) {
    const broken = copyOf(disk);
    broken.place(last, disk.bytesOf(last).subarray(0, size - cut));
    const { channel } = onDisk(broken);
    await channel.start();
    const seen = await contents(channel);
    expect(seen).toEqual(numbers(seen[0] as number, 192 - (seen[0] as number)).map(Number));
    await channel.stop();
  }
});

test('K6 noise behind the end is passed over, also when it holds copies of records', async () => {
  const disk = await sample();
  const last = [...disk.names.keys()].filter((path) => path.includes('segment')).sort().at(-1) as string;
  const bytes = disk.bytesOf(last);
  const random = seeded(5);
  for (const noise of [Buffer.from(Array.from({ length: 500 }, () => Math.floor(random() * 256))), bytes.subarray(512), Buffer.alloc(5000)]) {
    const broken = copyOf(disk);
    broken.place(last, Buffer.concat([bytes, noise]));
    const { channel } = onDisk(broken);
    await channel.start();
    expect((await contents(channel)).at(-1)).toBe(199);
  }
});
