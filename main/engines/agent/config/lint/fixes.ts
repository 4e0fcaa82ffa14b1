// Edits that mend one thing: a key that is renamed, a value that is set, a line that is added or taken out.
import type { TextEdit } from '../../../../../preload/contract/agent/lints.ts';
import type { Entry } from '../entry.ts';
import { bare, unicodeEscape, writesPlain, type TextDocument } from '../text/document.ts';
import { escapeKey, escapeValue, splitLine, writeProperty } from '../text/property-line.ts';

/** Where the word stands alone among blanks, or -1. */
function spotOf(text: string, word: string): number {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (/(^|[ \t])$/.test(text.slice(0, at)) && /^([ \t]|\\?$)/.test(text.slice(at + word.length))) return at;
  }
  return -1;
}

type At = Pick<Entry, 'file' | 'line' | 'lastLine'>;

export class Fixes {
  private readonly documents: ReadonlyMap<string, TextDocument>;

  constructor(documents: ReadonlyMap<string, TextDocument>) {
    this.documents = documents;
  }

  /** The value and how it is laid out stay. */
  renameKey(entry: At, key: string): TextEdit[] {
    return this.first(entry, (document, first) => {
      const { indent, between, rest } = splitLine(first);
      return [{ file: document.name, line: entry.line, count: 1, lines: [indent + escapeKey(key, writesPlain(document)) + between + rest] }];
    });
  }

  setValue(entry: At, value: string): TextEdit[] {
    return this.first(entry, (document, first) => {
      const { indent, key, between } = splitLine(first);
      const sign = /[=:]/.test(between) || between !== '' && !/^[=:]/.test(value) ? between : ' = ';
      return [{ file: document.name, line: entry.line, count: entry.lastLine - entry.line + 1, lines: [indent + key + sign + escapeValue(value, writesPlain(document))] }];
    });
  }

  /** One more word in a list that may go over several lines. */
  addWord(entry: At, word: string): TextEdit[] {
    return this.first(entry, (document) => {
      const last = bare(document.lines[entry.lastLine - 1] ?? '');
      const plain = writesPlain(document);
      return [{ file: document.name, line: entry.lastLine, count: 1, lines: [`${last.replace(/\s+$/, '')} ${escapeValue(word, plain)}`] }];
    });
  }

  /** Takes a word out of a list, which otherwise stays as it is laid out; nothing where the word is not to be found as it is. */
  removeWord(entry: At, word: string): TextEdit[] {
    return this.first(entry, (document) => {
      const lines = document.lines.slice(entry.line - 1, entry.lastLine).map(bare);
      const head = lines[0] as string;
      const start = head.length - splitLine(head).rest.length;
      const at = lines.findIndex((line, i) => spotOf(i === 0 ? line.slice(start) : line, word) !== -1);
      if (at === -1) return [];
      const line = lines[at] as string;
      const from = at === 0 ? start : 0;
      const spot = from + spotOf(line.slice(from), word);
      const rest = line.slice(spot + word.length).replace(/^[ \t]+/, '');
      const kept = line.slice(0, spot);
      return [{ file: document.name, line: entry.line + at, count: 1, lines: [(rest === '' && at !== 0 ? kept.replace(/[ \t]+$/, '') : kept) + rest] }];
    });
  }

  remove(entry: At): TextEdit[] {
    return this.first(entry, (document) => [{ file: document.name, line: entry.line, count: entry.lastLine - entry.line + 1, lines: [] }]);
  }

  /** A new property in the line after `entry`. */
  addAfter(entry: At, key: string, value: string): TextEdit[] {
    return this.first(entry, (document) => [{ file: document.name, line: entry.lastLine + 1, count: 0, lines: [writeProperty(key, value, writesPlain(document))] }]);
  }

  /** At the end of the file. */
  append(file: string, key: string, value: string): TextEdit[] {
    const document = this.documents.get(file);
    return document ? [{ file, line: document.lines.length + 1, count: 0, lines: [writeProperty(key, value, writesPlain(document))] }] : [];
  }

  /** What is beyond ASCII in these lines as \uXXXX. */
  toAscii(entry: At): TextEdit[] {
    return this.first(entry, (document) => {
      const lines = document.lines.slice(entry.line - 1, entry.lastLine).map((line) => bare(line).replace(/[^\u0000-\u007f]/g, unicodeEscape));  
      return [{ file: document.name, line: entry.line, count: lines.length, lines }];
    });
  }

  private first(entry: At, edit: (document: TextDocument, line: string) => TextEdit[]): TextEdit[] {
    const document = this.documents.get(entry.file);
    const line = document?.lines[entry.line - 1];
    return document && line !== undefined ? edit(document, bare(line)) : [];
  }
}
