import { expect, test } from 'vitest';
import type { NodeConfig } from '../../../../../../main/engines/coordination/config/node-config.ts';
import { KEEPER_ERROR } from '../../../../../../main/engines/coordination/keeper-errors.ts';
import { CREATE, OP } from '../../../../../../main/engines/coordination/op-codes.ts';
import type { Role, WriteRequest } from '../../../../../../main/engines/coordination/parts.ts';
import { Core } from '../../../../../../main/engines/coordination/server/core.ts';
import { NO_WORDS } from '../../../../../../main/engines/coordination/server/four-letter-words.ts';
import { Listener } from '../../../../../../main/engines/coordination/server/listener.ts';
import { ReadOnly } from '../../../../../../main/engines/coordination/server/read-only.ts';
import { SessionPasswords } from '../../../../../../main/engines/coordination/session/session-passwords.ts';
import { body } from '../../../../../interop/support/coordination-teller.ts';
import { RawClient } from '../../../../../interop/support/raw-client.ts';
import { MemoryDatabase } from '../support/memory-database.ts';
import { nodeConfig } from '../support/node-config.ts';

/** A leader of nobody else: what is submitted is committed in the next turn. */
class LeaderOfOne implements Role {
  readonly mode = 'leader';
  readonly submitted: WriteRequest['type'][] = [];
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
    core.setLastPreparedZxid(core.tree.lastZxid);
    core.sessions.start(() => undefined);
    core.serve(this);
  }

  submit(request: WriteRequest): void {
    this.submitted.push(request.type);
    const txn = this.#core.prepare(request);
    setImmediate(() => { this.#core.commit(txn); });
  }

  sync(_request: WriteRequest, done: (err: number) => void): void { setImmediate(done, 0); }
  revalidate(sessionId: bigint, timeoutMs: number): Promise<boolean> { return Promise.resolve(this.#core.sessions.touch(sessionId, timeoutMs)); }
  touch(sessionId: bigint, timeoutMs: number): void { this.#core.sessions.touch(sessionId, timeoutMs); }
}

async function withCore(over: Partial<NodeConfig>, run: (core: Core, port: number) => Promise<void>): Promise<void> {
  const config = nodeConfig('/nonexistent', { myid: 3, ...over });
  const core = new Core({ config, db: new MemoryDatabase(), clock: { now: () => Date.now(), monotonic: () => performance.now() }, report: () => undefined, passwords: new SessionPasswords(null) });
  const where = { host: '127.0.0.1', port: 0, backlog: -1, keepAlive: false, tls: null, alsoPlain: false };
  const listener = new Listener(core, NO_WORDS, where);
  await listener.listen(where);
  try {
    await run(core, listener.port);
  } finally {
    listener.close();
    core.retire();
    core.clients.stop();
  }
}

test('N20 a local session costs no txn until its first ephemeral makes it known to all', async () => {
  await withCore({ localSessionsEnabled: true, localSessionsUpgradingEnabled: true }, async (core, port) => {
    const role = new LeaderOfOne(core);
    const client = await RawClient.open(port);
    const { id, passwd } = client.session;
    expect(role.submitted).toEqual([]);
    expect((await client.request(OP.create, body.create('/a')))?.err).toBe(0);
    expect(core.db.sessions.has(id)).toBe(false);
    expect((await client.request(OP.create, body.create('/a/e', '', CREATE.ephemeral)))?.err).toBe(0);
    expect(role.submitted).toEqual([OP.create, OP.createSession, OP.create]);
    expect(core.db.sessions.has(id)).toBe(true);
    expect(core.localSessions.count).toBe(0);
    const again = await RawClient.open(port, { sessionId: id, passwd });
    expect(again.session.id).toBe(id);
    await again.close();
    expect(core.tree.get('/a/e')).toBeUndefined();
  });
});

test('N20 without upgrading an ephemeral is refused, in a multi too; closing needs no txn', async () => {
  await withCore({ localSessionsEnabled: true }, async (core, port) => {
    const role = new LeaderOfOne(core);
    const client = await RawClient.open(port);
    expect((await client.request(OP.create, body.create('/e', '', CREATE.ephemeral)))?.err).toBe(KEEPER_ERROR.EphemeralOnLocalSession);
    expect((await client.request(OP.multi, body.multi([[OP.create, body.create('/e', '', CREATE.ephemeral)]])))?.err).toBe(KEEPER_ERROR.EphemeralOnLocalSession);
    expect((await client.request(OP.create, body.create('/p')))?.err).toBe(0);
    expect((await client.request(OP.closeSession))?.err).toBe(0);
    await client.ended;
    expect(role.submitted).toEqual([OP.create]);
    expect(core.localSessions.count).toBe(0);
  });
});

test('N20 a write of another server’s local session is taken, of our own unknown one it is not', async () => {
  await withCore({ localSessionsEnabled: true }, (core) => {
    new LeaderOfOne(core);
    const write = (sessionId: bigint, flags: number = CREATE.persistent): number => core.prepare({ sessionId, cxid: 1, type: OP.create, payload: body.create(`/n${sessionId}`, '', flags), authInfo: [], owner: core }).change.type;
    expect(write(0x0500000000000001n)).toBe(OP.create);
    expect(write(0x0500000000000002n, CREATE.ephemeral)).toBe(OP.error);
    expect(write(0x0300000000000001n)).toBe(OP.error);
    return Promise.resolve();
  });
});

test('N21 a read-only server serves reads to those who asked for it, and nobody else', async () => {
  await withCore({}, async (core, port) => {
    core.serve(new ReadOnly());
    await expect(RawClient.open(port)).rejects.toThrow('closed the connection without a session');
    await expect(RawClient.open(port, { readOnly: null })).rejects.toThrow('closed the connection without a session');
    const client = await RawClient.open(port, { readOnly: true });
    expect((await client.request(OP.exists, body.watch('/')))?.err).toBe(0);
    expect((await client.request(OP.ping, Buffer.alloc(0), -2))?.err).toBe(0);
    for (const [type, record] of [[OP.create, body.create('/a')], [OP.setData, body.setData('/')], [OP.multi, body.multi([])], [OP.sync, body.path('/')], [OP.delete, body.version('/a')], [OP.setData, Buffer.alloc(0)]] as const) {
      expect((await client.request(type, record))?.err).toBe(KEEPER_ERROR.NotReadOnly);
    }
    expect(core.tree.lastZxid).toBe(0);
    expect((await client.request(OP.closeSession))?.err).toBe(0);
    await client.ended;
  });
});

test('N22 while nobody serves a client waits a moment, then is sent to another server', async () => {
  await withCore({}, async (core, port) => {
    const early = RawClient.open(port);
    await new Promise((done) => { setTimeout(done, 100); });
    new LeaderOfOne(core);
    const client = await early;
    expect(client.session.id).not.toBe(0n);
    core.retire();
    await client.ended;
    await expect(RawClient.open(port)).rejects.toThrow('closed the connection without a session');
  });
});
