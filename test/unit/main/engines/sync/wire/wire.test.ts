import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';
import { NDX, NdxReader, NdxWriter } from '../../../../../../main/engines/sync/wire/ndx.ts';
import { WireReader } from '../../../../../../main/engines/sync/wire/reader.ts';
import { readItem, readSumHead, readSums, writeItem, writeSumHead } from '../../../../../../main/engines/sync/wire/requests.ts';
import { TAG } from '../../../../../../main/engines/sync/wire/tags.ts';
import { WireWriter } from '../../../../../../main/engines/sync/wire/writer.ts';
import { bytesOf, frame, readerOf, writerTo } from './support.ts';

const VARINTS: readonly (readonly [number, string])[] = [
  [0, '00'], [127, '7f'], [128, '80 80'], [300, '81 2c'], [0x1ff, '81 ff'], [0x2001, 'a0 01'], [0x3fff, 'bf ff'],
  [0x4000, 'c0 00 40'], [65535, 'c0 ff ff'], [2 ** 28, 'f0 00 00 00 10'], [-1, 'f0 ff ff ff ff'], [0x7fffffff, 'f0 ff ff ff 7f'],
];
const VARLONGS: readonly (readonly [number, number, string])[] = [
  [5, 3, '00 05 00'], [1500, 3, '00 dc 05'], [2 ** 30, 3, 'c0 00 00 00 40'], [2 ** 24, 3, '81 00 00 00'], [1767323045, 4, '69 a5 35 57'],
];

async function problem(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (thrown) {
    if (thrown instanceof SluiceError) return `${thrown.code}: ${Object.values(thrown.params).join(' ')}`;
    throw thrown;
  }
  return 'none';
}

describe('W integers', () => {
  // 300 and 1500: the high part rides in the first byte, the rest follows low byte first
  it.each(VARINTS)('W1 varint %d', async (value, hex) => {
    const { writer, bytes } = writerTo();
    writer.varint(value);
    expect(bytes().toString('hex')).toBe(hex.replaceAll(' ', ''));
    const { reader } = readerOf(bytesOf(hex), 1);
    expect(await reader.atomically(() => reader.varint())).toBe(value);
  });

  it.each(VARLONGS)('W2 varlong %d, at least %d bytes', async (value, min, hex) => {
    const { writer, bytes } = writerTo();
    writer.varlong(value, min);
    expect(bytes().toString('hex')).toBe(hex.replaceAll(' ', ''));
    const { reader } = readerOf(bytesOf(hex), 1);
    expect(await reader.atomically(() => reader.varlong(min))).toBe(value);
  });

  it('W3 varints and varlongs of every length come back as they went', async () => {
    const values = [...Array(53).keys()].flatMap((bit) => [2 ** bit - 1, 2 ** bit, 2 ** bit + 1]).concat(Number.MAX_SAFE_INTEGER);
    const { writer, bytes } = writerTo();
    for (const value of values) {
      writer.varlong(value, 3);
      writer.varlong(value, 4);
      writer.varint(value | 0);
    }
    writer.varlong(-5, 4);
    const { reader } = readerOf(bytes(), 7);
    for (const value of values) {
      expect([await reader.atomically(() => reader.varlong(3)), await reader.atomically(() => reader.varlong(4)), await reader.atomically(() => reader.varint())]).toEqual([value, value, value | 0]);
    }
    expect(await reader.atomically(() => reader.varlong(4))).toBe(-5);
  });

  it('W4 over-long integers are refused, not truncated', async () => {
    const varint = readerOf(bytesOf('f8 00 00 00 00 00')).reader;
    expect(await problem(varint.atomically(() => varint.varint()))).toMatch(/^RSYNC_PROTOCOL: varint of/);
    const huge = readerOf(bytesOf('fc ff ff ff ff ff ff ff ff ff')).reader;
    expect(await problem(huge.atomically(() => huge.varlong(4)))).toMatch(/^RSYNC_PROTOCOL: varlong of/);
    const beyond = readerOf(bytesOf('fc ff ff ff ff ff ff ff 7f')).reader;
    expect(await problem(beyond.atomically(() => beyond.varlong(3)))).toMatch(/^RSYNC_PROTOCOL: number .* out of range/);
  });

  it.each([0, 1, 127, 128, 300, 1024])('W5 a vstring of %d bytes', async (length) => {
    const { writer, bytes } = writerTo();
    writer.vstring(Buffer.alloc(length, 'x'));
    const { reader } = readerOf(bytes(), 50);
    expect((await reader.atomically(() => reader.vstring(1024))).length).toBe(length);
    const small = readerOf(bytes()).reader;
    if (length > 127) expect(await problem(small.atomically(() => small.vstring(127)))).toMatch(/want at most 127/);
  });
});

describe('W file indexes', () => {
  it('W6 differences, jumps and negatives as rsync writes them', async () => {
    const indexes = [0, 1, 254, 255, 255, 600, 40_000, 39_999, 16_777_216, NDX.DONE, 16_777_217, 5, NDX.DONE];
    const { writer, bytes } = writerTo();
    const out = new NdxWriter();
    for (const ndx of indexes) out.write(writer, ndx);
    out.write(writer, -102);
    out.write(writer, NDX.FLIST_EOF);
    const wire = bytes();
    expect(wire.subarray(0, 7).toString('hex')).toBe('0101fd01fe0000'); // 0, 1, 254, 255, 255
    const { reader } = readerOf(wire, 1);
    const back = new NdxReader();
    for (const ndx of [...indexes, -102, NDX.FLIST_EOF]) expect(await reader.atomically(() => back.read(reader))).toBe(ndx);
  });

  it('W7 −102 and −2 as seen from stock rsync', () => {
    const { writer, bytes } = writerTo();
    const out = new NdxWriter();
    out.write(writer, -102);
    out.write(writer, -2);
    expect(bytes().toString('hex')).toBe('ff65fffe80020000');
  });
});

describe('W multiplex', () => {
  it('W8 values cross frame boundaries anywhere, and messages come between them', async () => {
    const data = Buffer.alloc(40, 0).fill('abcdefgh');
    for (let cut = 1; cut < 12; cut++) {
      const frames = Buffer.concat([frame(TAG.DATA, data.subarray(0, cut)), frame(TAG.INFO, Buffer.from('hi')), frame(TAG.DATA, Buffer.alloc(0)), frame(TAG.NOOP, Buffer.alloc(0)), frame(TAG.DATA, data.subarray(cut))]);
      for (const step of [1, 3, 64]) {
        const { reader, seen } = readerOf(frames, step);
        reader.startMultiplex();
        expect(await reader.atomically(() => [reader.int(), reader.short(), reader.bytes(34).toString('latin1')])).toEqual([0x64636261, 0x6665, data.subarray(6).toString('latin1')]);
        expect(seen).toEqual([{ tag: TAG.INFO, body: '6869' }, { tag: TAG.NOOP, body: '' }]);
      }
    }
  });

  it('W9 what arrived together with the handshake is read as frames', async () => {
    const { reader } = readerOf(Buffer.concat([Buffer.from([1, 0, 0, 0]), frame(TAG.DATA, Buffer.from([7, 0, 0, 0]))]));
    expect(await reader.atomically(() => reader.int())).toBe(1);
    reader.startMultiplex();
    expect(await reader.atomically(() => reader.int())).toBe(7);
  });

  it.each([9, 10, 11, 41, 99, 103, 200, -1])('W10 tag %d is refused', async (tag) => {
    const { reader } = readerOf(frame(tag, Buffer.alloc(4)));
    reader.startMultiplex();
    expect(await problem(reader.atomically(() => reader.int()))).toBe(`RSYNC_PROTOCOL: unexpected tag ${tag}`);
  });

  it.each([[TAG.INFO, 0xffffff], [TAG.IO_ERROR, 5], [TAG.NOOP, 1], [TAG.NO_SEND, 8], [TAG.ERROR_EXIT, 5], [TAG.DELETED, 5000]])('W11 tag %d may not be %d bytes long, and none of them is awaited', async (tag, length) => {
    const { reader } = readerOf(frame(tag, Buffer.alloc(length)).subarray(0, 8));
    reader.startMultiplex();
    expect(await problem(reader.atomically(() => reader.int()))).toMatch(/^RSYNC_PROTOCOL: message \d+ of \d+ bytes, want at most/);
  });

  it('W12 an end in the middle of anything is an error that says so', async () => {
    const whole = Buffer.concat([frame(TAG.INFO, Buffer.from('text')), frame(TAG.DATA, Buffer.from('0123456789'))]);
    for (let end = 0; end < whole.length; end++) {
      const { reader } = readerOf(whole.subarray(0, end), 5);
      reader.startMultiplex();
      expect(await problem(reader.atomically(() => reader.bytes(10)))).toBe('RSYNC_PROTOCOL: connection unexpectedly closed');
    }
  });

  it('W13 200,000 empty frames are neither recursion nor memory', async () => {
    const empty = frame(TAG.NOOP, Buffer.alloc(0));
    const { reader } = readerOf(Buffer.concat([Buffer.alloc(4 * 200_000, empty), frame(TAG.DATA, Buffer.from([1]))]), 65_536);
    reader.startMultiplex();
    expect(await reader.atomically(() => reader.byte())).toBe(1);
  });

  it('W14 the writer gathers into frames, and a reader puts them together again', async () => {
    const { writer, bytes } = writerTo();
    writer.int(31);
    writer.startMultiplex();
    const big = Buffer.alloc(200_000, 'z');
    writer.int(5);
    writer.bytes(big);
    writer.message(TAG.NO_SEND, Buffer.from([9, 0, 0, 0]));
    writer.keepAlive();
    writer.byte(1);
    const { reader, seen } = readerOf(bytes(), 1000);
    expect(await reader.atomically(() => reader.int())).toBe(31);
    reader.startMultiplex();
    expect(await reader.atomically(() => reader.int())).toBe(5);
    expect((await reader.atomically(() => reader.bytes(big.length))).equals(big)).toBe(true);
    expect(await reader.atomically(() => reader.byte())).toBe(1);
    expect(seen).toEqual([{ tag: TAG.NO_SEND, body: '09000000' }]);
  });

  it('W15 ready() waits for a slow peer, and for a closed one no longer', async () => {
    const held: (() => void)[] = [];
    const sink = new Writable({ highWaterMark: 10, write: (_chunk, _encoding, done) => { held.push(done); } });
    const writer = new WireWriter(sink);
    writer.bytes(Buffer.alloc(100));
    writer.flush();
    expect(writer.full).toBe(true);
    let isReady = false;
    const ready = writer.ready().then(() => { isReady = true; });
    await new Promise(setImmediate);
    expect(isReady).toBe(false);
    held.shift()?.();
    await ready;
    writer.bytes(Buffer.alloc(100));
    writer.flush();
    sink.destroy(new Error('gone'));
    await expect(writer.ready()).rejects.toThrow('gone');
  });

  it('W16 a stream that breaks is an error of its own, not the end', async () => {
    const source = new PassThrough();
    const reader = new WireReader(source, { onMessage: () => {} });
    const read = reader.atomically(() => reader.int());
    source.destroy(new Error('reset by peer'));
    await expect(read).rejects.toThrow('reset by peer');
  });
});

describe('W requests', () => {
  it.each([[0x8000, null, null], [0x8800, 0x80, null], [0x9800, 0x83, Buffer.from('name')], [0x6002, null, null]] as const)('W17 item flags %d come back as they went', async (flags, basisType, xname) => {
    const { writer, bytes } = writerTo();
    writeItem(writer, { flags, basisType, xname });
    const { reader } = readerOf(bytes(), 1);
    expect(await reader.atomically(() => readItem(reader))).toEqual({ flags, basisType, xname });
  });

  it.each([
    [-1, 700, 2, 0, 'blocks'], [0x7fffffff, 700, 2, 0, 'blocks'], [5, 0, 2, 0, 'block length'], [5, 131_073, 2, 0, 'block length'], [5, -1, 2, 0, 'block length'],
    [5, 700, 17, 0, 'block digest'], [5, 700, 64, 0, 'block digest'], [5, 700, -1, 0, 'block digest'], [5, 700, 2, 701, 'last block'], [5, 700, 2, -1, 'last block'],
  ])('W18 a sum head of %d, %d, %d, %d is refused for its %s', async (count, blockLength, strongLength, remainder, what) => {
    const { writer, bytes } = writerTo();
    writeSumHead(writer, { count, blockLength, strongLength, remainder });
    const { reader } = readerOf(bytes());
    expect(await problem(reader.atomically(() => readSumHead(reader, 16)))).toContain(`RSYNC_PROTOCOL: `);
    const again = readerOf(bytes()).reader;
    expect(await problem(again.atomically(() => readSumHead(again, 16)))).toContain(what);
  });

  it('W19 xxh64 has 8 bytes: a block digest of 16 is refused then', async () => {
    const { writer, bytes } = writerTo();
    writeSumHead(writer, { count: 1, blockLength: 700, strongLength: 16, remainder: 0 });
    const { reader } = readerOf(bytes());
    expect(await problem(reader.atomically(() => readSumHead(reader, 8)))).toContain('want at most 8');
  });

  it('W20 announced sums that never come take no memory for them', async () => {
    const { writer, bytes } = writerTo();
    writeSumHead(writer, { count: 16_000_000, blockLength: 131_072, strongLength: 16, remainder: 0 });
    const { reader } = readerOf(bytes());
    const shape = await reader.atomically(() => readSumHead(reader, 16));
    const before = process.memoryUsage().arrayBuffers;
    expect(await problem(readSums(reader, shape))).toBe('RSYNC_PROTOCOL: connection unexpectedly closed');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 2 ** 20);
  });

  it('W21 sums come back as they went, over their batches', async () => {
    const count = 1300;
    const { writer, bytes } = writerTo();
    for (let i = 0; i < count; i++) { writer.int(i * 3_000_000); writer.bytes(Buffer.from([i, i >> 8])); }
    const { reader } = readerOf(bytes(), 997);
    const sums = await readSums(reader, { count, blockLength: 700, strongLength: 2, remainder: 100 });
    for (let i = 0; i < count; i++) expect([sums.weak[i], sums.strong[i * 2], sums.strong[i * 2 + 1]]).toEqual([(i * 3_000_000) >>> 0, i & 0xff, i >> 8]);
  });
});
