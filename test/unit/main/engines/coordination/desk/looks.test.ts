import { describe, expect, it } from 'vitest';
import { membersOf } from '../../../../../../main/engines/coordination/desk/health.ts';
import { parseMntr, parseSrvr } from '../../../../../../main/engines/coordination/desk/look.ts';
import { parseConnections, parseDump, sessionsOf } from '../../../../../../main/engines/coordination/desk/sessions.ts';
import { quorumOf, storiesOf, withLag } from '../../../../../../main/engines/coordination/desk/story.ts';
import type { ClusterHealth, Member, MemberRole } from '../../../../../../preload/contract/cluster.ts';
import { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';

const member = (sid: number, role: MemberRole, more: Partial<Member> = {}): Member => ({
  name: `n${sid}`, host: `zk${sid}`, port: 2181, sid, voter: true, role, zxid: null, lag: null, outstanding: null, latency: null, connections: null, watches: null, znodes: null,
  ephemerals: null, dataBytes: null, fsyncMs: null, disk: null, uptimeMs: null, version: null, source: 'mntr', whitelist: null, error: null, ...more,
});
const health = (members: Member[], at = 1): ClusterHealth => ({ at, members, quorum: quorumOf(members) });
const NONE = new Map<string, number>();

describe('the quorum', () => {
  it('D9 counts who votes and serves; one more loss, a lost majority, a missing leader and a silent network are told apart', () => {
    const of = (...roles: MemberRole[]): string => { const q = quorumOf(roles.map((role, i) => member(i + 1, role))); return `${q.state} ${q.up}/${q.of} ${q.canLose}`; };
    expect(of('leader', 'follower', 'follower')).toBe('ok 3/3 1');
    expect(of('leader', 'follower', 'down')).toBe('risk 2/3 0');
    expect(of('leader', 'follower', 'follower', 'follower', 'down')).toBe('ok 4/5 1');
    expect(of('looking', 'down', 'down')).toBe('lost 0/3 0');
    expect(of('follower', 'follower', 'down')).toBe('lost 2/3 0');
    expect(of('down', 'down', 'down')).toBe('unknown 0/3 0');
    expect(of('standalone')).toBe('single 1/1 0');
  });

  it('D9 an observer does not count', () => {
    expect(quorumOf([member(1, 'leader'), member(2, 'follower'), member(3, 'follower'), member(4, 'down', { voter: false })]).of).toBe(3);
  });
});

describe('the lag', () => {
  it('D10 is told against the newest of the same epoch only', () => {
    const epoch = 5 * 2 ** 32;
    expect(withLag([member(1, 'leader', { zxid: epoch + 10 }), member(2, 'follower', { zxid: epoch + 7 }), member(3, 'follower', { zxid: 4 * 2 ** 32 + 90 }), member(4, 'down')]).map((one) => one.lag)).toEqual([0, 3, null, null]);
  });
});

describe('stories', () => {
  const epoch = (n: number, count = 0): number => n * 2 ** 32 + count;
  const before = health([member(1, 'follower', { zxid: epoch(4, 9) }), member(2, 'leader', { zxid: epoch(4, 9) }), member(3, 'follower', { zxid: epoch(4, 9) })]);

  it('D11 a leader that changes is one election: who lost it, who won, how long it took', () => {
    const now = health([member(1, 'follower', { zxid: epoch(5) }), member(2, 'down'), member(3, 'leader', { zxid: epoch(5, 1) })], 2);
    const events = storiesOf(before, now, new Map([['n3', 411.6]]));
    expect(events.filter((event) => event.kind === 'election')).toEqual([{ at: 2, kind: 'election', member: 'n3', role: null, error: null, params: { previous: 'n2', tookMs: 412, zxid: epoch(5, 1), epoch: 5 } }]);
    expect(events.filter((event) => event.kind === 'role').map((event) => [event.member, event.role, event.params['before']])).toEqual([['n2', 'down', 'leader'], ['n3', 'leader', 'follower']]);
  });

  it('D11 the same leader in a new epoch was elected again; between two looks alike nothing happened', () => {
    const again = health(before.members.map((one) => ({ ...one, zxid: epoch(5) })), 2);
    expect(storiesOf(before, again, NONE)).toMatchObject([{ kind: 'election', member: 'n2', params: { epoch: 5 } }]);
    expect(storiesOf(before, { ...before, at: 3 }, NONE)).toEqual([]);
  });

  it('D11 the first look tells roles and no election', () => {
    expect(storiesOf(null, before, NONE).map((event) => event.kind)).toEqual(['role', 'role', 'role']);
  });

  it('D11 a leader after a time without one won, with nobody who lost', () => {
    const none = health([member(1, 'looking'), member(2, 'looking'), member(3, 'down')]);
    const now = health([member(1, 'leader', { zxid: epoch(7) }), member(2, 'follower', { zxid: epoch(7) }), member(3, 'down')], 2);
    expect(storiesOf(none, now, NONE).find((event) => event.kind === 'election')).toMatchObject({ member: 'n1', params: { epoch: 7 } });
    expect(storiesOf(none, now, NONE).find((event) => event.kind === 'election')?.params).not.toHaveProperty('previous');
  });
});

describe('words', () => {
  it('D8 srvr: role, zxid and latency; a server that does not serve has no mode', () => {
    expect(parseSrvr('Zookeeper version: 3.9.3-c26634f, built on 2024-10-17 23:21 UTC\nLatency min/avg/max: 0/0.4419/38\nReceived: 9\nSent: 8\nConnections: 1\nOutstanding: 0\nZxid: 0x50000bc53\nMode: follower\nNode count: 5\n'))
      .toEqual({ version: '3.9.3', role: 'follower', zxid: 0x50000bc53, latency: { min: 0, avg: 0.4419, max: 38 }, connections: 1, outstanding: 0, znodes: 5 });
    expect(parseSrvr('This ZooKeeper instance is not currently serving requests\n')).toBeNull();
    expect(parseSrvr('Zookeeper version: x\nMode: read-only\n')?.role).toBe('readOnly');
  });

  it('D8 mntr: keys and values by tab, and nothing else', () => {
    expect([...parseMntr('zk_version\t3.9.3-x, built on y\nzk_znode_count\t5\nnot a line\n')]).toEqual([['zk_version', '3.9.3-x, built on y'], ['zk_znode_count', '5']]);
  });

  it('D12 cons: only connections with a session', () => {
    expect(parseConnections(' /127.0.0.1:51044[1](queued=0,recved=9,sent=8,sid=0x1000a,lop=PING,est=1,to=30000,lcxid=0x1)\n /127.0.0.1:51050[0](queued=0,recved=1,sent=0)\n/[0:0:0:0:0:0:0:1]:5[1](queued=1,recved=2,sent=3,sid=0x2,to=4000)\n'))
      .toEqual([{ id: '0x1000a', client: '127.0.0.1:51044', timeoutMs: 30_000, queued: 0, received: 9, sent: 8 }, { id: '0x2', client: '[0:0:0:0:0:0:0:1]:5', timeoutMs: 4000, queued: 1, received: 2, sent: 3 }]);
  });

  it('D12 dump: all sessions, and the ephemerals of each', () => {
    const { ids, ephemerals } = parseDump('SessionTracker dump:\nSession Sets (3)/(2):\n1 expire at Thu Jan 01 00:00:09 UTC 1970:\n\t0x1000a\n1 expire at Thu Jan 01 00:00:12 UTC 1970:\n\t0x1000b\nephemeral nodes dump:\nSessions with Ephemerals (1):\n0x1000a:\n\t/a/b\n\t/c\nConnections dump:\nConnections Sets (1)/(1):\n1 expire at x:\n\tip: /127.0.0.1:5 sessionId: 0x1000a\n');
    expect(ids).toEqual(['0x1000a', '0x1000b']);
    expect([...ephemerals]).toEqual([['0x1000a', ['/a/b', '/c']]]);
  });

  it('D12 sessions of all members are joined, ours first; a refused word brings the line that would allow it', async () => {
    const refuse = async (): Promise<string> => { throw SluiceError.of('COORD_FOUR_LETTER', { host: 'b', word: 'cons', reason: 'not in the whitelist' }); };
    const list = await sessionsOf({ ours: '0x2', members: [
      { name: 'n1', word: async (word) => (word === 'cons' ? ' /1.1.1.1:5[1](queued=0,recved=9,sent=8,sid=0x1,to=30000)\n /1.1.1.2:6[1](queued=0,recved=1,sent=1,sid=0x2,to=30000)\n' : 'Sessions with Ephemerals (1):\n0x1:\n\t/a\n0x3:\n\t/b\n') },
      { name: 'n2', word: refuse },
    ] });
    expect(list.sessions.map((one) => [one.id, one.member, one.client, one.ephemerals, one.ours])).toEqual([['0x2', 'n1', '1.1.1.2:6', [], true], ['0x1', 'n1', '1.1.1.1:5', ['/a'], false], ['0x3', null, null, ['/b'], false]]);
    expect(list.whitelist).toContain('cons');
  });
});

describe('members', () => {
  it('D8 of /zookeeper/config: numbers, hosts, client ports, who votes; a port that is not there is the connect string’s', () => {
    const text = 'server.1=zk1:2888:3888:participant;0.0.0.0:2181\nserver.2=zk2:2888:3888:observer;10.0.0.2:2182\nserver.3=[fe80::3]:2888:3888|zk3b:1:2:participant;[::]:2183\nserver.4=zk4:2888:3888\nserver.5=zk5:2888:3888\nversion=100000000';
    expect(membersOf(text, [{ host: 'zk4', port: 2199 }])).toEqual([
      { host: 'zk1', port: 2181, sid: 1, voter: true }, { host: '10.0.0.2', port: 2182, sid: 2, voter: false }, { host: 'fe80::3', port: 2183, sid: 3, voter: true }, { host: 'zk4', port: 2199, sid: 4, voter: true },
    ]);
  });
});
