// The loopback server: everything before a page or a wire is given out is a reason to refuse. 127.0.0.1 only.
//   GET  /open?code=  swaps a one-time code for the cookie and goes on to /
//   POST /control     a second start, with the lock file's token, asks for a new address
//   GET  /ws          the wire of one window
//   GET  anything     the page's files
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { LIMITS } from '../../../preload/rpc/frames.ts';
import { webSocketWire } from '../../../preload/rpc/web-socket-wire.ts';
import type { Wire } from '../../../preload/rpc/wire.ts';
import { CONTENT_SECURITY_POLICY } from '../shared/csp.ts';
import { Gate } from './gate.ts';
import { REFUSALS, refusalPage, type Refusal } from './refusal.ts';
import { cookieOf, hostOf, madeHere, offersSubprotocol, originFits, setCookie, SUBPROTOCOL } from './request-rules.ts';
import { staticFile } from './static-files.ts';

export interface GateServerOptions {
  /** The folder of the built page. */
  readonly renderer: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Gets the wire of each window let in. */
  readonly onWindow: (wire: Wire) => void;
  /** Milliseconds between pings, and without an answer until a window counts as gone. */
  readonly pingMs?: number;
  readonly idleMs?: number;
}

const PING_MS = 20_000;
const IDLE_MS = 60_000;

const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;

export class GateServer {
  readonly #options: GateServerOptions;
  readonly #gate = new Gate();
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: LIMITS.webSocketFrame, perMessageDeflate: false, handleProtocols: () => SUBPROTOCOL });
  readonly #controlToken = randomBytes(32).toString('base64url');
  #port = 0;

  constructor(options: GateServerOptions) {
    this.#options = options;
    this.#http = createServer((request, response) => {
      this.#answer(request, response).catch(() => { response.destroy(); });
    });
    this.#http.maxConnections = 256;
    this.#http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => this.#upgrade(request, socket, head));
  }

  get port(): number {
    return this.#port;
  }

  /** What a second start shows to get a new address; for the lock file only. */
  get controlToken(): string {
    return this.#controlToken;
  }

  /** Rejects with the system's error, such as EADDRINUSE. */
  async listen(): Promise<void> {
    this.#http.listen({ host: '127.0.0.1', port: this.#options.port, exclusive: true });
    await once(this.#http, 'listening');
    this.#port = (this.#http.address() as AddressInfo).port;
  }

  /** An address with a new code, which works once. */
  address(): string {
    return `http://127.0.0.1:${this.#port}/open?code=${this.#gate.issue()}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    if (!this.#http.listening) return;
    const closed = once(this.#http, 'close');
    this.#http.close();
    this.#http.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers, method } = request;
    const url = addressOf(request);
    if (hostOf(headers, this.#port) === null) return refuse(request, response, 'wrongHost');
    if (url?.pathname === '/control' && method === 'POST') return this.#control(request, response);
    if (method !== 'GET' && method !== 'HEAD') return refuse(request, response, 'wrongMethod', { allow: 'GET, HEAD' });
    if (!madeHere(headers)) return refuse(request, response, 'fromElsewhere');
    const session = this.#gate.session(cookieOf(headers, this.#port));
    if (url?.pathname === '/open' && method === 'GET') {
      if (session) return void response.writeHead(303, { ...HEADERS, 'cache-control': 'no-store', location: '/' }).end();
      return this.#open(request, response, url.searchParams.get('code') ?? '');
    }
    if (!session) return refuse(request, response, 'needCode');
    const file = url ? await staticFile(this.#options.renderer, url.pathname) : null;
    if (!file) return refuse(request, response, 'notFound');
    response.writeHead(200, { ...HEADERS, 'content-type': file.type, 'content-length': file.body.length, 'cache-control': file.cache });
    response.end(method === 'HEAD' ? undefined : file.body);
  }

  #open(request: IncomingMessage, response: ServerResponse, code: string): void {
    const redeemed = this.#gate.redeem(code);
    if (!redeemed.ok) return refuse(request, response, redeemed.why === 'shut' ? 'shut' : 'wrongCode');
    response.writeHead(303, { ...HEADERS, 'cache-control': 'no-store', location: '/', 'set-cookie': setCookie(redeemed.token, this.#port) }).end();
  }

  /** Not for pages: a browser always names itself in a POST by Origin or Sec-Fetch-Site. */
  #control(request: IncomingMessage, response: ServerResponse): void {
    const { authorization = '', origin } = request.headers;
    if (origin !== undefined || request.headers['sec-fetch-site'] !== undefined || !sameSecret(authorization, `Bearer ${this.#controlToken}`)) return refuse(request, response, 'needCode');
    const body = JSON.stringify({ app: 'sluice', url: this.#gate.shut ? null : this.address() });
    response.writeHead(200, { ...HEADERS, 'content-type': 'application/json', 'cache-control': 'no-store' }).end(body);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const { headers } = request;
    const host = hostOf(headers, this.#port);
    if (host === null) return refuseUpgrade(socket, 421);
    if (addressOf(request)?.pathname !== '/ws') return refuseUpgrade(socket, 404);
    if (!originFits(headers, host) || !madeHere(headers)) return refuseUpgrade(socket, 403);
    const session = this.#gate.session(cookieOf(headers, this.#port));
    if (!session) return refuseUpgrade(socket, 401);
    if (!offersSubprotocol(headers)) return refuseUpgrade(socket, 400);
    const leave = this.#gate.enter(session);
    if (!leave) return refuseUpgrade(socket, 429);
    socket.once('close', leave);
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => this.#welcome(webSocket));
  }

  #welcome(socket: WebSocket): void {
    let heard = performance.now();
    const hear = (): void => { heard = performance.now(); };
    socket.on('pong', hear);
    socket.on('ping', hear);
    const timer = setInterval(() => {
      if (performance.now() - heard > (this.#options.idleMs ?? IDLE_MS)) socket.terminate();
      else socket.ping();
    }, this.#options.pingMs ?? PING_MS);
    socket.once('close', () => clearInterval(timer));
    this.#options.onWindow(webSocketWire(socket, { maxMessage: LIMITS.webSocketFrame }));
  }
}

function addressOf(request: IncomingMessage): URL | null {
  const { url = '' } = request;
  return url.startsWith('/') && URL.canParse(url, 'http://gate') ? new URL(`http://gate${url}`) : null;
}

function refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal, more: Readonly<Record<string, string>> = {}): void {
  const body = refusalPage(refusal, request.headers['accept-language']);
  response.writeHead(REFUSALS[refusal], { ...HEADERS, ...more, 'content-type': 'text/html; charset=utf-8', 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store' });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function sameSecret(one: string, other: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}
