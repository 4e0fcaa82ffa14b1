// One HTTP request with its answer as a stream; connections are kept, waits are bounded.
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { codeOf } from '../../../lib/errno.ts';
import { RemoteProblem } from './remote-problem.ts';

export interface Answer {
  readonly status: number;
  readonly location: string | null;
  readonly body: AsyncIterable<Buffer>;
  /** All of the body; refused when it is longer than `most`. */
  bytes(most: number): Promise<Buffer>;
  /** The rest is not wanted. */
  abandon(): void;
}

export class HttpCaller {
  private readonly plain = new HttpAgent({ keepAlive: true, maxSockets: 16 });
  private readonly secure = new HttpsAgent({ keepAlive: true, maxSockets: 16 });
  private readonly timeoutMs: number;

  constructor(timeoutMs: number) {
    this.timeoutMs = timeoutMs;
  }

  /** Rejects with a RemoteProblem. A connection that was kept and proves closed is made anew, once. */
  async call(url: string, method: string, body: readonly Buffer[] | null, signal: AbortSignal | undefined): Promise<Answer> {
    try {
      return await this.once(url, method, body, signal);
    } catch (error) {
      if (error instanceof StaleConnection) return this.once(url, method, body, signal);
      throw error;
    }
  }

  close(): void {
    this.plain.destroy();
    this.secure.destroy();
  }

  private once(url: string, method: string, body: readonly Buffer[] | null, signal: AbortSignal | undefined): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const isSecure = url.startsWith('https:');
      const size = body?.reduce((sum, part) => sum + part.length, 0) ?? 0;
      const headers = { 'Content-Length': size, ...(body ? { 'Content-Type': 'application/octet-stream' } : {}) };
      const options = { method, headers, timeout: this.timeoutMs, ...(signal ? { signal } : {}) };
      const request = isSecure ? httpsRequest(url, { ...options, agent: this.secure }) : httpRequest(url, { ...options, agent: this.plain });
      request.on('timeout', () => { request.destroy(new RemoteProblem('connect', `no answer within ${this.timeoutMs} ms`)); });
      request.on('error', (error) => {
        if (request.reusedSocket && codeOf(error) === 'ECONNRESET' && method === 'GET') reject(new StaleConnection());
        else reject(error instanceof RemoteProblem || signal?.aborted === true ? error : new RemoteProblem('connect', `${new URL(url).host}: ${codeOf(error)}`));
      });
      request.on('response', (response) => { resolve(answerOf(response)); });
      for (const part of body ?? []) request.write(part);
      request.end();
    });
  }
}

class StaleConnection extends Error {}

function answerOf(response: IncomingMessage): Answer {
  return {
    status: response.statusCode ?? 0,
    location: response.headers.location ?? null,
    body: worded(response),
    bytes: async (most) => {
      const parts: Buffer[] = [];
      let size = 0;
      for await (const part of worded(response)) {
        size += part.length;
        if (size > most) {
          response.destroy();
          throw new RemoteProblem('answer', `the answer is longer than ${most} bytes`);
        }
        parts.push(part);
      }
      return Buffer.concat(parts);
    },
    abandon: () => {
      if (response.complete) response.resume();
      else if (!response.readableEnded) {
        response.on('error', () => {});
        if (Number(response.headers['content-length'] ?? NaN) === 0) response.resume();
        else response.destroy();
      }
    },
  };
}

async function* worded(response: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    for await (const part of response) yield part as Buffer;
  } catch (error) {
    if (error instanceof RemoteProblem) throw error;
    throw new RemoteProblem('connect', `the answer broke off: ${codeOf(error)}`);
  }
}
