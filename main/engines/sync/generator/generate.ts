// The generator (generator.c recv_generator): walks the list, makes what is no file, asks for files that differ.
import { closeSync, constants, openSync } from 'node:fs';
import type { ErrorInfo } from '../../../../preload/contract/errors.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { showName } from '../../../lib/bytes.ts';
import { blockShape } from '../checksum/blocks.ts';
import type { Digests } from '../checksum/digests.ts';
import type { FileEntry, FileList } from '../flist/file-list.ts';
import { isDir, isFile } from '../flist/mode.ts';
import { NO_SUMS } from '../match/sums.ts';
import { dressPath, type Attributes } from '../receiver/attributes.ts';
import type { ConfinedRoot } from '../receiver/confined-root.ts';
import { writeError } from '../receiver/item-error.ts';
import { localEntry, standsUnchanged } from '../receiver/local-entry.ts';
import { dressFolder, makeFolder, makeSpecial, removeOne } from '../receiver/make-entry.ts';
import type { Outstanding } from '../receiver/outstanding.ts';
import type { Gate, SessionEvents, SessionTotals } from '../sessions/events.ts';
import type { TransferOptions } from '../sessions/options.ts';
import type { WorkerPool } from '../workers/pool.ts';
import type { DigestChoice } from '../workers/tasks.ts';
import type { NdxWriter } from '../wire/ndx.ts';
import { ITEM, writeItem, writeSumHead } from '../wire/requests.ts';
import type { WireWriter } from '../wire/writer.ts';
import { blockSums } from './block-sums.ts';
import { compareEntries, type Difference } from './compare.ts';

const TURN_MS = 10;
/** Node sets times through doubles. */
const NSEC_SLACK = 1000;
const WORKER_FROM = 1024 * 1024;

export interface GeneratorParts {
  readonly writer: WireWriter;
  readonly outgoing: NdxWriter;
  readonly list: FileList;
  readonly root: ConfinedRoot;
  readonly digests: Digests;
  readonly options: TransferOptions;
  readonly attributes: Attributes;
  /** Sums of large files are made on another thread. */
  readonly workers?: { readonly pool: WorkerPool; readonly digest: DigestChoice };
  readonly outstanding: Outstanding;
  readonly events: SessionEvents;
  readonly gate: Gate;
  readonly totals: SessionTotals;
  /** The digest of a local file, for comparing by content (-c). */
  readonly digestOf?: (path: Buffer) => Uint8Array;
  /** Tell the sender of items that need no data too: as a server, whose client prints them. */
  readonly reportAll: boolean;
  /** Has the last word on an entry that differs; an error leaves it untouched as failed. */
  readonly decide?: (ndx: number, there: FileEntry | null) => 'go' | 'skip' | ErrorInfo;
  /** Entries `decide` kept from being touched. */
  readonly untouched: Set<number>;
}

/** The entry with its ids as they are on this machine. */
function asHere(entry: FileEntry, { uid, gid }: Attributes): FileEntry {
  return { ...entry, uid: uid(entry.uid), gid: gid(entry.gid) };
}

/** First phase: every entry in order. Folder attributes are set by `finishFolders`, when nothing changes in them any more. */
export async function generateAll(parts: GeneratorParts): Promise<void> {
  const { list, gate } = parts;
  let turn = performance.now();
  const lost: Buffer[] = [];
  const plain = !parts.options.checksum && !parts.options.ignoreTimes;
  for (let i = 0; i < list.length; i++) {
    if (list.isHole(i)) continue;
    if (gate.open) await gate.open;
    if (gate.stopped) break;
    if (plain && seemsUnchanged(parts, i)) continue;
    const entry = { ...list.entry(i), name: Buffer.from(list.name(i)) };
    if (lost.some((folder) => entry.name.subarray(0, folder.length).equals(folder) && entry.name[folder.length] === 0x2f)) continue;
    const failed = await generateOne(parts, i, entry, false);
    if (failed) {
      parts.totals.ioError |= 1;
      parts.events.fileFailed?.(i, failed);
      if (isDir(entry.mode)) lost.push(entry.name);
    }
    if (parts.writer.full) await parts.writer.ready();
    if (performance.now() - turn > TURN_MS) {
      parts.writer.flush();
      await new Promise(setImmediate);
      turn = performance.now();
    }
  }
}

/** Errors are left to the closer look. */
function seemsUnchanged({ list, root, attributes }: GeneratorParts, i: number): boolean {
  try {
    return standsUnchanged(root, list, i, { uid: attributes.uid(list.uid(i)), gid: attributes.gid(list.gid(i)) });
  } catch {
    return false;
  }
}

/** Second phase: files whose digest did not fit, asked for again with whole strong sums. */
export async function generateAgain(parts: GeneratorParts, again: readonly number[]): Promise<void> {
  for (const i of again) {
    const entry = { ...parts.list.entry(i), name: Buffer.from(parts.list.name(i)) };
    const there = localEntry(parts.root, entry.name);
    await request(parts, i, entry, there, { flags: ITEM.TRANSFER, replaces: false, newerThere: false }, true);
  }
}

/** Sets modes, owners and times of folders, deepest first. */
export function finishFolders(parts: GeneratorParts): void {
  const { list, root, options, attributes } = parts;
  if (options.dryRun) return;
  for (let i = list.length - 1; i >= 0; i--) {
    if (list.isHole(i) || !list.isDir(i) || parts.untouched.has(i)) continue;
    const entry = { ...list.entry(i), name: Buffer.from(list.name(i)) };
    try {
      const there = localEntry(root, entry.name);
      if (!there || !isDir(there.mode)) continue;
      const late = options.times && !options.omitDirTimes && Math.abs(entry.nsec - there.nsec) > NSEC_SLACK;
      if (!late && compareEntries(asHere(entry, attributes), there, { ...options, asRoot: attributes.asRoot }).flags === 0) continue;
      const dress = options.omitDirTimes ? { ...attributes, options: { ...attributes.options, times: false } } : attributes;
      dressFolder(root, entry, there.mode, dress);
    } catch (thrown) {
      parts.totals.ioError |= 1;
      parts.events.fileFailed?.(i, writeError(entry.name, thrown));
    }
  }
}

async function generateOne(parts: GeneratorParts, i: number, entry: FileEntry & { readonly name: Buffer }, full: boolean): Promise<ErrorInfo | null> {
  const { root, options, attributes, events } = parts;
  try {
    let there = localEntry(root, entry.name);
    if (options.checksum && there && isFile(there.mode) && isFile(entry.mode) && there.size === entry.size && parts.digestOf) {
      there = { ...there, digest: parts.digestOf(root.at(entry.name)) };
    }
    const difference = compareEntries(asHere(entry, attributes), there, { ...options, asRoot: attributes.asRoot });
    if (difference.flags === 0) return null;
    const word = parts.decide?.(i, there) ?? 'go';
    if (word !== 'go') {
      parts.untouched.add(i);
      return word === 'skip' ? null : word;
    }
    if (isFile(entry.mode) && difference.flags & ITEM.TRANSFER) {
      if (difference.replaces && !options.dryRun) clear(root, entry.name);
      await request(parts, i, entry, difference.replaces ? null : there, difference, full);
      return null;
    }
    events.item?.(i, difference.flags);
    if (parts.reportAll) report(parts, i, difference);
    if (!options.dryRun) change(parts, entry, there, difference);
    return null;
  } catch (thrown) {
    return writeError(entry.name, thrown);
  }
}

function change(parts: GeneratorParts, entry: FileEntry & { readonly name: Buffer }, there: FileEntry | null, difference: Difference): void {
  const { root, attributes } = parts;
  if (difference.replaces) clear(root, entry.name);
  if (isDir(entry.mode)) {
    if (difference.flags & ITEM.NEW) makeFolder(root, entry);
  } else if (difference.flags & ITEM.LOCAL_CHANGE) {
    makeSpecial(root, entry, attributes);
  } else {
    dressPath(root.at(entry.name), entry, there?.mode ?? null, attributes);
  }
}

function clear(root: ConfinedRoot, name: Buffer): void {
  try {
    removeOne(root, name);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOTEMPTY') throw SluiceError.of('FILE_TYPE_IN_THE_WAY', { path: showName(name) }, thrown);
    throw thrown;
  }
}

function report({ writer, outgoing }: GeneratorParts, i: number, { flags }: Difference): void {
  outgoing.write(writer, i);
  writeItem(writer, { flags, basisType: null, xname: null });
}

async function request(parts: GeneratorParts, i: number, entry: FileEntry & { readonly name: Buffer }, there: FileEntry | null, difference: Difference, full: boolean): Promise<void> {
  const { writer, outgoing, options, digests, outstanding, events, root } = parts;
  if (!full) events.item?.(i, difference.flags);
  if (options.dryRun) { report(parts, i, difference); return; }
  await outstanding.room();
  const basis = there && isFile(there.mode) && there.size > 0 && !options.wholeFile ? openBasis(root, entry.name) : -1;
  const shape = basis >= 0 && there ? blockShape(there.size, digests.length, full) : NO_SUMS;
  outstanding.add(i, { sums: shape, basisMode: there?.mode ?? null });
  outgoing.write(writer, i);
  writeItem(writer, { flags: difference.flags, basisType: null, xname: null });
  writeSumHead(writer, shape);
  if (basis < 0) return;
  try {
    if (parts.workers && there && there.size >= WORKER_FROM) {
      for await (const { bytes } of parts.workers.pool.run('sums', { fd: basis, shape, digest: parts.workers.digest })) {
        writer.bytes(bytes);
        if (writer.full) await writer.ready();
      }
      return;
    }
    for (const { weak, strong } of blockSums(basis, shape, digests)) {
      writer.int(weak);
      writer.bytes(strong);
      if (writer.full) await writer.ready();
    }
  } finally {
    closeSync(basis);
  }
}

function openBasis(root: ConfinedRoot, name: Buffer): number {
  try {
    return openSync(root.at(name), constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch {
    return -1; // unreadable: no basis, so the whole file is asked for
  }
}
