// Z: three of our servers in one process, over real sockets, without disk and clients.
import { afterEach, expect, test } from 'vitest';
import { startQuorumPeer, type QuorumPeer } from '../../../../../../main/engines/coordination/broadcast/quorum-peer.ts';
import type { NodeConfig, QuorumServer } from '../../../../../../main/engines/coordination/config/node-config.ts';
import type { NodeEvent, Role } from '../../../../../../main/engines/coordination/parts.ts';
import { OP } from '../../../../../../main/engines/coordination/op-codes.ts';
import { zxidOf } from '../../../../../../main/engines/coordination/zxid.ts';
import { CLOCK, FakeCore, FakeDatabase, configOf, eventsTo, freePort, freeServers, setData, until } from './fakes.ts';

interface Node {
  readonly sid: number;
  readonly db: FakeDatabase;
  readonly core: FakeCore;
  readonly events: NodeEvent[];
  readonly peer: QuorumPeer;
}

const running: QuorumPeer[] = [];
afterEach(async () => { await Promise.all(running.splice(0).map((peer) => peer.stop())); });

async function start(sid: number, servers: ReadonlyMap<number, QuorumServer>, db = new FakeDatabase(), more: Partial<NodeConfig> = {}): Promise<Node> {
  const core = new FakeCore(db.asDatabase());
  const events: NodeEvent[] = [];
  const peer = await startQuorumPeer({ config: configOf(sid, servers, more), db: db.asDatabase(), core: core.asCore(), clock: CLOCK, report: eventsTo(events) });
  running.push(peer);
  return { sid, db, core, events, peer };
}

const leaderOf = (nodes: readonly Node[]): Node => nodes.find((node) => node.core.role?.mode === 'leader') as Node;
const serving = (nodes: readonly Node[]) => () => nodes.every((node) => node.core.role !== null) && leaderOf(nodes) !== undefined;

function write(node: Node, value: string, cxid = 0): void {
  (node.core.role as Role).submit({ sessionId: 7n, cxid, type: OP.setData, payload: Buffer.from(value), authInfo: [], owner: null });
}
const values = (node: Node): string[] => node.db.applied.map((txn) => (txn.change.type === OP.setData ? txn.change.record.data?.toString() ?? '' : `type ${txn.header.type}`));
async function sync(node: Node): Promise<number> {
  return await new Promise((resolve) => { (node.core.role as Role).sync({ sessionId: 7n, cxid: 0, type: OP.sync, payload: Buffer.alloc(0), authInfo: [], owner: null }, resolve); });
}

test('Z1 three servers elect one, and what is written through any of them is committed on all in one order', async () => {
  const servers = await freeServers(3);
  const nodes = await Promise.all([1, 2, 3].map((sid) => start(sid, servers)));
  await until('all serve', serving(nodes));
  for (let i = 0; i < 300; i++) write(nodes[i % 3] as Node, `v${i}`, i);
  await until('all have 300', () => nodes.every((node) => values(node).length === 300));
  expect(values(nodes[1] as Node)).toEqual(values(nodes[0] as Node));
  expect(values(nodes[2] as Node)).toEqual(values(nodes[0] as Node));
  for (const node of nodes) {
    const own = values(node).filter((value) => Number(value.slice(1)) % 3 === 0);
    expect(own).toEqual([...own].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1))));
  }
});

test('Z2 a leader that stops is replaced, and a server that comes back has what was written meanwhile by DIFF', async () => {
  const servers = await freeServers(3);
  const nodes = await Promise.all([1, 2, 3].map((sid) => start(sid, servers)));
  await until('all serve', serving(nodes));
  const first = leaderOf(nodes);
  write(first, 'a');
  await until('a everywhere', () => nodes.every((node) => values(node).includes('a')));
  await first.peer.stop();
  const rest = nodes.filter((node) => node !== first);
  await until('another leads', serving(rest));
  write(leaderOf(rest), 'b');
  await until('b on both', () => rest.every((node) => values(node).includes('b')));
  const back = await start(first.sid, servers, first.db);
  await until('it is back', () => back.core.role?.mode === 'follower' && values(back).includes('b'));
  expect(values(back)).toEqual(['a', 'b']);
  const synced = leaderOf(rest).events.filter((event) => event.type === 'learnerSynced' && event.sid === first.sid);
  expect(synced.at(-1)).toMatchObject({ by: 'DIFF' });
});

test('Z3 a server with txns that no one else has is cut back by TRUNC', async () => {
  const servers = await freeServers(3);
  const common = [setData(zxidOf(1, 1), 'a'), setData(zxidOf(1, 2), 'b')];
  const nodes = [await start(1, servers, new FakeDatabase(1, 1).load(...common)), await start(2, servers, new FakeDatabase(1, 1).load(...common))];
  await until('two serve', serving(nodes));
  const odd = await start(3, servers, new FakeDatabase(1, 1).load(...common, setData(zxidOf(1, 3), 'lost')));
  await until('it follows', () => odd.core.role?.mode === 'follower');
  expect(values(odd)).toEqual(['a', 'b']);
  expect(odd.db.journal).toContain('truncate 0x100000002');
});

test('Z4 a server that the log does not reach back to gets a SNAP, and what is written meanwhile', async () => {
  const servers = await freeServers(3);
  const history = Array.from({ length: 20 }, (_, i) => setData(zxidOf(1, i + 1), `h${i}`));
  const nodes = [1, 2].map((sid) => start(sid, servers, new FakeDatabase(1, 1).load(...history)));
  const two = await Promise.all(nodes);
  await until('two serve', serving(two));
  const empty = await start(3, servers);
  for (let i = 0; i < 50; i++) { write(leaderOf(two), `n${i}`); await new Promise((resolve) => { setImmediate(resolve); }); }
  await until('it has all', () => values(empty).length === 70);
  expect(values(empty)).toEqual(values(leaderOf(two)));
  expect(leaderOf(two).events.find((event) => event.type === 'learnerSynced' && event.sid === 3)).toMatchObject({ by: 'SNAP' });
});

test('Z5 a server that is behind the ring in memory gets the log on disk as DIFF', async () => {
  const servers = await freeServers(3);
  const history = Array.from({ length: 40 }, (_, i) => setData(zxidOf(1, i + 1), `h${i}`));
  const make = (count: number): FakeDatabase => { const db = new FakeDatabase(1, 1).load(...history.slice(0, count)); db.ringSize = 5; return db; };
  const two = [await start(1, servers, make(40)), await start(2, servers, make(40))];
  await until('two serve', serving(two));
  const behind = await start(3, servers, make(10));
  await until('it has all', () => behind.core.role !== null && values(behind).length === 40);
  expect(leaderOf(two).events.find((event) => event.type === 'learnerSynced' && event.sid === 3)).toMatchObject({ by: 'DIFF' });
});

test('Z6 a sync is answered only after every write acknowledged before it is applied where it was asked', async () => {
  const servers = await freeServers(3);
  const nodes = await Promise.all([1, 2, 3].map((sid) => start(sid, servers)));
  await until('all serve', serving(nodes));
  const writer = leaderOf(nodes);
  for (let round = 0; round < 50; round++) {
    const acknowledged = new Promise<void>((resolve) => { writer.core.onCommit = () => { resolve(); }; });
    write(writer, `r${round}`);
    await acknowledged;
    const reader = nodes[round % 3] as Node;
    await sync(reader);
    expect(values(reader)).toContain(`r${round}`);
  }
});

test('Z7 a leader that nobody answers any more does not answer a sync, and steps down', async () => {
  const servers = await freeServers(3);
  const nodes = await Promise.all([1, 2, 3].map((sid) => start(sid, servers)));
  await until('all serve', serving(nodes));
  const leader = leaderOf(nodes);
  await Promise.all(nodes.filter((node) => node !== leader).map((node) => node.peer.stop()));
  let answered = false;
  void sync(leader).then(() => { answered = true; });
  await until('it looks again', () => leader.core.role === null);
  expect(answered).toBe(false);
  expect(leader.peer.status().state).toBe('looking');
});

test('Z8 an observer is told of what is committed, forwards writes and does not vote', async () => {
  const servers = await freeServers(4, (sid) => (sid === 4 ? 'observer' : 'participant'));
  const nodes = await Promise.all([1, 2, 3, 4].map((sid) => start(sid, servers)));
  await until('all serve', serving(nodes));
  const observer = nodes[3] as Node;
  expect(observer.core.role?.mode).toBe('observer');
  write(observer, 'from the observer');
  write(nodes[0] as Node, 'from another');
  await until('all have both', () => nodes.every((node) => values(node).length === 2));
  await sync(observer);
  expect(values(observer)).toEqual(values(nodes[0] as Node));
});

test('Z43 a counter that is used up makes the leader step down, and the next epoch begins at 1 again', async () => {
  const servers = await freeServers(3);
  const nodes = await Promise.all([1, 2, 3].map((sid) => start(sid, servers)));
  await until('all serve', serving(nodes));
  write(leaderOf(nodes), 'a');
  await until('a everywhere', () => nodes.every((node) => values(node).length === 1));
  const leader = leaderOf(nodes);
  const { epoch } = leader.peer.status();
  leader.core.setLastPreparedZxid(zxidOf(epoch, 0xffff_fffe));
  write(leader, 'never');
  await until('a new epoch', () => serving(nodes)() && leaderOf(nodes).peer.status().epoch > epoch);
  write(leaderOf(nodes), 'b');
  await until('b everywhere', () => nodes.every((node) => values(node).length === 2));
  expect(values(nodes[0] as Node)).toEqual(['a', 'b']);
  expect(nodes[0]?.db.lastLoggedZxid).toBe(zxidOf(leaderOf(nodes).peer.status().epoch, 1));
});

test('Z44 whoever has been in a later epoch leads, and the others take over its history', async () => {
  const servers = await freeServers(3);
  const old = [setData(zxidOf(1, 1), 'a')];
  const newer = [...old, setData(zxidOf(2, 1), 'b')];
  const behind = await start(1, servers, new FakeDatabase(1, 1).load(...old));
  const ahead = await start(3, servers, new FakeDatabase(2, 2).load(...newer));
  await until('both serve', serving([behind, ahead]));
  expect(leaderOf([behind, ahead])).toBe(ahead);
  expect(values(behind)).toEqual(['a', 'b']);
  expect(ahead.peer.status().epoch).toBe(3);
});

test('Z45 two servers of ours with one number are told, and the others serve on', async () => {
  const servers = await freeServers(3);
  const nodes = await Promise.all([1, 2, 3].map((sid) => start(sid, servers)));
  await until('all serve', serving(nodes));
  const elsewhere = new Map(servers).set(1, { ...(await freeServers(1)).get(1) as QuorumServer, sid: 1 });
  await start(1, elsewhere);
  const told = (): boolean => nodes.some((node) => node.events.some((event) => event.type === 'warning' && /two servers have this number|two servers may have the number 1/.test(JSON.stringify(event.error.params))));
  await until('someone says so', told);
  write(leaderOf(nodes), 'still');
  await until('it is committed', () => [2, 3].every((sid) => values(nodes[sid - 1] as Node).includes('still')));
});

test('Z46 a write is not committed while no disk has it', async () => {
  const servers = await freeServers(3);
  const nodes = await Promise.all([1, 2, 3].map((sid) => start(sid, servers)));
  await until('all serve', serving(nodes));
  const leader = leaderOf(nodes);
  for (const node of nodes) if (node !== leader) node.db.hold();
  leader.db.hold();
  write(leader, 'not on any disk');
  await new Promise((resolve) => { setTimeout(resolve, 100); });
  expect(leader.core.committed.length).toBe(0);
  for (const node of nodes) node.db.release();
  await until('now it is', () => nodes.every((node) => values(node).length === 1));
});

test('Z57 with observerMasterPort an observer is fed by a follower, and finds another when that one goes', async () => {
  const plain = await freeServers(4, (sid) => (sid === 4 ? 'observer' : 'participant'));
  const servers = new Map([...plain].map(([sid, server]) => [sid, { ...server, addresses: server.addresses.map((at) => ({ ...at, host: `127.0.2.${sid}` })) }]));
  const more = { observerMasterPort: await freePort() };
  const voters = await Promise.all([1, 2, 3].map((sid) => start(sid, servers, new FakeDatabase(), more)));
  await until('the voters serve', serving(voters));
  write(leaderOf(voters), 'before');
  const observer = await start(4, servers, new FakeDatabase(), more);
  await until('the observer serves', () => observer.core.role?.mode === 'observer');
  expect(leaderOf(voters).peer.status().learners.map((learner) => learner.role)).toEqual(['follower', 'follower']);
  write(observer, 'through the observer');
  await sync(observer);
  write(leaderOf(voters), 'after');
  await until('it has all', () => values(observer).length === 3);
  expect(values(observer)).toEqual(values(leaderOf(voters)));
  const follower = voters.find((node) => node !== leaderOf(voters)) as Node;
  await follower.peer.stop();
  write(leaderOf(voters), 'with one less');
  await until('it has that too', () => observer.core.role !== null && values(observer).length === 4);
});
