// A channel as one sink sees it: what the sink takes for good is counted on its edge, and what it gives back is remembered.
import type { Event } from '../event/event.ts';
import type { Channel, Mark, Marks, Transaction, TransactionState } from '../parts.ts';
import type { Edge } from './edge.ts';

const NONE: readonly Event[] = [];

export class SinkView implements Channel {
  private readonly channel: Channel;
  private readonly edge: Edge;
  /** Fewer than the sink asks for, while the event that it refuses is looked for. */
  limit: number = Number.MAX_SAFE_INTEGER;
  /** Of the last transaction, whatever became of it. */
  taken: readonly Event[] = NONE;
  /** The last transaction was rolled back. */
  gaveBack = false;

  constructor(channel: Channel, edge: Edge) {
    this.channel = channel;
    this.edge = edge;
  }

  get name(): string { return this.channel.name; }
  get durable(): boolean { return this.channel.durable; }
  get capacity(): number | null { return this.channel.capacity; }
  get transactionCapacity(): number { return this.channel.transactionCapacity; }
  get size(): number { return this.channel.size; }
  get marks(): Marks | undefined { return this.channel.marks; }

  async start(): Promise<void> {}
  async stop(): Promise<void> {}

  begin(): Transaction {
    this.taken = NONE;
    this.gaveBack = false;
    return new ViewTransaction(this.channel.begin(), this);
  }

  onChange(listener: () => void): () => void { return this.channel.onChange(listener); }

  passed(events: readonly Event[]): void { if (events.length > 0) this.edge.passed(events); }
}

class ViewTransaction implements Transaction {
  private readonly inner: Transaction;
  private readonly view: SinkView;
  private taken: readonly Event[] = NONE;

  constructor(inner: Transaction, view: SinkView) {
    this.inner = inner;
    this.view = view;
  }

  get state(): TransactionState { return this.inner.state; }
  begin(): void { this.inner.begin(); }
  put(events: readonly Event[]): void { this.inner.put(events); }
  mark(mark: Mark): void { this.inner.mark?.(mark); }

  async take(most: number, signal?: AbortSignal): Promise<readonly Event[]> {
    const { view } = this;
    const left = view.limit - this.taken.length;
    if (left <= 0) return NONE;
    const events = await this.inner.take(Math.min(most, left), signal);
    this.taken = this.taken.length === 0 ? events : [...this.taken, ...events];
    view.taken = this.taken;
    return events;
  }

  prepare(group: string | null): Promise<void> { return this.inner.prepare(group); }

  async commit(): Promise<void> {
    await this.inner.commit();
    this.view.passed(this.taken);
  }

  rollback(): Promise<void> {
    this.view.gaveBack = true;
    return this.inner.rollback();
  }

  close(): void { this.inner.close(); }
}
