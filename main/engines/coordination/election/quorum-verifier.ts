// Who votes, and which of them together decide: a majority, or a majority of the weights in a majority of the groups (QuorumMaj, QuorumHierarchical).
import { formatQuorum, parseServer, ServerLineError } from '../config/quorum-config.ts';
import type { QuorumConfig, QuorumServer } from '../config/node-config.ts';

/** The longest config text that is read from a peer. */
const MOST_TEXT = 512 * 1024;

export class QuorumVerifier {
  readonly config: QuorumConfig;
  /** As /zookeeper/config, a notification and a NEWLEADER carry it. */
  readonly text: string;
  readonly voters: ReadonlySet<number>;
  readonly #groupWeights = new Map<number, number>();

  constructor(config: QuorumConfig) {
    this.config = config;
    this.text = formatQuorum(config);
    this.voters = new Set([...config.servers.values()].filter((server) => server.role === 'participant').map((server) => server.sid));
    for (const [sid, group] of config.groups ?? []) this.#groupWeights.set(group, (this.#groupWeights.get(group) ?? 0) + this.weight(sid));
  }

  get version(): number { return this.config.version; }

  server(sid: number): QuorumServer | undefined {
    return this.config.servers.get(sid);
  }

  /** 0 for a server that may never lead. */
  weight(sid: number): number {
    return this.config.groups === null ? 1 : this.config.weights.get(sid) ?? 1;
  }

  /** Whether those of `sids` that vote decide. */
  isQuorum(sids: Iterable<number>): boolean {
    if (this.config.groups === null) {
      let count = 0;
      for (const sid of sids) if (this.voters.has(sid)) count++;
      return count > Math.floor(this.voters.size / 2);
    }
    const sums = new Map<number, number>();
    for (const sid of sids) {
      const group = this.config.groups.get(sid);
      if (group !== undefined && this.voters.has(sid)) sums.set(group, (sums.get(group) ?? 0) + this.weight(sid));
    }
    const groups = [...this.#groupWeights.values()].filter((weight) => weight > 0).length;
    let won = 0;
    for (const [group, sum] of sums) if (sum > (this.#groupWeights.get(group) as number) / 2) won++;
    return won > groups / 2;
  }

  /** The highest value that a quorum has reached; `of` answers a voter's, -1 for none. */
  reached(of: (sid: number) => number): number {
    const values = [...this.voters].map((sid) => [of(sid), sid] as const).sort((a, b) => b[0] - a[0]);
    if (this.config.groups === null) return values[Math.floor(this.voters.size / 2)]?.[0] ?? -1;
    const sids: number[] = [];
    for (const [value, sid] of values) {
      sids.push(sid);
      if (this.isQuorum(sids)) return value;
    }
    return -1;
  }

  /** The same servers, roles and quorum and election ports; hosts may be written in several ways. */
  agrees(other: QuorumVerifier): boolean {
    if (this.config.servers.size !== other.config.servers.size) return false;
    for (const [sid, server] of this.config.servers) {
      const theirs = other.config.servers.get(sid);
      if (!theirs || theirs.role !== server.role || ports(theirs) !== ports(server)) return false;
    }
    return true;
  }

  withVersion(version: number): QuorumVerifier {
    return new QuorumVerifier({ ...this.config, version });
  }
}

function ports(server: QuorumServer): string {
  return server.addresses.map((at) => `${at.quorumPort}:${at.electionPort}`).sort().join('|');
}

/** Reads what QuorumVerifier.toString wrote. ServerLineError, its message in words, when a line cannot be used. */
export function parseQuorum(text: string): QuorumVerifier {
  if (text.length > MOST_TEXT) throw new ServerLineError(`a configuration of ${text.length} characters`);
  const servers = new Map<number, QuorumServer>();
  const groups = new Map<number, number>();
  const weights = new Map<number, number>();
  let version = 0;
  let hierarchical = false;
  for (const line of text.split(/[\n,]/)) {
    const at = line.indexOf('=');
    const key = line.slice(0, at).trim();
    const value = line.slice(at + 1).trim();
    if (at < 0 || key === '') {
      if (line.trim() === '' || line.trim().startsWith('#')) continue;
      throw new ServerLineError(`"${line.trim()}" is no line of a configuration`);
    }
    if (key === 'version') version = hexOf(value);
    else if (key.startsWith('server.')) servers.set(sidOf(key), parseServer(sidOf(key), value));
    else if (key.startsWith('group.')) {
      hierarchical = true;
      for (const member of value.split(':')) groups.set(sidOf(`.${member}`), sidOf(key));
    } else if (key.startsWith('weight.')) {
      hierarchical = true;
      weights.set(sidOf(key), sidOf(`.${value}`));
    }
  }
  if (hierarchical) {
    for (const server of servers.values()) {
      if (server.role === 'participant' && !groups.has(server.sid)) throw new ServerLineError(`server ${server.sid} is in no group`);
      if (server.role === 'participant' && !weights.has(server.sid)) weights.set(server.sid, 1);
    }
  }
  return new QuorumVerifier({ servers, groups: hierarchical ? groups : null, weights, version });
}

function hexOf(text: string): number {
  const value = /^[0-9a-f]{1,16}$/i.test(text) ? Number.parseInt(text, 16) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new ServerLineError(`"${text}" is no version`);
  return value;
}

function sidOf(key: string): number {
  const text = key.slice(key.indexOf('.') + 1).trim();
  if (!/^\d{1,15}$/.test(text)) throw new ServerLineError(`"${text}" is no number of a server`);
  return Number(text);
}
