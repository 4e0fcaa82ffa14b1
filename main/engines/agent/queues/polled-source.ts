// A source that takes messages from a broker: a batch is asked for, handed over, and acknowledged once it is committed. A batch that was refused is kept and handed over again.
import type { Event } from '../event/event.ts';
import type { SourceContext } from '../components/factory.ts';
import type { Source, Status } from '../parts.ts';

export interface PolledMessages<M> {
  /** Connects; rejects in words when it cannot. */
  start(): Promise<void>;
  /** Up to `most` messages; none after `waitMs` without any. A connection that was lost is opened again, or is an error. */
  next(most: number, waitMs: number, signal: AbortSignal): Promise<readonly M[]>;
  toEvent(message: M): Event;
  /** They are committed: the broker may forget them. */
  done(messages: readonly M[]): Promise<void>;
  /** What is in hand goes back to the broker. */
  stop(): Promise<void>;
}

export function polledSource<M>(messages: PolledMessages<M>, { batchSize, waitMs }: { readonly batchSize: number; readonly waitMs: number }, { processor, counters, say }: SourceContext): Source {
  /** Taken from the broker and not yet committed. */
  let pending: readonly M[] = [];
  return {
    start: () => messages.start(),
    stop: async () => {
      pending = [];
      await messages.stop();
    },
    poll: async (signal): Promise<Status> => {
      if (pending.length === 0) {
        pending = await messages.next(Math.min(batchSize, processor.most), waitMs, signal);
        counters.EventReceivedCount += pending.length;
        if (pending.length > 0) counters.AppendBatchReceivedCount += 1;
      }
      if (pending.length === 0) return 'backoff';
      const batch = pending;
      try {
        await processor.process(batch.map((message) => messages.toEvent(message)));
      } catch (error) {
        counters.ChannelWriteFail += 1;
        throw error;
      }
      pending = [];
      counters.EventAcceptedCount += batch.length;
      counters.AppendBatchAcceptedCount += 1;
      await messages.done(batch).catch((error: unknown) => { say.note(`${batch.length} messages are committed but could not be acknowledged and may come again: ${(error as Error).message}`); });
      return 'ready';
    },
  };
}
