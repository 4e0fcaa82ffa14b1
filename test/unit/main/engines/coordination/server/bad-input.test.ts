import { connect } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';
import { KEEPER_ERROR } from '../../../../../../main/engines/coordination/keeper-errors.ts';
import { startNode } from '../../../../../../main/engines/coordination/node.ts';
import { OP } from '../../../../../../main/engines/coordination/op-codes.ts';
import { body } from '../../../../../interop/support/coordination-teller.ts';
import { RawClient, connectPayload, framed } from '../../../../../interop/support/raw-client.ts';
import { nodeConfig } from '../support/node-config.ts';
import { eventually, withNode, type NodeUnderTest } from '../support/with-node.ts';

/** What came back until the server closed. */
async function answerTo(port: number, bytes: Buffer): Promise<Buffer> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => { chunks.push(chunk); });
  socket.on('error', () => undefined);
  socket.write(bytes);
  await once(socket, 'close');
  return Buffer.concat(chunks);
}

function length(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

const request = (xid: number, type: number, record: Buffer): Buffer => Buffer.concat([length(xid), length(type), record]);

async function serves(node: NodeUnderTest): Promise<void> {
  const client = await RawClient.open(node.port);
  expect((await client.request(OP.exists, body.watch('/')))?.err).toBe(0);
  await client.close();
}

test('B2 a frame with a negative or too great a length is closed without a word', async () => {
  const node = await withNode();
  for (const bad of [-1, -2_147_483_648, 0x100000, 0x7fffffff]) {
    expect(await answerTo(node.port, Buffer.concat([length(bad), Buffer.alloc(8)]))).toHaveLength(0);
    const client = await RawClient.open(node.port);
    client.raw(length(bad));
    await client.ended;
    expect(client.events).toEqual([]);
  }
  await serves(node);
});

test('B2 the longest frame that jute.maxbuffer allows is taken, one byte more is not', async () => {
  const node = await withNode({ jutemaxbuffer: 2000 });
  const client = await RawClient.open(node.port);
  const head = 8 + body.create('/a', Buffer.alloc(0)).length;
  expect((await client.request(OP.create, body.create('/a', Buffer.alloc(2000 - head))))?.err).toBe(0);
  expect(await client.request(OP.create, body.create('/b', Buffer.alloc(2001 - head)))).toBeNull();
  expect(node.db.tree.get('/b')).toBeUndefined();
});

test('B3 a connect packet that is none is closed without a word', async () => {
  const node = await withNode();
  for (const bad of [Buffer.alloc(0), Buffer.alloc(3), connectPayload({}).subarray(0, 20), Buffer.concat([Buffer.alloc(24), length(1_000_000)])]) {
    expect(await answerTo(node.port, framed(bad))).toHaveLength(0);
  }
  await serves(node);
});

test('B4 a request shorter than its header closes the connection', async () => {
  const node = await withNode();
  for (const size of [0, 4, 7]) {
    const client = await RawClient.open(node.port);
    client.send(Buffer.alloc(size));
    await client.ended;
  }
  await serves(node);
});

test('B5 an unknown opcode is Unimplemented with zxid -1, then the connection ends; so is check alone', async () => {
  const node = await withNode();
  for (const type of [0, 10, 13, 23, 99, 500, -1, -12, 2_147_483_647, -2_147_483_648]) {
    const client = await RawClient.open(node.port);
    expect(await client.request(type, body.version('/'))).toMatchObject({ err: KEEPER_ERROR.Unimplemented, zxid: -1 });
    await client.ended;
  }
  await serves(node);
});

test('B6 bytes may come one by one', async () => {
  const node = await withNode();
  const client = new RawClient(node.port);
  const answer = client.greet();
  await answer;
  const bytes = framed(request(1, OP.create, body.create('/slow', 'data')));
  const reply = client.expect(1);
  for (const byte of bytes) {
    client.raw(Buffer.from([byte]));
    await new Promise((done) => { setImmediate(done); });
  }
  expect((await reply)?.err).toBe(0);
  await client.close();
});

test('B7 what no part of the protocol says ends one connection and no more', async () => {
  const node = await withNode();
  let seed = 99;
  const random = (): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (seed >>> 8) & 0xff;
  };
  for (let times = 0; times < 200; times++) {
    const client = await RawClient.open(node.port);
    const noise = Buffer.from(Array.from({ length: random() }, random));
    const types = [OP.create, OP.multi, OP.setData, OP.setWatches2, OP.getACL, OP.auth, OP.sasl, OP.multiRead, OP.setACL, OP.reconfig, OP.createTTL, OP.addWatch, OP.removeWatches];
    client.send(request(1, types[times % types.length] ?? 1, noise));
    const alive = client.request(OP.ping, Buffer.alloc(0), -2);
    await Promise.race([alive, client.ended]);
    client.socket.destroy();
  }
  await serves(node);
});

test('B8 a client whose zxid is ahead of the server’s is closed without a word', async () => {
  const node = await withNode();
  expect(await answerTo(node.port, framed(connectPayload({ lastZxid: 2 ** 33 })))).toHaveLength(0);
  await eventually(() => node.events.some((event) => event.type === 'warning' && event.error.code === 'COORD_CLIENT'));
});

test('B9 a client that never asks for a session is closed', async () => {
  const node = await withNode({ sessionlessTimeoutMs: 200 });
  const silent = connect(node.port, '127.0.0.1');
  const half = connect(node.port, '127.0.0.1');
  half.write(Buffer.alloc(6));
  await Promise.all([once(silent, 'close'), once(half, 'close')]);
  await serves(node);
});

test('B10 one address has so many connections, and all together have so many', async () => {
  const perAddress = await withNode({ maxClientCnxns: 2 });
  const first = [await RawClient.open(perAddress.port), await RawClient.open(perAddress.port)];
  await expect(RawClient.open(perAddress.port)).rejects.toThrow();
  await first[0]?.close();
  await eventually(() => perAddress.core.clients.count === 1);
  await (await RawClient.open(perAddress.port)).close();
  await first[1]?.close();

  const all = await withNode({ maxClientCnxns: 0, maxCnxns: 1 });
  const only = await RawClient.open(all.port);
  await expect(RawClient.open(all.port)).rejects.toThrow();
  await only.close();
});

test('B11 a client that reads nothing is not read either, and costs no more than so much memory', async () => {
  const node = await withNode();
  const client = await RawClient.open(node.port);
  await client.request(OP.create, body.create('/big', Buffer.alloc(500_000)));
  client.socket.pause();
  const get = framed(request(7, OP.getData, body.watch('/big')));
  const many = Buffer.concat(Array.from({ length: 2000 }, () => get)); // a gigabyte of replies
  client.raw(many);
  await new Promise((done) => { setTimeout(done, 300); });
  const [connection] = [...node.core.clients.all()];
  const held = connection?.out.length ?? 0;
  expect(held).toBeLessThan(4_000_000);
  expect(node.core.stats.packetsSent).toBeLessThan(200);
  let bytes = 0;
  client.socket.removeAllListeners('data');
  client.socket.on('data', (chunk: Buffer) => { bytes += chunk.length; });
  client.socket.resume();
  await eventually(() => bytes >= 2000 * 500_000);
  client.socket.destroy();
});

test('B12 a port that is taken, and data that another process holds, are said in words', async () => {
  const node = await withNode();
  const taken = await startNode(nodeConfig(`${node.dir}/other`, { clientPort: node.port }), { report: () => undefined }).catch((error: unknown) => error);
  expect(taken).toBeInstanceOf(SluiceError);
  expect(taken).toMatchObject({ code: 'COORD_PORT', params: { address: '127.0.0.1', port: node.port } });
  const locked = await startNode(nodeConfig(node.dir), { report: () => undefined }).catch((error: unknown) => error);
  expect(locked).toMatchObject({ code: 'COORD_DATA_LOCKED' });
  const free = await startNode(nodeConfig(`${node.dir}/other`), { report: () => undefined }); // nothing of the failed start is left
  await free.stop();
});

test('B13 too much under way makes the others wait, and all of it is answered', async () => {
  const node = await withNode({ globalOutstandingLimit: 10 });
  const clients = await Promise.all([1, 2, 3].map(() => RawClient.open(node.port)));
  const replies = clients.flatMap((client, n) => Array.from({ length: 500 }, (_, at) => client.request(OP.create, body.create(`/c${n}-${at}`))));
  expect((await Promise.all(replies)).every((reply) => reply?.err === 0)).toBe(true);
  await Promise.all(clients.map((client) => client.close()));
});

test('B14 large requests under way are bounded (largeRequestMaxBytes): one more ends its connection', async () => {
  const node = await withNode({ largeRequestThreshold: 1000, largeRequestMaxBytes: 5000 });
  const client = await RawClient.open(node.port);
  const big = (path: string): Promise<unknown> => client.request(OP.create, body.create(path, Buffer.alloc(2000)));
  expect(await big('/a')).toMatchObject({ err: 0 });
  expect(await big('/b')).toMatchObject({ err: 0 });
  expect(await big('/c')).toMatchObject({ err: 0 }); // those before it are over
  client.send(request(9, OP.create, body.create('/d', Buffer.alloc(5001))));
  await client.ended;
  expect(node.db.tree.get('/d')).toBeUndefined();
  await serves(node);
});
