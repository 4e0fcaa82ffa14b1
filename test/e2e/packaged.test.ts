// `npm run dist`: what it makes is started and does its work. The tar.gz is the same folder.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { packagingEnv, packagingProblem, runtimeDist } from '../peers/electron/runtime.ts';
import { syncFolders, takeApi } from './support/api.ts';
import { openPackaged, stopDesktop } from './support/electron.ts';
import { hostProblem } from './support/host.ts';

/** How a fuse reads in the binary. */
const [OFF, ON] = [48, 49];
const root = resolve(import.meta.dirname, '../..');
const problem = hostProblem('electron') ?? packagingProblem();

describe.skipIf(problem)(`the packages${problem ? ` (skipped: ${problem})` : ''}`, () => {
  let folder: string;
  let pack: string;
  const packed = (...names: string[]): string => join(pack, ...names);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-packaged-'));
    pack = join(folder, 'pack');
    const run = spawnSync(process.execPath, [join(root, 'scripts/run.mjs'), 'dist', 'dir', 'AppImage', 'tar.gz', '--output', pack], {
      encoding: 'utf8', env: { ...process.env, ...packagingEnv, SLUICE_ELECTRON_DIST: runtimeDist },
    });
    if (run.status !== 0) throw new Error(run.stdout + run.stderr);
  });
  afterAll(async () => {
    await stopDesktop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('there are a folder, an AppImage and an archive', () => {
    const names = readdirSync(pack);
    expect([names.includes('linux-unpacked'), names.filter((name) => name.endsWith('.AppImage')).length]).toEqual([true, 1]);
    const listed = spawnSync('tar', ['-tzf', packed(names.find((name) => name.endsWith('.tar.gz')) ?? '')], { encoding: 'utf8' }).stdout;
    expect(listed).toMatch(/\/resources\/app\.asar\n/);
  });

  it('nothing is packed beside the archive but engines and one library', () => {
    const unpacked = packed('linux-unpacked/resources/app.asar.unpacked');
    const files = readdirSync(unpacked, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => relative(unpacked, join(entry.parentPath, entry.name)));
    expect(files.filter((file) => file.endsWith('.node'))).toEqual(['node_modules/better-sqlite3/prebuilds/linux-x64.node']);
    expect(files.filter((file) => !file.startsWith('node_modules/better-sqlite3/') && !file.startsWith('dist/engines/'))).toEqual([]);
    expect(readdirSync(packed('linux-unpacked/resources')).filter((name) => name.startsWith('app')).sort()).toEqual(['app.asar', 'app.asar.unpacked']);
  });

  it('the fuses are set', async () => {
    const wire = (await getCurrentFuseWire(packed('linux-unpacked/sluice'))) as unknown as Record<number, number | undefined>;
    const wanted: [FuseV1Options, number][] = [
      [FuseV1Options.RunAsNode, OFF], [FuseV1Options.EnableCookieEncryption, ON],
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable, OFF], [FuseV1Options.EnableNodeCliInspectArguments, OFF],
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation, ON], [FuseV1Options.OnlyLoadAppFromAsar, ON],
      [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot, OFF],
    ];
    expect(wanted.map(([fuse]) => wire[fuse])).toEqual(wanted.map(([, state]) => state));
    // the Electron of the tests is older than this one
    expect([undefined, OFF]).toContain(wire[FuseV1Options.GrantFileProtocolExtraPrivileges]);
  });

  it('the unpacked app runs a sync', async () => {
    const [source, target] = [join(folder, 'source'), join(folder, 'target')];
    mkdirSync(join(source, 'below'), { recursive: true });
    mkdirSync(target);
    writeFileSync(join(source, 'below/a.txt'), 'packed');
    const app = await openPackaged(packed('linux-unpacked/sluice'), { dataDir: join(folder, 'data') });
    const run = await syncFolders(await takeApi(app.page), source, target);
    expect([run.state, readFileSync(join(target, 'below/a.txt'), 'utf8')]).toEqual(['done', 'packed']);
    expect(await app.close()).toBe(0);
  });

  it('the AppImage starts', async () => {
    const image = packed(readdirSync(pack).find((name) => name.endsWith('.AppImage')) ?? '');
    const temporary = join(folder, 'extracted');
    mkdirSync(temporary);
    const app = await openPackaged(image, { dataDir: join(folder, 'data-2'), env: { APPIMAGE_EXTRACT_AND_RUN: '1', TMPDIR: temporary } });
    await vi.waitFor(async () => expect(await app.page.evaluate(() => document.body.innerText)).toContain('Sync engine: ready'), { timeout: 30_000, interval: 200 });
    expect(await app.page.evaluate(() => location.origin)).toBe('app://sluice');
    await app.close();
    expect(existsSync(join(folder, 'data-2/sluice.sqlite'))).toBe(true);
  });
});
