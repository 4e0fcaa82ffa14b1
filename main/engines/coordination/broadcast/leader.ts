// Leads: a new epoch with a quorum, then orders every write, commits in zxid order what a quorum has on disk, and steps down when it is alone (Leader).
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { within } from '../../../lib/async.ts';
import type { ByteStream } from '../election/byte-stream.ts';
import { parseQuorum } from '../election/quorum-verifier.ts';
import type { Listener } from '../election/transport.ts';
import { OP } from '../op-codes.ts';
import type { Role, WriteRequest } from '../parts.ts';
import type { Txn } from '../txn.ts';
import { LAST_COUNTER, counterOf } from '../zxid.ts';
import { Establishment } from './establishment.ts';
import { LearnerHandler, type LearnerMaster } from './learner-handler.ts';
import { PacketChannel } from './packet-channel.ts';
import { initMs, type PeerContext, type RoleEnd } from './peer-context.ts';
import { Proposals } from './proposals.ts';
import { ReadIndex } from './read-index.ts';
import { ReconfigPlanner, configOf, successor } from './reconfig.ts';

const CHECK_MS = 100;
/** How long a leader without a quorum waits for one to come back. */
const ALONE_MS = 1_000;
/** How long a leader that a reconfig replaced lets the others go over to the new one. */
const HAND_OVER_MS = 2_000;

/** One learner for the Cluster page and mntr. */
export interface LearnerStatus {
  readonly sid: number;
  readonly role: 'follower' | 'observer';
  readonly synced: boolean;
  readonly address: string;
  /** Of the last proposal it acknowledged, -1 before the first; proposals it has not. */
  readonly ackedZxid: number;
  readonly lag: number;
  readonly silentMs: number;
}

export class Leader implements LearnerMaster {
  readonly establishment: Establishment;
  readonly takesFollowers = true;
  readonly #context: PeerContext;
  readonly #handlers = new Set<LearnerHandler>();
  /** Those that are fed, as a list for the paths that run for every write. */
  #fed: readonly LearnerHandler[] = [];
  /** Last zxid on disk by server; an acknowledgement counts even when its connection is gone. */
  readonly #acked = new Map<number, number>();
  readonly #ackedOf = (sid: number): number => this.#acked.get(sid) ?? -1;
  readonly #proposals = new Proposals();
  readonly #reads: ReadIndex;
  readonly #start = Promise.withResolvers<void>();
  readonly #over = Promise.withResolvers<RoleEnd>();
  #establishing: Promise<void> | null = null;
  #listeners: Listener[] = [];
  #timers: NodeJS.Timeout[] = [];
  #ended = false;
  #running = false;
  #lastCommitted = 0;
  #aloneSince: number | null = null;
  #successor: number | null = null;

  constructor(context: PeerContext) {
    this.#context = context;
    this.establishment = new Establishment(context, (reason) => { this.end(reason); });
    this.#start.promise.catch(() => {});
    this.#reads = new ReadIndex({
      followers: () => this.#fed.filter((handler) => handler.follows && handler.isUpToDate),
      isQuorum: (sids) => context.membership.isQuorum(sids.add(context.myid)),
      lastProposed: () => this.#proposals.lastProposed,
      lastCommitted: () => this.#lastCommitted,
    });
  }

  get started(): Promise<void> { return this.#start.promise; }
  get isRunning(): boolean { return this.#running; }
  get lastCommitted(): number { return this.#lastCommitted; }
  get outstandingCount(): number { return this.#proposals.size; }

  /** Leads until there is a reason not to; the state is then as if this role had never been. */
  async run(): Promise<RoleEnd> {
    try {
      await this.#listen();
      this.#establishing = this.#establish().catch((error: unknown) => { this.end((error as Error).message); });
      return await this.#over.promise;
    } catch (error) {
      this.end((error as Error).message);
      return await this.#over.promise;
    } finally {
      await this.#close();
    }
  }

  /** Steps down. */
  end(reason: string, next: number | null = null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#running = false;
    this.#over.resolve({ reason, next });
  }

  async #listen(): Promise<void> {
    const { membership, myid, config, transport } = this.#context;
    for (const at of membership.server(myid)?.addresses ?? []) {
      this.#listeners.push(await transport.listen(config.quorumListenOnAllIPs ? null : at.host, at.quorumPort, (stream) => { this.#welcome(stream); }));
    }
  }

  #welcome(stream: ByteStream): void {
    if (this.#ended) return stream.destroy();
    const handler = new LearnerHandler(this.#context, this, new PacketChannel(stream));
    this.#handlers.add(handler);
    void handler.run();
  }

  async #establish(): Promise<void> {
    const { myid, db, membership } = this.#context;
    const { establishment } = this;
    const limit = initMs(this.#context);
    const late = (what: string) => (): Error => SluiceError.of('COORD_NO_QUORUM', { reason: `no quorum ${what} within initLimit (${limit} ms)` });
    const epoch = await within(establishment.offer(myid, db.epochs.accepted), limit, late('came to hear of the new epoch'));
    if (membership.current.version === 0 && membership.lastSeen.version === 0) this.#context.propose(membership.current.withVersion(establishment.newLeaderZxid));
    establishment.ack(myid, db.epochs.current, db.lastLoggedZxid);
    await within(establishment.epochAcked, limit, late('acknowledged the new epoch'));
    if (this.#ended) return;
    await db.epochs.setCurrent(epoch);
    establishment.lead(myid, establishment.newLeaderZxid);
    await within(establishment.established, limit, late(`had this leader's history (only ${establishment.supporters.join(', ')} had)`));
    if (!this.#ended) this.#begin(epoch);
  }

  #begin(epoch: number): void {
    const { core, db, membership, election, report, clock, config, myid } = this.#context;
    const { newLeaderZxid } = this.establishment;
    this.#lastCommitted = newLeaderZxid;
    this.#proposals.begin(newLeaderZxid);
    this.#running = true;
    election.established(epoch);
    if (membership.lastSeen.version > membership.current.version) this.#context.activate(membership.lastSeen);
    db.onDurable((zxid) => { this.#acked.set(myid, zxid); this.#commit(); });
    core.setLastPreparedZxid(newLeaderZxid);
    core.planReconfig = membership.reconfigEnabled ? new ReconfigPlanner(config, membership, (verifier) => this.#isSynced(verifier)).plan : null;
    core.sessions.start((sessionId) => {
      report({ type: 'sessionExpired', at: clock.now(), sessionId, ephemerals: db.tree.ephemeralsOf(sessionId).size });
      this.submit({ sessionId, cxid: 0, type: OP.closeSession, payload: Buffer.alloc(0), authInfo: [], owner: null });
    });
    core.serve(this.#role());
    this.#start.resolve();
    this.#timers = [
      setInterval(() => { for (const handler of this.#fed) if (handler.isUpToDate) handler.ping(); }, Math.max(10, Math.min(config.heartbeatMs, config.tickTime / 2))),
      setInterval(() => { this.#check(); }, CHECK_MS),
    ];
    report({ type: 'state', at: clock.now(), state: 'leading', epoch, leader: myid, zxid: db.tree.lastZxid });
  }

  #role(): Role {
    return {
      mode: 'leader',
      submit: (request) => { this.submit(request); },
      sync: (request, done) => { this.sync(request, () => { done(0); }); },
      revalidate: (sessionId, timeoutMs, owner) => new Promise((resolve) => { this.revalidate(sessionId, timeoutMs, owner, resolve); }),
      touch: (sessionId, timeoutMs) => { this.touch(sessionId, timeoutMs); },
    };
  }

  async #close(): Promise<void> {
    const { core, db } = this.#context;
    for (const timer of this.#timers) clearInterval(timer);
    for (const listener of this.#listeners) listener.close();
    for (const handler of [...this.#handlers]) handler.close('this leader has stepped down');
    this.establishment.fail(new Error('this leader has stepped down'));
    this.#start.reject(new Error('this leader has stepped down'));
    await this.#establishing; // what it had begun on disk is done before another role begins
    db.onDurable(null);
    core.planReconfig = null;
    core.sessions.stop();
    core.retire();
    if (!await db.flushed().then(() => true, () => false)) return; // the disk failed: nothing goes on
    for (const txn of this.#proposals.txns()) db.apply(txn);
  }

  /** Drops the learners that say nothing, and steps down when what is left is no quorum for a while. One that is being brought up to date has its socket's own limit. */
  #check(): void {
    const { clock, membership, myid } = this.#context;
    const now = clock.monotonic();
    const synced = new Set([myid]);
    for (const handler of this.#fed) if (!handler.isUpToDate || !handler.isSilent(now, CHECK_MS)) synced.add(handler.sid);
    for (const handler of this.#fed) {
      if (handler.isUpToDate && handler.silentMs(now) > this.#context.config.syncLimit * this.#context.config.tickTime) handler.close('it said nothing for syncLimit');
    }
    if (this.#successor !== null) return;
    if (membership.isQuorum(synced)) { this.#aloneSince = null; return; }
    this.#aloneSince ??= now;
    if (now - this.#aloneSince > ALONE_MS) this.end(`no quorum follows any more: only ${[...synced].sort((a, b) => a - b).join(', ')} answer`);
  }

  #isSynced(verifier: { readonly isQuorum: (sids: Iterable<number>) => boolean }): boolean {
    const sids = new Set([this.#context.myid]);
    for (const handler of this.#fed) if (handler.follows && handler.isUpToDate) sids.add(handler.sid);
    return verifier.isQuorum(sids);
  }

  // --- learners ---

  outstanding(): Iterable<Txn> {
    return this.#proposals.txns();
  }

  join(handler: LearnerHandler): void {
    for (const other of this.#handlers) {
      if (other === handler || other.sid !== handler.sid || handler.sid < 0) continue;
      other.close('it has connected anew; if that happens again and again, two servers have this number');
    }
    this.#acked.delete(handler.sid);
    this.#fed = [...this.#fed, handler];
  }

  upToDate(handler: LearnerHandler): void {
    if (handler.follows) this.#reads.joined(handler);
    handler.ping();
  }

  leave(handler: LearnerHandler, reason: string): void {
    if (!this.#handlers.delete(handler)) return;
    this.#fed = this.#fed.filter((other) => other !== handler);
    if (this.#ended) return;
    if (handler.sid >= 0) this.#context.report({ type: 'warning', at: this.#context.clock.now(), error: SluiceError.of('COORD_PEER', { peer: handler.name, reason }) });
    if (this.#successor !== null && this.#fed.length === 0) this.end('a reconfig named another leader', this.#successor);
  }

  acked(handler: LearnerHandler, zxid: number): void {
    if (zxid <= this.#ackedOf(handler.sid)) return;
    this.#acked.set(handler.sid, zxid);
    this.#commit();
  }

  pinged(): void {
    this.#reads.answered();
  }

  // --- writes ---

  submit(request: WriteRequest): void {
    if (!this.#running || this.#successor !== null) return;
    const txn = this.#context.core.prepare(request);
    if (counterOf(txn.header.zxid) === LAST_COUNTER) return this.end('the counter of the zxid is used up; a new epoch is needed');
    if (txn.header.type === OP.reconfig) this.#context.propose(configOf(txn));
    this.#proposals.add(txn, this.#context.membership.deciders);
    for (const handler of this.#fed) if (handler.follows) handler.propose(txn);
    this.#context.db.append(txn);
  }

  /** Commits what it may. Applied here first, told to the learners in the same turn. */
  #commit(): void {
    if (!this.#running || this.#successor !== null) return;
    const { core } = this.#context;
    this.#proposals.changed();
    let some = false;
    for (let txn = this.#proposals.next(this.#ackedOf); txn; txn = this.#proposals.next(this.#ackedOf)) {
      some = true;
      this.#lastCommitted = txn.header.zxid;
      core.commit(txn);
      if (txn.header.type === OP.reconfig) {
        this.#activate(txn);
        if (this.#successor !== null) break;
      } else {
        for (const handler of this.#fed) handler.committed(txn);
      }
    }
    if (!some) return;
    for (const handler of this.#fed) handler.committedAll();
    this.#reads.committed();
  }

  #activate(txn: Txn): void {
    const { membership, myid } = this.#context;
    const next = parseQuorum(configOf(txn).text);
    const leader = successor(membership, next, myid, this.#ackedOf);
    for (const handler of this.#fed) handler.activate(txn, leader);
    this.#context.activate(next);
    this.#proposals.changed();
    if (leader === myid) return;
    this.#successor = leader;
    if (this.#fed.length === 0) this.end('a reconfig named another leader', leader);
    else this.#timers.push(setTimeout(() => { this.end('a reconfig named another leader', leader); }, HAND_OVER_MS));
  }

  sync(_request: WriteRequest | null, done: () => void): void {
    if (this.#running) this.#reads.sync(done);
  }

  /** That a session is gone is told once a quorum was heard and its close is committed: a leader that is cut off cannot know, and one whose close is under way is too early. */
  revalidate(sessionId: bigint, timeoutMs: number, owner: object, told: (lives: boolean) => void): void {
    const { sessions } = this.#context.core;
    if (!sessions.touch(sessionId, timeoutMs)) return this.sync(null, () => { told(false); });
    sessions.setOwner(sessionId, owner);
    told(true);
  }

  touch(sessionId: bigint, timeoutMs: number): void {
    this.#context.core.sessions.touch(sessionId, timeoutMs);
  }

  /** Learners as they are now. */
  learners(): LearnerStatus[] {
    const now = this.#context.clock.monotonic();
    return this.#fed.map((handler) => ({
      sid: handler.sid, role: handler.follows ? 'follower' : 'observer', synced: handler.isUpToDate, address: handler.address, ackedZxid: handler.follows ? this.#ackedOf(handler.sid) : -1,
      lag: handler.follows ? Math.max(0, Math.min(this.#proposals.lastProposed - Math.max(this.#ackedOf(handler.sid), this.establishment.newLeaderZxid), this.#proposals.size)) : 0,
      silentMs: Math.round(handler.silentMs(now)),
    }));
  }
}
