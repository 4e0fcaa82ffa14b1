// A list session and an exact deletion against stock `rsync --server`.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileList } from '../../main/engines/sync/flist/file-list.ts';
import { scanTree } from '../../main/engines/sync/flist/scan.ts';
import { deleteRemote } from '../../main/engines/sync/sessions/delete.ts';
import { listRemote } from '../../main/engines/sync/sessions/list.ts';
import { DEFAULT_OPTIONS } from '../../main/engines/sync/sessions/options.ts';
import { ChildShell } from '../../main/engines/sync/transport/child-shell.ts';
import type { RemoteShell } from '../../main/engines/sync/transport/remote-process.ts';

const shell = new ChildShell();

describe.skipIf(!hasRsync()).each([31, 32] as const)('sessions with stock rsync, protocol %d (needs rsync)', (protocol) => {
  let root: string;
  beforeEach(() => { root = mkdtempSync(join(tmpdir(), 'sluice-list-')); });
  afterEach(() => { rmSync(root, { recursive: true, force: true }); });

  const plant = (...names: (string | Buffer)[]): void => {
    for (const name of names) {
      const path = Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name)]);
      mkdirSync(path.subarray(0, path.lastIndexOf(0x2f)), { recursive: true });
      if (path[path.length - 1] !== 0x2f) writeFileSync(path, name);
    }
  };

  describe('list', () => {
    const list = (more: Partial<Parameters<typeof listRemote>[1]> = {}): ReturnType<typeof listRemote> =>
      listRemote(shell, { path: Buffer.from(`${root}/`), options: DEFAULT_OPTIONS, protocol, host: 'here', ...more });

    it('L1 is what a scan of the same folder finds, entry by entry', async () => {
      plant('a', 'sub/b', 'sub.d/c', 'sub/empty/', 'new\nline', 'n'.repeat(255), Buffer.from([0xff, 0xfe]));
      symlinkSync('sub/b', join(root, 'link'));
      execFileSync('touch', ['-d', '2001-02-03T04:05:06.123456789Z', join(root, 'a')]);
      execFileSync('touch', ['-d', '1969-12-31T23:59:57.5Z', join(root, 'sub/b')]);
      const far = await list();
      const near = new FileList();
      for (const batch of scanTree(Buffer.from(root), { recurse: true, links: true, devices: false, specials: false })) near.append(batch.list.toChunk());
      near.sort();
      const shown = (of: FileList): unknown[] => Array.from({ length: of.length }, (_, i) => { const { name, link, size, ...rest } = of.entry(i); return { ...rest, size: of.isDir(i) ? 0 : size, name: Buffer.from(name).toString('hex'), link: Buffer.from(link ?? '').toString('hex') }; });
      expect(shown(far.list)).toEqual(shown(near));
      expect([far.exitCode, far.ioError, far.said]).toEqual([0, 0, '']);
    });

    it('L2 with -c brings digests; the filter leaves names out; no file is asked for', async () => {
      plant('a', 'b.o', 'sub/c');
      const { list: found, checksum } = await list({ options: { ...DEFAULT_OPTIONS, checksum: true }, rules: [Buffer.from('- *.o')] });
      expect(Array.from({ length: found.length }, (_, i) => found.name(i).toString())).toEqual(['.', 'a', 'sub', 'sub/c']);
      expect(checksum).toBe(protocol === 31 ? 'md5' : 'xxh128');
      if (protocol === 31) expect(found.digest(1)).toEqual(createHash('md5').update('a').digest());
      expect([found.digest(1)?.length, found.digest(0)]).toEqual([16, null]);
    });

    it('L3 an empty folder, a missing one and a file in its place', async () => {
      expect((await list()).list.length).toBe(1);
      const missing = await list({ path: Buffer.from(`${root}/missing/`) }).catch((error: unknown) => error);
      expect(missing instanceof Error ? missing.message : `${String((missing as { said: string }).said)} ${String((missing as { exitCode: number }).exitCode)}`).toMatch(/No such file or directory.*23/s);
    });

    it('L4 many entries arrive whole, with a count on the way', async () => {
      for (let i = 0; i < 3000; i++) plant(`d${i % 50}/file-${i}`);
      const seen: number[] = [];
      const far = await list({ seen: (count) => { seen.push(count); } });
      expect(far.list.length).toBe(3051);
      expect(seen.at(-1)).toBe(3051);
      for (let i = 1; i < far.list.length; i++) expect(far.list.compare(i - 1, far.list, i)).toBeLessThan(0);
    });
  });

  describe('exact deletion', () => {
    const remove = async (paths: readonly string[], through: RemoteShell = shell): Promise<{ deleted: string[]; failed: string[] }> => {
      const deleted: string[] = [];
      const failed: string[] = [];
      await deleteRemote(through, {
        target: Buffer.from(root), host: 'here', protocol, paths: paths.map((path) => ({ path: Buffer.from(path.replace(/\/$/, '')), dir: path.endsWith('/') })),
        deleted: (path) => { deleted.push(path.toString()); }, failed: (path, error) => { failed.push(`${path.toString()} ${error.code}`); },
      });
      return { deleted: deleted.sort(), failed: failed.sort() };
    };
    /** The far side's tree changes after the plan was made and before rsync starts. */
    const after = (change: () => void): RemoteShell => ({ exec: (argv, signal) => { change(); return shell.exec(argv, signal); } });

    it('D1 deletes the named files and folders and nothing beside them', async () => {
      plant('a', 'b', 'sub/c', 'sub/d', 'gone/e/f', 'gone/g', 'other/h');
      const result = await remove(['a', 'sub/c', 'gone/', 'gone/e/', 'gone/e/f', 'gone/g']);
      expect(result).toEqual({ deleted: ['a', 'gone', 'gone/e', 'gone/e/f', 'gone/g', 'sub/c'], failed: [] });
      expect(readdirSync(root, { recursive: true }).sort()).toEqual(['b', 'other', 'other/h', 'sub', 'sub/d']);
    });

    it('D2 names with wildcards and backslashes are themselves only', async () => {
      const odd = ['st*r', 'q?', 'cl[a]ss', 'back\\slash', 'both\\*', '-dash', ' lead', 'new\nline', 'trail\\'];
      plant(...odd, 'staar', 'qq', 'class', 'cla', 'backslash', 'bothx', 'sub/st*r');
      expect(await remove(odd)).toEqual({ deleted: [...odd].sort(), failed: [] });
      expect(readdirSync(root).sort()).toEqual(['backslash', 'bothx', 'cla', 'class', 'qq', 'staar', 'sub']);
      expect(existsSync(join(root, 'sub/st*r'))).toBe(true);
    });

    it('D3 a file that appeared meanwhile survives, its folder too, and that is said', async () => {
      plant('gone/e/f', 'gone/g');
      const result = await remove(['gone/', 'gone/e/', 'gone/e/f', 'gone/g'], after(() => { plant('gone/e/new'); }));
      expect(readdirSync(root, { recursive: true }).sort()).toEqual(['gone', 'gone/e', 'gone/e/new']);
      expect(result).toEqual({ deleted: ['gone/e/f', 'gone/g'], failed: ['gone FILE_NOT_EMPTY', 'gone/e FILE_NOT_EMPTY'] });
    });

    it('D4 more names than one session takes rules for', async () => {
      const names = Array.from({ length: 1203 }, (_, i) => `gone/${i % 7}/f${i}`);
      plant(...names, 'stay');
      const folders = ['gone/', ...Array.from({ length: 7 }, (_, i) => `gone/${i}/`)];
      const { deleted, failed } = await remove([...names, ...folders]);
      expect([deleted.length, failed, readdirSync(root)]).toEqual([1211, [], ['stay']]);
    });

    it('D5 a parent folder that became a link leads to no deletion outside', async () => {
      const outside = mkdtempSync(join(tmpdir(), 'sluice-outside-'));
      try {
        writeFileSync(join(outside, 'f'), 'precious');
        plant('d/f');
        const result = await remove(['d/f'], after(() => {
          if (lstatSync(join(root, 'd')).isSymbolicLink()) return;
          renameSync(join(root, 'd'), join(root, 'd.old'));
          symlinkSync(outside, join(root, 'd'));
        }));
        expect(readdirSync(outside)).toEqual(['f']);
        expect(result.deleted).toEqual([]);
        expect(lstatSync(join(root, 'd')).isSymbolicLink()).toBe(true);
      } finally {
        rmSync(outside, { recursive: true, force: true });
      }
    });

    it('D6 a parent folder that went is not made again, and one that became a file stays', async () => {
      plant('d/f', 'e/f');
      const result = await remove(['d/f', 'e/f'], after(() => {
        rmSync(join(root, 'd'), { recursive: true, force: true });
        rmSync(join(root, 'e'), { recursive: true, force: true });
        writeFileSync(join(root, 'e'), 'now a file');
      }));
      expect(result.deleted).toEqual([]);
      expect([existsSync(join(root, 'd')), lstatSync(join(root, 'e')).isFile()]).toEqual([false, true]);
    });

    it('D7 the modes and owners of folders passed through stay, and what is missing counts as failed or done, never as an exception', async () => {
      plant('deep/er/f', 'deep/er/g');
      execFileSync('chmod', ['700', join(root, 'deep'), join(root, 'deep/er')]);
      utimesSync(join(root, 'deep'), 1000, 1000);
      await remove(['deep/er/f', 'deep/er/not-there']);
      expect([lstatSync(join(root, 'deep')).mode & 0o777, lstatSync(join(root, 'deep/er')).mode & 0o777, lstatSync(join(root, 'deep')).mtimeMs]).toEqual([0o700, 0o700, 1_000_000]);
      expect(readdirSync(join(root, 'deep/er'))).toEqual(['g']);
    });
  });
});

function hasRsync(): boolean {
  try { execFileSync('rsync', ['--version'], { stdio: 'ignore' }); return true; } catch { return false; }
}
