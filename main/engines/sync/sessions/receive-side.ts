// The receiving half of a session after the file list, as client or as server: generator and receiver beside each other, the goodbye.
import type { ErrorInfo } from '../../../../preload/contract/errors.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { showName } from '../../../lib/bytes.ts';
import { openDigests, type Digests } from '../checksum/digests.ts';
import { fileDigester } from '../checksum/file-digest.ts';
import type { ReceivedList } from '../flist/decode.ts';
import type { FileEntry } from '../flist/file-list.ts';
import type { DeletedCounts } from '../generator/delete.ts';
import { finishFolders, generateAgain, generateAll, type GeneratorParts } from '../generator/generate.ts';
import type { ConfinedRoot } from '../receiver/confined-root.ts';
import { attributesFor } from '../receiver/id-map.ts';
import { Outstanding } from '../receiver/outstanding.ts';
import { receivePhase, type ReceiverParts } from '../receiver/receive-files.ts';
import { plainTokenReader, zlibxTokenReader } from '../receiver/tokens.ts';
import type { WorkerPool } from '../workers/pool.ts';
import { NDX, NdxReader, NdxWriter } from '../wire/ndx.ts';
import { violation, type WireReader } from '../wire/reader.ts';
import type { WireWriter } from '../wire/writer.ts';
import type { Gate, SessionEvents, SessionTotals } from './events.ts';
import { readStatistics } from './goodbye.ts';
import { COMPAT, type Agreed } from './handshake.ts';
import type { TransferOptions } from './options.ts';

export interface ReceiveSide {
  readonly reader: WireReader;
  readonly writer: WireWriter;
  readonly received: ReceivedList;
  readonly root: ConfinedRoot;
  readonly options: TransferOptions;
  readonly agreed: Agreed;
  readonly digests: Digests;
  readonly events: SessionEvents;
  readonly gate: Gate;
  readonly totals: SessionTotals;
  readonly pool?: WorkerPool;
  readonly decide?: (ndx: number, there: FileEntry | null) => 'go' | 'skip' | ErrorInfo;
  /** Tell the sender of items that need no data. */
  readonly reportAll: boolean;
  /** The sender is a server, so it ends with statistics. */
  readonly senderIsServer: boolean;
  /** What the far side said last, for a file it could not send. */
  readonly said: () => string;
  readonly onNoSend: (handler: (ndx: number) => void) => void;
  /** Runs when all data is in place and before folders get their times. */
  readonly afterTransfer?: () => Promise<void>;
  /** Told to the sender at the end. */
  readonly deleted?: DeletedCounts;
}

/** Brings everything in place and says goodbye; failing items are events, what breaks the session is thrown. */
export async function receiveSide(side: ReceiveSide): Promise<void> {
  const { reader, writer, received, root, options, agreed, digests, events, gate, totals } = side;
  const { list } = received;
  const outstanding = new Outstanding();
  const attributes = attributesFor(options, received);
  const digest = { name: agreed.checksum, seed: agreed.seed, seedInFront: (agreed.compat & COMPAT.CHKSUM_SEED_FIX) !== 0 };
  side.onNoSend((ndx) => {
    if (!outstanding.settle(ndx)) throw violation(`refusal of file ${ndx}, which was not asked for`);
    totals.ioError |= 1;
    events.fileFailed?.(ndx, SluiceError.of('FILE_UNREADABLE', { path: showName(list.name(ndx)), reason: side.said().split('\n').at(-1) ?? '' }).toInfo());
  });
  const generator: GeneratorParts = {
    writer, outgoing: new NdxWriter(), list, root, digests, options, attributes, outstanding, events, gate, totals, reportAll: side.reportAll, untouched: new Set(),
    ...(options.checksum ? { digestOf: fileDigester(await openDigests(agreed.checksum, 0)) } : {}),
    ...(side.decide ? { decide: side.decide } : {}), ...(side.pool ? { workers: { pool: side.pool, digest } } : {}),
  };
  const incoming = new NdxReader();
  const receiver: ReceiverParts = {
    reader, list, root, digests, outstanding, attributes, inplace: options.inplace, partial: options.partial, fsync: options.fsync, events, gate, totals,
    newTokens: agreed.compress === 'zlibx' ? (n) => zlibxTokenReader(reader, n) : (n) => plainTokenReader(reader, n),
  };
  const done = (): void => { generator.outgoing.write(writer, NDX.DONE); writer.flush(); };
  if (options.dryRun) {
    await dryRun(reader, generator, incoming, done);
    await side.afterTransfer?.();
  } else {
    const [, redo] = await Promise.all([generateAll(generator).then(done), receivePhase(receiver, incoming, false)]);
    await Promise.all([generateAgain(generator, redo).then(done), receivePhase(receiver, incoming, true)]);
    done();
    await expectDone(reader, incoming);
    await side.afterTransfer?.();
    finishFolders(generator);
  }
  if (side.senderIsServer) await readStatistics(reader);
  if (side.deleted && agreed.protocol >= 31) sendDeleted(writer, generator.outgoing, side.deleted);
  done();
  if (agreed.protocol < 31) return;
  await expectDone(reader, incoming);
  done();
}

function sendDeleted(writer: WireWriter, outgoing: NdxWriter, { files, dirs, links, devices, specials }: DeletedCounts): void {
  outgoing.write(writer, NDX.DEL_STATS);
  for (const count of [files, dirs, links, devices, specials]) writer.varint(count);
}

async function expectDone(reader: WireReader, incoming: NdxReader): Promise<void> {
  const ndx = await reader.atomically(() => incoming.read(reader));
  if (ndx !== NDX.DONE) throw violation(`file index ${ndx}, want DONE`);
}

/** The sender repeats each request of a dry run without data. */
async function dryRun(reader: WireReader, generator: GeneratorParts, incoming: NdxReader, done: () => void): Promise<void> {
  const echoes = async (): Promise<void> => {
    while (await reader.atomically(() => incoming.read(reader)) !== NDX.DONE) await reader.atomically(() => reader.short());
  };
  await Promise.all([generateAll(generator).then(done), echoes()]);
  for (let phase = 1; phase < 3; phase++) {
    done();
    await echoes();
  }
}
