// A TCP port of a source: each connection is served by one function that reads it piece by piece, so that a sender who is not read has to wait.
import { createServer, isIPv4, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../../lib/errno.ts';
import type { SourceContext } from '../../components/factory.ts';
import { portError } from './port-error.ts';

export interface Connection {
  /** "address:port". */
  readonly client: string;
  readonly address: string;
  readonly localPort: number;
  /** What comes, until the sender ends or the source stops. Nothing is read while a piece is being worked on. */
  readonly pieces: AsyncIterable<Buffer>;
  /** Resolves when the system has taken it; nothing happens when the client is gone. */
  write(bytes: Buffer): Promise<void>;
}

export interface TcpListenerOptions {
  /** Null: all addresses. */
  readonly host: string | null;
  readonly port: number;
  readonly tls: TlsOptions | null;
  /** When it resolves the connection ends; a rejection is reported as the client's fault. */
  readonly serve: (connection: Connection) => Promise<void>;
}

type Of = Pick<SourceContext, 'name' | 'say' | 'counters'>;

/** For what is in hand when the source stops. */
const FINISH_MS = 5000;
const HANDSHAKE_MS = 20_000;

export class TcpListener {
  private readonly context: Of;
  private readonly options: TcpListenerOptions;
  private readonly server: Server;
  private readonly serving = new Set<Promise<void>>();
  private readonly sockets = new Set<Socket>();
  private readonly stopped = Promise.withResolvers<void>();

  constructor(context: Of, options: TcpListenerOptions) {
    this.context = context;
    this.options = options;
    const accept = (socket: Socket): void => { this.accept(socket); };
    if (options.tls === null) this.server = createServer({ keepAlive: true, noDelay: true, pauseOnConnect: true, allowHalfOpen: true }, accept);
    else {
      this.server = createTlsServer({ ...options.tls, handshakeTimeout: HANDSHAKE_MS, keepAlive: true, noDelay: true, allowHalfOpen: true }, accept);
      this.server.on('tlsClientError', (error: Error, socket: TLSSocket) => {
        if (codeOf(error) === 'ECONNRESET') return; // it went away before it spoke
        context.say.problem(SluiceError.of('AGENT_TLS', { component: context.name, peer: addressOf(socket), reason: tlsReason(error) }, error));
      });
    }
  }

  /** AGENT_PORT. */
  start(): Promise<void> {
    const { host, port } = this.options;
    return new Promise((resolve, reject) => {
      const failed = (error: Error): void => { reject(portError(this.context.name, host ?? '*', port, error)); };
      this.server.once('error', failed);
      this.server.listen({ ...(host === null ? {} : { host }), port, backlog: 511 }, () => {
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

  /** Reads nothing more; what was read is served to its end. */
  async stop(): Promise<void> {
    if (!this.server.listening) return;
    const closed = new Promise<void>((resolve) => { this.server.close(() => { resolve(); }); });
    this.stopped.resolve();
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([Promise.all(this.serving), new Promise((resolve) => { timer = setTimeout(resolve, FINISH_MS); })]);
    clearTimeout(timer);
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private accept(socket: Socket): void {
    const { counters, say, name } = this.context;
    const client = addressOf(socket);
    this.sockets.add(socket);
    counters.OpenConnectionCount += 1;
    socket.on('error', () => { socket.destroy(); });
    socket.once('close', () => {
      this.sockets.delete(socket);
      counters.OpenConnectionCount -= 1;
    });
    const connection: Connection = {
      client, address: plainAddress(socket.remoteAddress ?? ''), localPort: socket.localPort ?? 0,
      pieces: piecesOf(socket, this.stopped.promise),
      write: (bytes) => new Promise((resolve) => { if (socket.destroyed) resolve(); else socket.write(bytes, () => { resolve(); }); }),
    };
    const served = this.options.serve(connection).catch((error: unknown) => {
      counters.GenericProcessingFail += 1;
      say.problem(error instanceof SluiceError ? error : SluiceError.of('AGENT_CLIENT', { component: name, client, reason: error instanceof Error ? error.message : String(error) }, error));
    }).then(() => {
      socket.end();
      socket.resume(); // what still comes is not wanted, and must not keep the socket
      setTimeout(() => { socket.destroy(); }, 1000).unref();
    });
    this.serving.add(served);
    void served.then(() => { this.serving.delete(served); });
  }
}

/** A broken connection ends it like one that was closed: there is nobody left to tell. */
async function* piecesOf(socket: Socket, stopped: Promise<void>): AsyncGenerator<Buffer> {
  const iterator: AsyncIterator<Buffer> = socket.iterator({ destroyOnReturn: false });
  const over = stopped.then(() => null);
  for (;;) {
    const next = await Promise.race([iterator.next(), over]).catch(() => null);
    if (next === null || next.done === true) return;
    yield next.value;
  }
}

const addressOf = (socket: Socket): string => `${plainAddress(socket.remoteAddress ?? '')}:${socket.remotePort ?? 0}`;

function tlsReason(error: Error): string {
  if (codeOf(error) === 'ERR_SSL_HTTP_REQUEST' || /wrong version number|http request/i.test(error.message)) return 'it does not speak TLS';
  return error.message;
}

/** IPv4 as such, also where it comes through IPv6. */
export function plainAddress(address: string): string {
  const mapped = /^::ffff:(.+)$/i.exec(address)?.[1];
  return mapped !== undefined && isIPv4(mapped) ? mapped : address.replace(/%.*$/, '');
}
