import { expect, test } from 'vitest';
import { commitAll } from '../../../../../../../main/engines/agent/channels/fan-out.ts';
import { decodePutName, encodePutName, keepMark } from '../../../../../../../main/engines/agent/channels/file/put-name.ts';
import type { FileChannel } from '../../../../../../../main/engines/agent/channels/file/file-channel.ts';
import type { Mark } from '../../../../../../../main/engines/agent/parts.ts';
import { onDisk } from '../../../../../../support/agent/channels.ts';
import { event, takeAll } from '../../../../../../support/agent/probe.ts';
import { MemoryDisk, seeded } from '../../../../../../support/memory-disk.ts';

const mark = (number: number): Mark => ({ key: 'a1.r1', number, value: `{"x.log":"${number}"}` });

async function put(channel: FileChannel, number: number, count = 1): Promise<void> {
  const transaction = channel.begin();
  transaction.begin();
  transaction.put(Array.from({ length: count }, () => event(`${number} ${'x'.repeat(100)}`)));
  transaction.mark?.(mark(number));
  await transaction.commit();
  transaction.close();
}

test('F1 a durable channel has the last mark after a restart, from its checkpoint or from its log', async () => {
  const disk = new MemoryDisk();
  const { channel } = onDisk(disk, { maxFileSize: 4000 });
  await channel.start();
  for (let i = 1; i <= 40; i++) await put(channel, i, 3);
  await takeAll(channel);
  await channel.checkpoint();
  expect(disk.names.size).toBeLessThan(6); // the segments with the marks are gone
  const second = onDisk(disk, { maxFileSize: 4000 });
  await second.channel.start();
  expect(second.channel.marks.latest('a1.r1')).toEqual(mark(40));
  await put(second.channel, 41, 10_000);
  const third = onDisk(disk);
  await third.channel.start();
  expect(third.channel.marks.safe('a1.r1')).toEqual(mark(41));
  expect(third.channel.marks.latest('a1.r2')).toBeNull();
  expect(await takeAll(third.channel)).toHaveLength(10_000);
});

test('F1 after a power cut the mark is the one of the last events that are there, in every channel of a commit', async () => {
  for (let seed = 0; seed < 40; seed++) {
    const random = seeded(seed);
    let disk = new MemoryDisk();
    for (let round = 0; round < 3; round++) {
      const channels = ['/a', '/b'].map((dir) => onDisk(disk, { checkpointDir: `${dir}/checkpoint`, dataDirs: [`${dir}/data`], maxFileSize: 4000 }).channel);
      for (const channel of channels) await channel.start();
      const numbers = channels.map(({ marks }) => marks.latest('a1.r1')?.number ?? 0);
      expect(numbers[0], `seed ${seed}`).toBe(numbers[1]);
      for (const channel of channels) {
        const bodies = (await takeAll(channel)).map(({ body }) => Number(body.toString().split(' ')[0]));
        if (bodies.length > 0) expect(bodies.at(-1), `seed ${seed}`).toBe(numbers[0]);
      }
      let writes = Math.floor(random() * 60);
      disk.fails = () => (writes-- <= 0 ? 'EIO' : null);
      let number = numbers[0] as number;
      try {
        for (;;) {
          number += 1;
          await commitAll(new Map(channels.map((channel) => [channel, [event(`${number} ${'x'.repeat(100)}`)]])), mark(number));
          if (random() < 0.1) await channels[0]?.checkpoint();
        }
      } catch {
        disk.fails = () => null;
      }
      disk = disk.powerCut(random);
    }
  }
});

test('F1 a mark that is too long is refused, old keys are forgotten, later marks are not overwritten by earlier ones', () => {
  expect(() => encodePutName(null, { ...mark(1), value: 'x'.repeat(70_000) })).toThrow(RangeError);
  expect(decodePutName((encodePutName('g.1', mark(7)) as Buffer).toString())).toEqual({ group: 'g.1', mark: mark(7) });
  expect(decodePutName('g.1')).toEqual({ group: 'g.1', mark: null });
  const marks = new Map<string, Mark>();
  keepMark(marks, mark(5));
  keepMark(marks, mark(4));
  expect(marks.get('a1.r1')).toEqual(mark(5));
  for (let i = 0; i < 1500; i++) keepMark(marks, { key: `k${i}`, number: 1, value: '' });
  expect(marks.size).toBe(1000);
  expect(marks.has('k1499')).toBe(true);
});
