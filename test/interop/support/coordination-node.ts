// Our node for tests, started as a real ZooKeeper peer is: the same options, the same zoo.cfg, a process of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../peers/peer-process.ts';
import { configOf, fourLetterWord, superDigest, type ZooKeeperInfo, type ZooKeeperOptions } from '../../peers/zookeeper/zookeeper.ts';

export interface OurNode extends ZooKeeperInfo {
  readonly dir: string;
  readonly log: string;
  readonly ended: Promise<void>;
  stop(): Promise<void>;
  /** SIGKILL; resolves when the process is gone. The data stay if `dir` was given. */
  kill(): Promise<void>;
}

/** What our nodes are started with: what a real one takes, but for its release and JVM. */
export type OurOptions = Omit<ZooKeeperOptions, 'release' | 'jvm'>;

const source = resolve(import.meta.dirname, 'run-node.ts');

export interface OurSettings {
  readonly port?: number;
  /** Stays after the end; a temp folder unless given. */
  readonly dir?: string;
  /** Another build of run-node.ts. */
  readonly runner?: string;
  /** What names mean in this process alone. */
  readonly hosts?: Readonly<Record<string, string>>;
}

/** Resolves when it serves (or listens, as `ready` says); rejects with the end of its log. */
export async function startOurs(options: OurOptions = {}, settings: OurSettings = {}): Promise<OurNode> {
  const dir = settings.dir ?? mkdtempSync(join(tmpdir(), 'sluice-node-'));
  const dataDir = join(dir, 'data');
  mkdirSync(dataDir, { recursive: true });
  const port = settings.port ?? (await freePort());
  const adminPort = options.admin ? await freePort() : null;
  const config = join(dir, 'zoo.cfg');
  const extra = [...(options.superPassword === undefined ? [] : [`DigestAuthenticationProvider.superDigest=${superDigest(options.superPassword)}`]), ...(options.readOnly ? ['readonlymode.enabled=true'] : [])];
  writeFileSync(config, `${configOf(dataDir, port, adminPort, { ...options, conf: [...extra, ...(options.conf ?? [])] }).join('\n')}\n`);
  if (options.ensemble) writeFileSync(join(dataDir, 'myid'), `${options.ensemble.id}\n`);
  const log = join(dir, 'log');
  const output = openSync(log, 'a');
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', process.execPath, settings.runner ?? source, config, JSON.stringify(settings.hosts ?? {})], { stdio: ['ignore', output, output] });
  closeSync(output);
  const ended = once(child, 'exit').then(() => undefined);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGCONT');
      child.kill(signal);
      const killer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(killer);
    }
    if (settings.dir === undefined) rmSync(dir, { recursive: true, force: true });
  };
  const wanted = options.ready === 'listening' ? /^(Zookeeper version|This ZooKeeper instance)/m : /^Mode:/m;
  const deadline = Date.now() + 60_000;
  let answer = '';
  while (!wanted.test(answer)) {
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
      const tail = readFileSync(log, 'utf8').split('\n').slice(-25).join('\n');
      await end('SIGKILL');
      throw new Error(`our node ${child.exitCode === null ? 'did not serve in time' : 'ended'}; the end of its log:\n${tail}`);
    }
    answer = await fourLetterWord(port, 'srvr');
    if (!wanted.test(answer)) await sleep(30);
  }
  return {
    host: '127.0.0.1', port, connect: `127.0.0.1:${port}`, pid: child.pid ?? 0, dataDir, dir, log, ended,
    version: /^Zookeeper version: ([\d.]+)/m.exec(answer)?.[1] ?? '', mode: /^Mode: (.*)$/m.exec(answer)?.[1] ?? '',
    admin: adminPort === null ? null : `http://127.0.0.1:${adminPort}/commands`,
    stop: () => end('SIGTERM'), kill: () => end('SIGKILL'),
  };
}
