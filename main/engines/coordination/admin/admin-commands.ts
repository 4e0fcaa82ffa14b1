// The AdminServer's commands: names and fields of 3.9's Commands.java, over the same view of the node as the four-letter words.
import { epochOf, counterOf } from '../zxid.ts';
import type { QuorumServer } from '../config/node-config.ts';
import { environment, sessionExpiries, versionTwo } from './four-letter-words.ts';
import { average } from './java-text.ts';
import type { Json } from './java-json.ts';
import { Double, monitorValues } from './monitor-values.ts';
import type { Command, CommandAnswer } from './admin-command.ts';
import { changes } from './change-lines.ts';
import type { ConnectionView, NodeView, SizeStats } from './node-view.ts';
import { FULL_VERSION } from './version.ts';
import { watchers } from './watchers.ts';

type Run = Command['run'];
type Data = readonly (readonly [string, Json])[];

const get = (names: string, run: Run, needsServer = true): Command => ({ names: names.split(' '), method: 'GET', needsServer, guarded: false, limited: false, run });
const plain = (of: (view: NodeView) => Data | Promise<Data>): Run => async (view) => ({ data: await of(view) });

function connectionFields(at: ConnectionView, brief: boolean): Json {
  return {
    remote_socket_address: at.address, interest_ops: 1, outstanding_requests: at.outstanding, packets_received: at.packetsReceived, packets_sent: at.packetsSent,
    ...(brief ? {} : {
      session_id: at.sessionId, last_operation: at.lastOperation, established: at.establishedAt, session_timeout: at.sessionTimeout, last_cxid: at.lastCxid, last_zxid: at.lastZxid, last_response_time: Math.floor(at.lastResponseAt),
      last_latency: Math.round(at.latency.last), min_latency: Math.floor(at.latency.min), avg_latency: Math.round(at.latency.avg), max_latency: Math.ceil(at.latency.max),
    }),
  };
}

function connections(view: NodeView, brief: boolean): Data {
  const all = [...view.connections()];
  return [
    ['connections', all.filter((at) => !at.secure).map((at) => connectionFields(at, brief))],
    ['secure_connections', all.filter((at) => at.secure).map((at) => connectionFields(at, brief))],
  ];
}

const sizes = ({ last, min, max }: SizeStats): Json => ({ last_buffer_size: last, min_buffer_size: min, max_buffer_size: max });

async function serverStats(view: NodeView): Promise<Data> {
  const { stats, tree } = view;
  const latency = stats.latency();
  const dirs = await view.dirSizes();
  const responses = sizes(view.clientResponses() ?? { last: -1, min: -1, max: -1 });
  const proposals = view.proposals();
  return [
    ['version', FULL_VERSION], ['read_only', view.mode === 'read-only'],
    ['server_stats', {
      packets_sent: stats.packetsSent, packets_received: stats.packetsReceived, fsync_threshold_exceed_count: 0, client_response_stats: responses, provider_null: false, data_dir_size: dirs.data, log_dir_size: dirs.log,
      last_processed_zxid: tree.lastZxid, outstanding_requests: stats.outstanding, server_state: view.mode ?? 'null', avg_latency: new Double(average(latency.avg)), max_latency: Math.ceil(latency.max), min_latency: Math.floor(latency.min),
      num_alive_client_connections: view.connectionCount, uptime: Math.floor(view.uptimeMs), auth_failed_count: view.authFailed, non_mtlsremote_conn_count: 0, non_mtlslocal_conn_count: 0,
    }],
    ['client_response', responses], ...(proposals && view.mode === 'leader' ? [['proposal_stats', sizes(proposals)] as const] : []), ['node_count', tree.count],
  ];
}

function configuration({ config }: NodeView): Data {
  return [
    ['client_port', config.clientPort ?? -1], ['data_dir', versionTwo(config.dataDir)], ['data_log_dir', versionTwo(config.dataLogDir)], ['tick_time', config.tickTime], ['max_client_cnxns', config.maxClientCnxns],
    ['min_session_timeout', config.minSessionTimeout], ['max_session_timeout', config.maxSessionTimeout], ['server_id', config.myid ?? 0], ['client_port_listen_backlog', config.clientPortListenBacklog],
  ];
}

function dump(view: NodeView): Data {
  const { tickTime } = view.config;
  const expiries = new Map<string, Json[]>();
  for (const [at, id] of sessionExpiries(view, performance.now())) {
    const bucket = String((Math.floor(at / tickTime) + 1) * tickTime);
    expiries.set(bucket, [...(expiries.get(bucket) ?? []), id]);
  }
  return [
    ['expiry_time_to_session_ids', view.mode === 'follower' || view.mode === 'observer' ? {} : expiries],
    ['session_id_to_ephemeral_paths', new Map([...view.tree.sessionsWithEphemerals()].map(([id, paths]) => [BigInt.asIntN(64, id).toString(), [...paths]]))],
  ];
}

const shown = (host: string, port: number): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

function leader({ quorum, mode }: NodeView): Data {
  if (!quorum) return [['error', 'server is not initialized']];
  const address = quorum.leader === null ? undefined : quorum.config.servers.get(quorum.leader);
  return [['is_leader', mode === 'leader'], ['leader_id', quorum.leader ?? -1], ['leader_ip', address?.addresses.map(({ host }) => host).join('|') ?? '']];
}

function votingView({ quorum }: NodeView): Data {
  const member = (server: QuorumServer): Json => ({
    server_addresses: server.addresses.map(({ host, quorumPort }) => shown(host, quorumPort)), election_addresses: server.addresses.map(({ host, electionPort }) => shown(host, electionPort)),
    client_address: server.client ? shown(server.client.host ?? '0.0.0.0', server.client.port) : '', learner_type: server.role,
  });
  const voters = [...(quorum?.config.servers.values() ?? [])].filter((server) => server.role === 'participant').sort((a, b) => a.sid - b.sid);
  return [['current_config', new Map(voters.map((server) => [String(server.sid), member(server)]))]];
}

/** MultipleAddresses, as Jackson prints its getters. */
function addressesOf(server: QuorumServer | undefined, of: 'quorumPort' | 'electionPort'): Json {
  const all = server?.addresses.map((at) => shown(at.host, at[of])) ?? [];
  const ports = [...new Set(server?.addresses.map((at) => at[of]) ?? [])];
  const [one = ''] = all;
  return {
    empty: all.length === 0, all_addresses: all, wildcard_addresses: ports.map((port) => `0.0.0.0:${port}`), all_ports: ports, all_host_strings: server?.addresses.map(({ host }) => host) ?? [], reachable_address: one, all_reachable_addresses: all,
    all_reachable_addresses_or_all: all, reachable_or_one: one, one,
  };
}

function zabState(view: NodeView): Data {
  const { quorum, config, tree } = view;
  if (!quorum) return [['voting', false], ['zabstate', '']];
  const own = quorum.config.servers.get(quorum.myid);
  return [
    ['myid', quorum.myid], ['is_leader', view.mode === 'leader'], ['quorum_address', addressesOf(own, 'quorumPort')], ['election_address', addressesOf(own, 'electionPort')],
    ['client_address', shown(config.clientPortAddress ?? '0.0.0.0', config.clientPort ?? -1)], ['voting', own?.role === 'participant'], ['last_zxid', `0x${tree.lastZxid.toString(16)}`], ['zab_epoch', epochOf(tree.lastZxid)],
    ['zab_counter', counterOf(tree.lastZxid)], ['zabstate', quorum.zabState],
  ];
}

function observers({ quorum, mode }: NodeView): Data {
  const all = mode === 'leader' ? (quorum?.learners.filter((learner) => learner.role === 'observer' && learner.synced) ?? []) : [];
  return [['synced_observers', all.length], ['observers', all.map((learner) => ({ remote_socket_address: learner.address, sid: learner.sid, last_zxid: learner.lastZxid }))]];
}

/** What of Java's system properties this node knows: the keys of its configuration, as ZooKeeper sets them. */
function systemProperties({ config }: NodeView): Data {
  const secret = /password|secret|digest/i;
  return [...config.entries].filter(([key]) => !secret.test(key)).map(([key, value]): [string, string] => [key.startsWith('zookeeper.') ? key : `zookeeper.${key}`, value]).sort(([a], [b]) => (a < b ? -1 : 1));
}

function traceMask(_view: NodeView, query: URLSearchParams): CommandAnswer {
  const mask = query.get('traceMask');
  if (mask === null) return { data: [['error', 'setTraceMask requires long traceMask argument']] };
  if (!/^[+-]?\d{1,18}$/.test(mask)) return { data: [['error', `setTraceMask requires long traceMask argument, got ${mask}`]] };
  return { data: [['tracemask', BigInt(mask)]] };
}

const stopped = (view: NodeView, on: boolean): CommandAnswer | null => (!on ? { status: 503 } : !view.config.serializeLastProcessedZxid ? { status: 500 } : null);

async function snapshot(view: NodeView, query: URLSearchParams): Promise<CommandAnswer> {
  try {
    const { zxid, file } = await view.takeSnapshot();
    const { stat } = await import('node:fs/promises');
    const { size } = await stat(file);
    const headers = { last_zxid: `0x${zxid.toString(16)}`, snapshot_size: String(size) };
    const streaming = (query.get('streaming') ?? 'true').toLowerCase() === 'true';
    return streaming ? { headers, file } : { headers };
  } catch (error) {
    view.warn(error);
    view.metrics.counters.snapshot_error_count += 1;
    return { status: 500 };
  }
}

async function restore(view: NodeView, body: AsyncIterable<Buffer>): Promise<CommandAnswer> {
  const began = performance.now();
  try {
    const zxid = await view.restoreSnapshot(body);
    view.metrics.summaries.restore_time.add(Math.round(performance.now() - began));
    return { data: [['last_zxid', zxid]] };
  } catch (error) {
    view.warn(error);
    view.metrics.counters.restore_error_count += 1;
    return { status: 500 };
  }
}

const MAX_BODY = 64 * 1024;

async function shed(view: NodeView, body: AsyncIterable<Buffer>): Promise<CommandAnswer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of body) {
    length += part.length;
    if (length > MAX_BODY) return { status: 400, data: [['error', 'Request body is too large']] };
    parts.push(part);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    return { status: 400, data: [['error', 'Invalid JSON or failed to read request body']] };
  }
  const percentage = typeof parsed === 'object' && parsed !== null && 'percentage' in parsed ? Math.trunc(Number(parsed.percentage)) : null;
  if (percentage === null) return { status: 400, data: [['error', 'Missing required field: percentage']] };
  if (!(percentage >= 0 && percentage <= 100)) return { status: 400, data: [['error', 'Percentage must be between 0 and 100']] };
  return { data: [['connections_shed', percentage === 0 ? 0 : view.shedConnections(percentage)], ['percentage_requested', percentage]] };
}

export const COMMANDS: readonly Command[] = [
  get('connection_stat_reset crst', (view) => { view.resetConnectionStats(); return {}; }),
  get('configuration conf config', plain(configuration)),
  get('connections cons', plain((view) => connections(view, false))),
  get('hash', plain((view) => [['digests', view.digests.entries.map(({ zxid, version, digest }) => ({ zxid, digest_version: version, digest }))]])),
  get('dirs', plain(async (view) => { const { data, log } = await view.dirSizes(); return [['datadir_size', data], ['logdir_size', log]]; })),
  get('dump', plain(dump)),
  get('environment env envi', plain(() => environment()), false),
  get('get_trace_mask gtmk', plain(() => [['tracemask', 306]]), false),
  get('initial_configuration icfg', plain(({ config }) => [['initial_configuration', config.initialConfig]])),
  get('is_read_only isro', plain((view) => [['read_only', view.mode === 'read-only']])),
  get('last_snapshot lsnp', plain(async (view) => { const last = await view.lastSnapshot(); return [['zxid', last ? last.zxid.toString(16) : 'ffffffffffffffff'], ['timestamp', last ? Math.floor(last.at / 1000) : -1]]; })),
  get('leader lead', plain(leader)),
  get('monitor mntr', plain((view) => [...monitorValues(view)]), false),
  get('observer_connection_stat_reset orst', () => ({})),
  get('ruok', () => ({})),
  get('set_trace_mask stmk', traceMask, false),
  get('server_stats srvr', plain(serverStats)),
  get('stats stat', plain(async (view) => [...await serverStats(view), ...connections(view, true)])),
  get('stat_reset srst', (view) => { view.resetStats(); return {}; }),
  get('observers obsr', plain(observers)),
  get('system_properties sysp', plain(systemProperties), false),
  get('voting_view', plain(votingView)),
  get('watches wchc', plain((view) => [['session_id_to_watched_paths', sessionsToPaths(view)]])),
  get('watches_by_path wchp', plain((view) => [['path_to_session_ids', new Map([...watchers(view).paths].map(([path, ids]) => [path, [...ids]]))]])),
  get('watch_summary wchs', plain((view) => { const { connections: by, paths, total } = watchers(view); return [['num_connections', by.size], ['num_paths', paths.size], ['num_total_watches', total]]; })),
  get('zabstate', plain(zabState), false),
  { names: ['changes'], method: 'GET', needsServer: true, guarded: true, limited: false, run: changes },
  { names: ['snapshot', 'snap'], method: 'GET', needsServer: true, guarded: true, limited: true, run: (view, query) => stopped(view, view.config.admin.snapshotEnabled) ?? snapshot(view, query) },
  { names: ['restore', 'rest'], method: 'POST', needsServer: true, guarded: true, limited: true, run: (view, _query, body) => stopped(view, view.config.admin.restoreEnabled) ?? restore(view, body) },
  { names: ['shed_connections', 'shed'], method: 'POST', needsServer: true, guarded: true, limited: false, run: (view, _query, body) => shed(view, body) },
];

function sessionsToPaths(view: NodeView): ReadonlyMap<string, Json> {
  const by = new Map<string, Set<string>>();
  for (const { id, paths } of watchers(view).connections.values()) {
    const key = BigInt.asIntN(64, id).toString();
    by.set(key, new Set([...(by.get(key) ?? []), ...paths]));
  }
  return new Map([...by].map(([id, paths]) => [id, [...paths]]));
}
