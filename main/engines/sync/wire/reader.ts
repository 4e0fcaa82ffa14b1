// The incoming half of a connection: bytes as they come, and from `startMultiplex` on the DATA frames among them.
// Values are read synchronously from what has arrived; `atomically` waits for more and starts the read again.
import type { Readable } from 'node:stream';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { extraBytes } from './integers.ts';
import { TAG, bodyLimit, isText } from './tags.ts';

const UNDERFLOW = Symbol('more bytes are needed');
const EMPTY = Buffer.alloc(0);

export interface ReaderEvents {
  /** Every frame that is not DATA; `body` is borrowed. */
  onMessage(tag: number, body: Buffer): void;
}

export function violation(reason: string): SluiceError {
  return SluiceError.of('RSYNC_PROTOCOL', { reason });
}

/** Growing window of bytes: appended at the end, consumed at the start. */
class Window {
  buffer = Buffer.allocUnsafeSlow(64 * 1024);
  start = 0;
  end = 0;

  get length(): number { return this.end - this.start; }

  append(chunk: Uint8Array): void {
    if (this.end + chunk.length > this.buffer.length) this.makeRoom(chunk.length);
    this.buffer.set(chunk, this.end);
    this.end += chunk.length;
  }

  private makeRoom(extra: number): void {
    const needed = this.length + extra;
    const target = needed > this.buffer.length / 2 ? Buffer.allocUnsafeSlow(Math.max(needed * 2, 64 * 1024)) : this.buffer;
    this.buffer.copy(target, 0, this.start, this.end);
    this.end -= this.start;
    this.start = 0;
    this.buffer = target;
  }
}

export class WireReader {
  /** Bytes taken from the stream so far, framing included. */
  received = 0;
  private readonly source: Readable;
  private readonly events: ReaderEvents;
  private readonly data = new Window();
  private multiplexed = false;
  private header: Buffer = EMPTY;
  private frameTag: number = TAG.DATA;
  private frameLeft = 0;
  private body: Buffer[] = [];
  private ended = false;
  private failure: Error | null = null;
  private wake: (() => void) | null = null;

  constructor(source: Readable, events: ReaderEvents) {
    this.source = source;
    this.events = events;
    const stir = (): void => { this.wake?.(); };
    source.on('readable', stir);
    source.once('end', () => { this.ended = true; stir(); });
    source.once('close', () => { this.ended = true; stir(); });
    source.on('error', (error: Error) => { this.failure ??= error; stir(); });
  }

  /** Bytes of data that can be read now. */
  get available(): number { return this.data.length; }

  /** From here on the stream is frames; what has already arrived beyond the values read is parsed as frames too. */
  startMultiplex(): void {
    const rest = Buffer.from(this.data.buffer.subarray(this.data.start, this.data.end));
    this.data.start = this.data.end = 0;
    this.multiplexed = true;
    if (rest.length > 0) this.feed(rest);
  }

  /** Runs `read` when enough bytes are there. It may run several times, so it must change nothing before its last read. */
  async atomically<T>(read: () => T): Promise<T> {
    for (;;) {
      const { start } = this.data;
      try {
        return read();
      } catch (thrown) {
        if (thrown !== UNDERFLOW) throw thrown;
        this.data.start = start;
        await this.fill();
      }
    }
  }

  /** Waits until some data is there; false at the end of the stream. */
  async waitForData(): Promise<boolean> {
    while (this.data.length === 0) {
      if (!(await this.fillOrEnd())) return false;
    }
    return true;
  }

  /** Reads what the peer still sends until it closes, and forgets the data: messages are still delivered. */
  async drainToEnd(): Promise<void> {
    for (;;) {
      this.data.start = this.data.end;
      if (!(await this.fillOrEnd())) return;
    }
  }

  byte(): number {
    if (this.data.length < 1) throw UNDERFLOW;
    return this.data.buffer[this.data.start++] as number;
  }

  short(): number {
    if (this.data.length < 2) throw UNDERFLOW;
    const value = this.data.buffer.readUInt16LE(this.data.start);
    this.data.start += 2;
    return value;
  }

  int(): number {
    if (this.data.length < 4) throw UNDERFLOW;
    const value = this.data.buffer.readInt32LE(this.data.start);
    this.data.start += 4;
    return value;
  }

  /** `n` bytes, copied. */
  bytes(n: number): Buffer {
    return Buffer.from(this.view(n));
  }

  /** `n` bytes, borrowed until the next wait. */
  view(n: number): Buffer {
    if (this.data.length < n) throw UNDERFLOW;
    const view = this.data.buffer.subarray(this.data.start, this.data.start + n);
    this.data.start += n;
    return view;
  }

  /** At most `n` of the bytes that are there, borrowed until the next wait; may be empty. */
  some(n: number): Buffer {
    return this.view(Math.min(n, this.data.length));
  }

  varint(): number {
    const first = this.byte();
    const extra = extraBytes(first);
    if (extra > 4) throw violation(`varint of ${extra + 1} bytes, want at most 5`);
    if (extra === 0) return first;
    const low = this.view(extra);
    const scratch = Buffer.alloc(5);
    low.copy(scratch);
    scratch[extra] = first & ((1 << (7 - extra)) - 1);
    return scratch.readInt32LE(0);
  }

  /** A varlong as a double: exact to 2^53, beyond it refused. */
  varlong(min: number): number {
    const head = this.view(min);
    const first = head[0] as number;
    const scratch = Buffer.alloc(9);
    head.copy(scratch, 0, 1);
    const extra = extraBytes(first);
    if (min + extra > 9) throw violation(`varlong of ${min + extra} bytes, want at most 9`);
    if (extra > 0) this.view(extra).copy(scratch, min - 1);
    scratch[min + extra - 1] = extra > 0 ? first & ((1 << (7 - extra)) - 1) : first;
    const value = scratch.readBigInt64LE(0);
    if (value > 9007199254740991n || value < -9007199254740991n) throw violation(`number ${value} out of range`);
    return Number(value);
  }

  vstring(limit: number): Buffer {
    let length = this.byte();
    if (length & 0x80) length = ((length & 0x7f) << 8) | this.byte();
    if (length > limit) throw violation(`string of ${length} bytes, want at most ${limit}`);
    return this.bytes(length);
  }

  private async fill(): Promise<void> {
    const before = this.data.length;
    while (this.data.length === before) {
      if (!(await this.fillOrEnd())) throw violation('connection unexpectedly closed');
    }
  }

  private async fillOrEnd(): Promise<boolean> {
    for (;;) {
      const chunk = this.source.read() as Buffer | null;
      if (chunk !== null) { this.take(chunk); return true; }
      if (this.failure) throw this.failure;
      if (this.ended) return false;
      await new Promise<void>((resolve) => { this.wake = resolve; });
      this.wake = null;
    }
  }

  private take(chunk: Buffer): void {
    this.received += chunk.length;
    if (this.multiplexed) this.feed(chunk);
    else this.data.append(chunk);
  }

  private feed(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.frameLeft === 0) {
        const wanted = 4 - this.header.length;
        const piece = chunk.subarray(at, at + wanted);
        at += piece.length;
        this.header = this.header.length === 0 ? piece : Buffer.concat([this.header, piece]);
        if (this.header.length === 4) this.open(this.header.readUInt32LE(0));
        continue;
      }
      const piece = chunk.subarray(at, at + this.frameLeft);
      at += piece.length;
      this.frameLeft -= piece.length;
      if (this.frameTag === TAG.DATA) this.data.append(piece);
      else this.body.push(Buffer.from(piece));
      if (this.frameLeft === 0 && this.frameTag !== TAG.DATA) this.deliver();
    }
    if (this.frameLeft === 0 && this.header.length > 0) this.header = Buffer.from(this.header);
  }

  private open(word: number): void {
    this.header = EMPTY;
    this.frameTag = (word >>> 24) - 7;
    this.frameLeft = word & 0xffffff;
    if (this.frameTag === TAG.DATA) return;
    const limit = bodyLimit(this.frameTag);
    if (limit === null) throw violation(`unexpected tag ${this.frameTag}`);
    if (this.frameLeft > limit) throw violation(`message ${this.frameTag} of ${this.frameLeft} bytes, want at most ${limit}`);
    if (this.frameLeft === 0) this.deliver();
  }

  private deliver(): void {
    const body = this.body.length === 1 ? (this.body[0] as Buffer) : Buffer.concat(this.body);
    this.body = [];
    if (isText(this.frameTag) && body.length === 0) return;
    this.events.onMessage(this.frameTag, body);
  }
}
