import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadStateAt } from '../../../../../../main/engines/coordination/backup/state-at.ts';
import { changesAfter } from '../../../../../../main/engines/coordination/history/change-feed.ts';
import type { NodeChange } from '../../../../../../main/engines/coordination/history/node-change.ts';
import { nodeVersions } from '../../../../../../main/engines/coordination/history/node-versions.ts';
import { nodeDisk } from '../../../../../../main/lib/disk/node-disk.ts';
import { openDatabase, type StoredDatabase } from '../../../../../../main/engines/coordination/store/database.ts';
import { MemoryDisk, seeded } from '../../../../../support/memory-disk.ts';
import { randomChange } from '../support/random-changes.ts';
import { treeText } from '../support/tree-text.ts';
import { closeSession, create, databaseOptions, failed, multi, openSession, remove, setAcl, setData, OPEN, Writer } from '../support/txns.ts';

const DIR = '/data';
const LOGS = '/data/version-2';

async function begin(more: object = {}): Promise<{ readonly disk: MemoryDisk; readonly db: StoredDatabase; readonly writer: Writer }> {
  const disk = new MemoryDisk();
  const db = await openDatabase(databaseOptions(DIR, [], { disk, ...more }));
  return { disk, db, writer: new Writer(db) };
}

const short = (changes: readonly NodeChange[]): string[] => changes.map((change) => `${change.zxid} ${change.kind} ${change.path} ${change.data?.toString() ?? '-'} v${change.version}`);

describe('history', () => {
  it('H1 the last versions of a node, with zxid, time, session and data, by single changes, multis and closed sessions', async () => {
    const { disk, db, writer } = await begin();
    writer.put(openSession());
    writer.put(create('/a', 'one'));
    writer.put(create('/ab', 'not asked for'));
    await db.snapshot();
    writer.put(setData('/a', 'two', 1), 77n);
    writer.put(multi(setData('/a', 'three', 2), create('/other', '/a')));
    writer.put(multi(failed(-101), failed(-101)));
    writer.put(setAcl('/a', OPEN, 1));
    writer.put(remove('/a'));
    writer.put(create('/a', 'again', { ephemeral: true }));
    writer.put(closeSession('/a'));
    await db.flushed();
    const all = await nodeVersions(disk, LOGS, '/a', 100, db.tree.lastZxid);
    expect(short(all.changes)).toEqual(['10 deleted /a - v-1', '9 created /a again v0', '8 deleted /a - v-1', '7 acl /a - v1', '5 changed /a three v2', '4 changed /a two v1', '2 created /a one v0']);
    expect([all.more, all.oldest]).toEqual([false, 1]);
    expect(all.changes[5]).toMatchObject({ session: 77n, time: 1_700_000_000_004 });
    const some = await nodeVersions(disk, LOGS, '/a', 2, 5);
    expect(short(some.changes)).toEqual(['5 changed /a three v2', '4 changed /a two v1']);
    expect(some.more).toBe(true);
  });

  it('H2 the feed gives every change after a zxid, from logs, memory and live, in order and none twice', async () => {
    const { db, writer } = await begin({ snapCount: 200 });
    const random = seeded(3);
    const expected: number[] = [];
    const put = (): void => {
      const change = randomChange(db.tree, random);
      const { zxid } = writer.put(change).header;
      if (change.type !== -1) expected.push(zxid);
    };
    for (let i = 0; i < 1500; i++) put();
    const stop = new AbortController();
    const found: number[] = [];
    const reading = (async () => {
      for await (const changes of changesAfter(db, 0, stop.signal)) {
        found.push((changes[0] as NodeChange).zxid);
        if (found.length % 50 === 0) await new Promise((resolve) => { setTimeout(resolve, 1); });
      }
    })();
    for (let i = 0; i < 1500; i++) {
      put();
      if (i % 10 === 0) await new Promise((resolve) => { setImmediate(resolve); });
    }
    while (found.length < expected.length) await new Promise((resolve) => { setTimeout(resolve, 5); });
    put();
    put();
    while (found.length < expected.length) await new Promise((resolve) => { setTimeout(resolve, 5); });
    stop.abort();
    await expect(reading).rejects.toMatchObject({ code: 'APP_CANCELLED' });
    expect(found).toEqual(expected);
  });

  it('H3 a feed from before the oldest log ends in words, and so does one that TRUNC took the ground from', async () => {
    const { disk, db, writer } = await begin();
    for (let i = 0; i < 600; i++) writer.put(create(`/n${i}`));
    await db.snapshot();
    for (let i = 0; i < 600; i++) writer.put(create(`/m${i}`));
    await db.flushed();
    await disk.remove(`${LOGS}/log.1`);
    await expect(changesAfter(db, 5).next()).rejects.toMatchObject({ code: 'COORD_LOG_GONE', params: { zxid: '0x5', oldest: '0x259' } });
    const feed = changesAfter(db, 1199);
    expect(((await feed.next()).value as readonly NodeChange[])[0]?.path).toBe('/m599');
    await db.truncate(1190);
    await expect(feed.next()).rejects.toMatchObject({ code: 'COORD_LOG_GONE' });
  });

  it('H4 the state of any zxid and of any time is built from a snapshot and the log after it, and its digest is right', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'sluice-history-'));
    try {
      const db = await openDatabase(databaseOptions(dir, [], { forceSync: false }));
      const writer = new Writer(db);
      const random = seeded(9);
      const states = new Map<number, string[]>();
      for (let i = 1; i <= 700; i++) {
        writer.put(randomChange(db.tree, random));
        if (i % 70 === 0) states.set(i, treeText(db.tree));
        if (i % 90 === 0) await db.snapshot();
      }
      await db.close();
      expect((await nodeDisk.list(db.folders.snapshots)).filter((name) => name.startsWith('snapshot')).length).toBeGreaterThan(4);
      const folders = { dataDir: dir, dataLogDir: dir };
      for (const [zxid, text] of states) {
        for (const moment of [{ kind: 'zxid', zxid }, { kind: 'time', at: 1_700_000_000_000 + zxid }] as const) {
          const state = await loadStateAt(folders, moment);
          expect([state.zxid, state.tree.lastZxid]).toEqual([zxid, zxid]);
          expect(treeText(state.tree), `zxid ${zxid}`).toEqual(text);
        }
      }
      await expect(loadStateAt(folders, { kind: 'zxid', zxid: 9999 })).rejects.toMatchObject({ code: 'COORD_ARCHIVE' });
      await expect(loadStateAt(folders, { kind: 'time', at: 5 })).rejects.toMatchObject({ code: 'COORD_ARCHIVE' });
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  it('H5 a state that is not what its txns say is refused', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'sluice-history-'));
    try {
      const db = await openDatabase(databaseOptions(dir));
      const writer = new Writer(db);
      writer.put(create('/a', 'x'));
      db.tree.setData('/a', Buffer.from('never logged'), 5, 1, 1);
      writer.put(create('/b', 'y'));
      await db.close();
      await expect(loadStateAt({ dataDir: dir, dataLogDir: dir }, { kind: 'zxid', zxid: 2 })).rejects.toMatchObject({ code: 'COORD_ARCHIVE', params: { reason: expect.stringContaining('0x2') as string } });
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
