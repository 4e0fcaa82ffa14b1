// One SSH connection by ssh2: resolve, connect, host key, login, each told to `onStep`; then channels over it.
import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import ssh2, { type ClientChannel } from 'ssh2';
import type { HostKey } from '../../../../preload/contract/domain.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { showText } from '../../../lib/bytes.ts';
import { cancelled, checkCancelled, onAbort, within } from '../../../lib/async.ts';
import type { ServerAccess } from '../api.ts';
import { hostKeyAlgorithms, hostKeyOf, judgeHostKey } from './host-keys.ts';
import { planAuth } from './ssh2-auth.ts';
import { readSshConfig, resolveSshHost } from './ssh-config.ts';
import { checkTarget } from './target.ts';

export type LoginStep =
  | { readonly step: 'resolve'; readonly address: string }
  | { readonly step: 'connect'; readonly ms: number }
  | { readonly step: 'hostKey'; readonly key: HostKey }
  | { readonly step: 'login'; readonly banner: string };

export const RESOLVE_MS = 10_000;
export const CONNECT_MS = 15_000;
export const LOGIN_MS = 30_000;
const KEEPALIVE_MS = 15_000;
const KEEPALIVE_MISSES = 4;

/** The address of a host name; SSH_RESOLVE when there is none. */
export async function resolveHost(host: string, signal?: AbortSignal): Promise<string> {
  if (isIP(host)) return host;
  const missing = (cause?: unknown): SluiceError => SluiceError.of('SSH_RESOLVE', { host }, cause);
  return within(lookup(host), RESOLVE_MS, missing, signal).then((found) => found.address, (error: unknown) => {
    throw error instanceof SluiceError ? error : missing(error);
  });
}

/** A TCP connection; SSH_TIMEOUT or SSH_CONNECT. */
export function openSocket(access: ServerAccess, address: string, signal?: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host: address, port: access.port });
    const fail = (error: Error): void => { clearTimeout(timer); undo(); socket.destroy(); reject(error); };
    const timer = setTimeout(() => { fail(SluiceError.of('SSH_TIMEOUT', { host: access.host, port: access.port })); }, CONNECT_MS);
    const undo = onAbort(signal, () => { queueMicrotask(() => { fail(cancelled()); }); });
    const onError = (error: NodeJS.ErrnoException): void => {
      fail(error.code === 'ETIMEDOUT' ? SluiceError.of('SSH_TIMEOUT', { host: access.host, port: access.port }, error)
        : SluiceError.of('SSH_CONNECT', { host: access.host, port: access.port, reason: error.code ?? error.message }, error));
    };
    socket.once('error', onError);
    socket.once('connect', () => {
      clearTimeout(timer);
      undo();
      socket.off('error', onError);
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}

export class Ssh2Connection {
  readonly client: ssh2.Client;
  /** Set once the connection is gone, and why. */
  lost: SluiceError | null = null;
  private readonly losses = new Set<(error: SluiceError) => void>();
  private readonly host: string;
  private closing = false;

  private constructor(client: ssh2.Client, host: string) {
    this.client = client;
    this.host = host;
    let reason = 'closed';
    client.on('error', (error) => { reason = error.message; });
    client.on('close', () => {
      if (this.lost) return;
      this.lost = SluiceError.of('SSH_LOST', { host: this.host, reason: this.closing ? 'closed here' : reason });
      for (const tell of this.losses) tell(this.lost);
      this.losses.clear();
    });
  }

  /**
   * Logs in. Throws SSH_RESOLVE, SSH_CONNECT, SSH_TIMEOUT, SSH_HOST_KEY_UNKNOWN, SSH_HOST_KEY_CHANGED, SSH_AUTH,
   * SSH_KEY_FILE, SSH_KEY_PASSPHRASE, SSH_NO_AGENT, SSH_ALGORITHMS, SSH_LOST or APP_CANCELLED.
   */
  static async open(access: ServerAccess, onStep: (step: LoginStep) => void = () => {}, signal?: AbortSignal): Promise<Ssh2Connection> {
    checkTarget(access.host, access.user);
    checkCancelled(signal);
    if (access.alias !== null && resolveSshHost(await readSshConfig(), access.alias).needsOpenssh) {
      throw SluiceError.of('SSH_CONNECT', { host: access.host, port: access.port, reason: 'ProxyJump or ProxyCommand: choose the system ssh as transport' });
    }
    const address = await resolveHost(access.host, signal);
    onStep({ step: 'resolve', address });
    const began = performance.now();
    const sock = await openSocket(access, address, signal);
    onStep({ step: 'connect', ms: Math.round(performance.now() - began) });
    try {
      return await Ssh2Connection.login(access, sock, onStep, signal);
    } catch (error) {
      sock.destroy();
      throw error;
    }
  }

  private static async login(access: ServerAccess, sock: Socket, onStep: (step: LoginStep) => void, signal?: AbortSignal): Promise<Ssh2Connection> {
    const { host } = access;
    let refusal: SluiceError | null = null;
    let keySeen = false;
    let banner = '';
    const auth = await planAuth(access).catch((error: unknown) => error as SluiceError);
    const client = new ssh2.Client();
    const connection = new Ssh2Connection(client, host);
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => { clearTimeout(timer); undo(); client.destroy(); reject(error); };
      const undo = onAbort(signal, () => { queueMicrotask(() => { fail(cancelled()); }); });
      const timer = setTimeout(() => { fail(SluiceError.of('SSH_TIMEOUT', { host, port: access.port })); }, LOGIN_MS);
      client.on('banner', (text) => { banner = showText(text.trim()).slice(0, 2000); });
      client.on('error', (error) => {
        if ((error as { level?: string }).level === 'agent') return; // the next way to log in follows by itself
        if (refusal) fail(refusal);
        else fail(loginError(access, error, keySeen, auth));
      });
      client.once('close', () => { fail(refusal ?? SluiceError.of('SSH_LOST', { host, reason: keySeen ? 'closed during login' : 'closed before the handshake' })); });
      client.once('ready', () => {
        clearTimeout(timer);
        undo();
        onStep({ step: 'login', banner });
        resolve(connection);
      });
      try {
        client.connect({
          sock, host, port: access.port, username: access.user, readyTimeout: 0,
          keepaliveInterval: KEEPALIVE_MS, keepaliveCountMax: KEEPALIVE_MISSES,
          algorithms: { serverHostKey: hostKeyAlgorithms(access.hostKeys) as never },
          hostVerifier: (blob: Buffer): boolean => {
            const key = hostKeyOf(blob);
            refusal = judgeHostKey(host, key, access.hostKeys);
            if (refusal) return false;
            if (!keySeen) onStep({ step: 'hostKey', key });
            keySeen = true;
            if (auth instanceof Error) refusal = auth; // told after the host key is known to be good
            return !(auth instanceof Error);
          },
          authHandler: auth instanceof Error ? [] : auth.methods,
        });
      } catch (error) {
        fail(SluiceError.of('SSH_CONNECT', { host, port: access.port, reason: (error as Error).message }, error));
      }
    });
  }

  /** Opens a channel by `start`; SSH_LOST when the connection goes before it is open. */
  channel(start: (callback: (error: Error | undefined, channel: ClientChannel) => void) => void): Promise<ClientChannel> {
    return new Promise((resolve, reject) => {
      if (this.lost) { reject(this.lost); return; }
      const undo = this.onLost(reject);
      try {
        start((error, channel) => {
          undo();
          if (error) reject(error); else resolve(channel);
        });
      } catch (error) {
        undo();
        reject(this.lost ?? SluiceError.of('SSH_LOST', { host: this.host, reason: (error as Error).message }));
      }
    });
  }

  /** Told once when the connection goes; the answer undoes it. */
  onLost(listener: (error: SluiceError) => void): () => void {
    if (this.lost) { listener(this.lost); return () => {}; }
    this.losses.add(listener);
    return () => { this.losses.delete(listener); };
  }

  close(): void {
    this.closing = true;
    this.client.end();
    const timer = setTimeout(() => { this.client.destroy(); }, 2_000);
    timer.unref();
    this.client.once('close', () => { clearTimeout(timer); });
  }
}

function loginError(access: ServerAccess, error: Error, keySeen: boolean, auth: Awaited<ReturnType<typeof planAuth>> | Error): SluiceError {
  const { host, user, port } = access;
  const { level, code } = error as { level?: string; code?: string };
  if (level === 'client-authentication' || /authentication methods failed|too many authentication/i.test(error.message)) {
    if (!(auth instanceof Error) && auth.locked !== null) return SluiceError.of('SSH_KEY_PASSPHRASE', { path: auth.locked }, error);
    return SluiceError.of('SSH_AUTH', { host, user, tried: auth instanceof Error ? '' : auth.tried.join(', ') }, error);
  }
  if (/no matching/i.test(error.message)) return SluiceError.of('SSH_ALGORITHMS', { host, reason: error.message.replace(/^Handshake failed: /, '') }, error);
  if (level === 'client-timeout') return SluiceError.of('SSH_TIMEOUT', { host, port }, error);
  if (keySeen) return SluiceError.of('SSH_LOST', { host, reason: code ?? error.message }, error);
  return SluiceError.of('SSH_CONNECT', { host, port, reason: code ?? error.message }, error);
}
