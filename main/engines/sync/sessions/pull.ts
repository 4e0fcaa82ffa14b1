// A pull: a far `rsync --server --sender` sends, we generate and receive, at one time over one connection.
import type { ErrorInfo } from '../../../../preload/contract/errors.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { showName } from '../../../lib/bytes.ts';
import { fileDigester } from '../checksum/file-digest.ts';
import { openDigests } from '../checksum/digests.ts';
import { receiveFileList } from '../flist/decode.ts';
import type { FileEntry, FileList } from '../flist/file-list.ts';
import { sendFilterRules } from '../filter/wire.ts';
import { finishFolders, generateAgain, generateAll, type GeneratorParts } from '../generator/generate.ts';
import { attributesFor } from '../receiver/id-map.ts';
import { ConfinedRoot } from '../receiver/confined-root.ts';
import { Outstanding } from '../receiver/outstanding.ts';
import { receivePhase } from '../receiver/receive-files.ts';
import { plainTokenReader, zlibxTokenReader } from '../receiver/tokens.ts';
import type { RemoteShell } from '../transport/remote-process.ts';
import type { WorkerPool } from '../workers/pool.ts';
import { NDX, NdxReader, NdxWriter } from '../wire/ndx.ts';
import { violation } from '../wire/reader.ts';
import { Connection } from './connection.ts';
import { OPEN_GATE, type Gate, type SessionEvents, type SessionTotals } from './events.ts';
import { listForm } from './form.ts';
import { readStatistics } from './goodbye.ts';
import { COMPAT, shakeHands } from './handshake.ts';
import { serverArgv, type TransferOptions } from './options.ts';

export interface PullRequest {
  /** The far folder; end it with a slash for its contents. */
  readonly source: Uint8Array;
  /** The local folder, which must exist. */
  readonly root: Buffer;
  readonly options: TransferOptions;
  readonly rules?: readonly Uint8Array[];
  /** Was this name asked for? A sender that adds names is refused (CVE-2022-29154). */
  readonly allowed?: (name: Buffer, dir: boolean) => boolean;
  readonly protocol?: 31 | 32;
  readonly program?: readonly (string | Uint8Array)[];
  readonly host: string;
  readonly events?: SessionEvents;
  readonly gate?: Gate;
  readonly pool?: WorkerPool;
  /** Called once, when the list is there and nothing has been changed yet; indexes of all events are of this list. */
  readonly listed?: (list: FileList, ioError: number) => void | Promise<void>;
  readonly decide?: (ndx: number, there: FileEntry | null) => 'go' | 'skip' | ErrorInfo;
}

export async function pull(shell: RemoteShell, request: PullRequest, signal?: AbortSignal): Promise<SessionTotals> {
  const { options, protocol = 32, events = {}, gate = OPEN_GATE } = request;
  const argv = serverArgv(options, { sender: true, protocol, path: request.source, ...(request.program ? { program: request.program } : {}) });
  const root = new ConfinedRoot(request.root);
  const totals: SessionTotals = { sent: 0, received: 0, literal: 0, matched: 0, exitCode: 0, ioError: 0 };
  try {
    const connection = new Connection(await shell.exec(argv, signal), request.host, events, signal);
    const { reader, writer } = connection;
    await connection.run(async () => {
      const agreed = await shakeHands(reader, writer, { protocol, compress: options.compress }, request.host);
      reader.startMultiplex();
      writer.startMultiplex();
      sendFilterRules(writer, request.rules ?? []);
      writer.flush();
      const digest = { name: agreed.checksum, seed: agreed.seed, seedInFront: (agreed.compat & COMPAT.CHKSUM_SEED_FIX) !== 0 };
      const digests = await openDigests(digest.name, digest.seed, digest.seedInFront);
      const received = await receiveFileList(reader, listForm(options, agreed, digests.length), request.allowed ?? (() => true));
      totals.ioError |= received.ioError;
      await request.listed?.(received.list, received.ioError);
      if (received.list.length === 0) return;
      const { list } = received;
      const outstanding = new Outstanding();
      const attributes = attributesFor(options, received);
      connection.onNoSend = (ndx) => {
        if (!outstanding.settle(ndx)) throw violation(`refusal of file ${ndx}, which was not asked for`);
        events.fileFailed?.(ndx, SluiceError.of('FILE_UNREADABLE', { path: showName(list.name(ndx)), reason: connection.said.split('\n').at(-1) ?? '' }).toInfo());
      };
      const generator: GeneratorParts = {
        writer, outgoing: new NdxWriter(), list, root, digests, options, attributes, outstanding, events, gate, totals, reportAll: false,
        ...(options.checksum ? { digestOf: fileDigester(await openDigests(agreed.checksum, 0)) } : {}),
        ...(request.decide ? { decide: request.decide } : {}), ...(request.pool ? { workers: { pool: request.pool, digest } } : {}),
      };
      const incoming = new NdxReader();
      const receiver = {
        reader, list, root, digests, outstanding, attributes, inplace: options.inplace, partial: options.partial, fsync: options.fsync, events, gate, totals,
        newTokens: agreed.compress === 'zlibx' ? (n: number) => zlibxTokenReader(reader, n) : (n: number) => plainTokenReader(reader, n),
      };
      const done = (): void => { generator.outgoing.write(writer, NDX.DONE); writer.flush(); };
      if (options.dryRun) {
        await dryRun(connection, generator, incoming, done);
      } else {
        const [, redo] = await Promise.all([generateAll(generator).then(done), receivePhase(receiver, incoming, false)]);
        await Promise.all([generateAgain(generator, redo).then(done), receivePhase(receiver, incoming, true)]);
        done();
        await expectDone(connection, incoming);
        finishFolders(generator);
      }
      await readStatistics(reader);
      done();
      if (agreed.protocol < 31) return;
      await expectDone(connection, incoming);
      done();
    });
    totals.exitCode = await connection.exitCode();
    totals.ioError |= connection.ioError;
    totals.sent = writer.sent;
    totals.received = reader.received;
    return totals;
  } finally {
    root.close();
  }
}

async function expectDone({ reader }: Connection, incoming: NdxReader): Promise<void> {
  const ndx = await reader.atomically(() => incoming.read(reader));
  if (ndx !== NDX.DONE) throw violation(`file index ${ndx}, want DONE`);
}

/** The sender repeats each request of a dry run without data. */
async function dryRun(connection: Connection, generator: GeneratorParts, incoming: NdxReader, done: () => void): Promise<void> {
  const { reader } = connection;
  const echoes = async (): Promise<void> => {
    while (await reader.atomically(() => incoming.read(reader)) !== NDX.DONE) await reader.atomically(() => reader.short());
  };
  await Promise.all([generateAll(generator).then(done), echoes()]);
  for (let phase = 1; phase < 3; phase++) {
    done();
    await echoes();
  }
}
