// What the place of one file says, and which of the known files a listed one is.
import type { HdfsEntry } from '../../ports.ts';
import type { Place } from '../../deserializers/deserializer.ts';
import type { Fingerprint } from '../bytes/fingerprint.ts';

export interface FileState {
  readonly path: string;
  /** Behind the last event that a channel has; in what is in the file, where it is compressed. */
  readonly place: Place;
  /** Of the file when it was read to its end; a file of another size has more, or is another one. */
  readonly size: number;
  readonly print: Fingerprint;
  /** Since when it is not listed any more, ms since 1970. */
  readonly goneAt?: number;
}

/** By its own number where the file system has one: then a new name changes nothing. */
export const keyOf = ({ id, path }: Pick<HdfsEntry, 'id' | 'path'>): string => (id === null || id === undefined ? `path:${path}` : `id:${id}`);

export const encodeState = ({ path, place: { position, skip }, size, print, goneAt }: FileState): string =>
  JSON.stringify([path, position, skip, size, print.size, print.crc, ...(goneAt === undefined ? [] : [goneAt])]);

export function decodeState(text: string): FileState {
  const [path, position, skip, size, printSize, crc, goneAt] = JSON.parse(text) as [string, number, number, number, number, number, number?];
  return { path, place: { position, skip }, size, print: { size: printSize, crc }, ...(goneAt === undefined ? {} : { goneAt }) };
}
