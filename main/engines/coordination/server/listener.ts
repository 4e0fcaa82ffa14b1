// A port for clients: accepts, looks whether a four-letter word or a length comes first, and makes a connection of the rest.
import { createServer, isIPv4, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket, type Server as TlsServer, type TlsOptions } from 'node:tls';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../lib/errno.ts';
import type { Core } from './core.ts';
import type { FourLetterWords } from './four-letter-words.ts';
import { subjectOf } from './auth/certificate-subject.ts';

export interface Port {
  readonly host: string | null;
  readonly port: number;
  /** -1 for the system's default. */
  readonly backlog: number;
  readonly keepAlive: boolean;
  /** Null for a plain port. */
  readonly tls: TlsOptions | null;
  /** Plain clients are served on a TLS port too (client.portUnification). */
  readonly alsoPlain: boolean;
}

const TLS_HANDSHAKE = 0x16;
const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program has it', EACCES: 'this account may not use it', EADDRNOTAVAIL: 'this machine does not have that address', ENOTFOUND: 'that name is not known',
};

export class Listener {
  readonly #core: Core;
  readonly #words: FourLetterWords;
  readonly #server: Server;
  readonly #tls: TlsServer | null;
  readonly #greeting = new Set<Socket>();
  readonly secure: boolean;

  constructor(core: Core, words: FourLetterWords, port: Port) {
    this.#core = core;
    this.#words = words;
    this.secure = port.tls !== null && !port.alsoPlain;
    const options = { noDelay: true, keepAlive: port.keepAlive };
    const accept = (socket: Socket): void => { this.#accept(socket); };
    const tls = port.tls && createTlsServer({ ...options, ...port.tls }, accept);
    this.#tls = tls;
    tls?.on('tlsClientError', (_error, socket) => { socket.destroy(); });
    if (tls && port.alsoPlain) this.#server = createServer(options, (socket) => { this.#sniff(socket, tls); });
    else this.#server = tls ?? createServer(options, accept);
  }

  /** Certificates for the connections that come; nothing for a plain port. */
  renew(tls: TlsOptions): void {
    this.#tls?.setSecureContext(tls);
  }

  /** A TLS client begins with a handshake record; no length and no word does. */
  #sniff(socket: Socket, tls: Server): void {
    const dropped = (): void => { socket.destroy(); };
    socket.on('error', dropped);
    socket.setTimeout(this.#core.sessionlessTimeoutMs, dropped);
    socket.once('data', (first: Buffer) => {
      socket.off('error', dropped);
      socket.setTimeout(0);
      socket.off('timeout', dropped);
      socket.pause();
      socket.unshift(first);
      if (first[0] === TLS_HANDSHAKE) return tls.emit('connection', socket);
      this.#accept(socket);
      return socket.resume();
    });
  }

  /** COORD_PORT in words when the port cannot be had. */
  listen({ host, port, backlog }: Port): Promise<void> {
    return new Promise((resolve, reject) => {
      const failed = (error: Error): void => {
        const code = codeOf(error);
        reject(SluiceError.of('COORD_PORT', { address: host ?? '0.0.0.0', port, reason: REASONS[code] ?? code }, error));
      };
      this.#server.once('error', failed);
      this.#server.listen({ port, ...(host === null ? {} : { host }), ...(backlog > 0 ? { backlog } : {}) }, () => {
        this.#server.off('error', failed);
        this.#server.on('error', () => { /* accepting goes on */ });
        resolve();
      });
    });
  }

  /** As it is bound: the one the system chose when it was asked for port 0. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Takes no more connections; those there are stay. */
  close(): void {
    this.#server.close();
    for (const socket of this.#greeting) socket.destroy();
  }

  #accept(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress ?? '');
    if (!this.#core.clients.hasRoom(address)) {
      socket.destroy();
      return;
    }
    const caller = {
      address, port: socket.remotePort ?? 0, secure: socket instanceof TLSSocket,
      certificateSubject: socket instanceof TLSSocket && socket.authorized ? subjectOf(socket.getPeerX509Certificate()) : null,
    };
    this.#greet(socket, (first) => {
      const connection = this.#core.clients.add(this.#core, socket, caller);
      if (caller.certificateSubject !== null) connection.addAuth(this.#core.schemes.ofCertificate(caller.certificateSubject));
      connection.data(first);
    });
  }

  /** Waits for four bytes; `enter` when they are no word. */
  #greet(socket: Socket, enter: (first: Buffer) => void): void {
    let first: Buffer = Buffer.alloc(0);
    const leave = (): void => {
      clearTimeout(timer);
      this.#greeting.delete(socket);
      socket.off('data', listen);
      socket.off('error', dropped);
      socket.off('close', leave);
    };
    const dropped = (): void => { leave(); socket.destroy(); };
    const listen = (chunk: Buffer): void => {
      first = first.length === 0 ? chunk : Buffer.concat([first, chunk]);
      if (first.length < 4) return;
      const word = this.#words.wordOf(first.readUInt32BE());
      if (word === null) {
        leave();
        enter(first);
      } else if (first.length >= 4 + this.#words.argumentBytes(word)) {
        leave();
        void this.#answer(socket, word, first.subarray(4));
      }
    };
    const timer = setTimeout(dropped, this.#core.sessionlessTimeoutMs);
    this.#greeting.add(socket);
    socket.on('data', listen);
    socket.on('error', dropped);
    socket.on('close', leave);
  }

  async #answer(socket: Socket, word: string, argument: Buffer): Promise<void> {
    socket.on('error', () => { socket.destroy(); });
    socket.resume();
    this.#core.stats.packetsReceived += 1;
    try {
      for await (const text of this.#words.answer(word, argument)) {
        if (socket.destroyed) return;
        if (!socket.write(text)) await new Promise((resolve) => { socket.once('drain', resolve).once('close', resolve); });
      }
      this.#core.stats.packetsSent += 1;
    } finally {
      socket.end();
      setTimeout(() => { socket.destroy(); }, 2000).unref();
    }
  }
}

/** IPv4 as such, also where it comes through IPv6. */
function plainAddress(address: string): string {
  const mapped = /^::ffff:(.+)$/i.exec(address)?.[1];
  return mapped !== undefined && isIPv4(mapped) ? mapped : address.replace(/%.*$/, '');
}
