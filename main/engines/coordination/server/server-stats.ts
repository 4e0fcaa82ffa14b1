// Counters behind srvr, mntr and the Cluster page; latencies in buckets a quarter of a power of two wide.
import type { ServerStats } from '../parts.ts';

const BUCKETS = 128;

/** Upper end of a bucket, ms. */
function edge(bucket: number): number {
  return 2 ** ((bucket + 1) / 4) / 1000;
}

export class Stats implements ServerStats {
  packetsReceived = 0;
  packetsSent = 0;
  outstanding = 0;
  /** Connections that were refused for a limit. */
  connectionsRejected = 0;
  authFailed = 0;
  #count = 0;
  #sumMs = 0;
  #minMs = Number.POSITIVE_INFINITY;
  #maxMs = 0;
  readonly #buckets = new Float64Array(BUCKETS);

  /** `times` replies that took `ms` each. */
  took(ms: number, times: number): void {
    this.#count += times;
    this.#sumMs += ms * times;
    if (ms < this.#minMs) this.#minMs = ms;
    if (ms > this.#maxMs) this.#maxMs = ms;
    const bucket = ms <= 0.001 ? 0 : Math.min(BUCKETS - 1, Math.floor(Math.log2(ms * 1000) * 4));
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + times;
  }

  latency(): { readonly min: number; readonly avg: number; readonly max: number; readonly p50: number; readonly p99: number } {
    if (this.#count === 0) return { min: 0, avg: 0, max: 0, p50: 0, p99: 0 };
    return { min: this.#minMs, avg: this.#sumMs / this.#count, max: this.#maxMs, p50: this.#quantile(0.5), p99: this.#quantile(0.99) };
  }

  /** How many replies the latencies are of. */
  get replies(): number { return this.#count; }

  /** As `srst` does. */
  reset(): void {
    this.packetsReceived = 0;
    this.packetsSent = 0;
    this.#count = 0;
    this.#sumMs = 0;
    this.#minMs = Number.POSITIVE_INFINITY;
    this.#maxMs = 0;
    this.#buckets.fill(0);
  }

  #quantile(share: number): number {
    let left = this.#count * share;
    for (const [bucket, count] of this.#buckets.entries()) {
      left -= count;
      if (left <= 0) return Math.min(edge(bucket), this.#maxMs);
    }
    return this.#maxMs;
  }
}
