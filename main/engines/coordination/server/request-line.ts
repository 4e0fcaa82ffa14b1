// The requests of one connection that have not been answered, in the order in which they came: that of their replies.
import { OP } from '../op-codes.ts';

/** A request that waits for its outcome, or for those before it. */
export interface Waiting {
  readonly xid: number;
  readonly type: number;
  /** Its body stands in `bytes` from `begin` to `end`. */
  readonly bytes: Buffer;
  readonly begin: number;
  readonly end: number;
  /** When it came, monotonic ms. */
  readonly at: number;
  /** A read runs when it comes first; a write or sync is answered by someone else. */
  readonly read: boolean;
  /** A write that is not handed on yet. */
  held: boolean;
  /** The whole reply, when its outcome came before its turn. */
  reply: Buffer | null;
}

export class RequestLine {
  #waiting: Waiting[] = [];
  #head = 0;
  /** Writes that were handed on and have no outcome. */
  #writes = 0;

  get length(): number { return this.#waiting.length - this.#head; }
  get first(): Waiting | undefined { return this.#waiting[this.#head]; }
  get hasWrites(): boolean { return this.#writes > 0; }

  push(waiting: Waiting): void {
    this.#waiting.push(waiting);
  }

  has(waiting: Waiting): boolean {
    return this.#waiting.includes(waiting, this.#head);
  }

  /** Takes the first out: it is answered. */
  shift(): void {
    this.#head += 1;
    if (this.#head === this.#waiting.length) {
      this.#waiting = [];
      this.#head = 0;
    } else if (this.#head > 1024) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
  }

  /** A write goes to whoever orders writes. */
  handOn(waiting: Waiting): void {
    waiting.held = false;
    this.#writes += 1;
  }

  /** Its outcome is known. */
  settle(): void {
    this.#writes -= 1;
  }

  /** The oldest write without an outcome: outcomes come in the order in which writes were handed on. */
  firstWrite(): Waiting | undefined {
    if (this.#writes === 0) return undefined;
    for (let at = this.#head; at < this.#waiting.length; at++) {
      const waiting = this.#waiting[at] as Waiting;
      if (!waiting.read && !waiting.held && waiting.type !== OP.sync && waiting.reply === null) return waiting;
    }
    return undefined;
  }

  /** Oldest first; those that are not there any more when it comes to them included. */
  all(): readonly Waiting[] {
    return this.#waiting.slice(this.#head);
  }

  /** Forgets and answers all. */
  clear(): readonly Waiting[] {
    const all = this.all();
    this.#waiting = [];
    this.#head = 0;
    this.#writes = 0;
    return all;
  }
}
