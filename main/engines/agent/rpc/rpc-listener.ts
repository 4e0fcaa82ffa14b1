// A port of a source: accepts, filters, opens the layers, counts, and ends what is there when the source stops.
import { createServer, isIPv4, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { SourceContext } from '../components/factory.ts';
import type { IpFilter } from './ip-filter.ts';
import { BadLayer, openServerLayers, type ServerLayers } from './layers.ts';
import { portError } from './port-error.ts';
import { Served, type ServedOptions } from './served.ts';
import { Budget } from './budget.ts';
import { Halves } from './halves.ts';

export interface RpcListenerOptions extends ServerLayers {
  readonly host: string;
  readonly port: number;
  readonly filter: IpFilter | null;
  /** For each client: how its bytes are cut, and what answers. `client` is "address:port". */
  readonly session: (client: string) => Pick<ServedOptions, 'splitter' | 'serve'>;
}

const MOST_UNANSWERED = 64 * 1024 * 1024;
/** For answers that are still owed when the source stops. */
const FINISH_MS = 5000;
/** For clients to close their side. */
const CLOSE_MS = 500;

export class RpcListener {
  private readonly context: Pick<SourceContext, 'name' | 'say' | 'counters'>;
  private readonly options: RpcListenerOptions;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  /** Those of `sockets` whose layers are not open yet. */
  private readonly opening = new Set<Socket>();
  private readonly served = new Set<Served>();
  private readonly budget = new Budget(MOST_UNANSWERED);
  private readonly halves = new Halves();
  private stopping = false;

  constructor(context: Pick<SourceContext, 'name' | 'say' | 'counters'>, options: RpcListenerOptions) {
    this.context = context;
    this.options = options;
    this.server = createServer({ noDelay: true, keepAlive: true, allowHalfOpen: true }, (socket) => { void this.accept(socket); });
  }

  /** AGENT_PORT in words when the port cannot be had. */
  start(): Promise<void> {
    const { host, port } = this.options;
    this.stopping = false;
    return new Promise((resolve, reject) => {
      const failed = (error: Error): void => { reject(portError(this.context.name, host, port, error)); };
      this.server.once('error', failed);
      this.server.listen({ host, port, backlog: 1024 }, () => {
        this.server.off('error', failed);
        this.server.on('error', () => { /* accepting goes on */ });
        resolve();
      });
    });
  }

  /** The one the system chose when it was asked for port 0. */
  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Takes nothing more; what was taken is answered. */
  async stop(): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    const closed = new Promise<void>((resolve) => { this.server.close(() => { resolve(); }).removeAllListeners('error'); });
    const finished = Promise.all([...this.served].map((served) => served.finish()));
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([finished, new Promise((resolve) => { timer = setTimeout(resolve, FINISH_MS); })]);
    clearTimeout(timer);
    const gone = [...this.sockets].map((socket) => new Promise<void>((resolve) => { socket.once('close', () => { resolve(); }); }));
    for (const served of this.served) served.close();
    for (const socket of this.opening) socket.destroy();
    const rest = setTimeout(() => { for (const socket of this.sockets) socket.destroy(); }, CLOSE_MS);
    await Promise.all([closed, ...gone]);
    clearTimeout(rest);
  }

  private async accept(socket: Socket): Promise<void> {
    const { counters } = this.context;
    const address = plainAddress(socket.remoteAddress ?? '');
    const client = `${address}:${socket.remotePort ?? 0}`;
    this.sockets.add(socket);
    this.opening.add(socket);
    counters.OpenConnectionCount += 1;
    socket.once('close', () => {
      this.sockets.delete(socket);
      this.opening.delete(socket);
      counters.OpenConnectionCount -= 1;
    });
    // what breaks a connection is told by whoever reads from it
    socket.on('error', () => { socket.destroy(); });
    try {
      if (this.options.filter && !(await this.options.filter.allows(address))) {
        this.context.say.note(`${client} is refused by ipFilterRules`);
        socket.destroy();
        return;
      }
      const opened = await openServerLayers(socket, this.options);
      this.opening.delete(socket);
      if (opened === null || this.stopping) socket.destroy();
      else this.serve(opened.stream, opened.first, client);
    } catch (error) {
      socket.destroy();
      this.context.say.problem(this.problem(client, error));
    }
  }

  private serve(stream: Duplex, first: Buffer, client: string): void {
    stream.on('error', (error) => {
      if (error instanceof BadLayer) this.context.say.problem(this.problem(client, error));
    });
    const served = new Served({
      ...this.options.session(client), stream, budget: this.budget, halves: this.halves,
      onEnd: (reason) => {
        this.served.delete(served);
        if (reason === null) return;
        this.context.counters.EventReadFail += 1;
        this.context.say.problem(SluiceError.of('AGENT_CLIENT', { component: this.context.name, client, reason }));
      },
    });
    this.served.add(served);
    served.begin(first);
  }

  private problem(client: string, error: unknown): SluiceError {
    const component = this.context.name;
    if (error instanceof SluiceError) return error;
    if (error instanceof BadLayer) return SluiceError.of(error.fault === 'tls' ? 'AGENT_TLS' : 'AGENT_COMPRESSION', { component, peer: client, reason: error.message }, error);
    return SluiceError.of('AGENT_CLIENT', { component, client, reason: error instanceof Error ? error.message : String(error) }, error);
  }
}

/** IPv4 as such, also where it comes through IPv6. */
function plainAddress(address: string): string {
  const mapped = /^::ffff:(.+)$/i.exec(address)?.[1];
  return mapped !== undefined && isIPv4(mapped) ? mapped : address.replace(/%.*$/, '');
}
