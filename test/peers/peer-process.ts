// The programs of one running peer, its folder and its ports. Whatever happens, nothing of it stays.
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PeerContext } from './definition.ts';

/** Below the range the kernel gives to outgoing connections. */
const PORTS = { from: 15_000, count: 17_000 };
/** Test files that run at the same time, each in a process of its own, draw from parts of it that do not meet. */
const PARTS = 8;
const drawn = new Set<number>();

/** Free on 127.0.0.1 at this moment, given out once by this process and by no other worker of a test run. */
export async function freePort(): Promise<number> {
  const size = Math.floor(PORTS.count / PARTS);
  const part = Number(process.env['VITEST_POOL_ID'] ?? process.pid) % PARTS;
  if (drawn.size > size / 2) drawn.clear();
  for (;;) {
    const port = PORTS.from + part * size + Math.floor(Math.random() * size);
    if (drawn.has(port)) continue;
    drawn.add(port);
    const free = await new Promise<boolean>((done) => {
      const server = createServer();
      server.once('error', () => done(false));
      server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
    });
    if (free) return port;
  }
}

/** So many of them, all different. */
export function freePorts(count: number): Promise<number[]> {
  return Promise.all(Array.from({ length: count }, () => freePort()));
}

export class PeerProcess implements PeerContext {
  readonly dir: string;
  readonly log: string;
  /** Settles when the first program has ended. */
  readonly ended: Promise<void>;
  ending = false;
  readonly #children: ChildProcess[] = [];
  readonly #undo: (() => void)[] = [];
  readonly #logFile: number;
  readonly #port: number | undefined;
  readonly #deadline: number;
  #firstEnded: () => void = () => undefined;

  constructor(settings: { readonly port?: number; readonly dir?: string; readonly timeout: number }) {
    if (settings.dir === undefined) {
      this.dir = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-peer-')));
      this.#undo.push(() => rmSync(this.dir, { recursive: true, force: true }));
      chmodSync(this.dir, 0o711);
    } else {
      mkdirSync(settings.dir, { recursive: true });
      this.dir = realpathSync(settings.dir);
    }
    this.log = join(this.dir, 'log');
    this.#logFile = openSync(this.log, 'a');
    this.#port = settings.port;
    this.#deadline = Date.now() + settings.timeout * 1000;
    this.ended = new Promise((done) => { this.#firstEnded = done; });
  }

  async port(): Promise<number> {
    return this.#port ?? (await freePort());
  }

  freePort(): Promise<number> {
    return freePort();
  }

  spawn(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): number {
    // setpriv: killed by the kernel when this process is, however it ends
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', command, ...args], { stdio: ['ignore', this.#logFile, this.#logFile], env });
    if (this.#children.length === 0) child.once('exit', () => this.#firstEnded());
    child.once('error', () => this.#firstEnded());
    this.#children.push(child);
    if (child.pid === undefined) throw new Error(`${command} could not be started`);
    return child.pid;
  }

  async until(what: string, answers: () => Promise<boolean>): Promise<void> {
    while (!(await answers())) {
      const dead = this.#children.find((child) => child.exitCode !== null || child.signalCode !== null);
      if (dead) throw new Error(`${what}: ${dead.spawnargs.slice(4).join(' ')} ended; the end of its log:\n${this.tail()}`);
      if (Date.now() > this.#deadline) throw new Error(`${what}: no answer in time; the end of its log:\n${this.tail()}`);
      await sleep(30);
    }
  }

  atEnd(undo: () => void): void {
    this.#undo.push(undo);
  }

  tail(): string {
    return readFileSync(this.log, 'utf8').split('\n').slice(-25).join('\n');
  }

  /** Asks all programs to stop, kills what is left after 5 s, and undoes what was made. */
  async end(): Promise<void> {
    if (this.ending) return;
    this.ending = true;
    await Promise.all([...this.#children].reverse().map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
      const gone = new Promise<void>((done) => { child.once('exit', () => done()); });
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await gone;
      clearTimeout(killer);
    }));
    for (const undo of this.#undo.reverse()) undo();
  }
}
