// As much of protocol buffers as Flume's file channel writes: varints, fixed numbers in little endian, and what is prefixed by its length.

/** Thrown for bytes that are no such message. */
export class BadMessage extends Error {}

export interface Field {
  readonly number: number;
  /** Fixed numbers and varints; 64 bits are exact up to 2^53. */
  readonly value: number;
  /** Of a field with a length; borrowed. Empty otherwise. */
  readonly bytes: Buffer;
}

const NONE = Buffer.alloc(0);

/** A varint below 2^53 at `at`, and where it ends. */
export function varint(bytes: Buffer, at: number): readonly [value: number, end: number] {
  let value = 0;
  let scale = 1;
  for (let i = at; i < bytes.length && i < at + 8; i++, scale *= 128) {
    const byte = bytes[i] as number;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return [value, i + 1];
  }
  throw new BadMessage('a number that does not end');
}

/** A message that is prefixed by its length, and where it ends. */
export function delimited(bytes: Buffer, at: number): readonly [message: Buffer, end: number] {
  const [size, start] = varint(bytes, at);
  if (size > bytes.length - start) throw new BadMessage(`a message of ${size} bytes where ${bytes.length - start} are left`);
  return [bytes.subarray(start, start + size), start + size];
}

export function* fields(message: Buffer): Generator<Field, void, undefined> {
  for (let at = 0; at < message.length;) {
    const [tag, start] = varint(message, at);
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0: {
        const [value, end] = varint(message, start);
        yield { number, value, bytes: NONE };
        at = end;
        break;
      }
      case 1:
        if (start + 8 > message.length) throw new BadMessage('cut short in a number');
        yield { number, value: message.readInt32LE(start + 4) * 2 ** 32 + message.readUInt32LE(start), bytes: NONE };
        at = start + 8;
        break;
      case 2: {
        const [bytes, end] = delimited(message, start);
        yield { number, value: bytes.length, bytes };
        at = end;
        break;
      }
      case 5:
        if (start + 4 > message.length) throw new BadMessage('cut short in a number');
        yield { number, value: message.readInt32LE(start), bytes: NONE };
        at = start + 4;
        break;
      default: throw new BadMessage(`a field of wire type ${tag % 8}`);
    }
  }
}
