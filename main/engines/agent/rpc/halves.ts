// Bytes of messages that have begun and are not whole, over all connections of a source: when they become too many, whoever was silent the longest is given up.

const MOST = 64 * 1024 * 1024;

export interface Half {
  /** It could go on, and does not. */
  readonly isAwaited: boolean;
  /** Ends the connection; what has come of its message is forgotten. */
  giveUp(): void;
}

export class Halves {
  private readonly most: number;
  /** The one that was silent the longest first. */
  private readonly sizes = new Map<Half, number>();
  private total = 0;

  /** @param most bytes; a single message may have more. */
  constructor(most: number = MOST) { this.most = most; }

  /** Something came for `half`, which takes so many bytes now. */
  grew(half: Half, bytes: number): void {
    const before = this.sizes.get(half);
    if (bytes === 0 && before === undefined) return;
    this.sizes.delete(half);
    this.total += bytes - (before ?? 0);
    if (bytes > 0) this.sizes.set(half, bytes);
    if (this.total <= this.most) return;
    for (const other of this.sizes.keys()) {
      if (other === half || !other.isAwaited) continue;
      this.forget(other);
      other.giveUp();
      if (this.total <= this.most) return;
    }
  }

  forget(half: Half): void {
    this.total -= this.sizes.get(half) ?? 0;
    this.sizes.delete(half);
  }
}
