// The view of a running node: its server core and database as the words and the AdminServer read them.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../lib/errno.ts';
import type { NodeConfig } from '../config/node-config.ts';
import { OP, PERM } from '../op-codes.ts';
import { parseQuorum } from '../election/quorum-verifier.ts';
import type { QuorumStatus } from '../broadcast/quorum-peer.ts';
import type { Report } from '../parts.ts';
import type { Connection } from '../server/connection.ts';
import type { Core } from '../server/core.ts';
import { zxidOfName } from '../txnlog/log-format.ts';
import { hexZxid } from '../zxid.ts';
import { changesAfter } from '../history/change-feed.ts';
import type { StoredDatabase } from '../store/database.ts';
import type { DigestLog } from './digest-log.ts';
import type { Metrics } from './metrics.ts';
import type { Authorization, ConnectionView, NodeView, QuorumView, SizeStats } from './node-view.ts';
import { restoreFromUpload, type ReplaceData } from './restore-upload.ts';

export interface AdministeredParts {
  readonly config: NodeConfig;
  readonly db: StoredDatabase;
  readonly core: Core;
  /** Null for a standalone server. */
  readonly quorum: () => QuorumStatus | null;
  readonly replaceData: ReplaceData;
  readonly metrics: Metrics;
  readonly digests: DigestLog;
  readonly proposals: () => SizeStats | null;
  readonly report: Report;
}

/** Request names in `cons` (FinalRequestProcessor's lastOp). */
const NAMES = new Map<number, string>([
  [OP.ping, 'PING'], [OP.createSession, 'SESS'], [OP.multi, 'MULT'], [OP.multiRead, 'MLTR'], [OP.create, 'CREA'], [OP.create2, 'CREA'], [OP.createTTL, 'CREA'], [OP.createContainer, 'CREA'], [OP.delete, 'DELE'], [OP.deleteContainer, 'DELE'],
  [OP.setData, 'SETD'], [OP.reconfig, 'RECO'], [OP.setACL, 'SETA'], [OP.closeSession, 'CLOS'], [OP.sync, 'SYNC'], [OP.check, 'CHEC'], [OP.exists, 'EXIS'], [OP.getData, 'GETD'], [OP.setWatches, 'SETW'], [OP.setWatches2, 'STW2'],
  [OP.addWatch, 'ADDW'], [OP.getACL, 'GETA'], [OP.getChildren, 'GETC'], [OP.getChildren2, 'GETC'], [OP.getAllChildrenNumber, 'GETACN'], [OP.checkWatches, 'CHKW'], [OP.removeWatches, 'REMW'], [OP.whoAmI, 'HOMI'], [OP.getEphemerals, 'GETE'],
]);

function connectionView(connection: Connection): ConnectionView {
  const { peer, counts } = connection;
  return {
    address: `${peer.address.includes(':') ? `[${peer.address}]` : peer.address}:${peer.port}`, secure: peer.secure, outstanding: connection.outstanding, packetsReceived: counts.received, packetsSent: counts.sent, sessionId: connection.sessionId,
    lastOperation: NAMES.get(counts.lastOp) ?? 'NA', establishedAt: connection.establishedAt, sessionTimeout: connection.timeoutMs, lastCxid: counts.lastCxid, lastZxid: counts.lastZxid, lastResponseAt: counts.lastResponseAt,
    latency: { last: counts.lastLatencyMs, min: counts.minLatencyMs, max: counts.maxLatencyMs, avg: counts.answered === 0 ? 0 : counts.sumLatencyMs / counts.answered },
  };
}

function quorumView(status: QuorumStatus, config: NodeConfig): QuorumView {
  const phase = status.detail.split(' - ')[1];
  return {
    myid: config.myid ?? 0, config: parseQuorum(status.configText).config, state: status.state, zabState: phase === 'broadcast' || phase === 'synchronization' || phase === 'discovery' ? phase : 'election', leader: status.leader,
    learners: status.learners.map(({ sid, role, address, synced, ackedZxid }) => ({ sid, role: role === 'follower' ? 'participant' : 'observer', address, synced, lastZxid: ackedZxid })),
    pendingSyncs: 0, leaderUptimeMs: status.state === 'leading' ? status.sinceMs : 0,
  };
}

/** Bytes of the files in `dir` whose names begin so. */
async function bytesOf(dir: string, prefix: 'snapshot' | 'log'): Promise<number> {
  const names = await readdir(dir).catch(() => []);
  const sizes = await Promise.all(names.filter((name) => name.startsWith(`${prefix}.`)).map((name) => stat(join(dir, name)).then((found) => found.size, () => 0)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function newestSnapshot(dir: string): Promise<{ readonly zxid: number; readonly at: number } | null> {
  let newest: { readonly name: string; readonly zxid: number } | null = null;
  for (const name of await readdir(dir).catch(() => [])) {
    const zxid = zxidOfName(name, 'snapshot');
    if (zxid >= 0 && zxid > (newest?.zxid ?? -1)) newest = { name, zxid };
  }
  return newest && { zxid: newest.zxid, at: (await stat(join(dir, newest.name))).mtimeMs };
}

export function viewOfNode(parts: AdministeredParts): NodeView {
  const { config, db, core, metrics, digests } = parts;
  const snapshots = join(config.dataDir, 'version-2');
  const logs = join(config.dataLogDir, 'version-2');
  const began = performance.now();
  return {
    config, tree: db.tree, stats: core.stats, metrics, digests,
    get mode() { return core.role?.mode ?? null; },
    get uptimeMs() { return performance.now() - began; },
    get sessions() { return db.sessions; },
    get localSessions() { return core.localSessions.count; },
    get connectionsRejected() { return core.stats.connectionsRejected; },
    get authFailed() { return core.stats.authFailed; },
    get quorum() { const status = parts.quorum(); return status && quorumView(status, config); },
    get connectionCount() { return core.clients.count; },
    sessionDeadlines: () => core.sessions.deadlines(),
    connections: () => [...core.clients.all()].map(connectionView),
    sessionOf: (watcher) => ('sessionId' in watcher && typeof watcher.sessionId === 'bigint' ? watcher.sessionId : 0n),
    clientResponses: () => null,
    proposals: parts.proposals,
    dirSizes: async () => {
      const [data, log] = await Promise.all([bytesOf(snapshots, 'snapshot'), bytesOf(logs, 'log')]);
      return snapshots === logs ? { data: data + log, log: data + log } : { data, log };
    },
    lastSnapshot: () => newestSnapshot(snapshots),
    resetStats: () => { core.stats.reset(); metrics.reset(); },
    resetConnectionStats: () => { for (const connection of core.clients.all()) connection.resetCounts(); },
    takeSnapshot: async () => {
      const zxid = await db.snapshot();
      return { zxid, file: join(snapshots, `snapshot.${hexZxid(zxid)}${config.snapshotCompression === 'gz' ? '.gz' : ''}`) };
    },
    changesAfter: (zxid, signal) => changesAfter(db, zxid, signal),
    restoreSnapshot: (body) => restoreFromUpload(config, body, parts.replaceData),
    warn: (error) => { parts.report({ type: 'warning', at: Date.now(), error: error instanceof SluiceError ? error : SluiceError.of('COORD_DISK', { file: snapshots, reason: codeOf(error) }, error) }); },
    authorize: (scheme, auth, address) => authorize(core, scheme, auth, address),
    shedConnections: (percent) => {
      const all = [...core.clients.all()];
      const some = all.slice(0, Math.floor((all.length * percent) / 100));
      for (const connection of some) connection.close();
      return some.length;
    },
  };
}

/** All rights on the root, each by itself (Commands.handleAuthorization). */
function authorize(core: Core, scheme: string, auth: Buffer, address: string): Authorization {
  const ids = core.schemes.authenticate(scheme, auth, { address, certificateSubject: null });
  if (ids === null || ids.length === 0) return 'unauthenticated';
  const root = core.tree.get('');
  if (!root) return 'unauthorized';
  const acl = core.tree.acl(root.acl);
  return [PERM.read, PERM.write, PERM.create, PERM.delete, PERM.admin].every((perm) => core.access.allows(acl, perm, ids)) ? 'granted' : 'unauthorized';
}
