// Reads events that are no longer in memory: a stretch of the log at a time, since what is taken next stands behind.
import { asBuffer } from '../../../../lib/bytes.ts';
import type { Disk, DiskFile } from '../../../../lib/disk/disk.ts';
import { AvroReader, BadEvent } from '../../event/avro-reader.ts';
import type { Event } from '../../event/event.ts';
import { scanEvent } from '../../event/scan-events.ts';
import { diskError } from './disk-error.ts';
import { corrupt } from './scan.ts';
import type { SegmentCipher } from './segment-cipher.ts';
import { isRecordSlowly, readRecordHead, RECORD_HEADER } from './segment-format.ts';
import type { Span } from './span-queue.ts';

const STRETCH = 2 ** 20;
const OPEN_FILES = 4;

export interface SegmentFile { readonly path: string; readonly salt: Buffer; readonly cipher: SegmentCipher | null }

interface Stretch { readonly segment: number; readonly start: number; readonly bytes: Buffer }

export class SpanReader {
  private readonly disk: Disk;
  /** The segments that are there. */
  readonly segments = new Map<number, SegmentFile>();
  private readonly files = new Map<number, Promise<DiskFile>>();
  private stretch: Stretch | null = null;

  constructor(disk: Disk) { this.disk = disk; }

  /** All events of the record that the span stands in. AGENT_CHANNEL_CORRUPT, AGENT_DISK. */
  async events(span: Span): Promise<Event[]> {
    const segment = this.segments.get(span.segment);
    if (!segment) throw corrupt(`segment ${span.segment}`, span.offset, 'this segment is missing');
    const { bytes, at } = await this.bytesOf(span, segment.path);
    if (!(await isRecordSlowly(bytes.subarray(0, at + span.length), at, segment.salt, span.offset))) throw corrupt(segment.path, span.offset, 'the record there is damaged');
    const { nameSize, count } = readRecordHead(bytes, at);
    const sealed = bytes.subarray(at + RECORD_HEADER + nameSize, at + span.length);
    const payload = segment.cipher ? segment.cipher.open(sealed, span.offset) : sealed;
    if (!payload) throw corrupt(segment.path, span.offset, 'the record there was sealed with another key');
    try {
      return eventsIn(payload, count);
    } catch (error) {
      if (error instanceof BadEvent) throw corrupt(segment.path, span.offset, error.message);
      throw error;
    }
  }

  /** The segment is no longer read. */
  async drop(segment: number): Promise<void> {
    this.segments.delete(segment);
    if (this.stretch?.segment === segment) this.stretch = null;
    await this.closeFile(segment);
  }

  async close(): Promise<void> {
    this.stretch = null;
    for (const segment of [...this.files.keys()]) await this.closeFile(segment);
  }

  private async bytesOf({ segment, offset, length }: Span, path: string): Promise<{ readonly bytes: Buffer; readonly at: number }> {
    const { stretch } = this;
    if (stretch && stretch.segment === segment && offset >= stretch.start && offset + length <= stretch.start + stretch.bytes.length) return { bytes: stretch.bytes, at: offset - stretch.start };
    try {
      const file = await this.fileOf(segment, path);
      const room = asBuffer(Buffer.allocUnsafeSlow(Math.max(STRETCH, length))); // events keep it as long as they live
      const bytes = room.subarray(0, await file.read(room, offset));
      if (bytes.length < length) throw corrupt(path, offset + bytes.length, `it ends here, and the record at ${offset} has ${length} bytes`);
      this.stretch = { segment, start: offset, bytes };
      return { bytes, at: 0 };
    } catch (error) {
      throw error instanceof Error && error.name === 'SluiceError' ? error : diskError(path, error);
    }
  }

  private async fileOf(segment: number, path: string): Promise<DiskFile> {
    const known = this.files.get(segment);
    if (known) return known;
    const opening = this.disk.open(path, 'read');
    this.files.set(segment, opening);
    opening.catch(() => { this.files.delete(segment); });
    if (this.files.size > OPEN_FILES) {
      const [oldest] = this.files.keys();
      if (oldest !== undefined && oldest !== segment) void this.closeFile(oldest);
    }
    return opening;
  }

  private async closeFile(segment: number): Promise<void> {
    const file = this.files.get(segment);
    this.files.delete(segment);
    await file?.then((open) => open.close(), () => {});
  }
}

/** `count` events, one behind the other. Throws BadEvent. */
export function eventsIn(payload: Buffer, count: number): Event[] {
  const reader = new AvroReader(payload);
  const events: Event[] = [];
  for (let i = 0; i < count; i++) events.push(scanEvent(reader));
  if (reader.position !== payload.length) throw new BadEvent(`${payload.length - reader.position} bytes behind the last event`);
  return events;
}
