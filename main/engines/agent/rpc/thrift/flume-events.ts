// Flume's events in Thrift (flume.thrift):
//   struct ThriftFlumeEvent { 1: required map<string, string> headers, 2: required binary body }
//   Status append(1: ThriftFlumeEvent event), Status appendBatch(1: list<ThriftFlumeEvent> events)
import { BadEvent } from '../../event/avro-reader.ts';
import { Event, type Headers } from '../../event/event.ts';
import { TooManyEvents } from '../../event/scan-events.ts';
import type { ThriftReader } from './reader.ts';
import { MESSAGE, T, type Encoding } from './types.ts';
import { thriftWriter, type ThriftWriter } from './writer.ts';

/** Status of flume.thrift. */
export const THRIFT_STATUS = { ok: 0, failed: 1 } as const;
export const THRIFT_STATUS_NAMES = ['OK', 'FAILED', 'ERROR', 'UNKNOWN'] as const;

/** A struct that is an event; its body is a slice of the frame. Throws BadEvent. */
export function readThriftEvent(reader: ThriftReader): Event {
  let headers: Headers | null = null;
  let body: Buffer | null = null;
  reader.beginStruct();
  for (let type = reader.nextField(); type !== T.stop; type = reader.nextField()) {
    if (reader.field === 1 && type === T.map) headers = readStringMap(reader);
    else if (reader.field === 2 && type === T.string) body = reader.binary();
    else reader.skip(type);
  }
  reader.endStruct();
  if (body === null) throw new BadEvent('an event without a body');
  return Event.of(headers, body);
}

export function readStringMap(reader: ThriftReader): Headers {
  const count = reader.map();
  const map = new Map<string, string>();
  if (count > 0 && (reader.key !== T.string || reader.element !== T.string)) throw new BadEvent('headers that are no strings');
  for (let i = 0; i < count; i++) map.set(reader.string(), reader.string());
  return map;
}

/** Field 1 of a call's arguments; null when it is not there. */
export function readArgument<T>(reader: ThriftReader, type: number, read: () => T): T | null {
  let value: T | null = null;
  reader.beginStruct();
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (reader.field === 1 && field === type) value = read();
    else reader.skip(field);
  }
  reader.endStruct();
  return value;
}

/** A list of structs; more than `most` are refused before they are looked at (TooManyEvents). Throws BadEvent. */
export function readList<V>(reader: ThriftReader, most: number, read: () => V): V[] {
  const count = reader.list();
  if (count > 0 && reader.element !== T.struct) throw new BadEvent('a list of something else');
  if (count > most) throw new TooManyEvents(count, most);
  return Array.from({ length: count }, read);
}

/** Events decoded without a turn of the event loop. */
const STRETCH = 1000;

/** Field 1 of a call of appendBatch; the event loop turns while there are many. TooManyEvents, BadEvent. */
export async function readEventsArgument(reader: ThriftReader, most: number): Promise<Event[]> {
  const events: Event[] = [];
  reader.beginStruct();
  for (let field = reader.nextField(); field !== T.stop; field = reader.nextField()) {
    if (reader.field !== 1 || field !== T.list) {
      reader.skip(field);
      continue;
    }
    const count = reader.list();
    if (count > 0 && reader.element !== T.struct) throw new BadEvent('a list of something else');
    if (count > most) throw new TooManyEvents(count, most);
    for (let i = 1; i <= count; i++) {
      events.push(readThriftEvent(reader));
      if (i % STRETCH === 0) await new Promise((turn) => { setImmediate(turn); });
    }
  }
  reader.endStruct();
  return events;
}

function putThriftEvent(writer: ThriftWriter, event: Event): void {
  writer.beginStruct();
  writer.field(T.map, 1);
  writer.stringMap(event.headers.size);
  for (const [key, value] of event.headers) {
    writer.string(key);
    writer.string(value);
  }
  writer.field(T.string, 2);
  writer.binary(event.body);
  writer.stop();
}

/** A call of appendBatch, with `lead` bytes free in front. */
export function appendBatchCall(encoding: Encoding, serial: number, events: readonly Event[], lead: number): Buffer {
  const room = events.reduce((sum, event) => sum + event.size + 32, 64);
  const writer = thriftWriter(encoding, room, lead);
  writer.message({ name: 'appendBatch', kind: MESSAGE.call, serial });
  writer.beginStruct();
  writer.field(T.list, 1);
  writer.list(T.struct, events.length);
  for (const event of events) putThriftEvent(writer, event);
  writer.stop();
  return writer.finish();
}
