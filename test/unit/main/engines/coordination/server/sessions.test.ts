import { expect, test } from 'vitest';
import { KEEPER_ERROR } from '../../../../../../main/engines/coordination/keeper-errors.ts';
import { CREATE, OP } from '../../../../../../main/engines/coordination/op-codes.ts';
import { body } from '../../../../../interop/support/coordination-teller.ts';
import { RawClient } from '../../../../../interop/support/raw-client.ts';
import { eventually, withNode } from '../support/with-node.ts';

test('N9 the timeout is clamped, and the reply has the byte that the request had', async () => {
  const { port } = await withNode();
  for (const [asked, given] of [[-1, 4000], [0, 4000], [10_000, 10_000], [1_000_000, 40_000]] as const) {
    const client = await RawClient.open(port, { timeout: asked });
    expect(client.session).toMatchObject({ timeout: given, size: 37 });
    await client.close();
  }
  const old = await RawClient.open(port, { readOnly: null });
  expect(old.session.size).toBe(36);
  await old.close();
});

test('N10 a session goes on over another connection with its password; the old connection is closed', async () => {
  const { port, db } = await withNode();
  const first = await RawClient.open(port);
  await first.request(OP.create, body.create('/e', '', CREATE.ephemeral));
  const { id, passwd } = first.session;
  const second = await RawClient.open(port, { sessionId: id, passwd });
  expect(second.session.id).toBe(id);
  expect(second.session.passwd).toEqual(passwd);
  await first.ended;
  expect(db.tree.ephemeralsOf(id)).toEqual(new Set(['/e']));
  expect((await second.request(OP.delete, body.version('/e')))?.err).toBe(0);
  await second.close();
});

test('N11 a wrong password, an unknown session and one that is closed get timeout 0, id 0 and the end', async () => {
  const { port } = await withNode();
  const closed = await RawClient.open(port);
  const { id, passwd } = closed.session;
  await closed.close();
  const live = await RawClient.open(port);
  for (const options of [{ sessionId: id, passwd }, { sessionId: live.session.id, passwd }, { sessionId: live.session.id, passwd: null }, { sessionId: 0x77n, passwd }]) {
    const refused = new RawClient(port);
    expect(await refused.greet(options)).toMatchObject({ id: 0n, timeout: 0, passwd: Buffer.alloc(16) });
    await refused.ended;
  }
});

test('N12 a session that falls silent is closed through the log: its ephemerals go, and it is told', async () => {
  const { port, db, events } = await withNode({ tickTime: 100, minSessionTimeout: 200, maxSessionTimeout: 10_000 });
  const silent = await RawClient.open(port, { timeout: 300 });
  const other = await RawClient.open(port, { timeout: 10_000 });
  await silent.request(OP.create, body.create('/e', '', CREATE.ephemeral));
  await other.request(OP.exists, body.watch('/e', true));
  expect(await other.event(10_000)).toMatchObject({ xid: -1 });
  expect(db.tree.get('/e')).toBeUndefined();
  expect(db.sessions.has(silent.session.id)).toBe(false);
  await silent.ended;
  expect(events.find((event) => event.type === 'sessionExpired')).toMatchObject({ sessionId: silent.session.id, ephemerals: 1 });
  const late = new RawClient(port);
  expect(await late.greet({ sessionId: silent.session.id, passwd: silent.session.passwd })).toMatchObject({ timeout: 0 });
  await other.close();
});

test('N13 pings, and any other packet, keep a session', async () => {
  const { port, db } = await withNode({ tickTime: 100, minSessionTimeout: 200, maxSessionTimeout: 10_000 });
  const client = await RawClient.open(port, { timeout: 400 });
  for (let times = 0; times < 15; times++) {
    await new Promise((done) => { setTimeout(done, 100); });
    if (times % 2 === 0) expect((await client.request(OP.ping, Buffer.alloc(0), -2))?.err).toBe(0);
    else expect((await client.request(OP.exists, body.watch('/')))?.err).toBe(0);
  }
  expect(db.sessions.has(client.session.id)).toBe(true);
  await client.close();
  expect(db.sessions.has(client.session.id)).toBe(false);
});

test('N14 a session whose connection is cut lives on until its timeout', async () => {
  const { port, db } = await withNode({ tickTime: 100, minSessionTimeout: 200, maxSessionTimeout: 10_000 });
  const client = await RawClient.open(port, { timeout: 1500 });
  await client.cut();
  expect(db.sessions.has(client.session.id)).toBe(true);
  const again = await RawClient.open(port, { sessionId: client.session.id, passwd: client.session.passwd, timeout: 1500 });
  expect(again.session.id).toBe(client.session.id);
  await again.cut();
  await eventually(() => !db.sessions.has(client.session.id));
});

test('N15 sessions outlive a restart, each with a whole timeout again', async () => {
  const node = await withNode();
  const client = await RawClient.open(node.port);
  await client.request(OP.create, body.create('/e', '', CREATE.ephemeral));
  const { id, passwd } = client.session;
  await node.stop();
  const { startNode } = await import('../../../../../../main/engines/coordination/node.ts');
  const again = await startNode(node.config, { report: () => undefined });
  try {
    const back = await RawClient.open(again.clientPort ?? 0, { sessionId: id, passwd });
    expect(back.session.id).toBe(id);
    expect((await back.request(OP.exists, body.watch('/e')))?.err).toBe(0);
    await back.close();
    expect(again.db.tree.get('/e')).toBeUndefined();
  } finally {
    await again.stop();
  }
});

test('N16 closing answers what came before, and what the session left goes with it', async () => {
  const { port, db } = await withNode();
  const client = await RawClient.open(port);
  const created = client.request(OP.create, body.create('/e', '', CREATE.ephemeral));
  const closed = client.request(OP.closeSession);
  expect((await created)?.err).toBe(0);
  expect((await closed)?.err).toBe(0);
  await client.ended;
  expect(db.tree.get('/e')).toBeUndefined();
});

test('N17 createSession by hand on a live session is answered by a whole connect response', async () => {
  const { port } = await withNode();
  const client = await RawClient.open(port);
  const timeout = Buffer.alloc(4);
  timeout.writeInt32BE(5000);
  const frames: Buffer[] = [];
  client.socket.on('data', (chunk: Buffer) => { frames.push(chunk); });
  void client.request(OP.createSession, timeout);
  await eventually(() => frames.length > 0);
  expect(Buffer.concat(frames)).toHaveLength(41);
  expect(Buffer.concat(frames).subarray(20, 40)).toEqual(Buffer.concat([Buffer.from([0, 0, 0, 16]), client.session.passwd]));
  await client.cut();
});

test('N18 a member that changed its session’s server is answered nothing more by the old one', async () => {
  const { port, core } = await withNode();
  const client = await RawClient.open(port);
  core.sessions.setOwner(client.session.id, {}); // as a leader does when another server asks for the session
  expect(await client.request(OP.create, body.create('/a'))).toBeNull();
  await client.ended;
});

test('N19 ephemerals need a session that lives: a create that comes too late is refused', async () => {
  const { port, core } = await withNode();
  const client = await RawClient.open(port);
  core.sessions.close(client.session.id);
  expect((await client.request(OP.create, body.create('/e', '', CREATE.ephemeral)))?.err).toBe(KEEPER_ERROR.SessionExpired);
  await client.cut();
});
