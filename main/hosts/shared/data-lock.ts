// The lock of a data folder, `sluice.lock`: who has it, and how to reach them. Readable by the owner only, since it
// holds the token by which a second start gets a new address of the first.
import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readIfThere } from './private-file.ts';

const Holder = z.object({ pid: z.number().int().positive(), port: z.number().int().min(1).max(65_535), token: z.string().min(1).max(200) });
export type Holder = z.output<typeof Holder>;

export interface DataLock {
  /** Gives it back, if it is still ours. */
  release(): void;
}

function fileOf(dataDir: string): string {
  return join(dataDir, 'sluice.lock');
}

/** Who has the folder, as far as the file says; null when nobody has, or the file is damaged. */
export function readHolder(dataDir: string): Holder | null {
  return parse(readIfThere(fileOf(dataDir)));
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Takes the folder, or answers null when another has it. `stale` is the holder that was found dead, which is then put
 * aside; a lock that changed since is another's and stays. A damaged file (`stale` null) is put aside as well.
 */
export function takeLock(dataDir: string, holder: Holder, stale: Holder | null): DataLock | null {
  const file = fileOf(dataDir);
  const text = JSON.stringify(holder);
  const aside = `${file}.${process.pid}.old`;
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
      return { release: () => { if (readIfThere(file) === text) rmSync(file, { force: true }); } };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const found = readHolder(dataDir);
    if (found !== null && (stale === null || found.token !== stale.token)) return null;
    renameSync(file, aside);
    const moved = JSON.stringify(parse(readIfThere(aside)));
    if (moved !== JSON.stringify(found)) {
      // another took it between our look and our move: give it back
      try {
        linkSync(aside, file);
      } catch {
        // and a third has it by now
      }
    }
    rmSync(aside, { force: true });
  }
  return null;
}

function parse(text: string | null): Holder | null {
  try {
    return Holder.parse(JSON.parse(text ?? ''));
  } catch {
    return null;
  }
}
