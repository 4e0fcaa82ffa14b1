// Several files read and merged in their order, as Properties.load does one after the other: a later property of the same key takes the place of the earlier.
import { isUtf8 } from '../../../../lib/bytes.ts';
import { parseProperties } from '../../../../lib/java-properties.ts';
import type { Entry } from '../entry.ts';
import { Fixes } from '../lint/fixes.ts';
import type { Lints } from '../lint/lints.ts';
import { openDocument, type Encoding, type TextDocument } from './document.ts';

export interface ConfigFile {
  /** Path or URI, as it is shown. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Flume reads it as UTF-8 too: a znode. */
  readonly utf8?: boolean;
}

export interface Read {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly documents: ReadonlyMap<string, TextDocument>;
  /** A broken escape: Java reads nothing at all then. */
  readonly refused: boolean;
}

const SECRET = /pass|secret|token/i;

export function readFiles(files: readonly ConfigFile[], lints: Lints): Read {
  const documents = new Map<string, TextDocument>();
  const entries = new Map<string, Entry>();
  let refused = false;
  for (const { name, bytes, utf8 = false } of files) {
    const encoding: Encoding = utf8 || lints.mode === 'helpful' && isUtf8(bytes) ? 'utf8' : 'latin1';
    const document = openDocument(name, bytes, encoding);
    documents.set(name, document);
    const fixes = new Fixes(documents);
    const parsed = parseProperties(bytes, encoding);
    if (document.mark || bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) lints.add('BYTE_ORDER_MARK', { file: name, line: 1 }, {}, {});
    for (const { line, text } of parsed.broken) {
      lints.add('ESCAPE_BROKEN', { file: name, line }, {}, { text: text.slice(0, 200) });
      refused ||= lints.mode === 'strict';
    }
    for (const { key, value, line, lastLine, lostBackslash } of parsed.properties) {
      const entry: Entry = { key, local: key, value, written: value, file: name, line, lastLine };
      if (lostBackslash) lints.add('BACKSLASH_LOST', entry, {}, { key, value: SECRET.test(key) ? '***' : value });
      // the escapes may stand for any character; only what is written as it is gets mangled
      if (encoding === 'utf8' && !utf8 && document.lines.slice(line - 1, lastLine).some((text) => /[^\u0000-\u007f]/.test(text))) lints.add('NOT_LATIN1', entry, {}, { key }, fixes.toAscii(entry));  
      const before = entries.get(key);
      if (before) {
        if (before.file === name) lints.add('KEY_TWICE', before, {}, { key, line, file: name }, fixes.remove(before));
        else lints.add('KEY_OVERRIDDEN', before, {}, { key, line, file: name });
        entries.delete(key);
      }
      entries.set(key, entry);
    }
  }
  return { entries, documents, refused };
}
