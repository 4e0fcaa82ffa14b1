// The sessions a server answers for, by the tick in which each would expire (ExpiryQueue). A touch only moves a deadline: the session is
// put into its new bucket when its old one comes up.
import { KeeperError } from '../keeper-errors.ts';
import type { Clock, SessionTable } from '../parts.ts';
import { RunningClock } from './running-clock.ts';
import type { SessionIds } from './session-ids.ts';

interface Session {
  readonly id: bigint;
  timeoutMs: number;
  /** End of the tick in which it expires, on the running clock. */
  deadline: number;
  /** The bucket it lies in. */
  bucket: number;
  closing: boolean;
  owner: object | null;
}

export interface SessionTableOptions {
  readonly tickTime: number;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly ids: SessionIds;
  /** What `start` takes over. */
  readonly known: () => Iterable<readonly [bigint, number]>;
}

export class Sessions implements SessionTable {
  readonly #options: SessionTableOptions;
  readonly #clock: RunningClock;
  readonly #beatMs: number;
  readonly #sessions = new Map<bigint, Session>();
  readonly #buckets = new Map<number, Set<Session>>();
  #touched = new Map<bigint, number>();
  #nextBucket = 0;
  #timer: NodeJS.Timeout | null = null;
  #expired: ((sessionId: bigint) => void) | null = null;

  constructor(options: SessionTableOptions) {
    this.#options = options;
    this.#beatMs = Math.max(10, Math.min(500, Math.floor(options.tickTime / 2)));
    this.#clock = new RunningClock(options.clock, this.#beatMs);
  }

  /** How many it holds while it expires them. */
  get count(): number { return this.#sessions.size; }

  start(expired: (sessionId: bigint) => void): void {
    this.stop();
    this.#expired = expired;
    const now = this.#clock.beat();
    this.#nextBucket = this.#roundUp(now);
    for (const [id, timeoutMs] of this.#options.known()) this.add(id, timeoutMs);
    this.#timer = setInterval(() => { this.#expire(); }, this.#beatMs);
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.#expired = null;
    this.#sessions.clear();
    this.#buckets.clear();
    this.#touched = new Map();
  }

  add(sessionId: bigint, timeoutMs: number): void {
    if (!this.#expired) return;
    const known = this.#sessions.get(sessionId);
    const deadline = this.#roundUp(this.#clock.now() + timeoutMs);
    if (known) {
      known.timeoutMs = timeoutMs;
      this.#prolong(known, deadline);
      return;
    }
    const session: Session = { id: sessionId, timeoutMs, deadline, bucket: deadline, closing: false, owner: null };
    this.#sessions.set(sessionId, session);
    this.#put(session);
  }

  touch(sessionId: bigint, timeoutMs: number): boolean {
    if (!this.#expired) {
      this.#touched.set(sessionId, timeoutMs);
      return true;
    }
    const session = this.#sessions.get(sessionId);
    if (!session || session.closing) return false;
    this.#prolong(session, this.#roundUp(this.#clock.now() + timeoutMs));
    return true;
  }

  remove(sessionId: bigint): void {
    this.#touched.delete(sessionId);
    const session = this.#sessions.get(sessionId);
    if (!session) return;
    this.#sessions.delete(sessionId);
    this.#buckets.get(session.bucket)?.delete(session);
  }

  has(sessionId: bigint): boolean {
    return this.#sessions.has(sessionId);
  }

  /** From now on every check of it fails: its closeSession is under way. */
  close(sessionId: bigint): void {
    const session = this.#sessions.get(sessionId);
    if (session) session.closing = true;
  }

  setOwner(sessionId: bigint, owner: object): void {
    const session = this.#sessions.get(sessionId);
    if (!session || session.closing) throw new KeeperError('SessionExpired');
    session.owner = owner;
  }

  check(sessionId: bigint, owner: object | null): void {
    const session = this.#sessions.get(sessionId);
    if (!session || session.closing) throw new KeeperError('SessionExpired');
    if (owner === null) return;
    if (session.owner === null) session.owner = owner;
    else if (session.owner !== owner) throw new KeeperError('SessionMoved');
  }

  takeTouched(): Map<bigint, number> {
    const touched = this.#touched;
    this.#touched = new Map();
    return touched;
  }

  nextId(): bigint {
    return this.#options.ids.next();
  }

  /** Ids with the ms that each has left, soonest first: for dump and the sessions page. */
  deadlines(): { readonly sessionId: bigint; readonly timeoutMs: number; readonly leftMs: number }[] {
    const now = this.#clock.now();
    return [...this.#sessions.values()]
      .map(({ id, timeoutMs, deadline }) => ({ sessionId: id, timeoutMs, leftMs: Math.max(0, deadline - now) }))
      .sort((a, b) => a.leftMs - b.leftMs);
  }

  #roundUp(time: number): number {
    const { tickTime } = this.#options;
    return (Math.floor(time / tickTime) + 1) * tickTime;
  }

  #put(session: Session): void {
    const bucket = Math.max(session.deadline, this.#nextBucket);
    session.bucket = bucket;
    const there = this.#buckets.get(bucket);
    if (there) there.add(session);
    else this.#buckets.set(bucket, new Set([session]));
  }

  #prolong(session: Session, deadline: number): void {
    session.deadline = deadline;
    if (deadline >= session.bucket) return; // it moves when its bucket comes up
    this.#buckets.get(session.bucket)?.delete(session);
    this.#put(session);
  }

  #expire(): void {
    const now = this.#clock.beat();
    while (this.#nextBucket <= now) {
      const due = this.#buckets.get(this.#nextBucket);
      this.#buckets.delete(this.#nextBucket);
      this.#nextBucket += this.#options.tickTime;
      for (const session of due ?? []) {
        if (session.deadline >= this.#nextBucket) this.#put(session);
        else if (!session.closing) {
          session.closing = true;
          this.#expired?.(session.id);
        }
      }
    }
  }
}
