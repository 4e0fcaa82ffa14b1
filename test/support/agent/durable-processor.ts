// Channels behind a source that outlive its crashes: what was committed stays, with its marks; and a crash that can happen at any step, drawn by a seed.
import type { Event } from '../../../main/engines/agent/event/event.ts';
import type { ChannelProcessor, Mark, Marks } from '../../../main/engines/agent/parts.ts';
import type { Disk, DiskFile } from '../../../main/lib/disk/disk.ts';

/** The process is gone: nothing it does from now on has an effect. */
export class Crash extends Error {}

export class Fate {
  dead = false;
  private left: number;

  /** @param steps that are survived. */
  constructor(steps: number) {
    this.left = steps;
  }

  step(): void {
    if (this.dead) throw new Crash();
    this.left -= 1;
    if (this.left < 0) {
      this.dead = true;
      throw new Crash();
    }
  }
}

export class DurableProcessor implements ChannelProcessor {
  most = 10_000;
  readonly bodies: string[] = [];
  fate = new Fate(Infinity);
  private readonly kept = new Map<string, Mark>();
  readonly marks: Marks | null = { latest: (key) => this.kept.get(key) ?? null, safe: (key) => this.kept.get(key) ?? null };

  constructor(withMarks = true) {
    if (!withMarks) this.marks = null;
  }

  async process(events: readonly Event[], mark?: Mark): Promise<void> {
    this.fate.step();
    for (const event of events) this.bodies.push(event.body.toString('utf8'));
    if (mark) this.kept.set(mark.key, mark);
    this.fate.step();
  }
}

/** The disk of a process that may crash before and after each change. */
export function mortalDisk(disk: Disk, fate: () => Fate): Disk {
  const change = async <T>(work: () => Promise<T>): Promise<T> => {
    fate().step();
    const result = await work();
    fate().step();
    return result;
  };
  const mortalFile = (file: DiskFile): DiskFile => ({
    size: () => file.size(), read: (into, position) => file.read(into, position), close: () => file.close(),
    write: (bytes, position) => change(async () => {
      const half = bytes.subarray(0, bytes.length >> 1);
      await file.write(half, position);
      fate().step();
      await file.write(bytes.subarray(half.length), position + half.length);
    }),
    truncate: (size) => change(() => file.truncate(size)),
    sync: () => change(() => file.sync()),
  });
  return {
    makeDir: (dir) => disk.makeDir(dir), list: (dir) => disk.list(dir), stat: (path) => disk.stat(path), syncDir: (dir) => disk.syncDir(dir),
    ...('free' in disk ? { free: (dir: string) => disk.free(dir) } : {}),
    open: async (path, mode) => mortalFile(await disk.open(path, mode)),
    rename: (from, to) => change(() => disk.rename(from, to)),
    remove: (path) => change(() => disk.remove(path)),
  } as Disk;
}
