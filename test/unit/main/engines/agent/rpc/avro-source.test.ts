import { afterEach, expect, test } from 'vitest';
import { connect, type Socket } from 'node:net';
import { AvroClient, type AvroClientOptions } from '../../../../../../main/engines/agent/rpc/avro/client.ts';
import { handshakeRequest } from '../../../../../../main/engines/agent/rpc/avro/handshake.ts';
import { packOf } from '../../../../../../main/engines/agent/rpc/avro/packs.ts';
import { FLUME_PROTOCOL_HASH } from '../../../../../../main/engines/agent/rpc/avro/protocol.ts';
import { parseIpFilter } from '../../../../../../main/engines/agent/rpc/ip-filter.ts';
import type { RpcListener } from '../../../../../../main/engines/agent/rpc/rpc-listener.ts';
import { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';
import { event, makeSource } from '../../../../../support/agent/probe.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => { for (const step of undo.splice(0).reverse()) await step(); });

type Values = Readonly<Record<string, string | number | boolean>>;

async function started(values: Values = {}) {
  const made = await makeSource('avro', { bind: '127.0.0.1', port: 0, ...values });
  await made.source.start();
  undo.push(() => made.source.stop());
  return { ...made, port: (made.source as RpcListener).port };
}

async function client(port: number, change: Partial<AvroClientOptions> = {}): Promise<AvroClient> {
  const made = await AvroClient.open({ host: '127.0.0.1', port, tls: null, level: null, order: 'zlib-outside', connectTimeoutMs: 2000, requestTimeoutMs: 2000, ...change });
  undo.push(() => { made.close(); });
  return made;
}

test('R1 an event and a batch are taken, with headers, and counted', async () => {
  const { port, processor, counters } = await started();
  const sender = await client(port);
  await sender.append(event('one', { k: 'ü漢字', empty: '' }));
  await sender.appendBatch([event('two'), event(Buffer.from([0, 255, 10]))]);
  await sender.appendBatch([]);
  expect(processor.batches).toEqual([1, 2]);
  expect(processor.bodies.slice(0, 2)).toEqual(['one', 'two']);
  expect(processor.events[2]?.body).toEqual(Buffer.from([0, 255, 10]));
  expect(Object.fromEntries(processor.events[0]?.headers ?? [])).toEqual({ k: 'ü漢字', empty: '' });
  expect(counters).toMatchObject({
    AppendReceivedCount: 1, AppendAcceptedCount: 1, AppendBatchReceivedCount: 1, AppendBatchAcceptedCount: 1, EventReceivedCount: 3, EventAcceptedCount: 3, OpenConnectionCount: 1, ChannelWriteFail: 0,
  });
});

for (const level of [0, 1, 6, 9]) {
  test(`R7 deflate on both sides, level ${level}`, async () => {
    const { port, processor } = await started({ 'compression-type': 'deflate' });
    const sender = await client(port, { level });
    await sender.append(event('x'.repeat(50_000)));
    await sender.append(event('second'));
    expect(processor.bodies.map((body) => body.length)).toEqual([50_000, 6]);
  });
}

test('R8 compression on the server alone is told to both', async () => {
  const { port, said } = await started({ 'compression-type': 'deflate' });
  await expect(client(port)).rejects.toThrow();
  expect(said.problems).toMatchObject([{ code: 'AGENT_COMPRESSION' }]);
});

test('R8 compression on the client alone is told to both', async () => {
  const { port, said } = await started();
  await expect(client(port, { level: 6 })).rejects.toThrow();
  expect(said.problems).toMatchObject([{ code: 'AGENT_COMPRESSION' }]);
});

test('R3 what a channel refuses is answered FAILED, and the connection stays', async () => {
  const { port, processor, counters, said } = await started();
  const sender = await client(port);
  processor.refuse = SluiceError.of('AGENT_CHANNEL_FULL', { channel: 'c1', capacity: 3 });
  await expect(sender.appendBatch([event('1')])).rejects.toThrow('FAILED');
  processor.refuse = null;
  await sender.append(event('2'));
  expect(processor.bodies).toEqual(['2']);
  expect(counters.ChannelWriteFail).toBe(1);
  expect(said.problems).toMatchObject([{ code: 'AGENT_CHANNEL_FULL' }]);
});

test('R4 a batch that no transaction can hold is answered FAILED unread', async () => {
  const { port, processor, said } = await started();
  processor.most = 2;
  const sender = await client(port);
  await expect(sender.appendBatch([event('1'), event('2'), event('3')])).rejects.toThrow('FAILED');
  await sender.appendBatch([event('1'), event('2')]);
  expect(processor.batches).toEqual([2]);
  expect(said.problems).toMatchObject([{ code: 'AGENT_BATCH_TOO_LARGE' }]);
});

test('R2 nothing is answered before the channels have it, and answers come in the order of the calls', async () => {
  const { port, processor } = await started();
  const sender = await client(port);
  const { promise, resolve } = Promise.withResolvers<void>();
  processor.hold = promise;
  const order: number[] = [];
  const first = sender.append(event('1')).then(() => { order.push(1); });
  const second = sender.append(event('2')).then(() => { order.push(2); });
  await new Promise((done) => { setTimeout(done, 50); });
  expect(order).toEqual([]);
  resolve();
  await Promise.all([first, second]);
  expect(order).toEqual([1, 2]);
});

test('R9 bytes that are no pack end that connection alone, and are told with the client', async () => {
  const { port, said } = await started();
  const good = await client(port);
  const bad = connect(port, '127.0.0.1');
  bad.on('error', () => {});
  bad.write('GET / HTTP/1.1\r\n\r\n');
  await new Promise((done) => { bad.once('close', done); });
  await good.append(event('still here'));
  expect(said.problems).toMatchObject([{ code: 'AGENT_CLIENT', params: { component: 'a1.sources.r1', client: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string } }]);
});

/** A bare connection; the handshake is part of its first message. */
async function raw(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  undo.push(() => socket.destroy());
  socket.on('error', () => {});
  await new Promise((ready) => { socket.once('connect', ready); });
  return socket;
}
const handshake = handshakeRequest(FLUME_PROTOCOL_HASH, false);
const append = (body: string): Buffer => Buffer.concat([Buffer.from([0, 12]), Buffer.from('append'), event(body).toAvro()]);
const closed = (socket: Socket): Promise<unknown> => new Promise((done) => { socket.resume().once('close', done); });

test('R9 a sender that stops in the middle of a batch: nothing of it is taken, and it is told', async () => {
  const { port, processor, said } = await started();
  const socket = await raw(port);
  const pack = packOf(1, Buffer.concat([handshake, append('never whole')]));
  socket.end(pack.subarray(0, pack.length - 3));
  await closed(socket);
  expect(processor.events).toEqual([]);
  expect(said.problems).toMatchObject([{ code: 'AGENT_CLIENT', params: { reason: 'it ended in the middle of a message' } }]);
});

test.for([
  ['a batch that says it has more events than there are bytes', Buffer.concat([handshake, Buffer.from([0, 22]), Buffer.from('appendBatch'), Buffer.from([0xfe, 0xff, 0xff, 0xff, 0x0f, 0])])],
  ['a body that is longer than the message', Buffer.concat([handshake, Buffer.from([0, 12]), Buffer.from('append'), Buffer.from([0, 0xfe, 0x0f, 1])])],
  ['a handshake that ends early', handshake.subarray(0, 20)],
  ['no handshake', Buffer.alloc(80, 0xff)],
] as const)('R9 %s ends the connection', async ([, message]) => {
  const { port, processor, said, counters } = await started();
  const socket = await raw(port);
  socket.write(packOf(1, message));
  await closed(socket);
  expect(processor.events).toEqual([]);
  expect(said.problems).toMatchObject([{ code: 'AGENT_CLIENT' }]);
  expect(counters.EventReadFail).toBe(1);
});

test('R9 a message that is too large ends the connection before it is read', async () => {
  const { port, said } = await started({ maxMessageBytes: 2048 });
  const socket = await raw(port);
  socket.write(packOf(1, Buffer.alloc(4000)).subarray(0, 100));
  await closed(socket);
  expect(said.problems).toMatchObject([{ code: 'AGENT_CLIENT', params: { reason: 'a message of 4000 bytes, at most 2048 are taken' } }]);
});

test('R9 an unknown message is answered with an error, and the connection stays', async () => {
  const { port, processor } = await started();
  const socket = await raw(port);
  const answers: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => { answers.push(chunk); });
  socket.write(Buffer.concat([packOf(1, Buffer.concat([handshake, Buffer.from([0, 8]), Buffer.from('drop')])), packOf(2, append('after'))]));
  await expect.poll(() => Buffer.concat(answers).toString('latin1')).toContain('No message named drop');
  await expect.poll(() => processor.bodies).toEqual(['after']);
});

test('R2 a client that ends its side still hears the answers it waits for', async () => {
  const { port, processor } = await started();
  const { promise, resolve } = Promise.withResolvers<void>();
  processor.hold = promise;
  const socket = await raw(port);
  let answered = 0;
  socket.on('data', (chunk: Buffer) => { answered += chunk.length; });
  socket.end(Buffer.concat([packOf(1, Buffer.concat([handshake, append('1')])), packOf(2, append('2'))]));
  await new Promise((wait) => { setTimeout(wait, 50); });
  resolve();
  await closed(socket);
  expect(processor.bodies).toEqual(['1', '2']);
  expect(answered).toBe(12 + 4 + 3 + 12 + 3);
});

test('R2 while too much is unanswered nothing more is read, and then all of it', async () => {
  const { port, processor, counters } = await started();
  const { promise, resolve } = Promise.withResolvers<void>();
  processor.hold = promise;
  const sender = await client(port, { requestTimeoutMs: 20_000 });
  const calls = Array.from({ length: 2000 }, (_, i) => sender.append(event(`${i} ${'x'.repeat(1000)}`)));
  await expect.poll(() => counters.EventReceivedCount, { timeout: 10_000 }).toBe(512);
  await new Promise((wait) => { setTimeout(wait, 50); });
  expect(counters.EventReceivedCount).toBe(512);
  resolve();
  await Promise.all(calls);
  expect(processor.bodies.map((body) => Number(body.split(' ')[0]))).toEqual(Array.from({ length: 2000 }, (_, i) => i));
});

test('R19 ipFilter lets in and keeps out by the first rule that fits', async () => {
  const allowed = await started({ ipFilter: true, ipFilterRules: 'allow:name:localhost,deny:ip:*' });
  await (await client(allowed.port)).append(event('in'));
  const denied = await started({ ipFilter: true, ipFilterRules: 'allow:ip:10.*, deny:ip:127.0.0.?' });
  await expect(client(denied.port)).rejects.toThrow();
  expect(denied.said.notes).toHaveLength(1);
  const filter = parseIpFilter('deny:ip:10.0.*,allow:ip:10.*,deny:ip:*');
  expect(await Promise.all(['10.0.0.1', '10.1.0.1', '11.0.0.1', '100.0.0.1'].map((address) => filter?.allows(address)))).toEqual([false, true, false, false]);
  for (const rules of ['', 'allow', 'allow:ip', 'permit:ip:*', 'allow:mac:*', 'allow:ip:*,,']) await expect(started({ ipFilter: true, ipFilterRules: rules })).rejects.toMatchObject({ code: 'AGENT_KEY', params: { key: 'ipFilterRules' } });
});

test('R29 a port that is taken, and an address that is not ours, are AGENT_PORT in words', async () => {
  const { port } = await started();
  await expect(started({ port })).rejects.toMatchObject({ code: 'AGENT_PORT', params: { port, reason: 'another program has it' } });
  await expect(started({ bind: '192.0.2.1' })).rejects.toMatchObject({ code: 'AGENT_PORT' });
});

test('R29 a source that found its port taken starts when it is free, and may be stopped and started again', async () => {
  const first = await started();
  const second = await makeSource('avro', { bind: '127.0.0.1', port: first.port });
  await expect(second.source.start()).rejects.toMatchObject({ code: 'AGENT_PORT' });
  await first.source.stop();
  for (let round = 1; round <= 2; round++) {
    await second.source.start();
    await (await client(first.port)).append(event(String(round)));
    await second.source.stop();
  }
  expect(second.processor.bodies).toEqual(['1', '2']);
});
