import { expect, test } from 'vitest';
import { event, makeMemoryChannel, putAll, takeAll } from '../../../../../support/agent/probe.ts';
import { bodies, makeChannel, numbers } from '../../../../../support/agent/channels.ts';
import { EventQueue } from '../../../../../../main/engines/agent/channels/event-queue.ts';
import { Room } from '../../../../../../main/engines/agent/channels/room.ts';
import { seeded } from '../../../../../support/memory-disk.ts';

test('T6 a put waits for room as long as its keep-alive, and goes on when a take made it', async () => {
  const channel = makeMemoryChannel({ capacity: 5, keepAliveMs: 2000 });
  await putAll(channel, numbers(0, 5).map((n) => event(n)));
  const waiting = putAll(channel, [event('5')]);
  expect(bodies(await takeAll(channel, 1))).toEqual(['0']);
  await waiting;
  expect(channel.size).toBe(5);
});

test('T7 who waits for much room is not overtaken by who wants little', async () => {
  const channel = makeMemoryChannel({ capacity: 10, keepAliveMs: 2000 });
  await putAll(channel, numbers(0, 8).map((n) => event(n)));
  const order: string[] = [];
  const large = putAll(channel, numbers(100, 6).map((n) => event(n))).then(() => { order.push('large'); });
  const small = putAll(channel, [event('200')]).then(() => { order.push('small'); });
  await takeAll(channel, 2);
  expect(order).toEqual([]);
  await takeAll(channel, 4);
  await Promise.all([large, small]);
  expect(order).toEqual(['large', 'small']);
  expect(bodies(await takeAll(channel))).toEqual(['6', '7', ...numbers(100, 6), '200']);
});

test('T14 byteCapacity counts bodies in slots of 100 bytes, one at least, and gives them back with the commit of the take', async () => {
  const channel = makeMemoryChannel({ byteCapacity: 1000, keepAliveMs: 0 });
  await putAll(channel, numbers(0, 10).map((n) => event(n)));
  await expect(putAll(channel, [event('x')])).rejects.toMatchObject({ code: 'AGENT_CHANNEL_FULL' });
  const transaction = channel.begin();
  transaction.begin();
  await transaction.take(4);
  await expect(putAll(channel, [event('x')])).rejects.toMatchObject({ code: 'AGENT_CHANNEL_FULL' });
  await transaction.commit();
  transaction.close();
  await putAll(channel, [event(Buffer.alloc(301))]);
  await expect(putAll(channel, [event('x')])).rejects.toMatchObject({ code: 'AGENT_CHANNEL_FULL' });
});

test('T14 byteCapacity of a configuration is lessened by its buffer', async () => {
  const { channel } = await makeChannel('memory', { capacity: 100, byteCapacity: 2000, byteCapacityBufferPercentage: 50, 'keep-alive': 0 });
  await putAll(channel, numbers(0, 10).map((n) => event(n)));
  await expect(putAll(channel, [event('x')])).rejects.toMatchObject({ code: 'AGENT_CHANNEL_FULL' });
});

test('T15 transactionCapacity above capacity is told by its key', async () => {
  await expect(makeChannel('memory', { capacity: 10, transactionCapacity: 11 })).rejects.toMatchObject({ code: 'AGENT_KEY', params: { key: 'transactionCapacity' } });
});

test('T4 puts that were prepared give their room back with a rollback', async () => {
  const channel = makeMemoryChannel({ capacity: 5, keepAliveMs: 0 });
  for (let i = 0; i < 3; i++) {
    const transaction = channel.begin();
    transaction.begin();
    transaction.put(numbers(0, 5).map((n) => event(n)));
    await transaction.prepare(null);
    await transaction.rollback();
    transaction.close();
  }
  await putAll(channel, numbers(0, 5).map((n) => event(n)));
});

test('T8 a take waits for its keep-alive, or until its signal', async () => {
  const channel = makeMemoryChannel({ keepAliveMs: 60_000 });
  const transaction = channel.begin();
  transaction.begin();
  const stop = new AbortController();
  const taking = transaction.take(5, stop.signal);
  stop.abort();
  expect(await taking).toEqual([]);
  const woken = transaction.take(5);
  await putAll(channel, [event('1')]);
  expect(bodies(await woken)).toEqual(['1']);
});

test('T1 the queue against a plain list, at random', () => {
  const random = seeded(7);
  const queue = new EventQueue();
  let list: string[] = [];
  let next = 0;
  for (let i = 0; i < 20_000; i++) {
    const kind = random();
    if (kind < 0.4) {
      const batch = numbers(next, Math.floor(random() * 6));
      next += batch.length;
      queue.push(batch.map((n) => event(n)));
      list.push(...batch);
    } else {
      const taken = queue.shift(Math.floor(random() * 8));
      expect(bodies(taken)).toEqual(list.slice(0, taken.length));
      if (kind > 0.8) queue.unshift(taken);
      else list = list.slice(taken.length);
    }
    expect(queue.size).toBe(list.length);
  }
});

test('T6 room that was overdrawn comes free first', async () => {
  const room = new Room(10);
  room.force(15);
  expect(room.tryTake(1)).toBe(false);
  room.give(5);
  expect(room.tryTake(1)).toBe(false);
  room.give(1);
  expect(room.tryTake(1)).toBe(true);
  expect(await room.take(1, 1)).toBe(false);
});

test('T17 the pseudo channel has what is put at once, and a rollback brings nothing back', async () => {
  const { channel } = await makeChannel('org.apache.flume.channel.PseudoTxnMemoryChannel', { 'keep-alive': 0, capacity: 3 });
  const putting = channel.begin();
  putting.begin();
  putting.put([event('1'), event('2')]);
  await new Promise((resolve) => { setImmediate(resolve); });
  expect(channel.size).toBe(2);
  await putting.rollback();
  const taking = channel.begin();
  taking.begin();
  expect(bodies(await taking.take(2))).toEqual(['1', '2']);
  await taking.rollback();
  expect(channel.size).toBe(0);
  await putAll(channel, numbers(0, 3).map((n) => event(n)));
  await expect(putAll(channel, [event('4')])).rejects.toMatchObject({ code: 'AGENT_CHANNEL_FULL' });
});
