// The seams of the agent: what a source, a channel, a sink and the parts between them are to one another. Each is made by one folder and used by the others.
import type { SluiceError } from '../../../preload/contract/sluice-error.ts';
import type { Event } from './event/event.ts';

// --- events between source and sink ----------------------------------------------------------------------------------

/**
 * As Flume's (BasicTransactionSemantics): NEW -> OPEN -> COMPLETED -> CLOSED. Puts and takes only while open, close only while new or completed; a transaction either
 * puts or takes. Any other order is a bug and throws IllegalTransaction.
 */
export type TransactionState = 'new' | 'open' | 'completed' | 'closed';

/** A source's place in what it reads, or a sink's in what it writes, which stands behind the events of one commit. */
export interface Mark {
  /** Of the source's place store: "a1.r1.4f0c...". At most 200 characters. */
  readonly key: string;
  /** Grows with each commit of that key. */
  readonly number: number;
  /** At most 48 KiB of UTF-8. */
  readonly value: string;
}

/** Where sources find how far they came. */
export interface Marks {
  /** Of the last commit of that key, also of those before a restart where the channel is durable. */
  latest(key: string): Mark | null;
  /** The last one whose events, and all before them, a crash cannot take any more: those of a durable channel at once, others when they have left the channel for good. */
  safe(key: string): Mark | null;
  /** Where a source goes on after a restart, beyond what it has stored itself: null when one of several channels forgot what it had. Absent: `latest`. */
  resume?(key: string): Mark | null;
}

export interface Transaction {
  readonly state: TransactionState;
  begin(): void;
  /** Kept until commit. AGENT_BATCH_TOO_LARGE when the transaction would hold more than `transactionCapacity`. */
  put(events: readonly Event[]): void;
  /** Takes effect with the commit of the puts or takes: a durable channel has both after a crash or neither, and keeps the last mark of each key; one of memory keeps none of takes. Only where the channel has `marks`. */
  mark?(mark: Mark): void;
  /** Up to `most` of the oldest events, in order; none when the channel has none. Waits for the first one up to the channel's keep-alive, or until `signal`. */
  take(most: number, signal?: AbortSignal): Promise<readonly Event[]>;
  /**
   * For puts into several channels at once: after it `commit` can fail by a disk alone. Reserves room (AGENT_CHANNEL_FULL after the keep-alive), and a durable channel
   * has the events on disk with `group`, by which a restart finds out whether the others were committed too.
   */
  prepare(group: string | null): Promise<void>;
  /** Takes effect at once and for good: on disk before it resolves where the channel is durable. AGENT_CHANNEL_FULL after the keep-alive, AGENT_DISK; it can be rolled back then. */
  commit(): Promise<void>;
  /** Puts are dropped; takes go back to the head in their order. */
  rollback(): Promise<void>;
  close(): void;
}

export interface Channel extends Component {
  readonly name: string;
  /** Whether what is committed survives a crash. */
  readonly durable: boolean;
  /** Events; null where there is no bound of the channel's own. */
  readonly capacity: number | null;
  readonly transactionCapacity: number;
  /** Events that were committed and not yet taken for good. */
  readonly size: number;
  begin(): Transaction;
  /** Absent: it keeps none, and a source writes its place after the commit, so that a crash in between repeats one batch. */
  readonly marks?: Marks | undefined;
  /** Called whenever events became available or room came free. The answer undoes it. */
  onChange(listener: () => void): () => void;
}

/** Where a source hands its events. */
export interface ChannelProcessor {
  /**
   * Interceptors, selector, then one commit over all required channels: resolves when every one of them has the events for good, rejects with AGENT_CHANNEL_FULL,
   * AGENT_BATCH_TOO_LARGE or AGENT_DISK when none has. Optional channels follow; what they refuse is counted and dropped.
   * Calls may overlap; events of one call stay together and in order, and calls reach a channel in the order in which they were made.
   * `mark` is committed with the events.
   */
  process(events: readonly Event[], mark?: Mark): Promise<void>;
  /** Over all channels behind; null where one of them keeps none. */
  readonly marks?: Marks | null;
  /** Most events one call may have: the least transactionCapacity of the channels behind. */
  readonly most: number;
}

// --- components ------------------------------------------------------------------------------------------------------

/** Anything with a life. `start` resolves once it works, and rejects in words when it cannot; `stop` lets what is in hand finish and never rejects. */
export interface Component {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** What a poll came to: there was something, or there was nothing and the runner waits before the next. */
export type Status = 'ready' | 'backoff';

/** Gets events from elsewhere by itself, or is asked to by the runner again and again (Flume's EventDrivenSource and PollableSource). */
export interface Source extends Component {
  /** Present in sources that are polled. `signal` ends a wait. A rejection is reported, and the next call comes after maxBackoffSleep. */
  poll?(signal: AbortSignal): Promise<Status>;
}

export interface Sink extends Component {
  /** One transaction: takes, delivers, commits; rolls back and throws (AGENT_DELIVERY ...) when that failed. `signal` ends a wait. */
  process(channel: Channel, signal: AbortSignal): Promise<Status>;
}

/** Changes events on their way from a source to its channels. Called in order, one batch at a time. */
export interface Interceptor {
  /** Fewer, other, or the same events in order. A rejection fails the batch, and so the source's sender. */
  intercept(events: readonly Event[]): readonly Event[] | Promise<readonly Event[]>;
  close?(): void;
}

export interface Route { readonly required: readonly Channel[]; readonly optional: readonly Channel[] }

/** Chooses the channels of an event. */
export interface Selector {
  /** Not null where every event goes the same way: then `route` is not asked. */
  readonly fixed: Route | null;
  route(event: Event): Route;
}

export interface NamedSink { readonly name: string; readonly sink: Sink }

/** Chooses which sink of a group works next (SinkProcessor). */
export interface Processor extends Component {
  process(channel: Channel, signal: AbortSignal): Promise<Status>;
}

// --- what components may use -----------------------------------------------------------------------------------------

export interface Clock {
  /** Wall clock, ms since 1970: for headers and names. */
  now(): number;
  /** Never jumps, ms: for timeouts. */
  monotonic(): number;
}

export type ComponentKind = 'source' | 'channel' | 'sink' | 'sinkgroup' | 'interceptor' | 'agent';

export interface ComponentId { readonly kind: ComponentKind; readonly name: string }

/** `starting → ready → degraded → failed`, `draining → stopped`; degraded: it works on, with the error that was last reported. */
export type ComponentState = 'starting' | 'ready' | 'degraded' | 'failed' | 'draining' | 'stopped';

export type AgentReport =
  | { readonly type: 'state'; readonly at: number; readonly component: ComponentId; readonly state: ComponentState; readonly error: SluiceError | null }
  /** Something went wrong and it goes on: a client that was refused, a delivery that will be tried again. */
  | { readonly type: 'problem'; readonly at: number; readonly component: ComponentId; readonly error: SluiceError }
  /** Something worth a line in the log, in the log's own English: "rolled /logs/1764-2". */
  | { readonly type: 'note'; readonly at: number; readonly component: ComponentId; readonly text: string };

export type Report = (report: AgentReport) => void;

/** What is told through a component's own context; `id` and time are put to it. */
export interface Say {
  problem(error: SluiceError): void;
  note(text: string): void;
  /** It cannot go on: shown as failed; the runner starts it again every 3 s unless `final`. */
  failed(error: SluiceError, final?: boolean): void;
}
