// Writing Thrift, as much of it as calls and answers of Flume need: into a buffer that grows.
import { MESSAGE, T, type Encoding, type MessageHead } from './types.ts';

const COMPACT_TYPES: Readonly<Record<number, number>> = { [T.i32]: 5, [T.i64]: 6, [T.string]: 8, [T.list]: 9, [T.map]: 11, [T.struct]: 12 };
const VERSION_1 = 0x8001_0000;
const COMPACT_ID = 0x82;

export abstract class ThriftWriter {
  protected bytes: Buffer;
  protected at = 0;

  /** @param room of bytes at first, kept free in front: `lead`. */
  constructor(room: number, lead: number) {
    this.bytes = Buffer.allocUnsafe(room + lead);
    this.at = lead;
  }

  /** What was written, with the lead. */
  finish(): Buffer { return this.bytes.subarray(0, this.at); }

  abstract message(head: MessageHead): void;
  abstract field(type: number, id: number): void;
  abstract beginStruct(): void;
  abstract list(type: number, count: number): void;
  abstract stringMap(count: number): void;
  abstract i32(value: number): void;
  protected abstract size(value: number): void;

  /** Ends a struct. */
  stop(): void { this.byte(T.stop); }

  binary(value: Buffer): void {
    this.size(value.length);
    this.room(value.length);
    this.at += value.copy(this.bytes, this.at);
  }

  string(value: string): void {
    const size = Buffer.byteLength(value);
    this.size(size);
    this.room(size);
    this.at += this.bytes.write(value, this.at, size, 'utf8');
  }

  protected byte(value: number): void {
    this.room(1);
    this.bytes[this.at++] = value;
  }

  protected room(more: number): void {
    if (this.at + more <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.at + more, 2 * this.bytes.length));
    this.bytes.copy(grown, 0, 0, this.at);
    this.bytes = grown;
  }
}

class BinaryWriter extends ThriftWriter {
  message({ name, kind, serial }: MessageHead): void {
    this.i32((VERSION_1 | kind) | 0);
    this.string(name);
    this.i32(serial);
  }

  beginStruct(): void {}

  field(type: number, id: number): void {
    this.byte(type);
    this.room(2);
    this.at = this.bytes.writeInt16BE(id, this.at);
  }

  list(type: number, count: number): void {
    this.byte(type);
    this.i32(count);
  }

  stringMap(count: number): void {
    this.byte(T.string);
    this.byte(T.string);
    this.i32(count);
  }

  i32(value: number): void {
    this.room(4);
    this.at = this.bytes.writeInt32BE(value, this.at);
  }

  protected size(value: number): void { this.i32(value); }
}

class CompactWriter extends ThriftWriter {
  private readonly fields: number[] = [];
  private last = 0;

  message({ name, kind, serial }: MessageHead): void {
    this.byte(COMPACT_ID);
    this.byte(1 | (kind << 5));
    this.varint(serial);
    this.string(name);
  }

  beginStruct(): void {
    this.fields.push(this.last);
    this.last = 0;
  }

  override stop(): void {
    super.stop();
    this.last = this.fields.pop() ?? 0;
  }

  field(type: number, id: number): void {
    const delta = id - this.last;
    const compact = COMPACT_TYPES[type] ?? 0;
    this.last = id;
    if (delta > 0 && delta <= 15) this.byte((delta << 4) | compact);
    else {
      this.byte(compact);
      this.i32(id);
    }
  }

  list(type: number, count: number): void {
    const compact = COMPACT_TYPES[type] ?? 0;
    if (count < 15) this.byte((count << 4) | compact);
    else {
      this.byte(0xf0 | compact);
      this.varint(count);
    }
  }

  stringMap(count: number): void {
    this.varint(count);
    if (count > 0) this.byte(0x88);
  }

  i32(value: number): void { this.varint(((value << 1) ^ (value >> 31)) >>> 0); }

  protected size(value: number): void { this.varint(value); }

  private varint(value: number): void {
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }
}

export function thriftWriter(encoding: Encoding, room = 64, lead = 0): ThriftWriter {
  return encoding === 'compact' ? new CompactWriter(room, lead) : new BinaryWriter(room, lead);
}

/** An answer with an enum as its success, or a void one for null. */
export function resultMessage(encoding: Encoding, name: string, serial: number, result: number | null, lead: number): Buffer {
  const writer = thriftWriter(encoding, 64, lead);
  writer.message({ name, kind: MESSAGE.reply, serial });
  writer.beginStruct();
  if (result !== null) {
    writer.field(T.i32, 0);
    writer.i32(result);
  }
  writer.stop();
  return writer.finish();
}

const UNKNOWN_METHOD = 1;

/** TApplicationException: no such method. */
export function unknownMethod(encoding: Encoding, name: string, serial: number, lead: number): Buffer {
  const writer = thriftWriter(encoding, 128, lead);
  writer.message({ name, kind: MESSAGE.exception, serial });
  writer.beginStruct();
  writer.field(T.string, 1);
  writer.string(`Invalid method name: '${name}'`);
  writer.field(T.i32, 2);
  writer.i32(UNKNOWN_METHOD);
  writer.stop();
  return writer.finish();
}
