// Between a source and its channels: interceptors, then the selector, then one commit over the required channels (ChannelProcessor).
import { commitAll } from '../channels/fan-out.ts';
import { MarksOfAll } from '../channels/marks.ts';
import type { Event } from '../event/event.ts';
import type { Channel, ChannelProcessor, Interceptor, Mark, Say, Selector } from '../parts.ts';
import { asError } from './voice.ts';

/** Keeps events that an interceptor will never take, on disk before it resolves. */
export type SetAside = (interceptor: string, letters: readonly { readonly event: Event; readonly reason: string }[]) => Promise<void>;

export interface NamedInterceptor extends Interceptor { readonly name?: string }

export interface ChannelProcessorParts {
  readonly interceptors: readonly NamedInterceptor[];
  readonly selector: Selector;
  /** All channels of the source. */
  readonly channels: readonly Channel[];
  readonly say: Say;
  /** Told once a channel has events for good. */
  readonly passed?: (channel: Channel, events: readonly Event[]) => void;
  /** Null or absent: an event that an interceptor refuses fails its batch. */
  readonly setAside?: SetAside | null;
}

/** The events of one batch by the channel they go to. */
type Shares = ReadonlyMap<Channel, readonly Event[]>;

/** A few out of many get bytes of their own, so that they do not keep the frame in which all came for as long as they wait. */
function alone(few: readonly Event[], all: readonly Event[]): readonly Event[] {
  return few.length * 4 <= all.length ? few.map((event) => event.detached()) : few;
}

/** Errors that lie in the event itself: it would be refused again. */
const FAULTS = new Set(['AGENT_TRANSFORM', 'AGENT_HEADER', 'AGENT_REJECTED']);

export class SelectingProcessor implements ChannelProcessor {
  readonly most: number;
  readonly marks: MarksOfAll | null;
  private readonly parts: ChannelProcessorParts;
  /** The channel that all events go to, with nothing in between. */
  private readonly straight: Channel | null;
  /** Whatever has to wait goes in line, so that the order of calls is the order in each channel. */
  private line: Promise<unknown> | null = null;

  constructor(parts: ChannelProcessorParts) {
    const { interceptors, selector: { fixed } } = parts;
    this.parts = parts;
    this.most = Math.min(...parts.channels.map((channel) => channel.transactionCapacity));
    this.marks = MarksOfAll.of(fixed?.required ?? parts.channels);
    this.straight = interceptors.length === 0 && fixed?.required.length === 1 && fixed.optional.length === 0 ? (fixed.required[0] as Channel) : null;
  }

  process(events: readonly Event[], mark?: Mark): Promise<void> {
    if (this.straight !== null) return this.putInto(this.straight, events, mark);
    const work = (this.line ?? Promise.resolve()).then(() => this.inLine(events, mark));
    const settled = work.then(() => {}, () => {}).then(() => { if (this.line === settled) this.line = null; });
    this.line = settled;
    return work;
  }

  private async inLine(events: readonly Event[], mark: Mark | undefined): Promise<void> {
    const batch = alone(await this.intercepted(events), events);
    if (batch.length === 0) {
      if (mark) this.marks?.noEvents(mark);
      return;
    }
    const { required, optional } = this.route(batch);
    if (required.size === 0 && mark) this.marks?.noEvents(mark);
    await this.putIntoAll(required, mark);
    for (const [channel, share] of optional) {
      await this.putInto(channel, share).catch((error: unknown) => { this.parts.say.problem(asError(error)); });
    }
  }

  private async intercepted(events: readonly Event[]): Promise<readonly Event[]> {
    let batch = events;
    for (const interceptor of this.parts.interceptors) {
      if (batch.length === 0) break;
      try {
        batch = await interceptor.intercept(batch);
      } catch (thrown) {
        const { setAside } = this.parts;
        if (!setAside || !FAULTS.has(asError(thrown).code)) throw thrown;
        batch = await this.oneByOne(interceptor, batch, setAside);
      }
    }
    return batch;
  }

  /** Finds the events that the interceptor refuses, and puts them aside. */
  private async oneByOne(interceptor: NamedInterceptor, events: readonly Event[], setAside: SetAside): Promise<readonly Event[]> {
    const good: Event[] = [];
    const letters: { event: Event; reason: string }[] = [];
    for (const event of events) {
      try {
        good.push(...await interceptor.intercept([event]));
      } catch (thrown) {
        const error = asError(thrown);
        if (!FAULTS.has(error.code)) throw thrown;
        if (letters.length === 0) this.parts.say.problem(error);
        letters.push({ event, reason: String(error.params['reason'] ?? error.code) });
      }
    }
    if (letters.length > 0) await setAside(interceptor.name ?? '', letters);
    return good;
  }

  private route(events: readonly Event[]): { readonly required: Shares; readonly optional: Shares } {
    const { fixed } = this.parts.selector;
    if (fixed) return { required: new Map(fixed.required.map((channel) => [channel, events])), optional: new Map(fixed.optional.map((channel) => [channel, events])) };
    const required = new Map<Channel, Event[]>();
    const optional = new Map<Channel, Event[]>();
    const thinned = (shares: Map<Channel, Event[]>): Shares => new Map([...shares].map(([channel, few]) => [channel, alone(few, events)]));
    for (const event of events) {
      const route = this.parts.selector.route(event);
      for (const channel of route.required) share(required, channel, event);
      for (const channel of route.optional) share(optional, channel, event);
    }
    return { required: thinned(required), optional: thinned(optional) };
  }

  private async putIntoAll(shares: Shares, mark: Mark | undefined): Promise<void> {
    if (shares.size > 1) {
      await commitAll(shares, mark);
      for (const [channel, events] of shares) this.parts.passed?.(channel, events);
    } else {
      for (const [channel, events] of shares) await this.putInto(channel, events, mark);
    }
  }

  /** One transaction on one channel. */
  private async putInto(channel: Channel, events: readonly Event[], mark?: Mark): Promise<void> {
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
    this.parts.passed?.(channel, events);
  }
}

function share(shares: Map<Channel, Event[]>, channel: Channel, event: Event): void {
  const events = shares.get(channel);
  if (events) events.push(event);
  else shares.set(channel, [event]);
}
