// Channels for tests: each kind on a disk of choice, with what it said.
import { FileChannel } from '../../../main/engines/agent/channels/file/file-channel.ts';
import type { FileChannelOptions } from '../../../main/engines/agent/channels/file/options.ts';
import { NO_KEYS } from '../../../main/engines/agent/channels/file/segment-cipher.ts';
import { decisionsIn } from '../../../main/engines/agent/channels/decisions.ts';
import { create, type ChannelContext, type Factory } from '../../../main/engines/agent/components/factory.ts';
import { channelFactory } from '../../../main/engines/agent/components/registry.ts';
import type { Event } from '../../../main/engines/agent/event/event.ts';
import { channelCounters, type ChannelCounters } from '../../../main/engines/agent/monitoring/counters.ts';
import type { Channel } from '../../../main/engines/agent/parts.ts';
import type { AgentPorts } from '../../../main/engines/agent/ports.ts';
import type { Disk } from '../../../main/lib/disk/disk.ts';
import { part, testPorts, type Said } from './probe.ts';

export interface Made<C extends Channel = Channel> { readonly channel: C; readonly counters: ChannelCounters; readonly said: Said }

export const CHECKPOINT_DIR = '/channel/checkpoint';
export const DATA_DIR = '/channel/data';

/** A file channel in /channel of `disk`, not started. */
export function onDisk(disk: Disk, change: Partial<FileChannelOptions> = {}): Made<FileChannel> {
  const said: Said = { problems: [], notes: [], failures: [] };
  const counters = channelCounters();
  const channel = new FileChannel({
    name: 'c1', disk, monotonic: () => performance.now(), checkpointDir: CHECKPOINT_DIR, backupDir: null, packBackup: false, dataDirs: [DATA_DIR],
    capacity: 100_000, transactionCapacity: 10_000, keepAliveMs: 20, checkpointIntervalMs: 2 ** 30, checkpointOnClose: true, maxFileSize: 2 ** 20, minimumRequiredSpace: 2 ** 20,
    syncEveryMs: null, keys: NO_KEYS, recentBytes: 2 ** 20, counters, decisions: () => decisionsIn(disk, '/state'), lock: () => () => {},
    say: { problem: (error) => { said.problems.push(error); }, note: (text) => { said.notes.push(text); }, failed: (error) => { said.failures.push(error); } },
    ...change,
  });
  return { channel, counters, said };
}

/** As a configuration makes it. */
export async function makeChannel(type: string, values: Readonly<Record<string, string | number | boolean>>, ports: AgentPorts = testPorts(), name = 'c1'): Promise<Made> {
  const config = part('channel', type, name, values);
  const said: Said = { problems: [], notes: [], failures: [] };
  const counters = channelCounters();
  const channel = await create((await channelFactory(config.spec)) as Factory<ChannelContext, Channel>, config, {
    name: `a1.channels.${name}`, agent: 'a1', ports, properties: config.properties, counters,
    say: { problem: (error) => { said.problems.push(error); }, note: (text) => { said.notes.push(text); }, failed: (error) => { said.failures.push(error); } },
  });
  return { channel, counters, said };
}

export const bodies = (events: readonly Event[]): string[] => events.map((event) => event.body.toString('utf8'));

/** Numbers from `first` on, as bodies. */
export const numbers = (first: number, count: number): string[] => Array.from({ length: count }, (_, i) => String(first + i));
