// Runs a program and measures it: wall time, CPU of it and all its children, and the sum of the peak memory of its processes.
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

export interface Measure {
  readonly wall: number;
  /** Seconds of user and system time, far side included. */
  readonly cpu: number;
  /** MiB: the high-water marks of all processes of the run, added up. */
  readonly rss: number;
}

const SAMPLE_MS = 50;

/** Peak memory of a process and its descendants so far, in KiB, by process id. */
function sample(root: number, peaks: Map<number, number>): void {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    try { parents.set(pid, Number(readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\) /s, '').split(' ')[1])); } catch { /* ended meanwhile */ }
  }
  const below = (pid: number): boolean => { for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at)) if (at === root) return true; return false; };
  for (const pid of parents.keys()) {
    if (!below(pid)) continue;
    try { peaks.set(pid, Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0)); } catch { /* ended meanwhile */ }
  }
}

/** Runs `argv` to its end; throws with its words when it fails. `far` is the file where the far side leaves its CPU seconds. */
export async function measure(argv: readonly string[], far: () => number, env: NodeJS.ProcessEnv): Promise<Measure> {
  const began = performance.now();
  const child = spawn('bash', ['-c', 'TIMEFORMAT="CPU %U %S"; time "$@"', 'bench', ...argv], { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  const peaks = new Map<number, number>();
  const timer = setInterval(() => { if (child.pid !== undefined) sample(child.pid, peaks); }, SAMPLE_MS);
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => { err += chunk.toString('utf8'); });
  const code = await new Promise<number | null>((resolve) => { child.once('close', resolve); });
  const wall = (performance.now() - began) / 1000;
  clearInterval(timer);
  const times = /CPU ([\d.]+) ([\d.]+)\s*$/.exec(err);
  if (code !== 0 || !times) throw new Error(`${argv.join(' ')} ended with ${code}: ${err}`);
  return { wall, cpu: Number(times[1]) + Number(times[2]) + far(), rss: [...peaks.values()].reduce((sum, kib) => sum + kib, 0) / 1024 };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
