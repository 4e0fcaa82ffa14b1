// One commit over several channels: all of them have the events, or none (Flume commits one after another and so leaves duplicates behind a failure).
import type { Event } from '../event/event.ts';
import type { Channel, Mark, Transaction } from '../parts.ts';

/** Puts each channel's events into it, all at once. Rejects, with nothing put anywhere, when one of them refuses. */
export async function commitAll(shares: ReadonlyMap<Channel, readonly Event[]>, mark?: Mark): Promise<void> {
  const transactions: Transaction[] = [];
  try {
    for (const [channel, events] of shares) {
      const transaction = channel.begin();
      transaction.begin();
      transactions.push(transaction);
      transaction.put(events);
      if (mark) transaction.mark?.(mark);
    }
    // who can still refuse is asked first; at most one of the rest can fail, and goes before those that cannot
    const channels = [...shares.keys()];
    const order = transactions.map((transaction, i) => ({ transaction, durable: (channels[i] as Channel).durable })).sort((a, b) => Number(b.durable) - Number(a.durable));
    for (const { transaction } of order) await transaction.prepare(null);
    for (const { transaction } of order) await transaction.commit();
  } catch (error) {
    for (const transaction of transactions) if (transaction.state === 'open') await transaction.rollback();
    throw error;
  } finally {
    for (const transaction of transactions) transaction.close();
  }
}
