// Names as rsync prints them (log.c filtered_fwrite): \#ooo for what a terminal should not get, UTF-8 as it is where the locale is UTF-8.
import { isUtf8 } from '../../lib/bytes.ts';

const octal = (byte: number): string => `\\#${byte.toString(8).padStart(3, '0')}`;

/** Does the person's locale have UTF-8? */
export function hasUtf8(env: Readonly<Record<string, string | undefined>>): boolean {
  return /utf-?8/i.test(env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '');
}

/** The name for a line of output. A backslash that would read as an escape is itself escaped. */
export function escapeName(name: Uint8Array, utf8: boolean): string {
  const high = utf8 && isUtf8(name);
  const bytes: number[] = [];
  for (let i = 0; i < name.length; i++) {
    const byte = name[i] as number;
    const looksEscaped = byte === 0x5c && name[i + 1] === 0x23 && [2, 3, 4].every((n) => { const c = name[i + n] ?? 0; return c >= 0x30 && c <= 0x39; });
    if ((byte < 0x20 && byte !== 0x09) || byte === 0x7f || (byte >= 0x80 && !high) || looksEscaped) bytes.push(...Buffer.from(octal(byte)));
    else bytes.push(byte);
  }
  return Buffer.from(bytes).toString('utf8');
}
