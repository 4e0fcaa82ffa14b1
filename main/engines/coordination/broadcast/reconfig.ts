// Changing who is in the ensemble while it runs: what a reconfig asks for, and who leads after it (PrepRequestProcessor, Leader.getDesignatedLeader).
import type { NodeConfig, QuorumConfig, QuorumServer } from '../config/node-config.ts';
import { parseServer, ServerLineError } from '../config/quorum-config.ts';
import type { Membership } from '../election/membership.ts';
import { QuorumVerifier, parseQuorum } from '../election/quorum-verifier.ts';
import type { ReconfigRequest } from '../jute/records.ts';
import { KeeperError } from '../keeper-errors.ts';
import { OP } from '../op-codes.ts';
import type { Txn } from '../txn.ts';

export const CONFIG_PATH = '/zookeeper/config';

/** The configuration that a reconfig's txn carries. Throws ServerLineError when it is none. */
export function configOf(txn: Txn): QuorumVerifier {
  if (txn.change.type !== OP.reconfig) throw new ServerLineError(`a txn of type ${txn.header.type} carries no configuration`);
  return parseQuorum(txn.change.record.data?.toString('utf8') ?? '');
}

export class ReconfigPlanner {
  readonly #config: NodeConfig;
  readonly #membership: Membership;
  readonly #isSynced: (verifier: QuorumVerifier) => boolean;

  /** @param isSynced whether this leader and the followers that are up to date are a quorum of it. */
  constructor(config: NodeConfig, membership: Membership, isSynced: (verifier: QuorumVerifier) => boolean) {
    this.#config = config;
    this.#membership = membership;
    this.#isSynced = isSynced;
  }

  /** The text of the configuration asked for, with `zxid` for its version. KeeperError in the order of real servers. */
  readonly plan = (request: ReconfigRequest, zxid: number): Buffer => {
    const { lastSeen, current } = this.#membership;
    if (lastSeen.version !== current.version) throw new KeeperError('ReconfigInProgress');
    if (request.curConfigId !== -1 && request.curConfigId !== lastSeen.version) throw new KeeperError('BadVersion');
    const next = new QuorumVerifier({ ...this.#wanted(request, lastSeen.config), version: zxid });
    if (next.voters.size < (this.#config.standaloneEnabled ? 2 : 1)) throw new KeeperError('BadArguments');
    if (!this.#isSynced(next)) throw new KeeperError('NewConfigNoQuorum');
    return Buffer.from(next.text);
  };

  #wanted(request: ReconfigRequest, from: QuorumConfig): QuorumConfig {
    try {
      if (request.newMembers !== null) return parseQuorum(request.newMembers).config;
      if (from.groups !== null) throw new KeeperError('BadArguments');
      const servers = new Map(from.servers);
      for (const leaving of list(request.leavingServers)) servers.delete(sidOf(leaving));
      for (const joining of list(request.joiningServers)) join(servers, joining);
      return { ...from, servers };
    } catch (error) {
      if (error instanceof ServerLineError) throw new KeeperError('BadArguments');
      throw error;
    }
  }
}

function list(text: string | null): string[] {
  return text === null ? [] : text.split(',').map((item) => item.trim()).filter((item) => item !== '');
}

function sidOf(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new KeeperError('BadArguments');
  return Number(text);
}

/** `server.N=host:quorumPort:electionPort[:role];clientPort`; all three ports must be named, and none be another's. */
function join(servers: Map<number, QuorumServer>, text: string): void {
  const [key, value, ...more] = text.split('=');
  if (key === undefined || value === undefined || more.length > 0) throw new KeeperError('BadArguments');
  const sid = sidOf(key.slice(key.lastIndexOf('.') + 1));
  const server = parseServer(sid, value);
  if (server.client === null) throw new KeeperError('BadArguments');
  const own = endpoints(server);
  for (const other of servers.values()) {
    if (other.sid !== sid && endpoints(other).some((at) => own.includes(at))) throw new KeeperError('BadArguments');
  }
  servers.delete(sid);
  servers.set(sid, server);
}

function endpoints(server: QuorumServer): string[] {
  const all = server.addresses.flatMap((at) => [`${at.host}:${at.quorumPort}`, `${at.host}:${at.electionPort}`]);
  if (server.client?.host) all.push(`${server.client.host}:${server.client.port}`);
  return all;
}

/** Who leads under `next`: this server if it votes there at the same quorum address, or else the voter that has most on disk. */
export function successor(membership: Membership, next: QuorumVerifier, myid: number, acked: (sid: number) => number): number {
  const own = next.server(myid);
  if (next.voters.has(myid) && own && sameQuorumAddress(own, membership.current.server(myid))) return myid;
  let best = -1;
  for (const sid of next.voters) if (sid !== myid && (best < 0 || acked(sid) > acked(best))) best = sid;
  return best;
}

export function sameQuorumAddress(a: QuorumServer, b: QuorumServer | undefined): boolean {
  const of = (server: QuorumServer): string => server.addresses.map((at) => `${at.host}:${at.quorumPort}`).sort().join('|');
  return b !== undefined && of(a) === of(b);
}
