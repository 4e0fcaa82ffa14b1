// The last txns applied, oldest first, for learners that are only a little behind (ZKDatabase.committedLog).
import type { Txn } from '../txn.ts';

const MOST = 500;

export class CommittedRing {
  #txns: (Txn | undefined)[] = new Array<Txn | undefined>(MOST);
  #next = 0;
  #count = 0;

  push(txn: Txn): void {
    this.#txns[this.#next] = txn;
    this.#next = (this.#next + 1) % MOST;
    if (this.#count < MOST) this.#count += 1;
  }

  clear(): void {
    this.#txns.fill(undefined);
    this.#next = 0;
    this.#count = 0;
  }

  list(): readonly Txn[] {
    const begin = (this.#next - this.#count + MOST) % MOST;
    return Array.from({ length: this.#count }, (_, index) => this.#txns[(begin + index) % MOST] as Txn);
  }

  /** The last one not after `zxid`, -1 when all are after it or there is none. */
  lastUpTo(zxid: number): number {
    for (let back = 1; back <= this.#count; back++) {
      const at = (this.#txns[(this.#next - back + MOST) % MOST] as Txn).header.zxid;
      if (at <= zxid) return at;
    }
    return -1;
  }
}
