import { expect, test } from 'vitest';
import { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';
import type { HbaseCell, HbaseIncrement, HbaseTarget } from '../../../../../../main/engines/agent/ports.ts';
import { drain, event, makeMemoryChannel, makeSink, putAll, testPorts } from '../../../../../support/agent/probe.ts';

/** A table in memory: rows, counters, and what was asked for. */
class MemoryTable {
  target: HbaseTarget | null = null;
  readonly rows = new Map<string, Map<string, string>>();
  readonly counts = new Map<string, bigint>();
  readonly writes: { readonly puts: number; readonly increments: number }[] = [];
  fails = false;

  readonly ports = testPorts({
    openHbase: (target) => {
      this.target = target;
      return Promise.resolve({ write: (puts, increments) => this.write(puts, increments), close: () => Promise.resolve() });
    },
    clock: { now: () => 1_700_000_000_000, monotonic: () => performance.now() },
  });

  private write(puts: readonly HbaseCell[], increments: readonly HbaseIncrement[]): Promise<void> {
    if (this.fails) return Promise.reject(SluiceError.of('AGENT_DELIVERY', { component: 'hbase', target: 't', reason: 'away' }));
    this.writes.push({ puts: puts.length, increments: increments.length });
    for (const { row, family, qualifier, value } of puts) {
      const cells = this.rows.get(row.toString()) ?? new Map<string, string>();
      this.rows.set(row.toString(), cells.set(`${family.toString()}:${qualifier.toString()}`, value.toString()));
    }
    for (const { row, family, qualifier, amount } of increments) {
      const key = `${row.toString()}/${family.toString()}:${qualifier.toString()}`;
      this.counts.set(key, (this.counts.get(key) ?? 0n) + amount);
    }
    return Promise.resolve();
  }
}

async function work(values: Readonly<Record<string, string | number | boolean>>, events: Parameters<typeof putAll>[1], table = new MemoryTable()): Promise<MemoryTable> {
  const { sink } = await makeSink('hbase2', { table: 't', columnFamily: 'cf', ...values }, { ports: table.ports });
  await sink.start();
  const channel = makeMemoryChannel();
  await putAll(channel, events);
  await drain(sink, channel);
  await sink.stop();
  return table;
}

test('F60 the simple serializer writes a row an event and adds one to a counter', async () => {
  const table = await work({ zookeeperQuorum: 'zk:2181', batchSize: 2 }, [event('a'), event('b'), event('c')]);
  expect(table.target).toEqual({ quorum: 'zk:2181', znodeParent: '/hbase', table: 't' });
  expect([...table.rows.keys()].every((key) => /^default[0-9a-f-]{36}$/.test(key))).toBe(true);
  expect([...table.rows.values()].map((cells) => cells.get('cf:pCol')).sort()).toEqual(['a', 'b', 'c']);
  expect(table.counts.get('incRow/cf:iCol')).toBe(3n);
  expect(table.writes).toEqual([{ puts: 2, increments: 2 }, { puts: 1, increments: 1 }]);
});

test('F60 increments of one counter are one where it is wanted; prefix, suffix and columns are as they are set', async () => {
  const table = await work({ coalesceIncrements: true, 'serializer.payloadColumn': 'p', 'serializer.incrementColumn': 'n', 'serializer.rowPrefix': 'x-', 'serializer.suffix': 'timestamp' }, [event('a'), event('b')]);
  expect(table.rows).toEqual(new Map([['x-1700000000000', new Map([['cf:p', 'b']])]]));
  expect(table.writes).toEqual([{ puts: 2, increments: 1 }]);
  expect(table.counts.get('incRow/cf:n')).toBe(2n);
});

test('F61 the regex serializer makes columns of groups, and the key of one of them', async () => {
  const regex = { serializer: 'org.apache.flume.sink.hbase2.RegexHBase2EventSerializer', 'serializer.regex': '^([^ ]+) (\\w+)$' };
  const keyed = await work({ ...regex, 'serializer.colNames': 'ROW_KEY,word', 'serializer.rowKeyIndex': 0, 'serializer.depositHeaders': true }, [event('k1 hello', { h: 'v' }), event('no match at all')]);
  expect(keyed.rows).toEqual(new Map([['k1', new Map([['cf:word', 'hello'], ['cf:h', 'v']])]]));
  const made = await work({ ...regex, 'serializer.colNames': 'a, b' }, [event('x y'), event('x y')]);
  expect([...made.rows.keys()].every((key) => /^1700000000000-[\w-]{10}-[01]$/.test(key))).toBe(true);
  expect([...made.rows.values()][0]).toEqual(new Map([['cf:a', 'x'], ['cf:b', 'y']]));
});

test('F61 what cannot be meant is told when the sink is made', async () => {
  await expect(work({ serializer: 'com.example.Mine' }, [])).rejects.toMatchObject({ code: 'AGENT_KEY', params: { key: 'serializer' } });
  await expect(work({ serializer: 'regex', 'serializer.colNames': 'a', 'serializer.rowKeyIndex': 3 }, [])).rejects.toMatchObject({ code: 'AGENT_KEY', params: { key: 'serializer.rowKeyIndex' } });
});

test('F62 a batch that was refused comes again; without a client of HBase it says so', async () => {
  const table = new MemoryTable();
  table.fails = true;
  const { sink } = await makeSink('hbase2', { table: 't', columnFamily: 'cf' }, { ports: table.ports });
  await sink.start();
  const channel = makeMemoryChannel();
  await putAll(channel, [event('a')]);
  await expect(drain(sink, channel)).rejects.toMatchObject({ code: 'AGENT_DELIVERY' });
  expect(channel.size).toBe(1);
  table.fails = false;
  await drain(sink, channel);
  expect(table.rows.size).toBe(1);
  const { sink: alone } = await makeSink('hbase2', { table: 't', columnFamily: 'cf' });
  await expect(alone.start()).rejects.toMatchObject({ code: 'AGENT_NOT_HERE' });
});
