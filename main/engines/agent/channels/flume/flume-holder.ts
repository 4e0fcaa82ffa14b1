// Whether an agent of Flume works in a folder: it holds a lock of the system on in_use.lock (FileLock of Java), which Linux tells in /proc/locks.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The number of its process; null when there is none, or the system does not tell. */
export function flumeHolder(dir: string): number | null {
  const lock = statSync(join(dir, 'in_use.lock'), { throwIfNoEntry: false });
  if (!lock) return null;
  let table: string;
  try {
    table = readFileSync('/proc/locks', 'latin1');
  } catch {
    return null;
  }
  for (const line of table.split('\n')) {
    const [, , , kind, pid, place = ''] = line.trim().split(/\s+/);
    if (kind === 'WRITE' && Number(place.split(':')[2]) === lock.ino) return Number(pid);
  }
  return null;
}
