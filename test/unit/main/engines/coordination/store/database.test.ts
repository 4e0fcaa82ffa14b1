import { describe, expect, it } from 'vitest';
import type { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';
import type { NodeEvent } from '../../../../../../main/engines/coordination/parts.ts';
import { openDatabase, type DatabaseOptions, type StoredDatabase } from '../../../../../../main/engines/coordination/store/database.ts';
import { fileHeader } from '../../../../../../main/engines/coordination/txnlog/log-format.ts';
import { LogWriter } from '../../../../../../main/engines/coordination/txnlog/log-writer.ts';
import type { Txn } from '../../../../../../main/engines/coordination/txn.ts';
import { zxidOf } from '../../../../../../main/engines/coordination/zxid.ts';
import { MemoryDisk, seeded } from '../../../../../support/memory-disk.ts';
import { randomChange } from '../support/random-changes.ts';
import { treeText } from '../support/tree-text.ts';
import { create, databaseOptions, openSession, remove, setData, SESSION, Writer } from '../support/txns.ts';

const DIR = '/data';
const FILES = '/data/version-2';

const open = (disk: MemoryDisk, events: NodeEvent[] = [], more: Partial<DatabaseOptions> = {}): Promise<StoredDatabase> => openDatabase(databaseOptions(DIR, events, { disk, ...more }));
const warnings = (events: readonly NodeEvent[]): string[] => events.flatMap((event) => (event.type === 'warning' ? [event.error.code] : []));

async function filled(disk: MemoryDisk, txns: number, more: Partial<DatabaseOptions> = {}, seed = 1): Promise<{ readonly db: StoredDatabase; readonly writer: Writer }> {
  const db = await open(disk, [], more);
  const writer = new Writer(db, db.tree.lastZxid);
  const random = seeded(seed);
  for (let i = 0; i < txns; i++) writer.put(randomChange(db.tree, random));
  await db.flushed();
  return { db, writer };
}

async function all(txns: AsyncIterable<Txn> | null): Promise<number[]> {
  const found: number[] = [];
  for await (const txn of txns ?? []) found.push(txn.header.zxid);
  return found;
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('the database', () => {
  it('S1 an empty directory gets snapshot.0; what is written is there after a start, with every digest right', async () => {
    const disk = new MemoryDisk();
    const { db } = await filled(disk, 500);
    expect(await disk.list(FILES)).toEqual(['snapshot.0', 'log.1']);
    await db.close();
    const events: NodeEvent[] = [];
    const again = await open(disk, events);
    expect(treeText(again.tree)).toEqual(treeText(db.tree));
    expect([...again.sessions]).toEqual([...db.sessions]);
    expect([again.tree.lastZxid, again.lastLoggedZxid]).toEqual([500, 500]);
    expect(again.digests.mismatches).toBe(0);
    expect(events).toEqual([]);
    expect(again.committedLog().map((txn) => txn.header.zxid)).toEqual(range(1, 500));
  });

  it('S2 a txn that is applied already changes nothing; the ring holds the last 500', async () => {
    const { db, writer } = await filled(new MemoryDisk(), 700);
    const before = treeText(db.tree);
    for (const txn of db.committedLog().slice(0, 50)) db.apply(txn);
    expect(treeText(db.tree)).toEqual(before);
    expect(db.committedLog().map((txn) => txn.header.zxid)).toEqual(range(201, 700));
    writer.put(openSession(7000), 99n);
    expect(db.sessions.get(99n)).toBe(7000);
  });

  it('S3 snapshots come by count, at a random moment of the second half of it, and roll the log', async () => {
    for (const [drawn, at] of [[0, 51], [0.999, 100]] as const) {
      const disk = new MemoryDisk();
      const { db } = await filled(disk, at - 1, { snapCount: 100, random: () => drawn });
      expect((await disk.list(FILES)).filter((name) => name.startsWith('snapshot'))).toEqual(['snapshot.0']);
      const writer = new Writer(db, at - 1);
      writer.put(create('/one-more'));
      writer.put(create('/and-one'));
      await db.close();
      expect((await disk.list(FILES)).sort()).toEqual(['log.1', `log.${(at + 1).toString(16)}`, 'snapshot.0', `snapshot.${at.toString(16)}`].sort());
      const again = await open(disk);
      expect(treeText(again.tree)).toEqual(treeText(db.tree));
    }
  });

  it('S4 a bad snapshot is told, and an older one and the log over it make the same tree', async () => {
    const disk = new MemoryDisk();
    const { db, writer } = await filled(disk, 100);
    await db.snapshot();
    writer.put(create('/later'));
    await db.close();
    const bytes = disk.bytesOf(`${FILES}/snapshot.64`);
    bytes[60] = (bytes[60] as number) ^ 4;
    const events: NodeEvent[] = [];
    const again = await open(disk, events);
    expect(warnings(events)).toEqual(['COORD_SNAPSHOT_CORRUPT']);
    expect(treeText(again.tree)).toEqual(treeText(db.tree));
    await again.close();
    await disk.remove(`${FILES}/snapshot.0`);
    await expect(open(disk)).rejects.toMatchObject({ code: 'COORD_SNAPSHOT_CORRUPT', params: { file: `${FILES}/snapshot.64` } });
  });

  it('S5 logs without any snapshot are refused, unless the configuration trusts them', async () => {
    const disk = new MemoryDisk();
    const { db } = await filled(disk, 20);
    await db.close();
    await disk.remove(`${FILES}/snapshot.0`);
    await expect(open(disk)).rejects.toMatchObject({ code: 'COORD_SNAPSHOT_CORRUPT' });
    const trusted = await open(disk, [], { trustEmptySnapshot: true });
    expect(treeText(trusted.tree)).toEqual(treeText(db.tree));
  });

  it('S6 a digest that is not the tree\'s is told, once for a row of them', async () => {
    const events: NodeEvent[] = [];
    const { db, writer } = await filled(new MemoryDisk(), 5);
    const other = await open(new MemoryDisk(), events);
    for (const txn of db.committedLog()) other.apply(txn);
    other.tree.setData('/zookeeper', Buffer.from('changed in memory only'), 9, 6, 6);
    other.apply(writer.put(create('/y')));
    other.apply(writer.put(create('/z')));
    expect(other.digests.mismatches).toBe(2);
    expect(warnings(events)).toEqual(['COORD_DIGEST']);
  });

  it('S7 logSince gives what a learner lacks, and null when the log does not reach back', async () => {
    const disk = new MemoryDisk();
    const { db, writer } = await filled(disk, 30);
    await db.snapshot();
    writer.put(create('/a'));
    await db.snapshot();
    writer.put(create('/b'));
    await db.flushed();
    expect(await all(await db.logSince(0, 1e9))).toEqual(range(1, 32));
    expect(await all(await db.logSince(29, 1e9))).toEqual([30, 31, 32]);
    expect(await all(await db.logSince(32, 1e9))).toEqual([]);
    expect(await db.logSince(0, 100)).toBeNull();
    expect([await db.lastZxidUpTo(5), await db.lastZxidUpTo(31), await db.lastZxidUpTo(zxidOf(3, 9))]).toEqual([5, 31, 32]);
    await disk.remove(`${FILES}/log.1`);
    expect(await db.logSince(20, 1e9)).toBeNull();
    expect(await all(await db.logSince(30, 1e9))).toEqual([31, 32]);
  });

  it('S8 TRUNC takes the last txns out of tree, log and snapshots', async () => {
    const disk = new MemoryDisk();
    const { db, writer } = await filled(disk, 60);
    const at60 = treeText(db.tree);
    writer.put(create('/gone', '1'));
    writer.put(openSession(1), 77n);
    await db.snapshot();
    writer.put(setData('/gone', '2'));
    await db.truncate(60);
    expect(treeText(db.tree)).toEqual(at60);
    expect([db.tree.lastZxid, db.lastLoggedZxid, db.sessions.has(77n)]).toEqual([60, 60, false]);
    expect(await disk.list(FILES)).toEqual(['snapshot.0', 'log.1']);
    const next = new Writer(db, 60);
    next.put(create('/instead'));
    await db.close();
    const again = await open(disk);
    expect(again.tree.get('/instead')).toBeDefined();
    expect(again.tree.get('/gone')).toBeUndefined();
    expect(again.digests.mismatches).toBe(0);
  });

  it('S8 a TRUNC to what the log does not hold is refused and changes nothing', async () => {
    const disk = new MemoryDisk();
    const { db, writer } = await filled(disk, 10);
    await expect(db.truncate(zxidOf(1, 5))).rejects.toMatchObject({ name: 'KeeperError', code: -3 });
    writer.put(create('/still-here'));
    await db.close();
    expect((await open(disk)).tree.lastZxid).toBe(11);
  });

  it('S9 a SNAP replaces everything and is on disk when it resolves; what the log held after it is gone', async () => {
    const leader = await filled(new MemoryDisk(), 300, {}, 5);
    const disk = new MemoryDisk();
    const { db } = await filled(disk, 900, {}, 6);
    const { zxid, chunks } = leader.db.serialize();
    const parts: Buffer[] = [];
    for await (const part of chunks) {
      parts.push(part);
      leader.writer.put(create(`/while-sent-${parts.length}`));
    }
    const bytes = Buffer.concat(parts);
    let at = 0;
    await db.restore(zxid, async (size) => bytes.subarray(at, at += size));
    expect(at).toBe(bytes.length);
    expect([db.tree.lastZxid, db.lastLoggedZxid]).toEqual([300, 300]);
    const after = leader.db.committedLog().filter((txn) => txn.header.zxid > 300);
    for (const txn of after) {
      db.append(txn);
      db.apply(txn);
    }
    expect(treeText(db.tree)).toEqual(treeText(leader.db.tree));
    expect([...db.sessions]).toEqual([...leader.db.sessions]);
    await db.close();
    const again = await open(disk);
    expect(treeText(again.tree)).toEqual(treeText(leader.db.tree));
    expect(again.digests.mismatches).toBe(0);
  });

  it('S6 a SNAP that held more than its zxid said is no mismatch, neither while it is taken over nor at the next start; a later change of the tree is', async () => {
    const leader = await filled(new MemoryDisk(), 300, {}, 5);
    const sent = range(1, 20).map((i) => leader.writer.put(create(`/while-sent-${i}`))); // as a real leader's: new nodes are in it
    const parts: Buffer[] = [];
    for await (const part of leader.db.serialize().chunks) parts.push(part);
    const bytes = Buffer.concat(parts);
    const disk = new MemoryDisk();
    const events: NodeEvent[] = [];
    const db = await open(disk, events);
    let at = 0;
    await db.restore(300, async (size) => bytes.subarray(at, at += size));
    for (const txn of sent) { db.append(txn); db.apply(txn); }
    await db.close();
    const again = await open(disk, events);
    expect(treeText(again.tree)).toEqual(treeText(leader.db.tree));
    expect([again.digests.mismatches, warnings(events)]).toEqual([0, []]);
    again.tree.setData('/zookeeper', Buffer.from('changed in memory only'), 9, 6, 6);
    again.apply(leader.writer.put(create('/after')));
    expect(warnings(events)).toEqual(['COORD_DIGEST']);
  });

  it('S9 a SNAP cut short leaves the old state', async () => {
    const disk = new MemoryDisk();
    const { db } = await filled(disk, 50);
    const before = treeText(db.tree);
    let left = 1000;
    const cut = async (size: number): Promise<Buffer> => {
      if ((left -= size) < 0) throw new Error('the connection is gone');
      return Buffer.alloc(size, 1);
    };
    await expect(db.restore(60, cut)).rejects.toThrow();
    expect(treeText(db.tree)).toEqual(before);
    await db.close();
    expect(treeText((await open(disk)).tree)).toEqual(before);
  });

  it('S10 purge keeps the newest snapshots, three at least, and each log they need', async () => {
    const disk = new MemoryDisk();
    const { db, writer } = await filled(disk, 5);
    for (let i = 0; i < 6; i++) {
      await db.snapshot();
      writer.put(create(`/n${i}`));
      writer.put(remove(`/n${i}`));
      await db.flushed();
    }
    await db.purge(1);
    expect((await disk.list(FILES)).sort()).toEqual(['log.a', 'log.c', 'log.e', 'log.10', 'snapshot.b', 'snapshot.d', 'snapshot.f'].sort());
    for (const newest of ['f', 'd']) {
      await disk.remove(`${FILES}/snapshot.${newest}`);
      expect(treeText((await open(disk)).tree)).toEqual(treeText(db.tree));
    }
  });

  it('S11 when the disk fails nothing is told durable any more; what was told is there after a start', async () => {
    const disk = new MemoryDisk();
    const events: NodeEvent[] = [];
    const db = await open(disk, events);
    const writer = new Writer(db);
    const told: number[] = [];
    const failures: SluiceError[] = [];
    db.onDurable((zxid) => { told.push(zxid); });
    db.onFailure((error) => { failures.push(error); });
    writer.put(create('/a'));
    await db.flushed();
    disk.fails = (path) => (path.includes('log.') ? 'ENOSPC' : null);
    writer.put(create('/b'));
    await expect(db.flushed()).rejects.toMatchObject({ code: 'COORD_DISK' });
    writer.put(create('/c'));
    await db.close();
    expect(told).toEqual([1]);
    expect(failures.map((error) => error.params)).toEqual([{ file: `${FILES}/log.1`, reason: 'ENOSPC' }]);
    expect(events.map((event) => event.type)).toContain('failed');
    disk.fails = () => null;
    expect((await open(disk)).tree.lastZxid).toBe(1);
  });

  it('S12 after a power cut at any moment, snapshots under way or not, all that was told durable is there and every digest is right', async () => {
    for (let seed = 1; seed <= 120; seed++) {
      const random = seeded(seed * 31);
      let disk = new MemoryDisk();
      let durable = 0;
      for (let life = 0; life < 3; life++) {
        const events: NodeEvent[] = [];
        const db = await open(disk, events, { snapCount: 30, random });
        expect(db.tree.lastZxid, `seed ${seed}`).toBeGreaterThanOrEqual(durable);
        expect(db.digests.mismatches, `seed ${seed}`).toBe(0);
        expect(warnings(events).filter((code) => code !== 'COORD_LOG_TORN' && code !== 'COORD_SNAPSHOT_CORRUPT')).toEqual([]);
        durable = db.tree.lastZxid;
        let powered = true;
        db.onDurable((zxid) => { if (powered) durable = Math.max(durable, zxid); });
        const writer = new Writer(db, db.tree.lastZxid);
        for (let i = Math.floor(random() * 80); i > 0; i--) {
          writer.put(randomChange(db.tree, random));
          if (random() < 0.1) await new Promise((resolve) => { setImmediate(resolve); });
        }
        if (random() < 0.2) await db.flushed();
        powered = false;
        disk = disk.powerCut(random);
      }
    }
  });

  it('S14 a power cut during TRUNC or a SNAP leaves the state before it or the state after it', async () => {
    const leader = await filled(new MemoryDisk(), 300, {}, 5);
    const parts: Buffer[] = [];
    for await (const part of leader.db.serialize().chunks) parts.push(part);
    const sent = Buffer.concat(parts);
    const ends = { TRUNC: new Set<number>(), SNAP: new Set<number>() };
    for (const kind of ['TRUNC', 'SNAP'] as const) {
      for (let seed = 1; seed <= 150; seed++) {
        const random = seeded(seed * 17);
        const disk = new MemoryDisk();
        const { db, writer } = await filled(disk, 60, { snapCount: 40, random });
        const at60 = treeText(db.tree);
        for (let i = 0; i < 30; i++) writer.put(create(`/tail-${i}`, 'x'.repeat(300)));
        await db.flushed();
        if (seed % 2 === 0) await db.snapshot();
        const at90 = treeText(db.tree);
        let at = 0;
        const running = kind === 'TRUNC' ? db.truncate(60) : db.restore(300, async (size) => sent.subarray(at, at += size));
        for (let turns = Math.floor(random() * 16); turns > 0; turns--) await new Promise((resolve) => { setImmediate(resolve); });
        const after = disk.powerCut(random);
        await running;
        const again = await open(after);
        ends[kind].add(again.tree.lastZxid);
        const expected = kind === 'TRUNC' ? { 60: at60, 90: at90 } : { 90: at90, 300: treeText(leader.db.tree) };
        if (again.tree.lastZxid in expected) expect(treeText(again.tree)).toEqual(expected[again.tree.lastZxid as keyof typeof expected]);
        else expect(kind === 'TRUNC' && again.tree.lastZxid > 60 && again.tree.lastZxid < 90, `seed ${seed}: ${again.tree.lastZxid}`).toBe(true); // some of the files are cut
        expect(again.digests.mismatches).toBe(0);
      }
    }
    expect([ends.TRUNC.has(60), ends.TRUNC.has(90), ends.SNAP.has(90), ends.SNAP.has(300)]).toEqual([true, true, true, true]);
  });

  it('S15 a log that was made but holds no txn is made anew, one that holds some never', async () => {
    const disk = new MemoryDisk();
    const { db } = await filled(disk, 5);
    await db.close();
    disk.place(`${FILES}/log.6`, Buffer.concat([fileHeader(), Buffer.alloc(500)]));
    const again = await open(disk);
    const writer = new Writer(again, 5);
    writer.put(create('/six'));
    await again.flushed();
    await again.close();
    expect((await open(disk)).tree.lastZxid).toBe(6);
    const log = new LogWriter({ disk, dir: FILES, preAlloc: 0, forceSync: true, onDurable: () => {}, onFailure: () => {} }, 5);
    log.append(6, again.committedLog().at(-1)?.bytes as Buffer, false);
    await expect(log.flushed()).rejects.toMatchObject({ code: 'COORD_DISK', params: { reason: 'EEXIST' } });
  });

  it('S13 the ephemerals of a session that was open stay until it is closed', async () => {
    const disk = new MemoryDisk();
    const db = await open(disk);
    const writer = new Writer(db);
    writer.put(openSession(5000));
    writer.put(create('/e', '', { ephemeral: true }));
    await db.close();
    const again = await open(disk);
    expect([...again.sessions]).toEqual([[SESSION, 5000]]);
    expect([...again.tree.ephemeralsOf(SESSION)]).toEqual(['/e']);
  });
});
