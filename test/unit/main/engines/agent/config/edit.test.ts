// Two-way edit: the text after a change means what was asked for, and whatever was not named is there as it was.
import { describe, expect, test } from 'vitest';
import { changeDocument, changeText, mendText } from '../../../../../../main/engines/agent/config/edit.ts';
import { documentBytes, openDocument } from '../../../../../../main/engines/agent/config/text/document.ts';
import { parseProperties } from '../../../../../../main/lib/java-properties.ts';

const TEXT = `# the agent
a1.sources = r1
a1.channels = c1 \\
    c2
a1.sinks = k1

# lines
a1.sources.r1.type : netcat
a1.sources.r1.port   44444
  a1.sources.r1.channels=c1

! the channel
a1.channels.c1.type = memory
a1.sinks.k1.type = logger`;

describe('C7 a changed text keeps what was not changed', () => {
  test('C7 a value is set where it stands, with its own separator and indent', () => {
    expect(changeText(TEXT, [{ key: 'a1.sources.r1.port', value: '5' }, { key: 'a1.sources.r1.channels', value: 'c1 c2' }, { key: 'a1.sources.r1.type', value: 'avro' }]))
      .toBe(TEXT.replace('port   44444', 'port   5').replace('channels=c1\n', 'channels=c1 c2\n').replace(': netcat', ': avro'));
  });

  test('C7 a new property stands with its component, a new component after its neighbours, a new list with the lists', () => {
    const text = changeText(TEXT, [{ key: 'a1.sources.r1.bind', value: '0.0.0.0' }, { key: 'a1.sinks', value: 'k1 k2' }, { key: 'a1.sinks.k2.type', value: 'null' }, { key: 'a1.sinks.k2.channel', value: 'c1' }, { key: 'a1.sinkgroups', value: 'g1' }]);
    expect(text).toBe(TEXT.replace('a1.sinks = k1\n', 'a1.sinks = k1 k2\na1.sinkgroups = g1\n').replace('channels=c1\n', 'channels=c1\na1.sources.r1.bind = 0.0.0.0\n').concat('\n\na1.sinks.k2.type = null\na1.sinks.k2.channel = c1'));
  });

  test('C7 a continued list gains and loses words in its own lines', () => {
    expect(changeText(TEXT, [{ key: 'a1.channels', value: 'c1 c2 c3' }])).toBe(TEXT.replace('    c2\n', '    c2 c3\n'));
    expect(changeText(TEXT, [{ key: 'a1.channels', value: 'c2' }])).toBe(TEXT.replace('= c1 \\', '= \\'));
    expect(changeText(TEXT, [{ key: 'a1.channels', value: 'c9 c8' }])).toBe(TEXT.replace('= c1 \\\n    c2', '= c9 c8'));
  });

  test('C7 a component that is renamed keeps its place and its comments', () => {
    const changes = ['type', 'port', 'channels'].flatMap((key) => [{ key: `a1.sources.r1.${key}`, value: null }, { key: `a1.sources.in.${key}`, value: { type: 'netcat', port: '44444', channels: 'c1' }[key] as string }]);
    expect(changeText(TEXT, [{ key: 'a1.sources', value: 'in' }, ...changes])).toBe(TEXT.replaceAll('sources.r1.', 'sources.in.').replace('sources = r1', 'sources = in'));
  });

  test('C7 all lines of a key go when it is taken out; the last line keeps having no end', () => {
    expect(changeText('a=1\n# c\na=2\nb=3', [{ key: 'a', value: null }])).toBe('# c\nb=3');
    expect(changeText('a=1\r\nb=2', [{ key: 'b', value: null }])).toBe('a=1');
    expect(changeText('a=1\r\nb=2', [{ key: 'c', value: '3' }])).toBe('a=1\r\nb=2\r\nc = 3');
    expect(changeText('', [{ key: 'a1.sources', value: 'r1' }])).toBe('a1.sources = r1\n');
  });

  test('C7 characters beyond ASCII: as the file has them, else as \\uXXXX; a Latin-1 file stays one', () => {
    expect(changeText('a=1\n', [{ key: 'a', value: '日本' }])).toBe('a=\\u65e5\\u672c\n');
    expect(changeText('# 说明\na=1\n', [{ key: 'a', value: '日本' }])).toBe('# 说明\na=日本\n');
    const latin = openDocument('x', Buffer.from('# caf\xe9\na=1\n', 'latin1'));
    expect(latin.encoding).toBe('latin1');
    expect(documentBytes(changeDocument(latin, [{ key: 'a', value: 'é日' }])).toString('latin1')).toBe('# caf\xe9\na=\\u00e9\\u65e5\n');
  });

  test('C7 the fix of a lint is applied to the text', () => {
    expect(mendText('a\nb\nc\n', { file: 'x', fix: [{ file: 'x', line: 2, count: 1, lines: ['B', 'B2'] }, { file: 'x', line: 4, count: 0, lines: ['d'] }, { file: 'y', line: 1, count: 1, lines: [] }] })).toBe('a\nB\nB2\nc\nd\n');
  });
});

describe('C7 at random', () => {
  /** mulberry32 */
  const random = (seed: number) => () => { seed = (seed + 0x6d2b79f5) | 0; let t = Math.imul(seed ^ (seed >>> 15), 1 | seed); t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t; return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32; };
  const trim = (text: string): string => text.replace(/^[\u0000-\u0020]+|[\u0000-\u0020]+$/g, '');

  test('C7 500 random texts and changes: the new text means what was asked for, comments stay, and no change is no byte', () => {
    for (let seed = 1; seed <= 500; seed++) {
      const next = random(seed);
      const pick = <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)] as T;
      const chars = ['a', 'b', '.', '1', ' ', '=', ':', '#', '!', '\\', '\t', 'é', '日', '𝄞', '\u0000', '"', '\u00a0', '\f', '\n'];
      const word = (most: number): string => Array.from({ length: Math.floor(next() * most) }, () => pick(chars)).join('');
      const keys = Array.from({ length: 5 }, () => trim(`a${word(6)}z`));
      const end = pick(['\n', '\r\n', '\r']);
      const lines = Array.from({ length: Math.floor(next() * 12) }, () => pick([
        () => `# ${pick(['x', 'y\\', 'é'])}`, () => '', () => '   ', () => `${pick(['', ' ', '\t'])}${pick(keys).replace(/[\\ =:\t\n\f#!\u0000]/g, (c) => (c === '\n' ? '\\n' : c === '\u0000' ? '\\u0000' : `\\${c}`))}${pick(['=', ' = ', ':', ' ', ''])}${pick(['v', 'v1 \\' + end + '   v2', '', 'x\\ty', 'c:\\\\d', '日本'])}`,
      ])());
      const text = lines.join(end) + pick(['', end]);
      const document = openDocument('x', Buffer.from(text), 'utf8');
      expect(documentBytes(changeDocument(document, [])).toString(), `seed ${seed}`).toBe(text);
      const meaning = (of: string): Map<string, string> => new Map(parseProperties(Buffer.from(of), 'utf8').properties.map(({ key, value }) => [key, value]));
      const expected = meaning(text);
      const changes = Array.from({ length: 1 + Math.floor(next() * 3) }, () => ({ key: pick(keys), value: next() < 0.3 ? null : word(8) }));
      for (const { key, value } of changes) if (value === null) expected.delete(key); else expected.set(key, trim(value));
      const changed = changeText(text, changes);
      expect(Object.fromEntries(meaning(changed)), `seed ${seed}: ${JSON.stringify({ text, changes, changed })}`).toEqual(Object.fromEntries(expected));
      expect(changed.split(/\r\n|\n|\r/).filter((line) => line.startsWith('# '))).toEqual(text.split(/\r\n|\n|\r/).filter((line, i, all) => line.startsWith('# ') && !(all[i - 1] ?? '').match(/^[^#].*[^\\]\\$/)));
    }
  });
});
