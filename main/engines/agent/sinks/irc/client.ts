// As much of IRC as it takes to say something in a channel (RFC 2812): register, join, speak, answer pings.
import { connect, type Socket } from 'node:net';
import { createInterface, type Interface } from 'node:readline';

export interface IrcOptions {
  readonly host: string;
  readonly port: number;
  readonly nick: string;
  readonly user: string;
  readonly realName: string;
  readonly password: string | null;
  /** With its "#". */
  readonly channel: string;
}

/** Of what the server owes: welcome, join, pong. */
const ANSWER_MS = 20_000;
/** Bytes of a line with its end, 512; less what the server puts before it. */
const LONGEST = 400;
const LONGEST_SERVER_LINE = 8192;

/** The server says no. */
export class IrcRefusal extends Error {}

export class IrcClient {
  private readonly options: IrcOptions;
  private readonly socket: Socket;
  private readonly reader: Interface;
  /** What is being waited for. */
  private waiting: { readonly wants: (command: string, params: readonly string[]) => boolean; readonly resolve: () => void; readonly reject: (error: Error) => void } | null = null;
  private broken: Error | null = null;
  private pings = 0;

  private constructor(options: IrcOptions, socket: Socket) {
    this.options = options;
    this.socket = socket;
    this.reader = createInterface({ input: socket });
    this.reader.on('line', (line) => { this.heard(line.slice(0, LONGEST_SERVER_LINE)); });
    socket.on('error', (error) => { this.fail(error); });
    socket.on('close', () => { this.fail(new Error('the server closed the connection')); });
  }

  /** In the channel. Rejects with IrcRefusal or an Error in words. */
  static async join(options: IrcOptions, signal: AbortSignal): Promise<IrcClient> {
    const socket = connect({ host: options.host, port: options.port });
    socket.setNoDelay(true);
    const client = new IrcClient(options, socket);
    const abort = (): void => { client.close(); };
    signal.addEventListener('abort', abort, { once: true });
    try {
      if (options.password !== null) client.send(`PASS ${options.password}`);
      client.send(`NICK ${options.nick}`);
      client.send(`USER ${options.user} 0 * :${options.realName}`);
      await client.wait((command) => command === '001');
      client.send(`JOIN ${options.channel}`);
      await client.wait((command, params) => command === '366' || (command === 'JOIN' && params[0]?.toLowerCase() === options.channel.toLowerCase()));
      return client;
    } catch (error) {
      client.close();
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /** Resolves once the server has dealt with all of them: it answered a ping behind them. */
  async say(lines: readonly string[]): Promise<void> {
    for (const line of lines) for (const part of partsOf(line)) this.send(`PRIVMSG ${this.options.channel} :${part}`);
    const token = `sluice${++this.pings}`;
    this.send(`PING :${token}`);
    await this.wait((command, params) => command === 'PONG' && params.includes(token));
  }

  close(): void {
    if (this.broken === null && this.socket.writable) this.socket.end('QUIT\r\n');
    this.fail(new Error('the connection was given up'));
    this.reader.close();
    setTimeout(() => { this.socket.destroy(); }, 200).unref();
  }

  private send(line: string): void {
    if (this.broken) throw this.broken;
    this.socket.write(`${line}\r\n`);
  }

  private async wait(wants: (command: string, params: readonly string[]) => boolean): Promise<void> {
    if (this.broken) throw this.broken;
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        timer = setTimeout(() => { reject(new Error(`no answer within ${ANSWER_MS} ms`)); }, ANSWER_MS);
        this.waiting = { wants, resolve, reject };
      });
    } finally {
      clearTimeout(timer);
      this.waiting = null;
    }
  }

  private heard(line: string): void {
    const [, command = '', rest = ''] = /^(?::\S+ +)?(\S+) *(.*)$/.exec(line) ?? [];
    const colon = rest.indexOf(' :');
    const params = rest.startsWith(':') ? [rest.slice(1)] : colon < 0 ? rest.split(/ +/) : [...rest.slice(0, colon).split(/ +/), rest.slice(colon + 2)];
    if (command === 'PING') { this.socket.write(`PONG :${params[0] ?? ''}\r\n`); return; }
    if (command === 'ERROR') { this.fail(new IrcRefusal(params.at(-1) ?? line)); return; }
    if (command === 'KICK' && params[1] === this.options.nick) { this.fail(new IrcRefusal(`it was sent out of ${this.options.channel}: ${params.at(-1) ?? ''}`)); return; }
    if (/^[45]\d\d$/.test(command) && command !== '422') { this.waiting?.reject(new IrcRefusal(`${command} ${params.at(-1) ?? ''}`)); return; } // 422: it has no message of the day
    if (this.waiting?.wants(command, params)) this.waiting.resolve();
  }

  private fail(error: Error): void {
    this.broken ??= error;
    this.waiting?.reject(error);
  }
}

/** Without line ends, in pieces that a line has room for; no character is cut in two. */
function partsOf(line: string): string[] {
  const parts: string[] = [];
  let part = '';
  let size = 0;
  for (const char of line.replace(/[\r\n\0]+/g, ' ')) {
    const bytes = Buffer.byteLength(char);
    if (size + bytes > LONGEST) { parts.push(part); part = ''; size = 0; }
    part += char;
    size += bytes;
  }
  if (part !== '') parts.push(part);
  return parts;
}
