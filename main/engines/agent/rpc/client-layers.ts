// A connection to a far side, with TLS and zlib around it as they are switched on.
import { connect, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { BadLayer, deflated, tlsWords } from './layers.ts';

/** Which is nearer to the wire when both are on: zlib with Flume 1.11, TLS with 1.9. */
export type LayerOrder = 'zlib-outside' | 'tls-outside';

export interface ClientLayers {
  readonly host: string;
  readonly port: number;
  readonly tls: ConnectionOptions | null;
  /** Of the compression, 0 to 9; null without. */
  readonly level: number | null;
  readonly order: LayerOrder;
}

/** Rejects with what the system says, with BadLayer, or on abort. */
export async function openClientLayers({ host, port, tls, level, order }: ClientLayers, signal: AbortSignal): Promise<Duplex> {
  const socket = await connected(host, port, signal);
  const secure = (under: Duplex): Promise<Duplex> => (tls ? secured(under, { ...tls, ...(isIP(host) === 0 ? { servername: host } : { host }) }, signal) : Promise.resolve(under));
  if (level === null) return secure(socket);
  return order === 'zlib-outside' ? secure(deflated(socket, level)) : deflated((await secure(socket)) as Socket, level);
}

function connected(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true, keepAlive: true });
    const abort = (): void => { socket.destroy(); reject(new Error('no answer in time')); };
    if (signal.aborted) { abort(); return; }
    signal.addEventListener('abort', abort, { once: true });
    socket.once('error', (error) => { signal.removeEventListener('abort', abort); reject(error); });
    socket.once('connect', () => {
      signal.removeEventListener('abort', abort);
      socket.removeAllListeners('error').on('error', () => { socket.destroy(); });
      resolve(socket);
    });
  });
}

function secured(under: Duplex, options: ConnectionOptions, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ ...options, socket: under });
    const leave = (): void => {
      signal.removeEventListener('abort', abort);
      socket.off('error', failed).off('close', closed);
    };
    const failed = (error: Error): void => { leave(); socket.on('error', () => {}).destroy(); under.destroy(); reject(error instanceof BadLayer ? error : new BadLayer('tls', tlsWords(error))); };
    const closed = (): void => { failed(new Error('it closed the connection during the handshake')); };
    const abort = (): void => { failed(new Error('no TLS handshake in time')); };
    under.once('error', (error: Error) => { if (error instanceof BadLayer) failed(error); });
    socket.on('error', failed).on('close', closed);
    signal.addEventListener('abort', abort, { once: true });
    socket.once('secureConnect', () => { leave(); resolve(socket); });
  });
}
