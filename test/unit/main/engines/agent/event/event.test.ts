import avsc from 'avsc';
import { describe, expect, test } from 'vitest';
import { AvroReader, BadEvent } from '../../../../../../main/engines/agent/event/avro-reader.ts';
import { longSize, putLong } from '../../../../../../main/engines/agent/event/avro-writer.ts';
import { Event } from '../../../../../../main/engines/agent/event/event.ts';
import { scanEvent, scanEvents } from '../../../../../../main/engines/agent/event/scan-events.ts';

/** The peer: another implementation of Avro. */
const record = avsc.Type.forSchema({
  type: 'record', name: 'AvroFlumeEvent', fields: [{ name: 'headers', type: { type: 'map', values: 'string' } }, { name: 'body', type: 'bytes' }],
});
const array = avsc.Type.forSchema({ type: 'array', items: record.schema() });
const plain = (event: Event): unknown => ({ headers: Object.fromEntries(event.headers), body: event.body });

const SAMPLES = [
  { headers: {}, body: Buffer.alloc(0) },
  { headers: { host: 'a', 'größe': '漢字 \u0000' }, body: Buffer.from('hello') },
  { headers: { empty: '' }, body: Buffer.alloc(70_000, 7) },
];

describe('E1 the Avro form', () => {
  test('E1 what another Avro wrote is found, and decoded alike', () => {
    for (const sample of SAMPLES) {
      const event = scanEvent(new AvroReader(record.toBuffer(sample)));
      expect(plain(event)).toEqual(sample);
      expect(event.size).toBe(record.toBuffer(sample).length);
      expect(event.bodySize).toBe(sample.body.length);
    }
  });

  test('E1 what we write another Avro reads', () => {
    for (const sample of SAMPLES) {
      const event = Event.of(new Map(Object.entries(sample.headers)), sample.body);
      expect(event.toAvro().length).toBe(event.size);
      const read = record.fromBuffer(event.toAvro()) as { headers: object; body: Buffer };
      expect({ headers: { ...read.headers }, body: read.body }).toEqual(sample);
      expect(plain(event.detached())).toEqual(sample);
    }
  });

  test('E1 an array of events, in one block or several, with or without the size of a block', () => {
    const bytes = array.toBuffer(SAMPLES);
    expect(scanEvents(new AvroReader(bytes), 3).map(plain)).toEqual(SAMPLES);
    const items = SAMPLES.map((sample) => record.toBuffer(sample));
    const sized = Buffer.concat([Buffer.from([3]), long(items[0]?.length ?? 0 + (items[1]?.length ?? 0)), ...items.slice(0, 2), Buffer.from([2]), items[2] as Buffer, Buffer.from([0])]); // -2, size, two; 1, one; 0
    expect(scanEvents(new AvroReader(sized), 3).map(plain)).toEqual(SAMPLES);
  });

  test('E2 an event is changed by making another one', () => {
    const event = scanEvent(new AvroReader(record.toBuffer(SAMPLES[1])));
    const changed = event.withHeaders(new Map([...event.headers, ['k', 'v']]));
    expect(plain(changed)).toEqual({ headers: { ...SAMPLES[1]?.headers, k: 'v' }, body: SAMPLES[1]?.body });
    expect(plain(event)).toEqual(SAMPLES[1]);
    expect(record.fromBuffer(changed.toAvro())).toMatchObject({ headers: { k: 'v' } });
    expect(plain(changed.withBody(Buffer.from('x')))).toEqual({ headers: { ...SAMPLES[1]?.headers, k: 'v' }, body: Buffer.from('x') });
  });

  test('E3 bytes cut short anywhere, or with a length that is not there, are refused before anything is allocated', () => {
    const bytes = array.toBuffer(SAMPLES.slice(0, 2));
    for (let cut = 0; cut < bytes.length; cut++) expect(() => scanEvents(new AvroReader(bytes.subarray(0, cut)), 10), String(cut)).toThrow(BadEvent);
    expect(() => scanEvents(new AvroReader(bytes), 1)).toThrow('a batch of 2 events, more than 1');
    expect(() => scanEvents(new AvroReader(Buffer.concat([long(2 ** 40), Buffer.alloc(100)])), 2 ** 50)).toThrow(/entries where \d+ bytes are left/);
    expect(() => new AvroReader(Buffer.alloc(20, 0xff)).long()).toThrow('more than ten bytes');
  });
});

function long(value: number): Buffer {
  const bytes = Buffer.alloc(longSize(value));
  putLong(bytes, 0, value);
  return bytes;
}
