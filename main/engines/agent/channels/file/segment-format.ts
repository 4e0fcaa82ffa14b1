// A segment of the durable channel, byte for byte (numbers big endian). What stands in it is never changed; a segment ends where the next one says.
//
//   header   256 bytes, twice: "SLUICEQ1" | u32 version 1 | 16 bytes channel | u32 segment | u32 the one before, 0: none | u48 where that one ends
//            | 16 bytes salt | u8 length + name of the key, length 0: not encrypted | zeros | u32 CRC32C of the 252 bytes before
//   record   28 bytes and a payload:
//     0 u32 bytes of payload          16 u32 where the write that it came with began: all before that was on disk by then
//     4 u32 CRC32C of salt, own place (u48), bytes 8 to 27, payload
//     8 u16 0x5351                    20 u48 number of its first event
//    10 u8  kind    11 u8 flags       26 u16 bytes of the name in front of the payload's events (prepare, commit, abort), 0 otherwise
//    12 u32 events
//
// The CRC holds salt and place so that the copy of a record inside an event's body is never taken for a record.
import { setImmediate as turn } from 'node:timers/promises';
import { crc32c } from '../../../../lib/crc32c.ts';

const HEADER = 256;
/** Where the first record stands. */
export const SEGMENT_HEADER = 2 * HEADER;
export const RECORD_HEADER = 28;
export const SEGMENT_NAME = /^segment-(\d{10})$/;
export const segmentName = (segment: number): string => `segment-${String(segment).padStart(10, '0')}`;

const MAGIC = Buffer.from('SLUICEQ1');
const VERSION = 1;
export const RECORD_MAGIC = 0x5351;

/** Put: events that are committed with this record, or with the last of its parts. Take: ranges of numbers that are gone for good. Prepare, commit, abort: puts that are one with those of other channels; a commit without a number is for all puts of its group. Skip: what a repair could not read. */
export const KIND = { put: 1, take: 2, prepare: 3, commit: 4, abort: 5, skip: 6 } as const;
export type Kind = (typeof KIND)[keyof typeof KIND];
/** Another part of the same transaction follows, with the next number. */
export const MORE = 1;

/** Bytes that are summed between two turns of the event loop. */
export const LARGE = 2 ** 20;
/** Of one record; larger events are refused. */
export const MAX_PAYLOAD = 2 ** 30;

export interface SegmentHeader {
  readonly channel: Buffer;
  readonly segment: number;
  readonly previous: number;
  /** 0 where there is none. */
  readonly previousEnd: number;
  readonly salt: Buffer;
  /** Name of the key; null: not encrypted. */
  readonly key: string | null;
}

export function encodeSegmentHeader(header: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(HEADER);
  MAGIC.copy(bytes);
  bytes.writeUInt32BE(VERSION, 8);
  header.channel.copy(bytes, 12);
  bytes.writeUInt32BE(header.segment, 28);
  bytes.writeUInt32BE(header.previous, 32);
  bytes.writeUIntBE(header.previousEnd, 36, 6);
  header.salt.copy(bytes, 42);
  const key = Buffer.from(header.key ?? '');
  if (key.length > 190) throw new RangeError(`the key's name has ${key.length} bytes, more than 190`);
  bytes[58] = key.length;
  key.copy(bytes, 59);
  bytes.writeUInt32BE(crc32c(bytes, 0, HEADER - 4), HEADER - 4);
  return Buffer.concat([bytes, bytes]);
}

/** Null when both of it are damaged or none; the text says why it is one that cannot be read here. */
export function decodeSegmentHeader(bytes: Buffer): SegmentHeader | string | null {
  return decodeHeader(bytes.subarray(0, HEADER)) ?? decodeHeader(bytes.subarray(HEADER, SEGMENT_HEADER));
}

function decodeHeader(bytes: Buffer): SegmentHeader | string | null {
  if (bytes.length < HEADER || !bytes.subarray(0, 8).equals(MAGIC)) return null;
  if (crc32c(bytes, 0, HEADER - 4) !== bytes.readUInt32BE(HEADER - 4)) return null;
  const version = bytes.readUInt32BE(8);
  if (version !== VERSION) return `it is of version ${version}, this program reads version ${VERSION}`;
  const keySize = bytes[58] as number;
  return {
    channel: Buffer.from(bytes.subarray(12, 28)), segment: bytes.readUInt32BE(28), previous: bytes.readUInt32BE(32), previousEnd: bytes.readUIntBE(36, 6),
    salt: Buffer.from(bytes.subarray(42, 58)), key: keySize === 0 ? null : bytes.toString('utf8', 59, 59 + keySize),
  };
}

export interface RecordHead {
  readonly kind: Kind;
  readonly flags: number;
  readonly count: number;
  readonly writeStart: number;
  readonly seq: number;
  readonly nameSize: number;
}

const place = Buffer.alloc(6);

/** The CRC of a record whose header and payload stand in `bytes` at `at`, and in its segment at `offset`. */
function recordCrc(salt: Buffer, offset: number, bytes: Buffer, at: number, length: number): number {
  return crc32c(bytes, at + 8, at + RECORD_HEADER + length, crcOfPlace(salt, offset));
}

function crcOfPlace(salt: Buffer, offset: number): number {
  place.writeUIntBE(offset, 0, 6);
  return crc32c(place, 0, 6, crc32c(salt));
}

async function recordCrcSlowly(salt: Buffer, offset: number, bytes: Buffer, at: number, length: number): Promise<number> {
  let crc = crcOfPlace(salt, offset);
  const end = at + RECORD_HEADER + length;
  for (let from = at + 8; from < end; from += LARGE) {
    crc = crc32c(bytes, from, Math.min(end, from + LARGE), crc);
    await turn();
  }
  return crc;
}

/** Writes the header of a record; its payload of `length` bytes stands behind already. */
export function putRecordHeader(bytes: Buffer, at: number, salt: Buffer, offset: number, length: number, head: RecordHead): void {
  putHead(bytes, at, length, head);
  bytes.writeUInt32BE(recordCrc(salt, offset, bytes, at, length), at + 4);
}

/** The same for a large record: the event loop gets its turns. */
export async function putRecordHeaderSlowly(bytes: Buffer, at: number, salt: Buffer, offset: number, length: number, head: RecordHead): Promise<void> {
  putHead(bytes, at, length, head);
  bytes.writeUInt32BE(await recordCrcSlowly(salt, offset, bytes, at, length), at + 4);
}

function putHead(bytes: Buffer, at: number, length: number, head: RecordHead): void {
  bytes.writeUInt32BE(length, at);
  bytes.writeUInt16BE(RECORD_MAGIC, at + 8);
  bytes[at + 10] = head.kind;
  bytes[at + 11] = head.flags;
  bytes.writeUInt32BE(head.count, at + 12);
  bytes.writeUInt32BE(head.writeStart, at + 16);
  bytes.writeUIntBE(head.seq, at + 20, 6);
  bytes.writeUInt16BE(head.nameSize, at + 26);
}

/** Bytes of payload, when the 28 bytes at `at` can be the header of a record; null otherwise. */
export function payloadLength(bytes: Buffer, at: number): number | null {
  if (bytes.readUInt16BE(at + 8) !== RECORD_MAGIC) return null;
  const kind = bytes[at + 10] as number;
  if (kind < KIND.put || kind > KIND.skip) return null;
  const length = bytes.readUInt32BE(at);
  return length <= MAX_PAYLOAD ? length : null;
}

/** Whether a whole record stands at `at`; its CRC is looked at. */
export function isRecord(bytes: Buffer, at: number, salt: Buffer, offset: number): boolean {
  if (at + RECORD_HEADER > bytes.length) return false;
  const length = payloadLength(bytes, at);
  return length !== null && at + RECORD_HEADER + length <= bytes.length && recordCrc(salt, offset, bytes, at, length) === bytes.readUInt32BE(at + 4);
}

/** The same; a large record leaves the event loop its turns. */
export async function isRecordSlowly(bytes: Buffer, at: number, salt: Buffer, offset: number): Promise<boolean> {
  if (bytes.length - at <= LARGE * 2) return isRecord(bytes, at, salt, offset);
  const length = payloadLength(bytes, at);
  if (length === null || at + RECORD_HEADER + length > bytes.length) return false;
  return length <= LARGE ? isRecord(bytes, at, salt, offset) : (await recordCrcSlowly(salt, offset, bytes, at, length)) === bytes.readUInt32BE(at + 4);
}

export function readRecordHead(bytes: Buffer, at: number): RecordHead {
  return {
    kind: bytes[at + 10] as Kind, flags: bytes[at + 11] as number, count: bytes.readUInt32BE(at + 12), writeStart: bytes.readUInt32BE(at + 16),
    seq: bytes.readUIntBE(at + 20, 6), nameSize: bytes.readUInt16BE(at + 26),
  };
}

/** Numbers of events that follow one another. */
export interface Range { readonly seq: number; readonly count: number }

const RANGE = 10;
export const rangesSize = (ranges: readonly Range[]): number => ranges.length * RANGE;

export function putRanges(into: Buffer, at: number, ranges: readonly Range[]): number {
  let position = at;
  for (const { seq, count } of ranges) {
    into.writeUIntBE(seq, position, 6);
    into.writeUInt32BE(count, position + 6);
    position += RANGE;
  }
  return position;
}

export function readRanges(payload: Buffer): Range[] {
  const ranges: Range[] = [];
  for (let at = 0; at + RANGE <= payload.length; at += RANGE) ranges.push({ seq: payload.readUIntBE(at, 6), count: payload.readUInt32BE(at + 6) });
  return ranges;
}
