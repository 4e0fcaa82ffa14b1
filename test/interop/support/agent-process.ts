// `sluice agent` from source as a process of its own, which a test kills and starts again; what its logger sinks print is kept over all of its lives.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CLI } from '../cli-support.ts';

export class AgentProcess {
  readonly dir: string = mkdtempSync(join(tmpdir(), 'sluice-agent-'));
  readonly stateDir: string = join(this.dir, 'state');
  /** Bodies as loggers print them: their first 16 bytes. */
  readonly printed: string[] = [];
  #err = '';
  #child: ChildProcess | null = null;

  /** What it said of itself, in all of its lives. */
  get said(): string { return this.#err; }

  /** Resolves when it is READY; rejects with its words when it ends before. */
  async start(config: string, ...words: readonly string[]): Promise<void> {
    const file = join(this.dir, 'flume-conf.properties');
    writeFileSync(file, config);
    const args = ['--no-warnings', CLI, 'agent', '--conf', this.dir, '--conf-file', file, '--state-dir', this.stateDir, '--no-reload-conf', ...words];
    const child = spawn(process.execPath, args, { env: { ...process.env, LC_ALL: 'C.UTF-8' }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => { err += chunk.toString(); this.#err += chunk.toString(); });
    await new Promise<void>((done, fail) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (line.startsWith('READY ')) done();
        const body = /^Event: \{ headers:\{.*?\} body:(?: [0-9A-F]{2})* +(.*) \}$/.exec(line)?.[1];
        if (body !== undefined) this.printed.push(body);
      });
      child.once('exit', (code) => { fail(new Error(`the agent ended with ${code}: ${err}`)); });
    });
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
  }

  async close(): Promise<void> {
    await this.end('SIGKILL');
    rmSync(this.dir, { recursive: true, force: true });
  }
}
