// Events in the order in which they were committed, as the batches they came in, so that a batch that is taken whole is never copied.
import type { Event } from '../event/event.ts';

export class EventQueue {
  private batches: (readonly Event[])[] = [];
  /** Of `batches`, and of the events of that one. */
  private first = 0;
  private offset = 0;
  private count = 0;

  get size(): number { return this.count; }

  /** Takes the array over. */
  push(events: readonly Event[]): void {
    if (events.length === 0) return;
    this.batches.push(events);
    this.count += events.length;
  }

  /** Back to the head, in their order. */
  unshift(events: readonly Event[]): void {
    if (events.length === 0) return;
    this.batches.splice(0, this.first);
    const head = this.batches[0];
    if (head && this.offset > 0) this.batches[0] = head.slice(this.offset);
    this.batches.unshift(events);
    this.first = 0;
    this.offset = 0;
    this.count += events.length;
  }

  /** Up to `most` of the oldest. */
  shift(most: number): readonly Event[] {
    const head = this.batches[this.first];
    if (!head || most <= 0) return [];
    const left = head.length - this.offset;
    if (left <= most && (left === most || this.count === left)) {
      const whole = this.offset === 0 ? head : head.slice(this.offset);
      this.next();
      this.count -= left;
      return whole;
    }
    const events: Event[] = [];
    while (events.length < most && this.count > 0) {
      const batch = this.batches[this.first] as readonly Event[];
      const end = Math.min(batch.length, this.offset + most - events.length);
      this.count -= end - this.offset;
      for (let i = this.offset; i < end; i++) events.push(batch[i] as Event);
      this.offset = end;
      if (end === batch.length) this.next();
    }
    return events;
  }

  private next(): void {
    this.first += 1;
    this.offset = 0;
    if (this.first === this.batches.length) {
      this.batches = [];
      this.first = 0;
    } else if (this.first >= 1024) {
      this.batches.splice(0, this.first);
      this.first = 0;
    }
  }
}
