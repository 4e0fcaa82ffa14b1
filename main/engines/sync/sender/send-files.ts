// The sender's loop (sender.c send_files): answers the generator's requests until three phases are done.
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { ErrorInfo } from '../../../../preload/contract/errors.ts';
import { asBuffer, joinPath, showName } from '../../../lib/bytes.ts';
import type { Digests } from '../checksum/digests.ts';
import type { BlockSums } from '../match/sums.ts';
import type { WorkerPool } from '../workers/pool.ts';
import type { DigestChoice } from '../workers/tasks.ts';
import type { FileList } from '../flist/file-list.ts';
import { isFile } from '../flist/mode.ts';
import { searchFile } from '../match/search.ts';
import { NO_SUMS, blockLengthOf } from '../match/sums.ts';
import type { Gate, SessionEvents, SessionTotals } from '../sessions/events.ts';
import { NDX, type NdxReader, type NdxWriter } from '../wire/ndx.ts';
import { violation, type WireReader } from '../wire/reader.ts';
import { ITEM, readItem, readSumHead, readSums, writeItem, writeSumHead, type ItemFields } from '../wire/requests.ts';
import { TAG } from '../wire/tags.ts';
import type { WireWriter } from '../wire/writer.ts';
import type { TokenWriter } from './tokens.ts';

const PHASES = 3;
/** Work this long at most before the event loop gets a turn. */
const TURN_MS = 10;
/** Files from this size on are searched by a worker. */
const WORKER_FROM = 1024 * 1024;
export const IO_ERROR = { GENERAL: 1, VANISHED: 2, DEL_LIMIT: 4 } as const;

export interface SenderParts {
  readonly reader: WireReader;
  readonly writer: WireWriter;
  readonly list: FileList;
  /** The folder the names of the list are in. */
  readonly root: Buffer;
  /** The folder of one entry, when a list was gathered from several. */
  readonly rootOf?: (ndx: number) => Buffer;
  readonly digests: Digests;
  /** Searches large files on another thread. */
  readonly workers?: { readonly pool: WorkerPool; readonly digest: DigestChoice };
  readonly newTokens: () => TokenWriter;
  readonly dryRun: boolean;
  readonly inplace: boolean;
  readonly events: SessionEvents;
  readonly gate: Gate;
  readonly totals: SessionTotals;
  /** Looks at a file that was just opened; an error keeps it from being sent. */
  readonly check?: (ndx: number, stat: Stats) => ErrorInfo | null;
}

export interface Indexes {
  readonly incoming: NdxReader;
  readonly outgoing: NdxWriter;
}

/** Serves requests until the receiver's side is done with all phases; answers the last DONE itself. */
export async function sendFiles(parts: SenderParts, { incoming, outgoing }: Indexes): Promise<void> {
  const { reader, writer, list, events, gate } = parts;
  let turn = performance.now();
  for (let phase = 0; ;) {
    if (reader.available === 0) writer.flush();
    const ndx = await reader.atomically(() => incoming.read(reader));
    if (ndx === NDX.DONE) {
      phase += 1;
      outgoing.write(writer, NDX.DONE);
      if (phase === PHASES) { writer.flush(); return; }
      continue;
    }
    const item = await reader.atomically(() => readItem(reader));
    if (ndx < 0 || ndx >= list.length || list.isHole(ndx)) throw violation(`request for file ${ndx} of ${list.length}`);
    if (!(item.flags & ITEM.TRANSFER)) {
      events.item?.(ndx, item.flags);
      outgoing.write(writer, ndx);
      writeItem(writer, item);
      continue;
    }
    if (phase === PHASES - 1) throw violation(`request for the data of file ${ndx} in the last phase`);
    if (!isFile(list.mode(ndx))) throw violation(`request for the data of ${showName(list.name(ndx))}, which is no regular file`);
    events.item?.(ndx, item.flags);
    if (parts.dryRun) {
      outgoing.write(writer, ndx);
      writeItem(writer, item);
      continue;
    }
    if (gate.open) await gate.open;
    await sendOne(parts, outgoing, ndx, item);
    if (writer.full) await writer.ready();
    if (performance.now() - turn > TURN_MS) {
      await new Promise(setImmediate);
      turn = performance.now();
    }
  }
}

async function sendOne(parts: SenderParts, outgoing: NdxWriter, ndx: number, item: ItemFields): Promise<void> {
  const { reader, writer, digests, events, totals } = parts;
  const shape = await reader.atomically(() => readSumHead(reader, digests.length));
  const sums = shape.count > 0 ? await readSums(reader, shape) : NO_SUMS;
  const opened = parts.gate.stopped ? SluiceError.of('RUN_STOPPED', {}).toInfo() : open(parts, ndx);
  if (!('fd' in opened)) {
    totals.ioError |= opened.code === 'FILE_VANISHED' ? IO_ERROR.VANISHED : IO_ERROR.GENERAL;
    const body = Buffer.alloc(4);
    body.writeInt32LE(ndx);
    writer.message(TAG.NO_SEND, body);
    events.fileFailed?.(ndx, opened);
    return;
  }
  try {
    events.fileStart?.(ndx);
    outgoing.write(writer, ndx);
    writeItem(writer, item);
    writeSumHead(writer, shape);
    const tokens = parts.newTokens();
    const spell = speller(parts, ndx, tokens, sums);
    const digest = parts.workers && opened.size >= WORKER_FROM
      ? await spellInWorker(parts, parts.workers, opened.fd, sums, spell)
      : await spellHere(parts, opened.fd, sums, spell);
    tokens.end();
    writer.bytes(digest);
    events.fileDone?.(ndx);
  } finally {
    closeSync(opened.fd);
  }
}

interface Speller {
  literal(bytes: Buffer): void;
  block(index: number): void;
}

function speller({ events, totals }: SenderParts, ndx: number, tokens: TokenWriter, sums: BlockSums): Speller {
  return {
    literal: (bytes) => {
      tokens.literal(bytes);
      totals.literal += bytes.length;
      events.fileProgress?.(ndx, bytes.length, 0);
    },
    block: (index) => {
      const length = blockLengthOf(sums, index);
      tokens.block(index);
      totals.matched += length;
      events.fileProgress?.(ndx, 0, length);
    },
  };
}

async function spellHere(parts: SenderParts, fd: number, sums: BlockSums, spell: Speller): Promise<Uint8Array> {
  const digest = parts.digests.file();
  for (const token of searchFile(fd, sums, parts.digests, { inplace: parts.inplace, digest })) {
    if ('literal' in token) spell.literal(token.literal);
    else spell.block(token.block);
    if (parts.writer.full) await pace(parts);
  }
  return digest.digest();
}

async function spellInWorker(parts: SenderParts, { pool, digest }: NonNullable<SenderParts['workers']>, fd: number, sums: BlockSums, spell: Speller): Promise<Uint8Array> {
  for await (const item of pool.run('search', { fd, sums, digest, inplace: parts.inplace })) {
    if ('digest' in item) return item.digest;
    if ('literal' in item) spell.literal(asBuffer(item.literal));
    else for (const block of item.blocks) spell.block(block);
    if (parts.writer.full) await pace(parts);
  }
  throw new Error('the search ended without a digest');
}

async function pace({ writer, gate }: SenderParts): Promise<void> {
  await writer.ready();
  if (gate.open) await gate.open;
}

function open(parts: SenderParts, ndx: number): { readonly fd: number; readonly size: number } | ErrorInfo {
  const name = parts.list.name(ndx);
  const path = showName(name);
  let fd: number;
  try {
    fd = openSync(joinPath(parts.rootOf?.(ndx) ?? parts.root, name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return SluiceError.of('FILE_VANISHED', { path }).toInfo();
    return SluiceError.of('FILE_UNREADABLE', { path, reason: code ?? message }).toInfo();
  }
  const stat = fstatSync(fd);
  const refused = stat.isFile() ? (parts.check?.(ndx, stat) ?? null) : SluiceError.of('FILE_CHANGED', { path }).toInfo();
  if (refused === null) return { fd, size: stat.size };
  closeSync(fd);
  return refused;
}
