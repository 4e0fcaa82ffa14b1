// How one property is written: the raw parts of its lines, and the escapes of java.util.Properties.
import { unicodeEscape } from './document.ts';

export interface RawParts {
  readonly indent: string;
  readonly key: string;
  /** Blanks and the = or : between. */
  readonly between: string;
  /** Of the first line, with the backslash that continues it. */
  readonly rest: string;
}

const PARTS = /^([ \t\f]*)((?:\\.|[^\\=: \t\f])*)([ \t\f]*[=:]?[ \t\f]*)(.*)$/s;

/** The first line of a property, without its end. */
export function splitLine(line: string): RawParts {
  const [, indent = '', key = '', between = '', rest = ''] = PARTS.exec(line) ?? [];
  return { indent, key, between, rest };
}

const LETTERS: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\f': '\\f', '\\': '\\\\' };

/** @param plain characters beyond ASCII stay as they are. */
export function escapeKey(key: string, plain: boolean): string {
  return escape(key, plain).replace(/[ =:]/g, '\\$&').replace(/^[#!]/, '\\$&');
}

export function escapeValue(value: string, plain: boolean): string {
  return escape(value, plain).replace(/^ /, '\\ ');
}

function escape(text: string, plain: boolean): string {
   
  const escaped = text.replace(/[\t\n\r\f\\]/g, (char) => LETTERS[char] as string).replace(/[\u0000-\u001f\u007f]/g, unicodeEscape);
  // half a surrogate pair cannot stand in UTF-8
  return plain ? escaped.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, unicodeEscape) : escaped.replace(/[^\u0000-\u007f]/g, unicodeEscape);
}

export const writeProperty = (key: string, value: string, plain: boolean): string => `${escapeKey(key, plain)} = ${escapeValue(value, plain)}`;
