// The file list of a push, gathered from the words of the command line by rsync's rule of the trailing slash.
import { lstatSync, readlinkSync, statSync } from 'node:fs';
import type { ErrorInfo } from '../../../preload/contract/errors.ts';
import { SluiceError } from '../../../preload/contract/sluice-error.ts';
import { joinPath, nameOf, parentOf, showName } from '../../lib/bytes.ts';
import { openDigests } from '../../engines/sync/checksum/digests.ts';
import { fileDigester } from '../../engines/sync/checksum/file-digest.ts';
import type { FilterRules } from '../../engines/sync/filter/rules.ts';
import { FileList } from '../../engines/sync/flist/file-list.ts';
import { isDevice, isDir, isFile, isLink, isSpecial } from '../../engines/sync/flist/mode.ts';
import { entryOf, readError, scanTree } from '../../engines/sync/flist/scan.ts';
import type { TransferOptions } from '../../engines/sync/sessions/options.ts';

const DOT = Buffer.from('.');
const VANISHED = 2;
const GENERAL = 1;

export interface Gathered {
  readonly list: FileList;
  /** The folder an entry's name is in. */
  readonly rootOf: (ndx: number) => Buffer;
  readonly errors: readonly ErrorInfo[];
  /** Folders left out without -r. */
  readonly skippedFolders: readonly Buffer[];
  /** Links, devices and special files that the options leave out: named under -v, and part of the total size. */
  readonly skipped: readonly { readonly name: Buffer; readonly size: number }[];
  readonly ioError: number;
}

interface Source {
  readonly root: Buffer;
  readonly list: FileList;
}

/** Lists all sources; what cannot be read is an error row, never thrown. */
export async function gather(words: readonly Buffer[], options: TransferOptions, rules: FilterRules): Promise<Gathered> {
  // Digests in the list need a checksum that is settled before the far side is heard: md5, which every side has.
  const digest = options.checksum ? fileDigester(await openDigests('md5', 0)) : undefined;
  const errors: ErrorInfo[] = [];
  const skippedFolders: Buffer[] = [];
  const skipped: { name: Buffer; size: number }[] = [];
  const sources: Source[] = [];
  for (const word of words) {
    try {
      sources.push(gatherOne(word, options, rules, digest, errors, skippedFolders));
    } catch (thrown) {
      errors.push(thrown instanceof SluiceError ? thrown.toInfo() : sourceError(word, thrown));
    }
  }
  for (const source of sources) source.list.sort();
  const list = merged(sources, options, skipped);
  const [only] = sources;
  const rootOf = sources.length === 1 && only ? () => only.root : (ndx: number) => {
    const name = list.name(ndx);
    return sources.find((source) => source.list.find(name, list.isDir(ndx)) >= 0)?.root ?? Buffer.alloc(0);
  };
  const ioError = errors.reduce((bits, { code }) => bits | (code === 'FILE_VANISHED' ? VANISHED : GENERAL), 0);
  return { list, rootOf, errors, skippedFolders, skipped, ioError };
}

/** One list of all that is carried; of a single source whose every entry is, the list itself. */
function merged(sources: readonly Source[], options: TransferOptions, skipped: { name: Buffer; size: number }[]): FileList {
  const [only] = sources;
  const everything = options.links && options.devices && options.specials;
  if (sources.length === 1 && only && everything) return only.list;
  const list = new FileList();
  for (const source of sources) {
    for (let i = 0; i < source.list.length; i++) {
      const entry = source.list.entry(i);
      if (carried(entry.mode, options)) list.add(entry);
      else skipped.push({ name: Buffer.from(entry.name), size: isLink(entry.mode) ? entry.size : 0 });
    }
  }
  list.sort();
  return list;
}

/** Do the options let this kind of entry through? */
export function carried(mode: number, options: TransferOptions): boolean {
  return isLink(mode) ? options.links : isDevice(mode) ? options.devices : isSpecial(mode) ? options.specials : true;
}

function sourceError(word: Buffer, thrown: unknown): ErrorInfo {
  const code = (thrown as NodeJS.ErrnoException).code;
  const params = { path: showName(word), place: 'local' };
  if (code === 'ENOENT') return SluiceError.of('PATH_NOT_FOUND', params).toInfo();
  if (code === 'ENOTDIR') return SluiceError.of('PATH_NOT_A_FOLDER', params).toInfo();
  if (code === 'EACCES') return SluiceError.of('PATH_DENIED', params).toInfo();
  return readError(word, thrown);
}

/** `a/b/` and `a/b/.` mean what is in the folder; `a/b` means the folder or file itself. `a/..` is all that is in there too. */
function contentsOnly(word: Buffer): boolean {
  const text = word.toString('latin1');
  return text.endsWith('/') || /(?:^|\/)\.\.?$/.test(text);
}

function gatherOne(word: Buffer, options: TransferOptions, rules: FilterRules, digest: ((path: Buffer) => Buffer) | undefined, errors: ErrorInfo[], skippedFolders: Buffer[]): Source {
  const contents = contentsOnly(word);
  const path = word.length === 0 ? DOT : word;
  const stat = contents ? statSync(path, { bigint: true }) : lstatSync(path, { bigint: true });
  const mode = Number(stat.mode);
  const base = contents ? DOT : nameOf(path);
  const root = contents ? path : (parentOf(path).length === 0 ? DOT : parentOf(path));
  const list = new FileList();
  if (!isDir(mode)) {
    if (contents) throw SluiceError.of('PATH_NOT_A_FOLDER', { path: showName(word), place: 'local' });
    if (rules.excludes(base, false, 'sender')) return { root, list };
    list.add({ ...entryOf(base, stat), ...(isLink(mode) ? { link: readlinkSync(path, { encoding: 'buffer' }) } : {}), ...(digest && isFile(mode) ? { digest: digest(path) } : {}) });
    return { root, list };
  }
  if (!options.recurse) {
    skippedFolders.push(Buffer.from(base));
    return { root, list };
  }
  if (!contents && rules.excludes(base, true, 'sender')) return { root, list };
  const prefixed = (name: Buffer): Buffer => (contents ? name : joinPath(base, name));
  const scan = scanTree(contents ? root : path, {
    recurse: true, links: true, devices: true, specials: true,
    ...(rules.empty ? {} : { excluded: (name: Buffer, dir: boolean) => rules.excludes(prefixed(name), dir, 'sender') }),
    ...(digest ? { digest } : {}),
  });
  for (const batch of scan) {
    if (contents) list.append(batch.list.toChunk());
    else for (let i = 0; i < batch.list.length; i++) list.add({ ...batch.list.entry(i), name: prefixed(batch.list.name(i)) });
    errors.push(...batch.errors.map(({ error }) => error));
  }
  return { root, list };
}
