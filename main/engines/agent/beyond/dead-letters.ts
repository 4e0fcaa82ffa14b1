// Events that were refused for good, in files of their own: on disk before they leave the channel, until a person sends them again or throws them away.
// `letters-N.log` holds the letters (N is the time when it was begun, so that no id comes twice); `letters-N.gone` the places of those that are no longer wanted, 8 bytes each; a file with none left is removed.
import { join } from 'node:path';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { Disk, DiskFile } from '../../../lib/disk/disk.ts';
import { findLetters, letterRecord, readLetter, recordSize, type Letter } from './letter-file.ts';

export interface StoredLetter extends Letter {
  /** "3-4096": file and place. */
  readonly id: string;
}

export interface DeadLetterOptions {
  readonly disk: Disk;
  /** Made when the first letter comes. */
  readonly dir: string;
  readonly now: () => number;
  /** Bytes of all files together; beyond them no letter is taken, and its sink keeps the event. */
  readonly mostBytes?: number;
  readonly fileBytes?: number;
  /** A file that is damaged in its middle: what stands before is kept. */
  readonly damaged?: (error: SluiceError) => void;
}

interface LetterFile { readonly number: number; readonly offsets: Set<number>; size: number }

const GONE = 8;

export class DeadLetterBox {
  private readonly options: Required<DeadLetterOptions>;
  private readonly files: LetterFile[];
  private writing: { readonly file: LetterFile; readonly handle: DiskFile } | null = null;
  private line: Promise<unknown> = Promise.resolve();

  private constructor(options: Required<DeadLetterOptions>, files: LetterFile[]) {
    this.options = options;
    this.files = files;
  }

  /** Reads what there is. AGENT_DISK. */
  static async open(options: DeadLetterOptions): Promise<DeadLetterBox> {
    const all = { mostBytes: 2 ** 30, fileBytes: 16 * 2 ** 20, damaged: () => {}, ...options };
    const numbers = (await options.disk.list(options.dir)).flatMap((name) => /^letters-(\d+)\.log$/.exec(name)?.[1] ?? []).map(Number).sort((a, b) => a - b);
    const files: LetterFile[] = [];
    for (const number of numbers) files.push(await readFile(all, number));
    return new DeadLetterBox(all, files);
  }

  get count(): number { return this.files.reduce((sum, { offsets }) => sum + offsets.size, 0); }

  /** On disk when it resolves. AGENT_DISK when that failed or there is no room left. */
  add(component: string, letters: readonly Pick<Letter, 'event' | 'reason'>[]): Promise<void> {
    return this.inLine(async () => {
      const at = this.options.now();
      const records = letters.map(({ event, reason }) => letterRecord({ at, component, reason, event }));
      const bytes = records.reduce((sum, record) => sum + record.length, 0);
      if (bytes + this.files.reduce((sum, { size }) => sum + size, 0) > this.options.mostBytes) throw this.full();
      const { file, handle } = await this.fileToWrite();
      await handle.write(Buffer.concat(records), file.size);
      await handle.sync();
      for (const record of records) {
        file.offsets.add(file.size);
        file.size += record.length;
      }
    });
  }

  /** Newest first, up to `most`; `before` is an id from which on older ones follow. */
  async list(most: number, before: string | null = null): Promise<readonly StoredLetter[]> {
    const letters: StoredLetter[] = [];
    const limit = before === null ? null : place(before);
    for (const file of [...this.files].reverse()) {
      if (limit && file.number > limit.number) continue;
      for (const offset of [...file.offsets].sort((a, b) => b - a)) {
        if (letters.length >= most) return letters;
        if (limit && file.number === limit.number && offset >= limit.offset) continue;
        const letter = await this.read(`${file.number}-${offset}`);
        if (letter) letters.push(letter);
      }
    }
    return letters;
  }

  /** Null when there is no such letter any more. */
  async read(id: string): Promise<StoredLetter | null> {
    const at = place(id);
    const file = at && this.files.find(({ number }) => number === at.number);
    if (!at || !file?.offsets.has(at.offset)) return null;
    return guarded(this.nameOf(file.number, 'log'), async (name) => {
      const handle = await this.options.disk.open(name, 'read');
      try {
        const head = Buffer.alloc(8);
        await handle.read(head, at.offset);
        const bytes = Buffer.alloc(Math.min(recordSize(head), Math.max(0, await handle.size() - at.offset)));
        await handle.read(bytes, at.offset);
        const letter = readLetter(bytes);
        return letter && { id, ...letter };
      } finally {
        await handle.close();
      }
    });
  }

  /** Those that are no longer wanted; ids that are not there are passed over. Answers how many were. */
  remove(ids: readonly string[]): Promise<number> {
    return this.inLine(async () => {
      let removed = 0;
      for (const file of [...this.files]) {
        const offsets = ids.map(place).flatMap((at) => (at && at.number === file.number && file.offsets.has(at.offset) ? [at.offset] : []));
        if (offsets.length === 0) continue;
        await this.writeGone(file, offsets);
        for (const offset of offsets) file.offsets.delete(offset);
        removed += offsets.length;
        if (file.offsets.size === 0 && file !== this.writing?.file) await this.removeFile(file);
      }
      return removed;
    });
  }

  async close(): Promise<void> {
    await this.inLine(async () => {
      await this.writing?.handle.close();
      this.writing = null;
      for (const file of this.files.filter(({ offsets }) => offsets.size === 0)) await this.removeFile(file);
    }).catch(() => {});
  }

  private inLine<T>(work: () => Promise<T>): Promise<T> {
    const result = this.line.then(() => guarded(this.options.dir, work));
    this.line = result.catch(() => {});
    return result;
  }

  private async fileToWrite(): Promise<{ readonly file: LetterFile; readonly handle: DiskFile }> {
    if (this.writing && this.writing.file.size < this.options.fileBytes) return this.writing;
    await this.writing?.handle.close();
    this.writing = null;
    const { disk, dir } = this.options;
    await disk.makeDir(dir);
    const file: LetterFile = { number: Math.max((this.files.at(-1)?.number ?? 0) + 1, this.options.now()), offsets: new Set(), size: 0 };
    const handle = await disk.open(this.nameOf(file.number, 'log'), 'create');
    await disk.syncDir(dir);
    this.files.push(file);
    this.writing = { file, handle };
    return this.writing;
  }

  private async writeGone(file: LetterFile, offsets: readonly number[]): Promise<void> {
    const { disk, dir } = this.options;
    const name = this.nameOf(file.number, 'gone');
    const isThere = (await disk.list(dir)).includes(`letters-${file.number}.gone`);
    const handle = await disk.open(name, isThere ? 'edit' : 'create');
    try {
      const bytes = Buffer.alloc(offsets.length * GONE);
      offsets.forEach((offset, i) => { bytes.writeBigUInt64BE(BigInt(offset), i * GONE); });
      const size = await handle.size();
      await handle.write(bytes, size - size % GONE);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (!isThere) await disk.syncDir(dir);
  }

  private async removeFile(file: LetterFile): Promise<void> {
    // the letters first: a file of places alone is harmless
    await this.options.disk.remove(this.nameOf(file.number, 'log'));
    await this.options.disk.remove(this.nameOf(file.number, 'gone'));
    this.files.splice(this.files.indexOf(file), 1);
  }

  private nameOf(number: number, end: 'log' | 'gone'): string { return join(this.options.dir, `letters-${number}.${end}`); }

  private full(): SluiceError {
    return SluiceError.of('AGENT_DISK', { file: this.options.dir, reason: `the dead letters take ${this.options.mostBytes} bytes, as many as they may: send them again or discard them` });
  }
}

async function readFile({ disk, dir, damaged }: Required<DeadLetterOptions>, number: number): Promise<LetterFile> {
  const name = join(dir, `letters-${number}.log`);
  const bytes = await contentOf(disk, name);
  const { offsets, damage } = findLetters(bytes);
  if (damage && !damage.torn) damaged(SluiceError.of('AGENT_CHANNEL_CORRUPT', { file: name, offset: damage.offset, reason: 'a dead letter does not match its checksum; those behind it are not read' }));
  const gone = await contentOf(disk, join(dir, `letters-${number}.gone`));
  const left = new Set(offsets);
  for (let at = 0; at + GONE <= gone.length; at += GONE) left.delete(Number(gone.readBigUInt64BE(at)));
  return { number, offsets: left, size: bytes.length };
}

/** Empty when it is not there. */
async function contentOf(disk: Disk, name: string): Promise<Buffer> {
  return guarded(name, async () => {
    let handle: DiskFile;
    try {
      handle = await disk.open(name, 'read');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
      throw error;
    }
    try {
      const bytes = Buffer.alloc(await handle.size());
      return bytes.subarray(0, await handle.read(bytes, 0));
    } finally {
      await handle.close();
    }
  });
}

async function guarded<T>(file: string, work: (file: string) => Promise<T>): Promise<T> {
  try {
    return await work(file);
  } catch (error) {
    if (error instanceof SluiceError) throw error;
    throw SluiceError.of('AGENT_DISK', { file, reason: (error as Error).message }, error);
  }
}

function place(id: string): { readonly number: number; readonly offset: number } | null {
  const found = /^(\d{1,15})-(\d{1,15})$/.exec(id);
  return found ? { number: Number(found[1]), offset: Number(found[2]) } : null;
}
