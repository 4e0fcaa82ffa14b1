// Tries a server step by step and says what it found: resolve, connect, host key, login, rsync, clock. Each step has a limit.
import type { z } from 'zod';
import { PROBE_STEPS, type ProbeStep as ProbeStepSchema } from '../../../../preload/contract/domain.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { showText } from '../../../lib/bytes.ts';
import { AsyncQueue, within } from '../../../lib/async.ts';
import type { ServerAccess } from '../api.ts';
import { OpensshShell } from './openssh-shell.ts';
import type { SshShell } from './remote-process.ts';
import { runCommand } from './run-command.ts';
import { resolveSshHost, readSshConfig } from './ssh-config.ts';
import { openSocket, resolveHost, Ssh2Connection } from './ssh2-connection.ts';
import { checkTarget } from './target.ts';
import { Ssh2Shell } from './ssh2-shell.ts';

type ProbeStep = z.output<typeof ProbeStepSchema>;
type Step = (typeof PROBE_STEPS)[number];
type Found = Record<string, string | number>;

const COMMAND_MS = 15_000;
const CLOCK_WARN_MS = 2_000;
const MARK = 'sluice-clean-shell';
/** Protocol 30 came with rsync 3.0.0 (2008); older ones send another file list. */
const OLDEST_PROTOCOL = 30;

const STEP_OF: Partial<Record<string, Step>> = {
  SSH_RESOLVE: 'resolve', SSH_HOST_KEY_UNKNOWN: 'hostKey', SSH_HOST_KEY_CHANGED: 'hostKey', SSH_ALGORITHMS: 'hostKey', SSH_AUTH: 'login',
  SSH_KEY_FILE: 'login', SSH_KEY_PASSPHRASE: 'login', SSH_NO_AGENT: 'login', SSH_CONNECT: 'connect',
};

/** How to install rsync there, by the words of its /etc/os-release. */
export function installCommand(osRelease: string): string {
  const words = [...osRelease.matchAll(/^(?:ID|ID_LIKE)="?([^"\n]*)"?$/gm)].flatMap((m) => (m[1] as string).split(/\s+/));
  const has = (...names: string[]): boolean => names.some((name) => words.includes(name));
  if (has('debian', 'ubuntu', 'raspbian')) return 'sudo apt-get install rsync';
  if (has('fedora', 'rhel', 'centos', 'amzn')) return 'sudo dnf install rsync';
  if (words.some((word) => /suse/.test(word))) return 'sudo zypper install rsync';
  if (has('arch', 'archlinux')) return 'sudo pacman -S rsync';
  if (has('alpine')) return 'sudo apk add rsync';
  if (has('gentoo')) return 'sudo emerge net-misc/rsync';
  if (has('void')) return 'sudo xbps-install rsync';
  if (has('nixos')) return 'nix-env -iA nixos.rsync';
  if (has('freebsd')) return 'sudo pkg install rsync';
  return '';
}

export async function rsyncInstallCommand(shell: SshShell, signal?: AbortSignal): Promise<string> {
  const release = await runCommand(shell, ['cat', '/etc/os-release'], signal).then(({ stdout }) => stdout.toString('utf8'), () => '');
  if (release !== '') return installCommand(release);
  const system = await runCommand(shell, ['uname', '-s'], signal).then(({ stdout }) => stdout.toString('utf8').trim(), () => '');
  return system === 'Darwin' ? 'brew install rsync' : system === 'FreeBSD' ? 'sudo pkg install rsync' : '';
}

class Probe {
  readonly steps = new AsyncQueue<ProbeStep>();
  private readonly access: ServerAccess;
  private readonly signal: AbortSignal | undefined;
  private at = -1;

  constructor(access: ServerAccess, signal?: AbortSignal) {
    this.access = access;
    this.signal = signal;
  }

  async run(): Promise<void> {
    let release = (): void => {};
    try {
      this.next();
      checkTarget(this.access.alias ?? this.access.host, this.access.user);
      checkTarget(this.access.host, this.access.user);
      const shell = await this.login();
      release = (): void => { shell.release(); };
      await this.rsync(shell);
      await this.clock(shell);
    } catch (error) {
      this.fail(error);
    } finally {
      release();
    }
  }

  private next(): void {
    this.at++;
    const step = PROBE_STEPS[this.at];
    if (step) this.steps.push({ step, state: 'running' });
  }

  /** Ends the step in hand, and all before it that were not told, as good; the next one begins. */
  private pass(step: Step, found: Found, state: 'ok' | 'warning' = 'ok'): void {
    while (PROBE_STEPS[this.at] !== step && this.at < PROBE_STEPS.length) {
      this.steps.push({ step: PROBE_STEPS[this.at] as Step, state: 'ok' });
      this.next();
    }
    this.steps.push({ step, state, found });
    this.next();
  }

  private fail(error: unknown): void {
    if (!(error instanceof SluiceError)) throw error;
    const belongs = PROBE_STEPS.indexOf(STEP_OF[error.code] ?? (PROBE_STEPS[this.at] as Step));
    while (this.at < belongs) this.pass(PROBE_STEPS[this.at] as Step, {});
    this.steps.push({ step: PROBE_STEPS[this.at] as Step, state: 'failed', error: error.toInfo() });
    for (const step of PROBE_STEPS.slice(this.at + 1)) this.steps.push({ step, state: 'skipped' });
  }

  private async login(): Promise<SshShell> {
    const { access, signal } = this;
    if (access.transport === 'openssh') return this.loginByOpenssh();
    const connection = await Ssh2Connection.open(access, (told) => {
      if (told.step === 'resolve') this.pass('resolve', { address: told.address });
      else if (told.step === 'connect') this.pass('connect', { port: access.port, ms: told.ms });
      else if (told.step === 'hostKey') this.pass('hostKey', { type: told.key.type, sha256: told.key.sha256 });
      else this.pass('login', { user: access.user, ...(told.banner === '' ? {} : { banner: told.banner }) });
    }, signal);
    return new Ssh2Shell(connection, access.host, () => { connection.close(); });
  }

  private async loginByOpenssh(): Promise<SshShell> {
    const { access, signal } = this;
    if (access.alias === null || !resolveSshHost(await readSshConfig(), access.alias).needsOpenssh) {
      const address = await resolveHost(access.host, signal);
      this.pass('resolve', { address });
      const began = performance.now();
      (await openSocket(access, address, signal)).destroy();
      this.pass('connect', { port: access.port, ms: Math.round(performance.now() - began) });
    }
    const shell = new OpensshShell(access);
    const shown = /SLUICE-HOST-KEY (\S+) (SHA256:\S+)/.exec((await this.limited(runCommand(shell, ['true'], signal))).stderr);
    this.pass('hostKey', shown ? { type: shown[1] as string, sha256: shown[2] as string } : {});
    this.pass('login', { user: access.user });
    return shell;
  }

  private async rsync(shell: SshShell): Promise<void> {
    const { host } = this.access;
    const marked = await this.limited(runCommand(shell, ['echo', MARK], this.signal));
    const text = marked.stdout.toString('utf8');
    if (text !== `${MARK}\n`) {
      const words = showText(text.replace(`${MARK}\n`, '').trim()) || marked.stderr;
      if (!text.includes(MARK)) throw SluiceError.of('SSH_NO_SHELL', { host, text: words.slice(0, 300) });
      throw SluiceError.of('RSYNC_NOISE', { host, text: words.slice(0, 300) });
    }
    const { code, stdout } = await this.limited(runCommand(shell, ['rsync', '--version'], this.signal));
    const version = /^(?:open)?rsync\s*(?:version\s+|:\s*)?(\S+)?.*protocol version (\d+)/m.exec(stdout.toString('utf8'));
    if (code === 127 || code === 126) throw SluiceError.of('RSYNC_MISSING', { host, install: await this.limited(rsyncInstallCommand(shell, this.signal)) });
    if (!version) throw SluiceError.of('RSYNC_VERSION', { got: showText(stdout.toString('utf8').split('\n')[0] ?? '').slice(0, 100), want: '3.0.0' });
    const protocol = Number(version[2]);
    if (protocol < OLDEST_PROTOCOL) throw SluiceError.of('RSYNC_VERSION', { got: `${version[1] ?? ''} (protocol ${protocol})`, want: '3.0.0' });
    this.pass('rsync', { version: version[1] ?? '', protocol });
  }

  private async clock(shell: SshShell): Promise<void> {
    const began = Date.now();
    const { stdout } = await this.limited(runCommand(shell, ['date', '+%s'], this.signal));
    const ended = Date.now();
    const seconds = Number(stdout.toString('utf8').trim());
    if (!Number.isInteger(seconds) || stdout.length === 0) { this.pass('clock', {}, 'warning'); return; }
    // A whole second may be up to one second old, and was read somewhere between our two looks.
    const early = seconds * 1000 - ended;
    const late = seconds * 1000 + 999 - began;
    const skew = early > 0 ? early : late < 0 ? late : 0;
    this.pass('clock', { skewMs: skew }, Math.abs(skew) > CLOCK_WARN_MS ? 'warning' : 'ok');
  }

  private limited<T>(work: Promise<T>): Promise<T> {
    return within(work, COMMAND_MS, () => SluiceError.of('SSH_TIMEOUT', { host: this.access.host, port: this.access.port }), this.signal);
  }
}

/** Every step as `running`, then as it ended; after a failed one the rest is `skipped`. Ends by itself. */
export async function* probe(access: ServerAccess, signal?: AbortSignal): AsyncGenerator<ProbeStep> {
  const run = new Probe(access, signal);
  void run.run().then(() => { run.steps.end(); }, (error: unknown) => { run.steps.fail(error); });
  yield* run.steps;
}
