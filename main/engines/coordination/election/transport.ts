// How servers of the ensemble reach each other: plain sockets, or what quorum TLS and SASL put in their place. One for election and quorum ports.
import { connect, createServer, type Server, type Socket } from 'node:net';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../lib/errno.ts';
import { ByteStream } from './byte-stream.ts';

export interface Transport {
  /** A connected stream, TLS included. Rejects with the system's error, or after `timeoutMs`. */
  dial(host: string, port: number, timeoutMs: number): Promise<ByteStream>;
  /** Listens; `accept` gets each stream when it may be read. COORD_PORT when the port cannot be opened. */
  listen(host: string | null, port: number, accept: (stream: ByteStream) => void): Promise<Listener>;
  /** Proves to the server that answers who we are, where the ensemble asks for it (quorum.auth). */
  authenticate(stream: ByteStream): Promise<void>;
  /** Has the one who dialled prove who it is. */
  challenge(stream: ByteStream): Promise<void>;
}

export interface Listener {
  close(): void;
}

export function dialPlain(host: string, port: number, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true, keepAlive: true });
    const timer = setTimeout(() => { socket.destroy(Object.assign(new Error(`no answer in ${timeoutMs} ms`), { code: 'ETIMEDOUT' })); }, timeoutMs);
    socket.once('error', (error) => { clearTimeout(timer); reject(error); });
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

/** All addresses of a server at once; the first that answers counts. Rejects with ECONNREFUSED only when all refuse, else with another's error. */
export async function dialAny(transport: Transport, addresses: readonly { readonly host: string; readonly port: number }[], timeoutMs: number): Promise<ByteStream> {
  const dials = addresses.map((at) => transport.dial(at.host, at.port, timeoutMs));
  try {
    const first = await Promise.any(dials);
    for (const dial of dials) dial.then((stream) => { if (stream !== first) stream.destroy(); }, () => {});
    return first;
  } catch (error) {
    const errors = (error as AggregateError).errors as Error[];
    throw errors.find((one) => codeOf(one) !== 'ECONNREFUSED') ?? errors[0] ?? new Error('it has no address');
  }
}

/** Opens a server's port; those who come while it closes are sent away. */
export function openPort(server: Server, host: string | null, port: number): Promise<Listener> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => { sockets.delete(socket); });
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(SluiceError.of('COORD_PORT', { address: host ?? '0.0.0.0', port, reason: codeOf(error) === 'EADDRINUSE' ? 'another process listens on it' : error.message }, error));
    });
    server.listen({ host: host ?? undefined, port, backlog: 128 } as { port: number }, () => {
      server.removeAllListeners('error');
      server.on('error', () => {});
      resolve({ close: () => { server.close(); for (const socket of sockets) socket.destroy(); } });
    });
  });
}

/** Without TLS and without authentication. */
export const PLAIN: Transport = {
  dial: async (host, port, timeoutMs) => new ByteStream(await dialPlain(host, port, timeoutMs)),
  listen: (host, port, accept) => openPort(createServer({ noDelay: true, keepAlive: true }, (socket) => { accept(new ByteStream(socket)); }), host, port),
  authenticate: async () => {},
  challenge: async () => {},
};
