// Files of this machine: what changed is seen by time and size, and believed when the content is another one.
import { open, stat } from 'node:fs/promises';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import type { ConfigFile } from '../text/read-files.ts';
import { digestOf, poll } from './poll.ts';
import type { ConfigProvider, Trouble } from './provider.ts';

/** Bytes of one configuration, from wherever it comes. */
export const MOST_BYTES = 16 << 20;

export interface FilesOptions {
  readonly paths: readonly string[];
  /** Flume's is 30 s. */
  readonly everyMs: number;
  readonly trouble: Trouble;
}

export function filesProvider({ paths, everyMs, trouble }: FilesOptions): ConfigProvider {
  let times = '';
  let digest = '';
  return {
    place: paths.join(', '),
    read: async () => {
      times = await timesOf(paths);
      const files = await Promise.all(paths.map(readOne));
      digest = digestOf(files);
      return files;
    },
    changes: (signal) => poll(everyMs, async () => {
      const now = await timesOf(paths);
      if (now === times) return false;
      const found = digestOf(await Promise.all(paths.map(readOne)));
      times = now;
      if (found === digest) return false;
      digest = found;
      return true;
    }, trouble, signal),
    accepted: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

const unreadable = (source: string, reason: string, cause?: unknown): SluiceError => SluiceError.of('AGENT_CONFIG_SOURCE', { source, reason }, cause);

async function timesOf(paths: readonly string[]): Promise<string> {
  const found = await Promise.all(paths.map(async (path) => {
    const { mtimeMs, size, ino } = await stat(path).catch((error: unknown) => { throw unreadable(path, wordsOf(error), error); });
    return `${mtimeMs} ${size} ${ino}`;
  }));
  return found.join('\n');
}

async function readOne(path: string): Promise<ConfigFile> {
  try {
    await using file = await open(path, 'r');
    const about = await file.stat();
    if (about.isDirectory()) throw unreadable(path, 'it is a folder');
    if (about.size > MOST_BYTES) throw unreadable(path, `it has ${about.size} bytes, at most ${MOST_BYTES} are read`);
    return { name: path, bytes: await file.readFile() };
  } catch (error) {
    throw error instanceof SluiceError ? error : unreadable(path, wordsOf(error), error);
  }
}

function wordsOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'it is not there' : code === 'EACCES' ? 'it may not be read' : message;
}
