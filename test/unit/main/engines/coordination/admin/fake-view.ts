// A node as its administration sees it, with figures a test can name.
import { nodeConfigOf } from '../../../../../../main/engines/coordination/config/read-config.ts';
import { DigestLog } from '../../../../../../main/engines/coordination/admin/digest-log.ts';
import { Metrics } from '../../../../../../main/engines/coordination/admin/metrics.ts';
import type { ConnectionView, NodeView } from '../../../../../../main/engines/coordination/admin/node-view.ts';
import type { Tree, Watcher, WatchKind, WatchTable } from '../../../../../../main/engines/coordination/parts.ts';

export const SESSION = 0x1000027b1500000n;

export function connection(over: Partial<ConnectionView> = {}): ConnectionView {
  return {
    address: '127.0.0.1:52828', secure: false, outstanding: 0, packetsReceived: 4, packetsSent: 4, sessionId: SESSION, lastOperation: 'GETC', establishedAt: 1795639378675, sessionTimeout: 30000, lastCxid: 3, lastZxid: 2,
    lastResponseAt: 2628991, latency: { last: 8, min: 0, avg: 25.3, max: 81 }, ...over,
  };
}

interface Over extends Partial<NodeView> {
  readonly keys?: Readonly<Record<string, string | number | boolean>>;
  readonly myid?: number;
  readonly watches?: readonly { readonly path: string; readonly watcher: Watcher; readonly kind: WatchKind }[];
  readonly ephemerals?: ReadonlyMap<bigint, ReadonlySet<string>>;
}

export function fakeView({ keys, myid, watches = [], ephemerals = new Map(), ...over }: Over = {}): NodeView {
  const { config } = nodeConfigOf({ dataDir: '/data', clientPort: 2181, tickTime: 2000, '4lw.commands.whitelist': '*', ...keys }, myid);
  const table: Partial<WatchTable> = { count: watches.length, entries: () => watches[Symbol.iterator]() };
  const tree: Partial<Tree> = { lastZxid: 2, count: 6, bytes: 52, watches: table as WatchTable, sessionsWithEphemerals: () => ephemerals[Symbol.iterator]() };
  return {
    config, mode: 'standalone', uptimeMs: 29_815.4, tree: tree as Tree, sessions: new Map([[SESSION, 30_000]]), localSessions: 0, authFailed: 0, connectionsRejected: 0, sessionDeadlines: () => [{ sessionId: SESSION, leftMs: 25_000 }],
    stats: { packetsReceived: 19, packetsSent: 17, outstanding: 0, latency: () => ({ min: 6.2, avg: 25.25, max: 80.7, p50: 20, p99: 80 }) }, metrics: new Metrics(), digests: new DigestLog(), quorum: null,
    connectionCount: 1, connections: () => [connection()], sessionOf: () => SESSION, clientResponses: () => ({ last: 40, min: 20, max: 156 }), proposals: () => null, dirSizes: () => Promise.resolve({ data: 609, log: 67_109_358 }),
    lastSnapshot: () => Promise.resolve({ zxid: 2, at: 1_795_639_351_000 }), resetStats: () => {}, resetConnectionStats: () => {}, takeSnapshot: () => Promise.reject(new Error('no disk')), changesAfter: async function* () {}, restoreSnapshot: () => Promise.reject(new Error('no disk')),
    warn: () => {}, authorize: () => 'granted', shedConnections: () => 0, ...over,
  };
}
