// Writes logs as Flume's file channel does, byte for byte as a real 1.11 was seen to; for tests of what reads them.
import { crc32 } from 'node:zlib';

const fixed32 = (field: number, value: number): Buffer => { const bytes = Buffer.alloc(5); bytes[0] = field * 8 + 5; bytes.writeInt32LE(value, 1); return bytes; };
const fixed64 = (field: number, value: number): Buffer => { const bytes = Buffer.alloc(9); bytes[0] = field * 8 + 1; bytes.writeBigInt64LE(BigInt(value), 1); return bytes; };

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 0x80);
  }
}

const delimited = (bytes: Buffer): Buffer => Buffer.concat([varint(bytes.length), bytes]);
const field = (number: number, bytes: Buffer): Buffer => Buffer.concat([Buffer.from([number * 8 + 2]), delimited(bytes)]);

export class FlumeLogWriter {
  private readonly parts: Buffer[] = [];
  private at = 0;

  get size(): number { return this.at; }

  /** Answers its place. */
  put(transaction: number, order: number, body: Buffer, headers: Readonly<Record<string, string>> = {}): number {
    const pairs = Object.entries(headers).map(([key, value]) => field(1, Buffer.concat([field(1, Buffer.from(key)), field(2, Buffer.from(value))])));
    return this.record(1, transaction, order, Buffer.concat([field(1, Buffer.concat([...pairs, field(2, body)])), fixed64(2, crc32(body))]));
  }

  take(transaction: number, order: number, file: number, offset: number): number {
    return this.record(2, transaction, order, Buffer.concat([fixed32(1, file), fixed32(2, offset)]));
  }

  rollback(transaction: number, order: number): number { return this.record(3, transaction, order, Buffer.alloc(0)); }
  commit(transaction: number, order: number, of: 1 | 2): number { return this.record(4, transaction, order, fixed32(1, of)); }

  bytes(filler = 100): Buffer { return Buffer.concat([...this.parts, Buffer.alloc(filler, 0x80)]); }

  private record(type: number, transaction: number, order: number, body: Buffer): number {
    const message = Buffer.concat([delimited(Buffer.concat([fixed32(1, type), fixed64(2, transaction), fixed64(3, order)])), delimited(body), Buffer.from([0])]);
    const head = Buffer.alloc(5);
    head[0] = 0x7f;
    head.writeInt32BE(message.length, 1);
    const offset = this.at;
    this.parts.push(head, message);
    this.at += head.length + message.length;
    return offset;
  }
}
