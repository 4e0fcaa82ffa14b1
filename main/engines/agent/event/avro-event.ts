// The Avro form of an event: record AvroFlumeEvent { map<string> headers; bytes body } (flume.avdl; Avro 1.11 specification, binary encoding).
//   headers  blocks of: long count (negative: then the block's byte size), count x { string key, string value }; a count of 0 ends the map
//   body     long length, bytes
import { AvroReader } from './avro-reader.ts';
import { longSize, putLong, putString, stringSize } from './avro-writer.ts';
import type { Headers } from './event.ts';

/** Passes over the headers; answers nothing, `reader` stands before the body's length. Throws BadEvent. */
export function skipHeaders(reader: AvroReader): void {
  for (let count = reader.block(2); count > 0; count = reader.block(2)) {
    for (let i = 0; i < count; i++) {
      reader.skip('a header name');
      reader.skip('a header value');
    }
  }
}

/** The headers that begin at `at`. A name that comes twice has its last value, as in Java's HashMap. Throws BadEvent. */
export function readHeaders(frame: Buffer, at: number, end: number): Headers {
  const reader = new AvroReader(frame, at, end);
  const headers = new Map<string, string>();
  for (let count = reader.block(2); count > 0; count = reader.block(2)) {
    for (let i = 0; i < count; i++) {
      const key = reader.string('a header name');
      headers.set(key, reader.string('a header value'));
    }
  }
  return headers;
}

export function encodedSize(headers: Headers, bodySize: number): number {
  let size = longSize(bodySize) + bodySize + 1;
  if (headers.size > 0) size += longSize(headers.size);
  for (const [key, value] of headers) size += stringSize(key) + stringSize(value);
  return size;
}

/** Writes headers and the body, which stands in `frame`; answers where it ends. */
export function putEvent(into: Buffer, at: number, headers: Headers, frame: Buffer, bodyStart: number, bodyEnd: number): number {
  let position = at;
  if (headers.size > 0) {
    position = putLong(into, position, headers.size);
    for (const [key, value] of headers) position = putString(into, putString(into, position, key), value);
  }
  into[position++] = 0;
  position = putLong(into, position, bodyEnd - bodyStart);
  return position + frame.copy(into, position, bodyStart, bodyEnd);
}
