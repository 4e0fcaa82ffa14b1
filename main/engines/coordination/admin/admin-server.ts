// The AdminServer of ZooKeeper 3.9 over node:http: GET /commands/NAME answers JSON; who may, how often, and what a wrong request gets.
// Source: JettyAdminServer.CommandServlet, Commands.runCommand; statuses as 3.9.5 gives them.
import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command, CommandAnswer } from './admin-command.ts';
import { COMMANDS } from './admin-commands.ts';
import { listenHttp, type HttpListener } from './http-listener.ts';
import { javaJson, type Json } from './java-json.ts';
import type { NodeView } from './node-view.ts';

const BY_NAME = new Map<string, Command>(COMMANDS.flatMap((command) => command.names.map((name) => [name, command] as const)));

export class AdminServer {
  readonly #view: NodeView;
  readonly #last = new Map<Command, number>();
  #listener: HttpListener | null = null;

  constructor(view: NodeView) { this.#view = view; }

  /** Throws COORD_PORT. Answers the port, which differs from the configured one when that is 0. */
  async start(): Promise<number> {
    const { address, port } = this.#view.config.admin;
    this.#listener = await listenHttp(address, port, (request, response) => this.#answer(request, response));
    return this.#listener.port;
  }

  async close(): Promise<void> {
    await this.#listener?.close();
    this.#listener = null;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { commandUrl } = this.#view.config.admin;
    const url = URL.parse(request.url ?? '/', 'http://admin');
    if (!url) return plain(response, 400);
    if (url.pathname !== commandUrl && !url.pathname.startsWith(`${commandUrl}/`)) return plain(response, 404);
    if (request.method !== 'GET' && request.method !== 'POST' && request.method !== 'HEAD') return plain(response, request.method === 'TRACE' ? 403 : 405);
    const name = url.pathname.slice(commandUrl.length + 1);
    if (name === '') return links(response, commandUrl);
    const answer = await this.#run(name, request, url.searchParams);
    if (answer.file !== undefined) {
      response.writeHead(answer.status ?? 200, { 'Content-Type': 'application/octet-stream', 'Content-Length': answer.headers?.['snapshot_size'], ...answer.headers });
      return pipeline(createReadStream(answer.file), response);
    }
    if (answer.lines !== undefined) {
      const gone = new AbortController();
      response.once('close', () => { gone.abort(); });
      response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
      response.flushHeaders();
      return pipeline(Readable.from(answer.lines(gone.signal)), response, { signal: gone.signal }).catch(() => {});
    }
    const data = new Map<string, Json>(answer.data ?? []);
    data.set('command', BY_NAME.get(name)?.names[0] ?? name);
    if (!data.has('error')) data.set('error', null);
    const text = javaJson(data);
    response.writeHead(answer.status ?? 200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text), ...answer.headers });
    response.end(text);
  }

  async #run(name: string, request: IncomingMessage, query: URLSearchParams): Promise<CommandAnswer> {
    const view = this.#view;
    const command = BY_NAME.get(name);
    if (!command) return { data: [['error', `Unknown command: ${name}`]] };
    if (command.needsServer && view.mode === null) return { data: [['error', 'This ZooKeeper instance is not currently serving requests']] };
    const refused = command.guarded ? this.#refusal(request) : null;
    if (refused) return refused;
    if (command.method !== (request.method === 'HEAD' ? 'GET' : request.method)) return { status: 405, data: [['error', `${name} is asked with ${command.method}`]] };
    if (command.limited && !this.#allow(command)) {
      if (command.method === 'GET') view.metrics.counters.snapshot_rate_limited_count += 1;
      else view.metrics.counters.restore_rate_limited_count += 1;
      return { status: 429 };
    }
    return command.run(view, query, request);
  }

  /** `Authorization: SCHEME AUTH`, as in addauth. */
  #refusal(request: IncomingMessage): CommandAnswer | null {
    const header = request.headers.authorization;
    if (header === undefined) return { status: 401, data: [['error', 'Auth info is missing for the command']] };
    const parts = header.split(' ');
    const [scheme = '', auth = ''] = parts;
    const bare = auth === '' && scheme !== 'ip' && scheme !== 'x509'; // those two are known by the connection
    const verdict = parts.length > 2 || bare ? 'unauthenticated' : this.#view.authorize(scheme, Buffer.from(auth, 'utf8'), request.socket.remoteAddress ?? '');
    if (verdict === 'unauthenticated') return { status: 401, data: [['error', 'Not authenticated']] };
    return verdict === 'unauthorized' ? { status: 403, data: [['error', 'Not authorized']] } : null;
  }

  #allow(command: Command): boolean {
    const now = performance.now();
    const last = this.#last.get(command);
    if (last !== undefined && now - last < this.#view.config.admin.rateLimiterIntervalMs) return false;
    this.#last.set(command, now);
    return true;
  }
}

function plain(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'Content-Length': 0 });
  response.end();
}

function links(response: ServerResponse, commandUrl: string): void {
  const names = COMMANDS.map((command) => command.names[0] as string).sort();
  response.writeHead(200, { 'Content-Type': 'text/html;charset=utf-8' });
  response.end(names.map((name) => `<a href="${commandUrl}/${name}">${name}</a>\n<br/>\n`).join(''));
}
