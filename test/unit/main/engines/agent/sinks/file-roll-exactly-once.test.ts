import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SelectingProcessor } from '../../../../../../main/engines/agent/runner/channel-processor.ts';
import { nodeDisk } from '../../../../../../main/lib/disk/node-disk.ts';
import { Crash, Fate, mortalDisk } from '../../../../../support/agent/durable-processor.ts';
import { onDisk } from '../../../../../support/agent/channels.ts';
import { makeSink, makeSource, testPorts } from '../../../../../support/agent/probe.ts';
import { seeded } from '../../../../../support/memory-disk.ts';

/** A whole agent in small: a log is followed, its lines go through a durable channel into files; each life ends at a random step of any of the three. */
async function lives(seed: number): Promise<{ readonly written: number; readonly read: number[]; readonly aside: number }> {
  const random = seeded(seed);
  const dir = mkdtempSync(join(tmpdir(), 'sluice-once-'));
  const base = testPorts();
  const log = join(dir, 'x.log');
  let written = 0;
  for (let life = 0; life < 6; life++) {
    const fate = new Fate(life === 5 ? Infinity : Math.floor(random() * 120));
    const disk = mortalDisk(nodeDisk, () => fate);
    const ports = { ...base, disk };
    const { channel } = onDisk(disk, { checkpointDir: join(dir, 'checkpoint'), dataDirs: [join(dir, 'data')], maxFileSize: 3000, minimumRequiredSpace: 0 });
    const stop = new AbortController();
    try {
      await channel.start();
      const processor = new SelectingProcessor({ interceptors: [], selector: { fixed: { required: [channel], optional: [] }, route: () => ({ required: [channel], optional: [] }) }, channels: [channel], say: { problem: () => {}, note: () => {}, failed: () => {} } } as unknown as ConstructorParameters<typeof SelectingProcessor>[0]);
      const { source } = await makeSource('TAILDIR', { filegroups: 'g', 'filegroups.g': log, positionFile: join(dir, 'positions.json'), batchSize: 1 + Math.floor(random() * 9) }, { processor, ports });
      const { sink } = await makeSink('file_roll', { 'sink.directory': join(dir, 'out'), 'sink.rollInterval': 0, 'sink.batchSize': 1 + Math.floor(random() * 9) }, { ports });
      await source.start();
      await sink.start();
      for (let i = 0; i < 5; i++) {
        appendFileSync(log, Array.from({ length: Math.floor(random() * 15) }, () => `${written++}\n`).join(''));
        await source.poll?.(stop.signal);
        for (let n = 0; n < 3 && channel.size > 0; n++) await sink.process(channel, stop.signal);
        if (random() < 0.3) await channel.checkpoint();
        if (random() < 0.2) { await sink.stop(); await sink.start(); }
      }
      if (life === 5) {
        await source.poll?.(stop.signal);
        while (channel.size > 0) await sink.process(channel, stop.signal);
      }
      await source.stop();
      await sink.stop();
      await channel.stop();
    } catch (error) {
      if (!fate.dead && !(error instanceof Crash)) throw error;
      fate.dead = true;
    }
  }
  const files = existsSync(join(dir, 'out')) ? readdirSync(join(dir, 'out')) : [];
  const kept = files.filter((name) => !name.endsWith('.uncommitted'));
  const read = kept.flatMap((name) => readFileSync(join(dir, 'out', name), 'utf8').split('\n').filter((line) => line !== '').map(Number));
  rmSync(dir, { recursive: true });
  return { written, read, aside: files.length - kept.length };
}

test('F39 from file to file every line is there once and whole, whatever step of source, channel or sink the agent crashes at', async () => {
  let aside = 0;
  for (let seed = 0; seed < 24; seed++) {
    const result = await lives(seed);
    expect(result.read.sort((a, b) => a - b), `seed ${seed}`).toEqual(Array.from({ length: result.written }, (_, i) => i));
    aside += result.aside;
  }
  expect(aside).toBeGreaterThan(0); // the rare case is among them
}, 120_000);
