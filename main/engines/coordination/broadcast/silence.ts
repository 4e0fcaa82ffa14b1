// How long a server on the other side has said nothing, and when that is too long: soon for one that pings often, after syncLimit ticks for others.

/** The least silence after which one that pings often is given up. */
const LEAST_MS = 1_000;
const WINDOW_MS = 15_000;

export class Silence {
  readonly #mostMs: number;
  #intervalMs: number | null;
  #last: number;
  #checked: number;
  #windowFrom: number;
  #largest = 0;
  #largestBefore = 0;

  /** @param mostMs syncLimit ticks; @param intervalMs how often the other side is known to speak, null when it is not. */
  constructor(now: number, mostMs: number, intervalMs: number | null) {
    this.#mostMs = mostMs;
    this.#intervalMs = intervalMs;
    this.#last = now;
    this.#checked = now;
    this.#windowFrom = now;
  }

  /** Something came. */
  heard(now: number): void {
    const gap = now - this.#last;
    this.#last = now;
    if (gap > this.#largest) this.#largest = gap;
    if (now - this.#windowFrom > WINDOW_MS) {
      this.#largestBefore = this.#largest;
      this.#largest = 0;
      this.#windowFrom = now;
    }
  }

  /** Never more than `mostMs`, never less than some of the largest recent gaps. */
  get limitMs(): number {
    if (this.#intervalMs === null) return this.#mostMs;
    const gap = Math.max(this.#largest, this.#largestBefore);
    return Math.min(this.#mostMs, Math.max(LEAST_MS, 5 * this.#intervalMs, 3 * gap));
  }

  silentMs(now: number): number {
    return now - this.#last;
  }

  /** To be asked every `everyMs`; when it was asked much later, it was this process that stood still, and nothing is held against the other. */
  isTooLong(now: number, everyMs: number): boolean {
    const late = now - this.#checked - everyMs;
    this.#checked = now;
    if (late > Math.max(300, 2 * everyMs)) this.#last = now;
    return now - this.#last > this.limitMs;
  }
}
