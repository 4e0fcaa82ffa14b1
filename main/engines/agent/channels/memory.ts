// Events in memory, in order, bounded by their number and the bytes of their bodies; gone with the process (MemoryChannel).
import { getHeapStatistics } from 'node:v8';
import { MEMORY_CHANNEL } from '../../../../preload/contract/agent/specs/channels.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { channel } from '../components/factory.ts';
import type { Event } from '../event/event.ts';
import type { ChannelCounters } from '../monitoring/counters.ts';
import type { Channel, Mark, Transaction } from '../parts.ts';
import { EventQueue } from './event-queue.ts';
import { VolatileMarks } from './marks.ts';
import { Room } from './room.ts';
import { ChangeSignal } from './signal.ts';
import { BasicTransaction } from './transaction.ts';

/** Bodies count in slots of 100 bytes, one at least (MemoryChannel.byteCapacitySlotSize). */
const SLOT = 100;

export interface MemoryChannelOptions {
  readonly name: string;
  readonly capacity: number;
  readonly transactionCapacity: number;
  readonly keepAliveMs: number;
  /** Of bodies. */
  readonly byteCapacity: number;
  readonly counters: ChannelCounters;
}

/** Bodies of the events, in slots. */
export const slotsOf = (events: readonly Event[]): number => {
  let slots = 0;
  for (const event of events) slots += Math.max(1, Math.ceil(event.bodySize / SLOT));
  return slots;
};

export const slotsIn = (bytes: number): number => Math.max(1, Math.floor(bytes / SLOT));

/** What byteCapacity comes to: a part of it is left for headers. Null: 80 % of the heap that the process may have. */
export const byteLimit = (byteCapacity: number | null, bufferPercentage: number): number =>
  Math.floor((byteCapacity ?? getHeapStatistics().heap_size_limit * 0.8) * (1 - bufferPercentage / 100));

export class MemoryChannel implements Channel {
  readonly name: string;
  readonly durable = false;
  readonly capacity: number;
  readonly transactionCapacity: number;
  readonly keepAliveMs: number;
  readonly counters: ChannelCounters;
  readonly queue = new EventQueue();
  readonly events: Room;
  readonly slots: Room;
  readonly signal = new ChangeSignal();
  marks = new VolatileMarks();
  /** Taken, and not yet for good. */
  taken = 0;

  constructor(options: MemoryChannelOptions) {
    this.name = options.name;
    this.capacity = options.capacity;
    this.transactionCapacity = options.transactionCapacity;
    this.keepAliveMs = options.keepAliveMs;
    this.counters = options.counters;
    this.events = new Room(options.capacity);
    this.slots = new Room(slotsIn(options.byteCapacity));
  }

  get size(): number { return this.queue.size + this.taken; }

  /** All events of a channel that has stopped, of which nothing is in hand, with the marks of their sources; this one is new. False when they do not fit: both are as before then. */
  takeOver(from: MemoryChannel): boolean {
    const events = from.queue.shift(from.queue.size);
    const slots = slotsOf(events);
    const fits = this.events.tryTake(events.length);
    if (!fits || !this.slots.tryTake(slots)) {
      if (fits) this.events.give(events.length);
      from.queue.unshift(events);
      return false;
    }
    from.events.give(events.length);
    from.slots.give(slots);
    this.queue.push(events);
    [this.marks, from.marks] = [from.marks, this.marks];
    this.signal.changed();
    return true;
  }

  async start(): Promise<void> {}
  async stop(): Promise<void> {}

  begin(): Transaction { return new MemoryTransaction(this); }
  onChange(listener: () => void): () => void { return this.signal.onChange(listener); }
}

class MemoryTransaction extends BasicTransaction {
  private readonly channel: MemoryChannel;
  private puts: readonly Event[] = [];
  private takes: readonly Event[] = [];
  private reserved = false;
  private slots = 0;
  private placed: Mark | null = null;

  constructor(owner: MemoryChannel) {
    super();
    this.channel = owner;
  }

  protected doPut(events: readonly Event[]): void {
    const { channel: { name, transactionCapacity, counters } } = this;
    counters.EventPutAttemptCount += events.length;
    const count = this.puts.length + events.length;
    if (count > transactionCapacity) throw SluiceError.of('AGENT_BATCH_TOO_LARGE', { channel: name, events: count, capacity: transactionCapacity });
    this.puts = this.puts.length === 0 ? events : [...this.puts, ...events];
  }

  protected override doMark(mark: Mark): void { this.placed = mark; }

  protected async doTake(most: number, signal: AbortSignal | undefined): Promise<readonly Event[]> {
    const { channel } = this;
    channel.counters.EventTakeAttemptCount += 1;
    const limit = Math.min(most, channel.transactionCapacity - this.takes.length);
    if (channel.queue.size === 0 && channel.keepAliveMs > 0) await channel.signal.next(channel.keepAliveMs, signal);
    const events = channel.queue.shift(limit);
    channel.taken += events.length;
    this.takes = this.takes.length === 0 ? events : [...this.takes, ...events];
    return events;
  }

  protected async doPrepare(): Promise<void> {
    if (this.reserved || this.puts.length === 0) return;
    const { channel, puts } = this;
    const slots = slotsOf(puts);
    if (!channel.events.tryTake(puts.length) && !(await channel.events.take(puts.length, channel.keepAliveMs))) this.refuse();
    if (!channel.slots.tryTake(slots) && !(await channel.slots.take(slots, channel.keepAliveMs))) {
      channel.events.give(puts.length);
      this.refuse();
    }
    this.reserved = true;
    this.slots = slots;
  }

  protected async doCommit(): Promise<void> {
    const { channel, puts, takes } = this;
    if (puts.length > 0) {
      if (!this.reserved) await this.doPrepare();
      channel.queue.push(puts);
      if (this.placed) channel.marks.put(this.placed, puts);
      channel.counters.EventPutSuccessCount += puts.length;
    }
    if (takes.length > 0) {
      channel.taken -= takes.length;
      channel.marks.gone(takes);
      channel.events.give(takes.length);
      channel.slots.give(slotsOf(takes));
      channel.counters.EventTakeSuccessCount += takes.length;
    }
    if (puts.length > 0 || takes.length > 0) channel.signal.changed();
  }

  protected async doRollback(): Promise<void> {
    const { channel, puts, takes } = this;
    if (this.reserved) {
      channel.events.give(puts.length);
      channel.slots.give(this.slots);
    }
    channel.taken -= takes.length;
    channel.queue.unshift(takes);
    if (takes.length > 0) channel.signal.changed();
  }

  private refuse(): never {
    throw SluiceError.of('AGENT_CHANNEL_FULL', { channel: this.channel.name, capacity: this.channel.capacity });
  }
}

export const memoryChannel = channel(MEMORY_CHANNEL, (values, { name, counters }) => {
  if (values.transactionCapacity > values.capacity) {
    throw SluiceError.of('AGENT_KEY', { component: name, key: 'transactionCapacity', value: String(values.transactionCapacity), reason: `it is larger than capacity, which is ${values.capacity}` });
  }
  return new MemoryChannel({
    name: name.slice(name.lastIndexOf('.') + 1), capacity: values.capacity, transactionCapacity: values.transactionCapacity, keepAliveMs: values['keep-alive'] * 1000, counters,
    byteCapacity: byteLimit(values.byteCapacity, values.byteCapacityBufferPercentage),
  });
});
