import { expect, test } from 'vitest';
import { MarksOfAll } from '../../../../../../main/engines/agent/channels/marks.ts';
import type { Event } from '../../../../../../main/engines/agent/event/event.ts';
import type { Channel, Mark, Transaction } from '../../../../../../main/engines/agent/parts.ts';
import { event, makeMemoryChannel } from '../../../../../support/agent/probe.ts';

const mark = (number: number): Mark => ({ key: 'k', number, value: `at ${number}` });

async function put(channel: Channel, number: number, events: readonly Event[]): Promise<void> {
  const transaction = channel.begin();
  transaction.begin();
  transaction.put(events);
  transaction.mark?.(mark(number));
  await transaction.commit();
  transaction.close();
}

async function take(channel: Channel, most: number): Promise<Transaction> {
  const transaction = channel.begin();
  transaction.begin();
  await transaction.take(most);
  return transaction;
}

test('F1 a mark is the latest with the commit of its events, and safe once these and all before them were taken for good', async () => {
  const channel = makeMemoryChannel();
  await put(channel, 1, [event('a'), event('b')]);
  await put(channel, 2, [event('c')]);
  expect(channel.marks.latest('k')).toEqual(mark(2));
  expect(channel.marks.safe('k')).toBeNull();
  const first = await take(channel, 2);
  const second = await take(channel, 1);
  await second.commit();
  expect(channel.marks.safe('k')).toBeNull();
  await first.rollback();
  expect(channel.marks.safe('k')).toBeNull();
  await (await take(channel, 1)).commit();
  expect(channel.marks.safe('k')).toBeNull();
  await (await take(channel, 1)).commit();
  expect(channel.marks.safe('k')).toEqual(mark(2));
});

test('F1 a rolled back put leaves no mark', async () => {
  const channel = makeMemoryChannel();
  const transaction = channel.begin();
  transaction.begin();
  transaction.put([event('a')]);
  transaction.mark?.(mark(1));
  await transaction.rollback();
  expect(channel.marks.latest('k')).toBeNull();
});

test('F1 over several channels the slowest says what is safe, and one without marks makes none', async () => {
  const [a, b] = [makeMemoryChannel(), makeMemoryChannel()];
  const all = MarksOfAll.of([a, b]) as MarksOfAll;
  await put(a, 1, [event('1')]);
  await put(b, 2, [event('2')]);
  await put(a, 3, [event('3')]);
  expect(all.latest('k')).toEqual(mark(3));
  await (await take(b, 9)).commit();
  expect(all.safe('k')).toBeNull();
  await (await take(a, 1)).commit();
  expect(all.safe('k')).toEqual(mark(1));
  await (await take(a, 1)).commit();
  expect(all.safe('k')).toEqual(mark(3));
  all.noEvents(mark(4));
  expect(all.safe('k')).toEqual(mark(4));
  expect(all.resume('k')).toEqual(mark(4));
  const file = Object.assign(Object.create(a) as Channel, { durable: true });
  const mixed = MarksOfAll.of([file, makeMemoryChannel()]) as MarksOfAll;
  expect(mixed.latest('k')).toEqual(mark(3));
  expect(mixed.resume('k')).toBeNull(); // the other one forgot what it had
  const { marks: _, ...without } = makeMemoryChannel();
  expect(MarksOfAll.of([a, without as unknown as Channel])).toBeNull();
});
