// Java's properties files.
import { describe, expect, it } from 'vitest';
import { parseProperties } from '../../../../main/lib/java-properties.ts';

const pairs = (text: string | Buffer): [string, string, number][] => parseProperties(Buffer.from(text)).properties.map(({ key, value, line }) => [key, value, line]);

describe('properties', () => {
  it('C1 a key ends at =, : or a blank; comments and empty lines count for line numbers only', () => {
    expect(pairs('# comment\n! too\n\na=1\nb: 2\n c   3\nd\n\te\t=\t4 \r\nf=x=y')).toEqual([['a', '1', 4], ['b', '2', 5], ['c', '3', 6], ['d', '', 7], ['e', '4', 8], ['f', 'x=y', 9]]);
  });

  it('C1 an odd number of backslashes continues a line, without the blanks that follow', () => {
    expect(pairs('a=one,\\\n   two,\\\n\tthree\nb=c:\\\\\nc=3\nd=end\\')).toEqual([['a', 'one,two,three', 1], ['b', 'c:\\', 4], ['c', '3', 5], ['d', 'end', 6]]);
    expect(pairs('# comment\\\na=1')).toEqual([['a', '1', 2]]);
  });

  it('C1 escapes: letters, unicode, separators in keys; an unknown one loses its backslash, and that is told', () => {
    expect(pairs('a\\=b\\ c=1\\t2\\u0041\\:')).toEqual([['a=b c', '1\t2A:', 1]]);
    const [lost, kept] = parseProperties(Buffer.from('dataDir=C:\\zk\\data\nother=C:\\\\zk')).properties;
    expect(lost).toMatchObject({ value: 'C:zkdata', lostBackslash: true });
    expect(kept).toMatchObject({ value: 'C:\\zk', lostBackslash: false });
  });

  it('C1 a broken unicode escape is named with its line, the rest is read', () => {
    expect(parseProperties(Buffer.from('a=1\nb=\\u12x4\nc=3'))).toMatchObject({ properties: [{ key: 'a' }, { key: 'c' }], broken: [{ line: 2 }] });
  });

  it('C1 UTF-8 where it is well formed, else Latin-1', () => {
    expect(pairs('dataDir=/日本')).toEqual([['dataDir', '/日本', 1]]);
    expect(pairs(Buffer.from([0x61, 0x3d, 0xe9]))).toEqual([['a', 'é', 1]]);
  });
});
