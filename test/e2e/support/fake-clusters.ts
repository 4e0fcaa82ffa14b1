// The Cluster part of the fake backend: a node of ours, an ensemble of three that has just had an election, one that lost its quorum,
// and a tree with every kind of znode and a branch of 300,000 children.
import type { Cluster, ClusterEvent, ClusterHealth, Member, ZnodeChild, ZnodeDetail, ZnodeStat } from '../../../preload/contract/cluster.ts';
import type { Handlers } from '../../../preload/contract/define.ts';
import { SluiceError } from '../../../preload/contract/sluice-error.ts';
import type { SluiceContract } from '../../../preload/contract/index.ts';
import { items, Topic, values } from './fake-topics.ts';

const NOW = Date.now();
const EPOCH = 5 * 2 ** 32;
export const MANY = 300_000;

const cluster = (id: string, name: string, more: Partial<Cluster>): Cluster => ({
  id, name, connectString: 'zk1.lan:2181,zk2.lan:2181,zk3.lan:2181', auth: { kind: 'none' }, tls: null, own: null, allowChanges: false,
  connection: { state: 'connected', server: 'zk2.lan:2181', sessionId: '0x200004e8ff30002', since: NOW - 60_000 }, quorum: { state: 'risk', of: 3, up: 2, canLose: 0 }, problem: null, ...more,
});

const CLUSTERS: readonly Cluster[] = [
  cluster('c1', 'atelier', { connectString: '127.0.0.1:2181', own: { port: 2181, dataDir: '/home/ada/.local/share/sluice/coordination/c1', on: true, myid: null, members: [], state: 'standalone', error: null }, allowChanges: true, connection: { state: 'connected', server: '127.0.0.1:2181', sessionId: '0x100000c8a3d0000', since: NOW - 900_000 }, quorum: { state: 'single', of: 1, up: 1, canLose: 0 } }),
  cluster('c2', 'kafka-produktion', { auth: { kind: 'digest', user: 'admin' } }),
  cluster('c3', '实验室集群', { connectString: 'lab-a:2181,lab-b:2181,lab-c:2181/app', connection: { state: 'connecting', server: null, sessionId: null, since: NOW - 5000 }, quorum: { state: 'lost', of: 3, up: 1, canLose: 0 }, problem: { code: 'COORD_CONNECT', params: { hosts: 'lab-a:2181,lab-b:2181,lab-c:2181', reason: 'connect ECONNREFUSED' } } }),
];

const member = (name: string, sid: number | null, role: Member['role'], more: Partial<Member> = {}): Member => ({
  name, host: `zk${sid ?? 1}.lan`, port: 2181, sid, voter: true, role, zxid: EPOCH + 48_211, lag: 0, outstanding: 0, latency: { min: 0, avg: 0.4, max: 38 }, connections: 41, watches: 1204, znodes: 302_418, ephemerals: 96,
  dataBytes: 41_300_000, fsyncMs: { avg: 1.2, max: 31 }, disk: null, uptimeMs: 86_400_000 * 12, version: '3.9.3', source: 'mntr', whitelist: null, error: null, ...more,
});
const HEALTH: Record<string, ClusterHealth> = {
  c1: { at: NOW, members: [member('127.0.0.1:2181', null, 'standalone', { host: '127.0.0.1', znodes: 1207, connections: 3, watches: 14, dataBytes: 91_204, disk: { free: 181e9, total: 500e9, used: 73_400_320 }, zxid: 2 ** 32 + 4711, uptimeMs: 1_204_000 })], quorum: { state: 'single', of: 1, up: 1, canLose: 0 } },
  c2: { at: NOW, members: [
    member('n1', 1, 'down', { zxid: null, lag: null, outstanding: null, latency: null, connections: null, watches: null, znodes: null, ephemerals: null, dataBytes: null, fsyncMs: null, uptimeMs: null, version: null, source: 'none', error: { code: 'COORD_CONNECT', params: { hosts: 'zk1.lan:2181', reason: 'connect ECONNREFUSED 192.168.1.31:2181' } } }),
    member('n2', 2, 'follower', { lag: 12, zxid: EPOCH + 48_199, watches: null, dataBytes: null, fsyncMs: null, ephemerals: null, source: 'srvr', whitelist: '4lw.commands.whitelist=srvr,mntr,stat,ruok,conf,cons,dump,wchs,isro' }),
    member('n3', 3, 'leader', { outstanding: 2 }),
  ], quorum: { state: 'risk', of: 3, up: 2, canLose: 0 } },
  c3: { at: NOW, members: [], quorum: { state: 'lost', of: 3, up: 1, canLose: 0 } },
};

const event = (id: string, agoMs: number, kind: ClusterEvent['kind'], of: string, more: Partial<ClusterEvent> = {}): ClusterEvent => ({ id, at: NOW - agoMs, kind, member: of, role: null, params: {}, error: null, ...more });
const EVENTS: readonly ClusterEvent[] = [
  event('e1', 3_000_000, 'role', 'n1', { role: 'follower' }), event('e2', 3_000_000, 'role', 'n2', { role: 'leader' }), event('e3', 3_000_000, 'role', 'n3', { role: 'follower' }),
  event('e4', 1_206_000, 'role', 'n2', { role: 'looking', params: { before: 'leader' } }), event('e5', 1_205_900, 'role', 'n3', { role: 'looking', params: { before: 'follower' } }),
  event('e6', 1_200_000, 'role', 'n3', { role: 'leader', params: { before: 'looking' } }), event('e7', 1_199_900, 'role', 'n2', { role: 'follower', params: { before: 'looking' } }),
  event('e8', 1_200_000, 'election', 'n3', { params: { previous: 'n2', tookMs: 412, zxid: EPOCH, epoch: 5, expired: 2 } }),
  event('e9', 1_190_000, 'expired', '', { params: { session: '0x100004e8ff30001', ephemerals: 3 } }), event('e10', 1_180_000, 'synced', 'n2', { params: { by: 'DIFF', zxid: EPOCH + 3 } }),
  event('e11', 300_000, 'role', 'n1', { role: 'down', params: { before: 'follower' }, error: { code: 'COORD_CONNECT', params: { hosts: 'zk1.lan:2181', reason: 'connect ECONNREFUSED' } } }),
];

const stat = (more: Partial<ZnodeStat> = {}): ZnodeStat => ({ czxid: EPOCH + 11, mzxid: EPOCH + 1204, pzxid: EPOCH + 1204, ctime: NOW - 86_400_000 * 3, mtime: NOW - 4_000_000, version: 3, cversion: 0, aversion: 0, owner: '0x0', size: 42, children: 0, mark: 'persistent', ttlMs: null, sequential: false, ...more });
const TREE: Record<string, readonly (readonly [string, Partial<ZnodeStat>?])[]> = {
  '/': [['admin', { children: 1 }], ['app', { children: 4 }], ['big', { children: MANY, cversion: MANY }], ['brokers', { children: 3 }], ['locks', { children: 1 }], ['zookeeper', { children: 2 }], ['中文节点', { size: 12 }]],
  '/admin': [['delete_topics']],
  '/app': [['config.json', { size: 214, version: 7 }], ['feature-flags.gz', { size: 96 }], ['leases', { mark: 'container', children: 0 }], ['session-cache', { mark: 'ttl', ttlMs: 90_000 }]],
  '/brokers': [['ids', { children: 3 }], ['seqid'], ['topics', { children: 12 }]],
  '/brokers/ids': [['1', { mark: 'ephemeral', owner: '0x100004e8ff30001' }], ['2', { mark: 'ephemeral', owner: '0x200004e8ff30000' }], ['3', { mark: 'ephemeral', owner: '0x200004e8ff30001' }]],
  '/locks': [['nightly-backup', { children: 3 }]],
  '/locks/nightly-backup': [['_c_9e1f-lock-0000000041', { mark: 'ephemeral', sequential: true, owner: '0x200004e8ff30000' }], ['_c_aa02-lock-0000000042', { mark: 'ephemeral', sequential: true, owner: '0x100004e8ff30001' }], ['_c_d7c3-lock-0000000043', { mark: 'ephemeral', sequential: true, owner: '0x200004e8ff30001' }]],
};
const bigName = (index: number): string => `item-${String(index).padStart(10, '0')}`;
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

export function fakeClusters(empty: boolean): Pick<Handlers<SluiceContract>, Extract<keyof SluiceContract, `clusters.${string}` | `znodes.${string}`>> {
  const clusters = new Topic<readonly Cluster[]>(empty ? [] : CLUSTERS);
  const saved = new Map<string, { data: Uint8Array; version: number }>();
  const gone = (kind: string, id: string): never => { throw SluiceError.of('STORE_NOT_FOUND', { kind, id }); };
  const of = (id: string): Cluster => clusters.value.find((one) => one.id === id) ?? gone('cluster', id);
  const change = (id: string, part: Partial<Cluster>): Cluster => { clusters.set(clusters.value.map((one) => (one.id === id ? { ...one, ...part } : one))); return of(id); };
  const add = (one: Cluster): Cluster => { clusters.set([...clusters.value, one]); return one; };
  const writable = (id: string): void => { if (!of(id).allowChanges) throw SluiceError.of('COORD_READ_ONLY', { cluster: of(id).name }); };
  const statOf = (path: string): ZnodeStat => {
    if (path === '/') return stat({ children: 7, size: 0, version: 0 });
    if (parentOf(path) === '/big') return stat({ sequential: true });
    const found = (TREE[parentOf(path)] ?? []).find(([name]) => name === nameOf(path));
    if (!found) throw SluiceError.of('COORD_KEEPER', { error: 'NoNode', path });
    const kept = saved.get(path);
    return stat({ ...found[1], ...(kept ? { version: kept.version, size: kept.data.length } : {}) });
  };
  const dataOf = (path: string): Uint8Array => saved.get(path)?.data ?? (path === '/app/config.json' ? encode('{"retries":3,"endpoints":["https://a.example","https://b.example"],"nested":{"mode":"fast","ratio":0.25}}')
    : path === '/app/feature-flags.gz' ? encode('{"darkMode":true,"newImporter":false}') : path === '/brokers/seqid' ? Uint8Array.of(0, 1, 2, 255, 254, 16, 32, 64, 128, 7) : encode(`the data of ${path}\nsecond line`));

  return {
    'clusters.watch': (_, signal) => items(clusters, signal),
    'clusters.add': (input) => add(cluster(`c${clusters.value.length + 1}`, input.name ?? input.connectString, { connectString: input.connectString, auth: input.auth })),
    'clusters.rename': ({ id, name }) => change(id, { name }),
    'clusters.remove': ({ id }) => { clusters.set(clusters.value.filter((one) => one.id !== id)); return {}; },
    'clusters.connect': ({ id }) => { change(id, { connection: { ...of(id).connection, state: 'connected' } }); return {}; },
    'clusters.disconnect': ({ id }) => { const { own } = of(id); change(id, { connection: { state: 'off', server: null, sessionId: null, since: NOW }, own: own && { ...own, on: false, state: 'stopped' } }); return {}; },
    'clusters.allowChanges': ({ id, allow }) => change(id, { allowChanges: allow }),
    'clusters.start': ({ id, port }) => {
      if (port === 1) throw SluiceError.of('COORD_PORT', { address: '127.0.0.1', port, reason: 'permission denied' });
      const fresh = CLUSTERS[0] as Cluster;
      return id === null ? add(fresh) : change(id, { own: { ...(of(id).own ?? (fresh.own as NonNullable<Cluster['own']>)), on: true, state: 'standalone' }, connection: fresh.connection });
    },
    'clusters.stop': ({ id }) => { const { own } = of(id); change(id, { own: own && { ...own, on: false, state: 'stopped' }, connection: { state: 'off', server: null, sessionId: null, since: NOW } }); return {}; },
    'clusters.plan': ({ members, dataDir }) => ({
      files: members.flatMap((one) => [{ sid: one.sid, name: 'zoo.cfg', text: `tickTime=2000\ninitLimit=10\nsyncLimit=5\ndataDir=${dataDir}\n${members.map((other) => `server.${other.sid}=${other.host}:${other.quorumPort}:${other.electionPort}:participant;${other.clientPort}`).join('\n')}\n` }, { sid: one.sid, name: `${dataDir}/myid`, text: `${one.sid}\n` }]),
      connectString: members.map((one) => `${one.host}:${one.clientPort}`).join(','), problems: members.length % 2 === 0 ? [{ sid: members.length, what: 'even' as const }] : [],
    }),
    'clusters.startMember': ({ name, members, myid }) => add(cluster(`c${clusters.value.length + 1}`, name, { own: { port: 2181, dataDir: '/tmp', on: true, myid, members, state: 'looking', error: null } })),
    'clusters.health': ({ id }, signal) => values(new Topic<ClusterHealth | null>(HEALTH[id] ?? null), signal),
    'clusters.events': ({ id }, signal) => items(new Topic<readonly ClusterEvent[]>(id === 'c2' ? EVENTS : []), signal),
    'clusters.sessions': ({ id }) => ({
      at: NOW, whitelist: id === 'c2' ? '4lw.commands.whitelist=srvr,mntr,stat,ruok,conf,cons,dump,wchs,isro' : null,
      sessions: [
        { id: '0x200004e8ff30002', client: '192.168.1.5:51044', member: 'n2', timeoutMs: 30_000, ephemerals: [], more: 0, queued: 0, received: 412, sent: 418, ours: true },
        { id: '0x100004e8ff30001', client: '192.168.1.31:40112', member: 'n2', timeoutMs: 18_000, ephemerals: ['/brokers/ids/1', '/locks/nightly-backup/_c_aa02-lock-0000000042'], more: 0, queued: 0, received: 90_412, sent: 90_470, ours: false },
        { id: '0x200004e8ff30000', client: null, member: null, timeoutMs: null, ephemerals: ['/brokers/ids/2'], more: 14, queued: null, received: null, sent: null, ours: false },
      ],
    }),
    'clusters.locks': ({ root }) => ({
      at: NOW, looked: 318, all: true,
      locks: root === '/' ? [{ path: '/locks/nightly-backup', more: 0, holder: { name: '_c_9e1f-lock-0000000041', sequence: 41, owner: '0x200004e8ff30000', since: NOW - 300_000, data: 'worker-7' }, waiting: [{ name: '_c_aa02-lock-0000000042', sequence: 42, owner: '0x100004e8ff30001', since: NOW - 120_000, data: 'worker-2' }, { name: '_c_d7c3-lock-0000000043', sequence: 43, owner: '0x200004e8ff30001', since: NOW - 60_000, data: '' }] }] : [],
    }),
    'clusters.word': ({ member: host, word }) => { if (word === 'wchc') throw SluiceError.of('COORD_FOUR_LETTER', { host, word, reason: 'wchc is not executed because it is not in the whitelist.' }); return { text: 'Zookeeper version: 3.9.3-c26634f34490bb0ea7a09cc51e05ede3b4e320ee, built on 2026-10-17 23:21 UTC\nLatency min/avg/max: 0/0.4/38\nReceived: 90823\nSent: 90888\nConnections: 41\nOutstanding: 0\nZxid: 0x50000bc53\nMode: follower\nNode count: 302418\n' }; },
    'clusters.backups': ({ id }) => (id === 'c1' ? [{ id: 'b1', at: NOW - 86_400_000, zxid: 2 ** 32 + 4000, bytes: 73_211, file: '/home/ada/.local/share/sluice/coordination/backups/c1/20261124-0900.tar' }] : []),
    'clusters.backup': () => ({ id: 'b2', at: NOW, zxid: 2 ** 32 + 4711, bytes: 74_000, file: '/home/ada/x.tar' }),

    'znodes.children': ({ path, filter, offset, limit, locate }) => {
      if (path === '/big') {
        const digits = filter.replace(/\D/g, '');
        const all = filter === '' ? null : Array.from({ length: MANY }, (_, index) => bigName(index)).filter((name) => name.includes(digits));
        const total = all?.length ?? MANY;
        const name = (index: number): string => all?.[index] ?? bigName(index);
        const children: ZnodeChild[] = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, index) => ({ name: name(offset + index), stat: stat({ sequential: true }) }));
        return { children, total, of: MANY, places: locate.map((one) => (all ? all.indexOf(one) : Number(one.slice(5)))) };
      }
      const all = (TREE[path] ?? []).filter(([name]) => name.includes(filter));
      return { children: all.slice(offset, offset + limit).map(([name]) => ({ name, stat: statOf(path === '/' ? `/${name}` : `${path}/${name}`) })), total: all.length, of: (TREE[path] ?? []).length, places: locate.map((one) => all.findIndex(([name]) => name === one)) };
    },
    'znodes.changes': async function* (_, signal) { await new Promise<void>((done) => signal.addEventListener('abort', () => done())); yield { all: true, children: [], data: [], gone: [] }; },
    'znodes.read': ({ path }) => { const found: ZnodeDetail = { path, data: path === '/' ? null : dataOf(path), gzip: path.endsWith('.gz'), stat: statOf(path), acl: [{ scheme: 'world', id: 'anyone', perms: 1 }, { scheme: 'digest', id: 'admin:x1nq8J5GOJVPY6zgzhtTtA9izLc=', perms: 31 }] }; return found; },
    'znodes.save': ({ id, path, data, version }) => {
      writable(id);
      const found = statOf(path);
      if (path === '/app/feature-flags.gz' && version === found.version && !saved.has(path)) { saved.set(path, { data: encode('{"darkMode":true,"newImporter":true}'), version: version + 1 }); throw SluiceError.of('COORD_CHANGED', { path, expected: version, found: version + 1 }); }
      if (version !== found.version) throw SluiceError.of('COORD_CHANGED', { path, expected: version, found: found.version });
      saved.set(path, { data, version: version + 1 });
      return statOf(path);
    },
    'znodes.create': ({ id, path }) => { writable(id); return { path }; },
    'znodes.delete': ({ id }) => { writable(id); return {}; },
    'znodes.deletePlan': ({ path }) => ({ path, count: 20, ephemerals: 3, bytes: 41_233, paths: [path, ...(TREE[path] ?? []).map(([name]) => `${path}/${name}`), ...Array.from({ length: 16 }, (_, index) => `${path}/topics/topic-${index}`)], token: 'k' }),
    'znodes.deleteTree': ({ id }) => { writable(id); return { deleted: 20 }; },
    'znodes.setAcl': ({ id, path }) => { writable(id); return statOf(path); },
    'znodes.watch': async function* ({ path }, signal) {
      yield { hits: [{ at: NOW - 3000, kind: 'changed', path, zxid: EPOCH + 48_200 }, { at: NOW - 1000, kind: 'created', path: `${path}/next`, zxid: EPOCH + 48_211 }], dropped: 0 };
      await new Promise<void>((done) => signal.addEventListener('abort', () => done()));
    },
    'znodes.versions': ({ path }) => ({ versions: [
      { zxid: EPOCH + 1204, at: NOW - 4_000_000, version: 7, data: dataOf(path), gzip: false, what: 'changed' },
      { zxid: EPOCH + 900, at: NOW - 9_000_000, version: 6, data: encode('{"retries":1,"endpoints":["https://a.example"],"nested":{"mode":"fast","ratio":0.25}}'), gzip: false, what: 'changed' },
      { zxid: EPOCH + 11, at: NOW - 86_400_000 * 3, version: 0, data: encode('{}'), gzip: false, what: 'created' },
    ] }),
    'znodes.export': () => ({ data: encode('{}\n'), count: 20 }),
    'znodes.import': ({ id }) => { writable(id); return { created: 3, updated: 0, skipped: 1 }; },
  };
}
