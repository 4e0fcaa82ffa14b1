// TLS between servers (sslQuorum): the same ports, the stores of ssl.quorum.*; with portUnification plain connections are taken beside it.
import { createServer, type Socket } from 'node:net';
import { checkServerIdentity, connect, createServer as createTlsServer, type Server } from 'node:tls';
import type { NodeConfig, TlsConfig } from '../config/node-config.ts';
import { secureContextOptions, tlsServerOptions } from '../server/tls/tls-options.ts';
import { ByteStream } from './byte-stream.ts';
import { PLAIN, openPort, type Transport } from './transport.ts';

/** The first byte of a TLS handshake. */
const HANDSHAKE = 0x16;
const HANDSHAKE_MS = 10_000;

function dialTls(tls: TlsConfig, host: string, port: number, timeoutMs: number): Promise<ByteStream> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      ...secureContextOptions(tls), host, port, rejectUnauthorized: true,
      checkServerIdentity: (name, certificate) => (tls.hostnameVerification ? checkServerIdentity(name, certificate) : undefined),
    });
    socket.setNoDelay(true);
    socket.setKeepAlive(true);
    const timer = setTimeout(() => { socket.destroy(Object.assign(new Error(`no answer in ${timeoutMs} ms`), { code: 'ETIMEDOUT' })); }, timeoutMs);
    socket.once('error', (error) => { clearTimeout(timer); reject(error); });
    socket.once('secureConnect', () => {
      clearTimeout(timer);
      socket.removeAllListeners('error');
      resolve(new ByteStream(socket));
    });
  });
}

export function tlsTransport({ quorumTls, portUnification, sslQuorum }: Pick<NodeConfig, 'quorumTls' | 'portUnification' | 'sslQuorum'>): Transport {
  if (quorumTls === null) return PLAIN;
  return {
    ...PLAIN,
    dial: sslQuorum ? (host, port, timeoutMs) => dialTls(quorumTls, host, port, timeoutMs) : PLAIN.dial,
    listen: (host, port, accept) => {
      const secure = createTlsServer({ ...tlsServerOptions(quorumTls), handshakeTimeout: HANDSHAKE_MS }, (socket) => {
        socket.setNoDelay(true);
        accept(new ByteStream(socket));
      });
      secure.on('tlsClientError', (_error, socket) => { socket.destroy(); });
      return openPort(portUnification ? createServer({ noDelay: true, keepAlive: true }, (socket) => { sort(socket, secure, accept); }) : secure, host, port);
    },
  };
}

/** Looks at the first byte: a handshake goes to TLS, the rest is plain. */
function sort(socket: Socket, secure: Server, accept: (stream: ByteStream) => void): void {
  const dropped = (): void => { socket.destroy(); };
  socket.on('error', dropped);
  socket.once('data', (first: Buffer) => {
    socket.pause();
    socket.off('error', dropped);
    socket.unshift(first);
    if (first[0] === HANDSHAKE) secure.emit('connection', socket);
    else accept(new ByteStream(socket));
  });
}
