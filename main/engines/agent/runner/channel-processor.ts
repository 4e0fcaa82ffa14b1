// Between a source and its channels: interceptors, then the selector, then one commit over the required channels (ChannelProcessor).
import { toErrorInfo, SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { commitAll } from '../channels/fan-out.ts';
import type { Event } from '../event/event.ts';
import type { Channel, ChannelProcessor, Interceptor, Mark, Say, Selector } from '../parts.ts';
import { MarksOfAll } from '../channels/marks.ts';

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
  readonly marks: MarksOfAll | null;
  private readonly parts: ChannelProcessorParts;
  /** Whatever has to wait goes in line, so that the order of calls is the order in each channel. */
  private line: Promise<unknown> | null = null;

  constructor(parts: ChannelProcessorParts) {
    this.parts = parts;
    this.most = Math.min(...parts.channels.map((channel) => channel.transactionCapacity));
    this.marks = MarksOfAll.of(parts.channels);
  }

  process(events: readonly Event[], mark?: Mark): Promise<void> {
    const { interceptors, selector: { fixed } } = this.parts;
    const [only] = fixed?.required ?? [];
    if (this.line === null && interceptors.length === 0 && only && fixed?.required.length === 1 && fixed.optional.length === 0) return putInto(only, events, mark);
    const work = (this.line ?? Promise.resolve()).then(() => this.inLine(events, mark));
    const settled = work.then(() => {}, () => {}).then(() => { if (this.line === settled) this.line = null; });
    this.line = settled;
    return work;
  }

  private async inLine(events: readonly Event[], mark: Mark | undefined): Promise<void> {
    let batch = events;
    for (const interceptor of this.parts.interceptors) {
      if (batch.length === 0) break;
      batch = await interceptor.intercept(batch);
    }
    if (batch.length === 0) {
      if (mark) this.marks?.noEvents(mark);
      return;
    }
    const { required, optional } = this.route(batch);
    if (required.size === 0 && mark) this.marks?.noEvents(mark);
    await putIntoAll(required, mark);
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

async function putIntoAll(shares: Shares, mark: Mark | undefined): Promise<void> {
  if (shares.size > 1) return commitAll(shares, mark);
  for (const [channel, events] of shares) await putInto(channel, events, mark);
}

/** One transaction on one channel. */
async function putInto(channel: Channel, events: readonly Event[], mark?: Mark): Promise<void> {
  const transaction = channel.begin();
  transaction.begin();
  try {
    transaction.put(events);
    if (mark) transaction.mark?.(mark);
    await transaction.commit();
  } catch (error) {
    await transaction.rollback();
    throw error;
  } finally {
    transaction.close();
  }
}
