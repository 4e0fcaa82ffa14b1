// Texts of the four-letter words, as a 3.9.5 prints them with the same figures.
import { describe, expect, it } from 'vitest';
import { answerWord, argumentBytes, wordOf } from '../../../../../../main/engines/coordination/admin/four-letter-words.ts';
import type { NodeView } from '../../../../../../main/engines/coordination/admin/node-view.ts';
import { FULL_VERSION } from '../../../../../../main/engines/coordination/admin/version.ts';
import type { QuorumConfig } from '../../../../../../main/engines/coordination/config/node-config.ts';
import { connection, fakeView, SESSION } from './fake-view.ts';

async function ask(word: string, view: NodeView = fakeView(), argument?: Buffer): Promise<string> {
  let answer = '';
  for await (const piece of answerWord(word, view, argument)) answer += piece;
  return answer;
}

const watcher = { event: () => {} };
const ENSEMBLE = { initLimit: 10, syncLimit: 5, 'server.1': '127.0.0.1:31001:31002;2181', 'server.2': '127.0.0.1:31011:31012', 'server.3': '127.0.0.1:31021:31022:observer' };

function leader(): NodeView {
  const view = fakeView({ keys: ENSEMBLE, myid: 1, mode: 'leader', proposals: () => ({ last: 92, min: 48, max: 92 }) });
  return { ...view, quorum: {
    myid: 1, config: view.config.quorum as QuorumConfig, state: 'leading', zabState: 'broadcast', leader: 1, pendingSyncs: 0, leaderUptimeMs: 13_262,
    learners: [{ sid: 2, role: 'participant', address: '127.0.0.1:1', synced: true, lastZxid: 2 }, { sid: 3, role: 'observer', address: '127.0.0.1:2', synced: true, lastZxid: 2 }],
  } };
}

describe('four-letter words', () => {
  it('M1 a word is known by its four bytes; a length is none', () => {
    expect(wordOf(Buffer.from('ruok').readUInt32BE())).toBe('ruok');
    expect(wordOf(Buffer.from('lead').readUInt32BE())).toBeNull();
    expect(wordOf(45)).toBeNull();
    expect(wordOf(Buffer.from('fff4fffd', 'hex').readInt32BE())).toBe('telnet close');
    expect([argumentBytes('stmk'), argumentBytes('srvr')]).toEqual([8, 0]);
  });

  it('M2 only words on the whitelist are answered, srvr always', async () => {
    const view = fakeView({ keys: { '4lw.commands.whitelist': 'ruok, stat' } });
    expect(await ask('mntr', view)).toBe('mntr is not executed because it is not in the whitelist.\n');
    expect(await ask('ruok', view)).toBe('imok');
    expect(await ask('srvr', view)).toContain('Mode: standalone');
  });

  it('M3 who serves nobody says so, but for ruok, envi, gtmk and isro', async () => {
    const view = fakeView({ mode: null });
    for (const word of ['conf', 'cons', 'crst', 'dirs', 'dump', 'mntr', 'srst', 'srvr', 'stat', 'wchc', 'wchp', 'wchs']) expect(await ask(word, view)).toBe('This ZooKeeper instance is not currently serving requests\n');
    expect(await ask('hash', view)).toBe('This ZooKeeper instance is not currently serving requests');
    expect([await ask('ruok', view), await ask('isro', view), await ask('gtmk', view)]).toEqual(['imok', 'null', '306']);
  });

  it('M4 srvr and stat', async () => {
    const figures = 'Latency min/avg/max: 6/25.25/81\nReceived: 19\nSent: 17\nConnections: 1\nOutstanding: 0\nZxid: 0x2\nMode: standalone\nNode count: 6\n';
    expect(await ask('srvr')).toBe(`Zookeeper version: ${FULL_VERSION}\n${figures}`);
    expect(await ask('stat')).toBe(`Zookeeper version: ${FULL_VERSION}\nClients:\n /127.0.0.1:52828[1](queued=0,recved=4,sent=4)\n\n${figures}`);
    expect(await ask('srvr', leader())).toMatch(/Mode: leader\nNode count: 6\nProposal sizes last\/min\/max: 92\/48\/92\n$/);
    expect(await ask('srvr', fakeView({ mode: 'read-only' }))).toContain('READ-ONLY mode; serving only read-only clients\nLatency');
  });

  it('M5 conf, with the membership in an ensemble and no line end after it', async () => {
    expect(await ask('conf')).toBe('clientPort=2181\nsecureClientPort=-1\ndataDir=/data/version-2\ndataDirSize=609\ndataLogDir=/data/version-2\ndataLogSize=67109358\ntickTime=2000\nmaxClientCnxns=60\nminSessionTimeout=4000\nmaxSessionTimeout=40000\nclientPortListenBacklog=-1\nserverId=0\n');
    expect(await ask('conf', leader())).toMatch(/serverId=1\ninitLimit=10\nsyncLimit=5\nelectionAlg=3\nelectionPort=31002\nquorumPort=31001\npeerType=0\nmembership: \nserver\.1=127\.0\.0\.1:31001:31002:participant;0\.0\.0\.0:2181\nserver\.2=127\.0\.0\.1:31011:31012:participant\nserver\.3=127\.0\.0\.1:31021:31022:observer\nversion=0$/);
  });

  it('M6 cons, with and without a session', async () => {
    const view = fakeView({ connections: () => [connection(), connection({ address: '[::1]:9', sessionId: 0n, packetsReceived: 1, packetsSent: 0 }), connection({ lastCxid: -1, lastZxid: -1 })] });
    expect(await ask('cons', view)).toBe(' /127.0.0.1:52828[1](queued=0,recved=4,sent=4,sid=0x1000027b1500000,lop=GETC,est=1795639378675,to=30000,lcxid=0x3,lzxid=0x2,lresp=2628991,llat=8,minlat=0,avglat=25,maxlat=81)\n'
      + ' /[::1]:9[1](queued=0,recved=1,sent=0)\n'
      + ' /127.0.0.1:52828[1](queued=0,recved=4,sent=4,sid=0x1000027b1500000,lop=GETC,est=1795639378675,to=30000,lzxid=0xffffffffffffffff,lresp=2628991,llat=8,minlat=0,avglat=25,maxlat=81)\n\n');
  });

  it('M7 dump: buckets of sessions where they expire, plain timeouts at a learner, then ephemerals and connections', async () => {
    const ephemerals = new Map([[SESSION, new Set(['/eph'])]]);
    expect(await ask('dump', fakeView({ ephemerals }))).toMatch(/^SessionTracker dump:\nSession Sets \(1\)\/\(1\):\n1 expire at \w{3} \w{3} \d\d \d\d:\d\d:\d\d \S+ \d{4}:\n\t0x1000027b1500000\nephemeral nodes dump:\nSessions with Ephemerals \(1\):\n0x1000027b1500000:\n\t\/eph\nConnections dump:\nConnections Sets \(1\)\/\(1\):\n1 expire at .*:\n\tip: \/127\.0\.0\.1:52828 sessionId: 0x1000027b1500000\n$/);
    expect(await ask('dump', { ...leader(), mode: 'follower' })).toContain('SessionTracker dump:\nGlobal Sessions(1):\n0x1000027b1500000\t30000ms\nephemeral nodes dump:\nSessions with Ephemerals (0):\n');
  });

  it('M8 wchs, wchp and wchc: data watches and persistent ones, not those on children', async () => {
    const view = fakeView({ watches: [{ path: '/a', watcher, kind: 'data' }, { path: '/a', watcher, kind: 'persistent' }, { path: '/b', watcher, kind: 'persistentRecursive' }, { path: '/c', watcher, kind: 'child' }] });
    expect(await ask('wchs', view)).toBe('1 connections watching 2 paths\nTotal watches:2\n');
    expect(await ask('wchp', view)).toBe('/a\n\t0x1000027b1500000\n/b\n\t0x1000027b1500000\n\n');
    expect(await ask('wchc', view)).toBe('0x1000027b1500000\n\t/a\n\t/b\n\n');
  });

  it('M9 mntr: one name, tab and value a line; whole numbers but for averages', async () => {
    const lines = new Map((await ask('mntr', leader())).trimEnd().split('\n').map((line) => line.split('\t') as [string, string]));
    expect(lines.get('zk_server_state')).toBe('leader');
    expect(lines.get('zk_avg_latency')).toBe('25.25');
    expect(lines.get('zk_max_latency')).toBe('81');
    expect(lines.get('zk_synced_followers')).toBe('1');
    expect(lines.get('zk_synced_observers')).toBe('1');
    expect(lines.get('zk_peer_state')).toBe('leading - broadcast');
    expect(lines.get('zk_avg_fsynctime')).toBe('0.0');
    expect(lines.get('zk_uptime')).toBe('29815');
  });

  it('M10 hash: signed digests at every 128th zxid', async () => {
    const view = fakeView();
    for (const zxid of [127, 128, 256]) if (view.digests.wants(zxid)) view.digests.add(zxid, 2, zxid === 128 ? 5n : 0xffff_ffff_ffff_fffen);
    expect(await ask('hash', view)).toBe('80: 5\n100: -2\n');
  });

  it('M11 stmk gives the mask back; crst and srst reset', async () => {
    const done: string[] = [];
    const view = fakeView({ resetStats: () => { done.push('srst'); }, resetConnectionStats: () => { done.push('crst'); } });
    expect(await ask('stmk', view, Buffer.from('0000000000000132', 'hex'))).toBe('306');
    expect([await ask('crst', view), await ask('srst', view)]).toEqual(['Connection stats reset.\n', 'Server stats reset.\n']);
    expect(done).toEqual(['crst', 'srst']);
  });

  it('M12 a long answer comes in pieces', async () => {
    const paths = new Set(Array.from({ length: 5_000 }, (_, i) => `/a/long/path/of/an/ephemeral/${i}`));
    const view = fakeView({ ephemerals: new Map([[SESSION, paths]]) });
    const pieces: string[] = [];
    for await (const piece of answerWord('dump', view)) pieces.push(piece);
    expect(pieces.join('').split('\n').filter((line) => line.startsWith('\t/a/long')).length).toBe(5_000);
    expect(pieces.length).toBeGreaterThan(5);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(20_000);
  });
});
