// How far sources came, as channels know it: marks of events that are still in a channel of memory, and those of several channels taken together.
import type { Event } from '../event/event.ts';
import type { Channel, Mark, Marks } from '../parts.ts';

interface Batch { readonly mark: Mark; left: number }
interface Line { latest: Mark; safe: Mark | null; readonly waiting: Batch[] }

/** Of a channel that forgets: a mark is safe once its events, and all before them, were taken for good. */
export class VolatileMarks implements Marks {
  private readonly lines = new Map<string, Line>();
  private readonly batchOf = new Map<Event, Batch>();

  latest(key: string): Mark | null { return this.lines.get(key)?.latest ?? null; }
  safe(key: string): Mark | null { return this.lines.get(key)?.safe ?? null; }

  put(mark: Mark, events: readonly Event[]): void {
    const line = this.lines.get(mark.key) ?? { latest: mark, safe: null, waiting: [] };
    this.lines.set(mark.key, line);
    line.latest = mark;
    const before = this.batchOf.size;
    const batch: Batch = { mark, left: 0 };
    for (const event of events) this.batchOf.set(event, batch);
    batch.left = this.batchOf.size - before;
    line.waiting.push(batch);
    settle(line);
  }

  gone(events: readonly Event[]): void {
    if (this.batchOf.size === 0) return;
    for (const event of events) {
      const batch = this.batchOf.get(event);
      if (!batch) continue;
      this.batchOf.delete(event);
      batch.left -= 1;
      if (batch.left === 0) settle(this.lines.get(batch.mark.key) as Line);
    }
  }
}

function settle(line: Line): void {
  let done = 0;
  for (const { mark, left } of line.waiting) {
    if (left > 0) break;
    line.safe = mark;
    done += 1;
  }
  line.waiting.splice(0, done);
}

const newer = (a: Mark | null, b: Mark | null): Mark | null => (a === null || (b !== null && b.number > a.number) ? b : a);

/** Of all channels of a source; a batch need not go into each of them. */
export class MarksOfAll implements Marks {
  private readonly each: readonly Marks[];
  private readonly volatile: readonly Marks[];
  /** Of batches that left no event to put. */
  private readonly bare = new Map<string, Mark>();

  private constructor(each: readonly Marks[], volatile: readonly Marks[]) {
    this.each = each;
    this.volatile = volatile;
  }

  /** Null when one of them keeps no marks. */
  static of(channels: readonly Channel[]): MarksOfAll | null {
    const each = channels.flatMap(({ marks }) => (marks ? [marks] : []));
    if (each.length < channels.length || each.length === 0) return null;
    return new MarksOfAll(each, channels.flatMap(({ marks, durable }) => (marks && !durable ? [marks] : [])));
  }

  noEvents(mark: Mark): void { this.bare.set(mark.key, mark); }

  latest(key: string): Mark | null {
    return this.each.map((marks) => marks.latest(key)).reduce(newer, this.bare.get(key) ?? null);
  }

  /** What a channel of memory lost is read again, though a durable one beside it has it. */
  resume(key: string): Mark | null {
    return this.volatile.every((marks) => marks.latest(key) !== null) ? this.latest(key) : null;
  }

  safe(key: string): Mark | null {
    const behind = this.each.filter((marks) => (marks.latest(key)?.number ?? 0) > (marks.safe(key)?.number ?? 0)).map((marks) => marks.safe(key));
    if (behind.length === 0) return this.latest(key);
    return behind.reduce((a, b) => (a === null || b === null ? null : a.number <= b.number ? a : b));
  }
}
