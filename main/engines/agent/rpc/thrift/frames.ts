// How Thrift messages stand on a socket: framed (int32 length, message), or one behind the other, as Flume 0.9 sent them.
import { BadEvent } from '../../event/avro-reader.ts';
import type { OnFrame, Splitter } from '../splitter.ts';
import { CutShort, thriftReader } from './reader.ts';
import { T } from './types.ts';

export const FRAME_HEAD = 4;
const FIRST_RESERVE = 256 * 1024;

/** Cuts frames of up to `limit` bytes. */
export class FrameSplitter implements Splitter {
  private readonly limit: number;
  private readonly onFrame: OnFrame;
  private rest: Buffer | null = null;
  private head = 0;
  private headBytes = 0;
  private frame: Buffer | null = null;
  private size = 0;

  constructor(limit: number, onFrame: OnFrame) {
    this.limit = limit;
    this.onFrame = onFrame;
  }

  get midway(): boolean { return this.headBytes > 0; }
  get kept(): number { return this.frame?.length ?? 0; }

  push(chunk: Buffer): void {
    if (this.rest !== null) {
      this.rest = Buffer.concat([this.rest, chunk]);
      return;
    }
    for (let at = 0; at < chunk.length;) {
      if (this.headBytes < FRAME_HEAD) {
        this.head = (this.head << 8) | (chunk[at++] as number);
        this.headBytes += 1;
        if (this.headBytes < FRAME_HEAD) continue;
        if (this.head < 0 || this.head > this.limit) throw new BadEvent(`a message of ${this.head} bytes, at most ${this.limit} are taken`);
      }
      const left = this.head - this.size;
      const here = Math.min(left, chunk.length - at);
      const whole = this.size === 0 && here === left;
      if (!whole) this.keep(chunk, at, here);
      at += here;
      if (here < left) return;
      const frame = whole ? chunk.subarray(at - here, at) : (this.frame as Buffer).subarray(0, this.size);
      this.head = this.headBytes = this.size = 0;
      this.frame = null;
      if (!this.onFrame(frame, 0)) {
        if (at < chunk.length) this.rest = chunk.subarray(at);
        return;
      }
    }
  }

  resume(): void {
    const { rest } = this;
    this.rest = null;
    if (rest !== null) this.push(rest);
  }

  /** Room grows with what has come, not with what is announced. */
  private keep(chunk: Buffer, at: number, size: number): void {
    const need = this.size + size;
    if (!this.frame || this.frame.length < need) {
      const grown = Buffer.allocUnsafe(Math.max(need, Math.min(this.head, Math.max(FIRST_RESERVE, 2 * (this.frame?.length ?? 0)))));
      this.frame?.copy(grown, 0, 0, this.size);
      this.frame = grown;
    }
    chunk.copy(this.frame, this.size, at, at + size);
    this.size = need;
  }
}

/** Cuts binary messages without frames: where one ends is seen by passing over it. */
export class BareSplitter implements Splitter {
  private readonly limit: number;
  private readonly onFrame: OnFrame;
  private rest: Buffer = Buffer.alloc(0);
  private needed = 0;
  private waits = false;

  constructor(limit: number, onFrame: OnFrame) {
    this.limit = limit;
    this.onFrame = onFrame;
  }

  get midway(): boolean { return this.rest.length > 0; }
  get kept(): number { return this.rest.length; }

  push(chunk: Buffer): void {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    if (!this.waits) this.cut();
  }

  resume(): void {
    this.waits = false;
    this.cut();
  }

  private cut(): void {
    while (this.rest.length > 0 && this.rest.length >= this.needed) {
      const end = this.endOfMessage();
      if (end === null) return;
      const message = this.rest.subarray(0, end);
      this.rest = this.rest.subarray(end);
      this.needed = 0;
      if (!this.onFrame(message, 0)) {
        this.waits = true;
        return;
      }
    }
  }

  private endOfMessage(): number | null {
    const reader = thriftReader('binary', this.rest);
    try {
      reader.message();
      reader.skip(T.struct);
      return reader.position;
    } catch (error) {
      if (!(error instanceof CutShort)) throw error;
      if (error.needed > this.limit) throw new BadEvent(`a message of ${error.needed} bytes, at most ${this.limit} are taken`);
      this.needed = error.needed;
      return null;
    }
  }
}
