// Writing Avro's binary encoding (specification 1.11) into a buffer that has the room: first the size, then the bytes.

/** Bytes of a long that is not negative. */
export function longSize(value: number): number {
  let size = 1;
  for (let rest = value * 2; rest >= 128; rest = Math.floor(rest / 128)) size += 1;
  return size;
}

/** A long that is not negative; answers where it ends. */
export function putLong(into: Buffer, at: number, value: number): number {
  let rest = value * 2;
  let position = at;
  while (rest >= 128) {
    into[position++] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  into[position++] = rest;
  return position;
}

export function stringSize(text: string): number {
  const size = Buffer.byteLength(text);
  return longSize(size) + size;
}

export function putString(into: Buffer, at: number, text: string): number {
  const size = Buffer.byteLength(text);
  const start = putLong(into, at, size);
  into.write(text, start, size, 'utf8');
  return start + size;
}

export function putBytes(into: Buffer, at: number, bytes: Buffer): number {
  const start = putLong(into, at, bytes.length);
  return start + bytes.copy(into, start);
}
