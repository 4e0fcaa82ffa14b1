// What cons tells of one connection.

export class ConnectionCounts {
  received = 0;
  sent = 0;
  /** Replies, events not counted. */
  answered = 0;
  /** Opcode of the last reply, 0 before the first. */
  lastOp = 0;
  lastCxid = -1;
  lastZxid = -1;
  /** Monotonic, ms; 0 before the first. */
  lastResponseAt = 0;
  lastLatencyMs = 0;
  minLatencyMs = 0;
  maxLatencyMs = 0;
  sumLatencyMs = 0;

  reply(xid: number, type: number, zxid: number, now: number, tookMs: number): void {
    this.sent += 1;
    this.lastOp = type;
    this.lastCxid = xid;
    this.lastZxid = zxid;
    this.lastResponseAt = now;
    this.lastLatencyMs = tookMs;
    this.sumLatencyMs += tookMs;
    if (tookMs > this.maxLatencyMs) this.maxLatencyMs = tookMs;
    if (this.answered === 0 || tookMs < this.minLatencyMs) this.minLatencyMs = tookMs;
    this.answered += 1;
  }

  /** As `crst` does. */
  reset(): void {
    Object.assign(this, new ConnectionCounts());
  }
}
