// Entries of a Redis stream, as XREADGROUP and XAUTOCLAIM answer them (RESP2): [id, [field, value, ...]], a null in place of the fields of one that was deleted.
import { Event } from '../../event/event.ts';
import type { RedisReply } from './client.ts';

export interface StreamEntry { readonly id: Buffer; readonly fields: readonly Buffer[] }

const list = (reply: RedisReply | undefined): readonly RedisReply[] => (Array.isArray(reply) ? (reply as readonly RedisReply[]) : []);

/** Those that are still there. */
export function entriesOf(reply: RedisReply | undefined): StreamEntry[] {
  return list(reply).flatMap((item) => {
    const [id, fields] = list(item);
    return Buffer.isBuffer(id) && Array.isArray(fields) ? [{ id, fields: list(fields).filter((field) => Buffer.isBuffer(field)) }] : [];
  });
}

/** Of one stream. */
export function entriesRead(reply: RedisReply): StreamEntry[] {
  const [stream] = list(reply);
  return entriesOf(list(stream)[1]);
}

/** The field `bodyField` is the body, the others are headers; without that field the body is a JSON object of all of them. */
export function eventOf({ id, fields }: StreamEntry, stream: string, bodyField: string): Event {
  const pairs: (readonly [string, Buffer])[] = [];
  for (let i = 0; i + 1 < fields.length; i += 2) pairs.push([(fields[i] as Buffer).toString('utf8'), fields[i + 1] as Buffer]);
  const body = pairs.find(([name]) => name === bodyField)?.[1] ?? null;
  const headers = new Map([['stream', stream], ['id', id.toString('latin1')]]);
  if (body === null) return Event.of(headers, Buffer.from(JSON.stringify(Object.fromEntries(pairs.map(([name, value]) => [name, value.toString('utf8')])))));
  for (const [name, value] of pairs) if (name !== bodyField) headers.set(name, value.toString('utf8'));
  return Event.of(headers, body);
}
