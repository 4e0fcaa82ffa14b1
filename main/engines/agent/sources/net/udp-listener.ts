// A UDP port of a source. A sender cannot be asked to wait, so what comes while the channels are full is kept up to a bound, and then dropped and counted.
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import type { SourceContext } from '../../components/factory.ts';
import type { Event } from '../../event/event.ts';
import { offer } from '../offer.ts';
import { portError } from './port-error.ts';

export interface UdpListenerOptions {
  /** Null: all addresses. */
  readonly host: string | null;
  readonly port: number;
  /** Null: the datagram is no event. May wait for the name of the sender. */
  readonly parse: (datagram: Buffer, from: RemoteInfo) => Event | null | Promise<Event | null>;
}

const MOST_WAITING_BYTES = 32 * 1024 * 1024;
const MOST_WAITING = 50_000;
const BATCH = 100;
const RECEIVE_BUFFER = 4 * 1024 * 1024;
const TELL_EVERY_MS = 10_000;

export class UdpListener {
  private readonly context: SourceContext;
  private readonly options: UdpListenerOptions;
  private socket: Socket | null = null;
  private waiting: { readonly datagram: Buffer; readonly from: RemoteInfo }[] = [];
  private waitingBytes = 0;
  private working: Promise<void> | null = null;
  private dropped = 0;
  private toldAt = -Infinity;
  private readonly stopping = new AbortController();

  constructor(context: SourceContext, options: UdpListenerOptions) {
    this.context = context;
    this.options = options;
  }

  /** AGENT_PORT. */
  start(): Promise<void> {
    const { host, port } = this.options;
    const socket = createSocket({ type: host !== null && isIPv6(host) ? 'udp6' : 'udp4' });
    this.socket = socket;
    socket.on('message', (datagram, from) => { this.receive(datagram, from); });
    return new Promise((resolve, reject) => {
      const failed = (error: Error): void => { reject(portError(this.context.name, host ?? '*', port, error)); };
      socket.once('error', failed);
      socket.bind({ port, ...(host === null ? {} : { address: host }) }, () => {
        socket.off('error', failed);
        socket.on('error', (error) => { this.context.say.problem(SluiceError.of('AGENT_CLIENT', { component: this.context.name, client: 'UDP', reason: error.message }, error)); });
        try { socket.setRecvBufferSize(RECEIVE_BUFFER); } catch { /* the system allows less: it stays as it is */ }
        resolve();
      });
    });
  }

  get port(): number { return this.socket?.address().port ?? 0; }

  async stop(): Promise<void> {
    const { socket } = this;
    if (socket === null) return;
    this.socket = null;
    await new Promise<void>((resolve) => { socket.close(() => { resolve(); }); });
    setTimeout(() => { this.stopping.abort(); }, 3000).unref();
    await this.working;
    this.stopping.abort();
  }

  private receive(datagram: Buffer, from: RemoteInfo): void {
    if (this.waiting.length >= MOST_WAITING || this.waitingBytes + datagram.length > MOST_WAITING_BYTES) { this.drop(1); return; }
    this.waiting.push({ datagram, from });
    this.waitingBytes += datagram.length;
    this.working ??= this.work().finally(() => { this.working = null; });
  }

  private async work(): Promise<void> {
    const { counters } = this.context;
    await Promise.resolve(); // what came together goes together
    while (this.waiting.length > 0) {
      const some = this.waiting.splice(0, BATCH);
      const events: Event[] = [];
      for (const { datagram, from } of some) {
        this.waitingBytes -= datagram.length;
        const event = await this.options.parse(datagram, from);
        if (event === null) counters.EventReadFail += 1;
        else events.push(event);
      }
      if (events.length > 0 && !(await offer(events, this.context, this.stopping.signal))) this.drop(events.length);
      if (this.dropped > 0) this.tell();
    }
  }

  private drop(count: number): void {
    this.context.counters.ChannelWriteFail += count;
    this.dropped += count;
    this.tell();
  }

  private tell(): void {
    const now = this.context.ports.clock.monotonic();
    if (this.dropped === 0 || now - this.toldAt < TELL_EVERY_MS) return;
    this.toldAt = now;
    this.context.say.problem(SluiceError.of('AGENT_CLIENT', { component: this.context.name, client: 'UDP', reason: `${this.dropped} datagrams were dropped: the channels take no more, and UDP cannot be asked to wait` }));
    this.dropped = 0;
  }
}
