// Ids of sessions as SessionTrackerImpl.initializeNextSessionId makes them: the server in the top byte, then the time, then a counter.

/** Stands for a container where an ephemeral owner is meant. */
const CONTAINER = -0x8000_0000_0000_0000n;

export class SessionIds {
  #next: bigint;

  /** `sid` 0 to 255; `now` is the wall clock in ms, so that ids of two runs of a server differ. */
  constructor(sid: number, now: number) {
    const time = BigInt.asUintN(64, BigInt(Math.floor(now)) << 24n) >> 8n;
    this.#next = BigInt.asIntN(64, time | (BigInt(sid) << 56n));
    if (this.#next === CONTAINER) this.#next += 1n;
  }

  next(): bigint {
    const id = this.#next;
    this.#next += 1n;
    return id;
  }
}

/** The server that gave the id. */
export function sidOf(sessionId: bigint): number {
  return Number(BigInt.asUintN(64, sessionId) >> 56n);
}
