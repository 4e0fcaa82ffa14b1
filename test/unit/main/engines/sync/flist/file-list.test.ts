import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';
import { receiveFileList } from '../../../../../../main/engines/sync/flist/decode.ts';
import { sendFileList } from '../../../../../../main/engines/sync/flist/encode.ts';
import { FileList, type FileEntry } from '../../../../../../main/engines/sync/flist/file-list.ts';
import type { ListForm } from '../../../../../../main/engines/sync/flist/flags.ts';
import { scanTree } from '../../../../../../main/engines/sync/flist/scan.ts';
import { bytesOf, readerOf, writerTo } from '../wire/support.ts';

const FORM: ListForm = { protocol: 31, varintFlags: false, id0Names: true, links: true, devices: true, specials: true, owner: true, group: true, numericIds: false, digestLength: 0 };
const none = { byId: new Map<number, string>(), byName: new Map<string, number>() };

const entry = (name: string | Buffer, more: Partial<FileEntry> = {}): FileEntry => ({
  name: typeof name === 'string' ? Buffer.from(name.replace(/\/$/, '') || '.') : name,
  mode: typeof name === 'string' && (name.endsWith('/') || name === '.') ? 0o040755 : 0o100644, size: 1, mtime: 1_700_000_000, nsec: 0, uid: 0, gid: 0, ...more,
});
const listOf = (...entries: FileEntry[]): FileList => {
  const list = new FileList();
  for (const one of entries) list.add(one);
  list.sort();
  return list;
};
const namesOf = (list: FileList): string[] => Array.from({ length: list.length }, (_, i) => list.name(i).toString('latin1') + (list.isDir(i) ? '/' : ''));

/** A list's bytes from its parts, for lists that our own writer would not write. */
function raw(name: string | Buffer, { flags = 0, mode = 0o100644, size = '00 01 00', extra = '' } = {}): Buffer {
  const bytes = typeof name === 'string' ? Buffer.from(name) : name;
  const long = bytes.length > 255;
  const length = long ? Buffer.from([0x80 | (bytes.length >> 8), bytes.length & 0xff]) : Buffer.from([bytes.length]);
  const modeBytes = Buffer.alloc(4);
  modeBytes.writeUInt32LE(mode);
  const all = flags | 0x04 | 0x18 | (long ? 0x40 : 0);
  return Buffer.concat([Buffer.from([all & 0xff, all >> 8]), length, bytes, bytesOf(size), bytesOf('69 a5 35 57'), bytesOf(extra), modeBytes]);
}

async function refusal(bytes: Buffer, form: ListForm = FORM): Promise<string> {
  const { reader } = readerOf(bytes);
  try {
    await receiveFileList(reader, form, () => true);
  } catch (thrown) {
    if (thrown instanceof SluiceError) return `${thrown.code} ${String(thrown.params['reason'])}`;
    throw thrown;
  }
  return 'accepted';
}

describe('F order and columns', () => {
  it('F4 files before folders, a folder as "name/" right before its contents, "." first, bytes unsigned', () => {
    const wanted = ['./', 'a', 'a.b', 'z', '\xff', 'a-/', 'a-/f', 'a.d/', 'a0/', 'b/', 'b/x', 'b/y/', 'b/y/z', 'b0/', '\xe4/'];
    const entries = wanted.map((name) => {
      const dir = name.endsWith('/');
      return entry(Buffer.from(dir ? name.slice(0, -1) : name, 'latin1'), { mode: dir ? 0o040755 : 0o100644 });
    });
    for (let turn = 0; turn < 30; turn++) {
      const shuffled = entries.map((one, i) => ({ one, key: (i * 7919 + turn * 104_729) % 997 })).sort((a, b) => a.key - b.key).map(({ one }) => one);
      expect(namesOf(listOf(...shuffled))).toEqual(wanted);
    }
  });

  it('F5 of one path twice the first stays and the other is a hole', () => {
    const list = listOf(entry('.'), entry('a', { size: 7 }), entry('b'), entry('a', { size: 9 }));
    expect([list.length, list.size(1), list.isHole(1), list.isHole(2), list.isHole(3)]).toEqual([4, 7, false, true, false]);
  });

  it('F6 compare and find agree with the order across two lists', () => {
    const a = listOf(entry('.'), entry('a'), entry('c/'), entry('c/x'), entry('d'));
    const b = listOf(entry('.'), entry('a'), entry('b'), entry('c'), entry('c/'), entry('c/y'));
    for (let i = 0; i < a.length; i++) {
      for (let j = 0; j < b.length; j++) {
        const both = listOf(a.entry(i), b.entry(j));
        const order = Math.sign(a.compare(i, b, j));
        const same = namesOf(a)[i] === namesOf(b)[j];
        expect(order).toBe(same ? 0 : namesOf(both)[0] === namesOf(a)[i] ? -1 : 1);
      }
      expect(a.find(a.name(i), a.isDir(i))).toBe(i);
    }
    expect([a.find(Buffer.from('b'), false), a.find(Buffer.from('c'), false)]).toEqual([-1, -1]);
  });

  it('F7 a subset and a chunk for another thread hold every column', () => {
    const digest = Buffer.alloc(16, 7);
    const list = listOf(entry('.'), entry('f', { size: 2 ** 40, mtime: -3, nsec: 999_999_999, uid: 4_000_000_000, gid: 65_534, digest }), entry('l', { mode: 0o120777, link: Buffer.from('f') }), entry('n', { mode: 0o020644, major: 5, minor: 70_000 }), entry('d/', { noContent: true }));
    const copy = new FileList();
    copy.append(structuredClone(list.toChunk()));
    copy.sort();
    const plain = (of: FileList, i: number): unknown => { const { name, link, digest: hash, ...rest } = of.entry(i); return { ...rest, bytes: [name, link, hash].map((bytes) => Buffer.from(bytes ?? '').toString('hex')) }; };
    const some = list.subset([0, 1, 3, 4]);
    expect(Array.from({ length: 5 }, (_, i) => plain(copy, i))).toEqual(Array.from({ length: 5 }, (_, i) => plain(list, i)));
    expect([0, 1, 2, 3].map((i) => some.entry(i))).toEqual([0, 1, 3, 4].map((i) => list.entry(i)));
    expect([some.uid(1), some.device(2), some.hasContent(3), some.digest(1)]).toEqual([4_000_000_000, [5, 70_000], false, digest]);
  });
});

describe('F entries on the wire', () => {
  const tricky = (): FileList => listOf(
    entry('.'), entry(Buffer.from([0xff, 0xfe])), entry('new\nline'), entry('-dash'), entry('x'.repeat(255)), entry(`${'y'.repeat(250)}/${'z'.repeat(255)}/${'z'.repeat(254)}w`),
    entry('big', { size: 2 ** 52 + 1, mtime: 2 ** 33, nsec: 123_456_789 }), entry('old', { mtime: -1, nsec: 1 }), entry('ids', { uid: 4_294_967_294, gid: 12 }), entry('back', { uid: 0, gid: 0 }),
    entry('link', { mode: 0o120777, link: Buffer.from([0x2f, 0xff]) }), entry('null', { mode: 0o020666, major: 1, minor: 3 }), entry('zero', { mode: 0o020666, major: 1, minor: 5 }), entry('sda', { mode: 0o060660, major: 8, minor: 1_000_000 }), entry('pipe', { mode: 0o010644 }),
    entry('empty/'), entry('bare/', { noContent: true }), entry('suid', { mode: 0o104755 }),
  );

  it.each([[31, false], [31, true], [32, true], [30, false]] as const)('F8 protocol %d, varint flags %s: all kinds of entries come back as they went (nanoseconds from 31 on)', async (protocol, varintFlags) => {
    const form = { ...FORM, protocol, varintFlags };
    const list = tricky();
    const { writer, bytes } = writerTo();
    await sendFileList(writer, list, form, 0, { byId: new Map([[12, 'staff'], [0, 'root']]), byName: new Map() }, { byId: new Map([[12, 'staff'], [0, 'root']]), byName: new Map() });
    writer.int(0x0abbccdd);
    const { reader } = readerOf(bytes(), 13);
    const back = await receiveFileList(reader, form, () => true);
    expect(await reader.atomically(() => reader.int())).toBe(0x0abbccdd);
    expect(Array.from({ length: list.length }, (_, i) => back.list.entry(i))).toEqual(Array.from({ length: list.length }, (_, i) => ({ ...list.entry(i), ...(protocol < 31 ? { nsec: 0 } : {}) })));
    expect(back.groups).toEqual(new Map([[12, 'staff'], [0, 'root']]));
  });

  it.each([true, false])('F9 an io_error and the digests of -c travel (varint flags: %s)', async (varintFlags) => {
    const form = { ...FORM, varintFlags, digestLength: 16, owner: false, group: false };
    const list = listOf(entry('.'), entry('a', { digest: Buffer.alloc(16, 1) }), entry('l', { mode: 0o120777, link: Buffer.from('a') }), entry('z', { digest: Buffer.alloc(16, 2) }));
    const { writer, bytes } = writerTo();
    await sendFileList(writer, list, form, 1, none, none);
    const { reader } = readerOf(bytes());
    const back = await receiveFileList(reader, form, () => true);
    expect([back.ioError, back.list.digest(1), back.list.digest(2), back.list.digest(3)]).toEqual([1, Buffer.alloc(16, 1), null, Buffer.alloc(16, 2)]);
  });

  it('F10 a name that was not asked for ends the session', async () => {
    const { writer, bytes } = writerTo();
    await sendFileList(writer, listOf(entry('.'), entry('b')), FORM, 0, none, none);
    const { reader } = readerOf(bytes());
    await expect(receiveFileList(reader, FORM, (name) => name.toString() !== 'b')).rejects.toMatchObject({ code: 'RSYNC_PROTOCOL' });
  });
});

describe('F what a hostile sender could write', () => {
  it('F11 the sound entry of these tests is accepted', async () => {
    expect(await refusal(Buffer.concat([raw('good'), bytesOf('00 00 00 00 00')]))).toBe('accepted');
  });

  it.each([
    ['../x', {}], ['a/../b', {}], ['..', { mode: 0o040755 }], ['/etc/passwd', {}], ['a//b', {}], ['a/', {}], ['./a', {}], ['a/.', { mode: 0o040755 }], ['', {}], ['a\0b', {}], ['x'.repeat(4096), {}],
    ['m', { mode: 0 }], ['m', { mode: 0o170000 }], ['m', { mode: 0o110644 }], ['.', { mode: 0o100644 }],
    ['s', { size: 'fe ff ff ff ff ff ff ff ff' }], ['n', { flags: 0x2000, extra: 'f0 00 ca 9a 3b' }], ['n', { flags: 0x2000, extra: 'f0 ff ff ff ff' }], ['h', { flags: 0x200 }], ['h', { flags: 0x1200 }],
    ['shared', { flags: 0x20 }],
  ] as const)('F12 refuses %.20j %j', async (name, parts) => {
    expect(await refusal(Buffer.concat([raw(name, parts), bytesOf('00 00 00 00 00')]))).toMatch(/^RSYNC_PROTOCOL ./);
  });

  it.each(['00', 'f0 ff ff ff ff', 'd0 00 10'])('F13 refuses a link target of length %s', async (length) => {
    expect(await refusal(Buffer.concat([raw('l', { mode: 0o120777 }), bytesOf(length), Buffer.alloc(5000, 'x')]))).toMatch(/^RSYNC_PROTOCOL link target/);
  });
});

describe('F scan', () => {
  const collect = (root: string, more = {}): { list: FileList; errors: number } => {
    const list = new FileList();
    let errors = 0;
    for (const batch of scanTree(Buffer.from(root), { recurse: true, links: true, devices: false, specials: false, ...more })) {
      list.append(batch.list.toChunk());
      errors += batch.errors.length;
    }
    list.sort();
    return { list, errors };
  };

  it('F14 lists odd names, links and sub-second times in wire order, and follows no link', () => {
    const root = mkdtempSync(join(tmpdir(), 'sluice-scan-'));
    try {
      mkdirSync(join(root, 'd/empty'), { recursive: true });
      writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff])]), 'x');
      writeFileSync(join(root, 'd/f'), 'hello');
      symlinkSync('.', join(root, 'loop'));
      symlinkSync('nowhere', join(root, 'd/broken'));
      utimesSync(join(root, 'd/f'), 1_600_000_000.25, 1_600_000_000.25);
      const { list, errors } = collect(root);
      expect(namesOf(list)).toEqual(['./', 'loop', '\xff', 'd/', 'd/broken', 'd/f', 'd/empty/']);
      const f = list.find(Buffer.from('d/f'), false);
      expect([errors, list.mtime(f), list.nsec(f), list.size(f), Buffer.from(list.link(1)).toString()]).toEqual([0, 1_600_000_000, 250_000_000, 5, '.']);
      expect(namesOf(collect(root, { links: false }).list)).toEqual(['./', '\xff', 'd/', 'd/f', 'd/empty/']);
      expect(namesOf(collect(root, { recurse: false }).list)).toEqual(['./', 'loop', '\xff', 'd/']);
      expect(namesOf(collect(root, { excluded: (path: Buffer, dir: boolean) => dir && path.toString() === 'd' }).list)).toEqual(['./', 'loop', '\xff']);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it('F15 a root that is missing or a file is said in words', () => {
    expect(() => collect('/nonexistent-folder')).toThrow(/PATH_NOT_FOUND/);
    expect(() => collect(import.meta.filename)).toThrow(/PATH_NOT_A_FOLDER/);
  });
});
