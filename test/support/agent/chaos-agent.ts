// `sluice agent` as a process that is killed and started again on its folders; what it said in all of its lives is kept.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');
const MOST_SAID = 8 * 2 ** 20;
/** What ends what it starts when this process ends, however it does. */
const BOUND = process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'KILL', '--'] : [];

function newest(dir: string): number {
  let latest = 0;
  for (const entry of readdirSync(dir, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) latest = Math.max(latest, statSync(join(entry.parentPath, entry.name)).mtimeMs);
  }
  return latest;
}

/** The built program where it was built from what stands here, else the source. */
function findProgram(): string {
  const built = join(ROOT, 'dist/main/cli.cjs');
  const changed = Math.max(...['main', 'preload/contract', 'assets/locales'].map((dir) => newest(join(ROOT, dir))));
  return (statSync(built, { throwIfNoEntry: false })?.mtimeMs ?? 0) > changed ? built : join(ROOT, 'main/cli.ts');
}

let program: string | null = null;
/** The words that start `sluice agent`. */
export const agentWords = (): readonly string[] => ['--no-warnings', program ??= findProgram(), 'agent'];

export async function until<T>(what: () => string, look: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (const end = Date.now() + 100_000; ;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`it did not come to be: ${what()}`);
    await new Promise((again) => { setTimeout(again, 20); });
  }
}

export class ChaosAgent {
  readonly dir: string;
  readonly file: string;
  readonly stateDir: string;
  said = '';
  private readonly words: readonly string[];
  private child: ChildProcess | null = null;
  private ended: Promise<unknown> = Promise.resolve();
  private ready: ReadonlyMap<string, string> | null = null;

  /** @param dir its own: configuration and state. */
  constructor(dir: string, config: string, words: readonly string[] = []) {
    mkdirSync(dir, { recursive: true });
    this.dir = dir;
    this.file = join(dir, 'flume-conf.properties');
    this.stateDir = join(dir, 'state');
    this.words = words;
    this.configure(config);
  }

  get pid(): number { return this.child?.pid ?? 0; }
  get isUp(): boolean { return this.child !== null && this.child.exitCode === null && this.child.signalCode === null; }
  get isReady(): boolean { return this.isUp && this.ready !== null; }
  /** The end of what it said, for messages. */
  get tail(): string { return this.said.slice(-3000); }

  /** Another configuration, under the name at once. */
  configure(config: string): void {
    writeFileSync(`${this.file}.new`, config);
    renameSync(`${this.file}.new`, this.file);
  }

  /** Begins a life; READY is not waited for. */
  launch(): void {
    const [command = '', ...args] = [...BOUND, process.execPath, ...agentWords(), '--name', 'a1', '--conf-file', this.file, '--state-dir', this.stateDir, ...this.words];
    const child = spawn(command, args, { env: { ...process.env, LC_ALL: 'C.UTF-8' }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    this.ready = null;
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => {
      if (this.ready !== null) return;
      out += chunk.toString();
      const line = /^READY (.*)\n/m.exec(out)?.[1];
      if (line !== undefined) this.ready = new Map(line.split(' ').map((pair) => pair.split(/=(.*)/s) as [string, string]));
    });
    child.stderr.on('data', (chunk: Buffer) => { this.said = (this.said + chunk.toString()).slice(-MOST_SAID); });
    this.ended = new Promise((done) => { child.once('close', done); });
  }

  async untilReady(): Promise<void> {
    await until(() => `READY: ${this.tail}`, () => {
      if (!this.isUp) throw new Error(`the agent ended: ${this.tail}`);
      return this.ready !== null;
    });
  }

  async start(): Promise<void> {
    this.launch();
    await this.untilReady();
  }

  signal(signal: NodeJS.Signals): void { this.child?.kill(signal); }

  /** Resolves with its exit code when it is gone. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.child?.kill('SIGCONT');
    this.child?.kill(signal);
    await this.ended;
    return this.child?.exitCode ?? null;
  }

  saidTimes(words: RegExp): number { return (this.said.match(new RegExp(words, 'g')) ?? []).length; }
  untilSaid(words: RegExp, times = 1): Promise<unknown> {
    return until(() => `${words} x ${times}: ${this.tail}`, () => this.saidTimes(words) >= times);
  }

  /** Figures of one component, of a life with -Dflume.monitoring.type=http. */
  async metrics(component: string): Promise<Readonly<Record<string, number>>> {
    const answer = await fetch(`http://127.0.0.1:${this.ready?.get('metricsPort') ?? ''}/metrics`);
    const all = (await answer.json()) as Record<string, Record<string, string>>;
    return Object.fromEntries(Object.entries(all[component] ?? {}).map(([key, value]) => [key, Number(value)]));
  }

  /** Bytes of memory: at the most of this life, or now. */
  memory(which: 'VmHWM' | 'VmRSS'): number {
    return Number(new RegExp(`^${which}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${this.pid}/status`, 'latin1'))?.[1] ?? NaN) * 1024;
  }
}
