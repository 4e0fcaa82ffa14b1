// How far the sink's file holds what left a durable channel for good: said in the commit of the takes themselves. After a crash the file is cut to that, so that what comes
// again out of the channel is not in it twice.
//   FOLDER/places/SINK.file   JSON {"key":"...","path":"..."}, written before a file gets its first event
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import type { Disk } from '../../../../lib/disk/disk.ts';
import { codeOf } from '../../../../lib/errno.ts';
import type { Channel, Mark } from '../../parts.ts';

/** Of the note: a path and a key. */
const MOST = 64 * 1024;

interface Note { readonly key: string; readonly path: string }

export class WrittenPlace {
  private readonly disk: Disk;
  private readonly note: string;
  private readonly name: string;
  private readonly say: (text: string) => void;
  private key: string | null = null;
  private number = 0;
  private isKnown = false;

  /** @param note the file that says which file is written. @param name "a1.k1". */
  constructor(disk: Disk, note: string, name: string, say: (text: string) => void) {
    this.disk = disk;
    this.note = note;
    this.name = name;
    this.say = say;
  }

  /** Before the first batch: what a crash left too much is taken away. Throws what the disk says. */
  async recover(channel: Channel): Promise<void> {
    if (this.isKnown) return;
    const note = await this.read();
    this.key = note?.key ?? `${this.name}.${randomUUID()}`;
    if (note && channel.durable && channel.marks) await this.cut(note, channel.marks.latest(note.key));
    this.isKnown = true;
  }

  /** A new file is about to get its first event. On disk when it resolves. */
  async begins(path: string): Promise<void> {
    await this.disk.makeDir(dirname(this.note));
    const fresh = `${this.note}.new`;
    await this.disk.remove(fresh);
    const file = await this.disk.open(fresh, 'create');
    try {
      await file.write(Buffer.from(JSON.stringify({ key: this.key, path })), 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await this.disk.rename(fresh, this.note);
    await this.disk.syncDir(dirname(this.note));
  }

  /** To be committed with the takes of what is in the file up to `size`. */
  mark(path: string, size: number): Mark | null {
    if (this.key === null) return null;
    this.number += 1;
    return { key: this.key, number: this.number, value: JSON.stringify({ path, size }) };
  }

  /** Of a file without a mark no event left the channel, as far as that knows: it is put aside, for its events come again. */
  private async cut(note: Note, mark: Mark | null): Promise<void> {
    this.number = mark?.number ?? 0;
    const last = mark ? (JSON.parse(mark.value) as { path: string; size: number }) : null;
    if (last?.path !== note.path) return this.putAside(note.path);
    const file = await this.disk.open(note.path, 'edit').catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return null; // someone has taken it away already
      throw error;
    });
    if (file === null) return;
    try {
      if ((await file.size()) > last.size) {
        await file.truncate(last.size);
        await file.sync();
      }
    } finally {
      await file.close();
    }
  }

  private async putAside(path: string): Promise<void> {
    try {
      await this.disk.rename(path, `${path}.uncommitted`);
      this.say(`${path} has events that did not leave the channel: they come again, and the file is ${path}.uncommitted now`);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  }

  private async read(): Promise<Note | null> {
    const file = await this.disk.open(this.note, 'read').catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    });
    if (file === null) return null;
    try {
      const bytes = Buffer.alloc(Math.min(await file.size(), MOST));
      return JSON.parse(bytes.toString('utf8', 0, await file.read(bytes, 0))) as Note;
    } finally {
      await file.close();
    }
  }
}
