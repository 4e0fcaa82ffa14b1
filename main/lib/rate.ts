// How fast and how long still: a smoothed rate and an ETA that is silent until it means something and then moves calmly.

const TAU_MS = 4_000; // of the smoothed rate
const STEADY_MS = 2_500; // no ETA before that
const STEADY_SHARE = 0.005; // nor before this share of the work is done

export class RateEstimator {
  private readonly now: () => number;
  private startedAt = -1;
  private lastAt = 0;
  private lastDone = 0;
  private smooth = 0;
  private shownEta: number | null = null;
  private shownAt = 0;

  constructor(now: () => number = () => performance.now()) { this.now = now; }

  /** Tells how much is done in all; call it as often as you like, a step shorter than 50 ms waits for the next. */
  update(done: number): void {
    const at = this.now();
    if (this.startedAt < 0) { this.startedAt = at; this.lastAt = at; this.lastDone = done; return; }
    const step = at - this.lastAt;
    if (step < 50) return;
    const rate = Math.max(0, done - this.lastDone) / (step / 1000);
    const weight = this.smooth === 0 ? 1 : 1 - Math.exp(-step / TAU_MS);
    this.smooth += (rate - this.smooth) * weight;
    this.lastAt = at;
    this.lastDone = done;
  }

  /** Forgets the time since the last update, so that a pause is no slowness. */
  skip(): void {
    const at = this.now();
    if (this.startedAt >= 0) this.startedAt += at - this.lastAt;
    this.lastAt = at;
    this.shownEta = null;
  }

  /** Units a second, smoothed. */
  get rate(): number { return this.smooth; }

  /** Milliseconds left for `total`, or null while unsteady. A new estimate pulls the shown one by a quarter at most, unless it is far off. */
  eta(total: number): number | null {
    const at = this.now();
    const left = total - this.lastDone;
    if (left <= 0) return 0;
    if (this.startedAt < 0 || at - this.startedAt < STEADY_MS || this.lastDone < total * STEADY_SHARE) return null;
    const overall = this.lastDone / ((this.lastAt - this.startedAt) / 1000 || 1);
    const pace = (this.smooth + overall) / 2;
    if (pace <= 0) return null;
    const fresh = (left / pace) * 1000;
    if (this.shownEta === null) this.shownEta = fresh;
    else {
      const expected = Math.max(0, this.shownEta - (at - this.shownAt));
      const far = fresh > expected * 1.5 || fresh < expected / 1.5;
      this.shownEta = expected + (fresh - expected) * (far ? 0.25 : 0.05);
    }
    this.shownAt = at;
    return Math.round(this.shownEta);
  }
}
