// Reads a segment from a record on. A record that is not whole is the end, torn by a crash, or damage: it is damage when something behind it was written
// after it had been on disk.
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import type { DiskFile } from '../../../../lib/disk/disk.ts';
import { isRecord, isRecordSlowly, payloadLength, readRecordHead, RECORD_HEADER, RECORD_MAGIC, SEGMENT_HEADER, type RecordHead } from './segment-format.ts';

const CHUNK = 2 ** 20;

export interface ScannedRecord {
  readonly head: RecordHead;
  readonly offset: number;
  /** With its header. */
  readonly length: number;
  /** As on disk; borrowed until the callback returns. */
  readonly payload: Buffer;
}

export interface Scan {
  readonly file: DiskFile;
  readonly path: string;
  readonly salt: Buffer;
  readonly from: number;
  /** Where the next segment says that this one ends; null for the newest, which ends where it ends. */
  readonly end: number | null;
}

/** The records in order. Answers where they end. AGENT_CHANNEL_CORRUPT, with the place, for damage. */
export async function scanSegment(scan: Scan, onRecord: (record: ScannedRecord) => void): Promise<{ readonly end: number; /** Bytes behind it that are not a whole record. */ readonly torn: number }> {
  const { file, salt, path } = scan;
  const size = await file.size();
  const end = scan.end ?? size;
  if (scan.from > Math.max(size, SEGMENT_HEADER)) throw corrupt(path, size, `it ends here, and had ${scan.from} bytes`);
  if (end > size) throw corrupt(path, size, `it ends here, and had ${end} bytes`);
  let bytes: Buffer = Buffer.alloc(0);
  let start = scan.from; // of `bytes` in the file
  let at = scan.from;
  const has = async (length: number): Promise<boolean> => {
    if (at + length > end) return false;
    if (at + length <= start + bytes.length) return true;
    const next = Buffer.allocUnsafe(Math.min(end - at, Math.max(CHUNK, length)));
    const kept = bytes.copy(next, 0, at - start);
    const got = await file.read(next.subarray(kept), at + kept);
    bytes = next.subarray(0, kept + got);
    start = at;
    return length <= bytes.length;
  };
  while (at < end) {
    const length = (await has(RECORD_HEADER)) ? payloadLength(bytes, at - start) : null;
    const whole = length !== null && (await has(RECORD_HEADER + length)) && (await isRecordSlowly(bytes.subarray(0, at - start + RECORD_HEADER + length), at - start, salt, at));
    if (!whole) {
      if (scan.end !== null) throw corrupt(path, at, 'the record there is damaged');
      const later = await writtenLater(scan, at, size);
      if (later !== null) throw corrupt(path, at, `the record there is damaged; the one at ${later} was written after it was on disk`);
      return { end: at, torn: await filled(file, at, size) };
    }
    const head = readRecordHead(bytes, at - start);
    onRecord({ head, offset: at, length: RECORD_HEADER + (length as number), payload: bytes.subarray(at - start + RECORD_HEADER, at - start + RECORD_HEADER + (length as number)) });
    at += RECORD_HEADER + (length as number);
  }
  return { end, torn: 0 };
}

export const corrupt = (file: string, offset: number, reason: string): SluiceError => SluiceError.of('AGENT_CHANNEL_CORRUPT', { file, offset, reason });

/** The place of a whole record behind `from` whose write began behind `from`, or null. */
async function writtenLater({ file, salt }: Scan, from: number, size: number): Promise<number | null> {
  for (let at = await nextRecord(file, salt, from + 1, size); at !== null; at = await nextRecord(file, salt, at.offset + 1, size)) {
    if (at.head.writeStart > from) return at.offset;
  }
  return null;
}

/** The first whole record at or behind `from`. */
export async function nextRecord(file: Pick<DiskFile, 'read'>, salt: Buffer, from: number, size: number): Promise<{ readonly offset: number; readonly head: RecordHead; readonly length: number } | null> {
  const chunk = Buffer.allocUnsafe(CHUNK);
  for (let start = from; start + RECORD_HEADER <= size;) {
    const got = await file.read(chunk.subarray(0, Math.min(CHUNK, size - start)), start);
    const last = got - RECORD_HEADER;
    for (let at = chunk.indexOf(RECORD_MAGIC >>> 8, 8) - 8; at >= 0 && at <= last; at = chunk.indexOf(RECORD_MAGIC >>> 8, at + 9) - 8) {
      const length = payloadLength(chunk, at);
      if (length === null || start + at + RECORD_HEADER + length > size) continue;
      const whole = at + RECORD_HEADER + length <= got ? chunk.subarray(at, at + RECORD_HEADER + length) : await readAt(file, start + at, RECORD_HEADER + length);
      if (isRecord(whole, 0, salt, start + at)) return { offset: start + at, head: readRecordHead(whole, 0), length: whole.length };
    }
    if (last < 0) return null;
    start += last + 1;
  }
  return null;
}

async function readAt(file: Pick<DiskFile, 'read'>, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, await file.read(bytes, offset));
}

/** Bytes up to the last one that is not zero. */
async function filled(file: DiskFile, from: number, size: number): Promise<number> {
  let last = 0;
  for (let at = from; at < size; at += CHUNK) {
    const bytes = await readAt(file, at, Math.min(CHUNK, size - at));
    for (let i = bytes.length - 1; i >= 0; i--) if (bytes[i] !== 0) { last = at - from + i + 1; break; }
  }
  return last;
}
