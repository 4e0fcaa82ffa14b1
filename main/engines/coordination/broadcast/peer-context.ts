// What every part of a quorum peer works with.
import type { NodeConfig } from '../config/node-config.ts';
import type { FastLeaderElection } from '../election/fast-leader-election.ts';
import type { Membership } from '../election/membership.ts';
import type { QuorumVerifier } from '../election/quorum-verifier.ts';
import type { Transport } from '../election/transport.ts';
import type { Clock, Database, Report, ServerCore } from '../parts.ts';

export interface PeerContext {
  readonly config: NodeConfig;
  readonly myid: number;
  readonly db: Database;
  readonly core: ServerCore;
  readonly clock: Clock;
  readonly report: Report;
  readonly transport: Transport;
  readonly membership: Membership;
  readonly election: FastLeaderElection;
  /** Notes a proposed configuration, in memory and beside the dynamic file. */
  readonly propose: (next: QuorumVerifier) => void;
  /** Puts a configuration in force, in memory, in the dynamic file and in /zookeeper/config; true when it is newer and differs in who is in it. */
  readonly activate: (next: QuorumVerifier) => boolean;
}

/** Why a role ended; `next` when a reconfig named who leads now, so that no election is needed. */
export interface RoleEnd {
  readonly reason: string;
  readonly next: number | null;
}

/** initLimit and syncLimit in ms. */
export function initMs({ config }: PeerContext): number {
  return config.initLimit * config.tickTime;
}

export function syncMs({ config }: PeerContext): number {
  return config.syncLimit * config.tickTime;
}
