import { expect, test } from 'vitest';
import { LocalPlaces } from '../../../../../../main/engines/agent/places/local-places.ts';
import { MemoryDisk, seeded } from '../../../../../support/memory-disk.ts';

const open = (disk: MemoryDisk): LocalPlaces => new LocalPlaces({ component: 'a1.sources.r1', file: '/state/places/r1', disk });

test('F2 entries are there after a restart, with the number of the last change, in the same generation', async () => {
  const disk = new MemoryDisk();
  const first = open(disk);
  const { generation } = await first.load();
  await first.save(1, new Map([['a', '1'], ['b', 'ü\n"']]));
  await first.save(2, new Map([['a', null], ['c', '3']]));
  await first.close();
  const { entries, number, generation: again } = await open(disk).load();
  expect([...entries]).toEqual([['b', 'ü\n"'], ['c', '3']]);
  expect(number).toBe(2);
  expect(again).toBe(generation);
});

test('F2 a power cut at any moment leaves the state before or after a change, and all that was saved', async () => {
  for (let seed = 0; seed < 120; seed++) {
    const random = seeded(seed);
    let disk = new MemoryDisk();
    let saved = 0;
    for (let round = 0; round < 3; round++) {
      const places = open(disk);
      const { number, entries } = await places.load();
      expect(number === saved || number === saved + 1, `seed ${seed}: ${number} after ${saved}`).toBe(true);
      if (number > 0) expect(entries.get('k')).toBe(String(number));
      saved = number;
      let writes = Math.floor(random() * 25);
      disk.fails = () => (writes-- <= 0 ? 'EIO' : null);
      try {
        for (;;) {
          await places.save(saved + 1, new Map([['k', String(saved + 1)], [`x${saved}`, 'y'.repeat(Math.floor(random() * 20_000))]]));
          saved += 1;
        }
      } catch (error) {
        expect(error).toMatchObject({ code: 'AGENT_DISK' });
      }
      disk.fails = () => null;
      disk = disk.powerCut(random);
    }
  }
});

test('F2 after a failed write the next change writes all anew', async () => {
  const disk = new MemoryDisk();
  const places = open(disk);
  await places.load();
  await places.save(1, new Map([['a', '1']]));
  disk.fails = () => 'ENOSPC';
  await expect(places.save(2, new Map([['b', '2']]))).rejects.toMatchObject({ code: 'AGENT_DISK', params: { file: '/state/places/r1', reason: 'ENOSPC' } });
  disk.fails = () => null;
  await places.save(3, new Map([['c', '3']]));
  expect(Object.fromEntries((await open(disk).load()).entries)).toEqual({ a: '1', b: '2', c: '3' });
});

test('F2 a file that is not ours is refused and left as it is', async () => {
  const disk = new MemoryDisk();
  disk.place('/state/places/r1', Buffer.from('something else\n'));
  await expect(open(disk).load()).rejects.toMatchObject({ code: 'AGENT_PLACE' });
  expect(disk.bytesOf('/state/places/r1').toString()).toBe('something else\n');
});
