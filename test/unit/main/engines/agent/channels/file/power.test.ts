import { expect, test } from 'vitest';
import { MemoryDisk, seeded } from '../../../../../../support/memory-disk.ts';
import { ChannelModel } from '../../../../../../support/agent/channel-model.ts';
import { onDisk } from '../../../../../../support/agent/channels.ts';
import type { FileChannelOptions } from '../../../../../../../main/engines/agent/channels/file/options.ts';
import { NO_KEYS, type Keys } from '../../../../../../../main/engines/agent/channels/file/segment-cipher.ts';

const SEEDS = Number(process.env['SLUICE_CHANNEL_SEEDS'] ?? 25);
const FIRST = Number(process.env['SLUICE_CHANNEL_FIRST'] ?? 1);
const KEYS: Keys = { active: 'k', get: () => Buffer.alloc(32, 7) };

function shape(random: () => number): Partial<FileChannelOptions> {
  const flag = (): boolean => random() < 0.5;
  return {
    maxFileSize: flag() ? 2000 : 20_000, recentBytes: flag() ? 0 : 10_000, dataDirs: flag() ? ['/channel/data'] : ['/channel/data', '/channel/data2'],
    backupDir: flag() ? '/channel/backup' : null, packBackup: flag(), keys: random() < 0.2 ? KEYS : NO_KEYS, keepAliveMs: 0,
  };
}

/** Some work of everything at once, until `stop` says so. */
async function work(model: ChannelModel, channel: ReturnType<typeof onDisk>['channel'], steps: number, stopped: Promise<void> | null): Promise<void> {
  const running = new Set<Promise<void>>();
  let stop = false;
  void stopped?.then(() => { stop = true; });
  for (let i = 0; i < steps && !stop; i++) {
    const kind = model.pick(10);
    const job = kind < 5 ? model.put(channel) : kind < 9 ? model.take(channel) : channel.checkpoint().then(() => {});
    const watched = job.finally(() => { running.delete(watched); });
    running.add(watched);
    if (running.size >= 6 || model.pick(3) === 0) await Promise.race([watched, ...(stopped ? [stopped] : [])]);
  }
  if (!stop) await Promise.race([Promise.all(running), ...(stopped ? [stopped] : [])]);
  for (const job of running) job.catch(() => {});
}

test(`K1 a power cut at any moment loses nothing that was acknowledged and brings nothing back (${SEEDS} seeds)`, { timeout: SEEDS * 4000 + 60_000 }, async () => {
  let extra = 0;
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    const random = seeded(seed);
    const model = new ChannelModel(random);
    const options = shape(random);
    let disk = new MemoryDisk();
    try {
      for (let life = 0; life < 4; life++) {
        const { channel } = onDisk(disk, options);
        await channel.start();
        const cutAt = disk.writes + 1 + model.pick(60);
        const before = disk;
        const cut = Promise.withResolvers<void>();
        disk.fails = () => {
          if (before.writes >= cutAt) cut.resolve();
          return null;
        };
        await work(model, channel, 60, cut.promise);
        disk = disk.powerCut(random); // what was told done by now counts
        model.cut();
        before.fails = () => 'EIO';
      }
      const { channel } = onDisk(disk, options);
      await channel.start();
      extra += await model.settle(channel);
      await channel.stop();
    } catch (error) {
      throw new Error(`seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
  expect(extra).toBeGreaterThan(0); // commits that were cut off before their answer
});

test('K2 a disk that fails now and then: what was told failed may come, what was told done stays', { timeout: SEEDS * 4000 + 60_000 }, async () => {
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    const random = seeded(seed * 7919);
    const model = new ChannelModel(random);
    const options = shape(random);
    let disk = new MemoryDisk();
    try {
      for (let life = 0; life < 3; life++) {
        const { channel } = onDisk(disk, options);
        await channel.start();
        const code = model.pick(2) ? 'ENOSPC' : 'EIO';
        disk.fails = (path) => (random() < 0.1 && !path.startsWith('/state') ? code : null);
        disk.failsSync = () => (random() < 0.1 ? 'EIO' : null);
        await work(model, channel, 60, null);
        disk.fails = () => null;
        disk.failsSync = () => null;
        if (model.pick(2)) await channel.stop();
        else {
          disk = disk.powerCut(random);
          model.cut();
        }
      }
      const { channel } = onDisk(disk, options);
      await channel.start();
      await model.settle(channel);
      await channel.stop();
    } catch (error) {
      throw new Error(`seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
});
