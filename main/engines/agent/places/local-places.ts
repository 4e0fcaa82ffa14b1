// Places in a file of the agent's own folder: a first line with all entries, then one line for each change; written anew when it has grown. Each line has its checksum, and a
// line that a crash cut off is not there.
//   8 hexadecimal digits CRC-32 of the rest, a space, JSON, a line feed
//   first {"generation":"...","number":5,"entries":{"k":"v"}}   then {"number":6,"changes":{"k":"w","gone":null}}
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { Disk, DiskFile } from '../../../lib/disk/disk.ts';
import { codeOf } from '../../../lib/errno.ts';
import type { PlaceChanges, PlaceStore, StoredPlaces } from './place-store.ts';

/** A file of more is refused; the entries of a million files take less. */
const MOST = 256 * 1024 * 1024;
/** Bytes of changes after which all is written anew, unless the entries themselves take more. */
const REWRITE = 256 * 1024;

export interface LocalPlacesOptions {
  readonly component: string;
  readonly file: string;
  readonly disk: Disk;
}

export class LocalPlaces implements PlaceStore {
  private readonly component: string;
  private readonly file: string;
  private readonly disk: Disk;
  private readonly entries = new Map<string, string>();
  private generation = '';
  private open: DiskFile | null = null;
  private size = 0;
  private firstLine = 0;

  constructor({ component, file, disk }: LocalPlacesOptions) {
    this.component = component;
    this.file = file;
    this.disk = disk;
  }

  get name(): string { return this.file; }

  async load(): Promise<StoredPlaces> {
    await this.onDisk(async () => { await this.disk.makeDir(dirname(this.file)); });
    const lines = readLines(await this.text());
    const first = lines.shift();
    this.generation = first?.generation ?? randomUUID();
    let number = first?.number ?? 0;
    for (const [key, value] of Object.entries(first?.entries ?? {})) this.entries.set(key, value);
    for (const line of lines) {
      number = line.number;
      this.apply(new Map(Object.entries(line.changes ?? {})));
    }
    await this.rewrite(number);
    return { generation: this.generation, number, entries: new Map(this.entries) };
  }

  async save(number: number, changes: PlaceChanges): Promise<void> {
    this.apply(changes);
    if (this.open === null || this.size - this.firstLine > Math.max(REWRITE, this.firstLine)) return this.rewrite(number);
    const line = lineOf({ number, changes: Object.fromEntries(changes) });
    await this.onDisk(async (file) => {
      await file.write(line, this.size);
      await file.sync();
    });
    this.size += line.length;
  }

  async close(): Promise<void> {
    await this.open?.close().catch(() => {});
    this.open = null;
  }

  private apply(changes: PlaceChanges): void {
    for (const [key, value] of changes) {
      if (value === null) this.entries.delete(key);
      else this.entries.set(key, value);
    }
  }

  /** The old file stays until the new one is whole and on disk. */
  private async rewrite(number: number): Promise<void> {
    const fresh = `${this.file}.new`;
    const line = lineOf({ generation: this.generation, number, entries: Object.fromEntries(this.entries) });
    await this.close();
    try {
      await this.disk.remove(fresh);
      const file = await this.disk.open(fresh, 'create');
      try {
        await file.write(line, 0);
        await file.sync();
        await this.disk.rename(fresh, this.file);
        await this.disk.syncDir(dirname(this.file));
      } catch (error) {
        await file.close().catch(() => {});
        throw error;
      }
      this.open = file;
    } catch (error) {
      throw this.failed(error);
    }
    this.size = line.length;
    this.firstLine = line.length;
  }

  private async onDisk(work: (file: DiskFile) => Promise<void>): Promise<void> {
    try {
      await work(this.open as DiskFile);
    } catch (error) {
      await this.close(); // what is on disk is not known now: the next change writes all anew
      throw this.failed(error);
    }
  }

  private failed(error: unknown): SluiceError {
    return SluiceError.of('AGENT_DISK', { file: this.file, reason: codeOf(error) });
  }

  private async text(): Promise<string> {
    const file = await this.disk.open(this.file, 'read').catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return null;
      throw this.unreadable(codeOf(error));
    });
    if (file === null) return '';
    try {
      const size = await file.size();
      if (size > MOST) throw this.unreadable(`it has ${size} bytes, more than ${MOST}`);
      const bytes = Buffer.allocUnsafe(size);
      const text = bytes.toString('utf8', 0, await file.read(bytes, 0));
      if (text !== '' && readLines(text).length === 0) throw this.unreadable('its first line is damaged');
      return text;
    } finally {
      await file.close();
    }
  }

  private unreadable(reason: string): SluiceError {
    return SluiceError.of('AGENT_PLACE', { component: this.component, place: this.file, reason });
  }
}

interface Line {
  readonly number: number;
  readonly generation?: string;
  readonly entries?: Record<string, string>;
  readonly changes?: Record<string, string | null>;
}

function lineOf(line: Line): Buffer {
  const json = Buffer.from(`${JSON.stringify(line)}\n`);
  return Buffer.concat([Buffer.from(`${checksum(json)} `), json]);
}

const checksum = (bytes: Buffer): string => crc32(bytes).toString(16).padStart(8, '0');

/** Those before the first that is not whole. */
function readLines(text: string): Line[] {
  const lines: Line[] = [];
  for (let at = 0; ;) {
    const end = text.indexOf('\n', at);
    if (end < 0) return lines;
    const json = text.slice(at + 9, end + 1);
    if (text.slice(at, at + 9) !== `${checksum(Buffer.from(json))} `) return lines;
    lines.push(JSON.parse(json) as Line);
    at = end + 1;
  }
}
