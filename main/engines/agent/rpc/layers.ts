// TLS and zlib around a connection, found out by the first byte that comes: Flume 1.11 puts zlib around TLS, Flume 1.9 and everyone else TLS around zlib.
import type { Socket } from 'node:net';
import { Duplex, pipeline } from 'node:stream';
import { TLSSocket, type SecureContext } from 'node:tls';
import { constants, createDeflate, createInflate } from 'node:zlib';

export type LayerFault = 'tls' | 'compression';

/** Which layer could not be, and why in words. */
export class BadLayer extends Error {
  readonly fault: LayerFault;

  constructor(fault: LayerFault, reason: string) {
    super(reason);
    this.fault = fault;
  }
}

export type FirstBytes = 'tls' | 'zlib' | 'other';

const TLS_HANDSHAKE = 0x16;
const TLS_ALERT = 0x15;

/** A pack begins with zeros, as no serial is so high; a TLS record with its kind and 3; zlib with a method and a sum (RFC 1950). */
export function kindOf(first: Buffer): FirstBytes {
  const [a = 0, b] = first;
  if ((a === TLS_HANDSHAKE || a === TLS_ALERT) && (b === undefined || b === 3)) return 'tls';
  if ((a & 0x0f) === 8 && a >> 4 <= 7 && (b === undefined || (a * 256 + b) % 31 === 0)) return 'zlib';
  return 'other';
}

/** The first bytes, and the stream stands still behind them; null when none come. Rejects when it breaks. */
export function firstBytes(stream: Duplex): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      stream.off('data', data).off('end', end).off('close', end).off('error', failed);
    };
    const data = (chunk: Buffer): void => { leave(); stream.pause(); resolve(chunk); };
    const end = (): void => { leave(); resolve(null); };
    const failed = (error: Error): void => { leave(); reject(error); };
    stream.on('data', data).on('end', end).on('close', end).on('error', failed);
  });
}

/** One zlib stream in each direction for as long as the connection lives, flushed after every write. */
export function deflated(under: Socket, level: number): Duplex {
  const inflate = createInflate({ finishFlush: constants.Z_SYNC_FLUSH, chunkSize: 64 * 1024 });
  const deflate = createDeflate({ level, flush: constants.Z_SYNC_FLUSH });
  const over = Duplex.from({ readable: inflate, writable: deflate }) as Duplex;
  pipeline(under, inflate, (error) => { if (error) over.destroy(inWords(error)); });
  pipeline(deflate, under, (error) => { if (error) over.destroy(inWords(error)); });
  // what was written is still on its way through the compressor
  over.on('close', () => { under.destroySoon(); });
  return over;
}

function inWords(error: NodeJS.ErrnoException): Error {
  return error.code?.startsWith('Z_') ? new BadLayer('compression', `what it sends cannot be decompressed: ${error.message}`) : error;
}

/** Resolves when the client has shown that it speaks TLS. Rejects with BadLayer. */
function secured(under: Duplex, secureContext: SecureContext, timeoutMs: number): Promise<TLSSocket> {
  const socket = new TLSSocket(under as Socket, { isServer: true, secureContext });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => { failed(new Error('no TLS handshake in time')); }, timeoutMs);
    const failed = (error: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(new BadLayer('tls', tlsWords(error)));
    };
    const closed = (): void => { failed(new Error('it closed the connection during the handshake')); };
    socket.once('error', failed).once('close', closed);
    socket.once('secure', () => {
      clearTimeout(timer);
      socket.off('error', failed).off('close', closed);
      resolve(socket);
    });
  });
}

/** What OpenSSL says, without its numbers and files. */
export function tlsWords(error: Error): string {
  const { reason } = error as Error & { reason?: string };
  return reason ?? error.message.replace(/^[0-9A-F]+:error:[0-9A-F]+:SSL routines:[^:]*:/, '').replace(/:[^ ]*\.c:.*$/s, '').trim();
}

export interface ServerLayers {
  readonly tls: SecureContext | null;
  readonly deflate: boolean;
  /** For the TLS handshake, ms. */
  readonly timeoutMs: number;
}

const LEVEL = 6;

/** The stream inside the layers, and the first bytes on it; null when the client went without a word. Rejects with BadLayer, or with what broke the stream. */
export async function openServerLayers(socket: Socket, { tls, deflate, timeoutMs }: ServerLayers): Promise<{ readonly stream: Duplex; readonly first: Buffer } | null> {
  let stream: Duplex = socket;
  let wanted: Pick<ServerLayers, 'tls' | 'deflate'> = { tls, deflate };
  for (;;) {
    const first = await firstBytes(stream);
    if (first === null) return null;
    const kind = kindOf(first);
    if (kind === 'tls' && wanted.tls) {
      stream.unshift(first);
      stream = await secured(stream, wanted.tls, timeoutMs);
      wanted = { ...wanted, tls: null };
    } else if (kind === 'zlib' && wanted.deflate) {
      stream.unshift(first);
      stream = deflated(stream as Socket, LEVEL);
      wanted = { ...wanted, deflate: false };
    } else if (wanted.tls) throw new BadLayer('tls', 'it does not speak TLS, and ssl = true here');
    else if (kind === 'tls') throw new BadLayer('tls', tls ? 'it speaks TLS twice' : 'it speaks TLS, and ssl = false here');
    else if (wanted.deflate) throw new BadLayer('compression', 'it does not compress, and compression-type = deflate here');
    else if (kind === 'zlib') throw new BadLayer('compression', 'it compresses, and compression-type = none here');
    else return { stream, first };
  }
}
