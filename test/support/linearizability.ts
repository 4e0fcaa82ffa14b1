// Judges a history of reads and writes on znodes: is there an order of single moments, each within its operation, that explains it?
// Exact (a failed cas is judged by itself), in O(n log n): a znode's versions order its writes, so only moments have to be found (bounds below), not an order.
// Knows nothing of networks or nodes.

export interface HistoryOp {
  readonly key: string;
  readonly session: string;
  /** `read` came after a sync and must be current; `plainRead` may be old, but never older than what its session saw. */
  readonly kind: 'set' | 'cas' | 'read' | 'plainRead';
  /** What was written, or seen; no two writes of a key write the same. */
  readonly value: string;
  /** Of a cas: the version it asked for. */
  readonly expected?: number;
  /** `unknown`: the answer was lost, the write may have happened at any moment since. */
  readonly outcome: 'ok' | 'badVersion' | 'unknown';
  /** As answered; of no use unless ok. */
  readonly version: number;
  /** The znode's mzxid as answered; of no use unless ok. */
  readonly zxid: number;
  /** Any monotonic clock, one for all operations. */
  readonly start: number;
  readonly end: number;
}

export type Rule = 'one write a version' | 'one value a version' | 'cas' | 'zxid order' | 'real time' | 'stale read' | 'read of the future' | 'unexplained version' | 'session' | 'failed cas';

export interface Violation {
  readonly key: string;
  readonly rule: Rule;
  readonly detail: string;
}

/** What a znode was before the history began. */
export interface Initial {
  readonly value: string;
  readonly version: number;
  readonly zxid: number;
}

/** The moment at which a version began lies in [low, high]; who set the bounds is kept for the words. */
interface Moment {
  value: string | null;
  zxid: number | null;
  write: HistoryOp | null;
  low: number;
  high: number;
  lowBy: HistoryOp | null;
  highBy: HistoryOp | null;
}

const words = (op: HistoryOp | null): string => (op ? `${op.kind} by ${op.session} [${op.start.toFixed(2)}, ${op.end.toFixed(2)}] ${op.outcome} value ${op.value} version ${op.version}` : 'the beginning');

/** All that is wrong with a history; empty when it is linearizable (and sessions read forward). `initial` is by key; a key without one began as '' of version 0. */
export function checkHistory(ops: readonly HistoryOp[], initial: ReadonlyMap<string, Initial> = new Map()): Violation[] {
  const keys = new Map<string, HistoryOp[]>();
  for (const op of ops) {
    const list = keys.get(op.key);
    if (list) list.push(op);
    else keys.set(op.key, [op]);
  }
  const violations = [...keys].flatMap(([key, list]) => new Register(key, list, initial.get(key) ?? { value: '', version: 0, zxid: 0 }).check());
  return [...violations, ...checkZxids(ops), ...checkSessions(ops)];
}

/** One znode. */
class Register {
  readonly #key: string;
  readonly #ops: readonly HistoryOp[];
  readonly #first: number;
  readonly #moments = new Map<number, Moment>();
  readonly #violations: Violation[] = [];

  constructor(key: string, ops: readonly HistoryOp[], initial: Initial) {
    this.#key = key;
    this.#ops = ops;
    this.#first = initial.version;
    this.#moments.set(initial.version, { value: initial.value, zxid: initial.zxid, write: null, low: -Infinity, high: -Infinity, lowBy: null, highBy: null });
  }

  check(): Violation[] {
    for (const op of this.#ops) if (op.outcome === 'ok' && (op.kind === 'set' || op.kind === 'cas')) this.#wrote(op);
    for (const op of this.#ops) if (op.outcome === 'ok' && (op.kind === 'read' || op.kind === 'plainRead')) this.#saw(op);
    if (this.#violations.length > 0) return this.#violations;
    this.#explainHoles();
    this.#bounds();
    if (this.#violations.length === 0) this.#failedCas();
    return this.#violations;
  }

  #wrong(rule: Rule, detail: string): void {
    this.#violations.push({ key: this.#key, rule, detail });
  }

  #moment(version: number): Moment {
    let moment = this.#moments.get(version);
    if (!moment) this.#moments.set(version, (moment = { value: null, zxid: null, write: null, low: -Infinity, high: Infinity, lowBy: null, highBy: null }));
    return moment;
  }

  #name(op: HistoryOp): Moment {
    const moment = this.#moment(op.version);
    if (moment.value === null) { moment.value = op.value; moment.zxid = op.zxid; }
    else if (moment.value !== op.value || moment.zxid !== op.zxid) this.#wrong('one value a version', `version ${op.version} was ${moment.value} at zxid ${moment.zxid}, and for ${words(op)} at zxid ${op.zxid}`);
    return moment;
  }

  #wrote(op: HistoryOp): void {
    if (op.kind === 'cas' && op.version !== (op.expected ?? NaN) + 1) this.#wrong('cas', `asked for version ${op.expected}: ${words(op)}`);
    if (op.version <= this.#first) return this.#wrong('one write a version', `made a version that was there before: ${words(op)}`);
    const known = this.#moments.get(op.version)?.write;
    if (known) return this.#wrong('one write a version', `${words(known)}, and ${words(op)}`);
    const moment = this.#name(op);
    moment.write = op;
    this.#atLeast(moment, op.start, op);
    this.#atMost(moment, op.end, op);
  }

  #atLeast(moment: Moment, time: number, by: HistoryOp): void {
    if (time > moment.low) { moment.low = time; moment.lowBy = by; }
  }

  #atMost(moment: Moment, time: number, by: HistoryOp): void {
    if (time < moment.high) { moment.high = time; moment.highBy = by; }
  }

  /** A read of a version: the version had begun when it ended, and (a current read) the next had not when it started. */
  #saw(op: HistoryOp): void {
    this.#atMost(this.#name(op), op.end, op);
  }

  get #last(): number {
    return Math.max(...this.#moments.keys());
  }

  /** Versions that no acknowledged write made must come from writes whose answers were lost, each of them once. */
  #explainHoles(): void {
    const lost = this.#ops.filter((op) => op.outcome === 'unknown').sort((a, b) => a.start - b.start);
    const free = new Set(lost);
    const holes: number[] = [];
    for (let version = this.#first + 1; version <= this.#last; version++) {
      const moment = this.#moment(version);
      if (moment.write) continue;
      if (moment.value === null) { holes.push(version); continue; }
      const writer = lost.find((op) => op.value === moment.value && free.has(op) && (op.kind !== 'cas' || op.expected === version - 1));
      if (!writer) this.#wrong('unexplained version', `nobody wrote ${moment.value}, seen as version ${version}`);
      else { free.delete(writer); moment.write = writer; this.#atLeast(moment, writer.start, writer); }
    }
    // `high` only grows with the version, so the earliest writes fit the earliest holes; a cas fits one hole only
    let high = Infinity;
    const highs = new Map<number, number>();
    for (let version = this.#last; version > this.#first; version--) { high = Math.min(high, this.#moment(version).high); highs.set(version, high); }
    for (const version of holes) {
      const fits = (op: HistoryOp): boolean => free.has(op) && op.start <= (highs.get(version) ?? Infinity);
      const writer = lost.find((op) => op.kind === 'cas' && op.expected === version - 1 && fits(op)) ?? lost.find((op) => op.kind === 'set' && fits(op));
      if (!writer) { this.#wrong('unexplained version', `no write can have made version ${version}`); continue; }
      free.delete(writer);
      const moment = this.#moment(version);
      moment.write = writer;
      this.#atLeast(moment, writer.start, writer);
    }
  }

  /** Every lower bound of a version is a lower bound of those after it: one above a later upper bound is a contradiction. */
  #bounds(): void {
    for (const op of this.#ops) if (op.kind === 'read' && op.outcome === 'ok' && op.version < this.#last) this.#atLeast(this.#moment(op.version + 1), op.start, op);
    let low = -Infinity;
    let lowBy: HistoryOp | null = null;
    for (let version = this.#first + 1; version <= this.#last; version++) {
      const moment = this.#moment(version);
      if (moment.low > low) { low = moment.low; lowBy = moment.lowBy; }
      if (low <= moment.high) continue;
      const rule: Rule = lowBy?.kind === 'read' ? 'stale read' : moment.highBy?.kind === 'read' || moment.highBy?.kind === 'plainRead' ? 'read of the future' : 'real time';
      this.#wrong(rule, `version ${version} began at ${moment.high.toFixed(2)} at the latest (${words(moment.highBy)}), but not before ${low.toFixed(2)} (${words(lowBy)})`);
    }
  }

  /** A cas that failed had a moment at which the version was another: the one it asked for did not last all its time. */
  #failedCas(): void {
    const { lows, highs } = this.#spread();
    for (const op of this.#ops) {
      if (op.kind !== 'cas' || op.outcome !== 'badVersion') continue;
      const version = op.expected ?? NaN;
      if (version < this.#first || version > this.#last) continue;
      const beganLater = version > this.#first && (highs.get(version) ?? Infinity) >= op.start;
      const endedEarlier = version < this.#last && (lows.get(version + 1) ?? Infinity) <= op.end;
      // a lost write that is in no version so far may have come last
      const lostAtLast = version === this.#last && this.#ops.some((other) => other.outcome === 'unknown' && other.start <= op.end && other.value !== this.#moments.get(version)?.value && ![...this.#moments.values()].some((moment) => moment.write === other));
      if (!beganLater && !endedEarlier && !lostAtLast) this.#wrong('failed cas', `version ${version} lasted all the time of ${words(op)}`);
    }
  }

  #spread(): { readonly lows: Map<number, number>; readonly highs: Map<number, number> } {
    const [lows, highs] = [new Map<number, number>(), new Map<number, number>()];
    let low = -Infinity;
    for (let version = this.#first + 1; version <= this.#last; version++) { low = Math.max(low, this.#moment(version).low); lows.set(version, low); }
    let high = Infinity;
    for (let version = this.#last; version > this.#first; version--) { high = Math.min(high, this.#moment(version).high); highs.set(version, high); }
    return { lows, highs };
  }
}

/** Of all znodes together: a write that ended before another began has the smaller zxid, and no two writes have one. */
function checkZxids(ops: readonly HistoryOp[]): Violation[] {
  const violations: Violation[] = [];
  const writes = ops.filter((op) => op.outcome === 'ok' && (op.kind === 'set' || op.kind === 'cas'));
  const seen = new Map<number, HistoryOp>();
  for (const op of writes) {
    const other = seen.get(op.zxid);
    if (other) violations.push({ key: op.key, rule: 'zxid order', detail: `one zxid ${op.zxid} for ${words(other)} and ${words(op)}` });
    seen.set(op.zxid, op);
  }
  const byEnd = [...writes].sort((a, b) => a.end - b.end);
  let at = 0;
  let greatest: HistoryOp | null = null;
  for (const op of [...writes].sort((a, b) => a.start - b.start)) {
    for (let ended = byEnd[at]; ended && ended.end < op.start; ended = byEnd[++at]) if (!greatest || ended.zxid > greatest.zxid) greatest = ended;
    if (greatest && greatest.zxid > op.zxid) violations.push({ key: op.key, rule: 'zxid order', detail: `zxid ${op.zxid} of ${words(op)} is before ${greatest.zxid} of ${words(greatest)}` });
  }
  return violations;
}

/** A session never sees a znode go back, reads its own writes, and sees nothing older than its own last write of any znode. */
function checkSessions(ops: readonly HistoryOp[]): Violation[] {
  const violations: Violation[] = [];
  const sessions = new Map<string, Map<string, HistoryOp>>();
  // ops of one session do not overlap, or are told in the order they were sent
  for (const op of [...ops].sort((a, b) => a.start - b.start)) {
    if (op.outcome !== 'ok') continue;
    const seen = sessions.get(op.session) ?? new Map<string, HistoryOp>();
    sessions.set(op.session, seen);
    const before = seen.get(op.key);
    if (before && before.end <= op.start && op.version < before.version) violations.push({ key: op.key, rule: 'session', detail: `${words(op)} after ${words(before)}` });
    if (!before || op.version >= before.version) seen.set(op.key, op);
  }
  return violations;
}
