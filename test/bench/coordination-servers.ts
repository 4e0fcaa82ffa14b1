// The two servers that the coordination bench compares, started alike and timed from the outside: our node (bundled, as it is shipped)
// and a real ZooKeeper 3.9.
import { build } from 'esbuild';
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePort } from '../peers/peer-process.ts';
import { configOf, fourLetterWord, serverCommand } from '../peers/zookeeper/zookeeper.ts';
import { RawClient } from '../interop/support/raw-client.ts';

export type System = 'sluice' | 'zookeeper';

const root = resolve(import.meta.dirname, '../..');
const sleep = (ms: number): Promise<void> => new Promise((done) => { setTimeout(done, ms); });

/** Bundles our node into `dir`; answers the file. */
export async function bundleNode(dir: string): Promise<string> {
  const outfile = join(dir, 'node.mjs');
  const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  await build({ entryPoints: [join(root, 'test/interop/support/run-node.ts')], bundle: true, platform: 'node', format: 'esm', outfile, minify: true, banner: { js: banner }, logLevel: 'error' });
  return outfile;
}

export interface ServerPlan {
  readonly system: System;
  readonly dir: string;
  readonly bundle: string;
  readonly port: number;
  readonly member?: { readonly id: number; readonly servers: readonly string[] };
}

/** One process, started again on its data as often as wanted. */
export class Server {
  readonly plan: ServerPlan;
  #child: ChildProcess | null = null;

  constructor(plan: ServerPlan) {
    this.plan = plan;
  }

  get pid(): number { return this.#child?.pid ?? 0; }
  get port(): number { return this.plan.port; }

  start(): void {
    const { system, dir, bundle, port, member } = this.plan;
    const data = join(dir, 'data');
    mkdirSync(data, { recursive: true });
    const config = join(dir, 'zoo.cfg');
    writeFileSync(config, `${configOf(data, port, null, member ? { ensemble: member } : {}).join('\n')}\n`);
    if (member) writeFileSync(join(data, 'myid'), `${member.id}\n`);
    const log = openSync(join(dir, 'log'), 'a');
    const [command, args] = system === 'sluice' ? [process.execPath, [bundle, config]] as const : serverCommand(config, { jvm: ['-Xmx2g', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'] });
    this.#child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', command, ...args], { stdio: ['ignore', log, log] });
    closeSync(log);
  }

  /** Resolves when a session is granted; ms since `start` was called at `since`. */
  async session(since: number, timeoutMs = 120_000): Promise<number> {
    while (performance.now() - since < timeoutMs) {
      const client = new RawClient(this.port);
      const timer = setTimeout(() => client.socket.destroy(), 5000);
      const granted = await client.greet();
      clearTimeout(timer);
      const took = performance.now() - since;
      if (granted?.timeout) { await client.close(); return took; }
      await client.cut();
      await sleep(5);
    }
    throw new Error(`${this.plan.system} granted no session; see ${join(this.plan.dir, 'log')}`);
  }

  async mode(): Promise<string> {
    return /^Mode: (.*)$/m.exec(await fourLetterWord(this.port, 'srvr'))?.[1] ?? '';
  }

  /** MiB resident now. */
  rss(): number {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, 'latin1'))?.[1] ?? 0) / 1024;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((done) => { child.once('exit', () => done()); });
    child.kill('SIGCONT');
    child.kill(signal);
    await gone;
  }
}

/** `count` members (one: standalone), not started yet. */
export async function planServers(system: System, count: number, dir: string, bundle: string): Promise<Server[]> {
  const taken = new Set<number>();
  const free = async (): Promise<number> => { for (;;) { const port = await freePort(); if (!taken.has(port)) { taken.add(port); return port; } } };
  const ids = Array.from({ length: count }, (_, at) => at + 1);
  const servers: string[] = [];
  for (const id of ids) servers.push(`server.${id}=127.0.0.1:${await free()}:${await free()}`);
  const list: Server[] = [];
  for (const id of ids) {
    const own = join(dir, `${system}-${count}-${id}`);
    mkdirSync(own, { recursive: true });
    list.push(new Server({ system, dir: own, bundle, port: await free(), ...(count > 1 ? { member: { id, servers } } : {}) }));
  }
  return list;
}

/** Starts them all; resolves when each has granted a session. */
export async function startAll(servers: readonly Server[]): Promise<void> {
  const since = performance.now();
  for (const server of servers) server.start();
  await Promise.all(servers.map((server) => server.session(since)));
}
