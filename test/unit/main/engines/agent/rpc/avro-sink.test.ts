import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { errorAnswer, statusAnswer } from '../../../../../../main/engines/agent/rpc/avro/answers.ts';
import { handshakeResponse } from '../../../../../../main/engines/agent/rpc/avro/handshake.ts';
import { PackSplitter, packOf } from '../../../../../../main/engines/agent/rpc/avro/packs.ts';
import type { RpcListener } from '../../../../../../main/engines/agent/rpc/rpc-listener.ts';
import { timeoutOf } from '../../../../../../main/engines/agent/rpc/rpc-errors.ts';
import { drain, event, makeMemoryChannel, makeSink, makeSource, putAll, testPorts } from '../../../../../support/agent/probe.ts';

type Values = Readonly<Record<string, string | number | boolean>>;
const undo: (() => unknown)[] = [];
afterEach(async () => { for (const step of undo.splice(0).reverse()) await step(); });

/** A server that shakes hands and answers each call as it is told; null: not at all, and 'cut' ends the connection. */
async function scripted(answer: (call: number) => Buffer | null | 'cut'): Promise<{ port: number; connections: () => number }> {
  const sockets = new Set<Socket>();
  let [calls, connections] = [0, 0];
  const server: Server = createServer((socket) => {
    let greeted = false;
    connections += 1;
    sockets.add(socket.on('error', () => {}));
    const splitter = new PackSplitter(1 << 20, (_message, serial) => {
      const message = greeted ? answer(calls++) : Buffer.concat([handshakeResponse('both'), Buffer.alloc(0)]);
      greeted = true;
      if (message === 'cut') socket.destroy();
      else if (message) socket.write(packOf(serial, message));
      return true;
    });
    socket.on('data', (chunk: Buffer) => { splitter.push(chunk); });
  });
  await new Promise<void>((ready) => { server.listen(0, '127.0.0.1', ready); });
  undo.push(() => { for (const socket of sockets) socket.destroy(); server.close(); });
  return { port: (server.address() as { port: number }).port, connections: () => connections };
}

async function sinkTo(port: number, values: Values = {}, ports = testPorts()) {
  const made = await makeSink('avro', { hostname: '127.0.0.1', port, ...values }, { ports });
  undo.push(() => made.sink.stop());
  const channel = makeMemoryChannel();
  const once = (): Promise<string> => made.sink.process(channel, new AbortController().signal);
  return { ...made, channel, once };
}

test.for([
  ['FAILED', statusAnswer(1), 'it answered FAILED'], ['UNKNOWN', statusAnswer(2), 'it answered UNKNOWN'], ['an error', errorAnswer('out of luck'), 'out of luck'],
] as const)('R20 a server that answers %s keeps the batch in the channel, and it is sent again over a new connection', async ([, bad, reason]) => {
  const server = await scripted((call) => (call === 0 ? bad : statusAnswer(0)));
  const { sink, channel, once, counters } = await sinkTo(server.port);
  await putAll(channel, [event('1'), event('2')]);
  await expect(once()).rejects.toMatchObject({ code: 'AGENT_DELIVERY', params: { reason } });
  expect(channel.size).toBe(2);
  await drain(sink, channel);
  expect(counters).toMatchObject({ EventDrainAttemptCount: 4, EventDrainSuccessCount: 2, EventWriteFail: 1, ConnectionCreatedCount: 2, ConnectionClosedCount: 1, BatchUnderflowCount: 2 });
  expect(server.connections()).toBe(2);
});

test('R21 a connection that breaks before the answer: nobody knows, so the batch comes again', async () => {
  const server = await scripted((call) => (call === 0 ? 'cut' : statusAnswer(0)));
  const { channel, once } = await sinkTo(server.port);
  await putAll(channel, [event('1')]);
  await expect(once()).rejects.toMatchObject({ code: 'AGENT_DELIVERY' });
  expect(channel.size).toBe(1);
  expect(await once()).toBe('ready');
  expect(channel.size).toBe(0);
});

test('R22 a server that does not answer in time is given up', async () => {
  const server = await scripted(() => null);
  const { channel, once } = await sinkTo(server.port, { 'request-timeout': 1000 });
  await putAll(channel, [event('1')]);
  await expect(once()).rejects.toMatchObject({ code: 'AGENT_DELIVERY', params: { reason: 'no answer within 1000 ms' } });
  expect(channel.size).toBe(1);
  expect([timeoutOf(999), timeoutOf(0), timeoutOf(1000)]).toEqual([20_000, 20_000, 1000]);
});

test('R23 nobody there: the sink starts all the same, says so, and delivers when someone comes', async () => {
  const { source } = await makeSource('avro', { bind: '127.0.0.1', port: 0 });
  await source.start();
  const { port } = source as RpcListener;
  await source.stop();
  const { sink, said, channel, once, counters } = await sinkTo(port);
  await sink.start();
  expect(said.problems).toMatchObject([{ code: 'AGENT_CONNECT', params: { target: `127.0.0.1:${port}`, reason: 'nothing listens there' } }]);
  await putAll(channel, [event('1')]);
  await expect(once()).rejects.toMatchObject({ code: 'AGENT_CONNECT' });
  expect(counters.ConnectionFailedCount).toBe(2);
  const again = await makeSource('avro', { bind: '127.0.0.1', port });
  await again.source.start();
  undo.push(() => again.source.stop());
  expect(await once()).toBe('ready');
  expect(again.processor.bodies).toEqual(['1']);
});

test('R24 batches are as large as batch-size says; an empty channel is no call', async () => {
  const made = await makeSource('avro', { bind: '127.0.0.1', port: 0 });
  await made.source.start();
  undo.push(() => made.source.stop());
  const { sink, channel, once, counters } = await sinkTo((made.source as RpcListener).port, { 'batch-size': 3 });
  expect(await once()).toBe('backoff');
  await putAll(channel, Array.from({ length: 7 }, (_, i) => event(String(i))));
  await drain(sink, channel);
  expect(made.processor.batches).toEqual([3, 3, 1]);
  expect(counters).toMatchObject({ BatchEmptyCount: 1, BatchCompleteCount: 2, BatchUnderflowCount: 1 });
});

test('R25 the connection is made anew after reset-connection-interval', async () => {
  const server = await scripted(() => statusAnswer(0));
  let now = 0;
  const { channel, once } = await sinkTo(server.port, { 'reset-connection-interval': 5 }, testPorts({ clock: { now: () => 0, monotonic: () => now } }));
  for (const at of [0, 4999, 5000, 5001]) {
    now = at;
    await putAll(channel, [event('x')]);
    await once();
  }
  expect(server.connections()).toBe(2);
});

test('R26 a server with another protocol, or none, is AGENT_CONNECT', async () => {
  const talker = createServer((socket) => { socket.on('error', () => {}); socket.write('220 mail.example.com ESMTP\r\n'); });
  await new Promise<void>((ready) => { talker.listen(0, '127.0.0.1', ready); });
  undo.push(() => { talker.close(); });
  const { once, channel } = await sinkTo((talker.address() as { port: number }).port);
  await putAll(channel, [event('x')]);
  await expect(once()).rejects.toMatchObject({ code: 'AGENT_CONNECT' });
  expect(channel.size).toBe(1);
});

test.for(['none', 'deflate'])('R27 a source that stops lets the calls it has taken be answered, compression %s', async (compression) => {
  const made = await makeSource('avro', { bind: '127.0.0.1', port: 0, 'compression-type': compression });
  await made.source.start();
  const { port } = made.source as RpcListener;
  const { channel, once } = await sinkTo(port, { 'compression-type': compression });
  await putAll(channel, [event('last')]);
  const { promise, resolve } = Promise.withResolvers<void>();
  made.processor.hold = promise;
  const delivered = once();
  await expect.poll(() => made.counters.EventReceivedCount, { timeout: 10_000 }).toBe(1);
  const stopped = made.source.stop();
  resolve();
  expect(await delivered).toBe('ready');
  await stopped;
  expect(made.counters.OpenConnectionCount).toBe(0);
  await expect(new Promise((opened, refused) => { connect(port, '127.0.0.1', () => { opened(null); }).on('error', refused); })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
