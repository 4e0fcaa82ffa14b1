// What a file began with, by which it is known again when its name or its number say too little.
import { crc32 } from 'node:zlib';
import type { ByteSource } from '../../deserializers/deserializer.ts';

/** Bytes that are looked at: more than the heading lines that many logs have in common. */
export const HEAD = 1024;

export interface Fingerprint {
  /** How many bytes of the head it covers; fewer than HEAD in a short file. */
  readonly size: number;
  readonly crc: number;
}

export const NO_FINGERPRINT: Fingerprint = { size: 0, crc: 0 };

export async function readFully(source: ByteSource, position: number, size: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let got = 0;
  while (got < size) {
    const part = await source.read(position + got, size - got);
    if (part.length === 0) break;
    parts.push(part);
    got += part.length;
  }
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
}

/** Of the first bytes, those before `position` alone: what comes behind it may still change. */
export function fingerprintOf(head: Buffer, position: number): Fingerprint {
  const size = Math.min(head.length, HEAD, position);
  return { size, crc: crc32(head.subarray(0, size)) };
}

/** Whether the file that begins with `head` can be the one of `print`. */
export function matches(print: Fingerprint, head: Buffer): boolean {
  return head.length >= print.size && crc32(head.subarray(0, print.size)) === print.crc;
}
