// What a server says of itself by srvr, or by its AdminServer's `stats`: for status tables and screens.
import type { NodeConfig, ServerRole } from '../config/node-config.ts';
import { askWord, showHost, type Host } from './ask-word.ts';

export interface MemberStatus {
  /** leader, follower, observer, standalone, read-only; null while it serves nobody. */
  readonly mode: string | null;
  readonly zxid: number | null;
  readonly latency: { readonly min: number; readonly avg: number; readonly max: number } | null;
  readonly connections: number | null;
  readonly outstanding: number | null;
  readonly znodes: number | null;
  readonly version: string | null;
}

const NOTHING: MemberStatus = { mode: null, zxid: null, latency: null, connections: null, outstanding: null, znodes: null, version: null };
const TIMEOUT_MS = 5000;

/** The lines of srvr, of any release; what is not there is null. */
export function parseSrvr(text: string): MemberStatus {
  const line = (name: string): string | null => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1]?.trim() ?? null;
  const count = (name: string): number | null => { const value = line(name); return value !== null && /^\d+$/.test(value) ? Number(value) : null; };
  const latency = line('Latency min/avg/max')?.split('/').map(Number);
  const zxid = line('Zxid');
  return {
    mode: line('Mode'), zxid: zxid !== null && /^0x[0-9a-f]{1,14}$/.test(zxid) ? Number(zxid) : null,
    latency: latency?.length === 3 && latency.every(Number.isFinite) ? { min: latency[0] as number, avg: latency[1] as number, max: latency[2] as number } : null,
    connections: count('Connections'), outstanding: count('Outstanding'), znodes: count('Node count'), version: line('Zookeeper version')?.split(/[-,]/)[0] ?? null,
  };
}

/** COORD_FOUR_LETTER, COORD_CONNECT as askWord. */
export async function statusOf(host: Host, signal?: AbortSignal): Promise<MemberStatus> {
  return parseSrvr(await askWord(host, 'srvr', TIMEOUT_MS, signal));
}

/** From http://HOST:PORT/commands/stats; null when that does not answer. */
export async function fetchStats(admin: Host, signal?: AbortSignal): Promise<MemberStatus | null> {
  try {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await fetch(`http://${showHost(admin)}/commands/stats`, { signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
    const { version, server_stats: stats, node_count: znodes, error } = await answer.json() as Record<string, unknown>;
    if (error !== null && error !== undefined) return NOTHING;
    const of = (name: string): number | null => { const value = (stats as Record<string, unknown> | undefined)?.[name]; return typeof value === 'number' ? value : null; };
    const mode = (stats as Record<string, unknown> | undefined)?.['server_state'];
    return {
      mode: typeof mode === 'string' ? mode : null, zxid: of('last_processed_zxid'), latency: { min: of('min_latency') ?? 0, avg: of('avg_latency') ?? 0, max: of('max_latency') ?? 0 },
      connections: of('num_alive_client_connections'), outstanding: of('outstanding_requests'), znodes: typeof znodes === 'number' ? znodes : null, version: typeof version === 'string' ? version.split(/[-,]/)[0] ?? null : null,
    };
  } catch {
    return null;
  }
}

/** The members a configuration names, with where their clients connect; the server itself when it stands alone. */
export function membersOf(config: NodeConfig): { readonly sid: number | null; readonly host: Host; readonly role: ServerRole }[] {
  const anywhere = (host: string | null): boolean => host === null || host === '0.0.0.0' || host === '::';
  if (!config.quorum) return config.clientPort === null ? [] : [{ sid: null, host: { host: anywhere(config.clientPortAddress) ? '127.0.0.1' : config.clientPortAddress as string, port: config.clientPort }, role: 'participant' }];
  return [...config.quorum.servers.values()].sort((a, b) => a.sid - b.sid).flatMap((server) => {
    const port = server.client?.port ?? config.clientPort;
    const host = server.client && !anywhere(server.client.host) ? server.client.host as string : server.addresses[0]?.host;
    return port === null || host === undefined ? [] : [{ sid: server.sid, host: { host, port }, role: server.role }];
  });
}
