// Fast leader election: everyone proposes the best history it knows of, until a quorum proposes the same (FastLeaderElection).
// Differs in two things. No peer can see the first: it does not wait for a better vote when nobody is left who could still send one. And
// an empty server among others with data has no vote (zxid -1, as with db.autocreate=false) before it has heard every voter.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { Clock, Report } from '../parts.ts';
import { NO_ONE, decodeNotification, encodeNotification, sameVote, type Notification, type PeerState, type Vote } from './notification.ts';
import type { Membership } from './membership.ts';
import { parseQuorum, type QuorumVerifier } from './quorum-verifier.ts';

/** How long a quorum's choice stands before it is taken, if someone who could change it has not been heard (finalizeWait). */
const FINALIZE_MS = 200;
const FIRST_RESEND_MS = 200;
const MOST_RESEND_MS = 2_000;
/** Epochs above this make zxids that a number does not hold exactly. */
export const LAST_EPOCH = 2 ** 21 - 1;

/** What this server has, for its own vote. */
export interface OwnHistory {
  readonly zxid: number;
  /** currentEpoch. */
  readonly epoch: number;
  /** Empty by intent: it votes like the others (the file `initialize`). */
  readonly initialize?: boolean;
}

export interface ElectionMail {
  send(sid: number, message: Buffer): void;
  connectAll(): void;
  readonly delivered: boolean;
  isRefused(sid: number): boolean;
}

export interface FastLeaderElectionOptions {
  readonly membership: Membership;
  readonly mail: ElectionMail;
  readonly clock: Clock;
  readonly report: Report;
  /** Asked at the beginning of every round. */
  readonly history: () => OwnHistory;
  /** A peer has a newer configuration; true when it is now ours, and the round begins anew. */
  readonly adopt: (config: QuorumVerifier) => boolean;
  /** Whoever was chosen may not come to lead; of no matter once the leader is established. */
  readonly doubt: (reason: string) => void;
}

/** How an election ended, and why in that way. */
export interface Outcome {
  readonly vote: Vote;
  readonly tookMs: number;
  readonly reason: string;
}

export class FastLeaderElection {
  readonly #options: FastLeaderElectionOptions;
  #state: PeerState = 'looking';
  #round = 0;
  #proposal: Vote = { leader: NO_ONE, zxid: NO_ONE, electionEpoch: 0, peerEpoch: NO_ONE };
  /** What this server decided last, for those who look while it follows or leads. */
  #decided: Vote | null = null;
  readonly #votes = new Map<number, Notification>();
  readonly #settled = new Map<number, Notification>();
  readonly #warnedConfigs = new Map<number, string>();
  #warnedEmpty = false;
  /** What voters said last since this server began to look, while it is empty. */
  readonly #voices = new Map<number, Notification>();
  #holdsBack = false;
  #finish: ((outcome: Outcome) => void) | null = null;
  #startedAt = 0;
  #resendMs = FIRST_RESEND_MS;
  #resendTimer: NodeJS.Timeout | null = null;
  #finalizeTimer: NodeJS.Timeout | null = null;

  constructor(options: FastLeaderElectionOptions) {
    this.#options = options;
  }

  get state(): PeerState { return this.#state; }
  get round(): number { return this.#round; }

  /** Looks for a leader until there is one; the state is then what follows from it. One call at a time. */
  look(): Promise<Outcome> {
    this.#state = 'looking';
    this.#startedAt = this.#options.clock.monotonic();
    this.#round += 1;
    this.#votes.clear();
    this.#settled.clear();
    this.#voices.clear();
    this.#holdsBack = false;
    this.#resendMs = FIRST_RESEND_MS;
    return new Promise((resolve) => {
      this.#finish = resolve;
      this.#propose(this.#own());
      this.#scheduleResend();
      this.#weigh();
    });
  }

  /** Ends what is under way; a promise of `look` never settles then. */
  stop(): void {
    this.#finish = null;
    this.#clearTimers();
  }

  /** Takes up a leader that a reconfig named, without an election. */
  assume(leader: number): Vote {
    this.#decided = { ...(this.#decided ?? this.#own()), leader };
    this.#state = this.#stateUnder(leader);
    return this.#decided;
  }

  /** The epoch of the leader that has been established, so that all its servers answer alike (ZOOKEEPER-1732). */
  established(epoch: number): void {
    if (this.#decided) this.#decided = { ...this.#decided, peerEpoch: epoch };
  }

  /** Nothing listens at that server: it will not vote in this round. */
  refused(): void {
    if (this.#finish) this.#weigh();
  }

  /** A message of the election port. COORD_PEER is reported when it is none. */
  receive(sid: number, bytes: Buffer): void {
    let notification: Notification;
    try {
      notification = decodeNotification(sid, bytes);
    } catch (error) {
      this.#warn(sid, `what it sends as a vote is none: ${(error as Error).message}`);
      return;
    }
    if (notification.peerEpoch > LAST_EPOCH || notification.zxid >= 2 ** 53) {
      this.#warn(sid, `its epoch ${notification.peerEpoch} is above ${LAST_EPOCH}; its vote does not count`);
      return;
    }
    if (notification.config !== null && this.#hearConfig(sid, notification.config)) return;
    this.#hear(notification);
  }

  #own(): Vote {
    const { membership, history } = this.#options;
    const { zxid, epoch } = history();
    const votes = membership.current.voters.has(membership.myid);
    const observes = membership.current.server(membership.myid)?.role === 'observer';
    return { leader: votes ? membership.myid : NO_ONE, zxid: observes || this.#holdsBack ? NO_ONE : zxid, peerEpoch: observes ? NO_ONE : epoch, electionEpoch: this.#round };
  }

  #propose(vote: Vote): void {
    const { membership } = this.#options;
    this.#proposal = { ...vote, electionEpoch: this.#round };
    this.#stopFinalizing();
    if (membership.isVoter(membership.myid) && !this.#holdsBack) this.#votes.set(membership.myid, { ...this.#proposal, sid: membership.myid, state: 'looking', version: 2, config: null });
    this.#sendAll();
  }

  #sendAll(): void {
    const message = encodeNotification('looking', this.#proposal, this.#options.membership.current.text);
    for (const sid of this.#options.membership.voters()) if (sid !== this.#options.membership.myid) this.#options.mail.send(sid, message);
  }

  #answer(sid: number): void {
    const vote = this.#state === 'looking' ? this.#proposal : this.#decided ?? this.#proposal;
    this.#options.mail.send(sid, encodeNotification(this.#state, vote, this.#options.membership.current.text));
  }

  #hear(heard: Notification): void {
    const { membership } = this.#options;
    if (!membership.isVoter(heard.sid)) return this.#answer(heard.sid);
    if (this.#finish === null || this.#state !== 'looking') {
      if (heard.state === 'looking') this.#answer(heard.sid);
      this.#mayDoubt(heard);
      return;
    }
    if (heard.state === 'observing' || !membership.isVoter(heard.leader)) {
      if (heard.state === 'looking' && heard.electionEpoch < this.#round) this.#answer(heard.sid);
      return;
    }
    if (heard.state === 'looking') this.#hearLooking(heard);
    else this.#hearSettled(heard);
  }

  /** What was decided at once can be overtaken by someone who was not heard in time: the leader that was chosen, or those who would follow us, go elsewhere. */
  #mayDoubt(heard: Notification): void {
    const decided = this.#decided;
    if (!decided || heard.leader === decided.leader || !this.#options.membership.isVoter(heard.leader)) return;
    if (decided.leader !== this.#options.membership.myid) {
      if (heard.sid === decided.leader && heard.state !== 'leading') this.#options.doubt(`server ${heard.sid}, which was chosen, would now have server ${heard.leader} lead`);
    } else if (heard.state === 'looking' ? heard.electionEpoch >= decided.electionEpoch && this.#isBetter(heard, decided) : heard.electionEpoch >= decided.electionEpoch) {
      this.#options.doubt(`server ${heard.sid} would have server ${heard.leader} lead, not this one`);
    }
  }

  #hearLooking(heard: Notification): void {
    if (this.#mayHaveLost(heard)) return this.#holdBack();
    if (!this.#finish || heard.zxid === NO_ONE || this.#own().zxid === NO_ONE) return;
    if (heard.electionEpoch < this.#round) return this.#answer(heard.sid);
    if (heard.electionEpoch > this.#round) {
      this.#round = heard.electionEpoch;
      this.#votes.clear();
      const own = this.#own();
      this.#propose(this.#isBetter(heard, own) ? heard : own);
    } else if (this.#isBetter(heard, this.#proposal)) {
      this.#propose(heard);
    } else if (this.#isBetter(this.#proposal, heard)) {
      this.#answer(heard.sid); // what was sent before it began to look did not count there
    }
    this.#votes.set(heard.sid, heard);
    this.#weigh();
  }

  /** Takes the proposal when a quorum shares it and no better one can come. */
  #weigh(): void {
    const { membership, mail } = this.#options;
    const proposal: Notification = { ...this.#proposal, sid: membership.myid, state: 'looking', version: 2, config: null };
    const agreeing = new Set<number>();
    for (const [sid, vote] of this.#votes) if (sameVote(vote, proposal)) agreeing.add(sid);
    if (!membership.isQuorum(agreeing)) return this.#stopFinalizing();
    const absent = [...membership.voters()].filter((sid) => sid !== membership.myid && !this.#votes.has(sid));
    if (absent.every((sid) => mail.isRefused(sid))) {
      const heard = absent.length === 0 ? 'every server was heard' : `all but ${absent.map((sid) => `server ${sid}`).join(', ')} were heard, where nothing listens`;
      return this.#end(this.#proposal, `a quorum voted alike and ${heard}`);
    }
    this.#finalizeTimer ??= setTimeout(() => { this.#end(this.#proposal, `a quorum voted alike and no better vote came in ${FINALIZE_MS} ms`); }, FINALIZE_MS);
  }

  /** Whether this server may have had what was acknowledged and has lost it: it is empty, others are not, and someone who may still have it has not been heard. */
  #mayHaveLost(heard: Notification): boolean {
    const { membership, history } = this.#options;
    const { zxid, epoch, initialize = false } = history();
    if (zxid > 0 || epoch > 0 || initialize || !membership.isVoter(membership.myid)) return false;
    this.#voices.set(heard.sid, heard);
    const data = [...this.#voices.values()].find((voice) => voice.zxid > 0);
    const missing = [...membership.voters()].filter((sid) => sid !== membership.myid && !this.#voices.has(sid));
    if (!data) return false;
    this.#warnEmpty(data.sid, missing);
    if (missing.length > 0) return true;
    if (this.#holdsBack) this.#joinIn();
    return false;
  }

  /** Its vote is none until every voter was heard; whoever leads already is followed as ever. */
  #holdBack(): void {
    if (this.#holdsBack) return;
    this.#holdsBack = true;
    this.#votes.clear();
    this.#propose(this.#own());
  }

  /** All were heard, so that the best history there is can win: it votes from now on. */
  #joinIn(): void {
    this.#holdsBack = false;
    this.#propose(this.#own());
    for (const voice of [...this.#voices.values()]) this.#hearLooking(voice);
  }

  /** A server that follows or leads says so: join, if a quorum does and the leader itself leads. */
  #hearSettled(heard: Notification): void {
    const { membership } = this.#options;
    if (heard.electionEpoch === this.#round) {
      this.#votes.set(heard.sid, heard);
      if (this.#shared(this.#votes, heard) && this.#leads(this.#votes, heard)) return this.#end(heard, `a quorum already follows server ${heard.leader}`);
    }
    this.#settled.set(heard.sid, heard);
    if (!this.#shared(this.#settled, heard) || !this.#leads(this.#settled, heard)) return;
    if (heard.leader !== membership.myid) this.#round = heard.electionEpoch;
    this.#end(heard, `a quorum already follows server ${heard.leader}`);
  }

  #shared(votes: ReadonlyMap<number, Notification>, heard: Notification): boolean {
    const agreeing = new Set<number>();
    for (const [sid, vote] of votes) if (sameVote(vote, heard)) agreeing.add(sid);
    return this.#options.membership.isQuorum(agreeing);
  }

  /** checkLeader: the leader's own word counts, or that of this round when the others say it is us. */
  #leads(votes: ReadonlyMap<number, Notification>, heard: Notification): boolean {
    if (heard.leader === this.#options.membership.myid) return this.#round === heard.electionEpoch;
    return votes.get(heard.leader)?.state === 'leading';
  }

  /** totalOrderPredicate. */
  #isBetter(a: Vote, b: Vote): boolean {
    if (this.#options.membership.current.weight(a.leader) === 0) return false;
    if (a.peerEpoch !== b.peerEpoch) return a.peerEpoch > b.peerEpoch;
    return a.zxid !== b.zxid ? a.zxid > b.zxid : a.leader > b.leader;
  }

  #stateUnder(leader: number): PeerState {
    const { membership } = this.#options;
    if (leader === membership.myid) return 'leading';
    return membership.current.server(membership.myid)?.role === 'observer' ? 'observing' : 'following';
  }

  #end(vote: Vote, reason: string): void {
    const finish = this.#finish;
    this.stop();
    if (!finish) return;
    this.#decided = { leader: vote.leader, zxid: vote.zxid, electionEpoch: vote.electionEpoch, peerEpoch: vote.peerEpoch };
    this.#state = this.#stateUnder(vote.leader);
    this.#votes.clear();
    finish({ vote: this.#decided, tookMs: Math.round(this.#options.clock.monotonic() - this.#startedAt), reason });
  }

  #scheduleResend(): void {
    this.#resendTimer = setTimeout(() => {
      if (this.#options.mail.delivered) this.#sendAll();
      this.#options.mail.connectAll();
      this.#resendMs = Math.min(this.#resendMs * 2, MOST_RESEND_MS);
      this.#scheduleResend();
    }, this.#resendMs);
  }

  #stopFinalizing(): void {
    if (this.#finalizeTimer) clearTimeout(this.#finalizeTimer);
    this.#finalizeTimer = null;
  }

  #clearTimers(): void {
    this.#stopFinalizing();
    if (this.#resendTimer) clearTimeout(this.#resendTimer);
    this.#resendTimer = null;
  }

  /** True when the round began anew with the peer's configuration. */
  #hearConfig(sid: number, text: string): boolean {
    const { membership } = this.#options;
    if (text === membership.current.text) return false;
    let theirs: QuorumVerifier;
    try {
      theirs = parseQuorum(text);
    } catch (error) {
      this.#warnConfig(sid, text, `its configuration cannot be read: ${(error as Error).message}`);
      return false;
    }
    if (this.#finish && theirs.version > membership.current.version && this.#options.adopt(theirs)) {
      this.#round += 1;
      this.#votes.clear();
      this.#settled.clear();
      this.#propose(this.#own());
      this.#weigh();
      return true;
    }
    if (theirs.version === membership.current.version && !theirs.agrees(membership.current)) {
      this.#warnConfig(sid, text, `its configuration differs: there it is "${theirs.text.replaceAll('\n', ' ')}", here "${membership.current.text.replaceAll('\n', ' ')}"`);
    }
    return false;
  }

  #warnConfig(sid: number, text: string, reason: string): void {
    if (this.#warnedConfigs.get(sid) === text) return;
    this.#warnedConfigs.set(sid, text);
    this.#options.report({ type: 'warning', at: this.#options.clock.now(), error: SluiceError.of('COORD_PEER_CONFIG', { peer: `server ${sid}`, reason }) });
  }

  /** An empty server among others that have data may have lost its own; told once. */
  #warnEmpty(sid: number, missing: readonly number[]): void {
    if (this.#warnedEmpty) return;
    this.#warnedEmpty = true;
    const wait = missing.length === 0 ? '' : `. What was acknowledged may be on ${missing.map((one) => `server ${one}`).join(' and ')} alone: until it was heard as well, this server has no vote. Start it; or, if it is gone for good, put an empty file named initialize into this server's data folder and start this one again`;
    this.#warn(this.#options.membership.myid, `this server has no data while server ${sid} has; if it had some, they are lost here and fetched from the leader${wait}`);
  }

  #warn(sid: number, reason: string): void {
    this.#options.report({ type: 'warning', at: this.#options.clock.now(), error: SluiceError.of('COORD_PEER', { peer: `server ${sid}`, reason }) });
  }
}
