// `sluice coordination backup`, `verify` and `restore`: one snapshot file, read back and compared before it counts.
import { createWriteStream, statSync } from 'node:fs';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { SluiceError } from '../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../lib/errno.ts';
import { readBackup, writeBackup, type BackupFacts } from '../../engines/coordination/backup/backup-file.ts';
import { restoreState } from '../../engines/coordination/backup/restore.ts';
import { loadStateAt, type Moment } from '../../engines/coordination/backup/state-at.ts';
import { showHost } from '../../engines/coordination/admin/ask-word.ts';
import { showZxid } from '../../engines/coordination/zxid.ts';
import { UsageError } from './args.ts';
import { parseHost, parseWords, type Parsed } from './coordination-args.ts';
import type { Terminal } from './terminal.ts';
import { EXIT } from './exit-codes.ts';
import { words } from './words.ts';

const texts = words.coordination;
const ADMIN_PORT = 8080;
const BACKUP = 'backup DATADIR|HOST[:PORT] FILE [--log-dir DIR] [--zxid Z | --time T] [--auth SCHEME:AUTH] [--json]';
const RESTORE = 'restore FILE|DATADIR DATADIR [--log-dir DIR] [--zxid Z | --time T] [--json]';

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

function momentOf(args: Parsed, usage: string): Moment {
  const zxid = args.value('zxid');
  const time = args.value('time');
  const wrong = new UsageError({ kind: 'usage', option: usage });
  if (zxid !== null && time !== null) throw wrong;
  if (zxid !== null) {
    if (!/^(?:0x[0-9a-fA-F]{1,13}|\d{1,15})$/.test(zxid)) throw wrong;
    return { kind: 'zxid', zxid: Number(zxid) };
  }
  if (time === null) return { kind: 'end' };
  const at = /^\d{11,14}$/.test(time) ? Number(time) : Date.parse(time);
  if (Number.isNaN(at)) throw wrong;
  return { kind: 'time', at };
}

function tell({ out }: Terminal, json: boolean, facts: BackupFacts, line: string, more: object = {}): number {
  out.line(json ? JSON.stringify({ ...facts, zxid: showZxid(facts.zxid), ...more }) : line);
  return EXIT.OK;
}

export async function backup(rest: readonly string[], terminal: Terminal): Promise<number> {
  const args = parseWords(rest, { values: ['log-dir', 'zxid', 'time', 'auth'], switches: ['json'], words: [2, 2], usage: BACKUP });
  const [source, file] = [args.word(0), args.word(1)];
  const moment = momentOf(args, BACKUP);
  const host = isFolder(source) ? null : parseHost(source, ADMIN_PORT);
  if (!isFolder(source) && (!host || source.includes('/') || moment.kind !== 'end')) throw new UsageError({ kind: 'usage', option: BACKUP });
  const facts = host ? await download(showHost(host), file, args.value('auth'), terminal.signal) : await writeBackup(file, await loadStateAt(foldersOf(source, args), moment));
  return tell(terminal, args.has('json'), facts, texts.backupDone({ ...facts, zxid: showZxid(facts.zxid) }));
}

function foldersOf(dataDir: string, args: Parsed): { readonly dataDir: string; readonly dataLogDir: string } {
  return { dataDir: resolve(dataDir), dataLogDir: resolve(args.value('log-dir') ?? dataDir) };
}

/** Through the AdminServer's snapshot; verified before it has its name. */
async function download(host: string, file: string, auth: string | null, signal: AbortSignal): Promise<BackupFacts> {
  const url = `http://${host}/commands/snapshot?streaming=true`;
  const [scheme = '', ...secret] = (auth ?? '').split(':');
  const answer = await fetch(url, { signal, headers: auth === null ? {} : { Authorization: `${scheme} ${secret.join(':')}` } })
    .catch((error: unknown) => { throw SluiceError.of('COORD_CONNECT', { hosts: host, reason: error instanceof Error && error.cause ? codeOf(error.cause) : codeOf(error) }, error); });
  if (answer.status === 401 || answer.status === 403) throw SluiceError.of('COORD_AUTH', { hosts: host, scheme: scheme || 'digest' });
  if (answer.status !== 200 || !answer.body || answer.headers.get('last_zxid') === null) {
    throw SluiceError.of('COORD_FOUR_LETTER', { host, word: 'snapshot', reason: answer.status === 429 ? 'it gives one snapshot in five minutes (admin.rateLimiterIntervalInMS)' : `HTTP ${answer.status}` });
  }
  const body = Readable.fromWeb(answer.body as ReadableStream<Uint8Array>);
  const temporary = await receive(body, `${resolve(file)}.part`, signal).catch((error: unknown) => { throw SluiceError.of('COORD_DISK', { file, reason: codeOf(error) }, error); });
  try {
    return await writeBackup(file, await readBackup(temporary));
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'COORD_ARCHIVE') throw SluiceError.of('COORD_ARCHIVE', { file, reason: String(error.params['reason']) }, error);
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Answers the name, which tells how it is packed. */
async function receive(body: Readable, base: string, signal: AbortSignal): Promise<string> {
  const first = await once(body, 'readable', { signal }).then(() => body.read() as Buffer | null);
  if (first) body.unshift(first);
  const path = first?.[0] === 0x1f && first[1] === 0x8b ? `${base}.gz` : base;
  try {
    await pipeline(body, createWriteStream(path, { flush: true }), { signal });
    return path;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

export async function verify(rest: readonly string[], terminal: Terminal): Promise<number> {
  const args = parseWords(rest, { values: [], switches: ['json'], words: [1, 1], usage: 'verify FILE [--json]' });
  const { facts } = await readBackup(args.word(0));
  return tell(terminal, args.has('json'), facts, texts.verified({ ...facts, zxid: showZxid(facts.zxid) }));
}

export async function restore(rest: readonly string[], terminal: Terminal): Promise<number> {
  const args = parseWords(rest, { values: ['log-dir', 'zxid', 'time'], switches: ['json'], words: [2, 2], usage: RESTORE });
  const [source, target] = [args.word(0), args.word(1)];
  const moment = momentOf(args, RESTORE);
  if (!isFolder(source) && moment.kind !== 'end') throw new UsageError({ kind: 'usage', option: RESTORE });
  const inPlace = isFolder(source) && resolve(source) === resolve(target);
  const state = isFolder(source) ? await loadStateAt(inPlace ? foldersOf(source, args) : { dataDir: resolve(source), dataLogDir: resolve(source) }, moment) : await readBackup(source);
  const { kept, ...facts } = await restoreState(state, foldersOf(target, args));
  tell(terminal, args.has('json'), facts, texts.restoreDone({ dir: resolve(target), znodes: facts.znodes, zxid: showZxid(facts.zxid) }), { kept });
  if (!args.has('json')) for (const dir of kept) terminal.err.line(texts.kept({ dir }));
  return EXIT.OK;
}
