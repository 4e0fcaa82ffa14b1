// Keys of ours that any component of a kind may have, below `sluice.`, and those of the agent itself, below `a1.sluice.`.
import { flag, number, text } from '../keys.ts';

export const SINK_KEYS = {
  /** Deliveries of the same events that fail before the one to blame goes to the dead letters; 0: never. */
  'sluice.deadLetterAfter': number({ default: 0, max: 1_000_000 }),
} as const;

export const AGENT_KEYS = {
  /** zk1:2181,zk2:2181/path: the agent runs in one process at a time, the one that holds this lock. */
  exclusive: text(),
  /** Events of each edge that are kept to be looked up and sent again. */
  provenance: number({ default: 1000, max: 1_000_000, unit: 'events' }),
  /** Events that a component refuses for good are put aside; otherwise they are delivered again and again, as Flume does. */
  deadLetters: flag(true),
} as const;
