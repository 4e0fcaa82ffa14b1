// The outgoing half of a connection: values are gathered and leave as one write, framed as DATA once multiplexed.
// Whoever produces much awaits `ready()` between items; whoever waits for the peer calls `flush()` first.
import type { Writable } from 'node:stream';
import { TAG } from './tags.ts';
import { encodeVarint, encodeVarlong, encodeVstring } from './integers.ts';

const CHUNK = 32 * 1024;
const HEADER = 4;

export class WireWriter {
  /** Bytes given to the stream so far, framing included. */
  sent = 0;
  private readonly sink: Writable;
  private multiplexed = false;
  private chunk = Buffer.allocUnsafeSlow(HEADER + CHUNK);
  private used = HEADER;
  private drained: Promise<void> | null = null;
  private failure: Error | null = null;
  private stopped = false;
  private letGo: () => void = () => {};

  constructor(sink: Writable) {
    this.sink = sink;
    sink.on('error', (error: Error) => { this.failure ??= error; });
  }

  startMultiplex(): void {
    this.flush();
    this.multiplexed = true;
  }

  /** Gives what was gathered to the stream. */
  flush(): void {
    const length = this.used - HEADER;
    if (length === 0) return;
    if (this.multiplexed) this.chunk.writeUInt32LE((((TAG.DATA + 7) << 24) | length) >>> 0, 0);
    const out = this.chunk.subarray(this.multiplexed ? 0 : HEADER, this.used);
    this.chunk = Buffer.allocUnsafeSlow(HEADER + CHUNK);
    this.used = HEADER;
    this.push(out);
  }

  /** Settles when the stream takes more; at once when it does already. */
  async ready(): Promise<void> {
    if (this.failure) throw this.failure;
    while (this.drained) {
      await this.drained;
      if (this.failure) throw this.failure;
    }
  }

  /** Nobody takes any more: whoever waits goes on, and what is written from now on is dropped. The reader tells how it ended. */
  stop(): void {
    this.stopped = true;
    this.letGo();
  }

  /** Is the stream asking to wait? */
  get full(): boolean { return this.drained !== null; }

  /** A frame that is not DATA, after what was gathered before it. */
  message(tag: number, body: Uint8Array): void {
    this.flush();
    const frame = Buffer.allocUnsafe(HEADER + body.length);
    frame.writeUInt32LE((((tag + 7) << 24) | body.length) >>> 0, 0);
    frame.set(body, HEADER);
    this.push(frame);
  }

  /** An empty DATA frame: tells the peer that we live. */
  keepAlive(): void { this.message(TAG.DATA, Buffer.alloc(0)); }

  end(): void {
    this.flush();
    this.sink.end();
  }

  byte(value: number): void {
    this.room(1);
    this.chunk[this.used++] = value & 0xff;
  }

  short(value: number): void {
    this.room(2);
    this.used = this.chunk.writeUInt16LE(value & 0xffff, this.used);
  }

  int(value: number): void {
    this.room(4);
    this.used = this.chunk.writeInt32LE(value | 0, this.used);
  }

  varint(value: number): void {
    if (value >= 0 && value < 0x80) this.byte(value);
    else this.bytes(encodeVarint(value));
  }

  varlong(value: number, min: number): void { this.bytes(encodeVarlong(value, min)); }

  vstring(text: Uint8Array): void { this.bytes(encodeVstring(text)); }

  /** Copies `bytes`. */
  bytes(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.used === this.chunk.length) this.flush();
      const piece = bytes.subarray(at, at + this.chunk.length - this.used);
      this.chunk.set(piece, this.used);
      this.used += piece.length;
      at += piece.length;
    }
  }

  private room(n: number): void {
    if (this.used + n > this.chunk.length) this.flush();
  }

  private push(out: Buffer): void {
    if (this.failure || this.stopped || this.sink.destroyed || this.sink.writableEnded) return;
    this.sent += out.length;
    if (this.sink.write(out) || this.drained) return;
    this.drained = new Promise((resolve) => {
      const settle = (): void => {
        this.sink.off('drain', settle).off('close', settle).off('error', settle);
        this.drained = null;
        resolve();
      };
      this.letGo = settle;
      this.sink.on('drain', settle).on('close', settle).on('error', settle);
    });
  }
}
