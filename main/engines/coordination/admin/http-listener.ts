// One HTTP server of the node on its address: opened with a clear error, closed with its connections.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../lib/errno.ts';

export interface HttpListener {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens; throws COORD_PORT. `answer` may reject: the request then ends with 500. */
export function listenHttp(host: string, port: number, answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>): Promise<HttpListener> {
  const server = createServer({ requestTimeout: 600_000, headersTimeout: 30_000, maxHeaderSize: 8192 }, (request, response) => {
    answer(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error) => { reject(SluiceError.of('COORD_PORT', { address: host, port, reason: codeOf(error) }, error)); });
    server.listen(port, host, () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () => new Promise((closed) => { server.close(() => { closed(); }); server.closeAllConnections(); }),
      });
    });
  });
}
