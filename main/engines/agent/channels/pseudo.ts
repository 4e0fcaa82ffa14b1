// A queue without transactions: what is put is there at once and stays there, what is taken is gone (PseudoTxnMemoryChannel). For tests alone, as in Flume.
import { PSEUDO_CHANNEL } from '../../../../preload/contract/agent/specs/channels.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { channel } from '../components/factory.ts';
import type { Event } from '../event/event.ts';
import type { Channel } from '../parts.ts';
import { EventQueue } from './event-queue.ts';
import { Room } from './room.ts';
import { ChangeSignal } from './signal.ts';
import { BasicTransaction } from './transaction.ts';

export const pseudoChannel = channel(PSEUDO_CHANNEL, ({ capacity, 'keep-alive': keepAlive }, { name, counters }): Channel => {
  const queue = new EventQueue();
  const room = new Room(capacity);
  const signal = new ChangeSignal();
  const own = name.slice(name.lastIndexOf('.') + 1);

  class PseudoTransaction extends BasicTransaction {
    private waiting: Promise<void> = Promise.resolve();

    protected doPut(events: readonly Event[]): void {
      counters.EventPutAttemptCount += events.length;
      this.waiting = this.waiting.then(async () => {
        if (!room.tryTake(events.length) && !(await room.take(events.length, keepAlive * 1000))) throw SluiceError.of('AGENT_CHANNEL_FULL', { channel: own, capacity });
        queue.push(events);
        counters.EventPutSuccessCount += events.length;
        signal.changed();
      });
      this.waiting.catch(() => {}); // told by commit
    }

    protected async doTake(most: number, abort: AbortSignal | undefined): Promise<readonly Event[]> {
      counters.EventTakeAttemptCount += 1;
      if (queue.size === 0 && keepAlive > 0) await signal.next(keepAlive * 1000, abort);
      const events = queue.shift(most);
      room.give(events.length);
      counters.EventTakeSuccessCount += events.length;
      if (events.length > 0) signal.changed();
      return events;
    }

    protected doPrepare(): Promise<void> { return this.waiting; }
    protected doCommit(): Promise<void> { return this.waiting; }
    protected async doRollback(): Promise<void> {}
  }

  return {
    name: own, durable: false, capacity, transactionCapacity: capacity,
    get size() { return queue.size; },
    start: async () => {},
    stop: async () => {},
    begin: () => new PseudoTransaction(),
    onChange: (listener) => signal.onChange(listener),
  };
});
