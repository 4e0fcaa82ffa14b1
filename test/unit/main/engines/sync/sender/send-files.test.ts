import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';
import { openDigests } from '../../../../../../main/engines/sync/checksum/digests.ts';
import { FileList } from '../../../../../../main/engines/sync/flist/file-list.ts';
import { scanTree } from '../../../../../../main/engines/sync/flist/scan.ts';
import { plainTokenReader, zlibxTokenReader } from '../../../../../../main/engines/sync/receiver/tokens.ts';
import { sendFiles } from '../../../../../../main/engines/sync/sender/send-files.ts';
import { plainTokens, zlibxTokens, type TokenWriter } from '../../../../../../main/engines/sync/sender/tokens.ts';
import { OPEN_GATE, type SessionTotals } from '../../../../../../main/engines/sync/sessions/events.ts';
import { NDX, NdxReader, NdxWriter } from '../../../../../../main/engines/sync/wire/ndx.ts';
import { ITEM, writeItem, writeSumHead } from '../../../../../../main/engines/sync/wire/requests.ts';
import { TAG } from '../../../../../../main/engines/sync/wire/tags.ts';
import type { WireWriter } from '../../../../../../main/engines/sync/wire/writer.ts';
import { readerOf, writerTo } from '../wire/support.ts';

const NO_BASIS = { count: 0, blockLength: 0, strongLength: 0, remainder: 0 };

describe('S requests to a sender', () => {
  let root: string;
  let list: FileList;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'sluice-sender-'));
    mkdirSync(join(root, 'd'));
    writeFileSync(join(root, 'a'), 'hello');
    writeFileSync(join(root, 'b'), 'world');
    symlinkSync('a', join(root, 'l'));
    list = new FileList();
    for (const batch of scanTree(Buffer.from(root), { recurse: true, links: true, devices: false, specials: false })) list.append(batch.list.toChunk());
    list.sort(); // . a b l d
  });
  afterAll(() => { rmSync(root, { recursive: true }); });

  type Ask = (to: WireWriter, ndx: NdxWriter) => void;
  const ask = (ndx: number, flags: number = ITEM.TRANSFER, shape = NO_BASIS): Ask => (to, out) => {
    out.write(to, ndx);
    writeItem(to, { flags, basisType: flags & ITEM.BASIS_TYPE ? 0x80 : null, xname: null });
    if (flags & ITEM.TRANSFER) writeSumHead(to, shape);
  };
  const done: Ask = (to, out) => { out.write(to, NDX.DONE); };

  async function serve(asks: readonly Ask[], { dryRun = false, cut = Infinity, step = 1 << 20 } = {}): Promise<{ sent: Buffer; totals: SessionTotals; failed: string[] }> {
    const requests = writerTo();
    const out = new NdxWriter();
    for (const one of asks) one(requests.writer, out);
    const { reader } = readerOf(requests.bytes().subarray(0, cut), step);
    const answers = writerTo();
    answers.writer.startMultiplex();
    const totals: SessionTotals = { sent: 0, received: 0, literal: 0, matched: 0, exitCode: 0, ioError: 0 };
    const failed: string[] = [];
    await sendFiles({
      reader, writer: answers.writer, list, root: Buffer.from(root), digests: await openDigests('md5', 1), newTokens: () => plainTokens(answers.writer),
      dryRun, inplace: false, events: { fileFailed: (ndx, error) => { failed.push(`${ndx} ${error.code}`); } }, gate: OPEN_GATE, totals,
    }, { incoming: new NdxReader(), outgoing: new NdxWriter() });
    return { sent: answers.bytes(), totals, failed };
  }
  async function refusal(asks: readonly Ask[]): Promise<string> {
    try {
      await serve(asks);
    } catch (thrown) {
      if (thrown instanceof SluiceError) return `${thrown.code} ${String(thrown.params['reason'])}`;
      throw thrown;
    }
    return 'served';
  }

  it.each([1, 5, 1 << 20])('S15 answers in order with index, flags, sum head, tokens and digest, and DONE thrice (requests in pieces of %d)', async (step) => {
    const { sent, totals } = await serve([ask(0, ITEM.TIME), ask(1), ask(3, ITEM.NEW | ITEM.LOCAL_CHANGE), ask(2, ITEM.TRANSFER | ITEM.BASIS_TYPE), done, done, done], { step });
    const { reader } = readerOf(sent, 3);
    reader.startMultiplex();
    const back = new NdxReader();
    const next = async (): Promise<number[]> => [await reader.atomically(() => back.read(reader)), await reader.atomically(() => reader.short())];
    const file = async (): Promise<string> => {
      const head = await reader.atomically(() => [reader.int(), reader.int(), reader.int(), reader.int()]);
      const text = await reader.atomically(() => reader.bytes(reader.int()).toString());
      const [end, digest] = await reader.atomically(() => [reader.int(), reader.bytes(16)] as const);
      expect(digest.equals(createHash('md5').update(text).digest())).toBe(true);
      return `${head.join()} ${text} ${end}`;
    };
    expect(await next()).toEqual([0, ITEM.TIME]);
    expect(await next()).toEqual([1, ITEM.TRANSFER]);
    expect(await file()).toBe('0,0,0,0 hello 0');
    expect(await next()).toEqual([3, ITEM.NEW | ITEM.LOCAL_CHANGE]);
    expect(await next()).toEqual([2, ITEM.TRANSFER | ITEM.BASIS_TYPE]);
    expect(await reader.atomically(() => reader.byte())).toBe(0x80);
    expect(await file()).toBe('0,0,0,0 world 0');
    for (let i = 0; i < 3; i++) expect(await reader.atomically(() => back.read(reader))).toBe(NDX.DONE);
    expect([totals.literal, totals.matched, reader.available]).toEqual([10, 0, 0]);
  });

  it('S16 a redo in the second phase is served', async () => {
    expect((await serve([ask(1), done, ask(1), done, done])).totals.literal).toBe(10);
  });

  it('S17 a dry run repeats requests and sends nothing of a file', async () => {
    const plan: Ask = (to, out) => { out.write(to, 1); writeItem(to, { flags: ITEM.TRANSFER, basisType: null, xname: null }); };
    expect((await serve([plan, done, done, done], { dryRun: true })).totals.literal).toBe(0);
  });

  it('S18 refuses an index outside the list, a negative one, the data of a folder or link, and data in the last phase', async () => {
    expect(await refusal([ask(5)])).toMatch(/^RSYNC_PROTOCOL request for file 5 of 5/);
    expect(await refusal([ask(0x7fffffff)])).toMatch(/^RSYNC_PROTOCOL request for file/);
    for (const ndx of [NDX.FLIST_EOF, NDX.DEL_STATS, -101]) expect(await refusal([ask(ndx)])).toMatch(/^RSYNC_PROTOCOL request for file/);
    for (const ndx of [0, 3, 4]) expect(await refusal([ask(ndx)])).toMatch(/no regular file/);
    expect(await refusal([done, done, ask(1)])).toMatch(/last phase/);
  });

  it('S19 refuses sum heads with figures out of bounds', async () => {
    for (const bad of [{ count: -1 }, { count: 5, blockLength: 0 }, { count: 5, strongLength: 17 }, { count: 5, strongLength: -1 }, { blockLength: 131_073 }, { remainder: 701 }]) {
      expect(await refusal([ask(1, ITEM.TRANSFER, { count: 1, blockLength: 700, strongLength: 2, remainder: 0, ...bad })])).toMatch(/^RSYNC_PROTOCOL /);
    }
  });

  it('S20 requests cut off anywhere end the session with an error', async () => {
    const asks = [ask(1, ITEM.TRANSFER | ITEM.BASIS_TYPE), done, done, done];
    const requests = writerTo();
    const out = new NdxWriter();
    for (const one of asks) one(requests.writer, out);
    const { length } = requests.bytes();
    for (let cut = 0; cut < length; cut++) await expect(serve(asks, { cut })).rejects.toThrow(/connection unexpectedly closed/);
  });

  it('S21 a file that is gone is NO_SEND with its index, and an io_error', async () => {
    writeFileSync(join(root, 'c'), '');
    const wider = new FileList();
    for (const batch of scanTree(Buffer.from(root), { recurse: true, links: true, devices: false, specials: false })) wider.append(batch.list.toChunk());
    wider.sort(); // . a b c l d
    rmSync(join(root, 'c'));
    const before = list;
    list = wider;
    const { sent, totals, failed } = await serve([ask(3), done, done, done]);
    list = before;
    expect([failed, totals.ioError]).toEqual([['3 FILE_VANISHED'], 2]);
    const { reader, seen } = readerOf(sent);
    reader.startMultiplex();
    expect(await reader.atomically(() => reader.bytes(3))).toEqual(Buffer.alloc(3));
    expect(seen).toEqual([{ tag: TAG.NO_SEND, body: '03000000' }]);
  });
});

describe('S tokens', () => {
  const words = Buffer.from('the quick brown fox '.repeat(4000));
  const noise = Buffer.from(Array.from({ length: 50_000 }, (_, i) => (Math.imul(i, 2654435761) >>> 13) & 0xff));
  const scripts: readonly (readonly (Buffer | number)[])[] = [
    [], [words], [words, noise, words], [0], [0, 1, 2, 3], [5, 6, 7, 1, 200, 201, 100_000, 0], [words, 0, noise, 1, words, 2, 3, words], [63, words, 127, 128, noise, 65, words.subarray(0, 1)], [Buffer.alloc(200_000), 9, Buffer.alloc(200_000)],
    Array.from({ length: 70_000 }, (_, i) => i),
  ];

  it.each([['plain', plainTokens, plainTokenReader], ['zlibx', zlibxTokens, zlibxTokenReader]] as const)('S22 %s: literals and blocks come back as they went, however mixed', async (_name, tokensTo, tokensFrom) => {
    for (const script of scripts) {
      const { writer, bytes } = writerTo();
      const tokens: TokenWriter = tokensTo(writer);
      for (const step of script) { if (typeof step === 'number') tokens.block(step); else tokens.literal(step); }
      tokens.end();
      writer.int(0x0abbccdd);
      const { reader } = readerOf(bytes(), 4099);
      const back = tokensFrom(reader, 200_000);
      const got: (Buffer | number)[] = [];
      for (let token = await back.next(); token !== null; token = await back.next()) {
        if ('literal' in token) got.push(Buffer.from(token.literal));
        else for (let i = 0; i < token.run; i++) got.push(token.block + i);
      }
      back.close();
      expect(flat(got)).toEqual(flat(script));
      expect(await reader.atomically(() => reader.int())).toBe(0x0abbccdd);
    }
  });
});

/** Neighbouring literals as one digest, so that only where they stand and what they say counts. */
function flat(script: readonly (Buffer | number)[]): (string | number)[] {
  const out: (string | number)[] = [];
  let literal: Buffer[] = [];
  const close = (): void => {
    if (literal.length > 0) out.push(createHash('md5').update(Buffer.concat(literal)).digest('hex'));
    literal = [];
  };
  for (const step of script) {
    if (typeof step !== 'number') { literal.push(step); continue; }
    close();
    out.push(step);
  }
  close();
  return out;
}
