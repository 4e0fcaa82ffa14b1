// One POST on a connection that is kept.
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface PostOptions {
  readonly endpoint: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly connectMs: number;
  /** Between two pieces of the answer. */
  readonly answerMs: number;
}

export class Poster {
  private readonly options: PostOptions;
  private readonly agent: HttpAgent | HttpsAgent;

  constructor(options: PostOptions) {
    this.options = options;
    this.agent = options.endpoint.protocol === 'https:' ? new HttpsAgent({ keepAlive: true, maxSockets: 1 }) : new HttpAgent({ keepAlive: true, maxSockets: 1 });
  }

  /** The status, its body read to the end. Rejects in words when there is none. */
  post(body: Buffer, signal: AbortSignal): Promise<number> {
    const { endpoint, headers, connectMs, answerMs } = this.options;
    return new Promise((resolve, reject) => {
      const options: RequestOptions = { method: 'POST', headers: { ...headers, 'Content-Length': body.length }, agent: this.agent, signal };
      const request = endpoint.protocol === 'https:' ? httpsRequest(endpoint, options) : httpRequest(endpoint, options);
      let timer: NodeJS.Timeout | undefined;
      const settled = (): void => { clearTimeout(timer); };
      const late = (ms: number, what: string): void => {
        clearTimeout(timer);
        timer = setTimeout(() => { request.destroy(new Error(`${what} within ${ms} ms`)); }, ms);
      };
      request.on('socket', (socket) => {
        if (!socket.connecting) { late(answerMs, 'no answer'); return; }
        late(connectMs, 'no connection');
        socket.once('connect', () => { late(answerMs, 'no answer'); });
      });
      request.on('response', (response: IncomingMessage) => {
        response.on('data', () => { late(answerMs, 'no more of the answer'); });
        response.on('end', () => { settled(); resolve(response.statusCode ?? 0); });
        response.on('error', (error) => { settled(); reject(error); });
      });
      request.on('error', (error) => { settled(); reject(error); });
      request.end(body);
    });
  }

  close(): void { this.agent.destroy(); }
}
