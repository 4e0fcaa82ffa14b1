// The values of mntr and of the AdminServer's `monitor`, in ZooKeeper's names (ZooKeeperServer.dumpMonitorValues and its heirs).
import { readdirSync } from 'node:fs';
import { average } from './java-text.ts';
import type { NodeView } from './node-view.ts';
import { FULL_VERSION } from './version.ts';

type MonitorValue = string | number;

/** A number that Java holds as a double: it keeps its point, 0.0. */
export class Double {
  readonly value: number;

  constructor(value: number) { this.value = value; }
}

/** Names without `zk_`. Costs no more than the count of watches and learners. */
export function* monitorValues(view: NodeView): Generator<readonly [string, MonitorValue | Double]> {
  const { tree, stats, metrics, quorum } = view;
  const latency = stats.latency();
  const responses = view.clientResponses();
  yield ['version', FULL_VERSION];
  yield ['server_state', view.mode ?? 'null'];
  yield ['ephemerals_count', ephemerals(view)];
  yield ['num_alive_connections', view.connectionCount];
  yield ['avg_latency', new Double(average(latency.avg))];
  yield ['outstanding_requests', stats.outstanding];
  yield ['znode_count', tree.count];
  yield ['global_sessions', view.sessions.size];
  yield ['packets_sent', stats.packetsSent];
  yield ['packets_received', stats.packetsReceived];
  yield ['watch_count', tree.watches.count];
  yield ['auth_failed_count', view.authFailed];
  yield ['min_latency', Math.floor(latency.min)];
  yield* descriptors();
  yield ['connection_rejected', view.connectionsRejected];
  yield ['approximate_data_size', tree.bytes];
  yield ['local_sessions', view.localSessions];
  yield ['uptime', Math.floor(view.uptimeMs)];
  yield ['max_latency', Math.ceil(latency.max)];
  if (responses) {
    yield ['last_client_response_size', responses.last];
    yield ['max_client_response_size', responses.max];
    yield ['min_client_response_size', responses.min];
  }
  const proposals = view.proposals();
  if (quorum && view.mode === 'leader') {
    const of = (role: 'participant' | 'observer'): number => quorum.learners.filter((learner) => learner.role === role && learner.synced).length;
    yield ['learners', quorum.learners.length];
    yield ['synced_followers', of('participant')];
    yield ['synced_observers', of('observer')];
    yield ['pending_syncs', quorum.pendingSyncs];
    yield ['leader_uptime', Math.floor(quorum.leaderUptimeMs)];
    yield ['last_proposal_size', proposals?.last ?? -1];
    yield ['max_proposal_size', proposals?.max ?? -1];
    yield ['min_proposal_size', proposals?.min ?? -1];
  }
  if (quorum) {
    yield ['peer_state', peerState(view)];
    yield ['quorum_size', [...quorum.config.servers.values()].filter((server) => server.role === 'participant').length];
  }
  for (const [name, value] of Object.entries(metrics.counters)) yield [name, value];
  for (const [name, summary] of Object.entries(metrics.summaries)) {
    yield [`avg_${name}`, new Double(average(summary.avg))];
    yield [`min_${name}`, Math.floor(summary.min)];
    yield [`max_${name}`, Math.ceil(summary.max)];
    yield [`cnt_${name}`, summary.count];
    yield [`sum_${name}`, Math.round(summary.sum)];
  }
}

/** QuorumPeer.getDetailedPeerState: `leading - broadcast`. */
function peerState(view: NodeView): string {
  const { quorum } = view;
  if (!quorum) return '';
  return quorum.zabState === 'election' ? quorum.state : `${quorum.state} - ${quorum.zabState}`;
}

function ephemerals(view: NodeView): number {
  let count = 0;
  for (const [, paths] of view.tree.sessionsWithEphemerals()) count += paths.size;
  return count;
}

/** Linux tells how many files this process has open. */
function* descriptors(): Generator<readonly [string, number]> {
  try {
    yield ['open_file_descriptor_count', readdirSync('/proc/self/fd').length];
  } catch {
    // not Linux: Java leaves these out too where it does not know them
  }
}
