// Avro's framing on a socket (NettyTransportCodec of avro-ipc, 1.7 to 1.11):
//   int32 serial | int32 count of buffers | count x { int32 length, bytes }
// Java cuts what it sends into buffers of 8 KiB; together they are one message. An answer has the serial of its request.
import { BadEvent } from '../../event/avro-reader.ts';
import type { OnFrame, Splitter } from '../splitter.ts';

const INT = 4;
const HEAD = 2 * INT;
/** What is reserved at first for a message that has not come whole: no length is believed. */
const FIRST_RESERVE = 256 * 1024;
const MOST_BUFFERS = 1_000_000;

export class PackSplitter implements Splitter {
  private readonly limit: number;
  private readonly onPack: OnFrame;
  /** What came after `onPack` asked to wait. */
  private rest: Buffer | null = null;
  /** A pack of which a part is missing: whether one has begun, and how far its ints are. */
  private begun = false;
  private int = 0;
  private intBytes = 0;
  private serial: number | null = null;
  private buffers: number | null = null;
  private length = 0;
  private left = 0;
  private payload: Buffer = Buffer.alloc(0);
  private size = 0;

  /** @param limit of the bytes of one message. */
  constructor(limit: number, onPack: OnFrame) {
    this.limit = limit;
    this.onPack = onPack;
  }

  get midway(): boolean { return this.begun; }
  get kept(): number { return this.payload.length; }

  push(chunk: Buffer): void {
    if (this.rest !== null) {
      this.rest = Buffer.concat([this.rest, chunk]);
      return;
    }
    let at = 0;
    while (at < chunk.length) {
      const end = this.begun ? this.piece(chunk, at) : this.whole(chunk, at);
      if (end < 0) {
        at = -end;
        if (at < chunk.length) this.rest = chunk.subarray(at);
        return;
      }
      at = end;
    }
  }

  resume(): void {
    const { rest } = this;
    this.rest = null;
    if (rest !== null) this.push(rest);
  }

  /** A pack that begins at `at`: where it ends, negative when `onPack` asked to wait. One that is not whole in the chunk is begun. */
  private whole(chunk: Buffer, at: number): number {
    if (chunk.length - at >= HEAD + INT) {
      const count = this.checkCount(chunk.readInt32BE(at + INT));
      let end = at + HEAD;
      let size = 0;
      let seen = 0;
      for (; seen < count && chunk.length - end >= INT; seen++) {
        const length = this.checkLength(chunk.readInt32BE(end), size);
        if (length > chunk.length - end - INT) break;
        size += length;
        end += INT + length;
      }
      if (seen === count) return this.give(count === 1 ? chunk.subarray(end - size, end) : joined(chunk, at + HEAD, count, size), chunk.readInt32BE(at), end);
    }
    this.begun = true;
    return this.piece(chunk, at);
  }

  /** Goes on with a pack that came in parts. */
  private piece(chunk: Buffer, from: number): number {
    let at = from;
    while (at < chunk.length) {
      if (this.left > 0) {
        const size = Math.min(this.left, chunk.length - at);
        this.reserve(size);
        chunk.copy(this.payload, this.size, at, at + size);
        this.size += size;
        this.left -= size;
        at += size;
      } else {
        this.int = (this.int << 8) | (chunk[at++] as number);
        this.intBytes += 1;
        if (this.intBytes < INT) continue;
        this.intBytes = 0;
        if (this.serial === null) this.serial = this.int;
        else if (this.buffers === null) this.buffers = this.checkCount(this.int);
        else {
          this.length = this.left = this.checkLength(this.int, this.size);
          this.buffers -= 1;
        }
      }
      if (this.left === 0 && this.buffers === 0) {
        const { payload, size, serial } = this;
        this.begun = false;
        this.serial = null;
        this.buffers = null;
        this.payload = Buffer.alloc(0);
        this.size = 0;
        return this.give(payload.subarray(0, size), serial ?? 0, at);
      }
    }
    return at;
  }

  private give(payload: Buffer, serial: number, end: number): number {
    return this.onPack(payload, serial) ? end : -end;
  }

  /** Room for `more` bytes that are there; at once for all that is announced as long as that is little. */
  private reserve(more: number): void {
    const need = this.size + more;
    if (this.payload.length >= need) return;
    const announced = this.size + this.left + (this.buffers ?? 0) * this.length;
    const grown = Buffer.allocUnsafe(Math.max(need, Math.min(announced, Math.max(FIRST_RESERVE, 2 * this.payload.length))));
    this.payload.copy(grown, 0, 0, this.size);
    this.payload = grown;
  }

  private checkCount(count: number): number {
    if (count < 0 || count > MOST_BUFFERS) throw new BadEvent(`a message of ${count} buffers`);
    return count;
  }

  private checkLength(length: number, before: number): number {
    if (length < 0 || before + length > this.limit) throw new BadEvent(`a message of ${length < 0 ? length : before + length} bytes, at most ${this.limit} are taken`);
    return length;
  }
}

function joined(chunk: Buffer, from: number, count: number, size: number): Buffer {
  const payload = Buffer.allocUnsafe(size);
  let at = from;
  let written = 0;
  for (let i = 0; i < count; i++) {
    const length = chunk.readInt32BE(at);
    chunk.copy(payload, written, at + INT, at + INT + length);
    written += length;
    at += INT + length;
  }
  return payload;
}

/** Room in front of a message of one buffer. */
export const PACK_HEAD = HEAD + INT;

/** Writes what stands before a message of `size` bytes in one buffer; answers where the message begins. */
export function putPackHead(into: Buffer, serial: number, size: number): number {
  into.writeInt32BE(serial, 0);
  into.writeInt32BE(1, INT);
  into.writeInt32BE(size, HEAD);
  return PACK_HEAD;
}

/** A message as a pack of one buffer. */
export function packOf(serial: number, message: Buffer): Buffer {
  const pack = Buffer.allocUnsafe(PACK_HEAD + message.length);
  message.copy(pack, putPackHead(pack, serial, message.length));
  return pack;
}
