// One file that grows by whole batches: a batch is on disk when it was appended, and leaves nothing behind when it could not be.
import { join } from 'node:path';
import type { Disk, DiskFile } from '../../../../lib/disk/disk.ts';
import { codeOf } from '../../../../lib/errno.ts';
import type { Event } from '../../event/event.ts';
import type { Serializer } from '../../serializers/serializer.ts';
import type { FileNames } from './names.ts';

export class RolledFile {
  readonly path: string;
  private readonly file: DiskFile;
  private readonly serializer: Serializer;
  private size = 0;
  /** Before the last append. */
  private before = 0;
  /** Something may stand behind `size`. */
  private torn = false;

  private constructor(path: string, file: DiskFile, serializer: Serializer) {
    this.path = path;
    this.file = file;
    this.serializer = serializer;
  }

  /** Bytes of what is appended. */
  get length(): number { return this.size; }

  /** Under the next name that nothing has. */
  static async create(disk: Disk, dir: string, names: FileNames, serializer: Serializer): Promise<RolledFile> {
    for (;;) {
      const path = join(dir, names.next());
      try {
        const file = await disk.open(path, 'create');
        await disk.syncDir(dir);
        return new RolledFile(path, file, serializer);
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
      }
    }
  }

  async append(events: readonly Event[]): Promise<void> {
    if (this.torn) {
      await this.file.truncate(this.size);
      this.torn = false;
    }
    const begin = this.size === 0 ? await this.serializer.header(events[0] as Event) : null;
    const body = await this.serializer.serialize(events);
    const batch = begin === null || begin.length === 0 ? body : Buffer.concat([begin, body]);
    this.torn = true;
    await this.file.write(batch, this.size);
    await this.file.sync();
    this.before = this.size;
    this.size += batch.length;
    this.torn = false;
  }

  /** The last append does not count: its events went back to their channel. */
  undo(): void {
    this.torn = true;
    this.size = this.before;
  }

  /** With what is committed, and nothing else. Never rejects. */
  async close(): Promise<void> {
    if (this.torn) await this.file.truncate(this.size).catch(() => {});
    await this.file.close().catch(() => {});
  }
}
