// What nearly every sink does: one transaction around what it does with a batch.
import type { Event } from '../event/event.ts';
import type { SinkCounters } from '../monitoring/counters.ts';
import type { Channel, Mark, Status } from '../parts.ts';

/**
 * Takes up to `most` events and commits once `deliver` resolved; when it rejects, the events go back and the error is thrown. `deliver` is not called without events.
 * `mark` is asked for the sink's own place behind them, which is committed with the takes.
 * Counts as Flume's sinks do: a batch is empty, underflown or complete.
 */
export async function deliverBatch(channel: Channel, most: number, counters: SinkCounters, signal: AbortSignal, deliver: (events: readonly Event[]) => Promise<void> | void, mark?: () => Mark | null): Promise<Status> {
  const transaction = channel.begin();
  transaction.begin();
  try {
    const events = await transaction.take(most, signal);
    if (events.length === 0) counters.BatchEmptyCount += 1;
    else {
      if (events.length < most) counters.BatchUnderflowCount += 1;
      else counters.BatchCompleteCount += 1;
      counters.EventDrainAttemptCount += events.length;
      await deliver(events);
      const place = mark?.() ?? null;
      if (place) transaction.mark?.(place);
    }
    await transaction.commit();
    counters.EventDrainSuccessCount += events.length;
    return events.length === 0 ? 'backoff' : 'ready';
  } catch (error) {
    counters.EventWriteFail += 1;
    await transaction.rollback();
    throw error;
  } finally {
    transaction.close();
  }
}
