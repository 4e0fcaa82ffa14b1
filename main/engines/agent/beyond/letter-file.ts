// One file of dead letters, as bytes. Each record, all numbers big-endian:
//   u32  bytes of what follows the checksum
//   u32  CRC-32 of it
//   u32  bytes of the note, and the note: JSON { at, component, reason }
//   ...  the event, as an AvroFlumeEvent
import { crc32 } from 'node:zlib';
import { AvroReader, BadEvent } from '../event/avro-reader.ts';
import type { Event } from '../event/event.ts';
import { scanEvent } from '../event/scan-events.ts';

export interface Letter {
  /** ms since 1970. */
  readonly at: number;
  /** Who refused it: "a1.sinks.k1", "a1.sources.r1.interceptors.i1". */
  readonly component: string;
  readonly reason: string;
  readonly event: Event;
}

const HEAD = 8;
const MOST_REASON = 2000;

export function letterRecord({ at, component, reason, event }: Letter): Buffer {
  const note = Buffer.from(JSON.stringify({ at, component, reason: reason.slice(0, MOST_REASON) }));
  const size = event.size;
  const record = Buffer.allocUnsafe(HEAD + 4 + note.length + size);
  record.writeUInt32BE(4 + note.length + size, 0);
  record.writeUInt32BE(note.length, HEAD);
  note.copy(record, HEAD + 4);
  event.put(record, HEAD + 4 + note.length);
  record.writeUInt32BE(crc32(record.subarray(HEAD)), 4);
  return record;
}

export interface Found {
  /** Where each whole record begins. */
  readonly offsets: readonly number[];
  /** Null when the file ends with a whole record; else where the first one that is not begins, and whether it is the last, which a crash leaves half written. */
  readonly damage: { readonly offset: number; readonly torn: boolean } | null;
}

/** Looks for the records in all bytes of a file. */
export function findLetters(bytes: Buffer): Found {
  const offsets: number[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = endOf(bytes, at);
    if (end === null) return { offsets, damage: { offset: at, torn: true } };
    if (crc32(bytes.subarray(at + HEAD, end)) !== bytes.readUInt32BE(at + 4)) return { offsets, damage: { offset: at, torn: end === bytes.length } };
    offsets.push(at);
    at = end;
  }
  return { offsets, damage: null };
}

/** Null where the bytes end before the record does. */
function endOf(bytes: Buffer, at: number): number | null {
  if (at + HEAD + 4 > bytes.length) return null;
  const end = at + HEAD + bytes.readUInt32BE(at);
  return end > bytes.length || end < at + HEAD + 4 ? null : end;
}

/** The record at the beginning of `bytes`, which are at least its own; null when it is damaged. */
export function readLetter(bytes: Buffer): Letter | null {
  const end = endOf(bytes, 0);
  if (end === null || crc32(bytes.subarray(HEAD, end)) !== bytes.readUInt32BE(4)) return null;
  const noteSize = bytes.readUInt32BE(HEAD);
  const start = HEAD + 4 + noteSize;
  if (start > end) return null;
  try {
    const { at, component, reason } = JSON.parse(bytes.toString('utf8', HEAD + 4, start)) as { at: number; component: string; reason: string };
    return { at, component, reason, event: scanEvent(new AvroReader(bytes, start, end)) };
  } catch (error) {
    if (error instanceof BadEvent || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Bytes of the record whose first eight are given. */
export const recordSize = (head: Buffer): number => HEAD + head.readUInt32BE(0);
