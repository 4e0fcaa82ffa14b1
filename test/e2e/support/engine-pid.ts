// Finds an engine's process, for tests that kill it.
import { readdirSync, readFileSync } from 'node:fs';

/** The process of an engine, among all descendants of the app's; Linux only. */
export function enginePid(name: 'sync' | 'coordination' | 'agent'): number | null {
  const running = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).find((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').some((word) => word.endsWith(`dist/engines/${name}.cjs`)) && descends(Number(pid));
    } catch { return false; }
  });
  return running === undefined ? null : Number(running);
}

/** Whether this test started it, through however many processes. */
function descends(pid: number): boolean {
  for (let at = pid; at > 1; at = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${at}/status`, 'utf8'))?.[1] ?? 0)) if (at === process.pid) return true;
  return false;
}
