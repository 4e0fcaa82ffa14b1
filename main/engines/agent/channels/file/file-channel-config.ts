// From the keys of a configuration to a durable channel.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { FILE_CHANNEL } from '../../../../../preload/contract/agent/specs/channels.ts';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import type { ValuesOf } from '../../../../../preload/contract/agent/keys.ts';
import { lockFolder } from '../../../../lib/folder-lock.ts';
import { channel, type ChannelContext } from '../../components/factory.ts';
import { decisionsIn } from '../decisions.ts';
import { diskError } from './disk-error.ts';
import { FileChannel } from './file-channel.ts';
import { bringOver } from '../flume/bring-over.ts';
import { flumeHolder } from '../flume/flume-holder.ts';
import { keysOf } from './keys.ts';
import type { FileChannelOptions } from './options.ts';

/** Also the most (FileChannelConfiguration.DEFAULT_MAX_FILE_SIZE). */
const MAX_FILE_SIZE = 1_623_195_647;
const LEAST_SPACE = 2 ** 20;
const RECENT_BYTES = 2 ** 25;
export const LOCK = 'sluice.lock';

type FileValues = Omit<ValuesOf<typeof FILE_CHANNEL>, 'capacity'>;

/** As Java's `~` is not: the user's folder, and the rest as it is. */
export const folder = (path: string): string => resolve(path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path);

/** AGENT_CHANNEL_LOCKED when an agent of Flume works in the folder. */
export function refuseBusy(dir: string): void {
  const flume = flumeHolder(dir);
  if (flume !== null) throw SluiceError.of('AGENT_CHANNEL_LOCKED', { dir, holder: `process ${flume}, an agent of Flume` });
}

/** AGENT_CHANNEL_LOCKED, AGENT_DISK. */
export function lockDir(dir: string): () => void {
  refuseBusy(dir);
  const lock = attempt(dir);
  if ('holder' in lock) throw SluiceError.of('AGENT_CHANNEL_LOCKED', { dir, holder: lock.holder });
  return lock.release;
}

function attempt(dir: string): ReturnType<typeof lockFolder> {
  try {
    return lockFolder(dir, LOCK);
  } catch (error) {
    throw diskError(join(dir, LOCK), error);
  }
}

export async function fileOptions(values: FileValues, capacity: number, context: ChannelContext): Promise<FileChannelOptions> {
  const { name, counters, ports, say } = context;
  const own = name.slice(name.lastIndexOf('.') + 1);
  const bad = (key: string, value: string, reason: string): SluiceError => SluiceError.of('AGENT_KEY', { component: name, key, value, reason });
  if (values.transactionCapacity > capacity) throw bad('transactionCapacity', String(values.transactionCapacity), `it is larger than the capacity, which is ${capacity}`);
  const dataDirs = values.dataDirs.map(folder);
  if (dataDirs.length === 0) throw bad('dataDirs', '', 'a folder is wanted');
  const checkpointDir = folder(values.checkpointDir);
  const backup = values.backupCheckpointDir;
  if (values.useDualCheckpoints && !backup) throw bad('backupCheckpointDir', '', 'with useDualCheckpoints it is required');
  const backupDir = values.useDualCheckpoints && backup ? folder(backup) : null;
  const all = [checkpointDir, ...(backupDir === null ? [] : [backupDir]), ...dataDirs];
  const twice = all.find((dir, i) => all.indexOf(dir) !== i);
  if (twice !== undefined) throw bad('dataDirs', twice, 'each of the folders of a channel has to be one of its own');
  if (values['use-fast-replay'] || values['use-log-replay-v1']) say.note(`${name}: use-fast-replay and use-log-replay-v1 change nothing here, a replay is always fast`);
  return {
    name: own, disk: ports.disk, monotonic: ports.clock.monotonic, counters, say,
    checkpointDir, backupDir, packBackup: values.compressBackupCheckpoint, dataDirs,
    capacity, transactionCapacity: values.transactionCapacity, keepAliveMs: values['keep-alive'] * 1000,
    checkpointIntervalMs: Math.min(values.checkpointInterval, 2 ** 31 - 1), checkpointOnClose: values.checkpointOnClose,
    maxFileSize: Math.min(values.maxFileSize, MAX_FILE_SIZE), minimumRequiredSpace: Math.max(values.minimumRequiredSpace, LEAST_SPACE),
    syncEveryMs: values.fsyncPerTransaction ? null : values.fsyncInterval * 1000,
    keys: await keysOf(values, context), recentBytes: RECENT_BYTES,
    decisions: () => decisionsIn(ports.disk, ports.stateDir), lock: lockDir,
    bringOver: (open) => bringOver({ disk: ports.disk, checkpointDir, dataDirs, name: own, say }, open),
  };
}

export const fileChannel = channel(FILE_CHANNEL, async (values, context) => {
  for (const key of ['EventPutErrorCount', 'EventTakeErrorCount', 'CheckpointWriteErrorCount', 'CheckpointBackupWriteErrorCount', 'Unhealthy', 'Open']) context.counters.more[key] = 0;
  return new FileChannel(await fileOptions(values, values.capacity, context));
});
