// A pull: a far `rsync --server --sender` sends, we generate and receive, at one time over one connection.
import type { ErrorInfo } from '../../../../preload/contract/errors.ts';
import { openDigests } from '../checksum/digests.ts';
import { receiveFileList } from '../flist/decode.ts';
import type { FileEntry, FileList } from '../flist/file-list.ts';
import { sendFilterRules } from '../filter/wire.ts';
import { ConfinedRoot } from '../receiver/confined-root.ts';
import type { RemoteShell } from '../transport/remote-process.ts';
import type { WorkerPool } from '../workers/pool.ts';
import { Connection } from './connection.ts';
import { OPEN_GATE, type Gate, type SessionEvents, type SessionTotals } from './events.ts';
import { listForm } from './form.ts';
import { COMPAT, shakeHands } from './handshake.ts';
import { serverArgv, type TransferOptions } from './options.ts';
import { receiveSide } from './receive-side.ts';

export interface PullRequest {
  /** The far folder; end it with a slash for its contents. */
  readonly source: Uint8Array;
  /** Further sources of the same far side. */
  readonly moreSources?: readonly Uint8Array[];
  /** The local folder, which must exist; or what finds and makes it once the list is there, and may rename entries. */
  readonly root: Buffer | ((list: FileList) => { readonly root: Buffer; readonly list: FileList });
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
  const argv = serverArgv(options, { sender: true, protocol, path: request.source, ...(request.moreSources ? { morePaths: request.moreSources } : {}), ...(request.program ? { program: request.program } : {}) });
  let held: ConfinedRoot | null = null;
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
      const digests = await openDigests(agreed.checksum, agreed.seed, (agreed.compat & COMPAT.CHKSUM_SEED_FIX) !== 0);
      const received = await receiveFileList(reader, listForm(options, agreed, digests.length), request.allowed ?? (() => true));
      totals.ioError |= received.ioError;
      const place = request.root instanceof Uint8Array ? { root: request.root, list: received.list } : received.list.length > 0 ? request.root(received.list) : null;
      await request.listed?.(place?.list ?? received.list, received.ioError);
      if (place === null || received.list.length === 0) return;
      const root = new ConfinedRoot(place.root);
      held = root;
      await receiveSide({
        reader, writer, received: { ...received, list: place.list }, root, options, agreed, digests, events, gate, totals, reportAll: false, senderIsServer: true,
        said: () => connection.said,
        onNoSend: (handler) => { connection.onNoSend = handler; },
        ...(request.decide ? { decide: request.decide } : {}), ...(request.pool ? { pool: request.pool } : {}),
      });
    });
    totals.exitCode = await connection.exitCode();
    totals.ioError |= connection.ioError;
    totals.sent = writer.sent;
    totals.received = reader.received;
    return totals;
  } finally {
    (held as ConfinedRoot | null)?.close();
  }
}
