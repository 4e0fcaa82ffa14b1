// Whether an agent of Flume works in a folder. Its own lock on in_use.lock does not last (it opens the file again and closes it, which gives a POSIX lock
// back); but it has its logs open, which Linux tells in /proc.
import { existsSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const OPEN = /^(?:log-\d+|checkpoint|in_use\.lock|inflighttakes|inflightputs)$/;

/** The number of its process; null when there is none, or the system does not tell. */
export function flumeHolder(dir: string): number | null {
  if (!existsSync(join(dir, 'in_use.lock'))) return null;
  const real = realpathSync(dir);
  for (const pid of listed('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    for (const fd of listed(`/proc/${pid}/fd`)) {
      const path = target(`/proc/${pid}/fd/${fd}`);
      if (path !== null && dirname(path) === real && OPEN.test(basename(path))) return Number(pid);
    }
  }
  return null;
}

function listed(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return []; // of another user, or gone meanwhile
  }
}

function target(link: string): string | null {
  try {
    return readlinkSync(link);
  } catch {
    return null;
  }
}
