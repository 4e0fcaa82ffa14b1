// Events on disk, in order: what is committed survives a crash, and a commit is told only when it does (FileChannel, in a format of our own).
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import type { Event } from '../../event/event.ts';
import type { Mark, Marks, Transaction } from '../../parts.ts';
import type { GroupChannel } from '../fan-out.ts';
import { ChangeSignal } from '../signal.ts';
import { BasicTransaction } from '../transaction.ts';
import { diskError } from './disk-error.ts';
import { OpenChannel } from './open-channel.ts';
import type { FileChannelOptions } from './options.ts';
import type { Span } from './span-queue.ts';

export class FileChannel implements GroupChannel {
  readonly name: string;
  readonly durable = true;
  readonly capacity: number;
  readonly transactionCapacity: number;
  readonly marks: Marks = { latest: (key) => this.open?.lastMark(key) ?? null, safe: (key) => this.open?.lastMark(key) ?? null };
  private readonly options: FileChannelOptions;
  private readonly signal = new ChangeSignal();
  private open: OpenChannel | null = null;
  private releases: (() => void)[] = [];
  private timers: NodeJS.Timeout[] = [];

  constructor(options: FileChannelOptions) {
    this.name = options.name;
    this.capacity = options.capacity;
    this.transactionCapacity = options.transactionCapacity;
    this.options = options;
  }

  get size(): number { return this.open?.size ?? 0; }
  get group(): GroupChannel['group'] { return this.open && { id: this.open.id, decisions: this.open.decisions }; }

  async start(): Promise<void> {
    if (this.open) return;
    const { disk, checkpointDir, backupDir, dataDirs, checkpointIntervalMs, syncEveryMs, counters, say } = this.options;
    try {
      for (const dir of new Set([checkpointDir, ...(backupDir === null ? [] : [backupDir]), ...dataDirs])) {
        await disk.makeDir(dir).catch((error: unknown) => { throw diskError(dir, error); });
        this.releases.push(this.options.lock(dir));
      }
      this.open = await OpenChannel.open(this.options, this.signal);
    } catch (error) {
      this.release();
      throw error instanceof SluiceError ? error : diskError(checkpointDir, error);
    }
    this.every(checkpointIntervalMs, (open) => open.checkpoint());
    if (syncEveryMs !== null) this.every(syncEveryMs, (open) => open.sync().catch((error: unknown) => { say.problem(diskError(dataDirs[0] as string, error)); }));
    counters.more['Open'] = 1;
    counters.more['Unhealthy'] = 0;
    this.signal.changed();
  }

  async stop(): Promise<void> {
    const { open } = this;
    if (!open) return;
    for (const timer of this.timers.splice(0)) clearInterval(timer);
    await open.close();
    this.open = null;
    this.options.counters.more['Open'] = 0;
    this.release();
  }

  begin(): Transaction {
    if (!this.open) throw SluiceError.of('AGENT_CHANNEL_STOPPED', { channel: this.name });
    return new FileTransaction(this.open);
  }

  onChange(listener: () => void): () => void { return this.signal.onChange(listener); }

  /** Takes one now. False when the disk refused it, which is told. */
  async checkpoint(): Promise<boolean> { return (await this.open?.checkpoint()) ?? false; }

  private every(ms: number, work: (open: OpenChannel) => Promise<unknown>): void {
    this.timers.push(setInterval(() => { if (this.open) void work(this.open); }, ms).unref());
  }

  private release(): void {
    for (const release of this.releases.splice(0)) release();
  }
}

class FileTransaction extends BasicTransaction {
  private readonly channel: OpenChannel;
  private puts: readonly Event[] = [];
  /** Grows as it takes; the channel looks at it for its checkpoints. */
  readonly spans: Span[] = [];
  private taken = 0;
  private reserved = false;
  private prepared: number | null = null;
  private placed: Mark | null = null;

  constructor(channel: OpenChannel) {
    super();
    this.channel = channel;
  }

  protected doPut(events: readonly Event[]): void {
    const { name, transactionCapacity, counters } = this.channel.options;
    counters.EventPutAttemptCount += events.length;
    const count = this.puts.length + events.length;
    if (count > transactionCapacity) throw SluiceError.of('AGENT_BATCH_TOO_LARGE', { channel: name, events: count, capacity: transactionCapacity });
    this.puts = this.puts.length === 0 ? events : [...this.puts, ...events];
  }

  protected override doMark(mark: Mark): void { this.placed = mark; }

  protected async doTake(most: number, signal: AbortSignal | undefined): Promise<readonly Event[]> {
    const { channel } = this;
    const { counters, keepAliveMs, transactionCapacity } = channel.options;
    channel.check();
    counters.EventTakeAttemptCount += 1;
    if (channel.available === 0 && keepAliveMs > 0) {
      await channel.signal.next(keepAliveMs, signal);
      channel.check();
    }
    const spans = channel.claim(Math.min(most, transactionCapacity - this.taken));
    if (spans.length === 0) return [];
    for (const span of spans) this.spans.push(span);
    channel.takers.add(this);
    try {
      const events = await channel.read(spans);
      this.taken += events.length;
      return events;
    } catch (error) {
      counters.more['EventTakeErrorCount'] = (counters.more['EventTakeErrorCount'] ?? 0) + 1;
      this.spans.splice(this.spans.indexOf(spans[0] as Span), spans.length);
      channel.unclaim(spans);
      throw error;
    }
  }

  protected async doPrepare(group: string | null): Promise<void> {
    if (this.puts.length === 0) return;
    if (!this.reserved) await this.reserve();
    if (group !== null && this.prepared === null) this.prepared = await this.counted(this.channel.prepare(this.puts, group, this.placed));
  }

  protected async doCommit(): Promise<void> {
    const { channel, puts, spans } = this;
    const { counters } = channel.options;
    if (puts.length > 0) {
      if (this.prepared !== null) channel.decided(this.prepared, puts);
      else {
        if (!this.reserved) await this.reserve();
        await this.counted(channel.put(puts, this.placed));
      }
      counters.EventPutSuccessCount += puts.length;
    }
    if (spans.length > 0) {
      channel.check();
      await channel.commitTakes(this, this.taken, this.placed);
      counters.EventTakeSuccessCount += this.taken;
    }
  }

  protected async doRollback(): Promise<void> {
    const { channel } = this;
    if (this.prepared !== null) channel.drop(this.prepared);
    if (this.reserved) channel.room.give(this.puts.length);
    channel.takers.delete(this);
    channel.unclaim(this.spans);
  }

  /** Room for the puts, at once where there is some: commits reach the log in the order in which they were asked for. */
  private async reserve(): Promise<void> {
    const { channel, puts } = this;
    const { name, capacity, keepAliveMs } = channel.options;
    channel.check();
    let bytes = 0;
    for (const event of puts) bytes += event.bodySize + 64;
    channel.checkSpace(bytes);
    if (!channel.room.tryTake(puts.length) && !(await channel.room.take(puts.length, keepAliveMs))) throw SluiceError.of('AGENT_CHANNEL_FULL', { channel: name, capacity });
    this.reserved = true;
    channel.check();
  }

  private async counted<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      const { more } = this.channel.options.counters;
      more['EventPutErrorCount'] = (more['EventPutErrorCount'] ?? 0) + 1;
      throw error;
    }
  }
}
