// The position file of Flume's TAILDIR source: `[{"inode":1,"pos":2,"file":"/x"}]`. Written for those who read it, and read where Flume or a person wrote it; our own places, which
// say more, are kept beside. Which of both holds is told by what we wrote last.
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import type { Disk } from '../../../../lib/disk/disk.ts';
import { codeOf } from '../../../../lib/errno.ts';

export interface FlumePosition { readonly inode: string; readonly pos: number; readonly file: string }

const MOST = 64 * 1024 * 1024;
/** Instead of a digest: there is no file. */
const NO_FILE = 'none';

/** Numbers of inodes can be larger than a double holds: they stay text. */
export function formatPositions(positions: readonly FlumePosition[]): string {
  return `[${positions.map(({ inode, pos, file }) => `{"inode":${inode},"pos":${pos},"file":${JSON.stringify(file)}}`).join(',')}]`;
}

/** Null for what is no such file. */
export function parsePositions(text: string): FlumePosition[] | null {
  if (text.trim() === '') return []; // Flume truncates the file before it writes
  try {
    const list = JSON.parse(text.replace(/("inode"\s*:\s*)(\d+)/g, '$1"$2"')) as unknown;
    if (!Array.isArray(list)) return null;
    const positions = (list as Record<string, unknown>[]).map(({ inode, pos, file }) => ({ inode: String(inode), pos: Number(pos), file: String(file) }));
    return positions.every(({ inode, pos }) => /^\d+$/.test(inode) && Number.isSafeInteger(pos) && pos >= 0) ? positions : null;
  } catch {
    return null;
  }
}

export class PositionFile {
  private readonly component: string;
  private readonly file: string;
  /** Digests of what we wrote last, and of what stood there before. */
  private readonly ownFile: string;
  private readonly disk: Disk;
  /** Digest of what is in the file. */
  private stands = NO_FILE;

  constructor(options: { readonly component: string; readonly file: string; readonly ownFile: string; readonly disk: Disk }) {
    this.component = options.component;
    this.file = options.file;
    this.ownFile = options.ownFile;
    this.disk = options.disk;
  }

  /** What someone else wrote since we did; an empty list when it was taken away, to have all read again; null when it is as we left it. AGENT_PLACE. */
  async foreign(): Promise<readonly FlumePosition[] | null> {
    const own = ((await this.text(this.ownFile)) ?? '').split('\n').filter((line) => line !== '');
    const text = await this.text(this.file);
    this.stands = text === null ? NO_FILE : digest(text);
    if (own.includes(this.stands) || (text === null && own.length === 0)) return null;
    if (text === null) return [];
    const positions = parsePositions(text);
    if (positions === null) throw SluiceError.of('AGENT_PLACE', { component: this.component, place: this.file, reason: 'it is no position file; correct it, or take it away to have all files read again' });
    return positions;
  }

  async write(positions: readonly FlumePosition[]): Promise<void> {
    const text = formatPositions(positions);
    const mark = digest(text);
    if (this.stands === mark) return;
    await this.replace(this.ownFile, `${mark}\n${this.stands}`); // a crash leaves the old file or the new one: both are ours
    await this.replace(this.file, text);
    if (this.stands === NO_FILE) await this.replace(this.ownFile, mark);
    this.stands = mark;
  }

  private async text(path: string): Promise<string | null> {
    try {
      const file = await this.disk.open(path, 'read');
      try {
        const size = await file.size();
        if (size > MOST) throw Object.assign(new Error(), { code: 'EFBIG' });
        const bytes = Buffer.alloc(size);
        return bytes.toString('utf8', 0, await file.read(bytes, 0));
      } finally {
        await file.close();
      }
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw SluiceError.of('AGENT_PLACE', { component: this.component, place: path, reason: codeOf(error) });
    }
  }

  /** The old one, or the new one whole, whatever happens. */
  private async replace(path: string, text: string): Promise<void> {
    try {
      await this.disk.makeDir(dirname(path));
      const fresh = `${path}.new`;
      await this.disk.remove(fresh);
      const file = await this.disk.open(fresh, 'create');
      try {
        await file.write(Buffer.from(text), 0);
        await file.sync();
      } finally {
        await file.close();
      }
      await this.disk.rename(fresh, path);
    } catch (error) {
      throw SluiceError.of('AGENT_DISK', { file: path, reason: codeOf(error) });
    }
  }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
