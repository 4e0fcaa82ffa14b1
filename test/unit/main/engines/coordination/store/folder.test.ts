import { mkdtempSync, rmSync, writeFileSync, readFileSync, existsSync } from 'node:fs';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../../../../main/engines/coordination/store/database.ts';
import { EpochStore } from '../../../../../../main/engines/coordination/store/epoch-files.ts';
import { lockDataDir } from '../../../../../../main/engines/coordination/store/data-lock.ts';
import { nodeDisk } from '../../../../../../main/lib/disk/node-disk.ts';
import { zxidOf } from '../../../../../../main/engines/coordination/zxid.ts';
import { MemoryDisk, seeded } from '../../../../../support/memory-disk.ts';
import { create, databaseOptions, Writer } from '../support/txns.ts';
import { treeText } from '../support/tree-text.ts';

let dir: string;
let child: ChildProcess | null = null;
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'sluice-store-')); });
afterEach(async () => {
  if (child) {
    child.kill('SIGKILL');
    await once(child, 'exit').catch(() => undefined);
    child = null;
  }
  rmSync(dir, { recursive: true, force: true });
});

describe('a data directory on this machine\'s disk', () => {
  it('S20 is written and read, logs apart from snapshots, preallocated and torn', async () => {
    const options = { ...databaseOptions(join(dir, 'snap')), dataLogDir: join(dir, 'log') };
    const db = await openDatabase(options);
    const writer = new Writer(db);
    for (let i = 0; i < 1000; i++) writer.put(create(`/n${i}`, Buffer.alloc(300, i)));
    await db.snapshot();
    for (let i = 0; i < 1000; i++) writer.put(create(`/m${i}`, Buffer.alloc(300, i)));
    await db.close();
    const log = join(dir, 'log', 'version-2', 'log.3e9');
    const bytes = readFileSync(log);
    expect(bytes.length % 65_536).toBe(16);
    let end = bytes.length;
    while (bytes[end - 1] === 0) end--;
    bytes.writeUInt32BE(0x1234, end + 4); // the beginning of another record
    writeFileSync(log, bytes);
    const torn: unknown[] = [];
    const again = await openDatabase({ ...options, report: (event) => { if (event.type === 'warning') torn.push(event.error.params); } });
    expect(treeText(again.tree)).toEqual(treeText(db.tree));
    expect(torn).toEqual([{ file: log, offset: end, reason: expect.any(String) as string }]);
    expect(readFileSync(log).length).toBe(end);
    await again.close();
  });

  it('S21 a second server on it is refused, by whom it is held; a holder that died holds nothing', async () => {
    const first = await openDatabase(databaseOptions(dir));
    await expect(openDatabase(databaseOptions(dir))).rejects.toMatchObject({ code: 'COORD_DATA_LOCKED', params: { dir, holder: `this process (${process.pid})` } });
    await first.close();
    child = spawn('sleep', ['60']);
    await once(child, 'spawn');
    writeFileSync(join(dir, 'coordination.lock'), JSON.stringify({ pid: child.pid, began: '' }));
    await expect(openDatabase(databaseOptions(dir))).rejects.toMatchObject({ code: 'COORD_DATA_LOCKED', params: { holder: `process ${child.pid}` } });
    child.kill('SIGKILL');
    await once(child, 'exit');
    child = null;
    const release = lockDataDir(dir);
    expect(JSON.parse(readFileSync(join(dir, 'coordination.lock'), 'utf8'))).toMatchObject({ pid: process.pid });
    release();
    expect(existsSync(join(dir, 'coordination.lock'))).toBe(false);
    writeFileSync(join(dir, 'coordination.lock'), 'not a holder');
    lockDataDir(dir)();
    writeFileSync(join(dir, 'coordination.lock'), JSON.stringify({ pid: 1, began: 'long before this machine started' }));
    lockDataDir(dir)();
  });

  it('S22 a directory that cannot be written is told', async () => {
    writeFileSync(join(dir, 'file'), '');
    await expect(openDatabase(databaseOptions(join(dir, 'file', 'below')))).rejects.toMatchObject({ code: 'COORD_DISK' });
  });
});

describe('epoch files', () => {
  it('S30 are one decimal figure each, as real servers write them', async () => {
    const epochs = await EpochStore.open(nodeDisk, dir);
    expect([epochs.current, epochs.accepted]).toEqual([-1, -1]);
    await epochs.setAccepted(7);
    await epochs.setCurrent(6);
    expect([readFileSync(join(dir, 'acceptedEpoch'), 'utf8'), readFileSync(join(dir, 'currentEpoch'), 'utf8')]).toEqual(['7', '6']);
    const again = await EpochStore.open(nodeDisk, dir);
    expect([again.current, again.accepted]).toEqual([6, 7]);
    await again.settle(zxidOf(6, 10));
  });

  it('S31 a power cut leaves the old figure or the new one', async () => {
    for (let seed = 1; seed < 200; seed++) {
      const random = seeded(seed);
      const disk = new MemoryDisk();
      const epochs = await EpochStore.open(disk, '/d');
      await epochs.setCurrent(3);
      const under = epochs.setCurrent(4);
      for (let turns = Math.floor(random() * 5); turns > 0; turns--) await new Promise((resolve) => { setImmediate(resolve); });
      const after = await EpochStore.open(disk.powerCut(random), '/d');
      expect([3, 4]).toContain(after.current);
      await under;
      expect((await EpochStore.open(disk.powerCut(random), '/d')).current).toBe(4);
    }
  });

  it('S32 a server new to an ensemble begins with the epoch of its data', async () => {
    const epochs = await EpochStore.open(new MemoryDisk(), '/d');
    await epochs.settle(zxidOf(2, 5));
    expect([epochs.current, epochs.accepted]).toEqual([2, 2]);
  });

  it('S33 files that are lost, behind the data, or behind each other are refused in words', async () => {
    const settle = async (files: Record<string, string>, zxid: number): Promise<EpochStore> => {
      const disk = new MemoryDisk();
      for (const [name, text] of Object.entries(files)) disk.place(`/d/${name}`, Buffer.from(text));
      const epochs = await EpochStore.open(disk, '/d');
      await epochs.settle(zxid);
      return epochs;
    };
    const refused = (reason: string): object => ({ code: 'COORD_EPOCH', params: { dir: '/d', reason: expect.stringContaining(reason) as string } });
    await expect(settle({ currentEpoch: '3' }, zxidOf(3, 1))).rejects.toMatchObject(refused('acceptedEpoch is lost'));
    await expect(settle({ acceptedEpoch: '3' }, zxidOf(3, 1))).rejects.toMatchObject(refused('currentEpoch is lost'));
    await expect(settle({ currentEpoch: '2', acceptedEpoch: '2' }, zxidOf(3, 1))).rejects.toMatchObject(refused('older than the last txn, 0x300000001'));
    expect((await settle({ currentEpoch: '2', acceptedEpoch: '3' }, zxidOf(3, 1))).current).toBe(2); // cut short while it took over a leader's history
    await expect(settle({ currentEpoch: '4', acceptedEpoch: '3' }, zxidOf(3, 1))).rejects.toMatchObject(refused('older than the current one'));
    await expect(settle({ currentEpoch: 'x', acceptedEpoch: '3' }, zxidOf(3, 1))).rejects.toMatchObject(refused('currentEpoch holds no number'));
    const finished = await settle({ currentEpoch: '2', 'currentEpoch.tmp': '3', acceptedEpoch: '3' }, zxidOf(3, 1));
    expect(finished.current).toBe(3);
    expect((await settle({ acceptedEpoch: '1' }, 0)).current).toBe(0);
  });
});
