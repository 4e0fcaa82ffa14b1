// The writing end of the durable channel: records of many commits leave in one write, one write is under way at a time, and a commit is told only when
// its write is on disk. After a write that failed the segment is given up where it was last good: what may have reached the disk of it is never read.
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import type { Disk, DiskFile } from '../../../../lib/disk/disk.ts';
import { diskError } from './disk-error.ts';
import { segmentCipher, TAG, type Keys, type SegmentCipher } from './segment-cipher.ts';
import { encodeSegmentHeader, KIND, LARGE, MORE, putRecordHeader, putRecordHeaderSlowly, RECORD_HEADER, SEGMENT_HEADER, segmentName, type Kind } from './segment-format.ts';

/** Bytes of one write, unless a single record has more. */
const MAX_BATCH = 2 ** 20;
const FIRST_ROOM = 65_536;

/** One record to be: `name` and then what `write` puts, which is `size` bytes. */
export interface Part {
  readonly kind: Kind;
  readonly count: number;
  readonly seq: number;
  readonly name: Buffer | null;
  readonly size: number;
  readonly write: (into: Buffer, at: number) => void;
}

/** Where a record came to stand; `length` with its header. */
export interface Place { readonly segment: number; readonly offset: number; readonly length: number }

export interface Position { readonly segment: number; readonly offset: number }

export interface SegmentLogOptions {
  readonly disk: Disk;
  /** New segments go into them in turn. */
  readonly dirs: readonly string[];
  readonly channel: Buffer;
  readonly keys: Keys;
  readonly maxFileSize: number;
  /** Whether a commit waits for the disk; otherwise for the system alone. */
  readonly syncEach: boolean;
  /** Where the log ends so far; segment 0: nowhere yet. */
  readonly end: Position;
  /** The highest number that a file has, whole or not. */
  readonly lastSegment: number;
  readonly onSegment: (segment: number, path: string, salt: Buffer, cipher: SegmentCipher | null) => void;
}

interface Work {
  left: number;
  readonly parts: number;
  readonly places: Place[];
  failed: SluiceError | null;
  readonly applied: (places: readonly Place[]) => void;
  readonly resolve: () => void;
  readonly reject: (error: SluiceError) => void;
}

interface Segment {
  readonly id: number;
  readonly path: string;
  readonly header: Buffer;
  readonly salt: Buffer;
  readonly cipher: SegmentCipher | null;
  /** Of what is encoded. */
  end: number;
}

interface Batch {
  readonly segment: Segment;
  readonly start: number;
  bytes: Buffer;
  length: number;
  /** False while a large record is still being summed. */
  ready: boolean;
  readonly records: { readonly work: Work; readonly place: Place }[];
}

export class SegmentLog {
  private readonly options: SegmentLogOptions;
  private readonly waiting: Batch[] = [];
  private filling: Batch | null = null;
  private spare: Buffer | null = null;
  private current: Segment | null = null;
  private lastSegment: number;
  private good: Position;
  private file: DiskFile | null = null;
  private fileOf = 0;
  private busy = false;
  private scheduled = false;
  private halves = 0;
  private dirty = false;
  private idle: (() => void)[] = [];
  private closed = false;
  /** Large transactions that are being encoded. */
  private line: Promise<void> | null = null;
  /** A write failed, and no segment says yet where the one before it was last good. */
  private unsealed = false;

  constructor(options: SegmentLogOptions) {
    this.options = options;
    this.lastSegment = options.lastSegment;
    this.good = options.end;
  }

  /** All before it is on disk and was applied. */
  get end(): Position { return this.good; }
  /** Whether no transaction is on disk in part: only then does `end` divide what was applied from what was not. */
  get isEven(): boolean { return this.halves === 0; }

  /**
   * Writes the records of one transaction. `applied` is called in the order of the log, in the same turn for all of a write, once they are on disk; the promise
   * settles after it. Rejects with AGENT_DISK or AGENT_DISK_FULL; then none of them will be read again.
   */
  append(parts: readonly Part[], applied: (places: readonly Place[]) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const work: Work = { left: parts.length, parts: parts.length, places: [], failed: null, applied, resolve, reject };
      const [first] = parts;
      if (this.closed) reject(SluiceError.of('AGENT_DISK', { file: this.options.dirs[0] as string, reason: 'the channel is closed' }));
      else if (!this.line && parts.length === 1 && first && first.size <= LARGE) {
        this.encode(first, 0, work);
        this.schedule();
      } else this.inLine(parts, work);
    });
  }

  /** Resolves when nothing is waiting or under way. */
  async settled(): Promise<void> {
    while (this.line) await this.line;
    return this.written();
  }

  private written(): Promise<void> {
    if (!this.busy && !this.filling && this.waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => { this.idle.push(resolve); });
  }

  /** For `syncEach` false: what the system has is on disk. */
  async sync(): Promise<void> {
    if (!this.dirty || !this.file) return;
    this.dirty = false;
    await this.file.sync();
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.settled();
    if (this.unsealed) {
      this.seal();
      await this.settled();
    }
    const file = this.file;
    this.file = null;
    this.fileOf = 0;
    if (this.dirty) await file?.sync();
    await file?.close();
  }

  /** Large transactions give way between their records; what is appended meanwhile comes behind them. */
  private inLine(parts: readonly Part[], work: Work): void {
    const line = (this.line ?? Promise.resolve()).then(() => this.encodeAll(parts, work)).then(() => { if (this.line === line) this.line = null; });
    this.line = line;
  }

  private async encodeAll(parts: readonly Part[], work: Work): Promise<void> {
    let bytes = 0;
    for (const [i, part] of parts.entries()) {
      if (work.failed) return;
      const flags = i < parts.length - 1 ? MORE : 0;
      if (part.size > LARGE) await this.encodeLarge(part, flags, work);
      else this.encode(part, flags, work);
      this.schedule();
      bytes += part.size;
      if (bytes >= MAX_BATCH) {
        bytes = 0;
        await turn();
      }
    }
  }

  private encode(part: Part, flags: number, work: Work): void {
    try {
      this.encodeInto(part, flags, work);
    } catch (error) {
      this.reject(work, error instanceof SluiceError ? error : diskError(this.options.dirs[0] as string, error));
    }
  }

  private encodeInto(part: Part, flags: number, work: Work): void {
    const nameSize = part.name?.length ?? 0;
    const seals = part.kind === KIND.put || part.kind === KIND.prepare;
    const segment = this.segmentFor(RECORD_HEADER + nameSize + part.size + (seals ? TAG : 0));
    const payload = nameSize + part.size + (seals && segment.cipher ? TAG : 0);
    const length = RECORD_HEADER + payload;
    const batch = this.batchFor(segment, length);
    const at = batch.length;
    const offset = batch.start + at;
    const body = at + RECORD_HEADER + nameSize;
    part.name?.copy(batch.bytes, at + RECORD_HEADER);
    part.write(batch.bytes, body);
    if (seals) segment.cipher?.seal(batch.bytes, body, body + part.size, offset);
    putRecordHeader(batch.bytes, at, segment.salt, offset, payload, { kind: part.kind, flags, count: part.count, writeStart: batch.start, seq: part.seq, nameSize });
    batch.length += length;
    segment.end += length;
    batch.records.push({ work, place: { segment: segment.id, offset, length } });
  }

  /** A record that is a write of its own, made with turns of the event loop between. */
  private async encodeLarge(part: Part, flags: number, work: Work): Promise<void> {
    let batch: Batch | null = null;
    try {
      const nameSize = part.name?.length ?? 0;
      const seals = part.kind === KIND.put || part.kind === KIND.prepare;
      const segment = this.segmentFor(RECORD_HEADER + nameSize + part.size + TAG);
      const payload = nameSize + part.size + (seals && segment.cipher ? TAG : 0);
      if (this.filling) this.waiting.push(this.filling);
      this.filling = null;
      const start = segment.end;
      const length = RECORD_HEADER + payload;
      batch = { segment, start, bytes: Buffer.allocUnsafeSlow(length), length, ready: false, records: [{ work, place: { segment: segment.id, offset: start, length } }] };
      this.waiting.push(batch);
      segment.end += length;
      const body = RECORD_HEADER + nameSize;
      part.name?.copy(batch.bytes, RECORD_HEADER);
      part.write(batch.bytes, body);
      if (seals) segment.cipher?.seal(batch.bytes, body, body + part.size, start);
      await putRecordHeaderSlowly(batch.bytes, 0, segment.salt, start, payload, { kind: part.kind, flags, count: part.count, writeStart: start, seq: part.seq, nameSize });
      batch.ready = true;
    } catch (error) {
      if (batch) { // its place is taken
        putRecordHeader(batch.bytes, 0, batch.segment.salt, batch.start, batch.length - RECORD_HEADER, { kind: KIND.skip, flags: 0, count: 0, writeStart: batch.start, seq: 0, nameSize: 0 });
        batch.records.length = 0;
        batch.ready = true;
      }
      this.reject(work, error instanceof SluiceError ? error : diskError(this.options.dirs[0] as string, error));
    }
  }

  private segmentFor(length: number): Segment {
    const { current } = this;
    if (current && (current.end === SEGMENT_HEADER || current.end + length <= this.options.maxFileSize)) return current;
    const { channel, keys, dirs } = this.options;
    const id = this.lastSegment + 1;
    const salt = randomBytes(16);
    const key = keys.active;
    const previous = current ? { segment: current.id, offset: current.end } : this.good;
    const header = encodeSegmentHeader({ channel, segment: id, previous: previous.segment, previousEnd: previous.offset, salt, key });
    const cipher = key === null ? null : segmentCipher(keys.get(key), salt);
    this.lastSegment = id;
    this.current = { id, path: join(dirs[id % dirs.length] as string, segmentName(id)), header, salt, cipher, end: SEGMENT_HEADER };
    return this.current;
  }

  private batchFor(segment: Segment, length: number): Batch {
    const { filling } = this;
    if (filling && filling.segment === segment && filling.length + length <= MAX_BATCH) {
      if (filling.length + length > filling.bytes.length) {
        const grown = Buffer.allocUnsafeSlow(Math.max(filling.length + length, Math.min(filling.bytes.length * 2, MAX_BATCH)));
        filling.bytes.copy(grown, 0, 0, filling.length);
        filling.bytes = grown;
      }
      return filling;
    }
    if (filling) this.waiting.push(filling);
    const spare = this.spare && this.spare.length >= length ? this.spare : null;
    if (spare) this.spare = null;
    this.filling = { segment, start: segment.end, bytes: spare ?? Buffer.allocUnsafeSlow(Math.max(FIRST_ROOM, length)), length: 0, ready: true, records: [] };
    return this.filling;
  }

  private schedule(): void {
    if (this.scheduled || this.busy) return;
    this.scheduled = true;
    setImmediate(() => { // after all that this turn of the loop has read
      this.scheduled = false;
      this.flush();
    });
  }

  private flush(): void {
    if (this.busy || this.waiting[0]?.ready === false) return;
    const batch = this.waiting.shift() ?? this.filling;
    if (batch === this.filling) this.filling = null;
    if (!batch) {
      const idle = this.idle;
      this.idle = [];
      for (const tell of idle) tell();
      return;
    }
    this.busy = true;
    this.write(batch).then(() => { this.done(batch); }, (error: unknown) => { this.fail(batch, error); });
  }

  private async write({ segment, bytes, length, start }: Batch): Promise<void> {
    if (this.fileOf !== segment.id) await this.open(segment);
    await (this.file as DiskFile).write(bytes.subarray(0, length), start);
    this.dirty = !this.options.syncEach;
    this.unsealed = false;
  }

  private async open(segment: Segment): Promise<void> {
    const { disk, syncEach } = this.options;
    const former = this.file;
    this.file = null;
    this.fileOf = 0;
    if (this.dirty) await former?.sync();
    await former?.close();
    this.file = await disk.open(segment.path, syncEach ? 'create-durable' : 'create');
    try {
      await this.file.write(segment.header, 0);
      if (!syncEach) await this.file.sync();
      await disk.syncDir(dirname(segment.path));
    } catch (error) {
      await disk.remove(segment.path).catch(() => {}); // or the next start does
      throw error;
    }
    this.fileOf = segment.id;
    this.options.onSegment(segment.id, segment.path, segment.salt, segment.cipher);
  }

  private done(batch: Batch): void {
    this.busy = false;
    this.good = { segment: batch.segment.id, offset: batch.start + batch.length };
    if (batch.bytes.length <= MAX_BATCH) this.spare = batch.bytes;
    if (this.waiting[0]?.ready || (this.waiting.length === 0 && this.filling)) this.flush(); // the next is on its way before anyone acts on this one
    for (const { work, place } of batch.records) {
      if (work.failed) continue;
      if (work.parts > 1 && work.left === work.parts) this.halves += 1;
      work.places.push(place);
      work.left -= 1;
      if (work.left > 0) continue;
      if (work.parts > 1) this.halves -= 1;
      work.applied(work.places);
      work.resolve();
    }
    if (!this.busy) this.flush();
  }

  /** Whatever waits is encoded for places behind the write that failed: all of it is given back. */
  private fail(batch: Batch, error: unknown): void {
    const told = error instanceof SluiceError ? error : diskError(batch.segment.path, error);
    const lost = [batch, ...this.waiting.splice(0), ...(this.filling ? [this.filling] : [])];
    this.filling = null;
    this.current = null;
    const file = this.file;
    this.file = null;
    this.fileOf = 0;
    this.dirty = false;
    const close = file ? file.close().catch(() => {}) : Promise.resolve(); // what was written before is on disk already
    void close.then(() => {
      this.busy = false;
      for (const { records } of lost) for (const { work } of records) this.reject(work, told);
      this.unsealed = true;
      if (batch.records.length > 0) this.seal();
      this.flush();
    });
  }

  /** A new segment at once: a start that came before one would read what was told failed, and a disk may forget it later. */
  private seal(): void {
    if (this.filling || this.waiting.length > 0) return;
    try {
      const segment = this.segmentFor(0);
      this.filling = { segment, start: segment.end, bytes: Buffer.alloc(0), length: 0, ready: true, records: [] };
    } catch {
      return; // its key is not there: no commit will come to the disk either
    }
    this.flush();
  }

  private reject(work: Work, error: SluiceError): void {
    if (work.failed) return;
    work.failed = error;
    if (work.parts > 1 && work.left < work.parts) this.halves -= 1;
    work.reject(error);
  }
}
