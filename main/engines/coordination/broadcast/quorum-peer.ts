// One server of an ensemble: looks for a leader, leads, follows or observes, and looks again (QuorumPeer). What it is at any moment, it reports.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { delay } from '../../../lib/async.ts';
import type { NodeConfig } from '../config/node-config.ts';
import { ElectionConnections } from '../election/election-connections.ts';
import { FastLeaderElection } from '../election/fast-leader-election.ts';
import { Membership } from '../election/membership.ts';
import { QuorumVerifier } from '../election/quorum-verifier.ts';
import { withAuth } from '../election/quorum-auth.ts';
import { tlsTransport } from '../election/quorum-tls.ts';
import { PLAIN, type Transport } from '../election/transport.ts';
import type { Clock, Database, Report, ServerCore, ServerState } from '../parts.ts';
import { ReadOnly } from '../server/read-only.ts';
import { epochOf, showZxid } from '../zxid.ts';
import { DynamicConfig } from './dynamic-config.ts';
import { Leader, type LearnerStatus } from './leader.ts';
import { Learner } from './learner.ts';
import type { PeerContext, RoleEnd } from './peer-context.ts';

/** Roles that end as soon as they have begun (a twin with the same number, a leader that refuses) are taken up more and more slowly. */
const SHORT_MS = 2_000;
const LEAST_WAIT_MS = 2;
const MOST_WAIT_MS = 1_000;
/** How long a server that is cut off waits before it serves reads alone (readonlymode.enabled). */
const READ_ONLY_AFTER_MS = 2_000;

export interface QuorumPeerOptions {
  readonly config: NodeConfig;
  readonly db: Database;
  readonly core: ServerCore;
  readonly clock: Clock;
  readonly report: Report;
  /** A configuration is in force: where clients are served may have changed. */
  readonly onConfig?: (config: QuorumVerifier) => void;
}

export interface QuorumStatus {
  readonly state: ServerState;
  /** ZooKeeper's words of the state: looking, following - synchronization, leading - broadcast. */
  readonly detail: string;
  readonly epoch: number;
  readonly leader: number | null;
  readonly electionMs: number;
  /** Since it has led, followed or observed this leader, ms; 0 while it looks for one. */
  readonly sinceMs: number;
  /** Only a leader has some. */
  readonly learners: readonly LearnerStatus[];
  readonly outstanding: number;
  readonly voters: readonly number[];
  readonly observers: readonly number[];
  readonly configVersion: number;
  /** As /zookeeper/config holds it. */
  readonly configText: string;
}

export interface QuorumPeer {
  status(): QuorumStatus;
  stop(): Promise<void>;
}

/** Opens the election port and begins to look for a leader. COORD_PORT, COORD_MYID, COORD_EPOCH. */
export async function startQuorumPeer(options: QuorumPeerOptions): Promise<QuorumPeer> {
  const peer = new Peer(options, transportOf(options.config));
  await peer.start();
  return peer;
}

function transportOf(config: NodeConfig): Transport {
  const transport = config.sslQuorum || config.portUnification ? tlsTransport(config) : PLAIN;
  return config.quorumAuth === null ? transport : withAuth(transport, config.quorumAuth);
}

class Peer implements QuorumPeer {
  readonly #options: QuorumPeerOptions;
  readonly #membership: Membership;
  readonly #connections: ElectionConnections;
  readonly #election: FastLeaderElection;
  readonly #context: PeerContext;
  readonly #dynamic: DynamicConfig;
  #role: Leader | Learner | null = null;
  #leader: number | null = null;
  #electionMs = 0;
  #since = 0;
  #initialize = false;
  #stopping = false;
  #failed = false;
  #loop: Promise<void> = Promise.resolve();
  readonly #stopped = Promise.withResolvers<null>();

  constructor(options: QuorumPeerOptions, transport: Transport) {
    this.#options = options;
    const { config, db, core, clock, report } = options;
    if (config.myid === null || config.quorum === null) throw SluiceError.of('COORD_MYID', { file: 'myid', reason: 'a server of an ensemble needs its number and server.N lines' });
    const myid = config.myid;
    this.#membership = new Membership(myid, new QuorumVerifier(config.quorum), config.reconfigEnabled);
    this.#dynamic = new DynamicConfig(config, report, clock);
    this.#connections = new ElectionConnections({
      myid, transport, report, listenOnAll: config.quorumListenOnAllIPs,
      server: (sid) => this.#membership.server(sid), now: () => clock.monotonic(),
      receive: (sid, bytes) => { this.#election.receive(sid, bytes); },
      refused: () => { this.#election.refused(); },
    });
    this.#election = new FastLeaderElection({
      membership: this.#membership, mail: this.#connections, clock, report,
      history: () => ({ zxid: db.lastLoggedZxid, epoch: Math.max(db.epochs.current, 0), initialize: this.#initialize }),
      adopt: (next) => this.#activate(next),
      doubt: (reason) => { if (this.#role?.isRunning === false) this.#role.end(reason); },
    });
    this.#context = {
      config, myid, db, core, clock, report, transport, membership: this.#membership, election: this.#election,
      propose: (next) => { this.#propose(next); },
      activate: (next) => this.#activate(next),
    };
  }

  async start(): Promise<void> {
    const { db, config, report, clock } = this.#options;
    if (!this.#membership.server(this.#context.myid)) {
      throw SluiceError.of('COORD_MYID', { file: 'myid', reason: `there is no server.${this.#context.myid} line among the servers ${[...this.#membership.current.config.servers.keys()].join(', ')}` });
    }
    this.#initialize = await rm(join(config.dataDir, 'initialize')).then(() => true, () => false); // counts once (FileTxnSnapLog)
    await this.#settleEpochs();
    db.onFailure((error) => {
      this.#failed = true;
      this.#role?.end(error.message);
      void this.stop();
    });
    this.#dynamic.setNode(db, this.#membership.current);
    await this.#connections.listen();
    report({ type: 'state', at: clock.now(), state: 'looking', epoch: db.epochs.current, leader: null, zxid: db.lastLoggedZxid });
    this.#loop = this.#live().catch((error: unknown) => {
      report({ type: 'failed', at: clock.now(), error: error instanceof SluiceError ? error : SluiceError.of('COORD_EPOCH', { dir: config.dataDir, reason: (error as Error).message }, error) });
    });
  }

  /** Epoch files that are not there are made of the last zxid's epoch, as real servers do; files that contradict each other stop the start. */
  async #settleEpochs(): Promise<void> {
    const { db, config, report, clock } = this.#options;
    const epoch = Math.max(0, epochOf(db.lastLoggedZxid));
    if (epoch > 0 && db.epochs.current === -1 && db.epochs.accepted === -1) {
      const error = SluiceError.of('COORD_EPOCH', { dir: config.dataDir, reason: `currentEpoch and acceptedEpoch are missing beside data up to ${showZxid(db.lastLoggedZxid)}; epoch ${epoch} is assumed` });
      report({ type: 'warning', at: clock.now(), error });
    }
    await db.epochs.settle(db.lastLoggedZxid);
  }

  async #live(): Promise<void> {
    let next: number | null = null;
    let wantsAll = false;
    let waitMs = LEAST_WAIT_MS;
    while (!this.#stopping) {
      const leader: number | null = next ?? await this.#look();
      if (leader === null || this.#stopping) break;
      if (next !== null) this.#election.assume(next);
      this.#leader = leader;
      const { myid } = this.#context;
      const role: Leader | Learner = leader === myid ? new Leader(this.#context) : new Learner(this.#context, leader, this.#membership.current.server(myid)?.role === 'observer', wantsAll);
      this.#role = role;
      this.#since = this.#options.clock.monotonic();
      const begun = this.#options.clock.monotonic();
      const end: RoleEnd = await role.run();
      waitMs = this.#options.clock.monotonic() - begun > SHORT_MS ? LEAST_WAIT_MS : Math.min(waitMs * 2, MOST_WAIT_MS);
      this.#role = null;
      this.#leader = null;
      wantsAll = role instanceof Learner && role.cannotTruncate;
      if (this.#stopping) break;
      next = end.next !== null && this.#membership.current.server(myid) ? end.next : null;
      this.#lost(end.reason);
      if (!wantsAll && next === null) await Promise.race([delay(waitMs), this.#stopped.promise]);
    }
  }

  #lost(reason: string): void {
    const { db, report, clock } = this.#options;
    report({ type: 'warning', at: clock.now(), error: SluiceError.of('COORD_NO_QUORUM', { reason }) });
    report({ type: 'state', at: clock.now(), state: 'looking', epoch: db.epochs.current, leader: null, zxid: db.lastLoggedZxid });
  }

  async #look(): Promise<number | null> {
    const { config, core, report, clock, db } = this.#options;
    const alone = config.readOnlyMode ? setTimeout(() => {
      core.serve(new ReadOnly());
      report({ type: 'state', at: clock.now(), state: 'read-only', epoch: db.epochs.current, leader: null, zxid: db.tree.lastZxid });
    }, Math.max(READ_ONLY_AFTER_MS, config.tickTime)) : null;
    const outcome = await Promise.race([this.#election.look(), this.#stopped.promise]);
    if (alone) {
      clearTimeout(alone);
      core.retire();
    }
    if (outcome === null) return null;
    const { vote, tookMs, reason } = outcome;
    this.#electionMs = tookMs;
    report({ type: 'electionEnded', at: clock.now(), tookMs, leader: vote.leader, epoch: vote.peerEpoch, zxid: vote.zxid, reason });
    return vote.leader;
  }

  #propose(next: QuorumVerifier): void {
    const before = this.#membership.lastSeen;
    this.#membership.propose(next);
    if (this.#membership.lastSeen !== before) this.#dynamic.writeNext(next);
  }

  #activate(next: QuorumVerifier): boolean {
    const before = this.#membership.current;
    if (!this.#membership.activate(next)) return false;
    this.#dynamic.write(next);
    this.#dynamic.setNode(this.#options.db, next);
    this.#options.onConfig?.(next);
    return before.text.replace(/version=.*$/, '') !== next.text.replace(/version=.*$/, '');
  }

  status(): QuorumStatus {
    const role = this.#role;
    const { config } = this.#membership.current;
    const state: ServerState = this.#failed ? 'failed' : this.#stopping ? 'stopped' : role === null ? 'looking' : this.#election.state;
    const phase = role === null ? '' : role.isRunning ? ' - broadcast' : ' - synchronization';
    const { current } = this.#options.db.epochs;
    return {
      state, detail: `${state}${phase}`, epoch: current, leader: this.#leader, electionMs: this.#electionMs, sinceMs: role === null ? 0 : this.#options.clock.monotonic() - this.#since,
      learners: role instanceof Leader ? role.learners() : [], outstanding: role instanceof Leader ? role.outstandingCount : 0,
      voters: [...this.#membership.current.voters], observers: [...config.servers.values()].filter((server) => server.role === 'observer').map((server) => server.sid),
      configVersion: config.version, configText: this.#membership.current.text,
    };
  }

  async stop(): Promise<void> {
    if (!this.#stopping) {
      this.#stopping = true;
      this.#stopped.resolve(null);
      this.#election.stop();
      this.#role?.end('this server stops');
    }
    await this.#loop;
    await this.#dynamic.written;
    this.#connections.close();
  }
}
