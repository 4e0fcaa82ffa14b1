// Events in memory while there is room, and on disk otherwise (SpillableMemoryChannel). The order is kept over both. What is in memory is gone with the process, as it is with Flume's.
import { SPILLABLE_CHANNEL } from '../../../../preload/contract/agent/specs/channels.ts';
import { channel } from '../components/factory.ts';
import type { Event } from '../event/event.ts';
import { channelCounters, type ChannelCounters } from '../monitoring/counters.ts';
import type { Transaction } from '../parts.ts';
import type { GroupChannel } from './fan-out.ts';
import { FileChannel } from './file/file-channel.ts';
import { fileOptions } from './file/file-channel-config.ts';
import { EventQueue } from './event-queue.ts';
import { byteLimit, slotsOf, slotsIn } from './memory.ts';
import { Room } from './room.ts';
import { Runs } from './runs.ts';
import { ChangeSignal } from './signal.ts';
import { BasicTransaction } from './transaction.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';

export interface SpillableOptions {
  readonly name: string;
  /** 0: everything goes to disk. */
  readonly memoryCapacity: number;
  /** Of bodies in memory. */
  readonly byteCapacity: number;
  /** How long a commit waits for room in memory before it goes to disk. */
  readonly overflowTimeoutMs: number;
  readonly keepAliveMs: number;
  /** Null: nothing goes to disk (overflowCapacity = 0). */
  readonly overflow: FileChannel | null;
  readonly transactionCapacity: number;
  readonly counters: ChannelCounters;
}

export class SpillableChannel implements GroupChannel {
  readonly name: string;
  readonly durable = false;
  readonly capacity: number;
  readonly transactionCapacity: number;
  readonly options: SpillableOptions;
  readonly memory = new EventQueue();
  readonly room: Room;
  readonly slots: Room;
  readonly runs = new Runs();
  readonly signal = new ChangeSignal();
  taken = 0;
  /** Puts that are on their way to disk: later ones follow them there, so that they do not come before them. */
  onTheirWay = 0;

  constructor(options: SpillableOptions) {
    this.options = options;
    this.name = options.name;
    this.transactionCapacity = options.transactionCapacity;
    this.capacity = options.memoryCapacity + (options.overflow?.capacity ?? 0);
    this.room = new Room(options.memoryCapacity);
    this.slots = new Room(slotsIn(options.byteCapacity));
  }

  get size(): number { return this.memory.size + this.taken + (this.options.overflow?.size ?? 0); }
  get group(): GroupChannel['group'] { return this.options.overflow?.group ?? null; }

  async start(): Promise<void> {
    const { overflow } = this.options;
    await overflow?.start();
    if (overflow) this.runs.found(overflow.size);
    this.signal.changed();
  }

  async stop(): Promise<void> { await this.options.overflow?.stop(); }

  begin(): Transaction { return new SpillableTransaction(this); }
  onChange(listener: () => void): () => void { return this.signal.onChange(listener); }
}

class SpillableTransaction extends BasicTransaction {
  private readonly channel: SpillableChannel;
  private puts: readonly Event[] = [];
  private where: 'memory' | 'disk' | null = null;
  private slots = 0;
  private disk: Transaction | null = null;
  private prepared = false;
  /** What was taken, in order; the events of memory alone are kept. */
  private readonly takes: { readonly from: 'memory' | 'disk'; readonly count: number }[] = [];
  private fromMemory: Event[] = [];
  private taken = 0;

  constructor(owner: SpillableChannel) {
    super();
    this.channel = owner;
  }

  protected doPut(events: readonly Event[]): void {
    const { name, transactionCapacity, options: { counters } } = this.channel;
    counters.EventPutAttemptCount += events.length;
    const count = this.puts.length + events.length;
    if (count > transactionCapacity) throw SluiceError.of('AGENT_BATCH_TOO_LARGE', { channel: name, events: count, capacity: transactionCapacity });
    this.puts = this.puts.length === 0 ? events : [...this.puts, ...events];
  }

  protected async doTake(most: number, signal: AbortSignal | undefined): Promise<readonly Event[]> {
    const { channel } = this;
    const { options, runs } = channel;
    options.counters.EventTakeAttemptCount += 1;
    if (runs.size === 0 && options.keepAliveMs > 0) await channel.signal.next(options.keepAliveMs, signal);
    const run = runs.take(Math.min(most, channel.transactionCapacity - this.taken));
    if (!run) return [];
    let events: readonly Event[];
    if (run.from === 'memory') {
      events = channel.memory.shift(run.count);
      channel.taken += events.length;
      for (const event of events) this.fromMemory.push(event);
    } else {
      try {
        events = await this.diskTransaction().take(run.count);
      } catch (error) {
        runs.give(run.from, run.count);
        throw error;
      }
      if (events.length < run.count) runs.give(run.from, run.count - events.length); // it gives only so many bytes at a time
    }
    if (events.length > 0) this.takes.push({ from: run.from, count: events.length });
    this.taken += events.length;
    return events;
  }

  protected async doPrepare(group: string | null): Promise<void> {
    if (this.puts.length === 0) return;
    await this.choose();
    if (this.where === 'disk') await (this.disk as Transaction).prepare(group);
    this.prepared = true;
  }

  protected async doCommit(): Promise<void> {
    const { channel, puts } = this;
    if (puts.length > 0) {
      if (!this.prepared) await this.choose();
      if (this.where === 'memory') channel.memory.push(puts);
      else await this.commitDisk();
      channel.runs.put(this.where as 'memory' | 'disk', puts.length);
      if (this.where === 'disk') channel.onTheirWay -= 1;
      channel.options.counters.EventPutSuccessCount += puts.length;
    }
    if (this.taken > 0) {
      if (this.disk) await this.commitDisk();
      channel.taken -= this.fromMemory.length;
      channel.room.give(this.fromMemory.length);
      channel.slots.give(slotsOf(this.fromMemory));
      channel.options.counters.EventTakeSuccessCount += this.taken;
    }
    channel.signal.changed();
  }

  protected async doRollback(): Promise<void> {
    const { channel } = this;
    if (this.where === 'memory') {
      channel.room.give(this.puts.length);
      channel.slots.give(this.slots);
    }
    if (this.where === 'disk') channel.onTheirWay -= 1;
    if (this.disk) {
      await this.disk.rollback();
      this.disk.close();
    }
    channel.taken -= this.fromMemory.length;
    channel.memory.unshift(this.fromMemory);
    for (const { from, count } of this.takes.toReversed()) channel.runs.give(from, count);
    if (this.takes.length > 0) channel.signal.changed();
  }

  /** Memory where there is room, or soon comes to be; the disk otherwise. */
  private async choose(): Promise<void> {
    if (this.where !== null) return;
    const { channel, puts } = this;
    const { overflow, overflowTimeoutMs, memoryCapacity, keepAliveMs } = channel.options;
    const slots = slotsOf(puts);
    const wait = overflow === null ? keepAliveMs : channel.runs.endsOnDisk ? 0 : overflowTimeoutMs;
    if (puts.length <= memoryCapacity && channel.onTheirWay === 0 && (await this.reserve(puts.length, slots, wait))) {
      if (channel.onTheirWay === 0) {
        this.where = 'memory';
        this.slots = slots;
        return;
      }
      channel.room.give(puts.length); // one that waited before it went to disk meanwhile
      channel.slots.give(slots);
    }
    if (overflow === null) throw SluiceError.of('AGENT_CHANNEL_FULL', { channel: channel.name, capacity: channel.capacity });
    const transaction = this.diskTransaction();
    channel.onTheirWay += 1;
    try {
      transaction.put(puts);
      await transaction.prepare(null);
      this.where = 'disk';
    } catch (error) {
      channel.onTheirWay -= 1;
      this.disk = null; // it may be tried again
      await transaction.rollback();
      transaction.close();
      throw error;
    }
  }

  private async reserve(events: number, slots: number, ms: number): Promise<boolean> {
    const { room, slots: bytes } = this.channel;
    if (!room.tryTake(events) && (ms === 0 || !(await room.take(events, ms)))) return false;
    if (bytes.tryTake(slots) || (ms > 0 && (await bytes.take(slots, ms)))) return true;
    room.give(events);
    return false;
  }

  private diskTransaction(): Transaction {
    if (!this.disk) {
      this.disk = (this.channel.options.overflow as FileChannel).begin();
      this.disk.begin();
    }
    return this.disk;
  }

  private async commitDisk(): Promise<void> {
    const transaction = this.disk as Transaction;
    await transaction.commit();
    transaction.close();
  }
}

export const spillableChannel = channel(SPILLABLE_CHANNEL, async (values, context) => {
  const { name, counters } = context;
  const { memoryCapacity, overflowCapacity, avgEventSize } = values;
  const options = await fileOptions({ ...values, 'keep-alive': 0, transactionCapacity: overflowCapacity === 0 ? 1 : Math.min(values.transactionCapacity, overflowCapacity) }, Math.max(1, overflowCapacity), { ...context, counters: channelCounters() });
  const overflow = overflowCapacity === 0 ? null : new FileChannel({ ...options, keepAliveMs: 0 });
  return new SpillableChannel({
    name: name.slice(name.lastIndexOf('.') + 1), counters, overflow, memoryCapacity, overflowTimeoutMs: values.overflowTimeout * 1000, keepAliveMs: values['keep-alive'] * 1000,
    transactionCapacity: overflow === null ? Math.max(1, Math.min(values.transactionCapacity, memoryCapacity)) : values.transactionCapacity,
    byteCapacity: Math.max(byteLimit(values.byteCapacity, values.byteCapacityBufferPercentage), avgEventSize),
  });
});
