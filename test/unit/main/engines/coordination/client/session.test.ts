import { afterEach, describe, expect, it } from 'vitest';
import { openClient } from '../../../../../../main/engines/coordination/client/client.ts';
import type { ClientOptions, ClientState, CoordinationClient } from '../../../../../../main/engines/coordination/client/client-types.ts';
import { JuteReader } from '../../../../../../main/engines/coordination/jute/reader.ts';
import { SetWatches, SetWatches2, WatcherEvent } from '../../../../../../main/engines/coordination/jute/records.ts';
import { OP, XID } from '../../../../../../main/engines/coordination/op-codes.ts';
import { ScriptedServer, type Peer, type ServerScript } from './scripted-server.ts';

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => { for (const each of open.splice(0).reverse()) await each.stop(); });

async function server(script: ServerScript = {}): Promise<ScriptedServer> {
  const started = await ScriptedServer.start(script);
  open.push(started);
  return started;
}

function client(connectString: string, options: Partial<ClientOptions> = {}): CoordinationClient {
  const opened = openClient({ connectString, sessionTimeoutMs: 4000, ...options });
  open.push({ stop: () => opened.close() });
  return opened;
}

const until = async (holds: () => boolean): Promise<void> => { while (!holds()) await new Promise((resolve) => { setTimeout(resolve, 5); }); };
const codeOf = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => 'Ok', (error: unknown) => (error as { code?: unknown }).code);

describe('a session', () => {
  it('K1 asks for its timeout, last zxid, session and password, and takes what the server grants', async () => {
    const s = await server({ hello: (peer) => { peer.welcome({ timeOut: 6000, sessionId: -5n }); } });
    const c = client(s.connect, { sessionTimeoutMs: 9000 });
    await c.connected();
    expect(s.peers[0]?.hello).toMatchObject({ protocolVersion: 0, lastZxidSeen: 0, timeOut: 9000, sessionId: 0n });
    expect([c.sessionTimeoutMs, c.sessionId, c.server]).toEqual([6000, -5n, s.connect]);
  });

  it('K2 goes on at another server with the same session, and the zxid it has seen', async () => {
    const script: ServerScript = { request: (peer, got) => { if (got.type !== OP.getData) return false; peer.reply(got.xid, (w) => { w.buffer(null); w.raw(Buffer.alloc(68)); }, 0, 77); return true; } };
    const [a, b] = [await server(script), await server(script)];
    const c = client(`${a.connect},${b.connect}`);
    await c.getData('/');
    const [first, second] = c.server === a.connect ? [a, b] : [b, a];
    await first.stop();
    await until(() => second.peers.length > 0 && c.state === 'connected');
    expect(second.peers[0]?.hello).toMatchObject({ lastZxidSeen: 77, sessionId: 7n });
    expect(second.peers[0]?.hello?.passwd).toEqual(Buffer.alloc(16, 9));
  });

  it('K3 many calls leave in one write a turn, and their answers may come in any pieces', async () => {
    const s = await server();
    const c = client(s.connect);
    await c.connected();
    let chunks = 0;
    s.peers[0]?.socket.on('data', () => { chunks += 1; });
    const answers = await Promise.all(Array.from({ length: 500 }, (_, i) => c.getData(`/n${i}`)));
    expect(answers.map(({ data }) => String(data))).toEqual(Array.from({ length: 500 }, (_, i) => `/n${i}`));
    expect(chunks).toBeLessThan(10);
    const slow = await server({ request: (peer, got) => {
      if (got.type !== OP.getData) return false;
      const bytes = Buffer.concat([Buffer.from([0, 0, 0, 16 + 4 + 3 + 68]), Buffer.alloc(16), Buffer.from([0, 0, 0, 3]), Buffer.from('abc'), Buffer.alloc(68)]);
      bytes.writeInt32BE(got.xid, 4);
      void (async () => { for (const byte of bytes) { peer.socket.write(Buffer.from([byte])); await new Promise((resolve) => { setImmediate(resolve); }); } })();
      return true;
    } });
    expect(String((await client(slow.connect).getData('/x')).data)).toBe('abc');
  });

  it('K4 pings when idle, within a third of the timeout and not more than needed', async () => {
    const s = await server({ hello: (peer) => { peer.welcome({ timeOut: 300 }); } });
    const c = client(s.connect);
    await c.connected();
    const pings = (): number => s.peers[0]?.got.filter(({ type, xid }) => type === OP.ping && xid === XID.ping).length ?? 0;
    await until(() => pings() >= 3);
    expect(c.state).toBe('connected');
    expect(s.peers.length).toBe(1);
  });

  it('K5 leaves a server that says nothing any more, though it takes what is sent', async () => {
    const s = await server({ hello: (peer) => { peer.welcome({ timeOut: 300 }); }, request: (_, { type }) => type === OP.ping || type === OP.getData });
    const c = client(s.connect);
    await c.connected();
    expect(await codeOf(c.getData('/'))).toBe(-4);
    await until(() => s.peers.length >= 2);
    expect(s.peers[1]?.hello?.sessionId).toBe(7n);
  });

  it('K6 one that never answers the connect request is given up for the next', async () => {
    const [mute, good] = [await server({ hello: () => undefined }), await server()];
    const c = client(`${mute.connect},${good.connect}`, { sessionTimeoutMs: 600 });
    await c.connected();
    expect(c.server).toBe(good.connect);
  });

  it('K7 garbage is said in words, costs the connection only, and the next one goes on', async () => {
    const garbage: readonly ((peer: Peer) => void)[] = [
      (peer) => { peer.socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'); },
      (peer) => { peer.socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff])); },
      (peer) => { peer.frame((w) => { w.int(0); }); },
      (peer) => { peer.welcome(); peer.reply(99); },
      (peer) => { peer.welcome(); peer.frame((w) => { w.int(1); w.raw(Buffer.alloc(3)); }); },
      (peer) => { peer.welcome(); peer.frame((w) => { w.int(XID.notification); w.raw(Buffer.alloc(12)); w.int(3); w.int(3); w.int(1000); }); },
      (peer) => { peer.socket.destroy(); },
    ];
    const s = await server({ hello: (peer, number) => { const wrong = garbage[number - 1]; if (wrong) wrong(peer); else peer.welcome(); } });
    const c = client(s.connect);
    const problems = new Set<string>();
    c.onState(() => { if (c.problem) problems.add(c.problem.code); });
    await until(() => { if (c.problem) problems.add(String(c.problem.params['reason'])); return s.peers.length > garbage.length && c.state === 'connected'; });
    expect(problems).toContain('COORD_CONNECT');
    expect([...problems].some((reason) => reason.includes('no reply'))).toBe(true);
    expect(String((await c.getData('/ok')).data)).toBe('/ok');
    expect(c.problem).toBeNull();
  });

  it('K8 a reply that is too long, or does not hold what it should, fails what is under way with ConnectionLoss', async () => {
    const s = await server({ request: (peer, got) => {
      if (got.type !== OP.getData || peer !== s.peers[0]) return false;
      peer.reply(got.xid, (w) => { w.int(1_000_000); });
      return true;
    } });
    const c = client(s.connect, { maxReplyBytes: 2000 });
    expect(await codeOf(c.getData('/'))).toBe(-4);
    expect(String((await c.getData('/again')).data)).toBe('/again');
    expect(await codeOf(c.getData(`/${'x'.repeat(3000)}`))).toBe(-4);
  });

  it('K9 calls wait for a connection, in order, and give up with COORD_CONNECT when their patience ends', async () => {
    const s = await server();
    const address = s.connect;
    await s.stop();
    const c = client(address, { patienceMs: 150 });
    expect(await Promise.all([codeOf(c.getData('/a')), codeOf(c.exists('/b'))])).toEqual(['COORD_CONNECT', 'COORD_CONNECT']);
    expect(c.problem?.params).toMatchObject({ hosts: address });
    const abort = new AbortController();
    const waiting = codeOf(c.connected(abort.signal));
    abort.abort();
    expect(await waiting).toBe('APP_CANCELLED');
  });

  it('K37 an expired session: under way and waiting calls end with SessionExpired, then a new session asks without an id', async () => {
    const s = await server({ hello: (peer, number) => { peer.welcome(number === 2 ? { timeOut: 0, sessionId: 0n } : { sessionId: BigInt(number) }); }, request: (peer, got) => { if (got.type !== OP.exists) return false; peer.socket.destroy(); return true; } });
    const c = client(s.connect);
    await c.connected();
    const states: ClientState[] = [];
    c.onState((state) => { states.push(state); });
    expect(await codeOf(c.exists('/'))).toBe(-4);
    expect(await codeOf(c.getData('/waits'))).toBe(-112);
    await c.connected();
    expect(states).toEqual(['connecting', 'expired', 'connecting', 'connected']);
    expect(s.peers.map(({ hello }) => hello?.sessionId)).toEqual([0n, 1n, 0n]);
    expect(c.sessionId).toBe(3n);
  });

  it('K24 watches are set again in batches of 128 KB, one-shot ones by the old request, before calls that waited', async () => {
    const s = await server({ request: (peer, got) => {
      if (got.type === OP.addWatch) { peer.reply(got.xid, (w) => { w.int(0); }); return true; }
      if (got.type === OP.setWatches || got.type === OP.setWatches2) { peer.reply(XID.setWatches); return true; }
      return false;
    } });
    const c = client(s.connect);
    const paths = Array.from({ length: 700 }, (_, i) => `/${'w'.repeat(500)}${i}`);
    await Promise.all(paths.map((path) => c.getData(path, () => undefined)));
    await c.addWatch('/p', 'persistentRecursive', () => undefined);
    const cut = new Promise<void>((resolve) => { c.onState(() => { resolve(); }); });
    s.peers[0]?.socket.destroy();
    await cut;
    await c.getData('/waited');
    const got = s.peers[1]?.got ?? [];
    const sets = got.filter(({ xid }) => xid === XID.setWatches);
    expect(sets.length).toBe(3);
    for (const { body } of sets) expect(body.length).toBeLessThan(128 * 1024 + 1000);
    const read = sets.map(({ type, body }) => (type === OP.setWatches2 ? SetWatches2.decode(body, 'exact') : SetWatches.decode(body, 'exact')));
    expect(sets.map(({ type }) => type)).toEqual([OP.setWatches, OP.setWatches, OP.setWatches2]);
    expect(read.flatMap(({ dataWatches }) => dataWatches)).toEqual(paths);
    expect(read.every(({ relativeZxid }) => relativeZxid === 1)).toBe(true);
    expect(got.at(-1)?.type).toBe(OP.getData);
  });

  it('K25 an event that comes between two replies is told between them', async () => {
    const s = await server({ request: (peer, got) => {
      if (got.type !== OP.getData) return false;
      const path = new JuteReader(got.body).ustring() ?? '';
      if (path === '/b') peer.frame((w) => { w.int(XID.notification); w.long(5); w.int(0); WatcherEvent.write(w, { type: 3, state: 3, path: '/a' }); });
      return false;
    } });
    const c = client(s.connect);
    const order: string[] = [];
    await c.getData('/a', ({ type, path, zxid }) => { order.push(`event ${type} ${path} ${zxid}`); });
    await Promise.all(['/x', '/b', '/y'].map((path) => c.getData(path).then(() => { order.push(path); })));
    expect(order).toEqual(['/x', 'event 3 /a 5', '/b', '/y']);
  });

  it('K26 one function set twice for one path hears once', async () => {
    const s = await server({ request: (peer, got) => {
      if (got.type !== OP.exists) return false;
      peer.frame((w) => { w.int(XID.notification); w.long(5); w.int(0); WatcherEvent.write(w, { type: 2, state: 3, path: '/a' }); });
      peer.reply(got.xid, () => undefined, -101);
      return true;
    } });
    const c = client(s.connect);
    let told = 0;
    const watch = (): void => { told += 1; };
    await c.getData('/a', watch);
    await c.getData('/a', watch);
    await c.exists('/z');
    expect(told).toBe(1);
  });

  it('K41 a connection that a refused credential ends leaves the client in words', async () => {
    const s = await server({ request: (peer, got) => { if (got.type !== OP.auth) return false; peer.reply(XID.auth, () => undefined, -115); return true; } });
    const c = client(s.connect, { auth: [{ scheme: 'digest', auth: Buffer.from('x') }] });
    await until(() => c.state === 'authFailed');
    expect(await codeOf(c.getData('/'))).toBe('COORD_AUTH');
    expect(await codeOf(c.connected())).toBe('COORD_AUTH');
    expect(s.peers.length).toBe(1);
  });

  it('K60 a read-only server is used until one is found that can write; then the session goes there', async () => {
    const both = await server({ isro: 'rw', hello: (peer, number) => { peer.welcome({ readOnly: number === 1, sessionId: BigInt(number) }); } });
    const c = client(both.connect, { readOnly: true });
    const states: ClientState[] = [];
    c.onState((state) => { states.push(state); });
    await until(() => c.state === 'connected');
    expect(states[0]).toBe('connectedReadOnly');
    expect(both.peers.map(({ hello }) => hello?.sessionId)).toEqual([0n, 0n]);
    expect(c.sessionId).toBe(2n);
  });
});
