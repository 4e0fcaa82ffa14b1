// The command line under test, from source, with a home of its own; stock rsync beside it; and the opinion of both about two trees.
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RunningPeer } from '../peers/start-peer.ts';

const root = resolve(import.meta.dirname, '../..');
export const CLI = join(root, 'main/cli.ts');

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** A program and its words put before: `setpriv`. */
  readonly before?: readonly string[];
  readonly onStart?: (pid: number) => void;
}

export function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const [first = file, ...rest] = [...(options.before ?? []), file, ...args];
  return new Promise((settle, reject) => {
    const child = spawn(first, rest, { env: { ...process.env, LC_ALL: 'C.UTF-8', SSH_ASKPASS: '', SSH_AUTH_SOCK: '', ...options.env }, stdio: ['ignore', 'pipe', 'pipe'], ...(options.cwd ? { cwd: options.cwd } : {}) });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.once('error', reject);
    child.once('spawn', () => { if (child.pid !== undefined) options.onStart?.(child.pid); });
    child.once('close', (code) => { settle({ code, out: Buffer.concat(out).toString('utf8'), err: Buffer.concat(err).toString('utf8') }); });
  });
}

/** `sluice WORDS...`; without `args` beginning with "sync" nothing is added. */
export const sluice = (args: readonly string[], options: RunOptions = {}): Promise<Ran> => run(process.execPath, ['--no-warnings', CLI, ...args], options);
export const rsync = (args: readonly string[], options: RunOptions = {}): Promise<Ran> => run('rsync', args, options);

/** What stock rsync would still do to make `right` like `left`. */
export async function differences(left: string, right: string): Promise<string> {
  const { code, out, err } = await rsync(['-ani', '--delete', `${left}/`, `${right}/`]);
  return code === 0 ? out : `${code}: ${out}${err}`;
}

export interface Workshop {
  readonly dir: string;
  /** A home whose ssh config knows the host `far` and whose known_hosts has its key. */
  readonly env: NodeJS.ProcessEnv;
  /** The words of -e that bring a stock rsync to the same host. */
  readonly ssh: string;
  end(): void;
}

export function workshop(sshd?: RunningPeer<'sshd'>, options: { readonly knownHosts?: string; readonly key?: string; readonly user?: string } = {}): Workshop {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-cli-'));
  const home = join(dir, 'home');
  mkdirSync(join(home, '.ssh'), { recursive: true, mode: 0o700 });
  const known = join(home, '.ssh/known_hosts');
  let ssh = 'ssh';
  if (sshd) {
    writeFileSync(join(home, '.ssh/config'), `Host far\n  HostName ${sshd.host}\n  Port ${sshd.port}\n  User ${options.user ?? sshd.user}\n  IdentityFile ${options.key ?? sshd.key}\n`);
    if (options.knownHosts === undefined) copyFileSync(sshd.knownHosts, known);
    else writeFileSync(known, options.knownHosts);
    ssh = `ssh -F none -p ${sshd.port} -i ${sshd.key} -o UserKnownHostsFile=${known} -o BatchMode=yes -l ${sshd.user}`;
  }
  return { dir, env: { HOME: home }, ssh, end: () => { rmSync(dir, { recursive: true, force: true }); } };
}

/** The built command, or a script that runs the source: what a stock rsync is given as --rsync-path. */
export function commandPath(dir: string): string {
  const built = join(root, 'dist/sluice');
  if (existsSync(built)) return built;
  const script = join(dir, 'sluice');
  writeFileSync(script, `#!/bin/sh\nexec '${process.execPath}' --no-warnings '${CLI}' "$@"\n`, { mode: 0o755 });
  return script;
}
