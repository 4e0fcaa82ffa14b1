// Tokens as they come from senders honest and hostile.
import { constants, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { plainTokenReader, zlibxTokenReader, type TokenReader } from '../../../../../../main/engines/sync/receiver/tokens.ts';
import { plainTokens, zlibxTokens } from '../../../../../../main/engines/sync/sender/tokens.ts';
import type { TokenWriter } from '../../../../../../main/engines/sync/sender/tokens.ts';
import { randomBytes, seeded } from '../../../../../fixtures/tree.ts';
import { bytesOf, readerOf, writerTo } from '../wire/support.ts';

/** Literals joined, blocks one by one, in order. */
async function all(tokens: TokenReader): Promise<(string | number)[]> {
  const found: (string | number)[] = [];
  let literal: Buffer[] = [];
  const flush = (): void => { if (literal.length > 0) found.push(Buffer.concat(literal).toString('latin1')); literal = []; };
  try {
    for (let token = await tokens.next(); token !== null; token = await tokens.next()) {
      if ('literal' in token) { literal.push(Buffer.from(token.literal)); continue; }
      flush();
      for (let i = 0; i < token.run; i++) found.push(token.block + i);
    }
  } finally {
    tokens.close();
  }
  flush();
  return found;
}

const int = (value: number): Buffer => { const bytes = Buffer.alloc(4); bytes.writeInt32LE(value); return bytes; };

describe.each([
  { form: 'plain', write: (to: ReturnType<typeof writerTo>['writer']): TokenWriter => plainTokens(to), read: plainTokenReader },
  { form: 'zlibx', write: (to: ReturnType<typeof writerTo>['writer']): TokenWriter => zlibxTokens(to), read: zlibxTokenReader },
])('R tokens, $form', ({ write, read }) => {
  it('R10 read what a sender writes, however the bytes arrive', async () => {
    for (let seed = 1; seed <= 12; seed++) {
      const next = seeded(seed);
      const { writer, bytes } = writerTo();
      const tokens = write(writer);
      const sent: (string | number)[] = [];
      let last = -1;
      for (let i = 0; i < 40; i++) {
        if (next() < 0.4) {
          const literal = next() < 0.5 ? randomBytes(1 + Math.floor(next() * 70_000), seed + i) : Buffer.alloc(1 + Math.floor(next() * 200_000), 'x');
          tokens.literal(literal);
          if (typeof sent.at(-1) === 'string') sent[sent.length - 1] += literal.toString('latin1');
          else sent.push(literal.toString('latin1'));
        } else {
          last = next() < 0.7 ? last + 1 : Math.floor(next() * 100_000);
          tokens.block(last);
          sent.push(last);
        }
      }
      tokens.end();
      expect(await all(read(readerOf(bytes(), 1 + Math.floor(next() * 40_000)).reader, 200_000)), `seed ${seed}`).toEqual(sent);
    }
  });
});

describe('R hostile tokens', () => {
  const plain = (hex: Buffer, blocks = 4): Promise<unknown> => all(plainTokenReader(readerOf(hex).reader, blocks));
  const zlibx = (bytes: Buffer, blocks = 4): Promise<unknown> => all(zlibxTokenReader(readerOf(bytes).reader, blocks));

  it.each([-5, -6, -0x8000_0000])('R11 a block the basis does not have (%d) is refused', async (token) => {
    await expect(plain(int(token))).rejects.toThrow('RSYNC_PROTOCOL');
  });

  it('R12 a literal of 2 GiB is refused, a cut one ends the session', async () => {
    await expect(plain(int(0x7fff_ffff))).rejects.toThrow('RSYNC_PROTOCOL');
    await expect(plain(Buffer.concat([int(1000), Buffer.alloc(10)]))).rejects.toThrow('closed');
    await expect(plain(Buffer.alloc(3))).rejects.toThrow('closed');
  });

  it.each([
    ['a long token with the greatest number and the longest run (CVE-2026-43618)', '21 ff ff ff 7f ff ff'],
    ['a negative block', '20 ff ff ff ff'],
    ['a run past the last block', '21 00 00 00 00 04 00'],
    ['relative tokens that walk past the end', 'bf bf'],
    ['a flag that means nothing', '10'],
    ['another', '3f'],
    ['deflated data that is none', '40 04 ff ff ff ff'],
  ])('R13 %s is refused', async (_what, hex) => {
    await expect(zlibx(bytesOf(hex))).rejects.toThrow('RSYNC_PROTOCOL');
  });

  it('R14 data that goes on after its flush is refused', async () => {
    const packed = deflateRawSync(Buffer.from('text'), { finishFlush: constants.Z_SYNC_FLUSH });
    const stored = Buffer.concat([packed.subarray(0, -4), Buffer.from([0x00, 0x04, 0x00, 0xfb, 0xff])]); // opens a stored block that the flush's own bytes then fill
    await expect(zlibx(Buffer.concat([Buffer.from([0x40, stored.length]), stored, Buffer.from([0])]))).rejects.toThrow('RSYNC_PROTOCOL');
  });

  it('R15 a bomb of deflated zeros comes piece by piece', async () => {
    const packed = deflateRawSync(Buffer.alloc(12_000_000), { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
    expect(packed.length).toBeLessThan(16_384);
    const tokens = zlibxTokenReader(readerOf(Buffer.concat([Buffer.from([0x40 | (packed.length >> 8), packed.length & 0xff]), packed, Buffer.from([0])])).reader, 0);
    let total = 0;
    for (let token = await tokens.next(); token !== null; token = await tokens.next()) total += 'literal' in token ? token.literal.length : 0;
    tokens.close();
    expect(total).toBe(12_000_000);
  });
});
