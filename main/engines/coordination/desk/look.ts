// One look at one member: `srvr` for its role and zxid, `mntr` for the rest, AdminServer where `mntr` is not allowed.
import { get } from 'node:http';
import type { Member, MemberRole } from '../../../../preload/contract/cluster.ts';
import { SluiceError, toErrorInfo } from '../../../../preload/contract/sluice-error.ts';
import { WHITELIST } from './sessions.ts';

const ANSWER = 3000;
const ADMIN_PORT = 8080;
const ADMIN_ANSWER = 1000;
/** AdminServer that did not answer is left alone for this long, milliseconds. */
const ADMIN_REST = 60_000;
const MOST_ADMIN = 1024 * 1024;

/** Asks one member a word; COORD_FOUR_LETTER, COORD_CONNECT. */
export type Ask = (at: { readonly host: string; readonly port: number }, word: string, timeoutMs: number, signal?: AbortSignal) => Promise<string>;

export interface Place { readonly host: string; readonly port: number; readonly sid: number | null; readonly voter: boolean }
/** A member with what only stories need. */
export interface Look { readonly member: Member; readonly elections: { readonly count: number; readonly sumMs: number } | null }

const ROLES: Readonly<Record<string, MemberRole>> = { leader: 'leader', follower: 'follower', observer: 'observer', standalone: 'standalone', 'read-only': 'readOnly' };

export const placeName = ({ host, port, sid }: Place): string => (sid === null ? `${host.includes(':') ? `[${host}]` : host}:${port}` : `n${sid}`);

/** `key<tab>value` lines. */
export function parseMntr(text: string): ReadonlyMap<string, string> {
  return new Map(text.split('\n').map((line) => line.split('\t')).filter((parts) => parts.length >= 2).map(([key, value]) => [key as string, (value as string).trim()]));
}

/** Null for a server that does not serve now. */
export function parseSrvr(text: string): { readonly version: string | null; readonly role: MemberRole; readonly zxid: number | null; readonly latency: Member['latency']; readonly connections: number | null; readonly outstanding: number | null; readonly znodes: number | null } | null {
  const field = (name: string): string | null => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1]?.trim() ?? null;
  const mode = field('Mode');
  if (mode === null) return null;
  const number = (name: string): number | null => { const found = field(name); return found === null ? null : Number(found); };
  const [min, avg, max] = (field('Latency min/avg/max') ?? '').split('/').map(Number);
  return {
    version: /^[^-,\s]+/.exec(field('Zookeeper version') ?? '')?.[0] ?? null, role: ROLES[mode] ?? 'unknown', zxid: number('Zxid'),
    latency: min !== undefined && avg !== undefined && max !== undefined ? { min, avg, max } : null,
    connections: number('Connections'), outstanding: number('Outstanding'), znodes: number('Node count'),
  };
}

export class Looker {
  readonly #ask: Ask;
  readonly #adminPort: number;
  readonly #restUntil = new Map<string, number>();

  /** AdminServer is asked on its default port, or on another in tests. */
  constructor(ask: Ask, adminPort = ADMIN_PORT) {
    this.#ask = ask;
    this.#adminPort = adminPort;
  }

  async look(place: Place, signal: AbortSignal): Promise<Look> {
    const blank: Member = {
      name: placeName(place), host: place.host, port: place.port, sid: place.sid, voter: place.voter, role: 'down', zxid: null, lag: null, outstanding: null, latency: null, connections: null,
      watches: null, znodes: null, ephemerals: null, dataBytes: null, fsyncMs: null, disk: null, uptimeMs: null, version: null, source: 'none', whitelist: null, error: null,
    };
    let base = blank;
    try {
      const seen = parseSrvr(await this.#ask(place, 'srvr', ANSWER, signal));
      base = seen ? { ...blank, ...seen, source: 'srvr' } : { ...blank, role: 'looking', source: 'srvr' };
    } catch (thrown) {
      const error = toErrorInfo(thrown);
      if (error.code !== 'COORD_FOUR_LETTER') return { member: { ...blank, error }, elections: null };
      base = { ...blank, role: 'unknown', whitelist: WHITELIST };
    }
    if (base.role === 'looking') return { member: base, elections: null };
    try {
      return detailed(base, parseMntr(await this.#ask(place, 'mntr', ANSWER, signal)), 'mntr');
    } catch (thrown) {
      if (!(thrown instanceof SluiceError) || thrown.code !== 'COORD_FOUR_LETTER') return { member: base, elections: null };
    }
    const monitor = await this.#admin(place, signal);
    return monitor ? detailed(base, monitor, 'admin') : { member: { ...base, whitelist: WHITELIST }, elections: null };
  }

  /** `/commands/monitor` on the default port, its keys as mntr has them; null when nobody answers there. */
  async #admin({ host }: Place, signal: AbortSignal): Promise<ReadonlyMap<string, string> | null> {
    if ((this.#restUntil.get(host) ?? 0) > performance.now()) return null;
    try {
      const answer = JSON.parse(await fetchText(`http://${host.includes(':') ? `[${host}]` : host}:${this.#adminPort}/commands/monitor`, signal)) as unknown;
      if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return null;
      return new Map(Object.entries(answer).map(([key, value]) => [`zk_${key}`, String(value)]));
    } catch {
      this.#restUntil.set(host, performance.now() + ADMIN_REST);
      return null;
    }
  }
}

function detailed(base: Member, figures: ReadonlyMap<string, string>, source: 'mntr' | 'admin'): Look {
  const number = (key: string): number | null => {
    const value = Number(figures.get(key));
    return figures.has(key) && Number.isFinite(value) ? value : null;
  };
  const role = base.role === 'unknown' ? (ROLES[figures.get('zk_server_state') ?? ''] ?? 'unknown') : base.role;
  const [avg, max] = [number('zk_avg_fsynctime'), number('zk_max_fsynctime')];
  const [count, sumMs] = [number('zk_cnt_election_time'), number('zk_sum_election_time')];
  const latency = [number('zk_min_latency'), number('zk_avg_latency'), number('zk_max_latency')] as const;
  return {
    member: {
      ...base, role, source, whitelist: null,
      outstanding: number('zk_outstanding_requests') ?? base.outstanding, connections: number('zk_num_alive_connections') ?? base.connections, watches: number('zk_watch_count'),
      znodes: number('zk_znode_count') ?? base.znodes, ephemerals: number('zk_ephemerals_count'), dataBytes: number('zk_approximate_data_size'), uptimeMs: number('zk_uptime'),
      fsyncMs: avg !== null && max !== null ? { avg, max } : null,
      latency: base.latency ?? (latency[0] !== null && latency[1] !== null && latency[2] !== null ? { min: latency[0], avg: latency[1], max: latency[2] } : null),
      version: base.version ?? /^[^-,\s]+/.exec(figures.get('zk_version') ?? '')?.[0] ?? null,
    },
    elections: count !== null && sumMs !== null ? { count, sumMs } : null,
  };
}

function fetchText(url: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { timeout: ADMIN_ANSWER, signal, agent: false }, (response) => {
      const parts: Buffer[] = [];
      let length = 0;
      response.on('data', (part: Buffer) => { length += part.length; if (length > MOST_ADMIN) request.destroy(new Error('too long')); else parts.push(part); });
      response.on('end', () => { if (response.statusCode === 200) resolve(Buffer.concat(parts).toString('utf8')); else reject(new Error(`status ${response.statusCode}`)); });
      response.on('error', reject);
    });
    request.on('timeout', () => { request.destroy(new Error('ETIMEDOUT')); });
    request.on('error', reject);
  });
}
