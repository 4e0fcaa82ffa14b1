// Programs over an Ssh2Connection: one channel each, the command line as exact bytes, back-pressure by the channel's window.
import type { ClientChannel } from 'ssh2';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { checkCancelled, onAbort } from '../../../lib/async.ts';
import { quoteArgv, type Argv } from './quote.ts';
import type { RemoteProcess, SshShell } from './remote-process.ts';
import type { Ssh2Connection } from './ssh2-connection.ts';

const KILL_GRACE_MS = 3_000;

/** A channel as a process. Closing stdin sends EOF; a lost connection ends the streams and settles `exited` with `lost`. */
function asProcess(connection: Ssh2Connection, channel: ClientChannel, signal?: AbortSignal): RemoteProcess {
  let code: number | null = null;
  let ended: string | null = null;
  const over = Promise.withResolvers<void>();
  channel.on('exit', (value: number | null, name?: string) => {
    code = value;
    ended = name ?? null;
    over.resolve();
  });
  channel.on('error', () => {}); // told by `close`
  let undoLoss = (): void => {};
  let undoAbort = (): void => {};
  let killed = false;
  const exited = new Promise<{ code: number | null; signal: string | null; lost: Error | null }>((resolve) => {
    const settle = (lost: Error | null): void => {
      undoLoss();
      undoAbort();
      resolve({ code: lost ? null : code, signal: ended, lost: code === null && ended === null && !killed ? lost : null });
    };
    channel.once('close', () => { setImmediate(() => { settle(connection.lost); }); });
    undoLoss = connection.onLost((error) => {
      channel.push(null);
      channel.stderr.push(null);
      channel.emit('error', error); // whoever waits for its window to open waits no longer
      settle(error);
    });
  });
  const kill = (): void => {
    if (killed) return;
    killed = true;
    if (connection.lost) return;
    try { channel.signal('KILL'); } catch { /* a server without signals: closing the channel has to do */ }
    channel.resume();
    channel.stderr.resume();
    channel.close();
    const timer = setTimeout(() => { channel.destroy(); }, KILL_GRACE_MS);
    channel.once('close', () => { clearTimeout(timer); });
  };
  undoAbort = onAbort(signal, kill);
  return { stdin: channel, stdout: channel, stderr: channel.stderr, exited, ended: over.promise, kill };
}

export class Ssh2Shell implements SshShell {
  private readonly connection: Ssh2Connection;
  private readonly host: string;
  private readonly onRelease: () => void;
  private released = false;

  constructor(connection: Ssh2Connection, host: string, onRelease: () => void) {
    this.connection = connection;
    this.host = host;
    this.onRelease = onRelease;
  }

  async exec(argv: Argv, signal?: AbortSignal): Promise<RemoteProcess> {
    checkCancelled(signal);
    const command = quoteArgv(argv);
    // ssh2 sends a Buffer as it is; its types know strings only.
    const channel = await this.connection.channel((callback) => this.connection.client.exec(command as unknown as string, callback)).catch((error: unknown) => {
      throw error instanceof SluiceError ? error : SluiceError.of('SSH_LOST', { host: this.host, reason: (error as Error).message }, error);
    });
    return asProcess(this.connection, channel, signal);
  }

  async sftp(signal?: AbortSignal): Promise<RemoteProcess> {
    checkCancelled(signal);
    const channel = await this.connection.channel((callback) => this.connection.client.subsys('sftp', callback)).catch((error: unknown) => {
      throw error instanceof SluiceError ? error : SluiceError.of('SSH_NO_SFTP', { host: this.host, reason: (error as Error).message }, error);
    });
    return asProcess(this.connection, channel, signal);
  }

  release(): void {
    if (this.released) return;
    this.released = true;
    this.onRelease();
  }
}
