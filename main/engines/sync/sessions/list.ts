// A list session: takes the file list of a far folder from `rsync --server --sender` and asks for nothing.
import { openDigests } from '../checksum/digests.ts';
import { receiveFileList, type ReceivedList } from '../flist/decode.ts';
import { sendFilterRules } from '../filter/wire.ts';
import type { RemoteShell } from '../transport/remote-process.ts';
import { NDX, NdxReader, NdxWriter } from '../wire/ndx.ts';
import { violation } from '../wire/reader.ts';
import { Connection } from './connection.ts';
import type { SessionEvents } from './events.ts';
import { listForm } from './form.ts';
import { readStatistics } from './goodbye.ts';
import { shakeHands } from './handshake.ts';
import { serverArgv, type TransferOptions } from './options.ts';

export interface ListRequest {
  readonly path: Uint8Array;
  readonly options: TransferOptions;
  readonly rules?: readonly Uint8Array[];
  readonly protocol?: 31 | 32;
  readonly program?: readonly (string | Uint8Array)[];
  readonly host: string;
  readonly events?: SessionEvents;
  readonly seen?: (count: number) => void;
}

export interface FarList extends ReceivedList {
  readonly exitCode: number;
  readonly sent: number;
  readonly received: number;
  /** What the far side said of names it could not list. */
  readonly said: string;
  /** The name of the digests in the list, under -c. */
  readonly checksum: string;
}

const PHASES = 3;

/** The far folder's list, sorted; empty with `said` when it could not be read. */
export async function listRemote(shell: RemoteShell, request: ListRequest, signal?: AbortSignal): Promise<FarList> {
  const { options, protocol = 32 } = request;
  const argv = serverArgv(options, { sender: true, protocol, path: request.path, ...(request.program ? { program: request.program } : {}) });
  const connection = new Connection(await shell.exec(argv, signal), request.host, request.events ?? {}, signal);
  const { reader, writer } = connection;
  const { received, checksum } = await connection.run(async () => {
    const agreed = await shakeHands(reader, writer, { protocol, compress: options.compress }, request.host);
    reader.startMultiplex();
    writer.startMultiplex();
    sendFilterRules(writer, request.rules ?? []);
    writer.flush();
    const digests = await openDigests(agreed.checksum, agreed.seed);
    const list = await receiveFileList(reader, listForm(options, agreed, digests.length), () => true, request.seen);
    if (list.list.length > 0) await askNothing(connection, agreed.protocol);
    return { received: list, checksum: agreed.checksum };
  });
  const exitCode = await connection.exitCode();
  return { ...received, ioError: received.ioError | connection.ioError, exitCode, sent: writer.sent, received: reader.received, said: connection.said, checksum };
}

async function askNothing({ reader, writer }: Connection, protocol: number): Promise<void> {
  const incoming = new NdxReader();
  const outgoing = new NdxWriter();
  const done = async (): Promise<void> => {
    const ndx = await reader.atomically(() => incoming.read(reader));
    if (ndx !== NDX.DONE) throw violation(`file index ${ndx} that was not asked for`);
  };
  for (let phase = 0; phase < PHASES; phase++) outgoing.write(writer, NDX.DONE);
  writer.flush();
  for (let phase = 0; phase < PHASES; phase++) await done();
  await readStatistics(reader);
  outgoing.write(writer, NDX.DONE);
  writer.flush();
  if (protocol < 31) return;
  await done();
  outgoing.write(writer, NDX.DONE);
}
