// Character sets by the names Java gives them: bytes to text and back. What a set cannot hold becomes "?", as Java's String.getBytes does.

import { TextDecoder } from 'node:util';

/** What becomes of bytes that are no text: an error, U+FFFD, or nothing (DecodeErrorPolicy). */
export type DecodePolicy = 'FAIL' | 'REPLACE' | 'IGNORE';

/** Thrown for bytes that are no text in the set, by FAIL. */
export class BadText extends Error {}

export interface Charset {
  /** Java's canonical name. */
  readonly name: string;
  /** Bytes of one unit: a line feed is as wide as this. */
  readonly unit: 1 | 2 | 4;
  /** Where the set has two byte orders, this one. */
  readonly bigEndian: boolean;
  /** Throws BadText by FAIL. A mark of the byte order is a character like others. */
  decode(bytes: Buffer, policy?: DecodePolicy): string;
  encode(text: string): Buffer;
}

const REPLACEMENT = '\uFFFD';

/** Java's names whose sets the platform decodes under another name or not at all. */
const ALIASES: Readonly<Record<string, string>> = {
  utf8: 'utf-8', 'iso8859-1': 'iso-8859-1', iso8859_1: 'iso-8859-1', iso_8859_1: 'iso-8859-1', 'iso_8859-1': 'iso-8859-1', latin1: 'iso-8859-1', l1: 'iso-8859-1', cp819: 'iso-8859-1',
  ascii: 'us-ascii', ascii7: 'us-ascii', 'iso646-us': 'us-ascii', sjis: 'shift_jis', 'shift-jis': 'shift_jis', 'windows-31j': 'shift_jis', ms932: 'shift_jis', cp936: 'gbk', ms936: 'gbk', 'euc-cn': 'gb2312',
  euc_jp: 'euc-jp', euc_kr: 'euc-kr', ms949: 'euc-kr', cp949: 'euc-kr', cp1250: 'windows-1250', cp1251: 'windows-1251', cp1252: 'windows-1252', cp1253: 'windows-1253', cp1254: 'windows-1254',
  koi8_r: 'koi8-r', utf16: 'utf-16', utf_16: 'utf-16', 'utf_16be': 'utf-16be', 'utf_16le': 'utf-16le', unicodebigunmarked: 'utf-16be', unicodelittleunmarked: 'utf-16le',
  utf32: 'utf-32', utf_32: 'utf-32', 'utf_32be': 'utf-32be', 'utf_32le': 'utf-32le',
};

const cache = new Map<string, Charset | null>();

/** Null for a name that is not known. UTF-16 and UTF-32 read a mark of the byte order and are big-endian without; UTF-16 writes one. Who reads data piece by piece asks `markedCharset`. */
export function charsetOf(name: string): Charset | null {
  const word = name.trim().toLowerCase();
  const key = ALIASES[word] ?? word;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make(key);
  cache.set(key, made);
  return made;
}

function make(key: string): Charset | null {
  switch (key) {
    case 'utf-8': return UTF_8;
    case 'iso-8859-1': return LATIN_1;
    case 'us-ascii': return ASCII;
    case 'utf-16': return UTF_16;
    case 'utf-16be': return utf16(true);
    case 'utf-16le': return utf16(false);
    case 'utf-32': return { ...utf32(true), name: 'UTF-32', decode: (bytes, policy) => byMark('utf-32', bytes, policy) };
    case 'utf-32be': return utf32(true);
    case 'utf-32le': return utf32(false);
  }
  try {
    return tableCharset(new TextDecoder(key).encoding.toUpperCase(), key);
  } catch {
    return null;
  }
}

/** For "UTF-16" and "UTF-32": the set with the byte order that a mark at the beginning of the data tells, and the bytes of the mark; any other set as it is. */
export function markedCharset(name: string, charset: Charset, head: Buffer): { readonly charset: Charset; readonly mark: number } {
  const word = ALIASES[name.trim().toLowerCase()] ?? name.trim().toLowerCase();
  if (word === 'utf-32') {
    if (head.length >= 4 && head.readUInt32LE(0) === 0xfeff) return { charset: utf32(false), mark: 4 };
    return { charset: utf32(true), mark: head.length >= 4 && head.readUInt32BE(0) === 0xfeff ? 4 : 0 };
  }
  if (word === 'utf-16') {
    if (head.length >= 2 && head.readUInt16LE(0) === 0xfeff) return { charset: utf16(false), mark: 2 };
    return { charset: utf16(true), mark: head.length >= 2 && head.readUInt16BE(0) === 0xfeff ? 2 : 0 };
  }
  return { charset, mark: 0 };
}

function byMark(name: string, bytes: Buffer, policy?: DecodePolicy): string {
  const { charset, mark } = markedCharset(name, UTF_8, bytes);
  return charset.decode(bytes.subarray(mark), policy);
}

const LINE_FEED = 0x0a;

/** The index of the next line feed at or after `from`, or -1. No set here has the byte inside another character. */
export function indexOfLineFeed(bytes: Buffer, from: number, { unit, bigEndian }: Pick<Charset, 'unit' | 'bigEndian'>): number {
  if (unit === 1) return bytes.indexOf(LINE_FEED, from);
  for (let at = bytes.indexOf(LINE_FEED, from); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) {
    const start = at - (at % unit);
    if (start + unit > bytes.length) return -1;
    const code = unit === 2 ? (bigEndian ? bytes.readUInt16BE(start) : bytes.readUInt16LE(start)) : bigEndian ? bytes.readUInt32BE(start) : bytes.readUInt32LE(start);
    if (code === LINE_FEED) return start;
  }
  return -1;
}

// --- sets that are computed ------------------------------------------------------------------------------------------

const strict = (label: string): TextDecoder => new TextDecoder(label, { fatal: true, ignoreBOM: true });
const lenient = (label: string): TextDecoder => new TextDecoder(label, { ignoreBOM: true });

/** The text of `bytes` by a decoder that fails and one that does not. */
function byPolicy(bytes: Buffer, policy: DecodePolicy, name: string, fatal: TextDecoder, loose: TextDecoder): string {
  try {
    return fatal.decode(bytes);
  } catch {
    if (policy === 'FAIL') throw new BadText(`bytes that are no ${name}`);
  }
  const text = loose.decode(bytes);
  return policy === 'REPLACE' ? text : text.replaceAll(REPLACEMENT, '');
}

const utf8Strict = strict('utf-8');
const utf8Loose = lenient('utf-8');
const UTF_8: Charset = {
  name: 'UTF-8', unit: 1, bigEndian: true,
  decode: (bytes, policy = 'REPLACE') => byPolicy(bytes, policy, 'UTF-8', utf8Strict, utf8Loose),
  encode: (text) => Buffer.from(text.isWellFormed() ? text : loneToQuestion(text)),
};

/** A surrogate without its other half, which no set can hold. */
function loneToQuestion(text: string): string {
  return text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '?');
}

const LATIN_1: Charset = {
  name: 'ISO-8859-1', unit: 1, bigEndian: true,
  decode: (bytes) => bytes.toString('latin1'),
  encode: (text) => Buffer.from(text.replace(/[^\0-\xff]/gu, '?'), 'latin1'),
};

const ASCII: Charset = {
  name: 'US-ASCII', unit: 1, bigEndian: true,
  decode: (bytes, policy = 'REPLACE') => {
    const text = bytes.toString('latin1');
    if (!/[\x80-\xff]/.test(text)) return text;
    if (policy === 'FAIL') throw new BadText('bytes that are no US-ASCII');
    return text.replace(/[\x80-\xff]/g, policy === 'REPLACE' ? REPLACEMENT : '');
  },
  encode: (text) => Buffer.from(text.replace(/[^\0-\x7f]/gu, '?'), 'latin1'),
};

function utf16(bigEndian: boolean): Charset {
  const label = bigEndian ? 'utf-16be' : 'utf-16le';
  const fatal = strict(label);
  const loose = lenient(label);
  const name = label.toUpperCase();
  return {
    name, unit: 2, bigEndian,
    decode: (bytes, policy = 'REPLACE') => byPolicy(bytes, policy, name, fatal, loose),
    encode: (text) => {
      const bytes = Buffer.from(text, 'utf16le');
      return bigEndian ? bytes.swap16() : bytes;
    },
  };
}

const MARK = Buffer.from([0xfe, 0xff]);

const UTF_16: Charset = {
  name: 'UTF-16', unit: 2, bigEndian: true,
  decode: (bytes, policy) => byMark('utf-16', bytes, policy),
  encode: (text) => (text === '' ? Buffer.alloc(0) : Buffer.concat([MARK, utf16(true).encode(text)])),
};

function utf32(bigEndian: boolean): Charset {
  const name = bigEndian ? 'UTF-32BE' : 'UTF-32LE';
  return {
    name, unit: 4, bigEndian,
    decode: (bytes, policy = 'REPLACE') => {
      let text = '';
      for (let at = 0; at < bytes.length; at += 4) {
        const code = at + 4 > bytes.length ? -1 : bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
        if (code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)) text += String.fromCodePoint(code);
        else if (policy === 'FAIL') throw new BadText(`bytes that are no ${name}`);
        else if (policy === 'REPLACE') text += REPLACEMENT;
      }
      return text;
    },
    encode: (text) => {
      const codes = [...text];
      const bytes = Buffer.allocUnsafe(codes.length * 4);
      codes.forEach((char, i) => { const code = char.codePointAt(0) as number; if (bigEndian) bytes.writeUInt32BE(code, i * 4); else bytes.writeUInt32LE(code, i * 4); });
      return bytes;
    },
  };
}

// --- sets that the platform has tables of ----------------------------------------------------------------------------

/** Decoded by the platform; encoded by a table that is turned round when it is first wanted. */
function tableCharset(name: string, label: string): Charset {
  const fatal = strict(label);
  const loose = lenient(label);
  let table: ReadonlyMap<string, Buffer> | null = null;
  return {
    name, unit: 1, bigEndian: true,
    decode: (bytes, policy = 'REPLACE') => byPolicy(bytes, policy, name, fatal, loose),
    encode: (text) => {
      table ??= turnedRound(fatal);
      const parts: Buffer[] = [];
      for (const char of text) parts.push(table.get(char) ?? (label === 'gb18030' ? fourBytes(char, fatal) : QUESTION));
      return Buffer.concat(parts);
    },
  };
}

const QUESTION = Buffer.from('?');

/** What GB18030 has in four bytes: digits to the bases 10, 126, 10 from 0x81308130 on, beyond the first plane from 0x90308130 on. */
function fourBytes(char: string, decoder: TextDecoder): Buffer {
  const code = char.codePointAt(0) as number;
  const bytesOf = (index: number, first: number): Buffer => Buffer.from([first + Math.floor(index / 12_600), 0x30 + (Math.floor(index / 1260) % 10), 0x81 + (Math.floor(index / 10) % 126), 0x30 + (index % 10)]);
  if (code >= 0x10000) return bytesOf(code - 0x10000, 0x90);
  // within the first plane they stand in the order of their codes
  for (let low = 0, high = 39_419; low <= high;) {
    const middle = (low + high) >>> 1;
    const bytes = bytesOf(middle, 0x81);
    const found = decoder.decode(bytes).codePointAt(0) as number;
    if (found === code) return bytes;
    if (found < code) low = middle + 1;
    else high = middle - 1;
  }
  return QUESTION;
}

/** What every one and two bytes stand for, and the three of EUC-JP: the sets in use have no more for the characters that occur. */
function turnedRound(decoder: TextDecoder): ReadonlyMap<string, Buffer> {
  const table = new Map<string, Buffer>();
  const learn = (bytes: Buffer): boolean => {
    try {
      const text = decoder.decode(bytes);
      const known = table.get(text);
      // a character of one byte beyond ASCII and of two is written with two
      if ([...text].length === 1 && (!known || (known.length === 1 && bytes.length === 2 && (known[0] as number) >= 0x80))) table.set(text, bytes);
      return true;
    } catch {
      return false;
    }
  };
  for (let first = 0; first < 256; first++) {
    const single = learn(Buffer.from([first]));
    for (let second = 0; second < 256 && !single; second++) learn(Buffer.from([first, second]));
  }
  if (decoder.encoding === 'euc-jp') for (let second = 0xa1; second < 0xff; second++) for (let third = 0xa1; third < 0xff; third++) learn(Buffer.from([0x8f, second, third]));
  return table;
}
