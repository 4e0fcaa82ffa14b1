// One commit over several channels: all of them have the events, or none (Flume commits one after another and so leaves duplicates behind a failure).
// Where two or more are durable, each has the events on disk first, and one line of the agent's decisions makes them count in all at once.
import type { Event } from '../event/event.ts';
import type { Channel, Mark, Transaction } from '../parts.ts';
import type { Decisions } from './decisions.ts';

/** A channel that can be one with others across a crash. */
export interface GroupChannel extends Channel {
  /** Its name in decisions, and where they are; null before it has started. */
  readonly group: { readonly id: string; readonly decisions: Decisions } | null;
}

interface Share { readonly channel: Channel; readonly transaction: Transaction }

const groupOf = (channel: Channel): GroupChannel['group'] => ('group' in channel ? (channel as GroupChannel).group : null);

/**
 * Puts each channel's events into it, all at once. Rejects, with nothing put anywhere, when one of them refuses. A durable channel of another kind (Kafka's) is the
 * last that can refuse: a crash right behind its commit leaves the events in it alone, and their sender, who had no answer, sends them again.
 */
export async function commitAll(shares: ReadonlyMap<Channel, readonly Event[]>, mark?: Mark): Promise<void> {
  const all: Share[] = [];
  try {
    for (const [channel, events] of shares) {
      const transaction = channel.begin();
      transaction.begin();
      all.push({ channel, transaction });
      transaction.put(events);
      if (mark) transaction.mark?.(mark);
    }
    const grouped = all.filter(({ channel }) => groupOf(channel) !== null);
    if (grouped.length < 2) await inTurn(all);
    else await asGroup(grouped, all.filter((share) => !grouped.includes(share)));
  } catch (error) {
    for (const { transaction } of all) if (transaction.state === 'open') await transaction.rollback();
    throw error;
  } finally {
    for (const { transaction } of all) if (transaction.state === 'new' || transaction.state === 'completed') transaction.close();
  }
}

const byDisk = (shares: readonly Share[]): Share[] => [...shares].sort((a, b) => Number(b.channel.durable) - Number(a.channel.durable));

/** Who can still refuse is asked first; the one that can fail by a disk goes before those that cannot. */
async function inTurn(shares: readonly Share[]): Promise<void> {
  const order = byDisk(shares);
  for (const { transaction } of order) await transaction.prepare(null);
  for (const { transaction } of order) await transaction.commit();
}

async function asGroup(grouped: readonly Share[], others: readonly Share[]): Promise<void> {
  const groups = grouped.map(({ channel }) => groupOf(channel) as NonNullable<GroupChannel['group']>);
  const { decisions } = groups[0] as NonNullable<GroupChannel['group']>;
  const name = await decisions.newGroup();
  const rest = byDisk(others);
  for (const { transaction } of rest) await transaction.prepare(null);
  const outcomes = await Promise.allSettled(grouped.map(({ transaction }) => transaction.prepare(name)));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  for (const { channel, transaction } of rest) if (channel.durable) await transaction.commit();
  await decisions.decide(name, groups.map(({ id }) => id));
  for (const { transaction } of grouped) await transaction.commit();
  for (const { channel, transaction } of rest) if (!channel.durable) await transaction.commit();
}
