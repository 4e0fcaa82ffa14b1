import { afterEach, expect, test } from 'vitest';
import { connect } from 'node:net';
import { AvroClient, type AvroClientOptions } from '../../../../../../main/engines/agent/rpc/avro/client.ts';
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
