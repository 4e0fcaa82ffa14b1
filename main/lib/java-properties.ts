// Files of java.util.Properties, as ZooKeeper reads zoo.cfg and Flume its configuration: escapes, continued lines, comments.
import { asBuffer, isUtf8 } from './bytes.ts';

export interface Property {
  readonly key: string;
  readonly value: string;
  /** Of its first character, from 1. */
  readonly line: number;
  /** Of its last character. */
  readonly lastLine: number;
  /** A backslash stood before a letter that means nothing: it is dropped, as in `C:\zk`. */
  readonly lostBackslash: boolean;
}

export interface PropertiesFile {
  /** In order; a key may come twice, then the last one holds. */
  readonly properties: readonly Property[];
  /** What Java would throw for: a broken \uXXXX, with its line. */
  readonly broken: readonly { readonly line: number; readonly text: string }[];
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };
const MEANT = new Set(['t', 'n', 'r', 'f', 'u', '\\', ':', '=', '#', '!', ' ', '"', "'"]);

const isBlank = (char: string | undefined): boolean => char === ' ' || char === '\t' || char === '\f';

/** String.trim of Java: it knows no white space beyond the blank. */
const trimmed = (text: string): string => text.replace(/^[\u0000-\u0020]+|[\u0000-\u0020]+$/g, '');

/** Splits at \n, \r and \r\n. */
export function naturalLines(text: string): string[] {
  return text.split(/\r\n|\n|\r/);
}

/** Does an odd number of backslashes end the line, so that the next one continues it? */
function continues(line: string): boolean {
  let count = 0;
  for (let i = line.length - 1; i >= 0 && line[i] === '\\'; i--) count += 1;
  return count % 2 === 1;
}

/**
 * The bytes of the file (Properties.load(InputStream)). Never throws; what is wrong stands in `broken`.
 * Java itself reads Latin-1 and nothing else; by default UTF-8 is taken where it is well formed.
 */
export function parseProperties(bytes: Uint8Array, encoding: 'utf8' | 'latin1' = isUtf8(bytes) ? 'utf8' : 'latin1'): PropertiesFile {
  const text = asBuffer(bytes).toString(encoding).replace(/^\uFEFF/, '');
  const lines = naturalLines(text);
  const properties: Property[] = [];
  const broken: { line: number; text: string }[] = [];
  for (let i = 0; i < lines.length; i++) {
    const start = i;
    let logical = (lines[i] as string).replace(/^[ \t\f]+/, '');
    if (logical === '' || logical.startsWith('#') || logical.startsWith('!')) continue;
    while (continues(logical) && i + 1 < lines.length) {
      i += 1;
      logical = logical.slice(0, -1) + (lines[i] as string).replace(/^[ \t\f]+/, '');
    }
    if (continues(logical)) logical = logical.slice(0, -1);
    const end = keyEnd(logical);
    const key = unescape(logical.slice(0, end));
    const value = unescape(logical.slice(valueStart(logical, end)));
    if (key === null || value === null) { broken.push({ line: start + 1, text: logical }); continue; }
    properties.push({ key: trimmed(key.text), value: trimmed(value.text), line: start + 1, lastLine: i + 1, lostBackslash: value.lost });
  }
  return { properties, broken };
}

function keyEnd(line: string): number {
  for (let i = 0; i < line.length; i++) {
    const char = line[i];
    if (char === '\\') i += 1;
    else if (char === '=' || char === ':' || isBlank(char)) return i;
  }
  return line.length;
}

function valueStart(line: string, end: number): number {
  let i = end;
  while (isBlank(line[i])) i += 1;
  if (line[i] === '=' || line[i] === ':') i += 1;
  while (isBlank(line[i])) i += 1;
  return i;
}

function unescape(part: string): { readonly text: string; readonly lost: boolean } | null {
  let text = '';
  let lost = false;
  for (let i = 0; i < part.length; i++) {
    const char = part[i] as string;
    if (char !== '\\') { text += char; continue; }
    i += 1;
    const next = part[i];
    if (next === undefined) break;
    if (next === 'u') {
      const hex = part.slice(i + 1, i + 5);
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) return null;
      text += String.fromCharCode(Number.parseInt(hex, 16));
      i += 4;
    } else {
      text += ESCAPES[next] ?? next;
      if (!MEANT.has(next)) lost = true;
    }
  }
  return { text, lost };
}
