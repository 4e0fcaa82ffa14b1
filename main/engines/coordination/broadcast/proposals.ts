// What was proposed and is not committed yet, in zxid order, and how far a quorum has it on disk (Leader.tryToCommit).
import type { QuorumVerifier } from '../election/quorum-verifier.ts';
import type { Txn } from '../txn.ts';

interface Proposal {
  readonly txn: Txn;
  /** Each must have a quorum: the configuration in force when it was proposed, and the one that a reconfig had proposed. */
  readonly deciders: readonly QuorumVerifier[];
}

export class Proposals {
  #queue: Proposal[] = [];
  #head = 0;
  #lastProposed = 0;

  get size(): number { return this.#queue.length - this.#head; }
  /** Of the last that was added, committed or not. */
  get lastProposed(): number { return this.#lastProposed; }

  begin(zxid: number): void {
    this.#lastProposed = zxid;
  }

  add(txn: Txn, deciders: readonly QuorumVerifier[]): void {
    this.#queue.push({ txn, deciders });
    this.#lastProposed = txn.header.zxid;
  }

  *txns(): IterableIterator<Txn> {
    for (let at = this.#head; at < this.#queue.length; at++) yield (this.#queue[at] as Proposal).txn;
  }

  /** Takes the next one if a quorum of each of its deciders has it; `acked` answers the last zxid a server has on disk. */
  next(acked: (sid: number) => number): Txn | null {
    const first = this.#queue[this.#head];
    if (!first || first.txn.header.zxid > this.#reached(first.deciders, acked)) return null;
    this.#head++;
    if (this.#head > 1024 && this.#head * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
    return first.txn;
  }

  #reachedFor: readonly QuorumVerifier[] | null = null;
  #reachedTo = 0;

  /** Acknowledgements came: what was worked out before no longer holds. */
  changed(): void {
    this.#reachedFor = null;
  }

  #reached(deciders: readonly QuorumVerifier[], acked: (sid: number) => number): number {
    if (this.#reachedFor !== deciders) {
      this.#reachedFor = deciders;
      this.#reachedTo = Math.min(...deciders.map((verifier) => verifier.reached(acked)));
    }
    return this.#reachedTo;
  }
}
