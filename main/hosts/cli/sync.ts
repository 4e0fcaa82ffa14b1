// `sluice sync`: one session of the sync engine, as rsync runs one. A local copy is a push to a second process of this program.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SluiceError, toErrorInfo } from '../../../preload/contract/sluice-error.ts';
import { nameOf, showName } from '../../lib/bytes.ts';
import type { FilterRules } from '../../engines/sync/filter/rules.ts';
import type { FileList } from '../../engines/sync/flist/file-list.ts';
import type { SessionEvents, SessionTotals } from '../../engines/sync/sessions/events.ts';
import { WorkerPool } from '../../engines/sync/workers/pool.ts';
import type { SyncArgs } from './sync-args.ts';
import { UsageError } from './args.ts';
import { hasUtf8 } from './escape.ts';
import { EXIT, exitCodeOf, exitCodeOfSession } from './exit-codes.ts';
import { readFilters } from './filters.ts';
import type { Output } from './output.ts';
import { placesOf, type Places } from './places.ts';
import { Printer } from './print.ts';
import { deleteExtras, placeFor, type PullPlace } from './pull-target.ts';
import type { Login } from './remote.ts';
import { splitWords } from './shell-words.ts';
import { carried, gather } from './sources.ts';
import { codeLine, words } from './words.ts';

interface Job {
  readonly args: SyncArgs;
  readonly places: Places;
  readonly rules: FilterRules;
  readonly printer: Printer;
  readonly pool: WorkerPool;
  readonly program: readonly string[];
  readonly signal: AbortSignal;
}

const NO_TOTALS: SessionTotals = { sent: 0, received: 0, literal: 0, matched: 0, exitCode: 0, ioError: 0 };
const IO_ERROR_GENERAL = 1;
const IO_ERROR_VANISHED = 2;

/** Beside the bundle when built, in the engine's folder when run from source. */
function workerEntry(): string {
  const bundle = join(import.meta.dirname, '../engines/sync-worker.cjs');
  return existsSync(bundle) ? bundle : join(import.meta.dirname, '../../engines/sync/workers/worker.ts');
}

function wordsOf(option: string, text: string | null): string[] | null {
  if (text === null) return null;
  const split = splitWords(text);
  if (!split || split.length === 0) throw new UsageError({ kind: 'badValue', option });
  return split;
}

/** Runs the copy and prints it; answers the exit code. Throws UsageError for words that make no sense together. */
export async function runSync(args: SyncArgs, out: Output, err: Output, signal: AbortSignal): Promise<number> {
  const places = placesOf(args.words);
  const rsh = wordsOf('--rsh', args.rsh);
  const path = wordsOf('--rsync-path', args.rsyncPath);
  const local = places.direction === 'local';
  if (local && !args.wholeFileSaid) args.options = { ...args.options, wholeFile: true };
  const program = path ?? (local ? [process.execPath, ...process.execArgv, process.argv[1] as string] : ['rsync']);
  const printer = new Printer(args, out, err, { sending: places.direction === 'push', pulling: places.direction === 'pull', utf8: hasUtf8(process.env) });
  const pool = new WorkerPool(workerEntry());
  let login: Login | null = null;
  try {
    const job: Job = { args, places, rules: readFilters(args.filters), printer, pool, program, signal };
    login = listening(await openLogin(job, rsh), printer);
    const [totals, ioError] = await (places.direction === 'pull' ? pullJob(job, login) : pushJob(job, login));
    const code = exitCodeOfSession(totals.exitCode, totals.ioError | ioError);
    printer.end({ sent: totals.sent, received: totals.received, literal: totals.literal, matched: totals.matched, exitCode: code });
    if (code !== EXIT.OK) err.line(codeLine(code));
    return code;
  } catch (thrown) {
    if (thrown instanceof UsageError) throw thrown;
    const told = login ? await explain(thrown, login, places) : thrown;
    const error = toErrorInfo(signal.aborted ? SluiceError.of('RUN_STOPPED', {}) : told);
    printer.failed(error);
    const code = exitCodeOf(error);
    err.line(codeLine(code));
    return code;
  } finally {
    await login?.close();
    await pool.close();
  }
}

/** What the far side's refusal means for the words of this run; its own lines have been printed as they came. */
async function explain(thrown: unknown, login: Login, places: Places): Promise<unknown> {
  if (!(thrown instanceof SluiceError)) return thrown;
  if (thrown.code === 'RSYNC_MISSING') return (await import('./remote.ts')).withInstallCommand(thrown, login);
  if (thrown.code !== 'RSYNC_REMOTE') return thrown;
  const message = String(thrown.params['message']);
  if (places.direction !== 'pull' && /destination must be a directory|is no folder/.test(message)) {
    return SluiceError.of('PATH_NOT_A_FOLDER', { path: showName(places.target), place: places.far === null ? 'local' : login.host }, thrown);
  }
  return SluiceError.of('RSYNC_REMOTE', { message: message.split('\n')[0] ?? '', exitCode: Number(thrown.params['exitCode']) }, thrown);
}

async function openLogin({ args, places, signal }: Job, rsh: readonly string[] | null): Promise<Login> {
  if (places.far === null) {
    const { ChildShell } = await import('../../engines/sync/transport/child-shell.ts');
    const shell = new ChildShell();
    return { shell: { exec: shell.exec.bind(shell), sftp: () => Promise.reject(SluiceError.of('SSH_NO_SFTP', { host: '', reason: '' })), release: () => {} }, host: words.thisComputer, close: () => Promise.resolve() };
  }
  const { logIn } = await import('./remote.ts');
  return logIn({ target: places.far, rsh, transport: args.transport, words }, signal);
}

/** What a far rsync writes to its stderr is for the person too: since 3.2.3 most of its errors go there. */
function listening(login: Login, printer: Printer): Login {
  const exec: Login['shell']['exec'] = async (argv, signal) => {
    const process = await login.shell.exec(argv, signal);
    let rest = '';
    process.stderr.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) printer.farError(line);
    });
    void process.exited.then(() => { printer.farError(rest); });
    return process;
  };
  return { ...login, shell: { exec, sftp: (signal) => login.shell.sftp(signal), release: () => { login.shell.release(); } } };
}

/** The bits that rows of failed items add. */
function eventsOf(printer: Printer): { readonly events: SessionEvents; readonly bits: () => number } {
  let bits = 0;
  const events: SessionEvents = {
    item: (ndx, flags) => { printer.item(ndx, flags); },
    fileStart: (ndx) => { printer.fileStart(ndx); },
    fileProgress: (_ndx, literal, matched) => { printer.fileProgress(literal + matched); },
    fileDone: (ndx) => { printer.fileDone(ndx); },
    fileFailed: (_ndx, error) => {
      bits |= error.code === 'FILE_VANISHED' ? IO_ERROR_VANISHED : IO_ERROR_GENERAL;
      printer.failed(error);
    },
    deleted: (name, dir) => { printer.deleted(name, dir); },
    message: (text, error) => {
      if (error) printer.farError(text);
      else printer.message(text);
    },
  };
  return { events, bits: () => bits };
}

async function pushJob({ args, places, rules, printer, pool, program, signal }: Job, login: Login): Promise<readonly [SessionTotals, number]> {
  printer.begin();
  const gathered = await gather(places.sources, args.options, rules);
  printer.listed(gathered.list);
  if (places.direction === 'local' && args.rsyncPath === null && makesFolder(places.target, gathered.list)) printer.createdFolder(places.target, true);
  for (const name of gathered.skippedFolders) printer.skippedFolder(name);
  for (const { name, size } of gathered.skipped) printer.skipped(name, size);
  for (const error of gathered.errors) printer.failed(error);
  if (gathered.list.length === 0) return [NO_TOTALS, gathered.ioError];
  const { push } = await import('../../engines/sync/sessions/push.ts');
  const { events, bits } = eventsOf(printer);
  const totals = await push(login.shell, {
    list: gathered.list, root: gathered.rootOf(0), rootOf: gathered.rootOf, target: places.target.length === 0 ? Buffer.from('.') : places.target, options: args.options,
    rules: rules.wire(), ioError: gathered.ioError, protocol: args.options.checksum ? 31 : 32, program, host: login.host, events, pool,
  }, signal);
  return [totals, gathered.ioError | bits()];
}

/** What was asked for: a sender that adds names is refused. Names with wildcards are the far shell's to expand. */
function asked(sources: readonly Buffer[], rules: FilterRules): (name: Buffer, dir: boolean) => boolean {
  const bases = new Set<string>();
  for (const source of sources) {
    const text = source.toString('latin1');
    if (text === '' || text.endsWith('/') || /(?:^|\/)\.\.?$/.test(text) || /[*?[\]~$`{}]/.test(text)) return (name, dir) => !rules.excludes(name, dir, 'sender');
    bases.add(nameOf(source).toString('latin1'));
  }
  return (name, dir) => {
    const slash = name.indexOf(0x2f);
    return bases.has(name.toString('latin1', 0, slash === -1 ? name.length : slash)) && !rules.excludes(name, dir, 'sender');
  };
}

async function pullJob({ args, places, rules, printer, pool, program, signal }: Job, login: Login): Promise<readonly [SessionTotals, number]> {
  const { pull } = await import('../../engines/sync/sessions/pull.ts');
  const { options } = args;
  const { events, bits } = eventsOf(printer);
  const [source = Buffer.from('.'), ...moreSources] = places.sources.map((path) => (path.length === 0 ? Buffer.from('.') : path));
  let place: PullPlace | null = null;
  let deleteFailed = 0;
  printer.begin();
  try {
    const totals = await pull(login.shell, {
      source, moreSources, options, rules: rules.wire(), allowed: asked(places.sources, rules), program, host: login.host, pool,
      events,
      root: (list: FileList) => {
        printer.listed(list);
        place = placeFor(places.target, list, options.dryRun);
        if (place.created) printer.createdFolder(places.target, true);
        return place;
      },
      decide: (ndx) => (place && !carried(place.list.mode(ndx), options) ? 'skip' : 'go'),
      listed: (list, ioError) => {
        for (let i = 0; i < list.length; i++) if (!carried(list.mode(i), options)) printer.skipped(list.name(i), 0);
        if (options.delete === false || place === null || place.created) return;
        if (ioError !== 0) { printer.note('IO error encountered -- skipping file deletion'); return; }
        deleteExtras(place.root, list, rules, options.dryRun, {
          deleted: (name, dir) => { printer.deleted(name, dir); },
          failed: (error) => { deleteFailed = IO_ERROR_GENERAL; printer.failed(error); },
        });
      },
    }, signal);
    return [totals, bits() | deleteFailed];
  } finally {
    (place as PullPlace | null)?.release();
  }
}

/** Will the far process, which is our own, make the destination? It does not say so itself. */
function makesFolder(target: Buffer, list: FileList): boolean {
  const folder = list.length > 1 || (list.length === 1 && list.isDir(0)) || target[target.length - 1] === 0x2f;
  return folder && !existsSync(target);
}
