// One agent at a time on a folder of state: `agent.lock` holds the number of the process that has it.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../shared/data-lock.ts';

export type FolderLock = { readonly held: true; release(): void } | { readonly held: false; readonly pid: number };

/** Makes the folder. A holder that is no longer alive is put aside; one that may still be starting counts as alive. */
export function lockFolder(dir: string): FolderLock {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'agent.lock');
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return { held: true, release: () => { rmSync(file, { force: true }); } };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const pid = readPid(file);
    if (pid !== null && pid !== process.pid && isAlive(pid)) return { held: false, pid };
    rmSync(file, { force: true });
  }
}

function readPid(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}
