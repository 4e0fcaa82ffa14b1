// Names as rsync prints them (log.c filtered_fwrite): \#ooo for what a terminal should not get, UTF-8 as it is where the locale is UTF-8.
import { isUtf8 } from '../../lib/bytes.ts';

const octal = (byte: number): string => `\\#${byte.toString(8).padStart(3, '0')}`;

/** Does the person's locale have UTF-8? */
export function hasUtf8(env: Readonly<Record<string, string | undefined>>): boolean {
  return /utf-?8/i.test(env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '');
}

/** The length of the well-formed sequence of more than one byte at `i`, or 0. */
function sequenceAt(name: Uint8Array, i: number): number {
  const first = name[i] as number;
  const length = first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
  return length > 0 && i + length <= name.length && isUtf8(name.subarray(i, i + length)) ? length : 0;
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

/** The name for a line of output. A backslash that would read as an escape is itself escaped. */
export function escapeName(name: Uint8Array, utf8: boolean): string {
  const parts: Uint8Array[] = [];
  for (let i = 0; i < name.length; i++) {
    const byte = name[i] as number;
    const length = utf8 && byte >= 0x80 ? sequenceAt(name, i) : 0;
    const looksEscaped = byte === 0x5c && name[i + 1] === 0x23 && isDigit(name[i + 2]) && isDigit(name[i + 3]) && isDigit(name[i + 4]);
    if (length > 0) {
      parts.push(name.subarray(i, i + length));
      i += length - 1;
    } else if ((byte < 0x20 && byte !== 0x09) || byte >= 0x7f || looksEscaped) parts.push(Buffer.from(octal(byte)));
    else parts.push(name.subarray(i, i + 1));
  }
  return Buffer.concat(parts).toString('utf8');
}
