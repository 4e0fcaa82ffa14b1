// The lines that a program prints (ExecSource). While the channels take no more the program is not read, so that it waits instead of its lines being lost.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { constants } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { EXEC_SOURCE } from '../../../../preload/contract/agent/specs/basic.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { delay } from '../../../lib/async.ts';
import { codeOf } from '../../../lib/errno.ts';
import { source, type SourceContext } from '../components/factory.ts';
import type { ValuesOf } from '../../../../preload/contract/agent/keys.ts';
import { knownCharset } from '../deserializers/make-deserializer.ts';
import { Event } from '../event/event.ts';
import type { Source } from '../parts.ts';
import type { Charset } from '../text/charset.ts';
import { offer } from './offer.ts';
import { readLines } from './program-lines.ts';

type Program = ChildProcessByStdio<null, Readable, Readable>;
type Values = ValuesOf<typeof EXEC_SOURCE>;

/** Given to a program to end by itself. */
const END_MS = 2000;

export const execSource = source(EXEC_SOURCE, (values, context) => new ExecSource(values, context));

class ExecSource implements Source {
  private readonly values: Values;
  private readonly context: SourceContext;
  private readonly charset: Charset;
  private readonly stopping = new AbortController();
  private program: Program | null = null;
  private running: Promise<void> = Promise.resolve();

  constructor(values: Values, context: SourceContext) {
    this.values = values;
    this.context = context;
    this.charset = knownCharset(context.name, 'charset', values.charset);
    if (values.command.trim() === '') throw SluiceError.of('AGENT_KEY', { component: context.name, key: 'command', value: '', reason: 'it is required' });
  }

  async start(): Promise<void> {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    const { program } = this;
    if (program) {
      signalGroup(program, 'SIGTERM');
      const timer = setTimeout(() => { signalGroup(program, 'SIGKILL'); program.stdout.destroy(); }, END_MS);
      await this.running;
      clearTimeout(timer);
    }
    await this.running;
  }

  /** Until the program has ended for good. Never rejects. */
  private async run(): Promise<void> {
    const { say } = this.context;
    const { restart, restartThrottle, command } = this.values;
    const stopped = this.stopping.signal;
    for (;;) {
      const end = await this.once();
      if (stopped.aborted) return;
      if (!restart) {
        if (end.error === null) say.note(`the command has ended: ${command}`);
        else say.failed(end.error, true);
        return;
      }
      if (end.error) say.problem(end.error);
      else say.note(`the command has ended; it is started again in ${restartThrottle} ms`);
      await delay(restartThrottle, stopped).catch(() => {});
      if (stopped.aborted) return;
    }
  }

  /** One life of the program, all its lines delivered. */
  private async once(): Promise<{ readonly error: SluiceError | null }> {
    const { shell, command, batchSize, batchTimeout } = this.values;
    const words = shell === null ? command.trim().split(/\s+/) : [...shell.trim().split(/\s+/), command];
    const [file, ...args] = words as [string, ...string[]];
    const program = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32' });
    const ended = new Promise<string | null>((resolve) => {
      program.once('error', (error) => { resolve(codeOf(error) === 'ENOENT' ? `there is no program ${file}` : codeOf(error) === 'EACCES' ? `${file} may not be run` : error.message); });
      program.once('close', (code, signal) => { resolve(code === 0 ? null : signal ? `ended by ${signal}` : `exit code ${code}`); });
    });
    this.program = program;
    this.readErrors(program);
    await readLines(program.stdout, { charset: this.charset, batchSize, batchTimeout, note: this.context.say.note }, async (lines) => {
      await offer(lines.map((line) => Event.of(null, line)), this.context, this.stopping.signal);
    });
    const reason = await ended;
    this.program = null;
    return { error: reason === null ? null : SluiceError.of('AGENT_COMMAND', { component: this.context.name, command, reason }) };
  }

  /** Read always, so that a program that prints much there does not stand still. */
  private readErrors(program: Program): void {
    if (!this.values.logStdErr) { program.stderr.resume(); return; }
    let count = 0;
    createInterface({ input: program.stderr }).on('line', (line) => { this.context.say.note(`StderrLogger[${++count}] = '${line.slice(0, 1000)}'`); });
  }
}

/** The program and what it started: those of a shell would otherwise live on. */
function signalGroup(program: Program, signal: keyof typeof constants.signals): void {
  if (program.pid === undefined || program.exitCode !== null) { program.kill(signal); return; }
  try {
    if (process.platform === 'win32') program.kill(signal);
    else process.kill(-program.pid, signal);
  } catch { /* it is gone */ }
}
