// Brings the events of a file channel of Flume over into a channel of ours elsewhere; Flume's files are only read.
import { randomBytes } from 'node:crypto';
import type { Disk } from '../../../../lib/disk/disk.ts';
import { channelCounters } from '../../monitoring/counters.ts';
import { Decisions } from '../decisions.ts';
import { FileChannel } from '../file/file-channel.ts';
import { IMPORT } from '../file/open-channel.ts';
import { NO_KEYS } from '../file/segment-cipher.ts';
import { flumeEvents, readFlumeChannel, type FlumeContents } from './flume-channel.ts';

export interface FlumeImport {
  readonly disk: Disk;
  readonly from: readonly string[];
  readonly checkpointDir: string;
  readonly dataDir: string;
  /** Passes over damaged records, which are answered; otherwise AGENT_CHANNEL_CORRUPT. */
  readonly skipDamage: boolean;
  readonly lock: (dir: string) => () => void;
  readonly note: (text: string) => void;
}

/** All of them or none: a run that is broken off leaves nothing. */
export async function importFlume({ disk, from, checkpointDir, dataDir, skipDamage, lock, note }: FlumeImport): Promise<{ readonly events: number; readonly damage: FlumeContents['damage'] }> {
  const contents = await readFlumeChannel(disk, from, skipDamage);
  const channel = new FileChannel({
    name: 'import', disk, monotonic: () => performance.now(), checkpointDir, backupDir: null, packBackup: false, dataDirs: [dataDir], capacity: 1_000_000, transactionCapacity: 10_000,
    keepAliveMs: 0, checkpointIntervalMs: 2 ** 31 - 1, checkpointOnClose: true, maxFileSize: 1_623_195_647, minimumRequiredSpace: 0, syncEveryMs: null, keys: NO_KEYS, recentBytes: 0,
    counters: channelCounters(), say: { problem: (error) => { note(error.message); }, note, failed: (error) => { note(error.message); } },
    decisions: () => Decisions.load(disk, dataDir), lock,
    bringOver: async (open) => {
      const group = `${IMPORT}${randomBytes(8).toString('hex')}`;
      for await (const events of flumeEvents(disk, contents)) await open.put(group, events);
      await open.commit(group);
    },
  });
  await channel.start();
  await channel.stop();
  return { events: contents.places.length, damage: contents.damage };
}
