// Opens once a quorum, this server among it, has come as far as this: to an epoch, its acknowledgement, the new leader's.

export class QuorumGate {
  readonly #myid: number;
  readonly #isQuorum: (sids: ReadonlySet<number>) => boolean;
  readonly sids = new Set<number>();
  readonly #opening = Promise.withResolvers<void>();
  #open = false;

  constructor(myid: number, isQuorum: (sids: ReadonlySet<number>) => boolean) {
    this.#myid = myid;
    this.#isQuorum = isQuorum;
    this.#opening.promise.catch(() => {});
  }

  get isOpen(): boolean { return this.#open; }
  get opened(): Promise<void> { return this.#opening.promise; }

  add(sid: number): void {
    this.sids.add(sid);
    if (this.#open || !this.sids.has(this.#myid) || !this.#isQuorum(this.sids)) return;
    this.#open = true;
    this.#opening.resolve();
  }

  /** Those who wait are told why it will not open. */
  fail(error: Error): void {
    this.#opening.reject(error);
  }
}
