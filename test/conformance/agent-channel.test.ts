// What every channel of the agent has to do, whatever it keeps its events in.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openSql } from '../../main/services/agent-connections.ts';
import { IllegalTransaction } from '../../main/engines/agent/channels/transaction.ts';
import { commitAll } from '../../main/engines/agent/channels/fan-out.ts';
import type { Channel, Transaction } from '../../main/engines/agent/parts.ts';
import { event, makeMemoryChannel, putAll, takeAll, testPorts } from '../support/agent/probe.ts';
import { bodies, makeChannel, numbers, type Made } from '../support/agent/channels.ts';

interface Kind {
  readonly name: string;
  readonly durable: boolean;
  /** A channel of 100 events, 20 in a transaction where it has such a bound, in the folder; started. */
  readonly make: (dir: string) => Promise<Made>;
}

const file = (dir: string): Record<string, string | number> => ({ checkpointDir: join(dir, 'checkpoint'), dataDirs: `${join(dir, 'data1')},${join(dir, 'data2')}`, minimumRequiredSpace: 1 });
const ports = (dir: string): ReturnType<typeof testPorts> => testPorts({ stateDir: dir, openSql });

const KINDS: readonly Kind[] = [
  { name: 'memory', durable: false, make: (dir) => makeChannel('memory', { capacity: 100, transactionCapacity: 20, 'keep-alive': 0 }, ports(dir)) },
  { name: 'file', durable: true, make: (dir) => makeChannel('file', { ...file(dir), capacity: 100, transactionCapacity: 20, 'keep-alive': 0 }, ports(dir)) },
  { name: 'file, encrypted', durable: true, make: (dir) => makeChannel('file', { ...file(dir), capacity: 100, transactionCapacity: 20, 'keep-alive': 0, 'encryption.activeKey': 'k', 'encryption.keyProvider': 'VALUES', 'encryption.keyProvider.keys': 'k', 'encryption.keyProvider.keys.k.value': '00112233445566778899aabbccddeeff' }, ports(dir)) },
  { name: 'SPILLABLEMEMORY', durable: false, make: (dir) => makeChannel('SPILLABLEMEMORY', { ...file(dir), memoryCapacity: 30, overflowCapacity: 70, overflowTimeout: 0, transactionCapacity: 20, 'keep-alive': 0 }, ports(dir)) },
  { name: 'jdbc', durable: true, make: (dir) => makeChannel('jdbc', { 'maximum.capacity': 100 }, ports(dir)) },
];

const running: Channel[] = [];
afterEach(async () => { for (const channel of running.splice(0)) await channel.stop(); });

const begun = (channel: Channel): Transaction => {
  const transaction = channel.begin();
  transaction.begin();
  return transaction;
};

describe.each(KINDS)('$name', ({ make, durable }) => {
  async function started(dir = mkdtempSync(join(tmpdir(), 'sluice-channel-'))): Promise<Made> {
    const made = await make(dir);
    await made.channel.start();
    running.push(made.channel);
    return made;
  }

  test('T1 what was put is taken once, in order', async () => {
    const { channel } = await started();
    await putAll(channel, numbers(0, 3).map((n) => event(n, { n })));
    await putAll(channel, numbers(3, 15).map((n) => event(n, { n })));
    expect(channel.size).toBe(18);
    const first = await takeAll(channel, 5);
    expect(bodies(first)).toEqual(numbers(0, first.length));
    let rest: string[] = [];
    for (let more = await takeAll(channel, 20); more.length > 0; more = await takeAll(channel, 20)) rest = [...rest, ...bodies(more)];
    expect(rest).toEqual(numbers(first.length, 18 - first.length));
    expect(first[0]?.headers.get('n')).toBe('0');
    expect(channel.size).toBe(0);
  });

  test('T2 states: new, open, completed, closed; everything else is refused', async () => {
    const { channel } = await started();
    const transaction = channel.begin();
    expect(transaction.state).toBe('new');
    expect(() => { transaction.put([event('x')]); }).toThrow(IllegalTransaction);
    expect(() => transaction.commit()).toThrow(IllegalTransaction);
    expect(() => transaction.rollback()).toThrow(IllegalTransaction);
    transaction.begin();
    expect(() => { transaction.begin(); }).toThrow(IllegalTransaction);
    expect(() => { transaction.close(); }).toThrow(IllegalTransaction);
    transaction.put([event('x')]);
    expect(() => transaction.take(1)).toThrow(IllegalTransaction);
    await transaction.commit();
    expect(transaction.state).toBe('completed');
    expect(() => { transaction.put([event('x')]); }).toThrow(IllegalTransaction);
    expect(() => transaction.commit()).toThrow(IllegalTransaction);
    transaction.close();
    expect(transaction.state).toBe('closed');
    expect(() => { transaction.close(); }).toThrow(IllegalTransaction);
    const taking = begun(channel);
    await taking.take(1);
    expect(() => { taking.put([event('y')]); }).toThrow(IllegalTransaction);
    await taking.rollback();
    taking.close();
    channel.begin().close();
  });

  test('T3 puts are seen by nobody before their commit, and by nobody after a rollback', async () => {
    const { channel } = await started();
    const transaction = begun(channel);
    transaction.put([event('1')]);
    transaction.put([event('2')]);
    expect(await takeAll(channel)).toEqual([]);
    await transaction.rollback();
    transaction.close();
    expect(channel.size).toBe(0);
    expect(await takeAll(channel)).toEqual([]);
  });

  test('T4 what was taken and rolled back is at the head again, in its order; another taker gets what follows meanwhile', async () => {
    const { channel } = await started();
    await putAll(channel, numbers(0, 10).map((n) => event(n)));
    const first = begun(channel);
    expect(bodies(await first.take(3))).toEqual(['0', '1', '2']);
    expect(bodies(await first.take(2))).toEqual(['3', '4']);
    const second = begun(channel);
    expect(bodies(await second.take(2))).toEqual(['5', '6']);
    expect(channel.size).toBe(10);
    await second.commit();
    second.close();
    expect(channel.size).toBe(8);
    await first.rollback();
    first.close();
    expect(bodies(await takeAll(channel, 20))).toEqual(['0', '1', '2', '3', '4', '7', '8', '9']);
  });

  test('T5 a commit without events, and a take of none, do nothing', async () => {
    const { channel } = await started();
    const transaction = begun(channel);
    expect(await transaction.take(5)).toEqual([]);
    await transaction.commit();
    transaction.close();
    await putAll(channel, []);
    expect(channel.size).toBe(0);
  });

  test('T6 a full channel refuses, nothing of it is put, and it takes again when there is room', async () => {
    const { channel } = await started();
    let put = 0;
    await expect((async () => { for (;;) { await putAll(channel, numbers(put, 10).map((n) => event(n))); put += 10; } })()).rejects.toMatchObject({ code: 'AGENT_CHANNEL_FULL' });
    expect(put).toBeGreaterThanOrEqual(90);
    expect(channel.size).toBe(put);
    const before = await takeAll(channel, 20);
    const refused = begun(channel);
    refused.put(numbers(put, 10).map((n) => event(n)));
    await refused.commit();
    refused.close();
    let seen = bodies(before);
    for (let more = await takeAll(channel, 20); more.length > 0; more = await takeAll(channel, 20)) seen = [...seen, ...bodies(more)];
    expect(seen).toEqual(numbers(0, put + 10));
  });

  test('T7 more than transactionCapacity in one transaction is refused before it is begun', async () => {
    const { channel } = await started();
    const transaction = begun(channel);
    const most = channel.transactionCapacity;
    expect(() => { transaction.put(numbers(0, most + 1).map((n) => event(n))); }).toThrow(expect.objectContaining({ code: 'AGENT_BATCH_TOO_LARGE' }) as Error);
    await transaction.rollback();
    transaction.close();
  });

  test('T8 whoever waits for events is woken by a commit, and by the end of its signal', async () => {
    const { channel } = await started();
    let changes = 0;
    const undo = channel.onChange(() => { changes += 1; });
    await putAll(channel, [event('1')]);
    await takeAll(channel);
    expect(changes).toBeGreaterThanOrEqual(2);
    undo();
    const now = changes;
    await putAll(channel, [event('2')]);
    expect(changes).toBe(now);
  });

  test('T9 many at once: none lost, none twice, each one’s own in its order', async () => {
    const { channel, counters } = await started();
    const seen: string[] = [];
    let producing = 4;
    const produce = async (who: number): Promise<void> => {
      for (let i = 0; i < 40;) {
        const transaction = begun(channel);
        transaction.put([event(`${who} ${i}`), event(`${who} ${i + 1}`)]);
        try { await transaction.commit(); i += 2; } catch { await transaction.rollback(); await new Promise((resolve) => { setTimeout(resolve, 1); }); }
        transaction.close();
      }
      producing -= 1;
    };
    let turns = 0;
    const consume = async (): Promise<void> => {
      while (producing > 0 || channel.size > 0) {
        const transaction = begun(channel);
        const events = await transaction.take(3);
        turns += 1;
        if (turns % 5 === 0) await transaction.rollback();
        else {
          await transaction.commit();
          seen.push(...bodies(events));
        }
        transaction.close();
        if (events.length === 0) await new Promise((resolve) => { setTimeout(resolve, 1); });
      }
    };
    await Promise.all([produce(0), produce(1), produce(2), produce(3), consume(), consume()]);
    expect(seen.length).toBe(160);
    expect(new Set(seen).size).toBe(160);
    expect(counters.EventPutSuccessCount).toBe(160);
    expect(counters.EventTakeSuccessCount).toBe(160);
  });

  test('T10 headers and bodies come back byte for byte', async () => {
    const { channel } = await started();
    const body = Buffer.from(Array.from({ length: 70_000 }, (_, i) => i & 0xff));
    await putAll(channel, [event(body, { 'ü': 'ß 漢字', empty: '' }), event(Buffer.alloc(0))]);
    const [first, second] = await takeAll(channel, 2);
    expect(first?.body.equals(body)).toBe(true);
    expect([...(first?.headers ?? [])].sort()).toEqual([['empty', ''], ['ü', 'ß 漢字']]);
    expect(second?.body.length).toBe(0);
    expect(second?.headers.size).toBe(0);
  });

  test('T11 a commit over several channels: all of them have it, or none', async () => {
    const { channel } = await started();
    const other = makeMemoryChannel({ name: 'c2', capacity: 2, keepAliveMs: 0 });
    const events = [event('1'), event('2')];
    await commitAll(new Map<Channel, readonly ReturnType<typeof event>[]>([[channel, events], [other, events]]));
    expect([channel.size, other.size]).toEqual([2, 2]);
    await expect(commitAll(new Map<Channel, readonly ReturnType<typeof event>[]>([[channel, events], [other, events]]))).rejects.toMatchObject({ code: 'AGENT_CHANNEL_FULL' });
    expect([channel.size, other.size]).toEqual([2, 2]);
    expect(bodies(await takeAll(channel, 5))).toEqual(['1', '2']);
    await putAll(channel, numbers(0, 20).map((n) => event(n)));
  });

  if (durable) test('T12 after a stop and a start everything is there, and what was taken is not', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'sluice-channel-'));
    const { channel } = await started(dir);
    await putAll(channel, numbers(0, 10).map((n) => event(n)));
    await takeAll(channel, 3);
    const open = begun(channel);
    await open.take(2);
    await channel.stop();
    expect(() => channel.begin().begin()).toThrow();
    const again = await started(dir);
    expect(again.channel.size).toBe(7);
    expect(bodies(await takeAll(again.channel, 20))).toEqual(numbers(3, 7));
  });
});
