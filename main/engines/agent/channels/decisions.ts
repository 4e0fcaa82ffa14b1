// What became of commits over several durable channels: a group is committed once its line is on disk here, and a channel that finds puts of a group
// after a crash asks here. No line: it was not. A line is dropped when every channel of the group has written the outcome into its own log.
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { crc32c } from '../../../lib/crc32c.ts';
import type { Disk, DiskFile } from '../../../lib/disk/disk.ts';
import { diskError } from './file/disk-error.ts';

const NAME = /^fan-out-(\d+)\.log$/;
/** A file that has grown past it is begun anew with what is not settled. */
const RENEW_AT = 2 ** 20;

type Line =
  | { readonly log: string }
  | { readonly commit: string; readonly channels: readonly string[] }
  | { readonly settled: string; readonly channel: string };

interface Waiter { readonly lines: readonly Line[]; readonly resolve: () => void; readonly reject: (error: unknown) => void }

export class Decisions {
  private readonly disk: Disk;
  private readonly dir: string;
  private readonly log: string;
  /** Committed groups, and the channels that have not written it down yet. */
  private readonly open: Map<string, Set<string>>;
  /** Their line may or may not have reached the disk. */
  private readonly doubtful = new Set<string>();
  private waiting: Waiter[] = [];
  private lazy: Line[] = [];
  private busy = false;
  /** The log's name is on disk. */
  private known: boolean;
  private file: DiskFile | null = null;
  private path = '';
  private size = 0;
  private number: number;
  private old: string[];

  private constructor(disk: Disk, dir: string, log: string | null, open: Map<string, Set<string>>, files: readonly string[], number: number) {
    this.disk = disk;
    this.dir = dir;
    this.log = log ?? randomBytes(8).toString('hex');
    this.known = log !== null;
    this.open = open;
    this.old = [...files];
    this.number = number;
  }

  static async load(disk: Disk, dir: string): Promise<Decisions> {
    const names = (await disk.list(dir)).filter((name) => NAME.test(name)).sort((a, b) => numberOf(a) - numberOf(b));
    const open = new Map<string, Set<string>>();
    let log: string | null = null;
    for (const name of names) {
      for (const line of await readLines(disk, join(dir, name))) {
        if ('log' in line) log = line.log;
        else if ('commit' in line) open.set(line.commit, new Set(line.channels));
        else settle(open, line.settled, line.channel);
      }
    }
    return new Decisions(disk, dir, log, open, names.map((name) => join(dir, name)), numberOf(names.at(-1) ?? 'fan-out-0.log'));
  }

  /** A name that nobody has had. The log it belongs to is on disk before any channel writes the name. AGENT_DISK, AGENT_DISK_FULL. */
  async newGroup(): Promise<string> {
    if (!this.known) await this.append([]);
    return `${this.log}.${randomBytes(8).toString('hex')}`;
  }

  /** The group is committed when it resolves. After a rejection (AGENT_DISK, AGENT_DISK_FULL) it may still turn out so at the next start: its channels then write nothing. */
  async decide(group: string, channels: readonly string[]): Promise<void> {
    try {
      await this.append([{ commit: group, channels }]);
      this.open.set(group, new Set(channels));
    } catch (error) {
      this.doubtful.add(group);
      throw error;
    }
  }

  isDoubtful(group: string): boolean { return this.doubtful.has(group); }

  /** Of a group that a start found undecided. `unknown`: it was decided in a log that is not here. */
  outcome(group: string): 'committed' | 'aborted' | 'unknown' {
    if (!group.startsWith(`${this.log}.`)) return 'unknown';
    return this.open.has(group) ? 'committed' : 'aborted';
  }

  /** The channel has the outcome in its own log. Told to the disk with the next line. */
  settled(group: string, channel: string): void {
    if (settle(this.open, group, channel)) this.lazy.push({ settled: group, channel });
  }

  /** The channel has nothing undecided any more. */
  allSettled(channel: string): void {
    for (const group of [...this.open.keys()]) this.settled(group, channel);
  }

  private append(lines: readonly Line[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ lines, resolve, reject });
      void this.flush();
    });
  }

  private async flush(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    while (this.waiting.length > 0) {
      const waiting = this.waiting;
      this.waiting = [];
      const lines = [...this.lazy, ...waiting.flatMap((waiter) => waiter.lines)];
      this.lazy = [];
      try {
        await this.write(lines);
        for (const { resolve } of waiting) resolve();
      } catch (error) {
        await this.giveUp();
        for (const { reject } of waiting) reject(diskError(this.path, error));
      }
    }
    this.busy = false;
  }

  private async write(lines: readonly Line[]): Promise<void> {
    if (!this.file || this.size > RENEW_AT) await this.renew();
    if (lines.length === 0) return;
    const bytes = encode(lines);
    await (this.file as DiskFile).write(bytes, this.size);
    this.size += bytes.length;
  }

  /** A new file with what is not settled; the former ones go when it is on disk. */
  private async renew(): Promise<void> {
    const former = this.path;
    const file = this.file;
    this.file = null;
    await file?.close();
    if (former !== '') this.old.push(former);
    this.number += 1;
    this.path = join(this.dir, `fan-out-${this.number}.log`);
    await this.disk.makeDir(this.dir);
    const next = await this.disk.open(this.path, 'create-durable');
    const bytes = encode([{ log: this.log }, ...[...this.open].map(([commit, channels]) => ({ commit, channels: [...channels] }))]);
    try {
      await next.write(bytes, 0);
      await this.disk.syncDir(dirname(this.path));
    } catch (error) {
      await next.close();
      throw error;
    }
    this.file = next;
    this.known = true;
    this.size = bytes.length;
    for (const path of this.old.splice(0)) await this.disk.remove(path);
  }

  /** After a write that failed: what it left is read at the next start, and nothing is written behind it. */
  private async giveUp(): Promise<void> {
    const file = this.file;
    this.file = null;
    await file?.close().catch(() => {});
  }
}

function settle(open: Map<string, Set<string>>, group: string, channel: string): boolean {
  const channels = open.get(group);
  if (!channels?.delete(channel)) return false;
  if (channels.size === 0) open.delete(group);
  return true;
}

const numberOf = (name: string): number => Number(NAME.exec(name)?.[1] ?? 0);

/** `crc json`, a line each. */
function encode(lines: readonly Line[]): Buffer {
  return Buffer.from(lines.map((line) => {
    const text = JSON.stringify(line);
    return `${crc32c(Buffer.from(text)).toString(16).padStart(8, '0')} ${text}\n`;
  }).join(''));
}

/** Up to the first line that is not whole. */
async function readLines(disk: Disk, path: string): Promise<Line[]> {
  const file = await disk.open(path, 'read');
  const lines: Line[] = [];
  try {
    const bytes = Buffer.allocUnsafe(await file.size());
    const text = bytes.subarray(0, await file.read(bytes, 0)).toString('utf8');
    for (const line of text.split('\n')) {
      const json = line.slice(9);
      if (line.slice(0, 8) !== crc32c(Buffer.from(json)).toString(16).padStart(8, '0')) break;
      lines.push(JSON.parse(json) as Line);
    }
    return lines;
  } finally {
    await file.close();
  }
}

const loaded = new WeakMap<Disk, Map<string, Promise<Decisions>>>();

/** The decisions of an agent, one for all its channels. */
export function decisionsIn(disk: Disk, dir: string): Promise<Decisions> {
  const known = loaded.get(disk) ?? new Map<string, Promise<Decisions>>();
  loaded.set(disk, known);
  const loading = known.get(dir) ?? Decisions.load(disk, dir);
  known.set(dir, loading);
  loading.catch(() => { known.delete(dir); });
  return loading;
}
