import { expect, test } from 'vitest';
import { JuteReader } from '../../../../../../main/engines/coordination/jute/reader.ts';
import { Create2Response, GetDataResponse, GetChildrenResponse, PathResponse, StatResponse, WatcherEvent } from '../../../../../../main/engines/coordination/jute/records.ts';
import { KEEPER_ERROR } from '../../../../../../main/engines/coordination/keeper-errors.ts';
import { CREATE, EVENT, OP } from '../../../../../../main/engines/coordination/op-codes.ts';
import { Core } from '../../../../../../main/engines/coordination/server/core.ts';
import { NO_WORDS } from '../../../../../../main/engines/coordination/server/four-letter-words.ts';
import { Listener } from '../../../../../../main/engines/coordination/server/listener.ts';
import { Standalone } from '../../../../../../main/engines/coordination/server/standalone.ts';
import { SessionPasswords } from '../../../../../../main/engines/coordination/session/session-passwords.ts';
import { body } from '../../../../../interop/support/coordination-teller.ts';
import { RawClient, framed, type Reply } from '../../../../../interop/support/raw-client.ts';
import { MemoryDatabase } from '../support/memory-database.ts';
import { nodeConfig } from '../support/node-config.ts';
import { eventually, withNode } from '../support/with-node.ts';

const turn = (): Promise<void> => new Promise((done) => { setTimeout(done, 20); });

/** A server on its own over a database that is durable when the test says so. */
async function withMemory(run: (server: { readonly db: MemoryDatabase; readonly core: Core; readonly role: Standalone; readonly port: number }) => Promise<void>): Promise<void> {
  const config = nodeConfig('/nonexistent');
  const db = new MemoryDatabase();
  const core = new Core({ config, db, clock: { now: () => Date.now(), monotonic: () => performance.now() }, report: () => undefined, passwords: new SessionPasswords(null) });
  const where = { host: '127.0.0.1', port: 0, backlog: -1, keepAlive: false, tls: null, alsoPlain: false };
  const listener = new Listener(core, NO_WORDS, where);
  await listener.listen(where);
  const role = new Standalone(core, () => undefined);
  role.start();
  try {
    await run({ db, core, role, port: listener.port });
  } finally {
    listener.close();
    core.retire();
    core.clients.stop();
  }
}

async function opened(port: number, db: MemoryDatabase): Promise<RawClient> {
  const client = new RawClient(port);
  const session = client.greet();
  await eventually(() => db.appended.some(({ change }) => change.type === OP.createSession));
  db.sync();
  await session;
  return client;
}

test('Q11 nothing is answered, and nobody sees it, before it is on disk', async () => {
  await withMemory(async ({ db, port }) => {
    const client = new RawClient(port);
    let session: unknown = null;
    const greeted = client.greet().then((answer) => { session = answer; });
    await eventually(() => db.appended.length === 1);
    await turn();
    expect(session).toBeNull();
    db.sync();
    await greeted;
    let reply: Reply | null = null;
    const created = client.request(OP.create, body.create('/a')).then((answer) => { reply = answer; });
    await eventually(() => db.appended.length === 2);
    await turn();
    expect(reply).toBeNull();
    expect(db.tree.get('/a')).toBeUndefined();
    db.sync();
    await created;
    expect(reply).toMatchObject({ err: 0, zxid: 2 });
    await client.cut();
  });
});

test('Q12 replies come in the order of the requests: reads wait for the writes before them, and see them', async () => {
  await withMemory(async ({ db, port }) => {
    const client = await opened(port, db);
    const order: number[] = [];
    const ask = (type: number, record: Buffer): Promise<Reply | null> => client.request(type, record, undefined, (reply) => { order.push(reply.xid); });
    const replies = [
      ask(OP.create, body.create('/a', 'one')), ask(OP.getData, body.watch('/a')), ask(OP.setData, body.setData('/a', 'two')), ask(OP.sync, body.path('/a')),
      ask(OP.getData, body.watch('/a')), ask(OP.ping, Buffer.alloc(0)), ask(OP.delete, body.version('/a')), ask(OP.exists, body.watch('/a')),
    ];
    await eventually(() => db.appended.length === 3);
    await turn();
    expect(order).toEqual([]);
    expect(db.appended).toHaveLength(3); // the delete is held until the sync is over: the read between them must not see it
    db.sync();
    await eventually(() => db.appended.length === 4);
    db.sync();
    const [, first, , , second, , , gone] = await Promise.all(replies.map((reply, at) => (at === 5 ? null : reply)));
    expect(GetDataResponse.decode(first?.body ?? Buffer.alloc(0)).data?.toString()).toBe('one'); // though the later write was durable at the same time
    expect(GetDataResponse.decode(second?.body ?? Buffer.alloc(0)).data?.toString()).toBe('two');
    expect(gone?.err).toBe(KEEPER_ERROR.NoNode);
    expect(order).toEqual([1, 2, 3, 4, 5, 7, 8]);
    await client.cut();
  });
});

test('Q12 reads of a client that reads slowly do not see its later write either', async () => {
  const { port } = await withNode();
  const client = await RawClient.open(port);
  await client.request(OP.create, body.create('/big', Buffer.alloc(500_000)));
  client.socket.pause();
  const first = client.request(OP.setData, body.setData('/big', Buffer.alloc(500_000, 1)));
  const reads = Array.from({ length: 12 }, () => client.request(OP.getData, body.watch('/big')));
  const last = client.request(OP.setData, body.setData('/big', 'small'));
  await new Promise((done) => { setTimeout(done, 200); });
  client.socket.resume();
  expect((await first)?.err).toBe(0);
  for (const reply of await Promise.all(reads)) expect(GetDataResponse.decode(reply?.body ?? Buffer.alloc(0)).stat.version).toBe(1);
  expect(StatResponse.decode((await last)?.body ?? Buffer.alloc(0)).stat.version).toBe(2);
  await client.close();
});

test('Q13 a read that follows nothing is answered at once, whatever others write', async () => {
  await withMemory(async ({ db, port }) => {
    const writer = await opened(port, db);
    const reader = new RawClient(port);
    const session = reader.greet();
    await eventually(() => db.appended.length === 2);
    db.sync();
    await session;
    const write = writer.request(OP.create, body.create('/a'));
    await eventually(() => db.appended.length === 3);
    expect((await reader.request(OP.exists, body.watch('/a')))?.err).toBe(KEEPER_ERROR.NoNode);
    db.sync();
    expect((await write)?.err).toBe(0);
    expect((await reader.request(OP.exists, body.watch('/a')))?.err).toBe(0);
    await Promise.all([writer.cut(), reader.cut()]);
  });
});

test('Q14 the event comes before anything that shows the change, with the zxid of the change', async () => {
  const { port } = await withNode();
  const watcher = await RawClient.open(port);
  const writer = await RawClient.open(port);
  await writer.request(OP.create, body.create('/a', '0'));
  const seen: string[] = [];
  watcher.onEvent = ({ zxid, body: record }) => { const { type, path } = WatcherEvent.decode(record); seen.push(`event ${type} ${path} ${zxid}`); };
  await watcher.request(OP.getData, body.watch('/a', true));
  const set = await writer.request(OP.setData, body.setData('/a', '1'));
  await watcher.request(OP.getData, body.watch('/a'), undefined, ({ body: record }) => { seen.push(`data ${GetDataResponse.decode(record).data?.toString() ?? ''}`); });
  expect(seen).toEqual([`event ${EVENT.dataChanged} /a ${set?.zxid}`, 'data 1']);
  await Promise.all([watcher.close(), writer.close()]);
});

test('Q15 the writer’s own watch fires before the reply to its write', async () => {
  const { port } = await withNode();
  const client = await RawClient.open(port);
  await client.request(OP.create, body.create('/a', '0'));
  await client.request(OP.exists, body.watch('/a', true));
  const order: string[] = [];
  client.onEvent = () => { order.push('event'); };
  await client.request(OP.delete, body.version('/a'), undefined, () => { order.push('reply'); });
  expect(order).toEqual(['event', 'reply']);
  await client.close();
});

test('Q16 a watcher that may not read a znode is told nothing of it', async () => {
  const { port } = await withNode();
  const owner = await RawClient.open(port);
  await owner.request(OP.auth, body.auth('digest', 'ann:secret'), -4);
  const list = [{ perms: 31, id: { scheme: 'auth', id: '' } }];
  await owner.request(OP.create, body.create('/mine', '', 0, list));
  const other = await RawClient.open(port);
  await other.request(OP.addWatch, body.addWatch('/', 1));
  await owner.request(OP.setData, body.setData('/mine', 'x'));
  await owner.request(OP.create, body.create('/open', 'x'));
  const event = await other.event();
  expect(WatcherEvent.decode(event?.body ?? Buffer.alloc(0)).path).toBe('/open');
  await Promise.all([owner.close(), other.close()]);
});

test('Q17 a multi is answered part by part, as create2 for whatever has a Stat', async () => {
  const { port } = await withNode();
  const client = await RawClient.open(port);
  const reply = await client.request(OP.multi, body.multi([[OP.create, body.create('/a')], [OP.create2, body.create('/b')], [OP.setData, body.setData('/a', 'x')], [OP.check, body.version('/a', 1)], [OP.delete, body.version('/b')]]));
  const reader = new JuteReader(reply?.body ?? Buffer.alloc(0));
  const header = (): readonly [number, boolean, number] => [reader.int(), reader.boolean(), reader.int()];
  expect(header()).toEqual([OP.create, false, 0]);
  expect(PathResponse.read(reader)).toEqual({ path: '/a' });
  expect(header()).toEqual([OP.create2, false, 0]);
  expect(Create2Response.read(reader)).toMatchObject({ path: '/b', stat: { version: 0 } });
  expect(header()).toEqual([OP.setData, false, 0]);
  expect(StatResponse.read(reader)).toMatchObject({ stat: { version: 1, dataLength: 1 } });
  expect(header()).toEqual([OP.check, false, 0]);
  expect(header()).toEqual([OP.delete, false, 0]);
  expect(header()).toEqual([-1, true, -1]);
  expect(reader.left).toBe(0);
  await client.close();
});

test('Q18 thousands of requests in one write are answered one by one, in order', async () => {
  const { port } = await withNode();
  const client = await RawClient.open(port);
  const frames: Buffer[] = [];
  const count = 5000;
  for (let xid = 1; xid <= count; xid++) {
    const head = Buffer.alloc(8);
    head.writeInt32BE(xid, 0);
    const write = xid % 3 === 0;
    head.writeInt32BE(write ? OP.create : OP.getChildren, 4);
    frames.push(framed(Buffer.concat([head, write ? body.create(`/n${xid}`) : body.watch('/')])));
  }
  const replies = frames.map((_, at) => client.expect(at + 1));
  client.raw(Buffer.concat(frames));
  const all = await Promise.all(replies);
  expect(all.map((reply) => reply?.xid)).toEqual(frames.map((_, at) => at + 1));
  expect(all.every((reply) => reply?.err === 0)).toBe(true);
  expect(GetChildrenResponse.decode(all.at(-1)?.body ?? Buffer.alloc(0)).children).toHaveLength(Math.floor(count / 3) + 1);
  await client.close();
});

test('Q19 containers that emptied, containers never used and TTL nodes whose time is over are deleted; others stay', async () => {
  const { port, db } = await withNode({ container: { checkIntervalMs: 50, maxPerMinute: 100_000, maxNeverUsedIntervalMs: 300 } });
  const client = await RawClient.open(port);
  await client.request(OP.createContainer, body.create('/emptied', '', CREATE.container));
  await client.request(OP.create, body.create('/emptied/x'));
  await client.request(OP.createContainer, body.create('/unused', '', CREATE.container));
  await client.request(OP.createContainer, body.create('/used', '', CREATE.container));
  await client.request(OP.create, body.create('/used/x'));
  await client.request(OP.createTTL, body.createTTL('/short', 100));
  await client.request(OP.createTTL, body.createTTL('/long', 1_000_000));
  await client.request(OP.delete, body.version('/emptied/x'));
  await eventually(() => !db.tree.get('/emptied') && !db.tree.get('/unused') && !db.tree.get('/short'));
  expect(db.tree.get('/used')).toBeDefined();
  expect(db.tree.get('/long')).toBeDefined();
  await client.close();
});

test('Q20 what was acknowledged is there after a stop and a start', async () => {
  const node = await withNode();
  const client = await RawClient.open(node.port);
  for (let n = 0; n < 50; n++) await client.request(OP.create, body.create(`/n${n}`, `value ${n}`));
  const pending = client.request(OP.create, body.create('/last'));
  await pending;
  const { tree } = node.db;
  const before = tree.digest();
  await node.stop();
  const { startNode } = await import('../../../../../../main/engines/coordination/node.ts');
  const again = await startNode(nodeConfig(node.dir), { report: () => undefined });
  try {
    expect(again.db.tree.digest()).toEqual(before);
    const next = await RawClient.open(again.clientPort ?? 0);
    expect((await next.request(OP.exists, body.watch('/last')))?.err).toBe(0);
    await next.close();
  } finally {
    await again.stop();
  }
});
