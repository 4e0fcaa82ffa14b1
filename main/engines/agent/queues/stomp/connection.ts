// One STOMP 1.2 connection that is subscribed to one destination; messages are acknowledged one by one. Opened anew by its owner after a loss.
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { within } from '../../../../lib/async.ts';
import { frameBytes, StompReader, type StompFrame } from './frames.ts';

export interface StompOptions {
  /** For errors. */
  readonly component: string;
  /** stomp://host:61613 or stomp+ssl://host:61614. */
  readonly url: URL;
  readonly userName: string | null;
  readonly password: string | null;
  readonly clientId: string | null;
  readonly destination: string;
  readonly selector: string | null;
  /** Name of a durable subscription to a topic, or null. */
  readonly durable: string | null;
  /** Messages that may come before they are acknowledged, where the broker minds it (RabbitMQ, ActiveMQ). */
  readonly window: number;
  readonly onMessage: (message: StompFrame) => void;
  /** Once, when it is lost. */
  readonly onEnd: (error: SluiceError) => void;
}

const CONNECT_MS = 20_000;
const SUBSCRIPTION = '0';

export class StompConnection {
  private readonly options: StompOptions;
  private readonly socket: Socket;
  private readonly reader = new StompReader();
  private ended = false;
  private readonly waiting = new Map<string, { readonly resolve: () => void; readonly reject: (error: Error) => void }>();

  private constructor(options: StompOptions, socket: Socket) {
    this.options = options;
    this.socket = socket;
  }

  /** Resolves once it is subscribed. AGENT_CONNECT, AGENT_AUTH, AGENT_REJECTED. */
  static async open(options: StompOptions): Promise<StompConnection> {
    const { url, userName, password, clientId } = options;
    const secure = url.protocol === 'stomp+ssl:';
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const port = Number(url.port) || (secure ? 61_614 : 61_613);
    const socket = secure ? connectTls({ host, port, servername: host }) : connectTcp({ host, port });
    const connection = new StompConnection(options, socket);
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => { connection.receive(chunk); });
    socket.on('error', (error) => { connection.end(connection.problem(error.message)); });
    socket.on('close', () => { connection.end(connection.problem('the broker closed the connection')); });
    const connected = connection.wait('CONNECTED');
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      connection.send('CONNECT', {
        'accept-version': '1.2', host: decodeURIComponent(url.pathname.slice(1)) || (host === '127.0.0.1' ? '/' : host), 'heart-beat': '0,0',
        ...(userName === null ? {} : { login: userName }), ...(password === null ? {} : { passcode: password }), ...(clientId === null ? {} : { 'client-id': clientId }),
      });
    });
    await connected;
    await connection.subscribe();
    return connection;
  }

  acknowledge(message: StompFrame): void {
    const id = message.headers.get('ack');
    if (id !== undefined) this.send('ACK', { id });
  }

  /** Resolves when the broker has all acknowledgements. */
  async close(): Promise<void> {
    if (this.ended) return;
    const done = this.wait('bye');
    this.send('DISCONNECT', { receipt: 'bye' });
    await within(done, 2000, () => new Error('late')).catch(() => {}); // it is closed all the same
    this.ended = true;
    this.socket.destroy();
  }

  private async subscribe(): Promise<void> {
    const { destination, selector, durable, window } = this.options;
    const done = this.wait('subscribed');
    this.send('SUBSCRIBE', {
      id: SUBSCRIPTION, destination, ack: 'client-individual', receipt: 'subscribed', 'prefetch-count': String(window), 'activemq.prefetchSize': String(window),
      ...(selector === null ? {} : { selector }), ...(durable === null ? {} : { 'activemq.subscriptionName': durable, 'durable-subscription-name': durable, 'x-queue-name': durable }),
    });
    await done;
  }

  private receive(chunk: Buffer): void {
    try {
      for (const frame of this.reader.feed(chunk)) this.handle(frame);
    } catch (error) {
      this.end(this.problem(`what the broker sends is no STOMP: ${(error as Error).message}`));
    }
  }

  private handle(frame: StompFrame): void {
    switch (frame.command) {
      case 'MESSAGE': this.options.onMessage(frame); return;
      case 'CONNECTED': this.settle('CONNECTED'); return;
      case 'RECEIPT': this.settle(frame.headers.get('receipt-id') ?? ''); return;
      case 'ERROR': {
        const reason = [frame.headers.get('message'), frame.body.toString('utf8').trim().split('\n')[0]].filter(Boolean).join(': ');
        const { component, url } = this.options;
        this.end(SluiceError.of(/access refused|authenti|password|login|bad connect/i.test(reason) ? 'AGENT_AUTH' : 'AGENT_REJECTED', { component, target: url.host, reason }));
        return;
      }
      default:
    }
  }

  private send(command: string, headers: Readonly<Record<string, string>>): void {
    if (!this.socket.destroyed) this.socket.write(frameBytes(command, headers));
  }

  private wait(key: string): Promise<void> {
    const answer = within(new Promise<void>((resolve, reject) => { this.waiting.set(key, { resolve, reject }); }), CONNECT_MS, () => this.problem(`no answer within ${CONNECT_MS} ms`));
    answer.catch(() => {}); // its owner may be gone before it is looked at
    return answer;
  }

  private settle(key: string): void {
    this.waiting.get(key)?.resolve();
    this.waiting.delete(key);
  }

  private problem(reason: string): SluiceError {
    return SluiceError.of('AGENT_CONNECT', { component: this.options.component, target: this.options.url.host, reason });
  }

  private end(error: SluiceError): void {
    if (this.ended) return;
    this.ended = true;
    this.socket.destroy();
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
    this.options.onEnd(error);
  }
}
