// Reading Thrift: one interface over the binary and the compact protocol (thrift-binary-protocol.md, thrift-compact-protocol.md). Nothing is believed before it is seen
// to fit; strings are slices of the frame.
import { BadEvent } from '../../event/avro-reader.ts';
import { T, type Encoding, type MessageHead } from './types.ts';

/** The bytes end early. `needed`: where they must reach at least before another look is worth it. */
export class CutShort extends BadEvent {
  readonly needed: number;

  constructor(needed: number) {
    super('it ends early');
    this.needed = needed;
  }
}

const DEEPEST = 32;
const NAME = 256;

export abstract class ThriftReader {
  readonly bytes: Buffer;
  position: number;

  constructor(bytes: Buffer, position = 0) {
    this.bytes = bytes;
    this.position = position;
  }

  abstract message(): MessageHead;
  /** The next field's type, T.stop at the end of the struct; its number is in `field`. */
  abstract nextField(): number;
  field = 0;
  abstract beginStruct(): void;
  abstract endStruct(): void;
  /** The type of the elements is in `element`. */
  abstract list(): number;
  element = 0;
  /** The types are in `key` and `element`. */
  abstract map(): number;
  key = 0;
  abstract i32(): number;
  abstract i64(): bigint;
  protected abstract size(): number;
  protected abstract skipScalar(type: number): void;

  /** Borrowed. */
  binary(): Buffer {
    const size = this.checked(this.size());
    const start = this.position;
    this.position = start + size;
    return this.bytes.subarray(start, this.position);
  }

  string(): string {
    const size = this.checked(this.size());
    const start = this.position;
    this.position = start + size;
    return this.bytes.toString('utf8', start, this.position);
  }

  skip(type: number, depth = 0): void {
    if (depth > DEEPEST) throw new BadEvent('it is nested too deep');
    switch (type) {
      case T.string: this.binary(); return;
      case T.struct:
        this.beginStruct();
        for (let field = this.nextField(); field !== T.stop; field = this.nextField()) this.skip(field, depth + 1);
        this.endStruct();
        return;
      case T.list: case T.set: {
        const count = this.list();
        const { element } = this;
        for (let i = 0; i < count; i++) this.skip(element, depth + 1);
        return;
      }
      case T.map: {
        const count = this.map();
        const { key, element } = this;
        for (let i = 0; i < count; i++) {
          this.skip(key, depth + 1);
          this.skip(element, depth + 1);
        }
        return;
      }
      default: this.skipScalar(type);
    }
  }

  protected byte(): number {
    this.need(1);
    return this.bytes[this.position++] as number;
  }

  protected need(bytes: number): void {
    if (this.position + bytes > this.bytes.length) throw new CutShort(this.position + bytes);
  }

  protected pass(bytes: number): void {
    this.need(bytes);
    this.position += bytes;
  }

  protected checked(size: number): number {
    if (size < 0) throw new BadEvent(`a string of ${size} bytes`);
    this.need(size);
    return size;
  }

  /** Entries of at least one byte each. */
  protected entries(count: number, each: number): number {
    if (count < 0) throw new BadEvent(`a list of ${count}`);
    this.need(count * each);
    return count;
  }
}

const VERSION_1 = 0x8001;

class BinaryReader extends ThriftReader {
  /** With a version in front, or as it was before there were versions. */
  message(): MessageHead {
    const first = this.i32();
    if (first >= 0) {
      if (first > NAME) throw new BadEvent('it is no Thrift message');
      this.need(first);
      const name = this.bytes.toString('utf8', this.position, this.position + first);
      this.position += first;
      return { name, kind: this.byte(), serial: this.i32() };
    }
    if (first >>> 16 !== VERSION_1) throw new BadEvent('it is no Thrift message of the binary protocol');
    const size = this.i32();
    if (size < 0 || size > NAME) throw new BadEvent('the name of a message is too long');
    this.need(size);
    const name = this.bytes.toString('utf8', this.position, this.position + size);
    this.position += size;
    return { name, kind: first & 0xff, serial: this.i32() };
  }

  beginStruct(): void {}
  endStruct(): void {}

  nextField(): number {
    const type = this.byte();
    if (type === T.stop) return T.stop;
    this.need(2);
    this.field = this.bytes.readInt16BE(this.position);
    this.position += 2;
    return type;
  }

  list(): number {
    this.element = this.byte();
    return this.entries(this.i32(), 1);
  }

  map(): number {
    this.key = this.byte();
    this.element = this.byte();
    return this.entries(this.i32(), 2);
  }

  i32(): number {
    this.need(4);
    this.position += 4;
    return this.bytes.readInt32BE(this.position - 4);
  }

  i64(): bigint {
    this.need(8);
    this.position += 8;
    return this.bytes.readBigInt64BE(this.position - 8);
  }

  protected size(): number { return this.i32(); }

  protected skipScalar(type: number): void {
    switch (type) {
      case T.bool: case T.byte: this.pass(1); return;
      case T.i16: this.pass(2); return;
      case T.i32: this.pass(4); return;
      case T.i64: case T.double: this.pass(8); return;
      default: throw new BadEvent(`type ${type}`);
    }
  }
}

const COMPACT_ID = 0x82;
/** The compact protocol's types, by their numbers, in the binary one's. */
const FROM_COMPACT: readonly number[] = [T.stop, T.bool, T.bool, T.byte, T.i16, T.i32, T.i64, T.double, T.string, T.list, T.set, T.map, T.struct];

class CompactReader extends ThriftReader {
  private readonly fields: number[] = [];
  private last = 0;
  /** A bool as a field stands in the field's type. */
  private boolInType = false;

  message(): MessageHead {
    if (this.byte() !== COMPACT_ID) throw new BadEvent('it is no Thrift message of the compact protocol');
    const second = this.byte();
    if ((second & 0x1f) !== 1) throw new BadEvent('it is of another version of the compact protocol');
    const serial = Number(this.varint()) | 0;
    const size = Number(this.varint());
    if (size > NAME) throw new BadEvent('the name of a message is too long');
    this.need(size);
    const name = this.bytes.toString('utf8', this.position, this.position + size);
    this.position += size;
    return { name, kind: (second >> 5) & 7, serial };
  }

  beginStruct(): void {
    if (this.fields.length > DEEPEST) throw new BadEvent('it is nested too deep');
    this.fields.push(this.last);
    this.last = 0;
  }

  endStruct(): void { this.last = this.fields.pop() ?? 0; }

  nextField(): number {
    const head = this.byte();
    if (head === 0) return T.stop;
    const delta = head >> 4;
    this.field = delta === 0 ? this.zigzag32() : this.last + delta;
    this.last = this.field;
    this.boolInType = (head & 0x0f) === 1 || (head & 0x0f) === 2;
    return this.type(head & 0x0f);
  }

  list(): number {
    const head = this.byte();
    this.element = this.type(head & 0x0f);
    const short = head >> 4;
    return this.entries(short === 15 ? this.int() : short, 1);
  }

  map(): number {
    const count = this.int();
    if (count === 0) return 0;
    const types = this.byte();
    this.key = this.type(types >> 4);
    this.element = this.type(types & 0x0f);
    return this.entries(count, 2);
  }

  i32(): number { return this.zigzag32(); }

  i64(): bigint {
    const value = this.varint();
    return (value >> 1n) ^ -(value & 1n);
  }

  protected size(): number { return this.int(); }

  protected skipScalar(type: number): void {
    switch (type) {
      case T.bool:
        if (!this.boolInType) this.pass(1);
        this.boolInType = false;
        return;
      case T.byte: this.pass(1); return;
      case T.i16: case T.i32: case T.i64: this.varint(); return;
      case T.double: this.pass(8); return;
      default: throw new BadEvent(`type ${type}`);
    }
  }

  private type(compact: number): number {
    const type = FROM_COMPACT[compact];
    if (type === undefined) throw new BadEvent(`type ${compact}`);
    return type;
  }

  private zigzag32(): number {
    const value = this.int();
    return (value >>> 1) ^ -(value & 1);
  }

  /** Up to 32 bits, unsigned where it is a size: what is beyond 2^31 fits nowhere. */
  private int(): number {
    let value = 0;
    for (let scale = 1, i = 0; ; scale *= 128, i++) {
      if (i === 5) throw new BadEvent('a number of more than five bytes');
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  private varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      if (shift > 63n) throw new BadEvent('a number of more than ten bytes');
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
  }
}

export function thriftReader(encoding: Encoding, bytes: Buffer, position = 0): ThriftReader {
  return encoding === 'compact' ? new CompactReader(bytes, position) : new BinaryReader(bytes, position);
}
