// The two agents that the agent bench compares, started alike on one flume-conf.properties and looked at from outside: ours (bundled, as it is shipped) and Flume 1.11.
import { build } from 'esbuild';
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, copyFileSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { flumeCommand } from '../peers/flume/flume.ts';

export type System = 'sluice' | 'flume';

/** Of /proc, a second. */
const TICKS = 100;

const root = resolve(import.meta.dirname, '../..');

/** The command line as scripts/build.mjs makes it, with its start and a compile cache of its own; answers the file. It stands in the tree, where its native parts are found. */
export async function bundleCli(): Promise<string> {
  const dir = join(root, 'node_modules', '.cache', `bench-cli-${process.pid}`);
  await build({
    absWorkingDir: root, entryPoints: ['main/cli.ts'], outfile: join(dir, 'cli.cjs'), bundle: true, platform: 'node', format: 'cjs', target: 'node22', legalComments: 'none', logLevel: 'error',
    external: ['electron', 'better-sqlite3', '*.node', 'cpu-features', 'bufferutil', 'utf-8-validate', 'fsevents'],
    define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  });
  copyFileSync(join(root, 'scripts', 'start-cli.mjs'), join(dir, 'start-cli.mjs'));
  return join(dir, 'start-cli.mjs');
}

export interface AgentPlan {
  readonly system: System;
  readonly dir: string;
  readonly cli: string;
  /** `@DIR@` stands for the folder of its data. */
  readonly config: string;
  readonly port: number;
}

/** One process of an agent. */
export class BenchAgent {
  readonly plan: AgentPlan;
  private child: ChildProcess | null = null;

  constructor(plan: AgentPlan) { this.plan = plan; }

  /** Starts it; ms until its port took a connection. */
  async start(): Promise<number> {
    const { system, dir, cli, config, port } = this.plan;
    mkdirSync(dir, { recursive: true });
    const file = join(dir, 'flume-conf.properties');
    writeFileSync(file, config.replaceAll('@DIR@', dir));
    const log = openSync(join(dir, 'log'), 'a');
    const [command, args] = system === 'flume' ? flumeCommand(file, { jvm: ['-Xmx1g', '-Dflume.peer.level=WARN'] })
      : [process.execPath, [cli, 'agent', '--name', 'a1', '--conf-file', file, '--no-reload-conf', '--state-dir', join(dir, 'state')]] as const;
    const began = performance.now();
    this.child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', command, ...args], { stdio: ['ignore', log, log], env: { ...process.env, XDG_CACHE_HOME: dirname(cli) } });
    closeSync(log);
    while (!(await accepts(port))) {
      if (this.child.exitCode !== null) throw new Error(`${system} ended: ${readFileSync(join(dir, 'log'), 'utf8').slice(-2000)}`);
      if (performance.now() - began > 60_000) throw new Error(`${system} opened no port; see ${join(dir, 'log')}`);
      await new Promise((next) => { setTimeout(next, 4); });
    }
    return performance.now() - began;
  }

  /** MiB: resident now, and at the most. */
  memory(): { readonly now: number; readonly most: number } {
    const status = readFileSync(`/proc/${this.child?.pid ?? 0}/status`, 'latin1');
    const of = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
    return { now: of('VmRSS'), most: of('VmHWM') };
  }

  /** Seconds of user and system time so far. */
  cpu(): number {
    const [user, system] = readFileSync(`/proc/${this.child?.pid ?? 0}/stat`, 'latin1').replace(/^.*\) /s, '').split(' ').slice(11, 13).map(Number);
    return ((user ?? 0) + (system ?? 0)) / TICKS;
  }

  async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((done) => { child.once('exit', () => { done(); }); });
    child.kill(signal);
    await gone;
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => { socket.destroy(); done(true); }).once('error', () => { done(false); });
  });
}
