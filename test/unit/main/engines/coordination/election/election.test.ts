// E: votes, quorums and the messages of the election port.
import { describe, expect, test } from 'vitest';
import type { QuorumServer } from '../../../../../../main/engines/coordination/config/node-config.ts';
import { FastLeaderElection, type Outcome } from '../../../../../../main/engines/coordination/election/fast-leader-election.ts';
import { decodeHello, encodeHello } from '../../../../../../main/engines/coordination/election/hello.ts';
import { Membership } from '../../../../../../main/engines/coordination/election/membership.ts';
import { NO_ONE, decodeNotification, encodeNotification, type PeerState, type Vote } from '../../../../../../main/engines/coordination/election/notification.ts';
import { QuorumVerifier, parseQuorum } from '../../../../../../main/engines/coordination/election/quorum-verifier.ts';
import type { NodeEvent } from '../../../../../../main/engines/coordination/parts.ts';
import { CLOCK } from '../broadcast/fakes.ts';

const server = (sid: number, role: QuorumServer['role'] = 'participant'): QuorumServer => ({ sid, addresses: [{ host: '127.0.0.1', quorumPort: 2000 + sid, electionPort: 3000 + sid }], role, client: null });
const majority = (count: number, observers: readonly number[] = []): QuorumVerifier => new QuorumVerifier({
  servers: new Map(Array.from({ length: count }, (_, i) => [i + 1, server(i + 1, observers.includes(i + 1) ? 'observer' : 'participant')])), groups: null, weights: new Map(), version: 0,
});

describe('quorums', () => {
  test('E1 a majority of the voters decides, whoever else agrees', () => {
    const verifier = majority(4, [4]);
    expect(verifier.isQuorum([1])).toBe(false);
    expect(verifier.isQuorum([1, 4])).toBe(false);
    expect(verifier.isQuorum([1, 3])).toBe(true);
    expect(verifier.reached((sid) => [0, 30, 10, 20, 99][sid] as number)).toBe(20);
  });

  test('E2 with groups it is a majority of the weight in a majority of the groups; groups without weight do not count', () => {
    const lines = Array.from({ length: 9 }, (_, i) => `server.${i + 1}=h${i + 1}:1:2:participant`);
    const verifier = parseQuorum([...lines, 'group.1=1:2:3', 'group.2=4:5:6', 'group.3=7:8:9', 'weight.7=0', 'weight.8=0', 'weight.9=0', 'version=100000005'].join('\n'));
    expect(verifier.version).toBe(0x100000005);
    expect(verifier.isQuorum([1, 2])).toBe(false);
    expect(verifier.isQuorum([1, 2, 4])).toBe(false);
    expect(verifier.isQuorum([1, 2, 4, 5])).toBe(true);
    expect(verifier.isQuorum([1, 2, 7, 8, 9])).toBe(false);
    expect(verifier.weight(7)).toBe(0);
    expect(verifier.reached((sid) => sid)).toBe(2);
    expect(parseQuorum(verifier.text).text).toBe(verifier.text);
  });

  test.each([['server.1', 'no line'], ['server.x=h:1:2', 'number'], ['server.1=h:1', 'form'], ['server.1=h:1:2\ngroup.1=2', 'in no group'], ['server.1=h:1:2\nversion=zz', 'version'], ['nonsense', 'no line']])('E3 a configuration that cannot be used says why: %j', (text, why) => {
    expect(() => parseQuorum(text)).toThrow(why);
  });
});

describe('messages', () => {
  const vote: Vote = { leader: 3, zxid: 0x500000007, electionEpoch: 12, peerEpoch: 5 };

  test('E4 a notification has 44 bytes and the configuration, and is read back', () => {
    const bytes = encodeNotification('leading', vote, 'server.1=a:1:2\nversion=0');
    expect(bytes.length).toBe(44 + 24);
    expect(bytes.toString('hex', 0, 40)).toBe('00000002' + '0000000000000003' + '0000000500000007' + '000000000000000c' + '0000000000000005' + '00000002');
    expect(decodeNotification(3, bytes)).toEqual({ ...vote, sid: 3, state: 'leading', version: 2, config: 'server.1=a:1:2\nversion=0' });
  });

  test('E5 older forms of 28 and 40 bytes are read; shorter ones and unknown states are not', () => {
    const bytes = encodeNotification('looking', vote, '');
    expect(decodeNotification(1, bytes.subarray(0, 28))).toMatchObject({ version: 0, peerEpoch: 5, config: null });
    expect(decodeNotification(1, bytes.subarray(0, 40))).toMatchObject({ version: 0, config: null, peerEpoch: 5 });
    expect(() => decodeNotification(1, bytes.subarray(0, 27))).toThrow('27 bytes');
    expect(() => decodeNotification(1, Buffer.concat([Buffer.from([0, 0, 0, 9]), bytes.subarray(4)]))).toThrow('state 9');
    expect(() => decodeNotification(1, Buffer.concat([bytes.subarray(0, 40), Buffer.from([0x7f, 0xff, 0xff, 0xff])]))).toThrow('2147483647');
    expect(decodeNotification(1, encodeNotification('looking', { leader: NO_ONE, zxid: NO_ONE, electionEpoch: 1, peerEpoch: NO_ONE }, '')).leader).toBe(NO_ONE);
  });

  test('E6 a hello names the protocol, the server and where it listens; several addresses need the second protocol', () => {
    const one = encodeHello({ sid: 2, addresses: [{ host: '127.0.0.1', port: 3888 }] });
    expect(one.readBigInt64BE(0)).toBe(-65_536n);
    for (let cut = 0; cut < one.length; cut++) expect(decodeHello(one.subarray(0, cut))).toBeNull();
    expect(decodeHello(one)).toEqual({ hello: { sid: 2, addresses: [{ host: '127.0.0.1', port: 3888 }] }, size: one.length });
    const two = encodeHello({ sid: 2, addresses: [{ host: '::1', port: 1 }, { host: 'b', port: 2 }] });
    expect(two.readBigInt64BE(0)).toBe(-65_535n);
    expect(decodeHello(two)?.hello.addresses).toEqual([{ host: '::1', port: 1 }, { host: 'b', port: 2 }]);
    const evil = Buffer.from(one);
    evil.writeInt32BE(1 << 30, 16);
    expect(() => decodeHello(evil)).toThrow('1073741824 bytes');
    expect(() => decodeHello(Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n'))).not.toThrow(); // a positive long is an old server's number
    expect(() => decodeHello(Buffer.alloc(20, 0xff))).toThrow('unknown election protocol');
  });
});

/** Servers whose mail the test delivers. */
class Bench {
  readonly sent: { readonly from: number; readonly to: number; readonly bytes: Buffer }[] = [];
  readonly elections = new Map<number, FastLeaderElection>();
  readonly events: NodeEvent[] = [];
  readonly refused = new Set<number>();
  readonly doubts: string[] = [];
  readonly verifier: QuorumVerifier;

  constructor(verifier: QuorumVerifier) { this.verifier = verifier; }

  add(sid: number, zxid: number, epoch: number, verifier = this.verifier, initialize = false): FastLeaderElection {
    const election = new FastLeaderElection({
      membership: new Membership(sid, verifier, false), clock: CLOCK, report: (event) => { this.events.push(event); }, adopt: () => false, history: () => ({ zxid, epoch, initialize }), doubt: (reason) => { this.doubts.push(reason); },
      mail: { send: (to, bytes) => { this.sent.push({ from: sid, to, bytes }); }, connectAll: () => undefined, delivered: true, isRefused: (to) => this.refused.has(to) },
    });
    this.elections.set(sid, election);
    return election;
  }
  deliver(): void {
    for (let mail = this.sent.shift(); mail; mail = this.sent.shift()) this.elections.get(mail.to)?.receive(mail.from, mail.bytes);
  }
  tell(to: number, from: number, state: PeerState, vote: Vote, config = this.verifier.text): void {
    this.elections.get(to)?.receive(from, encodeNotification(state, vote, config));
  }
}

async function outcome(looking: Promise<Outcome>): Promise<Outcome> {
  return await Promise.race([looking, new Promise<never>((_resolve, reject) => { setTimeout(() => { reject(new Error('no outcome')); }, 5_000); })]);
}
const isOpen = async (looking: Promise<Outcome>, ms: number): Promise<boolean> => await Promise.race([looking.then(() => false), new Promise<boolean>((resolve) => { setTimeout(() => { resolve(true); }, ms); })]);

describe('fast leader election', () => {
  test.each([
    ['the newest epoch', [[9, 1], [5, 2], [9, 1]], 2],
    ['then the newest zxid', [[5, 2], [4, 2], [7, 2]], 3],
    ['then the highest number', [[5, 2], [5, 2], [5, 2]], 3],
  ] as const)('E7 %s wins', async (_what, histories, winner) => {
    const bench = new Bench(majority(3));
    const looking = histories.map(([zxid, epoch], i) => bench.add(i + 1, zxid, epoch).look());
    bench.deliver();
    for (const one of looking) expect((await outcome(one)).vote.leader).toBe(winner);
    expect([...bench.elections.values()].map((election) => election.state)).toEqual([1, 2, 3].map((sid) => (sid === winner ? 'leading' : 'following')));
  });

  test('E8 a server of weight 0 never wins', async () => {
    const bench = new Bench(parseQuorum([1, 2, 3].map((sid) => `server.${sid}=h:${sid}:${sid + 10}:participant`).join('\n') + '\ngroup.1=1:2:3\nweight.3=0'));
    const looking = [1, 2, 3].map((sid) => bench.add(sid, 5, 1).look());
    bench.deliver();
    for (const one of looking.slice(0, 2)) expect((await outcome(one)).vote.leader).toBe(2);
  });

  test('E9 nobody is waited for when every other server was heard or refuses; else finalizeWait is given', async () => {
    const bench = new Bench(majority(3));
    bench.refused.add(3);
    const quick = [1, 2].map((sid) => bench.add(sid, 5, 1).look());
    bench.deliver();
    for (const one of quick) expect((await outcome(one)).reason).toContain('server 3 were heard, where nothing listens');

    const slow = new Bench(majority(3));
    const looking = [1, 2].map((sid) => slow.add(sid, 5, 1).look());
    slow.deliver();
    expect(await isOpen(looking[0] as Promise<Outcome>, 50)).toBe(true);
    slow.add(3, 6, 1).look().catch(() => undefined); // better, and in time
    slow.deliver();
    expect((await outcome(looking[0] as Promise<Outcome>)).vote.leader).toBe(3);
  });

  test('E10 a server that comes late joins the leader that a quorum follows, if that leader says so itself', async () => {
    const bench = new Bench(majority(3));
    const late = bench.add(3, 9, 9).look();
    const vote: Vote = { leader: 1, zxid: 4, electionEpoch: 7, peerEpoch: 2 };
    bench.tell(3, 2, 'following', vote);
    expect(await isOpen(late, 30)).toBe(true);
    bench.tell(3, 1, 'leading', vote);
    expect((await outcome(late)).vote).toMatchObject({ leader: 1, electionEpoch: 7 });
    expect(bench.elections.get(3)?.round).toBe(7);
  });

  test('E11 votes of an older round are answered and not counted; a newer round is taken up', async () => {
    const bench = new Bench(majority(3));
    const election = bench.add(1, 5, 1);
    election.look().catch(() => undefined);
    bench.sent.length = 0;
    bench.tell(1, 2, 'looking', { leader: 2, zxid: 9, electionEpoch: 0, peerEpoch: 1 });
    expect(decodeNotification(1, (bench.sent.shift() as { bytes: Buffer }).bytes).leader).toBe(1);
    bench.tell(1, 2, 'looking', { leader: 2, zxid: 1, electionEpoch: 40, peerEpoch: 1 });
    expect(election.round).toBe(40);
    expect(decodeNotification(1, (bench.sent.at(-1) as { bytes: Buffer }).bytes)).toMatchObject({ leader: 1, electionEpoch: 40 });
    election.stop();
  });

  test('E12 whoever looks is answered by those who follow or lead, observers and strangers too', async () => {
    const bench = new Bench(majority(4, [4]));
    const looking = [1, 2, 3].map((sid) => bench.add(sid, 5, 1).look());
    const observer = bench.add(4, 0, 0).look();
    bench.deliver();
    await Promise.all(looking.map(outcome));
    bench.elections.get(3)?.established(2);
    bench.elections.get(2)?.established(2);
    bench.elections.get(1)?.established(2);
    bench.deliver();
    for (const sid of [1, 2, 3]) bench.tell(sid, 4, 'looking', { leader: NO_ONE, zxid: NO_ONE, electionEpoch: 1, peerEpoch: NO_ONE });
    bench.deliver();
    expect((await outcome(observer)).vote.leader).toBe(3);
    expect(bench.elections.get(4)?.state).toBe('observing');
  });

  test('E13 an epoch that a number cannot hold is refused with COORD_PEER, as is what is no vote', () => {
    const bench = new Bench(majority(3));
    const election = bench.add(1, 5, 1);
    election.look().catch(() => undefined);
    bench.tell(1, 2, 'looking', { leader: 2, zxid: 2 ** 54, electionEpoch: 1, peerEpoch: 2 ** 22 });
    election.receive(2, Buffer.from('no vote'));
    expect(bench.events.map((event) => (event.type === 'warning' ? event.error.code : event.type))).toEqual(['COORD_PEER', 'COORD_PEER']);
    election.stop();
  });

  test('E14 a configuration that disagrees is named once, however often it comes', () => {
    const bench = new Bench(majority(3));
    const election = bench.add(1, 5, 1);
    election.look().catch(() => undefined);
    for (let i = 0; i < 3; i++) bench.tell(1, 2, 'looking', { leader: 2, zxid: 5, electionEpoch: 1, peerEpoch: 1 }, majority(5).text);
    expect(bench.events.filter((event) => event.type === 'warning' && event.error.code === 'COORD_PEER_CONFIG').length).toBe(1);
    election.stop();
  });

  test('E15 an empty server among others with data says what that may mean, once, and has no vote until every voter was heard', async () => {
    const bench = new Bench(majority(3));
    const looking = bench.add(1, 0, 0).look();
    bench.sent.length = 0;
    const behind: Vote = { leader: 2, zxid: 0x100000005, electionEpoch: 1, peerEpoch: 1 };
    for (let i = 0; i < 3; i++) bench.tell(1, 2, 'looking', behind); // 3 may have more: with 1 it would lose that
    expect(bench.sent.map(({ to, bytes }) => [to, decodeNotification(1, bytes).zxid])).toEqual([[2, NO_ONE], [3, NO_ONE]]);
    expect(await isOpen(looking, 300)).toBe(true);
    const told = bench.events.filter((event) => event.type === 'warning');
    expect(told.length).toBe(1);
    expect(JSON.stringify(told[0]?.type === 'warning' ? told[0].error.params : null)).toMatch(/has no data while server 2 has.*may be on server 3 alone.*initialize/);
    bench.tell(1, 3, 'looking', { leader: 3, zxid: 0x100000009, electionEpoch: 4, peerEpoch: 1 });
    expect((await outcome(looking)).vote).toMatchObject({ leader: 3, zxid: 0x100000009, electionEpoch: 4 });
    expect(bench.events.length).toBe(1);
  });

  test('E24 a server with data and two that are new to it come to an ensemble, whoever speaks first', async () => {
    for (const order of [[1, 2, 3], [3, 2, 1], [2, 1, 3]]) {
      const bench = new Bench(majority(3));
      const looking = order.map((sid) => {
        const one = bench.add(sid, sid === 1 ? 0x100000005 : 0, sid === 1 ? 1 : 0).look();
        bench.deliver();
        return one;
      });
      for (const one of looking) expect((await outcome(one)).vote.leader).toBe(1);
    }
  });

  test('E25 an empty server follows a leader that a quorum has, and one marked `initialize` votes at once', async () => {
    const bench = new Bench(majority(3));
    const late = bench.add(1, 0, 0).look();
    const vote: Vote = { leader: 3, zxid: 0x100000005, electionEpoch: 3, peerEpoch: 1 };
    bench.tell(1, 3, 'looking', { ...vote, electionEpoch: 2 });
    bench.tell(1, 2, 'following', vote);
    bench.tell(1, 3, 'leading', vote);
    expect((await outcome(late)).vote.leader).toBe(3);

    const marked = new Bench(majority(3));
    marked.refused.add(3);
    const looking = [marked.add(1, 0, 0, marked.verifier, true).look(), marked.add(2, 0x100000005, 1).look()];
    marked.deliver();
    for (const one of looking) expect((await outcome(one)).vote.leader).toBe(2);
  });

  test('E16 a leader that was chosen early and is overtaken by a better vote is doubted', async () => {
    const bench = new Bench(majority(3));
    bench.refused.add(3);
    const looking = [1, 2].map((sid) => bench.add(sid, 5, 1).look());
    bench.deliver();
    await Promise.all(looking.map(outcome));
    bench.tell(2, 3, 'looking', { leader: 3, zxid: 5, electionEpoch: 1, peerEpoch: 1 });
    bench.tell(1, 2, 'looking', { leader: 3, zxid: 5, electionEpoch: 1, peerEpoch: 1 });
    expect(bench.doubts.length).toBe(2);
  });
});
