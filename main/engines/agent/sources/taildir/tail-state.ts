// What is remembered of one file: how far it was read, and by what it is known again.
import { NO_FINGERPRINT, type Fingerprint } from '../bytes/fingerprint.ts';

export interface TailState {
  readonly path: string;
  /** Behind the last byte that a channel has; in what is in the file, where it is in gzip. */
  readonly position: number;
  /** Of its beginning. */
  readonly head: Fingerprint;
  /** Of the bytes just before the position. */
  readonly tail: Fingerprint;
  /** Since when there is no such file, ms since 1970: what was not read of it may still turn up, as a copy or in gzip. */
  readonly lostAt?: number;
}

export const unread = (path: string): TailState => ({ path, position: 0, head: NO_FINGERPRINT, tail: NO_FINGERPRINT });

export const encodeTail = ({ path, position, head, tail, lostAt }: TailState): string =>
  JSON.stringify([path, position, head.size, head.crc, tail.size, tail.crc, ...(lostAt === undefined ? [] : [lostAt])]);

export function decodeTail(text: string): TailState {
  const [path, position, headSize, headCrc, tailSize, tailCrc, lostAt] = JSON.parse(text) as [string, number, number, number, number, number, number?];
  return { path, position, head: { size: headSize, crc: headCrc }, tail: { size: tailSize, crc: tailCrc }, ...(lostAt === undefined ? {} : { lostAt }) };
}
