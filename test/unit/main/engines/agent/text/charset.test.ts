import { expect, test } from 'vitest';
import { BadText, charsetOf, type Charset } from '../../../../../../main/engines/agent/text/charset.ts';

const set = (name: string): Charset => charsetOf(name) as Charset;

test.each([
  ['UTF-8', 'grüße 漢字 😀'], ['utf8', 'ß'], ['ISO-8859-1', 'grüße \u0080'], ['latin1', 'ÿ'], ['US-ASCII', 'plain'], ['UTF-16', 'ö😀'], ['UTF-16LE', 'ö😀'], ['UTF-16BE', 'ö'], ['UTF-32', 'ö😀'], ['UTF-32LE', '漢'],
  ['GBK', '中文，abc'], ['GB18030', '中文 한국어 ö\u0080 😀'], ['Shift_JIS', '日本語カナ'], ['EUC-JP', '日本'], ['EUC-KR', '한국'], ['Big5', '中文'], ['windows-1252', '€ü'], ['Cp1251', 'Привет'], ['KOI8-R', 'Привет'], ['ISO-8859-15', '€'],
])('I4 %s comes back', (name, text) => {
  expect(set(name).decode(set(name).encode(text))).toBe(text);
});

test('I4 bytes are those of Java', () => {
  expect(set('UTF-16').encode('a')).toEqual(Buffer.from([0xfe, 0xff, 0, 0x61]));
  expect(set('UTF-16').encode('')).toHaveLength(0);
  expect(set('UTF-16').decode(Buffer.from([0xff, 0xfe, 0x61, 0]))).toBe('a');
  expect(set('UTF-16').decode(Buffer.from([0, 0x61]))).toBe('a');
  expect(set('UTF-32').encode('a')).toEqual(Buffer.from([0, 0, 0, 0x61]));
  expect(set('ISO-8859-1').decode(Buffer.from([0x80]))).toBe('\u0080');
  expect(set('windows-1252').decode(Buffer.from([0x80]))).toBe('€');
  expect(set('UTF-8').decode(Buffer.from('\uFEFFa'))).toBe('\uFEFFa');
});

test('I4 what a set does not have becomes a question mark', () => {
  expect([set('ISO-8859-1').encode('€ü'), set('US-ASCII').encode('ü'), set('GBK').encode('한'), set('UTF-8').encode('\ud800x')].map(String)).toEqual(['?\ufffd', '?', '?', '?x']);
});

test('I5 what is no text fails, is replaced or left out', () => {
  for (const [name, bytes] of [['UTF-8', [0x61, 0xff, 0x62]], ['US-ASCII', [0x61, 0x80, 0x62]], ['Shift_JIS', [0x61, 0xfd, 0x62]], ['UTF-32', [0, 0, 0, 0x61, 0, 0x11, 0, 0, 0, 0, 0, 0x62]]] as const) {
    expect(() => set(name).decode(Buffer.from(bytes), 'FAIL'), name).toThrow(BadText);
    expect(set(name).decode(Buffer.from(bytes), 'REPLACE'), name).toBe('a\uFFFDb');
    expect(set(name).decode(Buffer.from(bytes), 'IGNORE'), name).toBe('ab');
  }
});

test('I4 a name that no set has is none', () => { expect(charsetOf('klingon')).toBeNull(); });
