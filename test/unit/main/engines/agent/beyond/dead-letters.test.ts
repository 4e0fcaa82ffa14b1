import { mkdtempSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DeadLetterBox, type DeadLetterOptions } from '../../../../../../main/engines/agent/beyond/dead-letters.ts';
import { nodeDisk } from '../../../../../../main/lib/disk/node-disk.ts';
import type { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';
import { event } from '../../../../../support/agent/probe.ts';

const folder = (): string => join(mkdtempSync(join(tmpdir(), 'sluice-letters-')), 'dead-letters');
const open = (dir: string, options: Partial<DeadLetterOptions> = {}): Promise<DeadLetterBox> => DeadLetterBox.open({ disk: nodeDisk, dir, now: () => 1000, ...options });
const bodies = async (box: DeadLetterBox): Promise<string[]> => (await box.list(100)).map((letter) => letter.event.body.toString());

test('B1 letters are there after a restart with event, component, reason and time, newest first', async () => {
  const dir = folder();
  const first = await open(dir);
  await first.add('a1.sinks.k1', [{ event: event('one', { k: 'vé' }), reason: 'no such topic' }, { event: event('two'), reason: 'too large' }]);
  await first.add('a1.sinks.k2', [{ event: event('three'), reason: 'refused' }]);
  // as after kill -9: nothing is closed
  const second = await open(dir);
  expect(second.count).toBe(3);
  const letters = await second.list(10);
  expect(letters.map(({ component, reason, at, event: { body } }) => [component, reason, at, body.toString()])).toEqual([
    ['a1.sinks.k2', 'refused', 1000, 'three'], ['a1.sinks.k1', 'too large', 1000, 'two'], ['a1.sinks.k1', 'no such topic', 1000, 'one'],
  ]);
  expect([...(letters[2]?.event.headers ?? [])]).toEqual([['k', 'vé']]);
  expect((await second.list(1, letters[0]?.id ?? '')).map(({ event: { body } }) => body.toString())).toEqual(['two']);
});

test('B2 a removed letter stays removed, and files without letters go', async () => {
  const dir = folder();
  const box = await open(dir, { fileBytes: 1 });
  for (const body of ['a', 'b', 'c']) await box.add('x', [{ event: event(body), reason: 'r' }]);
  const [c, b] = await box.list(10);
  expect(await box.remove([b?.id ?? '', 'nonsense', '9-9'])).toBe(1);
  expect(await box.remove([b?.id ?? ''])).toBe(0);
  expect(await bodies(box)).toEqual(['c', 'a']);
  expect(readdirSync(dir).sort()).toEqual(['letters-1000.log', 'letters-1002.log']);
  const again = await open(dir, { fileBytes: 1 });
  expect(await bodies(again)).toEqual(['c', 'a']);
  await again.add('x', [{ event: event('d'), reason: 'r' }]);
  await again.remove([c?.id ?? '']);
  expect(await bodies(await open(dir))).toEqual(['d', 'a']);
  expect(await again.read(c?.id ?? '')).toBeNull();
});

test('B3 a torn end costs the torn letter alone; a flipped byte in the middle is told and what stands before is kept', async () => {
  const dir = folder();
  const box = await open(dir);
  for (const body of ['first', 'second', 'third']) await box.add('x', [{ event: event(body), reason: 'r' }]);
  const file = join(dir, 'letters-1000.log');
  const whole = readFileSync(file);
  const told: SluiceError[] = [];
  truncateSync(file, whole.length - 3);
  expect(await bodies(await open(dir, { damaged: (error) => { told.push(error); } }))).toEqual(['second', 'first']);
  expect(told).toEqual([]);
  const flipped = Buffer.from(whole);
  const middle = Math.floor(whole.length / 2);
  flipped[middle] = (flipped[middle] as number) ^ 1;
  writeFileSync(file, flipped);
  expect(await bodies(await open(dir, { damaged: (error) => { told.push(error); } }))).toEqual(['first']);
  expect(told).toMatchObject([{ code: 'AGENT_CHANNEL_CORRUPT', params: { file } }]);
});

test('B4 the files are bounded: what does not fit is refused and nothing of it is kept', async () => {
  const box = await open(folder(), { mostBytes: 400 });
  await box.add('x', [{ event: event('y'.repeat(200)), reason: 'r' }]);
  await expect(box.add('x', [{ event: event('z'.repeat(200)), reason: 'r' }])).rejects.toMatchObject({ code: 'AGENT_DISK' });
  expect(box.count).toBe(1);
});

test('B5 letters come in the order in which they were given, also from several at once', async () => {
  const box = await open(folder());
  await Promise.all(Array.from({ length: 50 }, (_, i) => box.add('x', [{ event: event(String(i)), reason: 'r' }])));
  expect((await bodies(box)).reverse()).toEqual(Array.from({ length: 50 }, (_, i) => String(i)));
});
