// Counts of a run: progress with a smoothed rate and a calm ETA, and the report at the end.
import type { RunProgress, RunReport } from '../../../../preload/contract/domain.ts';
import { RateEstimator } from '../../../lib/rate.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What one file costs beside its bytes, in bytes of work, so that a tree of small files has an ETA too. */
const FILE_COST = 20_000;
const EXIT_PARTIAL = 23;
const EXIT_VANISHED = 24;

export class RunMeter {
  phase: RunProgress['phase'] = 'connect';
  files = 0;
  bytes = 0;
  vanished = 0;
  readonly filesTotal: number;
  readonly bytesTotal: number;
  readonly current: string[] = [];
  readonly report: Mutable<RunReport> = { copied: 0, updated: 0, attributes: 0, deleted: 0, skipped: 0, failed: 0, recheck: 0, bytes: 0, literal: 0, matched: 0, sent: 0, received: 0, exitCode: 0 };
  private readonly byteRate: RateEstimator;
  private readonly workRate: RateEstimator;

  constructor(filesTotal: number, bytesTotal: number, now: () => number = () => performance.now()) {
    this.filesTotal = filesTotal;
    this.bytesTotal = bytesTotal;
    this.byteRate = new RateEstimator(now);
    this.workRate = new RateEstimator(now);
  }

  /** A file in hand, shown while it is. */
  begin(path: string): void {
    if (this.current.length < 8) this.current.push(path);
  }

  end(path: string): void {
    const at = this.current.indexOf(path);
    if (at >= 0) this.current.splice(at, 1);
  }

  /** @param count bytes of files done since the last call. */
  addBytes(count: number): void { this.bytes += count; }

  paused(): void { this.update(); }

  resumed(): void {
    this.byteRate.skip();
    this.workRate.skip();
  }

  progress(): RunProgress {
    this.update();
    const total = this.bytesTotal + this.filesTotal * FILE_COST;
    return {
      phase: this.phase, filesDone: Math.min(this.files, this.filesTotal), filesTotal: this.filesTotal, bytesDone: Math.min(this.bytes, this.bytesTotal), bytesTotal: this.bytesTotal,
      sent: this.report.sent, received: this.report.received, rate: Math.round(this.byteRate.rate), etaMs: this.phase === 'done' ? 0 : this.workRate.eta(total), current: [...this.current],
    };
  }

  /** rsync's exit code of a run that came to its end: 23 some items failed, 24 all that failed had vanished. */
  finish(): RunReport {
    const { report } = this;
    report.bytes = this.bytes;
    if (report.exitCode === 0 && report.failed + report.recheck > 0) report.exitCode = report.recheck === 0 && this.vanished === report.failed ? EXIT_VANISHED : EXIT_PARTIAL;
    return { ...report };
  }

  private update(): void {
    this.byteRate.update(this.bytes);
    this.workRate.update(Math.min(this.bytes, this.bytesTotal) + this.files * FILE_COST);
  }
}
