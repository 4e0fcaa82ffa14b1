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

/** Whether new text may be written beyond ASCII: only where the file has such characters itself, so that a Java reader is not misled. */
export function writesPlain(document: TextDocument): boolean {
  const known = plain.get(document) ?? (document.encoding === 'utf8' && document.lines.some((line) => /[^\u0000-\u007f]/.test(line)));
  plain.set(document, known);
  return known;
}

const plain = new WeakMap<TextDocument, boolean>();

/** The line without its end. */
export const bare = (line: string): string => line.replace(/(\r\n|\n|\r)$/, '');

export const unicodeEscape = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** The end of the first line, for lines that are added. */
export function lineEnd(document: TextDocument): string {
  return /(\r\n|\n|\r)$/.exec(document.lines[0] ?? '')?.[0] ?? '\n';
}

/** Edits do not overlap; several that add before one line add in their order. Those of other files are left out. */
export function applyEdits(document: TextDocument, edits: readonly TextEdit[]): TextDocument {
  const end = lineEnd(document);
  const lines = [...document.lines];
  const own = edits.filter(({ file }) => file === document.name);
  for (const line of [...new Set(own.map((edit) => edit.line))].sort((a, b) => b - a)) {
    const here = own.filter((edit) => edit.line === line);
    const added = [...here.filter(({ count }) => count === 0), ...here.filter(({ count }) => count > 0)].flatMap((edit) => edit.lines);
    replaceLines(lines, Math.min(line - 1, lines.length), here.reduce((most, { count }) => Math.max(most, count), 0), added, end);
  }
  return { ...document, lines };
}

/** A last line that had no end has none afterwards. */
function replaceLines(lines: string[], at: number, count: number, added: readonly string[], end: string): void {
  const open = at + count >= lines.length && lines.length > 0 && bare(lines.at(-1) as string) === lines.at(-1);
  if (open && added.length > 0) lines[lines.length - 1] += end;
  lines.splice(at, count, ...added.map((line) => line + end));
  if (open && lines.length > 0) lines[lines.length - 1] = bare(lines.at(-1) as string);
}
