// What a durable channel is made of.
import type { Disk } from '../../../../lib/disk/disk.ts';
import type { Event } from '../../event/event.ts';
import type { ChannelCounters } from '../../monitoring/counters.ts';
import type { Say } from '../../parts.ts';
import type { Decisions } from '../decisions.ts';
import type { Keys } from './segment-cipher.ts';

export interface FileChannelOptions {
  readonly name: string;
  readonly disk: Disk;
  readonly monotonic: () => number;
  readonly checkpointDir: string;
  /** A second checkpoint goes there; null: none does. */
  readonly backupDir: string | null;
  readonly packBackup: boolean;
  readonly dataDirs: readonly string[];
  readonly capacity: number;
  readonly transactionCapacity: number;
  readonly keepAliveMs: number;
  readonly checkpointIntervalMs: number;
  readonly checkpointOnClose: boolean;
  readonly maxFileSize: number;
  readonly minimumRequiredSpace: number;
  /** Null: each commit waits for the disk; otherwise how often the disk is waited for. */
  readonly syncEveryMs: number | null;
  readonly keys: Keys;
  /** Bytes of events that are kept in memory beside the disk. */
  readonly recentBytes: number;
  readonly counters: ChannelCounters;
  readonly say: Say;
  readonly decisions: () => Promise<Decisions>;
  /** Takes a folder; AGENT_CHANNEL_LOCKED. The answer gives it back. */
  readonly lock: (dir: string) => () => void;
  /** Called with the folders before they are read: a channel of Flume is brought over here. */
  readonly bringOver?: (open: OpenForImport) => Promise<void>;
}

/** Filled in by the importer of Flume's file channel. */
export interface OpenForImport {
  /** Groups of which the log says that they were committed since the last checkpoint. */
  readonly committed: ReadonlySet<string>;
  /** Writes events as part of the group; on disk when it resolves. They count once `commit` resolves. */
  put(group: string, events: readonly Event[]): Promise<void>;
  commit(group: string): Promise<void>;
}
