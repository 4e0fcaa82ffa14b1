// Calls of Flume 0.9's Avro protocol as they stand in the body of a POST: int32 length and bytes again and again, up to a length of 0 (Avro specification, message framing).
import { createHash } from 'node:crypto';
import { AvroReader, BadEvent } from '../../event/avro-reader.ts';
import { putString, stringSize } from '../../event/avro-writer.ts';
import type { Event } from '../../event/event.ts';
import { eventOfLegacy, PRIORITIES } from '../legacy-event.ts';
import { errorAnswer } from './answers.ts';
import { HASH_SIZE, readHandshakeRequest, skipMeta } from './handshake.ts';

const INT = 4;

/** flumeCompatibility.avdl. */
export const LEGACY_PROTOCOL = JSON.stringify({
  protocol: 'FlumeOGEventAvroServer', namespace: 'com.cloudera.flume.handlers.avro',
  types: [
    { type: 'enum', name: 'Priority', symbols: PRIORITIES },
    {
      type: 'record', name: 'AvroFlumeOGEvent',
      fields: [
        { name: 'timestamp', type: 'long' }, { name: 'priority', type: 'Priority' }, { name: 'body', type: 'bytes' }, { name: 'nanos', type: 'long' }, { name: 'host', type: 'string' },
        { name: 'fields', type: { type: 'map', values: 'bytes' } },
      ],
    },
  ],
  messages: { append: { request: [{ name: 'evt', type: 'AvroFlumeOGEvent' }], response: 'null' } },
});
const LEGACY_HASH = createHash('md5').update(LEGACY_PROTOCOL).digest();

/** The message in a body. Throws BadEvent. */
export function framesOf(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    if (body.length - at < INT) throw new BadEvent('it ends early');
    const length = body.readInt32BE(at);
    if (length === 0) break;
    if (length < 0 || length > body.length - at - INT) throw new BadEvent(`a part of ${length} bytes where ${body.length - at - INT} are left`);
    parts.push(body.subarray(at + INT, at + INT + length));
    at += INT + length;
  }
  return parts.length === 1 ? parts[0] as Buffer : Buffer.concat(parts);
}

export function toFrames(message: Buffer): Buffer {
  const body = Buffer.alloc(INT + message.length + INT);
  body.writeInt32BE(message.length, 0);
  message.copy(body, INT);
  return body;
}

/** HTTP keeps no connection: every call has its handshake, and a client that does not know our protocol gets its text with the answer. */
export async function answerLegacyCall(message: Buffer, append: (event: Event) => Promise<boolean>): Promise<Buffer> {
  const reader = new AvroReader(message);
  const { serverHash } = readHandshakeRequest(reader);
  const greeting = serverHash.equals(LEGACY_HASH) ? Buffer.from([0, 0, 0, 0]) : clientMatch();
  skipMeta(reader);
  const name = reader.string('the name of a message');
  if (name !== 'append') return Buffer.concat([greeting, errorAnswer(`No message named ${name.slice(0, 200)}`)]);
  const taken = await append(readLegacyEvent(reader));
  // Flume says nothing when its channel refuses, and loses the event; an error makes the agent keep it
  return Buffer.concat([greeting, taken ? Buffer.from([0, 0]) : errorAnswer('The channel did not take the event')]);
}

function clientMatch(): Buffer {
  const bytes = Buffer.alloc(2 + stringSize(LEGACY_PROTOCOL) + 1 + HASH_SIZE + 1);
  bytes[0] = 2;
  bytes[1] = 2;
  let at = putString(bytes, 2, LEGACY_PROTOCOL);
  bytes[at++] = 2;
  at += LEGACY_HASH.copy(bytes, at);
  bytes[at] = 0;
  return bytes;
}

function readLegacyEvent(reader: AvroReader): Event {
  const timestamp = String(reader.long());
  const priority = PRIORITIES[reader.long()] ?? 'INFO';
  const body = reader.take('a body');
  const nanos = String(reader.long());
  const host = reader.string('a host');
  const fields = new Map<string, Buffer>();
  for (let count = reader.block(2); count > 0; count = reader.block(2)) {
    for (let i = 0; i < count; i++) {
      const field = reader.string('the name of a field');
      fields.set(field, reader.take('a field'));
    }
  }
  return eventOfLegacy({ timestamp, priority, body, nanos, host, fields });
}
