// A push into stock `rsync --server`: what it leaves, what it costs, and what stock rsync says of the result.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, existsSync, lstatSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileList } from '../../main/engines/sync/flist/file-list.ts';
import { scanTree } from '../../main/engines/sync/flist/scan.ts';
import { openFileDigests } from './support/file-digests.ts';
import { FilterRules } from '../../main/engines/sync/filter/rules.ts';
import { DEFAULT_OPTIONS, type TransferOptions } from '../../main/engines/sync/sessions/options.ts';
import { push, type PushRequest } from '../../main/engines/sync/sessions/push.ts';
import type { SessionTotals } from '../../main/engines/sync/sessions/events.ts';
import { ChildShell } from '../../main/engines/sync/transport/child-shell.ts';

const shell = new ChildShell();
const BOTH = [31, 32] as const;

describe.skipIf(!hasRsync())('S push into stock rsync (needs rsync)', () => {
  let root: string;
  let source: string;
  let target: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'sluice-push-'));
    source = join(root, 'src');
    target = join(root, 'dst');
    mkdirSync(source);
    mkdirSync(target);
  });
  afterEach(() => { rmSync(root, { recursive: true, force: true }); });

  const scan = (rules = FilterRules.parse([])): { list: FileList; ioError: number } => {
    const list = new FileList();
    let ioError = 0;
    const scanned = scanTree(Buffer.from(source), { recurse: true, links: true, devices: false, specials: false, excluded: (path, dir) => rules.excludes(path, dir, 'sender') });
    for (const batch of scanned) {
      list.append(batch.list.toChunk());
      if (batch.errors.length > 0) ioError = 1;
    }
    list.sort();
    return { list, ioError };
  };
  const run = (options: Partial<TransferOptions> = {}, more: Partial<PushRequest> = {}): Promise<SessionTotals> =>
    push(shell, { ...scan(), root: Buffer.from(source), target: Buffer.from(target), options: { ...DEFAULT_OPTIONS, ...options }, host: 'here', ...more });
  /** What stock rsync would still do. */
  const left = (...flags: string[]): string => execFileSync('rsync', ['-anic', '--delete', ...flags, `${source}/`, `${target}/`], { encoding: 'latin1' });

  const plant = (): void => {
    mkdirSync(join(source, 'sub/empty'), { recursive: true });
    mkdirSync(join(source, 'sub.d'));
    for (const [name, text] of [['a', 'alpha'], ['sub/b', 'x'.repeat(5000)], ['sub.d/c', ''], ['-dash', '1'], ['new\nline', '2'], ['sp ace *?[x]', '3'], ['n'.repeat(255), '4'], ['ключ', '5']] as const) writeFileSync(join(source, name), text);
    writeFileSync(Buffer.concat([Buffer.from(`${source}/`), Buffer.from([0xff, 0xfe, 0x80])]), 'bytes');
    symlinkSync('sub/b', join(source, 'link'));
    symlinkSync('/nowhere/at/all', join(source, 'sub/broken'));
    chmodSync(join(source, 'a'), 0o4711);
    chmodSync(join(source, 'sub.d'), 0o700);
    execFileSync('touch', ['-d', '2001-02-03T04:05:06.123456789Z', join(source, 'a')]);
    execFileSync('touch', ['-d', '1969-12-31T23:59:57.5Z', join(source, 'sub/b')]);
    execFileSync('touch', ['-h', '-d', '2010-01-01T00:00:00.5Z', join(source, 'link')]);
    execFileSync('touch', ['-d', '2011-01-01T00:00:00.75Z', join(source, 'sub/empty')]);
  };

  describe.each(BOTH)('protocol %d', (protocol) => {
    it.each([{}, { compress: true }, { checksum: true }, { wholeFile: true }, { inplace: true }, { partial: true }, { numericIds: true }, { compress: true, inplace: true }] as Partial<TransferOptions>[])('S1 odd names, times, links, modes under %j: rsync finds nothing left, and a second run sends no data', async (options) => {
      plant();
      if (options.checksum) writeFileSync(join(target, 'a'), 'alphA');
      const list = scan();
      if (options.checksum) await openFileDigests(list.list, source, protocol === 32 ? 'xxh128' : 'md5');
      const first = await run(options, { protocol, ...list });
      expect(first.exitCode).toBe(0);
      expect(left()).toBe('');
      expect(lstatSync(join(target, 'a'), { bigint: true }).mtimeNs % 1_000_000_000n).toBe(123_456_789n);
      const started: number[] = [];
      const second = await run(options, { protocol, ...list, events: { fileStart: (ndx) => { started.push(ndx); } } });
      expect([second.exitCode, second.literal, second.matched, started]).toEqual([0, 0, 0, []]);
    });

    it('S2 changed text is sent as differences, compressed or not, and mixed with new text', async () => {
      const bytes = randomBytes(3_000_000);
      writeFileSync(join(target, 'f'), bytes);
      utimesSync(join(target, 'f'), 1, 1);
      const changed = Buffer.concat([Buffer.from('front'), bytes.subarray(0, 1_000_000), Buffer.alloc(50_000, 'words and words '), bytes.subarray(900_000, 2_999_999), Buffer.alloc(300_000), bytes.subarray(0, 700)]);
      for (const options of [{}, { compress: true }, { inplace: true }, { inplace: true, compress: true }]) {
        writeFileSync(join(source, 'f'), changed);
        writeFileSync(join(target, 'f'), bytes);
        utimesSync(join(target, 'f'), 1, 1);
        const totals = await run(options, { protocol });
        expect(totals.exitCode).toBe(0);
        expect(readFileSync(join(target, 'f')).equals(changed)).toBe(true);
        expect(totals.literal + totals.matched).toBe(changed.length);
        if (!options.inplace) expect(totals.literal).toBeLessThan(400_000);
      }
    });

    it.each([0, 1, 2, 699, 700, 701, 1399, 1400, 4096, 32_768, 32_769, 65_536, 131_072, 500_001])('S3 a basis and a file of about %d bytes, each end changed', async (size) => {
      const basis = randomBytes(size);
      for (const [name, bytes] of [['same', basis], ['cut', basis.subarray(0, -1)], ['longer', Buffer.concat([basis, Buffer.from('tail')])], ['head', Buffer.concat([Buffer.from('x'), basis])], ['empty', Buffer.alloc(0)]] as const) {
        writeFileSync(join(source, name), bytes);
        writeFileSync(join(target, name), basis);
        utimesSync(join(target, name), 1, 1);
      }
      const totals = await run({ compress: size % 2 === 0 }, { protocol });
      expect([totals.exitCode, left()]).toEqual([0, '']);
    });

    it('S4 --delete removes what the list does not have, says which, and spares what rules protect', async () => {
      plant();
      await run({}, { protocol });
      mkdirSync(join(target, 'extra/deep'), { recursive: true });
      writeFileSync(join(target, 'extra/deep/f'), '');
      writeFileSync(join(target, 'sub/junk.tmp'), '');
      writeFileSync(join(target, 'kept.bak'), '');
      for (const when of ['before', 'during'] as const) {
        writeFileSync(join(target, 'gone'), '');
        const deleted: string[] = [];
        const totals = await run({ delete: when }, { protocol, rules: FilterRules.parse(['P *.bak']).wire(), events: { deleted: (name, dir) => { deleted.push(`${name.toString()}${dir ? '/' : ''}`); } } });
        expect(totals.exitCode).toBe(0);
        expect(deleted).toContain('gone');
        if (when === 'before') expect(deleted.sort()).toEqual(['extra/', 'extra/deep/', 'extra/deep/f', 'gone', 'sub/junk.tmp']);
      }
      expect(left().trim()).toBe('*deleting   kept.bak');
    });

    it('S5 nothing is deleted after a scan with errors', async () => {
      writeFileSync(join(source, 'a'), '');
      writeFileSync(join(target, 'precious'), '');
      const totals = await run({ delete: 'before' }, { protocol, ioError: 1 });
      expect(existsSync(join(target, 'precious'))).toBe(true);
      expect(totals.ioError & 1).toBe(1);
    });

    it('S6 -n changes nothing and names what would', async () => {
      plant();
      const items: number[] = [];
      const totals = await run({ dryRun: true }, { protocol, events: { item: (ndx) => { items.push(ndx); } } });
      expect([totals.exitCode, readdirSync(target)]).toEqual([0, []]);
      expect(items.length).toBeGreaterThan(10);
    });

    it('S7 -u leaves a newer file, and a filter leaves out what it hides', async () => {
      writeFileSync(join(source, 'a'), 'old');
      utimesSync(join(source, 'a'), 1000, 1000);
      writeFileSync(join(target, 'a'), 'newer');
      writeFileSync(join(source, 'x.o'), '');
      writeFileSync(join(source, 'keep.o'), '');
      const totals = await run({ update: true }, { protocol, ...scan(FilterRules.parse(['+ keep.o', '- *.o'])) });
      expect([totals.exitCode, readFileSync(join(target, 'a'), 'utf8'), readdirSync(target).sort()]).toEqual([0, 'newer', ['a', 'keep.o']]);
    });

    it('S8 a file that went, became a link, or was refused is an event, and the others arrive', async () => {
      for (const name of ['a', 'gone', 'link', 'refused', 'z']) writeFileSync(join(source, name), name);
      const { list } = scan();
      rmSync(join(source, 'gone'));
      rmSync(join(source, 'link'));
      symlinkSync('/etc/passwd', join(source, 'link'));
      const failed: string[] = [];
      const name = (ndx: number): string => list.name(ndx).toString();
      const totals = await run({}, {
        protocol, list, check: (ndx) => (name(ndx) === 'refused' ? { code: 'FILE_CHANGED', params: { path: 'refused' } } : null),
        events: { fileFailed: (ndx, error) => { failed.push(`${name(ndx)} ${error.code}`); } },
      });
      expect(failed).toEqual(['gone FILE_VANISHED', 'link FILE_UNREADABLE', 'refused FILE_CHANGED']);
      expect(readdirSync(target).sort()).toEqual(['a', 'z']);
      expect(totals.ioError).not.toBe(0);
    });

    it('S9 a list of decided rows and their parents touches nothing else', async () => {
      plant();
      const { list } = scan();
      const wanted = ['.', 'sub', 'sub/b'].map((path) => list.find(Buffer.from(path), path !== 'sub/b'));
      writeFileSync(join(target, 'other'), 'stays');
      const totals = await run({}, { protocol, list: list.subset(wanted) });
      expect([totals.exitCode, readdirSync(target).sort(), readdirSync(join(target, 'sub'))]).toEqual([0, ['other', 'sub'], ['b']]);
    });

    it('S10 a file that grows or shrinks under the sender breaks nothing', async () => {
      writeFileSync(join(source, 'a'), randomBytes(2_000_000));
      writeFileSync(join(source, 'b'), 'b');
      const { list } = scan();
      writeFileSync(join(source, 'a'), randomBytes(100));
      const totals = await run({}, { protocol, list });
      expect(totals.exitCode).toBe(0);
      expect(readFileSync(join(target, 'a')).equals(readFileSync(join(source, 'a')))).toBe(true);
      expect(readFileSync(join(target, 'b'), 'utf8')).toBe('b');
    });
  });

  it('S11 of a 200 MB file with 1 % of its 4 KiB blocks changed less than 12 % is sent', async () => {
    const blocks = 51_200;
    const file = join(source, 'big');
    const fd = openSync(file, 'w');
    for (let i = 0; i < blocks; i += 256) writeSync(fd, randomBytes(256 * 4096));
    closeSync(fd);
    execFileSync('cp', [file, join(target, 'big')]);
    utimesSync(join(target, 'big'), 1, 1);
    const change = openSync(file, 'r+');
    for (let i = 0; i < blocks / 100; i++) writeSync(change, randomBytes(4096), 0, 4096, ((i * 7919) % blocks) * 4096);
    closeSync(change);
    const totals = await run();
    expect([totals.exitCode, left()]).toEqual([0, '']);
    expect(totals.sent).toBeLessThan(0.12 * blocks * 4096);
  });

  it('S12 a pause holds back further data until it ends, a stop sends none, an abort ends the far side', async () => {
    for (let i = 0; i < 20; i++) writeFileSync(join(source, `f${String(i).padStart(2, '0')}`), 'x');
    const opened = Promise.withResolvers<void>();
    const gate = { open: opened.promise as Promise<void> | null, stopped: false };
    let started = 0;
    let atPause = -1;
    const item = (ndx: number): void => {
      if (ndx === 0 || atPause >= 0) return;
      atPause = 0;
      setImmediate(() => { atPause = started; gate.open = null; opened.resolve(); });
    };
    const paused = run({}, { gate, events: { item, fileStart: () => { started += 1; } } });
    expect([(await paused).exitCode, atPause, started]).toEqual([0, 0, 20]);

    rmSync(target, { recursive: true });
    mkdirSync(target);
    const codes = new Set<string>();
    await run({}, { gate: { open: null, stopped: true }, events: { fileFailed: (_ndx, error) => { codes.add(error.code); } } });
    expect([readdirSync(target), [...codes]]).toEqual([[], ['RUN_STOPPED']]);

    const abort = new AbortController();
    const aborted = push(shell, { ...scan(), root: Buffer.from(source), target: Buffer.from(target), options: DEFAULT_OPTIONS, host: 'here', events: { fileStart: () => { abort.abort(); } } }, abort.signal);
    await expect(aborted).rejects.toMatchObject({ code: 'RUN_STOPPED' });
  });

  it('S13 what stands in the way of a session is said in words', async () => {
    writeFileSync(join(source, 'a'), '');
    await expect(run({}, { program: ['/bin/sh', '-c', 'echo Welcome to the host; cat >/dev/null', 'sh'] })).rejects.toMatchObject({ code: 'RSYNC_NOISE', params: { text: expect.stringContaining('Welcome') as string } });
    await expect(run({}, { program: ['/bin/sh', '-c', 'echo sh: rsync: not found >&2; exit 127', 'sh'] })).rejects.toMatchObject({ code: 'RSYNC_MISSING' });
    await expect(run({}, { target: Buffer.from(join(source, 'a/not/here')) })).rejects.toMatchObject({ code: 'RSYNC_REMOTE', params: { message: expect.stringMatching(/not\/here/) as string } });
    await expect(run({}, { program: ['/bin/sh', '-c', "printf '\\037\\000\\000\\000\\001'; cat >/dev/null", 'sh'] })).rejects.toMatchObject({ code: 'RSYNC_PROTOCOL' });
  });

  it('S14 a failure of ours while the far side still has much to say ends the session, and does not hang it', async () => {
    for (let i = 0; i < 6000; i++) writeFileSync(join(source, `f${i}`), '');
    await expect(run({}, { events: { fileStart: () => { throw new Error('ours'); } } })).rejects.toSatisfy((thrown) => thrown instanceof Error && (thrown.message === 'ours' || (thrown.cause instanceof Error && thrown.cause.message === 'ours')));
  });
});

function hasRsync(): boolean {
  try { execFileSync('rsync', ['--version'], { stdio: 'ignore' }); return true; } catch { return false; }
}
