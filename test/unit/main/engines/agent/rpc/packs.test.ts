import { expect, test } from 'vitest';
import { BadEvent } from '../../../../../../main/engines/agent/event/avro-reader.ts';
import { PackSplitter } from '../../../../../../main/engines/agent/rpc/avro/packs.ts';
import { FrameSplitter } from '../../../../../../main/engines/agent/rpc/thrift/frames.ts';

/** A generator that gives the same numbers again. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >>> 8) % below;
  };
}

function pack(serial: number, buffers: readonly Buffer[]): Buffer {
  const ints = (...values: readonly number[]): Buffer => { const bytes = Buffer.alloc(4 * values.length); values.forEach((value, i) => bytes.writeInt32BE(value, 4 * i)); return bytes; };
  return Buffer.concat([ints(serial, buffers.length), ...buffers.flatMap((buffer) => [ints(buffer.length), buffer])]);
}

test('R10 packs are put together however they are cut, and wherever the reader asks to wait', () => {
  let waits = 0;
  for (let seed = 1; seed <= 30; seed++) {
    const roll = dice(seed);
    const messages = Array.from({ length: 30 }, (_, serial) => ({ serial, buffers: Array.from({ length: roll(4) }, () => Buffer.alloc(roll(seed % 5 === 0 ? 30_000 : 40), roll(256))) }));
    const wire = Buffer.concat(messages.map(({ serial, buffers }) => pack(serial, buffers)));
    const got: { serial: number; message: Buffer }[] = [];
    const splitter = new PackSplitter(1 << 20, (message, serial) => {
      got.push({ serial, message: Buffer.from(message) });
      const goOn = roll(5) > 0;
      if (!goOn) waits += 1;
      return goOn;
    });
    for (let at = 0; at < wire.length;) {
      const end = Math.min(wire.length, at + 1 + roll(seed % 5 === 0 ? 40_000 : seed % 3 === 0 ? 5 : 300));
      splitter.push(Buffer.from(wire.subarray(at, end)));
      at = end;
      if (roll(2) === 0) splitter.resume();
    }
    for (let i = 0; i < 40; i++) splitter.resume();
    expect(got.length).toBe(messages.length);
    expect(messages.every(({ serial, buffers }, i) => got[i]?.serial === serial && got[i]?.message.equals(Buffer.concat(buffers)))).toBe(true);
    expect(splitter.midway).toBe(false);
  }
  expect(waits).toBeGreaterThan(50);
});

test.for([
  ['a negative count', [1, -1]], ['more buffers than any message has', [1, 2_000_000]], ['a negative length', [1, 1, -5]], ['a length beyond the limit', [1, 1, 1025]],
] as const)('R11 %s is refused at once', ([, ints]) => {
  const bytes = Buffer.alloc(4 * ints.length);
  ints.forEach((value, i) => bytes.writeInt32BE(value, 4 * i));
  for (const size of [1, bytes.length]) {
    const splitter = new PackSplitter(1024, () => true);
    expect(() => { for (let at = 0; at < bytes.length; at += size) splitter.push(bytes.subarray(at, at + size)); splitter.push(Buffer.alloc(8)); }).toThrow(BadEvent);
  }
});

test('R11 buffers that are together beyond the limit are refused, and a length alone takes no memory', () => {
  const before = process.memoryUsage().arrayBuffers;
  const splitters = Array.from({ length: 200 }, () => new PackSplitter(1 << 30, () => true));
  const head = Buffer.alloc(12);
  head.writeInt32BE(1, 4);
  head.writeInt32BE(1 << 30, 8);
  for (const splitter of splitters) splitter.push(Buffer.concat([head, Buffer.alloc(10)]));
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200 * 300 * 1024);
  const many = new PackSplitter(1024, () => true);
  expect(() => { many.push(pack(1, [Buffer.alloc(600), Buffer.alloc(600)])); }).toThrow('1200 bytes');
});

test('R44 frames of Thrift are put together however they are cut', () => {
  const roll = dice(7);
  const frames = Array.from({ length: 200 }, () => Buffer.alloc(roll(2000), roll(256)));
  const wire = Buffer.concat(frames.flatMap((frame) => { const head = Buffer.alloc(4); head.writeInt32BE(frame.length); return [head, frame]; }));
  const got: Buffer[] = [];
  const splitter = new FrameSplitter(4096, (frame) => { got.push(Buffer.from(frame)); return roll(4) > 0; });
  for (let at = 0; at < wire.length;) {
    const end = at + 1 + roll(3000);
    splitter.push(Buffer.from(wire.subarray(at, end)));
    at = end;
    splitter.resume();
  }
  for (let i = 0; i < 200; i++) splitter.resume();
  expect(got).toEqual(frames);
});
