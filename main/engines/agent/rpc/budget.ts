// Bytes that were taken from clients and are not answered, over all connections of a source: while there are too many, no more are read.

export class Budget {
  private readonly most: number;
  private used = 0;
  private readonly waiting = new Set<() => void>();

  constructor(most: number) { this.most = most; }

  get isSpent(): boolean { return this.used >= this.most; }

  take(bytes: number): void { this.used += bytes; }

  give(bytes: number): void {
    this.used -= bytes;
    if (this.waiting.size === 0 || this.isSpent) return;
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const go of waiting) go();
  }

  /** Calls `go` once when there is room again. */
  whenRoom(go: () => void): void { this.waiting.add(go); }
  forget(go: () => void): void { this.waiting.delete(go); }
}
