// A configuration as a text that is changed by lines: comments, order, blank lines, continued lines, line ends and encoding stay. Not its meaning: see grammar.ts.
import type { TextEdit } from '../../../../../preload/contract/agent/lints.ts';
import { asBuffer, isUtf8 } from '../../../../lib/bytes.ts';

export type Encoding = 'utf8' | 'latin1';

export interface TextDocument {
  readonly name: string;
  readonly encoding: Encoding;
  /** A byte order mark stood before the first line. */
  readonly mark: boolean;
  /** With their ends; numbered as parseProperties does. */
  readonly lines: readonly string[];
}

const MARK = '\uFEFF';

/** @param encoding UTF-8 where the bytes are well formed, unless it is given. */
export function openDocument(name: string, bytes: Uint8Array, encoding: Encoding = isUtf8(bytes) ? 'utf8' : 'latin1'): TextDocument {
  const text = asBuffer(bytes).toString(encoding);
  return { name, encoding, mark: text.startsWith(MARK), lines: linesOf(text.startsWith(MARK) ? text.slice(1) : text) };
}

/** The bytes that `openDocument` read, where nothing was changed. Characters that Latin-1 has not are written as \uXXXX. */
export function documentBytes(document: TextDocument): Buffer {
  const text = (document.mark ? MARK : '') + document.lines.join('');
  return document.encoding === 'utf8' ? Buffer.from(text, 'utf8') : Buffer.from(text.replace(/[^\u0000-\u00ff]/g, unicodeEscape), 'latin1');
}

export function linesOf(text: string): string[] {
  return text === '' ? [] : text.split(/(?<=\r\n|\n|\r(?!\n))/);
}

/** The line without its end. */
export const bare = (line: string): string => line.replace(/(\r\n|\n|\r)$/, '');

export const unicodeEscape = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** The end of the first line, for lines that are added. */
export function lineEnd(document: TextDocument): string {
  return /(\r\n|\n|\r)$/.exec(document.lines[0] ?? '')?.[0] ?? '\n';
}

/** Edits do not overlap; those of other files are left out. */
export function applyEdits(document: TextDocument, edits: readonly TextEdit[]): TextDocument {
  const end = lineEnd(document);
  const lines = [...document.lines];
  for (const edit of edits.filter(({ file }) => file === document.name).sort((a, b) => b.line - a.line || b.count - a.count)) {
    const at = Math.min(edit.line - 1, lines.length);
    const taken = lines.slice(at, at + edit.count);
    if (at === lines.length && at > 0) lines[at - 1] = closed(lines[at - 1] as string, end);
    const added = edit.lines.map((line) => line + end);
    // the last line of a file that did not end keeps its open end
    const last = taken.at(-1);
    if (last !== undefined && bare(last) === last && added.length > 0) added[added.length - 1] = edit.lines.at(-1) as string;
    lines.splice(at, edit.count, ...added);
  }
  return { ...document, lines };
}

const closed = (line: string, end: string): string => (bare(line) === line ? line + end : line);
