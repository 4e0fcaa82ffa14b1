// Both server roles for a stock rsync client: what runs behind `sluice --server ...` at the far end of ssh or a pipe.
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { ErrorInfo } from '../../../../preload/contract/errors.ts';
import { nameOf, parentOf, showName } from '../../../lib/bytes.ts';
import { openDigests, type Digests } from '../checksum/digests.ts';
import { receiveFileList, type ReceivedList } from '../flist/decode.ts';
import { sendFileList } from '../flist/encode.ts';
import { FileList } from '../flist/file-list.ts';
import { localGroups, localUsers } from '../flist/ids.ts';
import { FilterRules } from '../filter/rules.ts';
import { readFilterRules } from '../filter/wire.ts';
import { deleteExtraneous, type DeletionParts } from '../generator/delete.ts';
import { ConfinedRoot } from '../receiver/confined-root.ts';
import { writeError } from '../receiver/item-error.ts';
import { sendFiles } from '../sender/send-files.ts';
import { plainTokens, zlibxTokens } from '../sender/tokens.ts';
import { NdxReader, NdxWriter } from '../wire/ndx.ts';
import { WireReader } from '../wire/reader.ts';
import { TAG } from '../wire/tags.ts';
import { WireWriter } from '../wire/writer.ts';
import { OPEN_GATE, type SessionTotals } from './events.ts';
import { listForm } from './form.ts';
import { senderGoodbye } from './goodbye.ts';
import { COMPAT, type Agreed } from './handshake.ts';
import { receiveSide } from './receive-side.ts';
import { answerHands } from './server-handshake.ts';
import { ServerRefusal, parseServerCall, type ServerCall } from './server-options.ts';
import { scanSources } from './server-sources.ts';

const EXIT = { OK: 0, PROTOCOL: 2, SELECT: 3, FILE_IO: 11, STREAM: 12, PARTIAL: 23, VANISHED: 24 } as const;
const GENERAL = 1;
const VANISHED = 2;
/** How long an ending server waits for its client to take the last words. */
const LAST_WORDS_MS = 5000;

interface Serving {
  readonly reader: WireReader;
  readonly writer: WireWriter;
  readonly call: ServerCall;
  readonly agreed: Agreed;
  readonly digests: Digests;
  readonly totals: SessionTotals;
  onNoSend: ((ndx: number) => void) | null;
}

/**
 * Serves one client and answers rsync's exit code; never throws for what the client or the disk did.
 * @param argv what follows `--server`; words that are no UTF-8 are taken from the system's own record of the command line.
 * @param stderr takes what goes wrong before the client listens for messages.
 */
export async function serveRemote(argv: readonly (string | Uint8Array)[], stdin: Readable, stdout: Writable, _env: Readonly<Record<string, string | undefined>>, stderr?: Writable): Promise<number> {
  let serving: Serving | null = null;
  let clientExit: number | null = null;
  const reader = new WireReader(stdin, {
    onMessage: (tag, body) => {
      if (tag === TAG.NO_SEND && body.length === 4) serving?.onNoSend?.(body.readInt32LE(0));
      else if (tag === TAG.IO_ERROR && body.length === 4 && serving) serving.totals.ioError |= body.readInt32LE(0) & 0x7;
      else if (tag === TAG.ERROR_EXIT) clientExit = body.length === 4 ? body.readInt32LE(0) : EXIT.STREAM;
    },
  });
  const writer = new WireWriter(stdout);
  let heart: NodeJS.Timeout | null = null;
  try {
    const call = parseServerCall(rawArguments(argv));
    const agreed = await answerHands(reader, writer, call);
    reader.startMultiplex();
    writer.startMultiplex();
    if (call.options.timeout > 0) heart = setInterval(() => { writer.keepAlive(); }, (call.options.timeout * 1000) / 2);
    const digests = await openDigests(agreed.checksum, agreed.seed, (agreed.compat & COMPAT.CHKSUM_SEED_FIX) !== 0);
    const totals: SessionTotals = { sent: 0, received: 0, literal: 0, matched: 0, exitCode: 0, ioError: 0 };
    serving = { reader, writer, call, agreed, digests, totals, onNoSend: null };
    await (call.sender ? serveSender(serving) : serveReceiver(serving));
    await ending(writer, stdout);
    return totals.ioError & GENERAL ? EXIT.PARTIAL : totals.ioError & VANISHED ? EXIT.VANISHED : EXIT.OK;
  } catch (thrown) {
    const { code, text } = explain(thrown);
    if (clientExit === null) {
      if (serving) {
        writer.message(TAG.ERROR, Buffer.from(`sluice: ${text}\n`));
        const body = Buffer.alloc(4);
        body.writeInt32LE(code);
        writer.message(TAG.ERROR_EXIT, body);
      } else {
        stderr?.write(`sluice: ${text}\n`);
      }
    }
    stdin.resume();
    await ending(writer, stdout);
    return clientExit ?? code;
  } finally {
    if (heart) clearInterval(heart);
  }
}

function explain(thrown: unknown): { code: number; text: string } {
  if (thrown instanceof ServerRefusal) return { code: thrown.exitCode, text: thrown.message };
  if (thrown instanceof SluiceError) return { code: thrown.code === 'RSYNC_PROTOCOL' ? (/closed/.test(String(thrown.params['reason'])) ? EXIT.STREAM : EXIT.PROTOCOL) : EXIT.FILE_IO, text: told(thrown.toInfo()) };
  return { code: EXIT.FILE_IO, text: thrown instanceof Error ? thrown.message : String(thrown) };
}

function told({ code, params }: ErrorInfo): string {
  const { path, reason, ...more } = params;
  const what = code.toLowerCase().replaceAll('_', ' ');
  return [what, path === undefined ? null : `"${path}"`, reason ?? null, ...Object.values(more)].filter((part) => part !== null && part !== '').join(': ');
}

async function ending(writer: WireWriter, stdout: Writable): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  stdout.once('finish', resolve).once('close', resolve).once('error', () => { resolve(); });
  const timer = setTimeout(resolve, LAST_WORDS_MS);
  writer.end();
  await promise;
  clearTimeout(timer);
}

function tellFailure({ writer }: Serving, error: ErrorInfo): void {
  writer.message(error.code === 'FILE_VANISHED' ? TAG.WARNING : TAG.ERROR_XFER, Buffer.from(`sluice: ${told(error)}\n`));
}

async function serveSender(serving: Serving): Promise<void> {
  const { reader, writer, call, agreed, digests, totals } = serving;
  const { options } = call;
  const filter = FilterRules.parse(await readFilterRules(reader));
  const started = performance.now();
  const { list, root, rootOf, errors } = await scanSources(call, filter, agreed.checksum);
  for (const { error } of errors) {
    totals.ioError |= error.code === 'FILE_VANISHED' ? VANISHED : GENERAL;
    tellFailure(serving, error);
  }
  const scanned = performance.now();
  await sendFileList(writer, list, listForm(options, agreed, digests.length), totals.ioError, localUsers(), localGroups());
  writer.flush();
  if (list.length === 0) return;
  const took = performance.now() - scanned;
  const before = totals.ioError;
  const indexes = { incoming: new NdxReader(), outgoing: new NdxWriter() };
  let size = 0;
  for (let i = 0; i < list.length; i++) if (!list.isDir(i)) size += list.size(i);
  await sendFiles({
    reader, writer, list, root, digests, dryRun: options.dryRun, inplace: options.inplace, gate: OPEN_GATE, totals,
    newTokens: () => (agreed.compress === 'zlibx' ? zlibxTokens(writer) : plainTokens(writer)),
    events: { fileFailed: (_ndx, error) => { tellFailure(serving, error); } },
    ...(rootOf ? { rootOf } : {}),
  }, indexes);
  if (totals.ioError !== before) {
    const body = Buffer.alloc(4);
    body.writeInt32LE(totals.ioError);
    writer.message(TAG.IO_ERROR, body);
  }
  for (const figure of [reader.received, writer.sent, size, Math.round(scanned - started), Math.round(took)]) writer.varlong(figure, 3);
  writer.flush();
  await senderGoodbye(reader, writer, indexes, agreed.protocol);
}

async function serveReceiver(serving: Serving): Promise<void> {
  const { reader, writer, call, agreed, digests, totals } = serving;
  const { options, deletion } = call;
  const rules = deletion === 'none' ? [] : await readFilterRules(reader);
  const filter = FilterRules.parse(call.deleteExcluded ? rules.filter(isReceiversOwn) : rules);
  const received = await receiveFileList(reader, listForm(options, agreed, digests.length), () => true);
  totals.ioError |= received.ioError;
  if (received.list.length === 0) return;
  const place = targetOf(call, received);
  const root = new ConfinedRoot(place.root);
  try {
    const counts = { files: 0, dirs: 0, links: 0, devices: 0, specials: 0 };
    const parts: DeletionParts = {
      list: place.received.list, root, dryRun: options.dryRun, counts,
      protects: (path, dir) => !filter.empty && filter.excludes(path, dir, 'receiver'),
      onDeleted: (path, dir) => { writer.message(TAG.DELETED, dir ? Buffer.concat([path, Buffer.alloc(1)]) : path); },
      onFailed: (_path, error) => { totals.ioError |= GENERAL; tellFailure(serving, error); },
    };
    const remove = async (inTheWayOnly = false): Promise<void> => {
      if (totals.ioError !== 0 && !call.ignoreErrors) writer.message(TAG.INFO, Buffer.from('IO error encountered -- skipping file deletion\n'));
      else await deleteExtraneous(parts, inTheWayOnly);
    };
    if (deletion !== 'none') await remove(deletion === 'after');
    await receiveSide({
      reader, writer, received: place.received, root, options, agreed, digests, gate: OPEN_GATE, totals, reportAll: true, senderIsServer: false,
      events: { fileFailed: (_ndx, error) => { tellFailure(serving, error); } },
      said: () => 'the sender cannot read it',
      onNoSend: (handler) => { serving.onNoSend = handler; },
      ...(deletion === 'after' ? { afterTransfer: remove } : {}), ...(deletion === 'none' ? {} : { deleted: counts }),
    });
  } finally {
    root.close();
    place.release?.();
  }
}

/** With --delete-excluded only rules that name the receiver protect. */
function isReceiversOwn(rule: Buffer): boolean {
  return /^(?:[PR]|[-+][^ _]*r)/.test(rule.toString('latin1'));
}

interface Target {
  readonly root: Buffer;
  readonly received: ReceivedList;
  readonly release?: () => void;
}

/** The folder to write to, made if it is missing; a single file may be given another name (main.c get_local_name). */
function targetOf({ paths, options }: ServerCall, received: ReceivedList): Target {
  if (paths.length > 1) throw new ServerRefusal(EXIT.SELECT, `${paths.length} targets, want one`);
  const path = paths[0] as Buffer;
  const { list } = received;
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory()) return { root: path, received };
  const single = list.length === 1 && !list.isDir(0) && path[path.length - 1] !== 0x2f;
  if (single) {
    const renamed = new FileList();
    renamed.add({ ...list.entry(0), name: nameOf(path) });
    renamed.sort();
    const folder = parentOf(path);
    return { root: folder.length === 0 ? Buffer.from('.') : folder, received: { ...received, list: renamed } };
  }
  if (stat) throw new ServerRefusal(EXIT.SELECT, `${showName(path)} is no folder`);
  if (options.dryRun) { // an empty folder stands in for the one that is not made
    const stand = mkdtempSync(join(tmpdir(), 'sluice-'));
    return { root: Buffer.from(stand), received, release: () => { rmdirSync(stand); } };
  }
  try {
    mkdirSync(path);
  } catch (thrown) {
    throw new ServerRefusal(EXIT.FILE_IO, told(writeError(path, thrown)));
  }
  return { root: path, received };
}

/** Node reads the command line as UTF-8; where that lost bytes, Linux still has them. */
function rawArguments(argv: readonly (string | Uint8Array)[]): readonly (string | Uint8Array)[] {
  if (!argv.some((word) => typeof word === 'string' && word.includes('\ufffd'))) return argv;
  let raw: Buffer;
  try { raw = readFileSync('/proc/self/cmdline'); } catch { return argv; }
  const words: Buffer[] = [];
  for (let start = 0; start < raw.length;) {
    const end = raw.indexOf(0, start);
    if (end === -1) break;
    words.push(raw.subarray(start, end));
    start = end + 1;
  }
  const tail = words.slice(-argv.length);
  return tail.length === argv.length && tail.every((word, i) => word.toString('utf8') === argv[i]) ? tail : argv;
}
