import { describe, expect, it } from 'vitest';
import type { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';
import { cutLog, listLogs, readTxns, truncateLogs } from '../../../../../../main/engines/coordination/txnlog/log-files.ts';
import { LogWriter, type LogWriterOptions } from '../../../../../../main/engines/coordination/txnlog/log-writer.ts';
import type { Disk } from '../../../../../../main/lib/disk/disk.ts';
import { MemoryDisk, seeded } from '../../../../../support/memory-disk.ts';
import { create, txnOf } from '../support/txns.ts';

const DIR = '/d';

function writerOn(disk: Disk, more: Partial<LogWriterOptions> = {}): { readonly writer: LogWriter; readonly told: number[]; readonly failures: SluiceError[] } {
  const told: number[] = [];
  const failures: SluiceError[] = [];
  const writer = new LogWriter({ disk, dir: DIR, preAlloc: 65_536, forceSync: true, onDurable: (zxid) => { told.push(zxid); }, onFailure: (error) => { failures.push(error); }, ...more }, 0);
  return { writer, told, failures };
}

const bytesOf = (zxid: number, size = 50): Buffer => txnOf(zxid, create(`/n${zxid}`, 'x'.repeat(size))).bytes;

async function zxids(disk: Disk): Promise<number[]> {
  const found: number[] = [];
  for await (const batch of readTxns(disk, await listLogs(disk, DIR), 0)) found.push(...batch.map((txn) => txn.zxid));
  return found;
}

const turn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

describe('the log writer', () => {
  it('L1 a file is named by its first txn, begins with ZKLG 2 0, and grows as FilePadding lets it', async () => {
    const disk = new MemoryDisk();
    const { writer } = writerOn(disk, { preAlloc: 65_536 });
    writer.append(0x1a, bytesOf(0x1a), false);
    await writer.flushed();
    const bytes = disk.bytesOf(`${DIR}/log.1a`);
    expect(bytes.subarray(0, 16).toString('hex')).toBe('5a4b4c47000000020000000000000000');
    expect(bytes.length).toBe(65_536 + 16);
    const txn = bytesOf(0x1a);
    expect(bytes.readInt32BE(24)).toBe(txn.length);
    expect(bytes[16 + 12 + txn.length]).toBe(0x42);
    for (let zxid = 0x1b; zxid < 0x1b + 450; zxid++) writer.append(zxid, bytesOf(zxid), false);
    await writer.flushed();
    expect(disk.bytesOf(`${DIR}/log.1a`).length).toBe(2 * 65_536 + 16);
    await writer.close();
  });

  it('L7 what comes while a write is under way leaves in the next one; each batch is told once', async () => {
    const disk = new MemoryDisk();
    const { writer, told } = writerOn(disk);
    for (let zxid = 1; zxid <= 100; zxid++) writer.append(zxid, bytesOf(zxid), false);
    await turn();
    for (let zxid = 101; zxid <= 200; zxid++) writer.append(zxid, bytesOf(zxid), false);
    await writer.flushed();
    expect(disk.writes).toBe(2);
    expect(told).toEqual([100, 200]);
    expect(await zxids(disk)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  });

  it('L7 a txn that is in the log already is told durable without being written again', async () => {
    const disk = new MemoryDisk();
    const { writer, told } = writerOn(disk);
    writer.append(1, bytesOf(1), false);
    await writer.flushed();
    writer.append(1, bytesOf(1), true);
    await turn();
    await turn();
    expect(told).toEqual([1, 1]);
    expect(disk.writes).toBe(1);
  });

  it('L8 a roll begins a new file with the next txn, and none is lost between', async () => {
    const disk = new MemoryDisk();
    const { writer } = writerOn(disk);
    for (let zxid = 1; zxid <= 10; zxid++) {
      if (zxid === 4 || zxid === 8) writer.roll();
      writer.append(zxid, bytesOf(zxid), false);
      if (zxid === 9) await turn();
    }
    await writer.close();
    expect((await listLogs(disk, DIR)).map((file) => file.zxid)).toEqual([1, 4, 8]);
    expect(await zxids(disk)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('L8 a txn larger than a batch is written whole', async () => {
    const disk = new MemoryDisk();
    const { writer } = writerOn(disk, { preAlloc: 0 });
    writer.append(1, bytesOf(1), false);
    writer.append(2, bytesOf(2, 5_000_000), false);
    writer.append(3, bytesOf(3), false);
    await writer.close();
    expect(await zxids(disk)).toEqual([1, 2, 3]);
  });

  for (const code of ['ENOSPC', 'EIO']) {
    it(`L9 after ${code} nothing is told durable any more, and the failure is told once`, async () => {
      const disk = new MemoryDisk();
      const { writer, told, failures } = writerOn(disk);
      writer.append(1, bytesOf(1), false);
      await writer.flushed();
      disk.fails = () => code;
      writer.append(2, bytesOf(2), false);
      await expect(writer.flushed()).rejects.toMatchObject({ code: 'COORD_DISK', params: { file: `${DIR}/log.1`, reason: code } });
      disk.fails = () => null;
      writer.append(3, bytesOf(3), false);
      await turn();
      await turn();
      expect(told).toEqual([1]);
      expect(failures.length).toBe(1);
      expect(await zxids(disk)).toEqual([1]);
      await writer.close();
    });
  }

  it('L10 forceSync=no writes without asking for the disk', async () => {
    const disk = new MemoryDisk();
    const { writer, told } = writerOn(disk, { forceSync: false });
    writer.append(1, bytesOf(1), false);
    await writer.flushed();
    expect(told).toEqual([1]);
    expect(disk.syncs).toBe(0);
    expect(await zxids(disk.powerCut(() => 0.9))).toEqual([]);
  });

  it('L11 after a power cut at any moment all that was told durable is there, in order, and nothing that was not appended', async () => {
    let cutsWithLoss = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const random = seeded(seed);
      const disk = new MemoryDisk();
      const { writer, told } = writerOn(disk, { preAlloc: random() < 0.5 ? 8192 : 0 });
      const written: Buffer[] = [];
      const appended = 1 + Math.floor(random() * 60);
      for (let zxid = 1; zxid <= appended; zxid++) {
        if (random() < 0.05) writer.roll();
        const bytes = bytesOf(zxid, Math.floor(random() * 1500));
        written.push(bytes);
        writer.append(zxid, bytes, false);
        if (random() < 0.2) await turn();
      }
      const durable = told.at(-1) ?? 0;
      const after = disk.powerCut(random);
      const found: number[] = [];
      for await (const batch of readTxns(after, await listLogs(after, DIR), 0)) {
        for (const txn of batch) {
          found.push(txn.zxid);
          expect(txn.bytes.equals(written[txn.zxid - 1] as Buffer)).toBe(true);
        }
      }
      expect(found, `seed ${seed}`).toEqual(Array.from({ length: found.length }, (_, index) => index + 1));
      expect(found.length, `seed ${seed}`).toBeGreaterThanOrEqual(durable);
      expect(found.length).toBeLessThanOrEqual(appended);
      if (found.length < appended) cutsWithLoss += 1;
      await writer.close();
    }
    expect(cutsWithLoss).toBeGreaterThan(50);
  });

  it('L12 TRUNC leaves every txn up to its zxid and none after it, over several files', async () => {
    for (let zxid = 0; zxid <= 12; zxid++) {
      const disk = new MemoryDisk();
      const { writer } = writerOn(disk);
      for (let at = 1; at <= 12; at++) {
        if (at % 4 === 1) writer.roll();
        writer.append(at, bytesOf(at), false);
      }
      await writer.close();
      expect(await truncateLogs(disk, DIR, zxid)).toBe(zxid === 0 ? -1 : zxid);
      expect(await zxids(disk)).toEqual(Array.from({ length: zxid }, (_, index) => index + 1));
      const next = writerOn(disk).writer;
      next.append(zxid + 1, bytesOf(zxid + 1), false);
      await next.close();
      expect((await zxids(disk)).at(-1)).toBe(zxid + 1);
    }
  });

  it('L12 a log cut down to its header goes altogether', async () => {
    const disk = new MemoryDisk();
    disk.place(`${DIR}/log.5`, Buffer.alloc(100));
    await cutLog(disk, DIR, `${DIR}/log.5`, 0);
    expect(await disk.list(DIR)).toEqual([]);
  });
});
