// Z: the parts of a leader that decide something, each alone.
import { describe, expect, test } from 'vitest';
import { LAST_COUNTER, zxidOf } from '../../../../../../main/engines/coordination/zxid.ts';
import { PacketChannel, writePacket } from '../../../../../../main/engines/coordination/broadcast/packet-channel.ts';
import { decodeLearnerInfo, encodeLeaderInfo, encodeLearnerInfo, heartbeatOf } from '../../../../../../main/engines/coordination/broadcast/packet.ts';
import { Proposals } from '../../../../../../main/engines/coordination/broadcast/proposals.ts';
import { QuorumGate } from '../../../../../../main/engines/coordination/broadcast/quorum-gate.ts';
import { ReadIndex, type Pinged } from '../../../../../../main/engines/coordination/broadcast/read-index.ts';
import { Silence } from '../../../../../../main/engines/coordination/broadcast/silence.ts';
import { planSync } from '../../../../../../main/engines/coordination/broadcast/sync-plan.ts';
import { ByteStream } from '../../../../../../main/engines/coordination/election/byte-stream.ts';
import { parseQuorum } from '../../../../../../main/engines/coordination/election/quorum-verifier.ts';
import { JuteWriter } from '../../../../../../main/engines/coordination/jute/writer.ts';
import { FakeDatabase, setData, socketPair } from './fakes.ts';
import { Establishment } from '../../../../../../main/engines/coordination/broadcast/establishment.ts';
import type { PeerContext } from '../../../../../../main/engines/coordination/broadcast/peer-context.ts';
import { Membership } from '../../../../../../main/engines/coordination/election/membership.ts';

const turn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });
const three = parseQuorum([1, 2, 3].map((sid) => `server.${sid}=h:${sid}:${sid + 10}:participant`).join('\n'));

describe('Z29 how a learner is brought up to date (LearnerHandler.syncFollower)', () => {
  const ring = [zxidOf(4, 8), zxidOf(4, 9), zxidOf(5, 1), zxidOf(5, 2)].map((zxid) => setData(zxid, 'x'));
  const history = { committed: ring, lastZxid: zxidOf(5, 2) };
  test.each([
    ['equal', zxidOf(5, 2), { by: 'DIFF', zxid: zxidOf(5, 2), txns: [] }],
    ['within the ring', zxidOf(4, 9), { by: 'DIFF', zxid: zxidOf(5, 2), txns: ring.slice(2) }],
    ['at its beginning', zxidOf(4, 8), { by: 'DIFF', zxid: zxidOf(5, 2), txns: ring.slice(1) }],
    ['ahead', zxidOf(5, 7), { by: 'TRUNC', zxid: zxidOf(5, 2), txns: [] }],
    ['on a txn that is not ours', zxidOf(4, 12), { by: 'TRUNC', zxid: zxidOf(4, 9), txns: ring.slice(2) }],
    ['at the beginning of an epoch', zxidOf(5, 0), { by: 'DIFF', zxid: zxidOf(5, 2), txns: ring.slice(2) }],
    ['before the ring', zxidOf(4, 1), { by: 'LOG' }],
    ['empty', 0, { by: 'SNAP' }],
    ['at the beginning of an epoch that is not ours', zxidOf(9, 0), { by: 'SNAP' }],
    ['on a txn of an epoch that the ring has not', zxidOf(3, 1), { by: 'LOG' }],
  ] as const)('%s', (_what, peer, plan) => {
    expect(planSync(history, peer)).toEqual(plan);
  });

  test('a txn of an epoch that left none in the ring is not cut across the epoch', () => {
    expect(planSync({ committed: [ring[0], ring[3]].map((txn) => txn as NonNullable<typeof txn>), lastZxid: zxidOf(5, 2) }, zxidOf(4, 20))).toMatchObject({ by: 'TRUNC' });
    expect(planSync({ committed: [setData(zxidOf(3, 1), 'x'), ring[3] as NonNullable<(typeof ring)[3]>], lastZxid: zxidOf(5, 2) }, zxidOf(4, 20))).toEqual({ by: 'SNAP' });
  });
});

describe('proposals', () => {
  test('Z30 what a quorum has on disk is committed, in zxid order and no further', () => {
    const acked = new Map([[1, zxidOf(1, 3)], [2, -1], [3, -1]]);
    const of = (sid: number): number => acked.get(sid) ?? -1;
    const proposals = new Proposals();
    const deciders = [three];
    for (const counter of [1, 2, 3, 4]) proposals.add(setData(zxidOf(1, counter), 'x'), deciders);
    expect(proposals.next(of)).toBeNull();
    acked.set(3, zxidOf(1, 2));
    proposals.changed();
    expect([proposals.next(of), proposals.next(of), proposals.next(of)].map((txn) => txn?.header.zxid)).toEqual([zxidOf(1, 1), zxidOf(1, 2), undefined]);
    expect([...proposals.txns()].map((txn) => txn.header.zxid)).toEqual([zxidOf(1, 3), zxidOf(1, 4)]);
  });

  test('Z31 while a reconfig is under way the old and the new configuration must both agree, and nothing goes ahead of it', () => {
    const next = parseQuorum([3, 4, 5].map((sid) => `server.${sid}=h:${sid}:${sid + 10}:participant`).join('\n'));
    const acked = new Map<number, number>();
    const of = (sid: number): number => acked.get(sid) ?? -1;
    const proposals = new Proposals();
    proposals.add(setData(zxidOf(1, 1), 'reconfig'), [three, next]);
    proposals.add(setData(zxidOf(1, 2), 'after'), [three]);
    for (const sid of [1, 2, 3]) acked.set(sid, zxidOf(1, 2));
    proposals.changed();
    expect(proposals.next(of)).toBeNull();
    acked.set(4, zxidOf(1, 1));
    proposals.changed();
    expect(proposals.next(of)?.header.zxid).toBe(zxidOf(1, 1));
    expect(proposals.next(of)?.header.zxid).toBe(zxidOf(1, 2));
  });

  test('Z32 many proposals go through without holding on to those that are done', () => {
    const proposals = new Proposals();
    const deciders = [three];
    for (let counter = 1; counter <= 5000; counter++) {
      proposals.add(setData(zxidOf(1, counter), 'x'), deciders);
      proposals.changed();
      expect(proposals.next(() => zxidOf(1, counter))?.header.zxid).toBe(zxidOf(1, counter));
    }
    expect(proposals.size).toBe(0);
  });
});

class Learner implements Pinged {
  readonly sid: number;
  pings = 0;
  answered = 0;
  constructor(sid: number) { this.sid = sid; }
  ping(): number { return ++this.pings; }
}

describe('read-index', () => {
  const make = (): { readonly reads: ReadIndex; readonly learners: Learner[]; committed: number; proposed: number } => {
    const state = { learners: [new Learner(2), new Learner(3)], committed: 10, proposed: 10, reads: null as unknown as ReadIndex };
    state.reads = new ReadIndex({ followers: () => state.learners, isQuorum: (sids) => three.isQuorum(sids.add(1)), lastProposed: () => state.proposed, lastCommitted: () => state.committed });
    return state;
  };

  test('Z33 a sync waits for answers to pings sent after it was asked', async () => {
    const { reads, learners } = make();
    const [first] = learners as [Learner];
    first.pings = 5; // sent before, and answered now
    let done = false;
    reads.sync(() => { done = true; });
    first.answered = 5;
    reads.answered();
    await turn();
    await turn();
    expect(done).toBe(false);
    first.answered = 6;
    reads.answered();
    expect(done).toBe(true);
  });

  test('Z34 syncs share a round, and those asked during one get the next', async () => {
    const { reads, learners } = make();
    const done: string[] = [];
    reads.sync(() => { done.push('a'); });
    reads.sync(() => { done.push('b'); });
    await turn();
    await turn();
    expect(learners.map((learner) => learner.pings)).toEqual([1, 1]);
    reads.sync(() => { done.push('c'); });
    (learners[1] as Learner).answered = 1;
    reads.answered();
    expect(done).toEqual(['a', 'b']);
    await turn();
    await turn();
    expect(learners.map((learner) => learner.pings)).toEqual([2, 2]);
    (learners[0] as Learner).answered = 2;
    reads.answered();
    expect(done).toEqual(['a', 'b', 'c']);
  });

  test('Z35 a sync also waits for what was proposed before it, and a follower that comes up to date can complete a round', async () => {
    const state = make();
    const { reads } = state;
    state.learners.length = 0;
    state.proposed = 12;
    let done = false;
    reads.sync(() => { done = true; });
    await turn();
    await turn();
    const late = new Learner(3);
    reads.joined(late);
    late.answered = 1;
    reads.answered();
    expect(done).toBe(false);
    state.committed = 12;
    reads.committed();
    expect(done).toBe(true);
  });
});

describe('silence', () => {
  test('Z36 one that pings often is given up after about a second, others after syncLimit ticks', () => {
    const often = new Silence(0, 10_000, 200);
    for (let now = 50; now <= 2_000; now += 50) {
      if (now % 200 === 0) often.heard(now);
      often.isTooLong(now, 50);
    }
    for (let now = 2_050; now <= 3_000; now += 50) expect(often.isTooLong(now, 50)).toBe(false);
    expect(often.isTooLong(3_050, 50)).toBe(true);
    const real = new Silence(0, 10_000, null);
    let given = 0;
    for (let now = 50; now <= 11_000 && given === 0; now += 50) if (real.isTooLong(now, 50)) given = now;
    expect(given).toBe(10_050);
  });

  test('Z37 the largest recent gap counts thrice, and syncLimit ticks are never gone past', () => {
    const slow = new Silence(0, 4_000, 200);
    slow.heard(600);
    expect(slow.limitMs).toBe(1_800);
    slow.heard(2_600);
    expect(slow.limitMs).toBe(4_000);
    for (let now = 3_000; now < 40_000; now += 200) slow.heard(now);
    expect(slow.limitMs).toBe(1_000); // the larger ones have aged out
  });

  test('Z38 when this process stood still, nothing is held against the other', () => {
    const silence = new Silence(0, 10_000, 200);
    silence.heard(100);
    expect(silence.isTooLong(150, 50)).toBe(false);
    expect(silence.isTooLong(20_000, 50)).toBe(false);
    expect(silence.isTooLong(20_050, 50)).toBe(false);
  });
});

test('Z39 a quorum gate opens for a quorum that holds this server, and tells those who wait why it will not', async () => {
  const gate = new QuorumGate(1, (sids) => three.isQuorum(sids));
  gate.add(2);
  gate.add(3);
  expect(gate.isOpen).toBe(false);
  gate.add(1);
  await gate.opened;
  const never = new QuorumGate(1, () => false);
  never.fail(new Error('no one came'));
  await expect(never.opened).rejects.toThrow('no one came');
});

test('Z40 what ours add to the handshake is behind what real servers read', () => {
  const info = encodeLearnerInfo(3, 0x100000005);
  expect(decodeLearnerInfo(info)).toEqual({ sid: 3, protocol: 0x10000, configVersion: 0x100000005, ours: true });
  expect(decodeLearnerInfo(info.subarray(0, 20))).toEqual({ sid: 3, protocol: 0x10000, configVersion: 0x100000005, ours: false });
  expect(decodeLearnerInfo(null)).toEqual({ sid: -1, protocol: 0, configVersion: 0, ours: false });
  expect(heartbeatOf(encodeLeaderInfo(200))).toBe(200);
  expect(heartbeatOf(encodeLeaderInfo(200).subarray(0, 4))).toBeNull();
  expect(encodeLeaderInfo(200).readInt32BE(0)).toBe(0x10000);
});

describe('establishment', () => {
  const make = (db: FakeDatabase): { readonly establishment: Establishment; readonly ahead: string[] } => {
    const ahead: string[] = [];
    const context = { myid: 1, db: db.asDatabase(), membership: new Membership(1, three, false), config: { dataDir: '/nowhere' } } as unknown as PeerContext;
    return { establishment: new Establishment(context, (reason) => { ahead.push(reason); }), ahead };
  };

  test('Z47 the new epoch is one above the highest that a quorum has accepted, and on disk before anyone hears of it', async () => {
    const db = new FakeDatabase(3, 4);
    const { establishment } = make(db);
    const own = establishment.offer(1, 4);
    db.hold();
    const other = establishment.offer(2, 9);
    let told = false;
    void other.then(() => { told = true; });
    await turn();
    await turn();
    expect(told).toBe(false);
    db.release();
    expect(await own).toBe(10);
    expect(await other).toBe(10);
    expect(await establishment.offer(3, 20)).toBe(10); // too late to count
    expect(db.epochs.accepted).toBe(10);
  });

  test('Z48 a voter with a newer (epoch, zxid) makes the leader give up; one that has acknowledged the epoch before does not count', async () => {
    const { establishment, ahead } = make(new FakeDatabase(3, 3).load(setData(zxidOf(3, 5), 'x')));
    void establishment.offer(1, 3);
    await establishment.offer(2, 3);
    establishment.ack(1, 3, zxidOf(3, 5));
    establishment.ack(2, -1, zxidOf(3, 9));
    expect(ahead).toEqual([]);
    expect(() => { establishment.ack(3, 3, zxidOf(3, 6)); }).toThrow('newer history');
    expect(ahead.length).toBe(1);
    expect(() => { establishment.ack(2, 4, zxidOf(3, 1)); }).toThrow('newer history');
    expect(() => { establishment.ack(77, 4, zxidOf(3, 1)); }).toThrow('newer history'); // no voter: it is refused, and the leader goes on
    expect(ahead.length).toBe(2);
  });

  test('Z49 an epoch above 2^21-1 is not begun', async () => {
    const { establishment } = make(new FakeDatabase(3, 2 ** 21 - 1));
    const own = establishment.offer(1, 2 ** 21 - 1);
    establishment.offer(2, 0).catch(() => undefined);
    await expect(own).rejects.toMatchObject({ code: 'COORD_EPOCH' });
  });

  test('Z50 an acknowledgement of another epoch, or of no voter, does not establish a leader', async () => {
    const { establishment } = make(new FakeDatabase(3, 3));
    void establishment.offer(1, 3);
    await establishment.offer(2, 3);
    establishment.lead(1, zxidOf(4, 0));
    establishment.lead(2, zxidOf(3, 0));
    establishment.lead(77, zxidOf(4, 0));
    expect(establishment.isEstablished).toBe(false);
    establishment.lead(2, zxidOf(4, 0));
    expect(establishment.isEstablished).toBe(true);
  });
});

describe('packets', () => {
  test('Z41 packets are read whole however their bytes are cut', async () => {
    const writer = new JuteWriter();
    writePacket(writer, 2, zxidOf(3, 4), Buffer.from('data'));
    writePacket(writer, 1, -1, null, [{ scheme: 'digest', id: 'a:b' }, { scheme: 'ip', id: '::1' }]);
    writePacket(writer, 5, zxidOf(1, LAST_COUNTER), Buffer.alloc(0));
    const bytes = writer.take();
    for (const size of [1, 2, 3, 7, 50, bytes.length]) {
      const { near, far } = await socketPair();
      const channel = new PacketChannel(new ByteStream(near));
      for (let at = 0; at < bytes.length; at += size) far.write(bytes.subarray(at, at + size));
      expect(await channel.read()).toMatchObject({ type: 2, zxid: zxidOf(3, 4), data: Buffer.from('data'), authinfo: [] });
      expect(await channel.read()).toMatchObject({ type: 1, zxid: -1, data: null, authinfo: [{ scheme: 'digest', id: 'a:b' }, { scheme: 'ip', id: '::1' }] });
      expect(await channel.read()).toMatchObject({ type: 5, zxid: zxidOf(1, LAST_COUNTER) });
      near.destroy();
      far.destroy();
    }
  });

  test.each([
    ['a length below -1', (bytes: Buffer): void => { bytes.writeInt32BE(-2, 12); }, '-2 bytes of data'],
    ['a length beyond all bounds', (bytes: Buffer): void => { bytes.writeInt32BE(0x7fffffff, 12); }, '2147483647 bytes of data'],
    ['too many identities', (bytes: Buffer): void => { bytes.writeInt32BE(0x7fffffff, 16); }, '2147483647 identities'],
  ])('Z42 %s is refused before anything is taken for it', async (_what, harm, why) => {
    const writer = new JuteWriter();
    writePacket(writer, 2, 1, Buffer.alloc(0));
    const bytes = Buffer.concat([writer.take(), Buffer.alloc(64)]);
    harm(bytes);
    const { near, far } = await socketPair();
    const channel = new PacketChannel(new ByteStream(near));
    far.write(bytes);
    await expect(channel.read()).rejects.toThrow(why);
    near.destroy();
    far.destroy();
  });
});
