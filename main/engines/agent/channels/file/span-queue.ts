// The queue of the durable channel: where events stand on disk, not the events. A span is events of one record that follow one another; 28 bytes each.

export interface Span {
  /** Number of its first event. */
  readonly seq: number;
  readonly count: number;
  readonly segment: number;
  /** Of the record in its segment, and its bytes with the header. */
  readonly offset: number;
  readonly length: number;
  /** Of the first event within the record. */
  readonly index: number;
}

const FIRST = 1024;

export class SpanQueue {
  private seq = new Float64Array(FIRST);
  private counts = new Uint32Array(FIRST);
  private segments = new Uint32Array(FIRST);
  private offsets = new Uint32Array(FIRST);
  private lengths = new Uint32Array(FIRST);
  private indexes = new Uint32Array(FIRST);
  private head = 0;
  private spans = 0;
  private total = 0;

  /** Events. */
  get size(): number { return this.total; }
  get length(): number { return this.spans; }

  push(span: Span): void {
    if (this.spans === this.seq.length) this.grow();
    this.set((this.head + this.spans) & (this.seq.length - 1), span);
    this.spans += 1;
    this.total += span.count;
  }

  /** Back to the head. */
  unshift(span: Span): void {
    if (this.spans === this.seq.length) this.grow();
    this.head = (this.head - 1) & (this.seq.length - 1);
    this.set(this.head, span);
    this.spans += 1;
    this.total += span.count;
  }

  /** The oldest events, up to `most` of them; records of more than `bytes` bytes in all are left, but one is always taken. */
  shift(most: number, bytes: number): Span[] {
    const taken: Span[] = [];
    let left = most;
    let room = bytes;
    while (left > 0 && this.spans > 0) {
      const span = this.at(0);
      if (taken.length > 0 && span.length > room) break;
      room -= span.length;
      if (span.count <= left) {
        taken.push(span);
        this.head = (this.head + 1) & (this.seq.length - 1);
        this.spans -= 1;
        this.total -= span.count;
        left -= span.count;
      } else {
        taken.push({ ...span, count: left });
        this.seq[this.head] = span.seq + left;
        this.counts[this.head] = span.count - left;
        this.indexes[this.head] = span.index + left;
        this.total -= left;
        left = 0;
      }
    }
    return taken;
  }

  /** The i-th from the head. */
  at(i: number): Span {
    const k = (this.head + i) & (this.seq.length - 1);
    return {
      seq: this.seq[k] as number, count: this.counts[k] as number, segment: this.segments[k] as number,
      offset: this.offsets[k] as number, length: this.lengths[k] as number, index: this.indexes[k] as number,
    };
  }

  /** The oldest segment that a span stands in. */
  oldestSegment(): number {
    let oldest = Infinity;
    for (let i = 0; i < this.spans; i++) oldest = Math.min(oldest, this.segments[(this.head + i) & (this.seq.length - 1)] as number);
    return oldest;
  }

  /** A queue with the same spans. */
  copy(): SpanQueue {
    const other = new SpanQueue();
    other.seq = this.seq.slice();
    other.counts = this.counts.slice();
    other.segments = this.segments.slice();
    other.offsets = this.offsets.slice();
    other.lengths = this.lengths.slice();
    other.indexes = this.indexes.slice();
    other.head = this.head;
    other.spans = this.spans;
    other.total = this.total;
    return other;
  }

  private set(k: number, span: Span): void {
    this.seq[k] = span.seq;
    this.counts[k] = span.count;
    this.segments[k] = span.segment;
    this.offsets[k] = span.offset;
    this.lengths[k] = span.length;
    this.indexes[k] = span.index;
  }

  private grow(): void {
    const room = this.seq.length * 2;
    const wider = <A extends Float64Array | Uint32Array>(from: A, to: A): A => {
      to.set(from.subarray(this.head));
      to.set(from.subarray(0, this.head), from.length - this.head);
      return to;
    };
    this.seq = wider(this.seq, new Float64Array(room));
    this.counts = wider(this.counts, new Uint32Array(room));
    this.segments = wider(this.segments, new Uint32Array(room));
    this.offsets = wider(this.offsets, new Uint32Array(room));
    this.lengths = wider(this.lengths, new Uint32Array(room));
    this.indexes = wider(this.indexes, new Uint32Array(room));
    this.head = 0;
  }
}
