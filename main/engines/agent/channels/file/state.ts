// What the durable channel knows of its events at one place of its log: what a checkpoint keeps and a replay works out.
import type { Mark } from '../../parts.ts';
import type { Span } from './span-queue.ts';
import { SpanQueue } from './span-queue.ts';
import type { Position } from './segment-log.ts';

/** Puts that are on disk and wait for the decision of their group. */
export interface Prepared { readonly group: string; readonly spans: readonly Span[]; readonly mark: Mark | null }

export interface ChannelState {
  /** Where the log was read up to. */
  readonly position: Position;
  /** The number of the next event. */
  readonly nextSeq: number;
  /** The oldest first; with what was taken and not yet for good. */
  readonly queue: SpanQueue;
  /** By the number of the first event. */
  readonly prepared: ReadonlyMap<number, Prepared>;
  /** The last of each key that was committed. */
  readonly marks: ReadonlyMap<string, Mark>;
}

export const emptyState = (): ChannelState => ({ position: { segment: 0, offset: 0 }, nextSeq: 1, queue: new SpanQueue(), prepared: new Map(), marks: new Map() });
