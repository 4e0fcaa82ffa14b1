// The receiver's loop (receiver.c recv_files): takes the data of requested files, builds them beside their place, puts them there.
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { showName } from '../../../lib/bytes.ts';
import type { Digests } from '../checksum/digests.ts';
import type { FileList } from '../flist/file-list.ts';
import { blockLengthOf } from '../match/sums.ts';
import type { Gate, SessionEvents, SessionTotals } from '../sessions/events.ts';
import { NDX, type NdxReader } from '../wire/ndx.ts';
import { violation, type WireReader } from '../wire/reader.ts';
import { ITEM, readItem, readSumHead } from '../wire/requests.ts';
import { dressFile, type Attributes } from './attributes.ts';
import type { ConfinedRoot } from './confined-root.ts';
import { writeError } from './item-error.ts';
import type { Outstanding } from './outstanding.ts';
import { TempFile } from './temp-file.ts';
import type { TokenReader } from './tokens.ts';

const COPY = 256 * 1024;
const TURN_MS = 10;

export interface ReceiverParts {
  readonly reader: WireReader;
  readonly list: FileList;
  readonly root: ConfinedRoot;
  readonly digests: Digests;
  readonly newTokens: (blocks: number) => TokenReader;
  readonly outstanding: Outstanding;
  readonly attributes: Attributes;
  readonly inplace: boolean;
  readonly partial: boolean;
  readonly fsync: boolean;
  readonly events: SessionEvents;
  readonly gate: Gate;
  readonly totals: SessionTotals;
}

/** Takes files until the sender's DONE; answers those whose digest did not fit, to be asked for again. */
export async function receivePhase(parts: ReceiverParts, incoming: NdxReader, last: boolean): Promise<number[]> {
  const redo: number[] = [];
  const commits = new Set<Promise<void>>();
  try {
    await takeFiles(parts, incoming, last, redo, commits);
  } finally {
    await Promise.all(commits); // whatever happens, what is whole gets its name and the rest is removed before the root is let go
  }
  return redo;
}

async function takeFiles(parts: ReceiverParts, incoming: NdxReader, last: boolean, redo: number[], commits: Set<Promise<void>>): Promise<void> {
  const { reader, outstanding } = parts;
  let turn = performance.now();
  for (;;) {
    const ndx = await reader.atomically(() => incoming.read(reader));
    if (ndx === NDX.DONE) return;
    const item = await reader.atomically(() => readItem(reader));
    if (item.basisType !== null || item.xname !== null) throw violation(`file ${ndx} with another basis than the one asked with`);
    if (!(item.flags & ITEM.TRANSFER)) { // what the sender repeats of a report
      if (ndx < 0 || ndx >= parts.list.length) throw violation(`file index ${ndx} of ${parts.list.length}`);
      continue;
    }
    const request = outstanding.get(ndx);
    if (!request) throw violation(`data of file ${ndx}, which was not asked for`);
    const shape = await reader.atomically(() => readSumHead(reader, parts.digests.length));
    if (shape.count !== request.sums.count || shape.blockLength !== request.sums.blockLength || shape.remainder !== request.sums.remainder) throw violation(`a sum head for file ${ndx} that is not the one asked with`);
    const { commit } = await receiveOne(parts, ndx, last, redo);
    outstanding.settle(ndx);
    if (commit) {
      commits.add(commit);
      void commit.finally(() => commits.delete(commit));
      if (commits.size >= MAX_COMMITS) await Promise.race(commits);
    }
    if (parts.gate.open) await parts.gate.open;
    if (performance.now() - turn > TURN_MS) {
      await new Promise(setImmediate);
      turn = performance.now();
    }
  }
}

/** Files that are being synced to disk at one time. */
const MAX_COMMITS = 32;

async function receiveOne(parts: ReceiverParts, ndx: number, last: boolean, redo: number[]): Promise<{ readonly commit: Promise<void> | null }> {
  const { reader, list, root, digests, events, totals, outstanding } = parts;
  const { sums, basisMode } = outstanding.get(ndx) as NonNullable<ReturnType<Outstanding['get']>>;
  const entry = { ...list.entry(ndx), name: Buffer.from(list.name(ndx)) };
  const tokens = parts.newTokens(sums.count);
  const digest = digests.file();
  events.fileStart?.(ndx);
  let basis = -1;
  let file: TempFile | null = null;
  let trouble: unknown = null;
  const copy = Buffer.allocUnsafe(sums.count > 0 ? COPY : 0);
  try {
    try {
      if (sums.count > 0) basis = openSync(root.at(entry.name), constants.O_RDONLY | constants.O_NOFOLLOW);
      file = new TempFile(root, entry.name, parts.inplace, entry.size);
    } catch (thrown) {
      trouble = thrown;
    }
    // The data must be taken off the wire even when it cannot be kept.
    for (let token = await tokens.next(); token !== null; token = await tokens.next()) {
      if ('literal' in token) {
        totals.literal += token.literal.length;
        digest.update(token.literal);
        try { if (!trouble) file?.write(token.literal); } catch (thrown) { trouble = thrown; }
        events.fileProgress?.(ndx, token.literal.length, 0);
        continue;
      }
      for (let block = token.block; block < token.block + token.run; block++) {
        const length = blockLengthOf(sums, block);
        totals.matched += length;
        try { if (!trouble && file) copyBlock(basis, copy, block * sums.blockLength, length, file, parts.inplace, digest); } catch (thrown) { trouble = thrown; }
        events.fileProgress?.(ndx, 0, length);
      }
    }
    const theirs = await reader.atomically(() => reader.bytes(digests.length));
    if (trouble || !file) {
      file?.abandon();
      totals.ioError |= 1;
      events.fileFailed?.(ndx, writeError(entry.name, trouble));
      return { commit: null };
    }
    if (!digest.digest().equals(theirs)) {
      file.abandon();
      if (!last) redo.push(ndx);
      else {
        totals.ioError |= 1;
        events.fileFailed?.(ndx, SluiceError.of('FILE_CHECKSUM', { path: showName(entry.name) }).toInfo());
      }
      return { commit: null };
    }
    const done = file;
    const commit = done.commit((fd) => { dressFile(fd, entry, basisMode, parts.attributes); }, parts.fsync).then(
      () => { events.fileDone?.(ndx); },
      (thrown: unknown) => {
        totals.ioError |= 1;
        events.fileFailed?.(ndx, writeError(entry.name, thrown));
      },
    );
    return { commit };
  } catch (thrown) {
    if (parts.partial && file && file.length > 0) file.keepPartial();
    else file?.abandon();
    throw thrown;
  } finally {
    tokens.close();
    if (basis >= 0) closeSync(basis);
  }
}

function copyBlock(basis: number, copy: Buffer, offset: number, length: number, file: TempFile, inplace: boolean, digest: { update(bytes: Uint8Array): void }): void {
  const stays = inplace && file.length === offset;
  const got = readSync(basis, copy, 0, length, offset);
  const bytes = copy.subarray(0, got);
  digest.update(bytes);
  if (stays) file.skip(got);
  else file.write(bytes);
}
