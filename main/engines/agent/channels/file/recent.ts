// Events that were committed a moment ago, so that a sink that keeps up never reads the disk. Bounded by bytes; the oldest go first.
import type { Event } from '../../event/event.ts';

/** What an event costs beside its bytes, roughly. */
const OBJECT = 100;

interface Kept { readonly events: readonly Event[]; readonly cost: number }

export class Recent {
  private readonly kept = new Map<number, Kept>();
  private readonly limit: number;
  private cost = 0;

  constructor(limit: number) { this.limit = limit; }

  /** The events of a whole record, by the number of its first. Keeps their frames. */
  add(seq: number, events: readonly Event[], bytes: number): void {
    const cost = bytes + events.length * OBJECT;
    if (cost > this.limit) return;
    this.forget(seq);
    this.kept.set(seq, { events, cost });
    this.cost += cost;
    while (this.cost > this.limit) {
      const [oldest] = this.kept.keys();
      this.forget(oldest as number);
    }
  }

  get(seq: number): readonly Event[] | null { return this.kept.get(seq)?.events ?? null; }

  forget(seq: number): void {
    const kept = this.kept.get(seq);
    if (!kept) return;
    this.kept.delete(seq);
    this.cost -= kept.cost;
  }
}
