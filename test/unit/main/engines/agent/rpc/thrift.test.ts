import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { RpcListener } from '../../../../../../main/engines/agent/rpc/rpc-listener.ts';
import { ThriftClient } from '../../../../../../main/engines/agent/rpc/thrift/client.ts';
import { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';
import { drain, event, makeMemoryChannel, makeSink, makeSource, putAll } from '../../../../../support/agent/probe.ts';
import { exchange, readAnswer, thriftMessage, type ThriftWire, type Tree } from '../../../../../support/agent/thrift-peer.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => { for (const step of undo.splice(0).reverse()) await step(); });

async function started(type: string, values: Readonly<Record<string, string | number | boolean>>) {
  const made = await makeSource(type, { port: 0, ...values });
  await made.source.start();
  undo.push(() => made.source.stop());
  return { ...made, port: (made.source as RpcListener).port };
}

async function told(wire: ThriftWire, port: number, bytes: readonly Buffer[], count: number) {
  const { frames, socket } = await exchange(port, bytes, count);
  undo.push(() => socket.destroy());
  return frames.map((frame) => readAnswer(wire, frame));
}

const flumeEvent = (body: string, headers: Readonly<Record<string, string>> = {}, more: Readonly<Record<number, Tree>> = {}): Tree =>
  ({ struct: { 1: { map: Object.entries(headers).map(([key, value]) => [{ string: key }, { string: value }] as const) }, 2: { binary: Buffer.from(body) }, ...more } });

describe.for(['compact', 'binary'] as const)('%s', (encoding) => {
  const wire: ThriftWire = { encoding, framed: true };

  test('R40 append and appendBatch of another implementation are taken and answered OK', async () => {
    const { port, processor, counters } = await started('thrift', { bind: '127.0.0.1', protocol: encoding });
    const unknown: Readonly<Record<number, Tree>> = { 3: { bool: true }, 4: { list: [{ bool: true }, { bool: false }] }, 5: { map: [[{ i32: 1 }, { double: 2 }]] }, 90: { struct: { 1: { i64: -5 } } } };
    const answers = await told(wire, port, [
      thriftMessage(wire, 'append', 1, 7, { 1: flumeEvent('eins', { k: 'ü漢' }, unknown) }),
      thriftMessage(wire, 'appendBatch', 1, 8, { 1: { list: Array.from({ length: 20 }, (_, i) => flumeEvent(String(i))) } }),
    ], 2);
    expect(answers).toEqual([{ name: 'append', kind: 2, serial: 7, result: 0 }, { name: 'appendBatch', kind: 2, serial: 8, result: 0 }]);
    expect(processor.batches).toEqual([1, 20]);
    expect(processor.bodies.slice(0, 3)).toEqual(['eins', '0', '1']);
    expect(processor.events[0]?.headers.get('k')).toBe('ü漢');
    expect(counters).toMatchObject({ AppendAcceptedCount: 1, AppendBatchAcceptedCount: 1, EventAcceptedCount: 21 });
  });

  test('R41 what a channel refuses, and what no transaction can hold, is answered FAILED', async () => {
    const { port, processor } = await started('thrift', { bind: '127.0.0.1', protocol: encoding });
    processor.most = 2;
    processor.refuse = SluiceError.of('AGENT_CHANNEL_FULL', { channel: 'c1', capacity: 3 });
    const batch = (count: number): Buffer => thriftMessage(wire, 'appendBatch', 1, 1, { 1: { list: Array.from({ length: count }, () => flumeEvent('x')) } });
    expect((await told(wire, port, [batch(1), batch(3)], 2)).map(({ result }) => result)).toEqual([1, 1]);
    processor.refuse = null;
    expect((await told(wire, port, [batch(2)], 1)).map(({ result }) => result)).toEqual([0]);
    expect(processor.batches).toEqual([2]);
  });

  test('R42 a method that is not there is an exception with its name', async () => {
    const { port } = await started('thrift', { bind: '127.0.0.1', protocol: encoding });
    expect(await told(wire, port, [thriftMessage(wire, 'drop', 1, 3, {})], 1)).toEqual([{ name: 'drop', kind: 3, serial: 3, result: "Invalid method name: 'drop'" }]);
  });

  test('R43 our sink and our source understand each other, also where a frame comes in parts', async () => {
    const { port, processor } = await started('thrift', { bind: '127.0.0.1', protocol: encoding });
    const { sink, counters, said } = await makeSink('thrift', { hostname: '127.0.0.1', port, protocol: encoding, 'batch-size': 50 });
    undo.push(() => sink.stop());
    const channel = makeMemoryChannel();
    await putAll(channel, Array.from({ length: 120 }, (_, i) => event('ö'.repeat(i * 200), { n: String(i), leer: '' })));
    await sink.start();
    await drain(sink, channel);
    expect(processor.batches).toEqual([50, 50, 20]);
    expect(processor.events.every((got, i) => got.headers.get('n') === String(i) && got.headers.get('leer') === '' && got.bodySize === i * 400)).toBe(true);
    expect(counters).toMatchObject({ ConnectionCreatedCount: 1, BatchCompleteCount: 2, BatchUnderflowCount: 1, EventDrainSuccessCount: 120 });
    expect(said.problems).toEqual([]);
  });

  test('R44 a list that is longer than its frame, or a frame that is too long, ends the connection', async () => {
    const { port, said } = await started('thrift', { bind: '127.0.0.1', protocol: encoding, maxMessageBytes: 2048 });
    const lie = encoding === 'compact' ? Buffer.from([0x82, 0x21, 1, 11, ...Buffer.from('appendBatch'), 0x19, 0xfc, 0xff, 0xff, 0xff, 0x7f])
      : Buffer.from([0x80, 1, 0, 1, 0, 0, 0, 11, ...Buffer.from('appendBatch'), 0, 0, 0, 1, 15, 0, 1, 12, 0x7f, 0xff, 0xff, 0xff]);
    const head = Buffer.alloc(4);
    head.writeInt32BE(lie.length);
    await expect(told(wire, port, [head, lie], 1)).rejects.toThrow('closed');
    await expect(told(wire, port, [Buffer.from([0, 1, 0, 0])], 1)).rejects.toThrow('closed');
    expect(said.problems.map(({ code }) => code)).toEqual(['AGENT_CLIENT', 'AGENT_CLIENT']);
  });
});

test('R49 a large batch is decoded in pieces, and what comes behind it stays behind it', async () => {
  const wire: ThriftWire = { encoding: 'compact', framed: true };
  const { port, processor } = await started('thrift', { bind: '127.0.0.1' });
  const large = thriftMessage(wire, 'appendBatch', 1, 1, { 1: { list: Array.from({ length: 3500 }, (_, i) => flumeEvent(String(i))) } });
  const one = (serial: number): Buffer => thriftMessage(wire, 'append', 1, serial, { 1: flumeEvent(`after ${serial}`) });
  const answers = await told(wire, port, [Buffer.concat([large, one(2), one(3), large, one(5)])], 5);
  expect(answers.map(({ serial, result }) => [serial, result])).toEqual([[1, 0], [2, 0], [3, 0], [1, 0], [5, 0]]);
  expect(processor.batches).toEqual([3500, 1, 1, 3500, 1]);
  expect([3500, 3501, 7002].map((i) => processor.bodies[i])).toEqual(['after 2', 'after 3', 'after 5']);
});

test('R45 the wrong protocol is told, and the sink keeps its events', async () => {
  const { port, said } = await started('thrift', { bind: '127.0.0.1', protocol: 'compact' });
  const { sink, said: sinkSaid } = await makeSink('thrift', { hostname: '127.0.0.1', port, protocol: 'binary' });
  undo.push(() => sink.stop());
  const channel = makeMemoryChannel();
  await putAll(channel, [event('stays')]);
  await sink.start();
  await expect(sink.process(channel, new AbortController().signal)).rejects.toMatchObject({ code: 'AGENT_DELIVERY' });
  expect(channel.size).toBe(1);
  expect(said.problems).toMatchObject([{ code: 'AGENT_CLIENT' }]);
  expect(sinkSaid.problems).toEqual([]);
});

test('R46 Kerberos is recognised and said to be missing', async () => {
  await expect(makeSource('thrift', { bind: '127.0.0.1', port: 0, kerberos: true, 'agent-principal': 'flume/_HOST@X', 'agent-keytab': '/k' })).rejects.toMatchObject({ code: 'AGENT_NOT_HERE' });
  await expect(makeSink('thrift', { hostname: 'h', port: 1, kerberos: true })).rejects.toMatchObject({ code: 'AGENT_NOT_HERE' });
});

test('R47 a server that never answers: the sink gives up after its time and keeps the events', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => { sockets.push(socket.on('error', () => {}).resume()); });
  await new Promise<void>((ready) => { silent.listen(0, '127.0.0.1', ready); });
  undo.push(() => { silent.close(); for (const socket of sockets) socket.destroy(); });
  const client = await ThriftClient.open({ host: '127.0.0.1', port: (silent.address() as { port: number }).port, tls: null, level: null, order: 'tls-outside', encoding: 'compact', connectTimeoutMs: 1000, requestTimeoutMs: 100 });
  await expect(client.appendBatch([event('x')])).rejects.toThrow('no answer within 100 ms');
  expect(client.isClosed).toBe(true);
});

const SCRIBE = 'org.apache.flume.source.scribe.ScribeSource';
test('R50 scribe: each entry is an event with its category, OK or TRY_LATER', async () => {
  const { port, processor, counters } = await started(SCRIBE, {});
  const wire: ThriftWire = { encoding: 'binary', framed: true };
  const log = (...entries: readonly Tree[]): Buffer => thriftMessage(wire, 'Log', 1, 1, { 1: { list: entries } });
  const entry = (category: string, message: string): Tree => ({ struct: { 1: { string: category }, 2: { string: message } } });
  expect((await told(wire, port, [log(entry('web', 'hallo'), entry('db', 'grüße'))], 1)).map(({ result }) => result)).toEqual([0]);
  expect(processor.bodies).toEqual(['hallo', 'grüße']);
  expect(processor.events.map((got) => got.headers.get('category'))).toEqual(['web', 'db']);
  processor.refuse = SluiceError.of('AGENT_CHANNEL_FULL', { channel: 'c1', capacity: 3 });
  expect((await told(wire, port, [log(entry('web', 'x'))], 1)).map(({ result }) => result)).toEqual([1]);
  expect(counters).toMatchObject({ EventReceivedCount: 3, EventAcceptedCount: 2 });
});

test('R51 events of Flume 0.9 over Thrift, without frames and without answers', async () => {
  const { port, processor } = await started('org.apache.flume.source.thriftLegacy.ThriftLegacySource', { host: '127.0.0.1' });
  const wire: ThriftWire = { encoding: 'binary', framed: false };
  const legacy = (body: string): Tree => ({
    struct: { 1: { i64: 1_700_000_000_000 }, 2: { i32: 3 }, 3: { binary: Buffer.from(body) }, 4: { i64: 42 }, 5: { string: 'fooHost' }, 6: { map: [[{ string: 'hello' }, { binary: Buffer.from('wörld') }]] } },
  });
  const bytes = Buffer.concat([thriftMessage(wire, 'append', 4, 1, { 1: legacy('foo') }), thriftMessage(wire, 'append', 4, 2, { 1: legacy('b'.repeat(100_000)) }), thriftMessage(wire, 'close', 1, 3, {})]);
  const socket = connect(port, '127.0.0.1');
  undo.push(() => socket.destroy());
  const closeAnswered = new Promise((resolve) => { socket.once('data', resolve); });
  for (let at = 0; at < bytes.length; at += 30_000) socket.write(bytes.subarray(at, at + 30_000));
  await closeAnswered;
  expect(processor.bodies.map((body) => body.length)).toEqual([3, 100_000]);
  expect(Object.fromEntries(processor.events[0]?.headers ?? [])).toEqual({ host: 'fooHost', timestamp: '1700000000000', pri: 'INFO', nanos: '42', hello: 'wörld', FlumeOG: 'yes' });
});
