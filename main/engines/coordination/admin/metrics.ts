// Counters and summaries under ZooKeeper's own names (ServerMetrics), for mntr, the AdminServer and Prometheus. Only what this node really counts.
import type { NodeEvent } from '../parts.ts';

const SAMPLES = 512;

/** Average and extremes (AvgMinMaxCounter), and the median of the last samples. */
export class Summary {
  count = 0;
  sum = 0;
  min = 0;
  max = 0;
  readonly #samples = new Float64Array(SAMPLES);

  add(value: number): void {
    this.#samples[this.count % SAMPLES] = value;
    this.min = this.count === 0 ? value : Math.min(this.min, value);
    this.max = this.count === 0 ? value : Math.max(this.max, value);
    this.count += 1;
    this.sum += value;
  }

  get avg(): number { return this.count === 0 ? 0 : this.sum / this.count; }

  /** Of the last 512 samples; NaN before the first. */
  get median(): number {
    const sorted = this.#samples.slice(0, Math.min(this.count, SAMPLES)).sort();
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  }

  reset(): void {
    this.count = 0;
    this.sum = 0;
    this.min = 0;
    this.max = 0;
  }
}

export class Metrics {
  /** By ZooKeeper's name, without `zk_`. */
  readonly counters = {
    commit_count: 0, proposal_count: 0, learner_proposal_received_count: 0, learner_commit_received_count: 0, snap_count: 0, diff_count: 0, looking_count: 0, stale_sessions_expired: 0,
    digest_mismatches_count: 0, unrecoverable_error_count: 0, snapshot_error_count: 0, snapshot_rate_limited_count: 0, restore_error_count: 0, restore_rate_limited_count: 0,
  };

  readonly summaries = { fsynctime: new Summary(), sync_processor_batch_size: new Summary(), snapshottime: new Summary(), restore_time: new Summary(), dbinittime: new Summary(), election_time: new Summary() };

  /** Counts what a node tells of itself. */
  event(event: NodeEvent): void {
    const { counters, summaries } = this;
    switch (event.type) {
      case 'state': if (event.state === 'looking') counters.looking_count += 1; break;
      case 'electionEnded': summaries.election_time.add(event.tookMs); break;
      case 'learnerSynced': if (event.by === 'SNAP') counters.snap_count += 1; else counters.diff_count += 1; break;
      case 'sessionExpired': counters.stale_sessions_expired += 1; break;
      case 'snapshot': summaries.snapshottime.add(event.tookMs); break;
      case 'failed': counters.unrecoverable_error_count += 1; break;
      case 'warning': break;
    }
  }

  reset(): void {
    for (const name of Object.keys(this.counters) as (keyof Metrics['counters'])[]) this.counters[name] = 0;
    for (const summary of Object.values(this.summaries)) summary.reset();
  }
}
