// A push: we send, a far `rsync --server` receives and generates.
import type { Stats } from 'node:fs';
import type { ErrorInfo } from '../../../../preload/contract/errors.ts';
import { openDigests } from '../checksum/digests.ts';
import { sendFileList } from '../flist/encode.ts';
import type { FileList } from '../flist/file-list.ts';
import { localGroups, localUsers } from '../flist/ids.ts';
import { sendFilterRules } from '../filter/wire.ts';
import { sendFiles } from '../sender/send-files.ts';
import { plainTokens, zlibxTokens } from '../sender/tokens.ts';
import type { RemoteShell } from '../transport/remote-process.ts';
import type { WorkerPool } from '../workers/pool.ts';
import { NdxReader, NdxWriter } from '../wire/ndx.ts';
import { Connection } from './connection.ts';
import { OPEN_GATE, type Gate, type SessionEvents, type SessionTotals } from './events.ts';
import { listForm } from './form.ts';
import { senderGoodbye } from './goodbye.ts';
import { COMPAT, shakeHands } from './handshake.ts';
import { serverArgv, type TransferOptions } from './options.ts';

export interface PushRequest {
  readonly list: FileList;
  /** The local folder the list's names are in. */
  readonly root: Buffer;
  /** The local folder of one entry, when the list was gathered from several. */
  readonly rootOf?: (ndx: number) => Buffer;
  /** The far folder they go to. */
  readonly target: Uint8Array;
  readonly options: TransferOptions;
  /** Rules for the far side: what deletion must spare. */
  readonly rules?: readonly Uint8Array[];
  readonly ioError?: number;
  readonly protocol?: 31 | 32;
  readonly program?: readonly (string | Uint8Array)[];
  readonly host: string;
  readonly events?: SessionEvents;
  readonly gate?: Gate;
  readonly pool?: WorkerPool;
  readonly check?: (ndx: number, stat: Stats) => ErrorInfo | null;
}

/** Runs the session to its end. Files that could not be sent are events; what breaks the session is thrown. */
export async function push(shell: RemoteShell, request: PushRequest, signal?: AbortSignal): Promise<SessionTotals> {
  const { options, list, protocol = 32, events = {}, gate = OPEN_GATE } = request;
  const argv = serverArgv(options, { sender: false, protocol, path: request.target, ...(request.program ? { program: request.program } : {}) });
  const connection = new Connection(await shell.exec(argv, signal), request.host, events, signal);
  const { reader, writer } = connection;
  const totals: SessionTotals = { sent: 0, received: 0, literal: 0, matched: 0, exitCode: 0, ioError: request.ioError ?? 0 };
  await connection.run(async () => {
    const agreed = await shakeHands(reader, writer, { protocol, compress: options.compress }, request.host);
    reader.startMultiplex();
    writer.startMultiplex();
    if (options.delete !== false) sendFilterRules(writer, request.rules ?? []);
    const digest = { name: agreed.checksum, seed: agreed.seed, seedInFront: (agreed.compat & COMPAT.CHKSUM_SEED_FIX) !== 0 };
    const digests = await openDigests(digest.name, digest.seed, digest.seedInFront);
    await sendFileList(writer, list, listForm(options, agreed, digests.length), totals.ioError, localUsers(), localGroups());
    writer.flush();
    const indexes = { incoming: new NdxReader(), outgoing: new NdxWriter() };
    const newTokens = (): ReturnType<typeof plainTokens> => (agreed.compress === 'zlibx' ? zlibxTokens(writer) : plainTokens(writer));
    await sendFiles({
      reader, writer, list, root: request.root, digests, newTokens, dryRun: options.dryRun, inplace: options.inplace, events, gate, totals,
      ...(request.rootOf ? { rootOf: request.rootOf } : {}), ...(request.check ? { check: request.check } : {}), ...(request.pool ? { workers: { pool: request.pool, digest } } : {}),
    }, indexes);
    await senderGoodbye(reader, writer, indexes, agreed.protocol);
  });
  totals.exitCode = await connection.exitCode();
  totals.ioError |= connection.ioError;
  totals.sent = writer.sent;
  totals.received = reader.received;
  return totals;
}
