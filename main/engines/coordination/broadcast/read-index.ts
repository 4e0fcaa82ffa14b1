// Reads that are never stale: a sync is answered after a quorum has said, after it was asked for, that it still follows this leader.
// Pings are answered in their order on each learner's stream, so counting them is enough. Syncs share rounds.

/** What a round counts on a learner. */
export interface Pinged {
  readonly sid: number;
  /** Sends a PING and answers its number on this stream. */
  ping(): number;
  /** The number of the last PING that was answered. */
  readonly answered: number;
}

interface Waiting {
  /** What was proposed before it; it is answered after that is committed. */
  readonly after: number;
  readonly done: () => void;
}

export interface ReadIndexOptions {
  /** Followers that are up to date now. */
  readonly followers: () => Iterable<Pinged>;
  /** Whether these, and this server, are a quorum. */
  readonly isQuorum: (sids: Set<number>) => boolean;
  readonly lastProposed: () => number;
  readonly lastCommitted: () => number;
}

export class ReadIndex {
  readonly #options: ReadIndexOptions;
  /** Have not been asked for yet, are being asked for, are known to be current and wait for what was proposed before them. */
  #next: Waiting[] = [];
  #asked: Waiting[] | null = null;
  #current: Waiting[] = [];
  #expected = new Map<Pinged, number>();
  #scheduled = false;

  constructor(options: ReadIndexOptions) {
    this.#options = options;
  }

  /** Calls `done` when a read here sees all that was acknowledged anywhere before this call. In the order of the calls. */
  sync(done: () => void): void {
    this.#next.push({ after: this.#options.lastProposed(), done });
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled || this.#asked) return;
    this.#scheduled = true;
    setImmediate(() => { this.#scheduled = false; this.#begin(); });
  }

  #begin(): void {
    if (this.#asked || this.#next.length === 0) return;
    this.#asked = this.#next;
    this.#next = [];
    this.#expected.clear();
    for (const follower of this.#options.followers()) this.#expected.set(follower, follower.ping());
    this.answered();
  }

  /** A follower is up to date now: it may be the one that the round lacks. */
  joined(follower: Pinged): void {
    if (this.#asked) this.#expected.set(follower, follower.ping());
  }

  /** A learner answered a PING. */
  answered(): void {
    if (!this.#asked) return;
    const sids = new Set<number>();
    for (const [follower, number] of this.#expected) if (follower.answered >= number) sids.add(follower.sid);
    if (!this.#options.isQuorum(sids)) return;
    this.#current.push(...this.#asked);
    this.#asked = null;
    this.committed();
    if (this.#next.length > 0) this.#schedule();
  }

  /** More was committed and applied. */
  committed(): void {
    const upTo = this.#options.lastCommitted();
    let count = 0;
    for (const { after, done } of this.#current) {
      if (after > upTo) break;
      count++;
      done();
    }
    if (count > 0) this.#current = this.#current.slice(count);
  }
}
