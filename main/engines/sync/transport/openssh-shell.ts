// Programs over the system's ssh, one login each: for agents, certificates, jump hosts and whatever else ssh_config(5)
// can do. Trust is ours all the same: only pinned host keys are good, by KnownHostsCommand, never the user's file.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { showText } from '../../../lib/bytes.ts';
import { checkCancelled } from '../../../lib/async.ts';
import type { ServerAccess } from '../api.ts';
import { startChild } from './child-process.ts';
import { judgeHostKey } from './host-keys.ts';
import { quoteArgvAsText, type Argv } from './quote.ts';
import type { RemoteProcess, SshShell } from './remote-process.ts';
import { checkTarget } from './target.ts';

const MARK = 'SLUICE-HOST-KEY';
const STDERR_KEPT = 16_384;

/** Answers a known_hosts line for a pinned key, and tells on stderr which key the server showed. Its words: host, type, key, fingerprint. */
function knownHostsCommand(access: ServerAccess): string {
  const pinned = access.hostKeys.map((key) => key.sha256).filter((sha256) => /^SHA256:[A-Za-z0-9+/]{43}$/.test(sha256));
  const script = `[ "$3" = NONE ] && exit 0; echo "${MARK} $2 $4" >&2; for k in ${pinned.join(' ')}; do [ "$k" = "$4" ] && echo "$1 $2 $3"; done; exit 0`;
  // Parsed by ssh as one line of its configuration: double quotes group, backslash protects, %% is a percent sign.
  return `/bin/sh -c "${script.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%')}" sh %H %t %K %f`;
}

/** The arguments of ssh up to and with the host. Exported for tests. */
export function opensshArgs(access: ServerAccess): string[] {
  checkTarget(access.alias ?? access.host, access.user);
  const args = [
    '-oBatchMode=yes', '-oStrictHostKeyChecking=yes', '-oUserKnownHostsFile=/dev/null', '-oGlobalKnownHostsFile=/dev/null', '-oUpdateHostKeys=no',
    `-oKnownHostsCommand=${knownHostsCommand(access)}`, '-oCheckHostIP=no', '-oConnectTimeout=15', '-oServerAliveInterval=15', '-oServerAliveCountMax=4',
    '-oClearAllForwardings=yes', '-oPermitLocalCommand=no', '-oRequestTTY=no', '-oEscapeChar=none', '-oLogLevel=ERROR',
  ];
  if (access.auth.kind === 'key') args.push('-oIdentitiesOnly=yes', '-i', access.auth.path);
  args.push('-p', String(access.port), '-l', access.user, '--', access.alias ?? access.host);
  return args;
}

/** What ssh's stderr means when it ends with 255; null when it says nothing we know. */
export function opensshError(access: ServerAccess, stderr: string): SluiceError | null {
  const { host, port, user } = access;
  const shown = new RegExp(`^${MARK} (\\S+) (SHA256:\\S+)$`, 'm').exec(stderr);
  const rest = stderr.split('\n').filter((line) => line !== '' && !line.startsWith(MARK)).join('\n').trim();
  const detail = new Error(showText(rest.replaceAll('\n', ' ')).slice(0, 1000));
  if (/Host key verification failed|No .* host key is known/.test(rest) && shown) {
    return judgeHostKey(host, { type: shown[1] as string, sha256: shown[2] as string }, access.hostKeys);
  }
  if (/Could not resolve hostname/.test(rest)) return SluiceError.of('SSH_RESOLVE', { host }, detail);
  if (/timed out during banner|Connection timed out|Operation timed out/.test(rest)) return SluiceError.of('SSH_TIMEOUT', { host, port }, detail);
  if (/Unable to negotiate|no matching/.test(rest)) return SluiceError.of('SSH_ALGORITHMS', { host, reason: detail.message }, detail);
  if (/Permission denied \(|Too many authentication failures/.test(rest)) return SluiceError.of('SSH_AUTH', { host, user, tried: /Permission denied \(([^)]*)\)/.exec(rest)?.[1] ?? '' }, detail);
  if (/Connection refused|No route to host|Network is unreachable|connect to host/.test(rest)) {
    return SluiceError.of('SSH_CONNECT', { host, port, reason: /: ([^:]+)$/.exec(rest)?.[1] ?? rest }, detail);
  }
  if (/Bad owner or permissions|Bad configuration|bad configuration|terminating, \d+ bad/.test(rest)) return SluiceError.of('SSH_CONNECT', { host, port, reason: detail.message }, detail);
  if (/closed by|Connection reset|Broken pipe|not responding|Connection to .* closed|kex_exchange_identification/.test(rest)) return SluiceError.of('SSH_LOST', { host, reason: detail.message }, detail);
  return null;
}

export class OpensshShell implements SshShell {
  private readonly access: ServerAccess;

  constructor(access: ServerAccess) { this.access = access; }

  exec(argv: Argv, signal?: AbortSignal): Promise<RemoteProcess> {
    return this.start([...opensshArgs(this.access), quoteArgvAsText(argv)], signal);
  }

  sftp(signal?: AbortSignal): Promise<RemoteProcess> {
    return this.start(['-s', ...opensshArgs(this.access), 'sftp'], signal);
  }

  release(): void {}

  /** Starts ssh. Whether the login works shows when the process ends: `exited.lost` then holds the error. */
  private async start(args: string[], signal?: AbortSignal): Promise<RemoteProcess> {
    checkCancelled(signal);
    const { access } = this;
    if (access.auth.kind === 'password') throw SluiceError.of('SSH_AUTH', { host: access.host, user: access.user, tried: 'the system ssh takes no password from here' });
    let said = '';
    const onStderr = (chunk: Buffer): void => { if (said.length < STDERR_KEPT) said += chunk.toString('utf8'); };
    const lost = (code: number | null): Error | null => {
      if (code !== 255) return null;
      return opensshError(access, said) ?? SluiceError.of('SSH_LOST', { host: access.host, reason: showText(said.trim()).slice(0, 500) || 'ssh ended' });
    };
    return startChild('ssh', args, { lost, onStderr }, signal).catch((error: unknown) => {
      throw SluiceError.of('SSH_CONNECT', { host: access.host, port: access.port, reason: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no ssh program here' : (error as Error).message }, error);
    });
  }
}
