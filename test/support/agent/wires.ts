// Clients for tests of sources with a port.
import { createSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';

export interface Client {
  readonly socket: Socket;
  /** All that has come so far. */
  received(): string;
  send(bytes: string | Buffer): Promise<void>;
  /** Resolves when what came fulfils `done`. */
  until(done: (received: string) => boolean): Promise<string>;
  /** Resolves when the far side has ended it. */
  readonly ended: Promise<void>;
  end(): void;
}

export async function tcpClient(port: number): Promise<Client> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  let received = '';
  const listeners = new Set<() => void>();
  socket.on('data', (bytes) => { received += bytes.toString(); for (const listener of listeners) listener(); });
  socket.on('error', () => {});
  const ended = new Promise<void>((resolve) => { socket.once('end', resolve); socket.once('close', () => { resolve(); }); });
  await new Promise((resolve, reject) => { socket.once('connect', resolve); socket.once('error', reject); });
  return {
    socket, ended, received: () => received,
    send: (bytes) => new Promise((resolve) => { socket.write(bytes, () => { resolve(); }); }),
    until: (done) => new Promise((resolve, reject) => {
      const look = (): void => { if (done(received)) { listeners.delete(look); resolve(received); } };
      listeners.add(look);
      void ended.then(() => { look(); reject(new Error(`ended with ${JSON.stringify(received)}`)); });
      look();
    }),
    end: () => { socket.end(); },
  };
}

export async function sendDatagrams(port: number, datagrams: readonly (string | Buffer)[]): Promise<void> {
  const socket = createSocket('udp4');
  for (const datagram of datagrams) await new Promise((resolve, reject) => { socket.send(datagram, port, '127.0.0.1', (error) => { if (error) reject(error); else resolve(null); }); });
  socket.close();
}

/** Looks again until it holds; fails with what it saw last. */
export async function until<T>(look: () => T, holds: (seen: T) => boolean, ms = 10_000): Promise<T> {
  for (const end = performance.now() + ms; ;) {
    const seen = look();
    if (holds(seen)) return seen;
    if (performance.now() > end) throw new Error(`after ${ms} ms: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => { setTimeout(resolve, 5); });
  }
}

/** The port a source chose. */
export const portOf = (source: object): number => (source as { readonly port: number }).port;
