// Processes of an app under test, from /proc.
import { readFileSync, readdirSync } from 'node:fs';

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

/** Process ids of the sync engines that the app with process id `app` has started. */
export function enginesOf(app: number): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      return parentOf(pid) === app && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('engines/sync.cjs');
    } catch {
      return false;
    }
  });
}
