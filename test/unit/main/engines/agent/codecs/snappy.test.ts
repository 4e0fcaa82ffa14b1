import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { BadSnappy, snappyCompress, snappyDecompress } from '../../../../../../main/engines/agent/codecs/snappy.ts';

const LIMIT = 10_000_000;

describe('I11 snappy', () => {
  test.each([
    ['nothing', Buffer.alloc(0)], ['a few bytes', Buffer.from('abc')], ['repeats', Buffer.from('abcdefgh'.repeat(1000))], ['one byte', Buffer.alloc(200_000, 'x')], ['noise', randomBytes(150_000)],
    ['text', Buffer.from(Array.from({ length: 20_000 }, (_, i) => `line ${i % 97} of ${i}\n`).join(''))],
  ])('%s comes back', (_, data) => {
    const packed = snappyCompress(data);
    expect(snappyDecompress(packed, LIMIT).equals(data)).toBe(true);
  });
  test('what repeats becomes small', () => { expect(snappyCompress(Buffer.from('abcdefgh'.repeat(1000))).length).toBeLessThan(500); });
  test('every kind of element is read', () => {
    // literal "abcd", copy of 4 from 4 back by one byte, of 5 from 8 by two, of 3 from 1 by four (overlapping)
    expect(String(snappyDecompress(Buffer.from([16, 3 << 2, 0x61, 0x62, 0x63, 0x64, 1, 4, (4 << 2) | 2, 8, 0, (2 << 2) | 3, 1, 0, 0, 0]), LIMIT))).toBe('abcdabcdabcdaaaa');
    const long = Buffer.alloc(100, 'z');
    expect(snappyDecompress(Buffer.concat([Buffer.from([100, 60 << 2, 99]), long]), LIMIT).equals(long)).toBe(true);
  });
  test.each([
    ['cut short', [16, 3 << 2, 0x61]], ['a copy from before the beginning', [8, 3 << 2, 0x61, 0x62, 0x63, 0x64, 1, 9]], ['a copy of nothing', [8, 3 << 2, 0x61, 0x62, 0x63, 0x64, 1, 0]],
    ['more than announced', [2, 3 << 2, 0x61, 0x62, 0x63, 0x64]], ['less than announced', [9, 3 << 2, 0x61, 0x62, 0x63, 0x64]], ['a size that cannot be', [0xff, 0xff, 0xff, 0xff, 0x0f, 0]], ['a size without end', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]], ['no size', []],
  ])('%s is refused', (_, bytes) => { expect(() => snappyDecompress(Buffer.from(bytes), LIMIT)).toThrow(BadSnappy); });
});
