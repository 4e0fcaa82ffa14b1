// Writes each event as a row of HBase, over whatever client of it is there (HBase2Sink).
import { HBASE2_SINK } from '../../../../preload/contract/agent/specs/files.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { sink } from '../components/factory.ts';
import { knownCharset } from '../deserializers/make-deserializer.ts';
import type { Event } from '../event/event.ts';
import type { HbaseCell, HbaseIncrement, HbaseTable } from '../ports.ts';
import { javaPattern } from '../sources/file-pattern.ts';
import { deliverBatch } from './deliver.ts';
import { coalesced, regexRows, simpleRows, type RowMaker } from './hbase2/row-maker.ts';

const SERIALIZERS: Readonly<Record<string, 'simple' | 'regex'>> = {
  simple: 'simple', 'org.apache.flume.sink.hbase2.SimpleHBase2EventSerializer': 'simple', regex: 'regex', 'org.apache.flume.sink.hbase2.RegexHBase2EventSerializer': 'regex',
};

export const hbase2Sink = sink(HBASE2_SINK, (values, { name, ports, counters, properties, deadLetters }) => {
  const now = (): number => ports.clock.now();
  const family = Buffer.from(values.columnFamily);
  const bad = (key: string, value: string, reason: string): SluiceError => SluiceError.of('AGENT_KEY', { component: name, key, value, reason });
  let rows: RowMaker;
  switch (SERIALIZERS[values.serializer]) {
    case 'simple':
      rows = simpleRows({
        family, now, payloadColumn: values['serializer.payloadColumn'], incrementColumn: values['serializer.incrementColumn'], incrementRow: values['serializer.incrementRow'],
        rowPrefix: values['serializer.rowPrefix'], suffix: values['serializer.suffix'],
      });
      break;
    case 'regex': {
      const ignoreCase = values['serializer.regexIgnoreCase'] ? '(?i)' : '';
      const columns = values['serializer.colNames'].split(',').map((column) => column.trim());
      const rowKey = values['serializer.rowKeyIndex'];
      const keyIndex = rowKey >= 0 ? rowKey : columns.indexOf('ROW_KEY');
      if (keyIndex >= columns.length) throw bad('serializer.rowKeyIndex', String(rowKey), `there are ${columns.length} columns`);
      if (rowKey >= 0 && columns[rowKey] !== 'ROW_KEY') throw bad('serializer.rowKeyIndex', String(rowKey), 'the column of that number must be called ROW_KEY');
      rows = regexRows({
        component: name, family, now, columns, keyIndex, pattern: javaPattern(name, 'serializer.regex', `${ignoreCase}${values['serializer.regex']}`),
        depositHeaders: values['serializer.depositHeaders'], charset: knownCharset(name, 'serializer.charset', values['serializer.charset']),
      });
      break;
    }
    default: throw bad('serializer', properties.get('serializer')?.value ?? '', 'SimpleHBase2EventSerializer and RegexHBase2EventSerializer can be used here, others are Java programs');
  }
  if (values.kerberosPrincipal !== null) throw SluiceError.of('AGENT_NOT_HERE', { component: name, what: 'a login by Kerberos' });
  let table: HbaseTable | null = null;

  const deliver = async (events: readonly Event[]): Promise<void> => {
    table ??= await open();
    const puts: HbaseCell[] = [];
    const increments: HbaseIncrement[] = [];
    const letters: { event: Event; reason: string }[] = [];
    for (const event of events) {
      try {
        const row = rows(event);
        puts.push(...row.puts);
        increments.push(...row.increments);
      } catch (error) {
        if (deadLetters === null || !(error instanceof SluiceError)) throw error;
        letters.push({ event, reason: String(error.params['reason']) });
      }
    }
    if (letters.length > 0) await deadLetters?.add(letters);
    if (puts.length + increments.length > 0) await table.write(puts, values.coalesceIncrements ? coalesced(increments) : increments);
  };

  const open = async (): Promise<HbaseTable> => {
    if (ports.openHbase === null) throw SluiceError.of('AGENT_NOT_HERE', { component: name, what: 'a client of HBase' });
    const opened = await ports.openHbase({ quorum: values.zookeeperQuorum ?? 'localhost:2181', znodeParent: values.znodeParent, table: values.table });
    counters.ConnectionCreatedCount += 1;
    return opened;
  };

  return {
    start: async () => {
      try {
        table ??= await open();
      } catch (error) {
        counters.ConnectionFailedCount += 1;
        throw error;
      }
    },
    stop: async () => {
      if (table) counters.ConnectionClosedCount += 1;
      await table?.close();
      table = null;
    },
    process: (channel, signal) => deliverBatch(channel, values.batchSize, counters, signal, deliver),
  };
});
