// What a pulling client asked for, as one list below one folder (flist.c send_file_list).
import { lstatSync, readlinkSync } from 'node:fs';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { joinPath, nameOf, parentOf } from '../../../lib/bytes.ts';
import { openDigests, type ChecksumName } from '../checksum/digests.ts';
import { fileDigester } from '../checksum/file-digest.ts';
import type { FilterRules } from '../filter/rules.ts';
import { FileList } from '../flist/file-list.ts';
import { isDir, isFile, isLink } from '../flist/mode.ts';
import { entryOf, readError, scanTree, type ScanError, type ScanOptions } from '../flist/scan.ts';
import type { ServerCall } from './server-options.ts';

const DOT = Buffer.from('.');

export interface Sources {
  readonly list: FileList;
  readonly root: Buffer;
  /** The folder of one entry, when they come from several. */
  readonly rootOf: ((ndx: number) => Buffer) | null;
  readonly errors: readonly ScanError[];
}

/** A path with a trailing slash gives its contents, another one itself; of entries with one name the first counts. */
export async function scanSources(call: ServerCall, filter: FilterRules, checksum: ChecksumName): Promise<Sources> {
  const digest = call.options.checksum ? fileDigester(await openDigests(checksum, 0)) : null;
  const list = new FileList();
  const errors: ScanError[] = [];
  const roots = new Map<string, Buffer>();
  const byName = call.paths.length > 1 ? new Map<string, Buffer>() : null;
  for (const path of call.paths) {
    const contents = path[path.length - 1] === 0x2f || nameOf(path).equals(DOT);
    const folder = contents ? withoutSlash(path) : parentOf(path);
    const here = folder.length === 0 ? DOT : folder;
    roots.set(here.toString('latin1'), here);
    const first = list.length;
    try {
      if (contents) add(list, errors, here, null, call, filter, digest);
      else addNamed(list, errors, here, nameOf(path), call, filter, digest);
    } catch (thrown) {
      errors.push({ path, error: thrown instanceof SluiceError ? thrown.toInfo() : missing(path, thrown) });
    }
    for (let i = first; byName && i < list.length; i++) {
      const key = keyOf(list, i);
      if (!byName.has(key)) byName.set(key, here);
    }
  }
  list.sort();
  const root = roots.values().next().value ?? DOT;
  return { list, root, rootOf: byName && roots.size > 1 ? (ndx) => byName.get(keyOf(list, ndx)) ?? root : null, errors };
}

const keyOf = (list: FileList, i: number): string => `${list.isDir(i) ? '/' : ''}${list.name(i).toString('latin1')}`;

type Digester = ((path: Buffer) => Buffer) | null;

function missing(path: Buffer, thrown: unknown): ScanError['error'] {
  const error = readError(path, thrown);
  return error.code === 'FILE_VANISHED' ? SluiceError.of('FILE_UNREADABLE', { path: error.params['path'] ?? '', reason: 'No such file or directory (2)' }).toInfo() : error;
}

function withoutSlash(path: Buffer): Buffer {
  let end = path.length;
  while (end > 1 && path[end - 1] === 0x2f) end -= 1;
  return path.subarray(0, end);
}

function addNamed(list: FileList, errors: ScanError[], root: Buffer, name: Buffer, call: ServerCall, filter: FilterRules, digest: Digester): void {
  const path = joinPath(root, name);
  const entry = entryOf(name, lstatSync(path, { bigint: true }));
  if (isDir(entry.mode)) { if (call.options.recurse) add(list, errors, root, name, call, filter, digest); return; }
  if (!filter.empty && filter.excludes(name, false, 'sender')) return;
  if (isLink(entry.mode)) { if (call.options.links) list.add({ ...entry, link: readlinkSync(path, { encoding: 'buffer' }) }); return; }
  if (isFile(entry.mode)) list.add(digest ? { ...entry, digest: digest(path) } : entry);
  else if (call.options.devices) list.add(entry);
}

/** The tree of `root`, or of its folder `prefix` under that name. */
function add(list: FileList, errors: ScanError[], root: Buffer, prefix: Buffer | null, call: ServerCall, filter: FilterRules, digest: Digester): void {
  const { recurse, links, devices, specials } = call.options;
  const named = (path: Uint8Array): Buffer => (prefix === null ? Buffer.from(path) : joinPath(prefix, path));
  const options: ScanOptions = {
    recurse, links, devices, specials,
    ...(filter.empty ? {} : { excluded: (path: Buffer, dir: boolean) => filter.excludes(named(path), dir, 'sender') }),
    ...(digest ? { digest: (path: Buffer) => digest(path) } : {}),
  };
  for (const batch of scanTree(prefix === null ? root : joinPath(root, prefix), options)) {
    for (let i = 0; i < batch.list.length; i++) list.add({ ...batch.list.entry(i), name: named(batch.list.name(i)) });
    for (const { path, error } of batch.errors) errors.push({ path: named(path), error });
  }
}
