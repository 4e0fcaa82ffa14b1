// Lists a local tree in rsync's order, by synchronous calls: run it in a worker thread. Links are never followed.
import { lstatSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import type { ErrorInfo } from '../../../../preload/contract/errors.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { joinPath, showName } from '../../../lib/bytes.ts';
import { FileList, type FileEntry } from './file-list.ts';
import { isDevice, isDir, isFile, isLink, isSpecial } from './mode.ts';

const DOT = Buffer.from('.');
const BATCH = 4096;
const MAX_PATH = 4096;

export interface ScanOptions {
  readonly recurse: boolean;
  readonly links: boolean;
  readonly devices: boolean;
  readonly specials: boolean;
  /** Is a name left out? `path` is below the root, borrowed. */
  readonly excluded?: (path: Buffer, dir: boolean) => boolean;
  /** Digest of a regular file, for comparing by content. */
  readonly digest?: (path: Buffer, size: number) => Uint8Array;
}

export interface ScanError {
  readonly path: Uint8Array;
  readonly error: ErrorInfo;
}

export interface ScanBatch {
  readonly list: FileList;
  readonly errors: readonly ScanError[];
}

/** Yields the tree below `root` in batches, `.` first. Throws PATH_NOT_FOUND, PATH_NOT_A_FOLDER or PATH_DENIED for the root itself. */
export function* scanTree(root: Buffer, options: ScanOptions): Generator<ScanBatch> {
  let list = new FileList();
  let errors: ScanError[] = [];
  const fail = (path: Uint8Array, thrown: unknown): void => { errors.push({ path: Buffer.from(path), error: readError(path, thrown) }); };
  const names = readRoot(root);
  list.add(entryOf(DOT, statSync(root, { bigint: true })));

  const visit = function* (folder: Buffer, children: readonly Buffer[]): Generator<ScanBatch> {
    const folders: { readonly path: Buffer; readonly entry: FileEntry }[] = [];
    const files: FileEntry[] = [];
    for (const child of children) {
      const path = folder.length === 0 ? child : joinPath(folder, child);
      try {
        const stat = lstatSync(joinPath(root, path), { bigint: true });
        const mode = Number(stat.mode);
        if (options.excluded?.(path, isDir(mode))) continue;
        if (path.length >= MAX_PATH) { errors.push({ path, error: SluiceError.of('FILE_NAME_TOO_LONG', { path: showName(path) }).toInfo() }); continue; }
        if (isDir(mode)) folders.push({ path, entry: { ...entryOf(path, stat), ...(options.recurse ? {} : { noContent: true }) } });
        else if (wanted(mode, options)) files.push(detailed(root, entryOf(path, stat), options));
      } catch (thrown) {
        fail(path, thrown);
      }
    }
    for (const file of files) list.add(file);
    folders.sort((a, b) => compareFolders(a.path, b.path));
    for (const { path, entry } of folders) {
      list.add(entry);
      if (list.length >= BATCH) { yield { list, errors }; list = new FileList(); errors = []; }
      if (!options.recurse) continue;
      let below: Buffer[];
      try {
        below = readNames(joinPath(root, path));
      } catch (thrown) {
        fail(path, thrown);
        continue;
      }
      yield* visit(path, below);
    }
  };
  yield* visit(Buffer.alloc(0), names);
  yield { list, errors };
}

function readNames(path: Buffer): Buffer[] {
  return readdirSync(path, { encoding: 'buffer' }).sort(Buffer.compare) as Buffer[];
}

function readRoot(root: Buffer): Buffer[] {
  try {
    return readNames(root);
  } catch (thrown) {
    const params = { path: showName(root), place: 'local' };
    const code = (thrown as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') throw SluiceError.of('PATH_NOT_FOUND', params, thrown);
    if (code === 'ENOTDIR') throw SluiceError.of('PATH_NOT_A_FOLDER', params, thrown);
    if (code === 'EACCES' || code === 'EPERM') throw SluiceError.of('PATH_DENIED', params, thrown);
    throw SluiceError.of('SCAN_IO', { path: params.path, reason: code ?? String(thrown) }, thrown);
  }
}

/** A folder compares as "name/". */
function compareFolders(a: Buffer, b: Buffer): number {
  const shorter = Math.min(a.length, b.length);
  const order = a.compare(b, 0, shorter, 0, shorter);
  if (order !== 0 || a.length === b.length) return order;
  return a.length < b.length ? 0x2f - (b[shorter] as number) : (a[shorter] as number) - 0x2f;
}

function wanted(mode: number, options: ScanOptions): boolean {
  if (isFile(mode)) return true;
  if (isLink(mode)) return options.links;
  return (isDevice(mode) && options.devices) || (isSpecial(mode) && options.specials);
}

/** An entry from what `lstat` or `stat` said. */
export function entryOf(name: Uint8Array, stat: BigIntStats): FileEntry {
  const mode = Number(stat.mode);
  const nsec = Number(((stat.mtimeNs % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n);
  const mtime = Number((stat.mtimeNs - BigInt(nsec)) / 1_000_000_000n);
  return {
    name, mode, size: Number(stat.size), mtime, nsec, uid: Number(stat.uid), gid: Number(stat.gid),
    ...(isDevice(mode) ? deviceNumbers(stat.rdev) : {}),
  };
}

/** Linux's split of a device number (gnu_dev_major, gnu_dev_minor). */
function deviceNumbers(rdev: bigint): { major: number; minor: number } {
  return {
    major: Number(((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & 0xfffff000n)),
    minor: Number((rdev & 0xffn) | ((rdev >> 12n) & 0xffffff00n)),
  };
}

function detailed(root: Buffer, entry: FileEntry, options: ScanOptions): FileEntry {
  if (isLink(entry.mode)) return { ...entry, link: readlinkSync(joinPath(root, entry.name), { encoding: 'buffer' }) };
  if (isFile(entry.mode) && options.digest) return { ...entry, digest: options.digest(joinPath(root, entry.name), entry.size) };
  return entry;
}

/** A failed look at one item of the sending side, as the row it becomes. */
export function readError(path: Uint8Array, thrown: unknown): ErrorInfo {
  const code = (thrown as NodeJS.ErrnoException).code ?? String(thrown);
  const shown = showName(path);
  if (code === 'ENOENT') return SluiceError.of('FILE_VANISHED', { path: shown }).toInfo();
  if (code === 'ENAMETOOLONG') return SluiceError.of('FILE_NAME_TOO_LONG', { path: shown }).toInfo();
  if (code === 'ELOOP') return SluiceError.of('FILE_LINK_LOOP', { path: shown }).toInfo();
  return SluiceError.of('FILE_UNREADABLE', { path: shown, reason: code }).toInfo();
}
