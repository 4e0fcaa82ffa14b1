// Z: in which order a learner puts things on disk and says so. Each defect of ZooKeeper that came from another order is a test with its number.
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { Learner } from '../../../../../../main/engines/coordination/broadcast/learner.ts';
import { PACKET, encodeLeaderInfo } from '../../../../../../main/engines/coordination/broadcast/packet.ts';
import { PacketChannel, type Packet } from '../../../../../../main/engines/coordination/broadcast/packet-channel.ts';
import type { PeerContext, RoleEnd } from '../../../../../../main/engines/coordination/broadcast/peer-context.ts';
import { ByteStream } from '../../../../../../main/engines/coordination/election/byte-stream.ts';
import type { FastLeaderElection } from '../../../../../../main/engines/coordination/election/fast-leader-election.ts';
import { Membership } from '../../../../../../main/engines/coordination/election/membership.ts';
import { QuorumVerifier } from '../../../../../../main/engines/coordination/election/quorum-verifier.ts';
import { PLAIN } from '../../../../../../main/engines/coordination/election/transport.ts';
import type { Txn } from '../../../../../../main/engines/coordination/txn.ts';
import { zxidOf } from '../../../../../../main/engines/coordination/zxid.ts';
import { CLOCK, FakeCore, FakeDatabase, configOf, freeServers, setData, until } from './fakes.ts';

let server: Server | null = null;
let learner: Learner | null = null;
let ended: Promise<RoleEnd> | null = null;
afterEach(async () => {
  learner?.end('the test is over');
  await ended;
  server?.close();
});

/** A leader played by the test: server 2 of three, epoch 7. */
class FakeLeader {
  readonly channel: PacketChannel;
  readonly db: FakeDatabase;
  readonly core: FakeCore;
  constructor(socket: Socket, db: FakeDatabase, core: FakeCore) { this.channel = new PacketChannel(new ByteStream(socket)); this.db = db; this.core = core; }
  say(type: number, zxid: number, data: Uint8Array | null = null): void { this.channel.send(type, zxid, data); }
  propose(...txns: Txn[]): void { for (const txn of txns) this.say(PACKET.proposal, txn.header.zxid, txn.bytes); }
  commit(...txns: Txn[]): void { for (const txn of txns) this.say(PACKET.commit, txn.header.zxid); }
  async hear(): Promise<Packet> { return await this.channel.read(); }
  /** Whether it has said something by now. */
  async silent(ms = 60): Promise<boolean> {
    await new Promise((resolve) => { setTimeout(resolve, ms); });
    return this.channel.stream.buffered === 0;
  }
  async discover(ours = false): Promise<void> {
    expect((await this.hear()).type).toBe(PACKET.followerInfo);
    this.say(PACKET.leaderInfo, zxidOf(7, 0), ours ? encodeLeaderInfo(100) : Buffer.from([0, 1, 0, 0]));
    expect((await this.hear()).type).toBe(PACKET.ackEpoch);
  }
  newLeader(): void { this.say(PACKET.newLeader, zxidOf(7, 0)); }
}

const HISTORY = [setData(zxidOf(6, 1), 'a'), setData(zxidOf(6, 2), 'b')];

async function follow(db = new FakeDatabase(6, 6).load(...HISTORY)): Promise<FakeLeader> {
  const servers = await freeServers(3);
  server = createServer().listen(servers.get(2)?.addresses[0]?.quorumPort, '127.0.0.1');
  await once(server, 'listening');
  const core = new FakeCore(db.asDatabase());
  const config = configOf(1, servers);
  const context: PeerContext = {
    config, myid: 1, db: db.asDatabase(), core: core.asCore(), clock: CLOCK, report: () => undefined, transport: PLAIN,
    membership: new Membership(1, new QuorumVerifier({ servers, groups: null, weights: new Map(), version: 0 }), false),
    election: { established: () => undefined } as unknown as FastLeaderElection, propose: () => undefined, activate: () => false,
  };
  learner = new Learner(context, 2, false, false);
  const accepted = once(server, 'connection');
  ended = learner.run();
  const [socket] = await accepted as [Socket];
  return new FakeLeader(socket, db, core);
}

test('Z12 acceptedEpoch is on disk before ACKEPOCH, which tells currentEpoch and the last zxid', async () => {
  const leader = await follow();
  expect(await leader.hear()).toMatchObject({ type: PACKET.followerInfo, zxid: zxidOf(6, 0) });
  leader.db.hold();
  leader.say(PACKET.leaderInfo, zxidOf(7, 0), Buffer.from([0, 1, 0, 0]));
  expect(await leader.silent()).toBe(true);
  leader.db.release();
  const ack = await leader.hear();
  expect(ack).toMatchObject({ type: PACKET.ackEpoch, zxid: zxidOf(6, 2) });
  expect(ack.data?.readInt32BE(0)).toBe(6);
  expect(leader.db.journal).toEqual(['accepted 7']);
});

test('Z13 an epoch that was accepted before is not acknowledged again (-1), an older one is refused', async () => {
  const again = await follow(new FakeDatabase(6, 7).load(...HISTORY));
  await again.hear();
  again.say(PACKET.leaderInfo, zxidOf(7, 0), Buffer.from([0, 1, 0, 0]));
  expect((await again.hear()).data?.readInt32BE(0)).toBe(-1);
  learner?.end('next');
  await ended;
  server?.close();
  const old = await follow(new FakeDatabase(6, 9).load(...HISTORY));
  await old.hear();
  old.say(PACKET.leaderInfo, zxidOf(7, 0), Buffer.from([0, 1, 0, 0]));
  expect((await (ended as Promise<RoleEnd>)).reason).toContain('epoch 7 is before epoch 9');
});

test('Z14 an epoch above 2^21-1 is refused', async () => {
  const leader = await follow();
  await leader.hear();
  leader.say(PACKET.leaderInfo, zxidOf(2 ** 21, 0), Buffer.from([0, 1, 0, 0]));
  expect((await (ended as Promise<RoleEnd>)).reason).toContain('above 2097151');
  expect(leader.db.epochs.accepted).toBe(6);
});

test('Z15 ZOOKEEPER-3911, ZOOKEEPER-4646: NEWLEADER is acknowledged only after the txns of DIFF are on disk', async () => {
  const leader = await follow();
  await leader.discover();
  const txns = [setData(zxidOf(6, 3), 'c'), setData(zxidOf(6, 4), 'd')];
  leader.db.hold();
  leader.say(PACKET.diff, zxidOf(6, 4));
  for (const txn of txns) { leader.propose(txn); leader.commit(txn); }
  leader.newLeader();
  expect(await leader.silent()).toBe(true);
  expect(leader.db.log.length).toBe(2);
  leader.db.release();
  expect(await leader.hear()).toMatchObject({ type: PACKET.ack, zxid: zxidOf(7, 0) });
  expect(leader.db.log.length).toBe(4);
});

test('Z16 ZOOKEEPER-4643, ZOOKEEPER-4785: currentEpoch is written after those txns are on disk, and before the acknowledgement', async () => {
  const leader = await follow();
  await leader.discover();
  const txn = setData(zxidOf(6, 3), 'c');
  leader.say(PACKET.diff, zxidOf(6, 3));
  leader.propose(txn);
  leader.commit(txn);
  leader.db.hold();
  leader.newLeader();
  expect(await leader.silent()).toBe(true);
  expect(leader.db.epochs.current).toBe(6);
  leader.db.release();
  await leader.hear();
  const { journal } = leader.db;
  expect(journal.indexOf('durable 0x600000003')).toBeGreaterThan(journal.indexOf('append 0x600000003'));
  expect(journal.indexOf('current 7')).toBeGreaterThan(journal.indexOf('durable 0x600000003'));
});

test('Z17 the snapshot of SNAP is on disk before currentEpoch', async () => {
  const source = new FakeDatabase(7, 7).load(...HISTORY, setData(zxidOf(6, 9), 'z'));
  const leader = await follow(new FakeDatabase(2, 2));
  await leader.discover();
  const { zxid, chunks } = source.serialize();
  leader.say(PACKET.snap, zxid);
  for await (const chunk of chunks) leader.channel.sendWritten(chunk);
  leader.channel.sendWritten(Buffer.concat([Buffer.from([0, 0, 0, 10]), Buffer.from('BenWasHere')]));
  leader.newLeader();
  await leader.hear();
  expect(leader.db.journal).toEqual(['accepted 7', 'restore 0x600000009', 'current 7']);
});

test('Z18 a SNAP without its signature is not taken for one: no epoch is written and nothing acknowledged', async () => {
  const leader = await follow(new FakeDatabase(2, 2));
  await leader.discover();
  leader.say(PACKET.snap, zxidOf(6, 1));
  leader.channel.sendWritten(Buffer.alloc(4)); // an empty snapshot
  leader.channel.sendWritten(Buffer.concat([Buffer.from([0, 0, 0, 10]), Buffer.from('BenWasNot!')]));
  leader.newLeader();
  expect((await (ended as Promise<RoleEnd>)).reason).toContain('does not end as one');
  expect(leader.db.journal).not.toContain('current 7');
});

test('Z19 ZOOKEEPER-4394: a COMMIT between NEWLEADER and UPTODATE of a proposal before NEWLEADER is taken', async () => {
  const leader = await follow();
  await leader.discover();
  const txn = setData(zxidOf(7, 1), 'c');
  leader.say(PACKET.diff, zxidOf(6, 2));
  leader.propose(txn); // uncommitted when the learner joined
  leader.newLeader();
  await leader.hear();
  leader.commit(txn);
  leader.say(PACKET.upToDate, -1);
  await until('it serves', () => leader.core.role !== null);
  expect(leader.db.applied.at(-1)?.header.zxid).toBe(zxidOf(7, 1));
  await until('it is on disk', () => leader.db.durable === zxidOf(7, 1));
});

test('Z20 ZOOKEEPER-4685: nothing is acknowledged before NEWLEADER, and proposals only once they are on disk, each in order', async () => {
  const leader = await follow();
  await leader.discover();
  const early = setData(zxidOf(7, 1), 'c');
  leader.say(PACKET.diff, zxidOf(6, 2));
  leader.propose(early);
  leader.newLeader();
  expect(await leader.hear()).toMatchObject({ type: PACKET.ack, zxid: zxidOf(7, 0) });
  expect(await leader.silent()).toBe(true);
  leader.say(PACKET.upToDate, -1);
  expect(await leader.hear()).toMatchObject({ type: PACKET.ack, zxid: zxidOf(7, 0) });
  expect(await leader.hear()).toMatchObject({ type: PACKET.ack, zxid: zxidOf(7, 1) });
  leader.db.hold();
  leader.propose(setData(zxidOf(7, 2), 'd'), setData(zxidOf(7, 3), 'e'));
  expect(await leader.silent()).toBe(true);
  leader.db.release();
  expect(await leader.hear()).toMatchObject({ type: PACKET.ack, zxid: zxidOf(7, 2) });
  expect(await leader.hear()).toMatchObject({ type: PACKET.ack, zxid: zxidOf(7, 3) });
});

test('Z21 to a leader of ours the last of a batch is acknowledged for all, and one COMMIT commits them', async () => {
  const leader = await follow();
  await leader.discover(true);
  leader.say(PACKET.diff, zxidOf(6, 2));
  leader.newLeader();
  await leader.hear();
  leader.say(PACKET.upToDate, -1);
  await leader.hear();
  leader.db.hold();
  leader.propose(setData(zxidOf(7, 1), 'c'), setData(zxidOf(7, 2), 'd'), setData(zxidOf(7, 3), 'e'));
  await until('logged', () => leader.db.lastLoggedZxid === zxidOf(7, 3));
  leader.db.release();
  expect(await leader.hear()).toMatchObject({ type: PACKET.ack, zxid: zxidOf(7, 3) });
  leader.say(PACKET.commit, zxidOf(7, 3));
  await until('applied', () => leader.db.applied.at(-1)?.header.zxid === zxidOf(7, 3));
});

test('Z22 a proposal that leaves one out ends the connection, and is not logged', async () => {
  const leader = await follow();
  await leader.discover();
  leader.say(PACKET.diff, zxidOf(6, 2));
  leader.newLeader();
  await leader.hear();
  leader.say(PACKET.upToDate, -1);
  leader.propose(setData(zxidOf(7, 1), 'c'), setData(zxidOf(7, 3), 'e'));
  expect((await (ended as Promise<RoleEnd>)).reason).toContain('0x700000003 came after 0x700000001');
  expect(leader.db.lastLoggedZxid).toBe(zxidOf(7, 1));
});

test('Z23 what was logged and not committed when the leader went is part of the history that is voted with', async () => {
  const leader = await follow();
  await leader.discover();
  leader.say(PACKET.diff, zxidOf(6, 2));
  leader.newLeader();
  await leader.hear();
  leader.say(PACKET.upToDate, -1);
  leader.propose(setData(zxidOf(7, 1), 'c'));
  await until('logged', () => leader.db.durable === zxidOf(7, 1));
  leader.channel.stream.destroy();
  await ended;
  expect(leader.db.applied.at(-1)?.header.zxid).toBe(zxidOf(7, 1));
});

test('Z24 a log that cannot be cut to where the leader says is not touched: everything is asked for next time', async () => {
  const leader = await follow();
  await leader.discover();
  leader.say(PACKET.trunc, zxidOf(5, 77));
  await ended;
  expect(learner?.cannotTruncate).toBe(true);
  expect(leader.db.log.length).toBe(2);
});

test('Z25 PING is answered with the sessions that were heard since the last one', async () => {
  const leader = await follow();
  await leader.discover();
  leader.say(PACKET.diff, zxidOf(6, 2));
  leader.newLeader();
  await leader.hear();
  leader.say(PACKET.upToDate, -1);
  await leader.hear();
  leader.core.role?.touch(0x1000000000000001n, 30_000);
  leader.say(PACKET.ping, zxidOf(6, 2));
  const answer = await leader.hear();
  expect(answer.data?.toString('hex')).toBe('100000000000000100007530');
  leader.say(PACKET.ping, zxidOf(6, 2));
  expect((await leader.hear()).data?.length ?? 0).toBe(0);
});
