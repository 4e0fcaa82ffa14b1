// Looks into the folders of a durable channel that is not in use: are all records whole, what is in it, and a repair that keeps what is whole.
import { basename, dirname, join } from 'node:path';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import type { Disk, DiskFile } from '../../../../lib/disk/disk.ts';
import type { Event } from '../../event/event.ts';
import { CHECKPOINT, readCheckpoint } from './checkpoint.ts';
import { diskError } from './disk-error.ts';
import { readAhead } from './read-ahead.ts';
import { SpanReader } from './reader.ts';
import { fits, replay } from './replay.ts';
import { corrupt, nextRecord } from './scan.ts';
import { segmentCipher, type Keys } from './segment-cipher.ts';
import { decodeSegmentHeader, isRecord, KIND, MAX_PAYLOAD, payloadLength, putRecordHeader, readRecordHead, RECORD_HEADER, SEGMENT_HEADER, SEGMENT_NAME } from './segment-format.ts';
import { findSegments, type Segment, type Segments } from './segments.ts';
import type { ChannelState } from './state.ts';

/** Bytes that are no whole record, up to the next one or the end. */
export interface Damage { readonly path: string; readonly offset: number; readonly bytes: number; /** Of the newest segment, and nothing behind it was written later: a crash leaves that. */ readonly torn: boolean }

export interface SegmentReport {
  readonly path: string;
  readonly bytes: number;
  readonly puts: number;
  readonly events: number;
  readonly takes: number;
  /** Of earlier repairs. */
  readonly skipped: number;
  readonly key: string | null;
}

export interface ChannelReport {
  readonly segments: readonly SegmentReport[];
  readonly damage: readonly Damage[];
  readonly strays: readonly string[];
  /** Whether the checkpoint can be used; null: there is none. */
  readonly checkpoint: boolean | null;
  /** Events in the channel; null when damage has to be repaired before that is known. */
  readonly pending: number | null;
}

/** AGENT_CHANNEL_CORRUPT when a segment's header is damaged or a segment is missing: no repair brings that back. */
export async function verifyChannel(disk: Disk, checkpointDir: string | null, dataDirs: readonly string[]): Promise<ChannelReport> {
  const segments = await findSegments(disk, dataDirs);
  const reports: SegmentReport[] = [];
  const damage: Damage[] = [];
  for (const segment of segments.chain) reports.push(await lookAt(disk, segment, damage));
  const present = checkpointDir === null ? null : await stateIn(disk, checkpointDir, segments);
  const pending = damage.some(({ torn }) => !torn) ? null : (await replay(disk, segments, null)).state.queue.size;
  const hasFile = checkpointDir !== null && (await disk.list(checkpointDir)).includes(CHECKPOINT);
  return { segments: reports, damage, strays: segments.strays, checkpoint: hasFile ? present !== null : null, pending };
}

async function stateIn(disk: Disk, dir: string, { chain }: Segments): Promise<ChannelState | null> {
  const channel = chain[0]?.header.channel;
  const state = channel ? await readCheckpoint(disk, join(dir, CHECKPOINT), channel) : null;
  return state && fits(state, chain) ? state : null;
}

/** All records of the segment; `damage` gets what is none. */
async function lookAt(disk: Disk, { path, header, end }: Segment, damage: Damage[]): Promise<SegmentReport> {
  const opened = await disk.open(path, 'read');
  try {
    const file = readAhead(opened);
    const last = end ?? (await file.size());
    const report = { path, bytes: last, puts: 0, events: 0, takes: 0, skipped: 0, key: header.key };
    for (let at = SEGMENT_HEADER; at < last;) {
      const record = await recordAt(file, header.salt, at, last);
      if (record) {
        const { kind, count } = readRecordHead(record, 0);
        if (kind === KIND.put || kind === KIND.prepare) { report.puts += 1; report.events += count; }
        else if (kind === KIND.take) report.takes += 1;
        else if (kind === KIND.skip) report.skipped += 1;
        at += record.length;
        continue;
      }
      const next = await nextRecord(file, header.salt, at + 1, last);
      const stop = next?.offset ?? last;
      if (end !== null || next || !(await isZero(file, at, last))) damage.push({ path, offset: at, bytes: stop - at, torn: end === null && !(await writtenBehind(file, header.salt, at, last)) });
      at = stop;
    }
    return report;
  } finally {
    await opened.close();
  }
}

type Readable = Pick<DiskFile, 'read' | 'size'>;

async function recordAt(file: Readable, salt: Buffer, at: number, end: number): Promise<Buffer | null> {
  const head = Buffer.alloc(RECORD_HEADER);
  if (at + RECORD_HEADER > end || (await file.read(head, at)) < RECORD_HEADER) return null;
  const length = payloadLength(head, 0);
  if (length === null || at + RECORD_HEADER + length > end) return null;
  const bytes = Buffer.allocUnsafe(RECORD_HEADER + length);
  await file.read(bytes, at);
  return isRecord(bytes, 0, salt, at) ? bytes : null;
}

async function writtenBehind(file: Readable, salt: Buffer, from: number, end: number): Promise<boolean> {
  for (let next = await nextRecord(file, salt, from + 1, end); next; next = await nextRecord(file, salt, next.offset + next.length, end)) if (next.head.writeStart > from) return true;
  return false;
}

async function isZero(file: Readable, from: number, end: number): Promise<boolean> {
  const bytes = Buffer.alloc(65_536);
  for (let at = from; at < end; at += bytes.length) {
    const got = await file.read(bytes, at);
    for (let i = 0; i < Math.min(got, end - at); i++) if (bytes[i] !== 0) return false;
  }
  return true;
}

/** The events that are in the channel, the oldest first. AGENT_CHANNEL_CORRUPT, AGENT_CHANNEL_KEY. */
export async function* eventsOfChannel(disk: Disk, dataDirs: readonly string[], keys: Keys): AsyncGenerator<{ readonly seq: number; readonly event: Event; readonly path: string; readonly offset: number }, void, undefined> {
  const segments = await findSegments(disk, dataDirs);
  const { state } = await replay(disk, segments, null);
  const reader = new SpanReader(disk);
  for (const { path, header } of segments.chain) reader.segments.set(header.segment, { path, salt: header.salt, cipher: header.key === null ? null : segmentCipher(keys.get(header.key), header.salt) });
  try {
    for (let i = 0; i < state.queue.length; i++) {
      const span = state.queue.at(i);
      const events = await reader.events(span);
      const { path } = reader.segments.get(span.segment) as { readonly path: string };
      for (let k = 0; k < span.count; k++) yield { seq: span.seq + k, event: events[span.index + k] as Event, path, offset: span.offset };
    }
  } finally {
    await reader.close();
  }
}

export interface Repair {
  readonly damage: readonly Damage[];
  /** Files put aside, as they were. */
  readonly kept: readonly string[];
  readonly pending: number;
}

/**
 * Damaged stretches are marked as skipped in a copy that takes the file's place; the file itself is kept as `.bak`. Events that stood there are lost, and events
 * whose take stood there come again. The checkpoint is put aside, as places in it may be among them. A torn end is left: a start passes over it.
 */
export async function repairChannel(disk: Disk, checkpointDirs: readonly string[], dataDirs: readonly string[]): Promise<Repair> {
  const { damage } = await verifyChannel(disk, null, dataDirs);
  const real = damage.filter(({ torn }) => !torn);
  const kept: string[] = [];
  for (const path of new Set(real.map((one) => one.path))) kept.push(await mend(disk, path, real.filter((one) => one.path === path)));
  if (real.length > 0) for (const dir of checkpointDirs) if ((await disk.list(dir)).includes(CHECKPOINT)) kept.push(await aside(disk, join(dir, CHECKPOINT)));
  return { damage: real, kept, pending: (await replay(disk, await findSegments(disk, dataDirs), null)).state.queue.size };
}

/** At every moment a whole file stands under the segment's name. */
async function mend(disk: Disk, path: string, damage: readonly Damage[]): Promise<string> {
  const temporary = `${path}.new`;
  const kept = await freeName(disk, path);
  await copy(disk, path, kept, async () => {});
  await copy(disk, path, temporary, async (to, head) => {
    const header = decodeSegmentHeader(head);
    if (!header || typeof header === 'string') throw corrupt(path, 0, 'the header of the segment is damaged');
    for (const { offset, bytes } of damage) {
      for (let at = offset; at < offset + bytes;) {
        const left = offset + bytes - at;
        const length = Math.min(left, MAX_PAYLOAD);
        const skip = Buffer.alloc(length);
        if (length < RECORD_HEADER) throw corrupt(path, at, `${length} bytes are too few to be marked`);
        putRecordHeader(skip, 0, header.salt, at, length - RECORD_HEADER, { kind: KIND.skip, flags: 0, count: 0, writeStart: at, seq: 0, nameSize: 0 });
        await to.write(skip, at);
        at += length;
      }
    }
  });
  await disk.syncDir(dirname(path));
  await disk.rename(temporary, path);
  await disk.syncDir(dirname(path));
  return kept;
}

/** On disk when it resolves, with what `change` writes into it. */
async function copy(disk: Disk, path: string, to: string, change: (file: DiskFile, head: Buffer) => Promise<void>): Promise<void> {
  await disk.remove(to);
  const from = await disk.open(path, 'read');
  const target = await disk.open(to, 'create').catch((error: unknown) => { throw diskError(to, error); });
  try {
    const size = await from.size();
    for (let at = 0; at < size; at += 2 ** 20) {
      const bytes = Buffer.alloc(Math.min(2 ** 20, size - at));
      await from.read(bytes, at);
      await target.write(bytes, at);
    }
    const head = Buffer.alloc(SEGMENT_HEADER);
    await from.read(head, 0);
    await change(target, head);
    await target.sync();
  } catch (error) {
    throw error instanceof SluiceError ? error : diskError(to, error);
  } finally {
    await from.close();
    await target.close();
  }
}

async function freeName(disk: Disk, path: string): Promise<string> {
  const names = new Set(await disk.list(dirname(path)));
  let to = `${path}.bak`;
  for (let n = 2; names.has(basename(to)); n++) to = `${path}.bak${n}`;
  return to;
}

async function aside(disk: Disk, path: string): Promise<string> {
  const to = await freeName(disk, path);
  await disk.rename(path, to);
  await disk.syncDir(dirname(path));
  return to;
}

/** Whether segments of ours are in the folder. */
export async function hasSegments(disk: Disk, dir: string): Promise<boolean> {
  return (await disk.list(dir)).some((name) => SEGMENT_NAME.test(name));
}
