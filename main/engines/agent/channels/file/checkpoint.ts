// The state of the channel in one file, so that a start need not read the whole log. Written under a temporary name, synced, renamed; without it, or
// when it is damaged, the log alone tells the same.
//   "SLUICECP" | u32 version 1 | 16 bytes channel | u32 segment, u48 offset: the place of the log | u48 next number | u32 spans | u32 prepared groups
//   spans: u48 number | u32 count | u32 segment | u32 offset | u32 length | u32 index;  groups: u48 number | u16 + name | u32 spans | spans
//   u32 + JSON of the marks, [[key, number, value], ...];  u32 CRC32C of all before.  A backup may be packed by gzip.
import { dirname } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { crc32c } from '../../../../lib/crc32c.ts';
import type { Disk } from '../../../../lib/disk/disk.ts';
import { codeOf } from '../../../../lib/errno.ts';
import type { Mark } from '../../parts.ts';
import { decodePutName, encodePutName, keepMark } from './put-name.ts';
import { SpanQueue, type Span } from './span-queue.ts';
import type { ChannelState, Prepared } from './state.ts';

const MAGIC = Buffer.from('SLUICECP');
const VERSION = 1;
const HEAD = 8 + 4 + 16 + 4 + 6 + 6 + 4 + 4;
const SPAN = 26;
/** Spans, and bytes of CRC, between two turns of the event loop. */
const STEP = 20_000;
const STEP_BYTES = 2 ** 19;
/** No checkpoint is larger: 2^26 spans. */
const MAX_SIZE = SPAN * 2 ** 26;

export const CHECKPOINT = 'checkpoint.sluice';
export const TEMPORARY = `${CHECKPOINT}.new`;

export async function encodeCheckpoint(channel: Buffer, state: ChannelState): Promise<Buffer> {
  const groups = [...state.prepared].map(([seq, { group, mark, spans }]) => ({ seq, name: encodePutName(group, mark) as Buffer, spans }));
  const marks = Buffer.from(JSON.stringify([...state.marks.values()].map(({ key, number, value }) => [key, number, value])));
  const size = HEAD + state.queue.length * SPAN + groups.reduce((sum, { name, spans }) => sum + 12 + name.length + spans.length * SPAN, 0) + 4 + marks.length + 4;
  const bytes = Buffer.allocUnsafe(size);
  let at = MAGIC.copy(bytes);
  at = bytes.writeUInt32BE(VERSION, at);
  at += channel.copy(bytes, at);
  at = bytes.writeUInt32BE(state.position.segment, at);
  at = bytes.writeUIntBE(state.position.offset, at, 6);
  at = bytes.writeUIntBE(state.nextSeq, at, 6);
  at = bytes.writeUInt32BE(state.queue.length, at);
  at = bytes.writeUInt32BE(groups.length, at);
  for (let i = 0; i < state.queue.length; i++) {
    at = putSpan(bytes, at, state.queue.at(i));
    if (i % STEP === STEP - 1) await turn();
  }
  for (const { seq, name, spans } of groups) {
    at = bytes.writeUIntBE(seq, at, 6);
    at = bytes.writeUInt16BE(name.length, at);
    at += name.copy(bytes, at);
    at = bytes.writeUInt32BE(spans.length, at);
    for (const span of spans) at = putSpan(bytes, at, span);
  }
  at = bytes.writeUInt32BE(marks.length, at);
  at += marks.copy(bytes, at);
  bytes.writeUInt32BE(await slowCrc(bytes.subarray(0, at)), at);
  return bytes;
}

/** Null when it is damaged, or that of another channel. */
export async function decodeCheckpoint(bytes: Buffer, channel: Buffer): Promise<ChannelState | null> {
  if (bytes.length < HEAD + 4 || !bytes.subarray(0, 8).equals(MAGIC) || bytes.readUInt32BE(8) !== VERSION || !bytes.subarray(12, 28).equals(channel)) return null;
  const end = bytes.length - 4;
  if ((await slowCrc(bytes.subarray(0, end))) !== bytes.readUInt32BE(end)) return null;
  const position = { segment: bytes.readUInt32BE(28), offset: bytes.readUIntBE(32, 6) };
  const nextSeq = bytes.readUIntBE(38, 6);
  const spans = bytes.readUInt32BE(44);
  const groups = bytes.readUInt32BE(48);
  if (HEAD + spans * SPAN > end) return null;
  const queue = new SpanQueue();
  let at = HEAD;
  for (let i = 0; i < spans; i++, at += SPAN) {
    queue.push(readSpan(bytes, at));
    if (i % STEP === STEP - 1) await turn();
  }
  const prepared = new Map<number, Prepared>();
  for (let i = 0; i < groups; i++) {
    const seq = bytes.readUIntBE(at, 6);
    const nameSize = bytes.readUInt16BE(at + 6);
    const name = decodePutName(bytes.toString('utf8', at + 8, at + 8 + nameSize));
    at += 8 + nameSize;
    const count = bytes.readUInt32BE(at);
    at += 4;
    prepared.set(seq, { ...name, spans: Array.from({ length: count }, (_, k) => readSpan(bytes, at + k * SPAN)) });
    at += count * SPAN;
  }
  const marks = new Map<string, Mark>();
  const marksSize = bytes.readUInt32BE(at);
  for (const [key, number, value] of JSON.parse(bytes.toString('utf8', at + 4, at + 4 + marksSize)) as [string, number, string][]) keepMark(marks, { key, number, value });
  return { position, nextSeq, queue, prepared, marks };
}

/** On disk when it resolves. Throws what the disk says; the former checkpoint is there then. */
export async function writeCheckpoint(disk: Disk, path: string, bytes: Buffer): Promise<void> {
  const temporary = `${path}.new`;
  await disk.remove(temporary);
  const file = await disk.open(temporary, 'create');
  try {
    for (let at = 0; at < bytes.length; at += 2 ** 20) await file.write(bytes.subarray(at, at + 2 ** 20), at);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(temporary, path);
  await disk.syncDir(dirname(path));
}

/** Null when there is none that can be used. */
export async function readCheckpoint(disk: Disk, path: string, channel: Buffer): Promise<ChannelState | null> {
  const bytes = await readAll(disk, path);
  if (bytes === null) return null;
  try {
    const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? await promisify(gunzip)(bytes, { maxOutputLength: MAX_SIZE }) : bytes;
    return await decodeCheckpoint(plain, channel);
  } catch {
    return null; // damaged under gzip, or where counts stand
  }
}

export const packed = (bytes: Buffer): Promise<Buffer> => promisify(gzip)(bytes, { level: 1 });

async function readAll(disk: Disk, path: string): Promise<Buffer | null> {
  try {
    const file = await disk.open(path, 'read');
    try {
      const size = await file.size();
      if (size > MAX_SIZE) return null;
      const bytes = Buffer.allocUnsafe(size);
      return bytes.subarray(0, await file.read(bytes, 0));
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

async function slowCrc(bytes: Buffer): Promise<number> {
  let crc = 0;
  for (let at = 0; at < bytes.length; at += STEP_BYTES) {
    crc = crc32c(bytes, at, Math.min(bytes.length, at + STEP_BYTES), crc);
    if (at + STEP_BYTES < bytes.length) await turn();
  }
  return crc;
}

function putSpan(bytes: Buffer, at: number, span: Span): number {
  bytes.writeUIntBE(span.seq, at, 6);
  bytes.writeUInt32BE(span.count, at + 6);
  bytes.writeUInt32BE(span.segment, at + 10);
  bytes.writeUInt32BE(span.offset, at + 14);
  bytes.writeUInt32BE(span.length, at + 18);
  return bytes.writeUInt32BE(span.index, at + 22);
}

function readSpan(bytes: Buffer, at: number): Span {
  return {
    seq: bytes.readUIntBE(at, 6), count: bytes.readUInt32BE(at + 6), segment: bytes.readUInt32BE(at + 10),
    offset: bytes.readUInt32BE(at + 14), length: bytes.readUInt32BE(at + 18), index: bytes.readUInt32BE(at + 22),
  };
}
