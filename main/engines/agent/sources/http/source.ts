// Events by HTTP: one request is one transaction, and its status tells what became of it (HTTPSource).
//   200 with the channels; 400 the body is not what the handler wants; 403 TRACE and OPTIONS; 405 other methods; 413 too large; 503 the channels take no more now; 500 all else
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { BLOB_HANDLER, HTTP_SOURCE, JSON_HANDLER } from '../../../../../preload/contract/agent/specs/basic.ts';
import { SluiceError, toErrorInfo } from '../../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../../lib/errno.ts';
import { source, type SourceContext } from '../../components/factory.ts';
import { serverTls } from '../../tls/tls-options.ts';
import { portError } from '../net/port-error.ts';
import { plainAddress } from '../net/tcp-listener.ts';
import { isTemporary } from '../offer.ts';
import { blobHandler } from './blob-handler.ts';
import { BadRequest, type HttpHandler } from './handler.ts';
import { jsonHandler } from './json-handler.ts';

/** Of requests that are being read, over all connections. */
const MOST_IN_HAND = 256 * 1024 * 1024;
const FINISH_MS = 5000;

export const httpSource = source(HTTP_SOURCE, async (values, context) => {
  const handler = handlerOf(context.name, values.handler.trim(), values['handler.maxBlobLength']);
  const requests = new Requests(handler, Math.min(handler.mostBytes ?? values.maxRequestBytes, values.maxRequestBytes), context);
  const tls = await serverTls(values, context);
  const answer = (request: IncomingMessage, response: ServerResponse): void => { void requests.answer(request, response); };
  const server: Server = tls === null ? createHttpServer(answer) : createHttpsServer(tls, answer);
  server.on('connection', (socket) => {
    context.counters.OpenConnectionCount += 1;
    socket.once('close', () => { context.counters.OpenConnectionCount -= 1; });
  });
  server.on('tlsClientError', (error: Error, socket: { remoteAddress?: string }) => {
    if (codeOf(error) !== 'ECONNRESET') context.say.problem(SluiceError.of('AGENT_TLS', { component: context.name, peer: plainAddress(socket.remoteAddress ?? ''), reason: error.message }, error));
  });
  return {
    start: () => new Promise((resolve, reject) => {
      const failed = (error: Error): void => { reject(portError(context.name, values.bind, values.port, error)); };
      server.once('error', failed);
      server.listen(values.port, values.bind, () => { server.off('error', failed); server.on('error', () => { /* accepting goes on */ }); resolve(); });
    }),
    stop: () => new Promise((resolve) => {
      if (!server.listening) { resolve(); return; }
      const timer = setTimeout(() => { server.closeAllConnections(); }, FINISH_MS);
      server.close(() => { clearTimeout(timer); resolve(); });
      server.closeIdleConnections();
    }),
    get port() { const address = server.address(); return typeof address === 'object' && address !== null ? address.port : 0; },
  };
});

function handlerOf(component: string, type: string, maxBlobLength: number): HttpHandler {
  if (type === JSON_HANDLER) return jsonHandler;
  if (type === BLOB_HANDLER) return blobHandler(maxBlobLength);
  throw SluiceError.of('AGENT_UNKNOWN_TYPE', { component, type, nearest: JSON_HANDLER });
}

class Requests {
  private readonly handler: HttpHandler;
  private readonly most: number;
  private readonly context: SourceContext;
  private inHand = 0;

  constructor(handler: HttpHandler, most: number, context: SourceContext) {
    this.handler = handler;
    this.most = most;
    this.context = context;
  }

  /** Never rejects. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let taken = 0;
    try {
      switch (request.method) {
        case 'TRACE': case 'OPTIONS': reply(response, 403, 'This method is not allowed.'); return;
        case 'POST': case 'GET': case 'HEAD': break;
        default: reply(response, 405, 'Events are sent by POST.'); return;
      }
      const body = await this.read(request, (bytes) => { taken += bytes; this.inHand += bytes; });
      if (body === 'large') {
        this.context.say.problem(SluiceError.of('AGENT_EVENT_TOO_LARGE', { component: this.context.name, size: Number(request.headers['content-length'] ?? taken), limit: this.most }));
        reply(response, 413, `A request has at most ${this.most} bytes.`, true);
      } else if (body === 'busy') reply(response, 503, 'Too much is being received at once; send it again later.', true);
      else if (body !== 'broken') await this.take(request, body, response);
    } catch (error) {
      this.context.counters.GenericProcessingFail += 1;
      this.context.say.problem(SluiceError.from(toErrorInfo(error)));
      reply(response, 500, 'Unexpected error while appending event to channel.');
    } finally {
      this.inHand -= taken;
    }
  }

  private async read(request: IncomingMessage, took: (bytes: number) => void): Promise<Buffer | 'large' | 'busy' | 'broken'> {
    if (Number(request.headers['content-length'] ?? 0) > this.most) return 'large';
    const parts: Buffer[] = [];
    let size = 0;
    try {
      for await (const part of request as AsyncIterable<Buffer>) {
        size += part.length;
        took(part.length);
        if (size > this.most) return 'large';
        if (this.inHand > MOST_IN_HAND) return 'busy';
        parts.push(part);
      }
    } catch {
      return 'broken'; // the client went away in the middle
    }
    return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
  }

  private async take(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    const { processor, counters } = this.context;
    const contentType = request.headers['content-type'] ?? null;
    let events;
    try {
      events = await this.handler.events({ contentType, charset: /;\s*charset="?([^";\s]+)/i.exec(contentType ?? '')?.[1] ?? null, query: new URL(request.url ?? '/', 'http://sluice').searchParams, body });
    } catch (error) {
      if (!(error instanceof BadRequest)) throw error;
      counters.EventReadFail += 1;
      this.context.say.problem(SluiceError.of('AGENT_CLIENT', { component: this.context.name, client: clientOf(request), reason: error.message }));
      reply(response, error.status, error.status === 400 ? `Bad request from client. ${error.message}` : `Deserializer threw unexpected exception. ${error.message}`);
      return;
    }
    counters.AppendBatchReceivedCount += 1;
    counters.EventReceivedCount += events.length;
    try {
      if (events.length > 0) await processor.process(events);
    } catch (thrown) {
      const error = thrown instanceof SluiceError ? thrown : SluiceError.from(toErrorInfo(thrown));
      const full = isTemporary(error) || error.code === 'AGENT_BATCH_TOO_LARGE';
      if (full) counters.ChannelWriteFail += 1;
      else counters.GenericProcessingFail += 1;
      this.context.say.problem(error);
      reply(response, full ? 503 : 500, full ? `Error appending event to channel. Channel might be full. (${error.code})` : `Unexpected error while appending event to channel. (${error.code})`);
      return;
    }
    counters.AppendBatchAcceptedCount += 1;
    counters.EventAcceptedCount += events.length;
    reply(response, 200, '');
  }
}

const clientOf = ({ socket }: IncomingMessage): string => `${plainAddress(socket.remoteAddress ?? '')}:${socket.remotePort ?? 0}`;

/** @param close the rest of the request is not read. */
function reply(response: ServerResponse, status: number, words: string, close = false): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'Content-Length': Buffer.byteLength(words), ...(words === '' ? {} : { 'Content-Type': 'text/plain; charset=utf-8' }), ...(status === 503 ? { 'Retry-After': '1' } : {}), ...(close ? { Connection: 'close' } : {}) });
  response.end(words);
}
