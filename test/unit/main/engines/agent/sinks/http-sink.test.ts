import { createServer, type Server } from 'node:http';
import { createServer as createNetServer, type AddressInfo, type Server as NetServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { drain, event, makeMemoryChannel, makeSink, putAll } from '../../../../../support/agent/probe.ts';

const servers: { close(): unknown }[] = [];
afterEach(() => { for (const server of servers.splice(0)) server.close(); });
const once = new AbortController().signal;

async function answering(statuses: readonly number[]): Promise<{ endpoint: string; requests: { body: string; type: string; accept: string }[] }> {
  const requests: { body: string; type: string; accept: string }[] = [];
  const left = [...statuses];
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => { parts.push(part); });
    request.on('end', () => {
      requests.push({ body: String(Buffer.concat(parts)), type: request.headers['content-type'] ?? '', accept: request.headers.accept ?? '' });
      response.writeHead(left.shift() ?? 200).end('done');
    });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  servers.push(server);
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/path`, requests };
}

async function deliver(status: number, values: Record<string, string | boolean>) {
  const { endpoint } = await answering([status]);
  const letters: string[] = [];
  const { sink, counters } = await makeSink('http', { endpoint, ...values }, { deadLetters: { add: async (added) => { letters.push(...added.map(({ reason }) => reason)); } } });
  const channel = makeMemoryChannel({ keepAliveMs: 0 });
  await putAll(channel, [event('x')]);
  const outcome = await sink.process(channel, once);
  await sink.stop();
  return { outcome, left: channel.size, drained: counters.EventDrainSuccessCount, letters: letters.length };
}

describe('N23 what a status means is the configuration\'s to say', () => {
  test.each([
    [200, {}, { outcome: 'backoff', left: 1, drained: 0, letters: 0 }],
    [200, { defaultRollback: false, defaultBackoff: false, defaultIncrementMetrics: true }, { outcome: 'ready', left: 0, drained: 1, letters: 0 }],
    [200, { 'rollback.200': false, 'backoff.200': false, 'incrementMetrics.200': true }, { outcome: 'ready', left: 0, drained: 1, letters: 0 }],
    [201, { 'rollback.200': false, 'backoff.200': false }, { outcome: 'backoff', left: 1, drained: 0, letters: 0 }],
    [404, { 'rollback.4XX': false, 'backoff.4XX': false }, { outcome: 'ready', left: 0, drained: 0, letters: 1 }],
    [401, { 'rollback.4XX': false, 'rollback.401': true, 'backoff.401': false }, { outcome: 'ready', left: 1, drained: 0, letters: 0 }],
    [503, { defaultRollback: false, 'rollback.503': true, 'backoff.5XX': true }, { outcome: 'backoff', left: 1, drained: 0, letters: 0 }],
  ] as const)('%i with %o', async (status, values, outcome) => { expect(await deliver(status, values)).toEqual(outcome); });
});

test('N24 each event is one request with its headers; an empty one is not sent', async () => {
  const { endpoint, requests } = await answering([]);
  const { sink, counters, said } = await makeSink('http', { endpoint, 'rollback.2XX': false, 'backoff.2XX': false, contentTypeHeader: 'application/json', acceptHeader: 'a/b' });
  const channel = makeMemoryChannel({ keepAliveMs: 0 });
  await putAll(channel, [event('one'), event(''), event('two')]);
  await drain(sink, channel);
  await sink.stop();
  expect(requests).toEqual([{ body: 'one', type: 'application/json', accept: 'a/b' }, { body: 'two', type: 'application/json', accept: 'a/b' }]);
  expect(counters.EventDrainAttemptCount).toBe(2);
  expect(said.notes).toEqual([]);
});

test('N24 no answer and no server are errors that lose nothing', async () => {
  const silent: NetServer = createNetServer((socket) => { socket.resume().on('error', () => {}); });
  await new Promise<void>((resolve) => { silent.listen(0, '127.0.0.1', resolve); });
  const { port } = silent.address() as AddressInfo;
  const { sink } = await makeSink('http', { endpoint: `http://127.0.0.1:${port}`, requestTimeout: 50 });
  const channel = makeMemoryChannel({ keepAliveMs: 0 });
  await putAll(channel, [event('x')]);
  await expect(sink.process(channel, once)).rejects.toMatchObject({ code: 'AGENT_CONNECT', params: { reason: 'no answer within 50 ms' } });
  await new Promise<void>((resolve) => { silent.close(() => { resolve(); }); });
  await expect(sink.process(channel, once)).rejects.toMatchObject({ code: 'AGENT_CONNECT' });
  expect(channel.size).toBe(1);
  await sink.stop();
  await expect(makeSink('http', { endpoint: 'ftp://x' })).rejects.toMatchObject({ code: 'AGENT_KEY' });
});
