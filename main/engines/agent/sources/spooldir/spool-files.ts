// The files of a spool folder that wait, and what becomes of one that was read: renamed, noted in a folder of marks, or deleted.
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../../lib/errno.ts';
import type { FilePattern } from '../file-pattern.ts';

export interface SpoolFile {
  readonly path: string;
  readonly size: number;
  /** ns since 1970. */
  readonly modified: bigint;
  readonly inode: string;
}

export interface SpoolOptions {
  readonly component: string;
  readonly dir: string;
  readonly recursive: boolean;
  readonly include: FilePattern;
  readonly ignore: FilePattern;
  readonly order: 'oldest' | 'youngest' | 'random';
  readonly suffix: string;
  readonly policy: 'rename' | 'tracker_dir';
  /** Absolute. */
  readonly trackerDir: string;
  readonly deletes: boolean;
}

export class SpoolFiles {
  private readonly options: SpoolOptions;

  constructor(options: SpoolOptions) {
    this.options = options;
  }

  /** Those that wait, in the order of the options. AGENT_READ when the folder cannot be read. */
  async waiting(): Promise<SpoolFile[]> {
    const { dir, order } = this.options;
    const files: SpoolFile[] = [];
    const folders = [dir];
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) await this.look(folder, files, folders);
    if (order === 'random') return files; // as the system lists them, as in Flume
    const sign = order === 'oldest' ? 1 : -1;
    return files.sort((a, b) => (a.modified === b.modified ? (a.path < b.path ? -1 : 1) : (a.modified < b.modified ? -sign : sign)));
  }

  /** As it is now; null when it is gone. */
  async facts(path: string): Promise<SpoolFile | null> {
    try {
      const stats = await stat(path, { bigint: true });
      return stats.isFile() ? { path, size: Number(stats.size), modified: stats.mtimeNs, inode: `${stats.dev}:${stats.ino}` } : null;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw this.unreadable(path, error);
    }
  }

  /** It was read to its end and is in the channels. AGENT_FILE_CHANGED where its name was used before, AGENT_DISK. */
  async finish(path: string): Promise<void> {
    const { deletes, policy } = this.options;
    try {
      if (deletes) await rm(path, { force: true });
      else if (policy === 'rename') await this.rename(path);
      else await this.track(path);
    } catch (error) {
      throw error instanceof SluiceError ? error : SluiceError.of('AGENT_DISK', { file: path, reason: codeOf(error) });
    }
  }

  private async rename(path: string): Promise<void> {
    const { suffix, component } = this.options;
    const to = `${path}${suffix}`;
    const there = await this.facts(to);
    const own = await this.facts(path);
    if (own === null && there !== null) return; // renamed, and not noted any more
    if (there !== null) throw SluiceError.of('AGENT_FILE_CHANGED', { component, file: path, reason: `its name was used before: ${basename(to)} is there` });
    await rename(path, to);
  }

  private trackerOf(path: string): string {
    const { dir, trackerDir, suffix } = this.options;
    return join(trackerDir, `${relative(dir, path)}${suffix}`);
  }

  private async track(path: string): Promise<void> {
    const mark = this.trackerOf(path);
    await mkdir(dirname(mark), { recursive: true });
    await (await open(mark, 'a')).close();
  }

  private async look(folder: string, files: SpoolFile[], folders: string[]): Promise<void> {
    const { dir, recursive, include, ignore, suffix, policy, trackerDir, deletes } = this.options;
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      if (folder !== dir && codeOf(error) === 'ENOENT') return [];
      throw this.unreadable(folder, error);
    });
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.name.startsWith('.') || path === trackerDir) continue;
      if (entry.isDirectory()) {
        if (recursive) folders.push(path);
        continue;
      }
      if ((policy === 'rename' && entry.name.endsWith(suffix)) || !include(entry.name) || ignore(entry.name)) continue;
      const facts = await this.facts(path);
      if (facts === null) continue;
      if (policy === 'tracker_dir' && !deletes && (await this.facts(this.trackerOf(path))) !== null) continue;
      files.push(facts);
    }
  }

  private unreadable(file: string, error: unknown): SluiceError {
    return SluiceError.of('AGENT_READ', { component: this.options.component, file, reason: codeOf(error) });
  }
}
