// Takes events from agents of Flume 0.9 (AvroLegacySource; flumeCompatibility.avdl): Avro RPC over HTTP, each POST one call with its handshake,
//   void append(AvroFlumeOGEvent { long timestamp; Priority priority; bytes body; long nanos; string host; map<bytes> fields })
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { AVRO_LEGACY_SOURCE } from '../../../../preload/contract/agent/specs/rpc.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { source } from '../components/factory.ts';
import { BadEvent } from '../event/avro-reader.ts';
import { Appends } from '../rpc/appends.ts';
import { answerLegacyCall, framesOf, toFrames } from '../rpc/avro/legacy-calls.ts';
import { portError } from '../rpc/port-error.ts';

export const avroLegacySource = source(AVRO_LEGACY_SOURCE, (values, context) => {
  const appends = new Appends(context);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const client = `${request.socket.remoteAddress ?? ''}:${request.socket.remotePort ?? 0}`;
    try {
      const call = framesOf(await bodyOf(request, values.maxMessageBytes));
      const answer = await answerLegacyCall(call, (event) => appends.append(event));
      response.writeHead(200, { 'Content-Type': 'avro/binary' }).end(toFrames(answer));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      context.counters.EventReadFail += 1;
      context.say.problem(SluiceError.of('AGENT_CLIENT', { component: context.name, client, reason }));
      response.writeHead(error instanceof BadEvent ? 400 : 500).end();
      request.destroy();
    }
  }

  const server = createServer((request, response) => { void serve(request, response); });
  server.on('connection', (socket) => {
    context.counters.OpenConnectionCount += 1;
    socket.once('close', () => { context.counters.OpenConnectionCount -= 1; });
  });
  return {
    start: () => new Promise<void>((resolve, reject) => {
      server.once('error', (error) => { reject(portError(context.name, values.host, values.port, error)); });
      server.listen(values.port, values.host, resolve);
    }),
    stop: () => new Promise<void>((resolve) => {
      server.close(() => { resolve(); });
      server.closeIdleConnections();
      setTimeout(() => { server.closeAllConnections(); }, 5000).unref();
    }),
    get port(): number { return (server.address() as { readonly port: number } | null)?.port ?? 0; },
  };
});

async function bodyOf(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new BadEvent(`a message of more than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
