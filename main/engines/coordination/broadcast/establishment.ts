// How a leader comes to lead: a quorum hears of a new epoch, acknowledges it, and has the leader's history (Leader.lead, getEpochToPropose, waitForEpochAck).
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { LAST_EPOCH } from '../election/fast-leader-election.ts';
import { showZxid, zxidOf } from '../zxid.ts';
import type { PeerContext } from './peer-context.ts';
import { QuorumGate } from './quorum-gate.ts';

/** How new a server's history is. */
interface Summary {
  readonly epoch: number;
  readonly zxid: number;
}

export class Establishment {
  readonly #context: PeerContext;
  readonly #offered: QuorumGate;
  readonly #acked: QuorumGate;
  readonly #led: QuorumGate;
  readonly #chosen = Promise.withResolvers<number>();
  readonly #own: Summary;
  #epoch = -1;
  #choosing = false;
  /** A voter has a newer history: whoever leads must be another. */
  readonly onAhead: (reason: string) => void;

  constructor(context: PeerContext, onAhead: (reason: string) => void) {
    this.#context = context;
    this.onAhead = onAhead;
    const gate = (): QuorumGate => new QuorumGate(context.myid, (sids) => context.membership.isQuorum(sids));
    this.#offered = gate();
    this.#acked = gate();
    this.#led = gate();
    this.#own = { epoch: context.db.epochs.current, zxid: context.db.lastLoggedZxid };
    this.#chosen.promise.catch(() => {});
  }

  /** Epoch, counter 0: the zxid of NEWLEADER. Once the epoch is chosen. */
  get newLeaderZxid(): number { return zxidOf(this.#epoch, 0); }
  get epoch(): number { return this.#epoch; }
  get epochAcked(): Promise<void> { return this.#acked.opened; }
  get established(): Promise<void> { return this.#led.opened; }
  get isEstablished(): boolean { return this.#led.isOpen; }
  /** Who has the leader's history, for words. */
  get supporters(): readonly number[] { return [...this.#led.sids]; }

  /** A server's acceptedEpoch; settles with the new epoch once a quorum has said theirs and it is on disk here. */
  offer(sid: number, acceptedEpoch: number): Promise<number> {
    if (this.#choosing) return this.#chosen.promise;
    if (acceptedEpoch >= this.#epoch) this.#epoch = acceptedEpoch + 1;
    if (this.#context.membership.isVoter(sid)) this.#offered.add(sid);
    if (this.#offered.isOpen) this.#choose();
    return this.#chosen.promise;
  }

  #choose(): void {
    this.#choosing = true;
    if (this.#epoch > LAST_EPOCH) {
      this.fail(SluiceError.of('COORD_EPOCH', { dir: this.#context.config.dataDir, reason: `the next epoch would be ${this.#epoch}; no epoch above ${LAST_EPOCH} can be used` }));
      return;
    }
    this.#context.db.epochs.setAccepted(this.#epoch).then(() => { this.#chosen.resolve(this.#epoch); }, (error: unknown) => { this.fail(error as Error); });
  }

  /** A server took the epoch up. `currentEpoch` is -1 when it had done so before. Throws when it knows more than this leader. */
  ack(sid: number, currentEpoch: number, zxid: number): void {
    if (this.#acked.isOpen || currentEpoch === -1) return;
    if (currentEpoch > this.#own.epoch || (currentEpoch === this.#own.epoch && zxid > this.#own.zxid)) {
      const reason = `server ${sid} has a newer history (epoch ${currentEpoch}, ${showZxid(zxid)}) than this leader (epoch ${this.#own.epoch}, ${showZxid(this.#own.zxid)})`;
      if (this.#context.membership.isVoter(sid)) this.onAhead(reason);
      throw new Error(reason);
    }
    if (zxid !== -1 && this.#context.membership.isVoter(sid)) this.#acked.add(sid);
  }

  /** A server has the leader's history on disk; another epoch's acknowledgement counts for nothing. */
  lead(sid: number, zxid: number): void {
    if (zxid === this.newLeaderZxid && this.#context.membership.isVoter(sid)) this.#led.add(sid);
  }

  fail(error: Error): void {
    this.#chosen.reject(error);
    this.#offered.fail(error);
    this.#acked.fail(error);
    this.#led.fail(error);
  }
}
