// The files under a path that are there to be read, in name order.
import type { HdfsClient, HdfsEntry } from '../../ports.ts';
import type { FilePattern } from '../file-pattern.ts';

export interface ScanOptions {
  readonly recursive: boolean;
  readonly include: FilePattern;
  readonly ignore: FilePattern;
}

/** Names that Hadoop's own readers pass over, and those of files that are still written. */
const HIDDEN = /^[._]|\.tmp$|\._COPYING_$/;

/** Null when the path is not there. A path of a file is that file. */
export async function scan(client: HdfsClient, path: string, options: ScanOptions, signal: AbortSignal): Promise<readonly HdfsEntry[] | null> {
  const root = await client.stat(path);
  if (root === null) return null;
  if (!root.isFolder) return [root];
  const files: HdfsEntry[] = [];
  const folders = [path];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    signal.throwIfAborted();
    for (const entry of (await client.list(folder)) ?? []) { // one that went meanwhile has nothing
      if (HIDDEN.test(entry.name)) continue;
      if (entry.isFolder) {
        if (options.recursive) folders.push(entry.path);
      } else if (options.include(entry.name) && !options.ignore(entry.name)) files.push(entry);
    }
  }
  return files.map((entry) => ({ entry, key: Buffer.from(entry.path) })).sort((a, b) => Buffer.compare(a.key, b.key)).map(({ entry }) => entry);
}
