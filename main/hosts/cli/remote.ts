// The login at the far side: by ssh2 with the person's own config, keys and known hosts, by the system's ssh, or by the program of -e.
import { homedir, userInfo } from 'node:os';
import { SluiceError } from '../../../preload/contract/sluice-error.ts';
import type { ServerAccess } from '../../engines/sync/api.ts';
import { startChild } from '../../engines/sync/transport/child-process.ts';
import { opensshError } from '../../engines/sync/transport/openssh-shell.ts';
import { rsyncInstallCommand } from '../../engines/sync/transport/probe.ts';
import { quoteArgvAsText } from '../../engines/sync/transport/quote.ts';
import type { SshShell } from '../../engines/sync/transport/remote-process.ts';
import { readSshConfig, resolveSshHost } from '../../engines/sync/transport/ssh-config.ts';
import { SshPool } from '../../engines/sync/transport/ssh-pool.ts';
import { checkTarget, type Target } from '../../engines/sync/transport/target.ts';
import { askLine, askPassword, canAsk } from './ask.ts';
import { knownHostKeys } from './known-hosts.ts';
import type { Words } from './words.ts';

export interface Login {
  readonly shell: SshShell;
  readonly host: string;
  close(): Promise<void>;
}

export interface LoginWish {
  readonly target: Target;
  /** The words of -e, or null. */
  readonly rsh: readonly string[] | null;
  readonly transport: 'ssh2' | 'openssh';
  readonly words: Words;
}

async function accessOf({ target, transport }: LoginWish): Promise<ServerAccess> {
  const config = resolveSshHost(await readSshConfig(), target.host, homedir());
  const host = config.hostName;
  const port = target.port ?? config.port ?? 22;
  return {
    name: target.host, host, port, user: target.user ?? config.user ?? userInfo().username, alias: target.host, auth: { kind: 'auto' },
    transport: config.needsOpenssh ? 'openssh' : transport, hostKeys: knownHostKeys([host, target.host], port),
  };
}

/** Runs the program of -e with its words, the host, and the command as one word for the shell at the far end. */
function childLogin({ target, rsh }: LoginWish, words: readonly string[]): Login {
  const [program = 'ssh', ...rest] = words;
  checkTarget(target.host, target.user ?? 'user');
  const port = /(?:^|\/)ssh$/.test(program) && target.port !== null ? ['-p', String(target.port)] : [];
  const who = target.user === null ? [] : ['-l', target.user];
  const access = { host: target.host, port: target.port ?? 22, user: target.user ?? userInfo().username, hostKeys: [] as ServerAccess['hostKeys'] } as ServerAccess;
  const start: SshShell['exec'] = (argv, signal) => {
    let said = '';
    const lost = (code: number | null): Error | null => (code === 255 ? (opensshError(access, said) ?? SluiceError.of('SSH_LOST', { host: target.host, reason: said.trim().split('\n').at(-1) ?? '' })) : null);
    return startChild(program, [...rest, ...port, ...who, target.host, quoteArgvAsText(argv)], { lost, onStderr: (chunk) => { said = (said + chunk.toString('utf8')).slice(-4096); } }, signal).catch((error: unknown) => {
      throw SluiceError.of('SYNC_BAD_OPTION', { option: `-e ${rsh?.join(' ') ?? ''}`, reason: (error as NodeJS.ErrnoException).code ?? String(error) }, error);
    });
  };
  const shell: SshShell = { exec: start, sftp: () => Promise.reject(SluiceError.of('SSH_NO_SFTP', { host: target.host, reason: '-e' })), release: () => {} };
  return { shell, host: target.host, close: () => Promise.resolve() };
}

/** Logs in. An unknown host key and a missing password are asked for at a terminal; without one they are refusals. */
export async function logIn(wish: LoginWish, signal: AbortSignal): Promise<Login> {
  if (wish.rsh) return childLogin(wish, wish.rsh);
  let access = await accessOf(wish);
  const pool = new SshPool(0);
  for (let tries = 0; ; tries++) {
    try {
      const shell = await pool.open(access, signal);
      return { shell, host: access.name, close: async () => { shell.release(); await pool.close(); } };
    } catch (error) {
      const next = tries < 4 && error instanceof SluiceError ? await answer(access, error, wish.words) : null;
      if (!next) { await pool.close(); throw error; }
      access = next;
    }
  }
}

/** The access with what the person answered, or null when the refusal stands. */
async function answer(access: ServerAccess, error: SluiceError, words: Words): Promise<ServerAccess | null> {
  if (error.code === 'SSH_HOST_KEY_UNKNOWN' && canAsk()) {
    const { host, type, sha256 } = error.params as { host: string; type: string; sha256: string };
    const reply = await askLine(words.askHostKey({ host, type, sha256 }));
    return words.yes.includes(reply.toLowerCase()) ? { ...access, hostKeys: [{ type, sha256 }] } : null;
  }
  if (error.code === 'SSH_AUTH' && access.auth.kind === 'auto' && access.auth.password === undefined) {
    const password = await askPassword(words.askPassword({ user: access.user, host: access.name }));
    return password === null ? null : { ...access, auth: { kind: 'auto', password } };
  }
  if (error.code === 'SSH_KEY_PASSPHRASE' && access.auth.kind === 'auto' && access.auth.passphrase === undefined) {
    const passphrase = await askPassword(words.askPassphrase({ path: String(error.params['path']) }));
    return passphrase === null ? null : { ...access, auth: { kind: 'auto', passphrase } };
  }
  return null;
}

/** RSYNC_MISSING with the command of that machine's package manager; other errors as they are. */
export async function withInstallCommand(error: unknown, login: Login): Promise<unknown> {
  if (!(error instanceof SluiceError) || error.code !== 'RSYNC_MISSING' || error.params['install'] !== '') return error;
  const install = await rsyncInstallCommand(login.shell).catch(() => '');
  return SluiceError.of('RSYNC_MISSING', { host: login.host, install }, error.cause);
}
