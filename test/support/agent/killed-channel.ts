// A process that works on durable channels until it kills itself with SIGKILL at a chosen call of the disk: before it, behind it, or half way through a write.
//   node killed-channel.js DIR SEED KILL-AT CHANNELS    KILL-AT 0: drains what is there and ends
// Appends to DIR/account, a line each: "P n" put and told done; "I c n" taken from channel c, "D c n" and told done; "K label" about to die; "E" drained.
import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { commitAll } from '../../../main/engines/agent/channels/fan-out.ts';
import { decisionsIn } from '../../../main/engines/agent/channels/decisions.ts';
import { FileChannel } from '../../../main/engines/agent/channels/file/file-channel.ts';
import { NO_KEYS } from '../../../main/engines/agent/channels/file/segment-cipher.ts';
import { Event } from '../../../main/engines/agent/event/event.ts';
import { channelCounters } from '../../../main/engines/agent/monitoring/counters.ts';
import type { Disk, DiskFile } from '../../../main/lib/disk/disk.ts';
import { nodeDisk } from '../../../main/lib/disk/node-disk.ts';

const [dir = '', seedText = '', killText = '', channelsText = '1', firstText = '0'] = process.argv.slice(2);
const killAt = Number(killText);
const account = openSync(join(dir, 'account'), 'a');
const tell = (line: string): void => { writeSync(account, `${line}\n`); };

let state = Number(seedText) >>> 0;
const random = (): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 0x1_0000_0000;
};
const pick = (below: number): number => Math.floor(random() * below);

let calls = 0;
function die(label: string): never {
  tell(`K ${label}`);
  process.kill(process.pid, 'SIGKILL');
  for (;;); // until it has come
}

/** The call, or its end at one side of it. */
async function counted<T>(label: string, work: () => Promise<T>, half?: () => Promise<unknown>): Promise<T> {
  calls += 1;
  if (calls !== killAt) return work();
  const how = pick(half ? 3 : 2);
  if (how === 0) die(`before ${label}`);
  if (how === 2) {
    await half?.();
    die(`half of ${label}`);
  }
  await work();
  die(`behind ${label}`);
}

const kindOf = (path: string): string => (path.includes('segment-') ? 'segment' : path.includes('checkpoint') ? 'checkpoint' : path.includes('fan-out') ? 'decision' : 'folder');

function killing(file: DiskFile, path: string): DiskFile {
  return {
    size: () => file.size(), read: (into, position) => file.read(into, position), truncate: (size) => file.truncate(size), close: () => file.close(),
    write: (bytes, position) => counted(`${position === 0 ? 'head' : 'append'} of a ${kindOf(path)}`, () => file.write(bytes, position), bytes.length > 1 ? () => file.write(bytes.subarray(0, 1 + pick(bytes.length - 1)), position) : undefined),
    sync: () => counted(`sync of a ${kindOf(path)}`, () => file.sync()),
  };
}

const disk: Disk = {
  ...nodeDisk,
  open: async (path, mode) => (mode === 'read' ? nodeDisk.open(path, mode) : counted(`open of a ${kindOf(path)}`, async () => killing(await nodeDisk.open(path, mode), path))),
  rename: (from, to) => counted(`rename of a ${kindOf(to)}`, () => nodeDisk.rename(from, to)),
  remove: (path) => counted(`delete of a ${kindOf(path)}`, () => nodeDisk.remove(path)),
  syncDir: (path) => counted('sync of a folder', () => nodeDisk.syncDir(path)),
};

const channels: FileChannel[] = [];
for (let i = 0; i < Number(channelsText); i++) {
  channels.push(new FileChannel({
    name: `c${i}`, disk, monotonic: () => performance.now(), checkpointDir: join(dir, `c${i}/checkpoint`), backupDir: i % 2 ? join(dir, `c${i}/backup`) : null, packBackup: false,
    dataDirs: [join(dir, `c${i}/data1`), join(dir, `c${i}/data2`)], capacity: 100_000, transactionCapacity: 1000, keepAliveMs: 0, checkpointIntervalMs: 2 ** 30, checkpointOnClose: true,
    maxFileSize: 1500 + pick(5000), minimumRequiredSpace: 0, syncEveryMs: null, keys: NO_KEYS, recentBytes: pick(2) * 20_000, counters: channelCounters(),
    decisions: () => decisionsIn(disk, join(dir, 'state')), lock: () => () => {}, say: { problem: (error) => { throw error; }, note: () => {}, failed: (error) => { throw error; } },
  }));
}
for (const channel of channels) await channel.start();

let next = Number(firstText);

async function produce(): Promise<void> {
  const first = next;
  const count = 1 + pick(8);
  next += count;
  const events = Array.from({ length: count }, (_, i) => Event.of(new Map([['n', String(first + i)]]), Buffer.alloc(pick(200), 46)));
  await commitAll(new Map(channels.map((channel) => [channel, events])));
  for (let i = 0; i < count; i++) tell(`P ${first + i}`);
}

async function consume(which: number, most: number): Promise<number> {
  const transaction = (channels[which] as FileChannel).begin();
  transaction.begin();
  const taken = (await transaction.take(most)).map(({ headers }) => headers.get('n') as string);
  for (const n of taken) tell(`I ${which} ${n}`);
  await transaction.commit();
  for (const n of taken) tell(`D ${which} ${n}`);
  transaction.close();
  return taken.length;
}

if (killAt === 0) {
  for (const which of channels.keys()) while ((await consume(which, 500)) > 0);
  for (const channel of channels) await channel.stop();
  tell('E');
  process.exit(0);
}
for (let turn = 0; turn < 500; turn++) {
  const jobs: Promise<unknown>[] = [];
  for (let i = pick(4); i >= 0; i--) {
    const kind = pick(10);
    const which = pick(channels.length);
    jobs.push(kind < 5 ? produce() : kind < 8 ? consume(which, 1 + pick(12)) : (channels[which] as FileChannel).checkpoint());
  }
  await Promise.all(jobs);
}
tell('K never');
process.exit(0);
