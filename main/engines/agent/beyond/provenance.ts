// What passed an edge lately, by number, so that it can be looked up and sent again. Bounded by events and bytes; the oldest go first.
// Of more than 10,000 events a second only a part of the batches is kept: at such a rate the bound is reached within moments anyway.
import type { Event } from '../event/event.ts';
import type { Edge } from '../runner/edge.ts';

export interface ProvenanceOptions {
  readonly mostEvents?: number;
  /** Of the Avro forms. */
  readonly mostBytes?: number;
  readonly now: () => number;
}

export interface PassedEvent {
  /** From 1, of this edge. */
  readonly number: number;
  readonly at: number;
  readonly event: Event;
}

interface Batch { readonly first: number; readonly at: number; readonly events: readonly Event[]; readonly bytes: number }

/** Batches up to this size get bytes of their own: a few events must not keep a whole frame alive. Larger ones are most of their frame. */
const SMALL = 16;
/** Events that may be kept in a second. */
const RATE = 10_000;

export class Provenance {
  private readonly options: Required<ProvenanceOptions>;
  private readonly undo: () => void;
  private batches: Batch[] = [];
  private next = 1;
  private count = 0;
  private bytes = 0;
  private credit = RATE;
  private credited = 0;

  constructor(edge: Edge, options: ProvenanceOptions) {
    this.options = { mostEvents: 1000, mostBytes: 2 ** 20, ...options };
    this.undo = edge.watch((events) => { this.keep(events); });
  }

  /** Numbers of the oldest and the newest that are kept; null while there is none. */
  get range(): { readonly first: number; readonly last: number } | null {
    const [oldest] = this.batches;
    const newest = this.batches.at(-1);
    return oldest && newest ? { first: oldest.first, last: newest.first + newest.events.length - 1 } : null;
  }

  /** Those from `first` to `last` that are still kept, in order. */
  between(first: number, last: number): readonly PassedEvent[] {
    const found: PassedEvent[] = [];
    for (const batch of this.batches) {
      const from = Math.max(0, first - batch.first);
      const to = Math.min(batch.events.length, last - batch.first + 1);
      for (let i = from; i < to; i++) found.push({ number: batch.first + i, at: batch.at, event: batch.events[i] as Event });
    }
    return found;
  }

  /** The newest `most` that `wanted` takes, newest first. */
  newest(most: number, wanted: (event: Event) => boolean = () => true): readonly PassedEvent[] {
    const found: PassedEvent[] = [];
    for (let b = this.batches.length - 1; b >= 0; b--) {
      const batch = this.batches[b] as Batch;
      for (let i = batch.events.length - 1; i >= 0; i--) {
        if (found.length >= most) return found;
        const event = batch.events[i] as Event;
        if (wanted(event)) found.push({ number: batch.first + i, at: batch.at, event });
      }
    }
    return found;
  }

  close(): void {
    this.undo();
    this.batches = [];
    this.count = 0;
    this.bytes = 0;
  }

  private keep(events: readonly Event[]): void {
    const { mostEvents, mostBytes } = this.options;
    const at = this.options.now();
    this.credit = Math.min(RATE, this.credit + Math.abs(at - this.credited) * RATE / 1000);
    this.credited = at;
    if (this.credit <= 0) {
      this.next += events.length;
      return;
    }
    this.credit -= events.length;
    const skipped = Math.max(0, events.length - mostEvents);
    const kept = skipped > 0 ? events.slice(skipped) : events;
    let bytes = 0;
    for (const event of kept) bytes += event.size;
    const batch = { first: this.next + skipped, at, events: kept.length <= SMALL ? kept.map((event) => event.detached()) : kept, bytes };
    this.next += events.length;
    this.batches.push(batch);
    this.count += kept.length;
    this.bytes += bytes;
    // the newest batch stays even when it is larger than allowed by itself; the next one takes its place
    while (this.batches.length > 1 && (this.count - (this.batches[0] as Batch).events.length >= mostEvents || this.bytes > mostBytes)) {
      const oldest = this.batches.shift() as Batch;
      this.count -= oldest.events.length;
      this.bytes -= oldest.bytes;
    }
  }
}
