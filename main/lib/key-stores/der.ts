// Reads DER far enough for key stores: tag, length, contents. Every length is checked against what is there.

export interface DerItem {
  readonly tag: number;
  /** A view. */
  readonly bytes: Buffer;
}

export const DER = { integer: 0x02, octets: 0x04, oid: 0x06, sequence: 0x30, context0: 0xa0 } as const;

/** The items that stand one behind the other in `bytes`; RangeError when one ends early. */
export function derItems(bytes: Buffer): DerItem[] {
  const items: DerItem[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = bytes.readUInt8(at);
    const first = bytes.readUInt8(at + 1);
    const more = first < 0x80 ? 0 : first & 0x7f;
    if (more > 4 || first === 0x80) throw new RangeError('a length that DER does not have');
    const length = more === 0 ? first : bytes.readUIntBE(at + 2, more);
    const begin = at + 2 + more;
    if (begin + length > bytes.length) throw new RangeError('it ends early');
    items.push({ tag, bytes: bytes.subarray(begin, begin + length) });
    at = begin + length;
  }
  return items;
}

/** Goes down by the numbers of the items; RangeError where there is none. */
export function derAt(bytes: Buffer, ...path: readonly number[]): Buffer {
  let found = bytes;
  for (const index of path) {
    const item = derItems(found)[index];
    if (!item) throw new RangeError('a part is missing');
    found = item.bytes;
  }
  return found;
}

/** 1.2.840.113549. ... */
export function oidOf(bytes: Buffer): string {
  const first = bytes.readUInt8(0);
  const parts = [Math.min(2, Math.floor(first / 40)), first - 40 * Math.min(2, Math.floor(first / 40))];
  let value = 0;
  for (const byte of bytes.subarray(1)) {
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      parts.push(value);
      value = 0;
    }
  }
  return parts.join('.');
}
