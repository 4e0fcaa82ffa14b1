// Lines of a program's output as Java's BufferedReader has them (ended by LF, CR or both), in batches: so many, or what there is after a time.
import type { Readable } from 'node:stream';
import type { Charset } from '../text/charset.ts';

export interface ProgramLines {
  readonly charset: Charset;
  readonly batchSize: number;
  /** ms since the last batch. */
  readonly batchTimeout: number;
  note(text: string): void;
}

/** A line of more bytes becomes several events. */
const LONGEST = 16 * 1024 * 1024;
const LF = 0x0a;
const CR = 0x0d;

/** Resolves at the end of the stream, with all lines delivered. Nothing is read while `deliver` works. */
export async function readLines(stream: Readable, { charset, batchSize, batchTimeout, note }: ProgramLines, deliver: (lines: readonly Buffer[]) => Promise<void>): Promise<void> {
  const iterator: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
  const lines = new Lines(charset, note);
  let batch: Buffer[] = [];
  let lastAt = performance.now();
  const flush = async (): Promise<void> => {
    const some = batch;
    batch = [];
    await deliver(some);
    lastAt = performance.now();
  };
  let next = nextPiece(iterator);
  for (;;) {
    const piece = batch.length === 0 ? await next : await within(next, Math.max(0, lastAt + batchTimeout - performance.now()));
    if (piece === LATE) { await flush(); continue; }
    if (piece === null) break;
    lines.add(piece);
    for (let line = lines.next(); line !== null; line = lines.next()) {
      batch.push(line);
      if (batch.length >= batchSize) await flush();
    }
    if (batch.length > 0 && performance.now() - lastAt >= batchTimeout) await flush();
    next = nextPiece(iterator);
  }
  const last = lines.last();
  if (last !== null) batch.push(last);
  if (batch.length > 0) await flush();
}

const LATE = Symbol('late');

async function nextPiece(iterator: AsyncIterator<Buffer>): Promise<Buffer | null> {
  try {
    const { done, value } = await iterator.next();
    return done === true ? null : value;
  } catch {
    return null; // destroyed: as good as its end
  }
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T | typeof LATE> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([promise, new Promise<typeof LATE>((resolve) => { timer = setTimeout(resolve, ms, LATE); })]);
  } finally {
    clearTimeout(timer);
  }
}

class Lines {
  private readonly charset: Charset;
  private readonly note: (text: string) => void;
  private rest: Buffer = Buffer.alloc(0);
  private looked = 0;
  private afterCr = false;

  constructor(charset: Charset, note: (text: string) => void) {
    this.charset = charset;
    this.note = note;
  }

  add(piece: Buffer): void {
    this.rest = this.rest.length === 0 ? piece : Buffer.concat([this.rest, piece]);
  }

  next(): Buffer | null {
    const { unit } = this.charset;
    for (;;) {
      const end = this.end();
      if (end < 0) {
        this.looked = this.rest.length - (this.rest.length % unit);
        if (this.rest.length < LONGEST) return null;
        this.note(`a line of more than ${LONGEST} bytes was cut`);
        return this.take(this.looked, 0);
      }
      const isLf = this.unitAt(end) === LF;
      if (end === 0 && isLf && this.afterCr) { this.take(0, unit); this.afterCr = false; continue; }
      this.afterCr = !isLf;
      return this.take(end, unit);
    }
  }

  /** What is left at the end of the stream. */
  last(): Buffer | null {
    return this.rest.length === 0 ? null : this.take(this.rest.length, 0);
  }

  private take(size: number, skip: number): Buffer {
    const line = this.rest.subarray(0, size);
    this.rest = this.rest.subarray(size + skip);
    this.looked = 0;
    return line;
  }

  /** Of the next line, or -1. */
  private end(): number {
    const { unit } = this.charset;
    if (unit === 1) {
      const lf = this.rest.indexOf(LF, this.looked);
      const cr = this.rest.subarray(0, lf < 0 ? this.rest.length : lf).indexOf(CR, this.looked);
      return cr >= 0 ? cr : lf;
    }
    for (let at = this.looked; at + unit <= this.rest.length; at += unit) {
      const code = this.unitAt(at);
      if (code === LF || code === CR) return at;
    }
    return -1;
  }

  private unitAt(at: number): number {
    const { unit, bigEndian } = this.charset;
    if (unit === 1) return this.rest[at] as number;
    if (unit === 2) return bigEndian ? this.rest.readUInt16BE(at) : this.rest.readUInt16LE(at);
    return bigEndian ? this.rest.readUInt32BE(at) : this.rest.readUInt32LE(at);
  }
}
