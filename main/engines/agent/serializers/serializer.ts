// How events become the bytes of a file: one serializer a file (EventSerializer). It knows no file: whoever asks writes what it answers.
import type { Event } from '../event/event.ts';

export interface Serializer {
  /** Whether a file of an earlier run can be continued; else each opening makes a new file. */
  readonly reopens: boolean;
  /** What a new file begins with; none for plain text. Asked again, it answers the same. `first`: what will be written first, for its headers. Rejects when no such file can be made of it. */
  header(first: Event): Promise<Buffer>;
  /**
   * The bytes of a batch, whole: nothing is held back, so that a file is readable up to here. After `header` alone; a batch whose bytes could not be written can be asked for
   * again. Rejects with AGENT_* when an event cannot be written.
   */
  serialize(events: readonly Event[]): Promise<Buffer>;
}

/** For the next file. */
export type NewSerializer = () => Serializer;
