import { expect, test } from 'vitest';
import { BEGINNING, type DeserializerOptions, type Place } from '../../../../../../main/engines/agent/deserializers/deserializer.ts';
import { newDeserializer } from '../../../../../../main/engines/agent/deserializers/make-deserializer.ts';
import { testBytes } from '../../../../../support/agent/bytes.ts';
import { properties } from '../../../../../support/agent/probe.ts';

const options = (change: Partial<DeserializerOptions> = {}): DeserializerOptions => ({ file: 'f', place: BEGINNING, charset: 'UTF-8', onBadText: 'FAIL', openEnd: 'event', ...change });
const lines = (values: Record<string, string | number> = {}, notes: string[] = []) => newDeserializer('a1.sources.r1', 'line', properties(values), (text) => { notes.push(text); });

async function all(bytes: Buffer | string, values: Record<string, string | number> = {}, change: Partial<DeserializerOptions> = {}, atOnce?: number): Promise<string[]> {
  const reader = await lines(values)(testBytes(bytes, atOnce), options(change));
  const bodies: string[] = [];
  for (let events = await reader.read(3); events.length > 0; events = await reader.read(3)) bodies.push(...events.map((event) => event.body.toString()));
  return bodies;
}

test('I1 a line is an event; carriage returns stay, empty lines count, the last line needs no end', async () => {
  expect(await all('one\ntwo\r\n\nlast')).toEqual(['one', 'two\r', '', 'last']);
  expect(await all('')).toEqual([]);
});

test('I1 a growing file gives its last line once it has an end', async () => {
  const file = testBytes('one\ntw');
  const reader = await lines()(file, options({ openEnd: 'wait' }));
  expect((await reader.read(10)).map(String).length).toBe(1);
  expect(reader.place).toEqual({ position: 4, skip: 0 });
  file.bytes = Buffer.from('one\ntwo\n');
  expect((await reader.read(10)).map((event) => event.body.toString())).toEqual(['two']);
});

test('I2 a line longer than maxLineLength becomes several events, one of just that length an empty one more', async () => {
  const notes: string[] = [];
  const reader = await lines({ maxLineLength: 4 }, notes)(testBytes('abcdefghij\nabcd\nabc\n'), options());
  expect((await reader.read(100)).map((event) => event.body.toString())).toEqual(['abcd', 'efgh', 'ij', 'abcd', '', 'abc']);
  expect(notes[0]).toContain('f: a line of more than 4 characters');
});

test('I2 characters are counted, not bytes, and none is cut in two', async () => {
  expect(await all('äöüß€\n', { maxLineLength: 3 })).toEqual(['äöü', 'ß€']);
  expect(await all('a😀b\n', { maxLineLength: 2 })).toEqual(['a😀', 'b']);
  expect(await all('中文字符\n', { maxLineLength: 3 }, { charset: 'GBK' }, 1)).not.toContain('?');
});

test('I3 reading goes on at a place, wherever reads of the file end', async () => {
  const text = Array.from({ length: 50 }, (_, i) => `line ${i} ${'é'.repeat(i)}`).join('\n');
  for (const atOnce of [1, 7, 1000]) {
    const file = testBytes(text, atOnce);
    const bodies: string[] = [];
    let place: Place = BEGINNING;
    for (;;) {
      const reader = await lines()(file, options({ place }));
      const events = await reader.read(3);
      if (events.length === 0) break;
      bodies.push(...events.map((event) => event.body.toString()));
      ({ place } = reader);
    }
    expect(bodies.join('\n')).toBe(text);
  }
});

test('I4 sets of characters are Java\'s, in and out', async () => {
  expect(await all(Buffer.from([0xe4, 0x80, 0x0a]), {}, { charset: 'ISO-8859-1' })).toEqual(['ä\u0080']);
  expect(await all(Buffer.from('\uFEFFzwei\nZeilen\n', 'utf16le'), {}, { charset: 'UTF-16' })).toEqual(['zwei', 'Zeilen']);
  expect(await all(Buffer.from('zw\u0a00ei\nx', 'utf16le'), {}, { charset: 'UTF-16LE' })).toEqual(['zw\u0a00ei', 'x']);
  expect(await all(Buffer.from([0xd6, 0xd0, 0xce, 0xc4, 0x0a]), {}, { charset: 'GBK' })).toEqual(['中文']);
  const reader = await lines({ outputCharset: 'Shift_JIS' })(testBytes('日本\n'), options());
  expect((await reader.read(1))[0]?.body).toEqual(Buffer.from([0x93, 0xfa, 0x96, 0x7b]));
  await expect(all('x', {}, { charset: 'klingon' })).rejects.toMatchObject({ code: 'AGENT_KEY', params: { key: 'inputCharset' } });
});

test('I5 bytes that are no text stop the reader before them, are replaced or left out', async () => {
  const bytes = Buffer.from([0x61, 0x0a, 0x62, 0xff, 0x0a]);
  const reader = await lines()(testBytes(bytes), options());
  expect(await reader.read(1)).toHaveLength(1);
  await expect(reader.read(1)).rejects.toMatchObject({ code: 'AGENT_DECODE', params: { file: 'f', position: 2 } });
  expect(reader.place.position).toBe(2);
  expect(await all(bytes, {}, { onBadText: 'REPLACE' })).toEqual(['a', 'b\uFFFD']);
  expect(await all(bytes, {}, { onBadText: 'IGNORE' })).toEqual(['a', 'b']);
});

test('I6 a file without any line end is read in bounded memory', async () => {
  let most = 0;
  const size = 20_000_000;
  const source = { read: async (position: number, want: number) => { most = Math.max(most, want); return Buffer.alloc(Math.max(0, Math.min(want, size - position)), 'x'); } };
  const reader = await lines()(source, options());
  let count = 0;
  for (let events = await reader.read(100); events.length > 0; events = await reader.read(100)) count += events.length;
  expect(count).toBe(Math.ceil(size / 2048));
  expect(most).toBeLessThan(1_000_000);
});
