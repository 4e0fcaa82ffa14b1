// Beside an Avro implementation of others (npm avsc), whose protocol has another hash and whose handshakes so take the longer way.
import { createServer, connect, type Socket } from 'node:net';
import { request } from 'node:http';
import { createRequire } from 'node:module';
import { afterEach, expect, test } from 'vitest';
import { LEGACY_PROTOCOL } from '../../../../../../main/engines/agent/rpc/avro/legacy-calls.ts';
import { FLUME_PROTOCOL, saysTheSame } from '../../../../../../main/engines/agent/rpc/avro/protocol.ts';
import type { RpcListener } from '../../../../../../main/engines/agent/rpc/rpc-listener.ts';
import { drain, event, makeMemoryChannel, makeSink, makeSource, putAll } from '../../../../../support/agent/probe.ts';

interface Client { createChannel(transport: unknown): unknown; readonly append: (...args: readonly unknown[]) => void; readonly appendBatch: (...args: readonly unknown[]) => void }
interface Service {
  createClient(): Client;
  createServer(): { onAppend(handler: unknown): void; onAppendBatch(handler: unknown): void; createChannel(transport: object): void };
}
const avsc = createRequire(import.meta.url)('avsc') as { readonly Service: { forProtocol(protocol: object): Service } };
const service = (change: object = {}): Service => avsc.Service.forProtocol({ ...(JSON.parse(FLUME_PROTOCOL) as object), ...change });
const call = (client: Client, name: 'append' | 'appendBatch', value: unknown): Promise<unknown> =>
  new Promise((resolve, reject) => { client[name](value, (error: Error | null, answer: unknown) => { if (error) reject(error); else resolve(answer); }); });

function clientOf(of: Service, transport: unknown): Client {
  const client = of.createClient();
  client.createChannel(transport);
  return client;
}

const undo: (() => unknown)[] = [];
afterEach(async () => { for (const step of undo.splice(0).reverse()) await step(); });

test('R5 a client with the protocol in other words is taken after it sent the text', async () => {
  const { source, processor } = await makeSource('avro', { bind: '127.0.0.1', port: 0 });
  await source.start();
  undo.push(() => source.stop());
  for (let round = 0; round < 2; round++) {
    const socket = connect({ port: (source as RpcListener).port, host: '127.0.0.1', noDelay: true });
    undo.push(() => socket.destroy());
    const client = clientOf(service({ doc: 'mine' }), socket);
    expect(await call(client, 'append', { headers: { k: '漢' }, body: Buffer.from('one') })).toBe('OK');
    const batch = Array.from({ length: 500 }, (_, i) => ({ headers: { n: String(i) }, body: Buffer.alloc(i, 'b') }));
    expect(await Promise.all([call(client, 'appendBatch', batch), call(client, 'append', { headers: {}, body: Buffer.alloc(0) })])).toEqual(['OK', 'OK']);
  }
  expect(processor.batches).toEqual([1, 500, 1, 1, 500, 1]);
  expect(processor.events[0]?.headers.get('k')).toBe('漢');
  expect(processor.events[500]?.bodySize).toBe(499);
});

test('R6 a client whose events are other ones is refused', async () => {
  const { source, said } = await makeSource('avro', { bind: '127.0.0.1', port: 0 });
  await source.start();
  undo.push(() => source.stop());
  const types = (JSON.parse(FLUME_PROTOCOL) as { types: readonly object[] }).types;
  const other = { types: [types[0], { type: 'record', name: 'AvroFlumeEvent', fields: [{ name: 'body', type: 'bytes' }, { name: 'headers', type: { type: 'map', values: 'string' } }] }] };
  const socket = connect({ port: (source as RpcListener).port, host: '127.0.0.1', noDelay: true });
  undo.push(() => socket.destroy());
  await expect(call(clientOf(service(other), socket), 'append', { headers: {}, body: Buffer.from('x') })).rejects.toThrow();
  expect(said.problems).toMatchObject([{ code: 'AGENT_CLIENT', params: { reason: 'its protocol is not that of Flume' } }]);
  expect(saysTheSame(FLUME_PROTOCOL)).toBe(true);
  expect([saysTheSame('{'), saysTheSame('null'), saysTheSame(JSON.stringify({ ...(JSON.parse(FLUME_PROTOCOL) as object), ...other }))]).toEqual([false, false, false]);
});

test('R28 our sink comes to terms with a server that knows neither our hash nor our words', async () => {
  const got: { headers: Record<string, string>; body: Buffer }[] = [];
  const theirs = service({ doc: 'theirs' }).createServer();
  theirs.onAppendBatch((events: typeof got, answer: (error: null, status: string) => void) => { got.push(...events); answer(null, 'OK'); });
  const sockets: Socket[] = [];
  const server = createServer({ noDelay: true }, (socket) => { sockets.push(socket); theirs.createChannel(socket); });
  await new Promise<void>((ready) => { server.listen(0, '127.0.0.1', ready); });
  undo.push(() => { server.close(); for (const socket of sockets) socket.destroy(); });
  const { sink, said } = await makeSink('avro', { hostname: '127.0.0.1', port: (server.address() as { port: number }).port });
  undo.push(() => sink.stop());
  const channel = makeMemoryChannel();
  await putAll(channel, Array.from({ length: 250 }, (_, i) => event('ä'.repeat(i), { n: String(i) })));
  await sink.start();
  await drain(sink, channel);
  expect(said.problems).toEqual([]);
  expect(got.length).toBe(250);
  expect(got.every(({ headers, body }, i) => headers['n'] === String(i) && body.toString() === 'ä'.repeat(i))).toBe(true);
});

test('R52 events of Flume 0.9 over Avro and HTTP', async () => {
  const { source, processor } = await makeSource('org.apache.flume.source.avroLegacy.AvroLegacySource', { host: '127.0.0.1', port: 0 });
  await source.start();
  undo.push(() => source.stop());
  const { port } = source as unknown as { readonly port: number };
  const client = clientOf(avsc.Service.forProtocol({ ...(JSON.parse(LEGACY_PROTOCOL) as object), doc: 'old' }), (done: (error: Error | null, response: object) => void) =>
    request({ port, host: '127.0.0.1', headers: { 'content-type': 'avro/binary' }, method: 'POST' }).on('response', (response) => { done(null, response); }).on('error', (error) => { done(error, {}); }));
  const legacy = (body: string): object => ({ timestamp: 1_700_000_000_000, priority: 'WARN', body: Buffer.from(body), nanos: 42, host: 'fooHost', fields: { hello: Buffer.from('wörld') } });
  expect(await call(client, 'append', legacy('foo'))).toBe(null);
  expect(await call(client, 'append', legacy('bar'))).toBe(null);
  expect(processor.bodies).toEqual(['foo', 'bar']);
  expect(Object.fromEntries(processor.events[0]?.headers ?? [])).toEqual({ host: 'fooHost', timestamp: '1700000000000', pri: 'WARN', nanos: '42', hello: 'wörld', FlumeOG: 'yes' });
  processor.refuse = new Error('full');
  await expect(call(client, 'append', legacy('lost?'))).rejects.toThrow('did not take');
});
