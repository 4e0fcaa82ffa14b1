// How much room the disks of the channel have: asked now and then, with what was written since taken off.
import type { Disk } from '../../../../lib/disk/disk.ts';

const ASK_EVERY_MS = 500;
const ASK_AFTER_BYTES = 2 ** 24;

export class FreeSpace {
  private readonly disk: Disk;
  private readonly dirs: readonly string[];
  private readonly required: number;
  private readonly monotonic: () => number;
  private least = { dir: '', free: Number.MAX_SAFE_INTEGER };
  private spent = 0;
  private asked = -Infinity;
  private asking = false;

  constructor(disk: Disk, dirs: readonly string[], required: number, monotonic: () => number) {
    this.disk = disk;
    this.dirs = dirs;
    this.required = required;
    this.monotonic = monotonic;
  }

  /** Null when `bytes` may be written and the required room stays; else what there is. Never waits: the disk is asked behind it. */
  shortOf(bytes: number): { readonly dir: string; readonly free: number; readonly needed: number } | null {
    const now = this.monotonic();
    if (now - this.asked >= ASK_EVERY_MS || this.spent >= ASK_AFTER_BYTES) void this.ask();
    const free = this.least.free - this.spent;
    if (free - bytes < this.required) return { dir: this.least.dir, free: Math.max(0, free), needed: this.required };
    this.spent += bytes;
    return null;
  }

  async ask(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    this.asked = this.monotonic();
    try {
      let least = { dir: '', free: Number.MAX_SAFE_INTEGER };
      for (const dir of this.dirs) {
        const free = await this.disk.free(dir);
        if (free < least.free) least = { dir, free };
      }
      this.least = least;
      this.spent = 0;
    } catch {
      // a disk that cannot be asked tells more when it is written to
    } finally {
      this.asking = false;
    }
  }
}
