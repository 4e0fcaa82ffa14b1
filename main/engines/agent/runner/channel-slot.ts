// The place of a channel: sources and sinks hold on to it while the channel itself is started again or replaced.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { GroupChannel } from '../channels/fan-out.ts';
import { ChangeSignal } from '../channels/signal.ts';
import type { Channel, Marks, Transaction } from '../parts.ts';

export class ChannelSlot implements GroupChannel {
  readonly name: string;
  private readonly signal = new ChangeSignal();
  private inner: Channel | null = null;
  private undo = (): void => {};
  /** Those of the channel that works now. */
  private readonly present: Marks = {
    latest: (key) => this.inner?.marks?.latest(key) ?? null,
    safe: (key) => this.inner?.marks?.safe(key) ?? null,
  };

  constructor(name: string) { this.name = name; }

  /** The channel that works now, or null: transactions are refused then. */
  fill(channel: Channel | null): void {
    this.undo();
    this.inner = channel;
    this.undo = channel ? channel.onChange(() => { this.signal.changed(); }) : () => {};
    this.signal.changed();
  }

  get isUp(): boolean { return this.inner !== null; }
  get durable(): boolean { return this.inner?.durable ?? false; }
  get capacity(): number | null { return this.inner?.capacity ?? null; }
  get transactionCapacity(): number { return this.inner?.transactionCapacity ?? 0; }
  get size(): number { return this.inner?.size ?? 0; }
  get group(): GroupChannel['group'] { return (this.inner as Partial<GroupChannel> | null)?.group ?? null; }
  get marks(): Marks | undefined { return this.inner?.marks ? this.present : undefined; }

  async start(): Promise<void> {}
  async stop(): Promise<void> {}

  /** Throws AGENT_CHANNEL_STOPPED while there is none. */
  begin(): Transaction {
    if (this.inner === null) throw SluiceError.of('AGENT_CHANNEL_STOPPED', { channel: this.name });
    return this.inner.begin();
  }

  onChange(listener: () => void): () => void { return this.signal.onChange(listener); }
}
