import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { PullCursor } from '../../../../../../main/engines/coordination/snapshot/cursor.ts';
import { readState } from '../../../../../../main/engines/coordination/snapshot/snapshot-reader.ts';
import { listSnapshots, readSnapshot, removeUnfinished, writeSnapshot } from '../../../../../../main/engines/coordination/snapshot/snapshot-files.ts';
import { serializeState } from '../../../../../../main/engines/coordination/snapshot/snapshot-writer.ts';
import { applyTxn } from '../../../../../../main/engines/coordination/tree/apply-txn.ts';
import { DataTree } from '../../../../../../main/engines/coordination/tree/data-tree.ts';
import type { Txn } from '../../../../../../main/engines/coordination/txn.ts';
import { MemoryDisk, seeded } from '../../../../../support/memory-disk.ts';
import { randomChange } from '../support/random-changes.ts';
import { create, setData, txnOf } from '../support/txns.ts';
import { treeText } from '../support/tree-text.ts';

const OPTIONS = { digestEnabled: true, extendedTypes: true };
const DIR = '/d';
const sessions = new Map([[1n, 4000], [0x1000_0000_0000_0001n, 10_000]]);

function treeOf(txns: number, random: () => number, size = 200): DataTree {
  const tree = new DataTree(OPTIONS);
  for (let zxid = 1; zxid <= txns; zxid++) applyTxn(tree, txnOf(zxid, randomChange(tree, random, size)));
  return tree;
}

function cursorOf(bytes: Buffer): PullCursor {
  let at = 0;
  return new PullCursor(async (size) => {
    if (at + size > bytes.length) throw new Error('no more');
    return Buffer.from(bytes.subarray(at, at += size));
  });
}

async function written(tree: DataTree, compression: 'none' | 'gz' = 'none'): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  await writeSnapshot(disk, DIR, tree, sessions, { compression, logged: async () => {} });
  return disk;
}

describe('snapshots', () => {
  it('P1 what is written is read: tree, stats, ACLs, sessions, digest and zxid', async () => {
    const tree = treeOf(2000, seeded(1));
    for (const compression of ['none', 'gz'] as const) {
      const disk = await written(tree, compression);
      const [file] = await listSnapshots(disk, DIR);
      expect(file).toEqual({ path: `${DIR}/snapshot.7d0${compression === 'gz' ? '.gz' : ''}`, zxid: 2000 });
      const loaded = await readSnapshot(disk, file as { path: string; zxid: number }, OPTIONS);
      expect(treeText(loaded.tree)).toEqual(treeText(tree));
      expect(loaded.tree.digest()).toEqual(tree.digest());
      expect(loaded.sessions).toEqual(sessions);
      expect(loaded.digest).toEqual({ zxid: 2000, version: 2, treeDigest: tree.digest().treeDigest });
      expect([loaded.tree.lastZxid, loaded.lastZxid]).toEqual([2000, 2000]);
    }
  });

  it('P2 a file begins with ZKSN 2 -1 and ends with three seals, as 3.9 writes it', async () => {
    const disk = await written(treeOf(3, seeded(2)), 'gz');
    const bytes = gunzipSync(disk.bytesOf(`${DIR}/snapshot.3.gz`));
    expect(bytes.subarray(0, 16).toString('hex')).toBe('5a4b534e00000002ffffffffffffffff');
    expect(bytes.subarray(-5).toString('hex')).toBe('000000012f');
    expect(bytes.readBigInt64BE(bytes.length - 21)).toBe(3n);
    expect(bytes.subarray(bytes.length - 26, bytes.length - 21).toString('hex')).toBe('000000012f');
  });

  it('P3 older files end after the tree, or after the digest', async () => {
    const tree = treeOf(50, seeded(3));
    const bytes = (await written(tree)).bytesOf(`${DIR}/snapshot.32`);
    for (const [cut, digest, lastZxid] of [[21 + 33, false, null], [21, true, null], [0, true, 50]] as const) {
      const disk = new MemoryDisk();
      disk.place(`${DIR}/snapshot.32`, bytes.subarray(0, bytes.length - cut));
      const loaded = await readSnapshot(disk, { path: `${DIR}/snapshot.32`, zxid: 50 }, OPTIONS);
      expect([loaded.digest !== null, loaded.lastZxid]).toEqual([digest, lastZxid]);
      expect(treeText(loaded.tree)).toEqual(treeText(tree));
    }
  });

  it('P4 cut anywhere else, or with any bit changed, it is refused in words', async () => {
    const tree = treeOf(12, seeded(4), 20);
    const bytes = (await written(tree)).bytesOf(`${DIR}/snapshot.c`);
    const read = async (changed: Buffer): Promise<unknown> => {
      const disk = new MemoryDisk();
      disk.place(`${DIR}/snapshot.c`, changed);
      return readSnapshot(disk, { path: `${DIR}/snapshot.c`, zxid: 12 }, OPTIONS).then(() => null, (error: unknown) => error);
    };
    for (let cut = 1; cut < bytes.length; cut++) {
      if (cut === 21 || cut === 54) continue; // as older releases end
      expect(await read(Buffer.from(bytes.subarray(0, bytes.length - cut))), `cut ${cut}`).toMatchObject({ code: 'COORD_SNAPSHOT_CORRUPT', params: { file: `${DIR}/snapshot.c` } });
    }
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      const harmless = (bit >> 3) >= bytes.length - 5 || ((bit >> 3) >= bytes.length - 26 && (bit >> 3) < bytes.length - 21) ? null : 'COORD_SNAPSHOT_CORRUPT';
      const error = await read(changed) as { code?: string } | null;
      if (harmless !== null) expect(error?.code, `bit ${bit} of byte ${bit >> 3}`).toBe(harmless);
    }
  });

  it('P5 a snapshot written while txns go on, and the txns replayed over it, make the tree', async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const random = seeded(seed * 7919);
      const tree = treeOf(1500, random, 4000);
      const begun = tree.lastZxid;
      const txns: Txn[] = [];
      const parts: Buffer[] = [];
      for (const part of serializeState(tree, sessions)) {
        parts.push(part);
        for (let many = Math.floor(random() * 120); many > 0; many--) {
          const txn = txnOf(tree.lastZxid + 1, randomChange(tree, random, 4000));
          txns.push(txn);
          applyTxn(tree, txn);
        }
      }
      expect(parts.length).toBeGreaterThan(3);
      const { tree: loaded } = await readState(cursorOf(Buffer.concat(parts)), begun, OPTIONS);
      for (const txn of txns) applyTxn(loaded, txn);
      expect(treeText(loaded), `seed ${seed}`).toEqual(treeText(tree));
      expect(loaded.digest()).toEqual(tree.digest());
    }
  });

  it('P6 a crash or an error while it is written leaves no snapshot, and its remains are removed', async () => {
    const tree = treeOf(400, seeded(6));
    const disk = new MemoryDisk();
    let writes = 0;
    disk.fails = () => (++writes === 2 ? 'ENOSPC' : null);
    await expect(writeSnapshot(disk, DIR, tree, sessions, { compression: 'none', logged: async () => {} })).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(await disk.list(DIR)).toEqual([]);
    disk.fails = () => null;
    disk.place(`${DIR}/tmp.snapshot.5`, Buffer.from('half'));
    disk.place(`${DIR}/snapshot.5.tmp`, Buffer.from('half of a real server'));
    expect(await listSnapshots(disk, DIR)).toEqual([]);
    await removeUnfinished(disk, DIR);
    expect(await disk.list(DIR)).toEqual(['snapshot.5.tmp']);
  });

  it('P6 it gets its name only once the log reaches as far as it does', async () => {
    const tree = treeOf(100, seeded(7));
    const disk = new MemoryDisk();
    let names: string[] = [];
    await writeSnapshot(disk, DIR, tree, sessions, { compression: 'none', logged: async () => { names = await disk.list(DIR); } });
    expect(names).toEqual(['tmp.snapshot.64']);
    expect(await disk.list(DIR)).toEqual(['snapshot.64']);
  });

  it('P7 no slice holds the loop: each part is small, whatever the tree', () => {
    const tree = new DataTree(OPTIONS);
    for (let zxid = 1; zxid <= 5000; zxid++) applyTxn(tree, txnOf(zxid, create(`/n${zxid}`, Buffer.alloc(150))));
    applyTxn(tree, txnOf(5001, setData('/n5', Buffer.alloc(10))));
    const sizes = [...serializeState(tree, sessions)].map((part) => part.length);
    expect(sizes.length).toBeGreaterThan(8);
    expect(Math.max(...sizes)).toBeLessThan(140_000);
  });
});
