import { describe, expect, it } from 'vitest';
import { readTxns, listLogs, type LoggedTxn } from '../../../../../../main/engines/coordination/txnlog/log-files.ts';
import { FILE_HEADER, fileHeader, putRecord, recordSize } from '../../../../../../main/engines/coordination/txnlog/log-format.ts';
import type { LogEnd } from '../../../../../../main/engines/coordination/txnlog/log-end.ts';
import { MemoryDisk } from '../../../../../support/memory-disk.ts';
import { create, setData, txnOf } from '../support/txns.ts';
import { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';

const txns = [
  create('/a', 'one'), setData('/a', Buffer.alloc(1000)), create('/a/b', 'B'.repeat(40)), setData('/a/b', Buffer.from([0, 0, 0, 0, 0x42])), create('/c', ''),
].map((change, index) => txnOf(index + 1, change).bytes);

function logOf(records: readonly Buffer[], padding: number): { readonly bytes: Buffer; readonly ends: readonly number[] } {
  const size = records.reduce((sum, record) => sum + recordSize(record), FILE_HEADER);
  const bytes = Buffer.alloc(size + padding);
  let at = fileHeader().copy(bytes);
  const ends = records.map((record) => (at = putRecord(bytes, at, record)));
  return { bytes, ends };
}

async function read(bytes: Buffer, more: Buffer | null = null): Promise<{ readonly read: readonly LoggedTxn[]; readonly torn: readonly LogEnd[]; readonly error: SluiceError | null; readonly changed: boolean }> {
  const disk = new MemoryDisk();
  disk.place('/d/log.1', bytes);
  if (more) disk.place('/d/log.6', more);
  const found: LoggedTxn[] = [];
  const torn: LogEnd[] = [];
  let error: SluiceError | null = null;
  try {
    for await (const batch of readTxns(disk, await listLogs(disk, '/d'), 0, (_file, end) => { torn.push(end); })) found.push(...batch);
  } catch (thrown) {
    if (!(thrown instanceof SluiceError)) throw thrown;
    error = thrown;
  }
  return { read: found, torn, error, changed: !disk.bytesOf('/d/log.1').equals(bytes) };
}

describe('a damaged log', () => {
  it('L3 a log cut at any byte gives every whole txn before the cut, and none after it', async () => {
    for (const padding of [0, 700]) {
      const { bytes, ends } = logOf(txns, 0);
      for (let cut = 0; cut <= bytes.length; cut++) {
        const whole = ends.filter((end) => end <= cut).length;
        const file = padding === 0 ? bytes.subarray(0, cut) : Buffer.concat([bytes.subarray(0, cut), Buffer.alloc(bytes.length - cut + padding)]);
        const { read: found, error, torn } = await read(Buffer.from(file));
        expect(error, `cut at ${cut}`).toBeNull();
        expect(found.map((txn) => txn.zxid), `cut at ${cut}`).toEqual([1, 2, 3, 4, 5].slice(0, whole));
        for (const end of torn) expect(end.offset).toBe(whole === 0 ? (cut < FILE_HEADER ? 0 : FILE_HEADER) : ends[whole - 1]);
        if (cut === bytes.length) expect(torn).toEqual([]);
      }
    }
  });

  it('L4 any single bit changed is told with file and offset, or changes no txn; nothing is changed on disk', async () => {
    for (const padding of [300]) {
      const { bytes, ends } = logOf(txns, padding);
      const last = ends[ends.length - 1] as number;
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const file = Buffer.from(bytes);
        file[bit >> 3] = (file[bit >> 3] as number) ^ (1 << (bit & 7));
        const at = bit >> 3;
        const { read: found, error, changed } = await read(file);
        expect(changed).toBe(false);
        const harmless = (at >= 4 && at < FILE_HEADER) || at >= last; // version, dbid; zeros behind the last record
        if (harmless) {
          expect(error, `bit ${bit}`).toBeNull();
          expect(found.map((txn) => txn.zxid)).toEqual([1, 2, 3, 4, 5]);
          for (const [index, txn] of found.entries()) expect(txn.bytes.equals(txns[index] as Buffer)).toBe(true);
        } else {
          expect(error?.code, `bit ${bit} in byte ${at}`).toBe('COORD_LOG_CORRUPT');
          expect(error?.params.file).toBe('/d/log.1');
          expect(error?.params.offset).toBe(at < FILE_HEADER ? 0 : [FILE_HEADER, ...ends].filter((end) => end <= at).at(-1));
        }
      }
    }
  });

  it('L4 in a file that others follow, a torn end is passed over only when no txn is missing', async () => {
    const next = logOf([6, 7].map((zxid) => txnOf(zxid, create(`/n${zxid}`)).bytes), 0).bytes;
    const { bytes, ends } = logOf(txns, 100);
    expect((await read(bytes, next)).read.map((txn) => txn.zxid)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const torn = Buffer.from(bytes);
    torn[ends[4] as number] = 7; // the beginning of a write that was never acknowledged
    const passed = await read(torn, next);
    expect(passed.read.map((txn) => txn.zxid)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(passed.torn.map((end) => end.kind)).toEqual(['torn']);
    const lost = await read(Buffer.concat([bytes.subarray(0, (ends[3] as number) + 5), Buffer.alloc(300)]), next);
    expect(lost.error?.code).toBe('COORD_LOG_CORRUPT');
    expect(String(lost.error?.params.reason)).toContain('0x5');
  });

  it('L5 sectors of the last write that never reached the disk are a tear, wherever in it they are', async () => {
    const many = Array.from({ length: 40 }, (_, index) => txnOf(index + 1, create(`/n${index}`, 'x'.repeat(200))).bytes);
    const { bytes, ends } = logOf(many, 2000);
    for (let sector = 0; (sector + 1) * 512 < (ends[39] as number); sector++) {
      const file = Buffer.from(bytes);
      file.fill(0, sector * 512, (sector + 1) * 512);
      const { read: found, error } = await read(file);
      expect(error, `sector ${sector}`).toBeNull();
      expect(found.length).toBe(ends.filter((end) => end <= sector * 512).length);
    }
  });

  it('L6 a file that is no log, and one with a hole before it, are told', async () => {
    expect((await read(Buffer.from('this is not a log of anything at all'))).error?.params.offset).toBe(0);
    const disk = new MemoryDisk();
    disk.place('/d/log.1', logOf(txns, 0).bytes);
    disk.place('/d/log.9', logOf([txnOf(9, create('/z')).bytes], 0).bytes);
    const all = async (): Promise<void> => { for await (const _ of readTxns(disk, await listLogs(disk, '/d'), 0)); };
    await expect(all()).rejects.toMatchObject({ code: 'COORD_LOG_CORRUPT', params: { file: '/d/log.9', reason: expect.stringContaining('0x6 to 0x8') as string } });
  });
});
