// Between a source and its channels: interceptors, then the selector, then one commit over the required channels (ChannelProcessor).
import { toErrorInfo, SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { commitAll } from '../channels/fan-out.ts';
import type { Event } from '../event/event.ts';
import type { Channel, ChannelProcessor, Interceptor, Say, Selector } from '../parts.ts';

export interface ChannelProcessorParts {
  readonly interceptors: readonly Interceptor[];
  readonly selector: Selector;
  /** All channels of the source. */
  readonly channels: readonly Channel[];
  readonly say: Say;
}

/** The events of one batch by the channel they go to. */
type Shares = ReadonlyMap<Channel, readonly Event[]>;

export class SelectingProcessor implements ChannelProcessor {
  readonly most: number;
  private readonly parts: ChannelProcessorParts;
  /** Whatever has to wait goes in line, so that the order of calls is the order in each channel. */
  private line: Promise<unknown> | null = null;

  constructor(parts: ChannelProcessorParts) {
    this.parts = parts;
    this.most = Math.min(...parts.channels.map((channel) => channel.transactionCapacity));
  }

  process(events: readonly Event[]): Promise<void> {
    const { interceptors, selector: { fixed } } = this.parts;
    const [only] = fixed?.required ?? [];
    if (this.line === null && interceptors.length === 0 && only && fixed?.required.length === 1 && fixed.optional.length === 0) return putInto(only, events);
    const work = (this.line ?? Promise.resolve()).then(() => this.inLine(events));
    const settled = work.then(() => {}, () => {}).then(() => { if (this.line === settled) this.line = null; });
    this.line = settled;
    return work;
  }

  private async inLine(events: readonly Event[]): Promise<void> {
    let batch = events;
    for (const interceptor of this.parts.interceptors) {
      if (batch.length === 0) return;
      batch = await interceptor.intercept(batch);
    }
    if (batch.length === 0) return;
    const { required, optional } = this.route(batch);
    await putIntoAll(required);
    for (const [channel, share] of optional) {
      await putInto(channel, share).catch((error: unknown) => { this.parts.say.problem(error instanceof SluiceError ? error : SluiceError.from(toErrorInfo(error))); });
    }
  }

  private route(events: readonly Event[]): { readonly required: Shares; readonly optional: Shares } {
    const { fixed } = this.parts.selector;
    if (fixed) return { required: new Map(fixed.required.map((channel) => [channel, events])), optional: new Map(fixed.optional.map((channel) => [channel, events])) };
    const required = new Map<Channel, Event[]>();
    const optional = new Map<Channel, Event[]>();
    for (const event of events) {
      const route = this.parts.selector.route(event);
      for (const channel of route.required) share(required, channel, event);
      for (const channel of route.optional) share(optional, channel, event);
    }
    return { required, optional };
  }
}

function share(shares: Map<Channel, Event[]>, channel: Channel, event: Event): void {
  const events = shares.get(channel);
  if (events) events.push(event);
  else shares.set(channel, [event]);
}

async function putIntoAll(shares: Shares): Promise<void> {
  if (shares.size > 1) return commitAll(shares);
  for (const [channel, events] of shares) await putInto(channel, events);
}

/** One transaction on one channel. */
async function putInto(channel: Channel, events: readonly Event[]): Promise<void> {
  const transaction = channel.begin();
  transaction.begin();
  try {
    transaction.put(events);
    await transaction.commit();
  } catch (error) {
    await transaction.rollback();
    throw error;
  } finally {
    transaction.close();
  }
}
