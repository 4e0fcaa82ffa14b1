// What the generator finds different, makes, asks for and reports; and what a deletion takes and spares.
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ErrorInfo } from '../../../../../../preload/contract/errors.ts';
import { openDigests } from '../../../../../../main/engines/sync/checksum/digests.ts';
import type { FileEntry, FileList } from '../../../../../../main/engines/sync/flist/file-list.ts';
import { compareEntries, type CompareOptions } from '../../../../../../main/engines/sync/generator/compare.ts';
import { deleteExtraneous, type DeletionParts } from '../../../../../../main/engines/sync/generator/delete.ts';
import { finishFolders, generateAll, type GeneratorParts } from '../../../../../../main/engines/sync/generator/generate.ts';
import { itemize } from '../../../../../../main/engines/sync/generator/itemize.ts';
import { ConfinedRoot } from '../../../../../../main/engines/sync/receiver/confined-root.ts';
import { attributesFor } from '../../../../../../main/engines/sync/receiver/id-map.ts';
import { Outstanding } from '../../../../../../main/engines/sync/receiver/outstanding.ts';
import { OPEN_GATE } from '../../../../../../main/engines/sync/sessions/events.ts';
import { DEFAULT_OPTIONS, type TransferOptions } from '../../../../../../main/engines/sync/sessions/options.ts';
import { NdxWriter } from '../../../../../../main/engines/sync/wire/ndx.ts';
import { ITEM } from '../../../../../../main/engines/sync/wire/requests.ts';
import { bytesOf, writerTo } from '../wire/support.ts';
import { DIR, FILE, LINK, entry, listOf } from '../receiver/support.ts';

describe('G itemized changes', () => {
  it.each([
    [ITEM.TRANSFER | ITEM.NEW, FILE, '>f+++++++++'], [ITEM.TRANSFER | ITEM.SIZE | ITEM.TIME, FILE, '>f.st......'], [ITEM.TRANSFER | ITEM.CHANGE, FILE, '>fc........'],
    [ITEM.LOCAL_CHANGE | ITEM.NEW, DIR, 'cd+++++++++'], [ITEM.TIME, DIR, '.d..t......'], [ITEM.PERMS | ITEM.OWNER | ITEM.GROUP, FILE, '.f...pog...'],
    [ITEM.LOCAL_CHANGE | ITEM.CHANGE | ITEM.TIME, LINK, 'cLc.t......'], [ITEM.LOCAL_CHANGE | ITEM.NEW, 0o020666, 'cD+++++++++'], [ITEM.LOCAL_CHANGE | ITEM.NEW, 0o010644, 'cS+++++++++'], [0, FILE, '.f         '],
  ])('G7 flags %i of mode %i read %s', (flags, mode, text) => {
    expect(itemize(flags, mode, { sending: false, times: true })).toBe(text);
  });

  it('G8 what is sent begins with <, and a time that is not kept is a T', () => {
    expect(itemize(ITEM.TRANSFER | ITEM.TIME, FILE, { sending: true, times: false })).toBe('<f..T......');
  });
});

describe('G differences', () => {
  const options: CompareOptions = { ...DEFAULT_OPTIONS, asRoot: true };
  const here = entry('f', FILE, { size: 3 });

  it.each<[string, Partial<FileEntry>, Partial<CompareOptions>, number]>([
    ['nothing', {}, {}, 0],
    ['size', { size: 4 }, {}, ITEM.TRANSFER | ITEM.SIZE],
    ['time', { mtime: 5 }, {}, ITEM.TRANSFER | ITEM.TIME],
    ['time under --size-only', { mtime: 5 }, { sizeOnly: true }, ITEM.TIME],
    ['nothing under -I', {}, { ignoreTimes: true }, ITEM.TRANSFER],
    ['time without -t', { mtime: 5 }, { times: false }, ITEM.TRANSFER | ITEM.TIME],
    ['mode', { mode: 0o100600 }, {}, ITEM.PERMS],
    ['mode without -p', { mode: 0o100600 }, { perms: false }, 0],
    ['owner', { uid: 4242 }, {}, ITEM.OWNER],
    ['owner, not as root', { uid: 4242 }, { asRoot: false }, 0],
    ['group', { gid: 4242 }, {}, ITEM.GROUP],
    ['a newer file there under -u', { mtime: 2_000_000_000, size: 9 }, { update: true }, 0],
    ['an older file there under -u', { mtime: 5, size: 9 }, { update: true }, ITEM.TRANSFER | ITEM.SIZE | ITEM.TIME],
    ['another type', { mode: LINK, link: Buffer.from('x') }, {}, ITEM.TRANSFER | ITEM.NEW],
  ])('G9 %s', (_what, there, more, flags) => {
    expect(compareEntries(here, { ...here, ...there }, { ...options, ...more }).flags).toBe(flags);
  });

  it('G10 under -c content decides, not time', () => {
    const checksum = { ...options, checksum: true };
    const digest = Buffer.from('same');
    expect(compareEntries({ ...here, digest }, { ...here, mtime: 5, digest: Buffer.from('same') }, checksum).flags).toBe(ITEM.TIME);
    expect(compareEntries({ ...here, digest }, { ...here, digest: Buffer.from('else') }, checksum).flags).toBe(ITEM.TRANSFER | ITEM.CHANGE);
  });
});

describe('G the generator', () => {
  let folder = '';
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'sluice-generate-')); });
  afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

  interface Run { readonly parts: GeneratorParts; readonly bytes: () => Buffer; readonly items: (readonly [number, number])[]; readonly failed: (readonly [number, string])[] }
  async function generator(list: FileList, options: Partial<TransferOptions> = {}, more: Partial<GeneratorParts> = {}): Promise<Run> {
    const { writer, bytes } = writerTo();
    const all = { ...DEFAULT_OPTIONS, ...options };
    const items: (readonly [number, number])[] = [];
    const failed: (readonly [number, string])[] = [];
    return {
      bytes, items, failed,
      parts: {
        writer, outgoing: new NdxWriter(), list, root: new ConfinedRoot(Buffer.from(folder)), digests: await openDigests('xxh128', 1), options: all,
        attributes: attributesFor(all, { users: new Map(), groups: new Map() }), outstanding: new Outstanding(), gate: OPEN_GATE, reportAll: true, untouched: new Set(),
        events: { item: (ndx, flags) => { items.push([ndx, flags]); }, fileFailed: (ndx, error) => { failed.push([ndx, error.code]); } },
        totals: { sent: 0, received: 0, literal: 0, matched: 0, exitCode: 0, ioError: 0 }, ...more,
      },
    };
  }

  it('G11 asks as stock rsync does for a new tree (recorded session)', async () => {
    const list = listOf(
      entry('.', 0o40700, { mtime: 5 }), entry('b.txt', FILE, { size: 5 }), entry('ln', LINK, { link: Buffer.from('b.txt') }), entry('sub', DIR), entry('sub/a.txt', FILE, { size: 1500 }),
    );
    const { parts, bytes, items } = await generator(list);
    await generateAll(parts);
    expect(items).toEqual([[0, ITEM.TIME], [1, 0xa000], [2, 0x6000], [3, 0x6000], [4, 0xa000]]);
    expect(bytes().toString('hex')).toBe(bytesOf(`01 0800  01 00a0 ${'00'.repeat(16)}  01 0060  01 0060  01 00a0 ${'00'.repeat(16)}`).toString('hex'));
    expect(readlinkSync(join(folder, 'ln'))).toBe('b.txt');
    finishFolders(parts);
    expect(statSync(folder).mtimeMs).toBe(5000);
    expect(statSync(join(folder, 'sub')).mtimeMs).toBe(1_600_000_000_000);
  });

  it('G12 sends the sums of the old file as stock rsync does (recorded session)', async () => {
    writeFileSync(join(folder, 'a.txt'), `${'a'.repeat(699)}b${'a'.repeat(800)}`);
    const { parts, bytes } = await generator(listOf(entry('a.txt', FILE, { size: 1501 })));
    utimesSync(join(folder, 'a.txt'), 1_600_000_000, 1_600_000_000);
    await generateAll(parts);
    const text = bytes().toString('hex');
    expect(text.slice(6)).toBe(bytesOf('03000000 bc020000 02000000 64000000 3d09a724 68b4 3c09a624 9198 e4257a79 d222').toString('hex'));
    expect(text.slice(0, 2)).toBe('01');
  });

  it('G13 what stands in the way: another type goes, a folder that is not empty stays and is told', async () => {
    mkdirSync(join(folder, 'full/x'), { recursive: true });
    mkdirSync(join(folder, 'hollow'));
    writeFileSync(join(folder, 'dir'), 'a file');
    symlinkSync('/etc', join(folder, 'dir2'));
    const list = listOf(entry('full', FILE, { size: 1 }), entry('hollow', LINK, { link: Buffer.from('to') }), entry('dir', DIR), entry('dir2', DIR));
    const { parts, failed } = await generator(list);
    await generateAll(parts);
    expect(failed).toEqual([[0, 'FILE_TYPE_IN_THE_WAY']]);
    expect(existsSync(join(folder, 'full/x'))).toBe(true);
    expect(readlinkSync(join(folder, 'hollow'))).toBe('to');
    for (const name of ['dir', 'dir2']) expect(lstatSync(join(folder, name)).isDirectory()).toBe(true);
    expect(readdirSync(join(folder, 'dir2'))).toEqual([]);
  });

  it('G14 nothing below a folder that could not be made is tried', async () => {
    const list = listOf(entry('n'.repeat(256), DIR), entry(`${'n'.repeat(256)}/f`, FILE, { size: 1 }), entry('ok', DIR));
    const { parts, failed } = await generator(list);
    await generateAll(parts);
    expect(failed).toEqual([[0, 'FILE_NAME_TOO_LONG']]);
    expect(readdirSync(folder)).toEqual(['ok']);
  });

  it('G15 what the plan skips or finds changed is not touched, a folder\'s attributes included', async () => {
    mkdirSync(join(folder, 'd'), { mode: 0o700 });
    utimesSync(join(folder, 'd'), 77, 77);
    writeFileSync(join(folder, 'f'), 'mine');
    const changed: ErrorInfo = { code: 'FILE_CHANGED', params: { path: 'f' } };
    const seen: (readonly [number, number | null])[] = [];
    const list = listOf(entry('d', DIR), entry('f', FILE, { size: 9 }), entry('new', FILE, { size: 9 }));
    const index = (name: string, dir = false): number => list.find(Buffer.from(name), dir);
    const { parts, failed, bytes } = await generator(list, {}, {
      decide: (ndx, there) => { seen.push([ndx, there?.size ?? null]); return ndx === index('f') ? changed : 'skip'; },
    });
    await generateAll(parts);
    finishFolders(parts);
    expect(failed).toEqual([[index('f'), 'FILE_CHANGED']]);
    expect(seen.map(([ndx]) => ndx).sort()).toEqual([0, 1, 2]);
    expect(seen).toContainEqual([index('f'), 4]);
    expect(seen).toContainEqual([index('new'), null]);
    expect(bytes().length).toBe(0);
    expect(readFileSync(join(folder, 'f'), 'utf8')).toBe('mine');
    expect(statSync(join(folder, 'd'))).toMatchObject({ mtimeMs: 77_000, mode: 0o40700 });
  });

  it('G16 at most 512 requests are open: the generator waits for the receiver', async () => {
    const list = listOf(...Array.from({ length: 600 }, (_, i) => entry(`f${i}`, FILE, { size: 1 })));
    const { parts, items } = await generator(list);
    let ended = false;
    const run = generateAll(parts).then(() => { ended = true; });
    for (let turn = 0; turn < 200 && items.length < 513; turn++) await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(ended).toBe(false);
    expect(items.length).toBeLessThanOrEqual(513);
    for (let ndx = 0; !ended; ndx++) { parts.outstanding.settle(ndx); await new Promise(setImmediate); }
    await run;
    expect(items.length).toBe(600);
  });

  it('G17 a dry run asks and reports the same and changes nothing', async () => {
    writeFileSync(join(folder, 'dir'), 'in the way');
    const list = listOf(entry('dir', DIR), entry('ln', LINK, { link: Buffer.from('x') }), entry('f', FILE, { size: 1 }));
    const { parts, items } = await generator(list, { dryRun: true });
    await generateAll(parts);
    finishFolders(parts);
    expect(items.length).toBe(3);
    expect(readdirSync(folder)).toEqual(['dir']);
    expect(lstatSync(join(folder, 'dir')).isFile()).toBe(true);
  });
});

describe('G deletion', () => {
  let top = '';
  beforeEach(() => { top = mkdtempSync(join(tmpdir(), 'sluice-delete-')); });
  afterEach(() => { rmSync(top, { recursive: true, force: true }); });

  async function run(list: FileList, more: Partial<DeletionParts> = {}, inTheWayOnly = false): Promise<{ deleted: string[]; counts: DeletionParts['counts']; failed: string[] }> {
    const deleted: string[] = [];
    const failed: string[] = [];
    const counts = { files: 0, dirs: 0, links: 0, devices: 0, specials: 0 };
    const root = new ConfinedRoot(Buffer.from(join(top, 'root')));
    await deleteExtraneous({
      list, root, dryRun: false, protects: () => false, counts,
      onDeleted: (path, dir) => { deleted.push(`${path.toString()}${dir ? '/' : ''}`); }, onFailed: (_path, error) => { failed.push(error.code); }, ...more,
    }, inTheWayOnly);
    root.close();
    return { deleted, counts, failed };
  }
  const plant = (): void => {
    mkdirSync(join(top, 'root/d/deep'), { recursive: true });
    mkdirSync(join(top, 'outside'));
    for (const name of ['outside/precious', 'root/extra', 'root/kept', 'root/d/deep/x', 'root/d/y']) writeFileSync(join(top, name), '');
    symlinkSync(join(top, 'outside'), join(top, 'root/link'));
  };

  it('G18 takes what the list lacks, deepest first, and counts it by kind; links go, not what they point to', async () => {
    plant();
    const { deleted, counts } = await run(listOf(entry('.', DIR), entry('kept', FILE)));
    expect(deleted).toEqual(['d/deep/x', 'd/deep/', 'd/y', 'd/', 'extra', 'link']);
    expect(counts).toEqual({ files: 3, dirs: 2, links: 1, devices: 0, specials: 0 });
    expect(readdirSync(join(top, 'root'))).toEqual(['kept']);
    expect(readdirSync(join(top, 'outside'))).toEqual(['precious']);
  });

  it('G19 spares what is protected and the folders above it', async () => {
    plant();
    const { deleted } = await run(listOf(entry('.', DIR), entry('kept', FILE)), { protects: (path) => path.toString().endsWith('/x') });
    expect(deleted).toEqual(['d/y', 'extra', 'link']);
    expect(existsSync(join(top, 'root/d/deep/x'))).toBe(true);
  });

  it('G20 looks only into folders whose content the list tells', async () => {
    plant();
    expect((await run(listOf(entry('.', DIR, { noContent: true }), entry('d', DIR, { noContent: true })))).deleted).toEqual([]);
    expect((await run(listOf(entry('.', DIR, { noContent: true }), entry('d', DIR)))).deleted).toEqual(['d/deep/x', 'd/deep/', 'd/y']);
  });

  it('G21 a listed folder that is a link here is not followed', async () => {
    plant();
    const { deleted } = await run(listOf(entry('.', DIR), entry('kept', FILE), entry('extra', FILE), entry('d', DIR), entry('d/y', FILE), entry('d/deep', DIR), entry('d/deep/x', FILE), entry('link', DIR)));
    expect(deleted).toEqual([]);
    expect(readdirSync(join(top, 'outside'))).toEqual(['precious']);
  });

  it('G22 a dry run tells and keeps all; the pass before a late deletion takes only folders in the way', async () => {
    plant();
    expect((await run(listOf(entry('.', DIR)), { dryRun: true })).deleted.length).toBe(7);
    expect(existsSync(join(top, 'root/d/deep/x'))).toBe(true);
    expect((await run(listOf(entry('.', DIR), entry('d', FILE)), {}, true)).deleted).toEqual(['d/deep/x', 'd/deep/', 'd/y', 'd/']);
    expect(existsSync(join(top, 'root/extra'))).toBe(true);
  });
});
