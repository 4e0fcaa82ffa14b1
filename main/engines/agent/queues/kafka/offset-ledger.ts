// Which offsets may be committed while several takers work on the messages of one consumer: never one behind a message that is still in someone's hands.
import type { KafkaMessage } from './reader.ts';

export interface CommitOffset {
  readonly topic: string;
  readonly partition: number;
  /** Of the next message to be read. */
  readonly offset: bigint;
  readonly leaderEpoch: number;
}

type Place = Pick<KafkaMessage, 'topic' | 'partition' | 'offset' | 'leaderEpoch'>;

const partitionOf = ({ topic, partition }: Place): string => `${topic}-${partition}`;
const next = ({ topic, partition, offset, leaderEpoch }: Place): CommitOffset => ({ topic, partition, offset: offset + 1n, leaderEpoch });

/** Behind the last message of each partition. */
export function behind(messages: readonly Place[]): CommitOffset[] {
  return [...new Map(messages.map((message) => [partitionOf(message), next(message)])).values()];
}

interface Open { readonly place: Place; done: boolean }

export class OffsetLedger {
  private readonly open = new Map<string, Open[]>();

  /** In the order in which they were read. */
  taken(messages: readonly Place[]): void {
    for (const place of messages) {
      const line = this.open.get(partitionOf(place)) ?? [];
      this.open.set(partitionOf(place), line);
      line.push({ place, done: false });
    }
  }

  /** What may be committed now that these are done. */
  done(messages: readonly Place[]): CommitOffset[] {
    const finished = new Set(messages.map((place) => `${partitionOf(place)} ${place.offset}`));
    const commits: CommitOffset[] = [];
    for (const [partition, line] of this.open) {
      for (const entry of line) if (finished.has(`${partition} ${entry.place.offset}`)) entry.done = true;
      const first = line.findIndex((entry) => !entry.done);
      const count = first === -1 ? line.length : first;
      if (count === 0) continue;
      commits.push(next((line[count - 1] as Open).place));
      line.splice(0, count);
      if (line.length === 0) this.open.delete(partition);
    }
    return commits;
  }
}
