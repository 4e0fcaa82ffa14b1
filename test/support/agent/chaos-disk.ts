// Disks that are small or fail: a tmpfs of a few MiB (needs root), and strace's fault injection into the calls of a running process.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SmallDisk {
  readonly dir: string;
  /** Takes all the room there is. */
  fill(): void;
  /** Gives it back. */
  clear(): void;
  unmount(): void;
}

/** Null where a file system cannot be mounted here, which is said in `problem`. */
export function mountProblem(): string | null {
  if (process.platform !== 'linux') return 'tmpfs is of Linux';
  if (process.getuid?.() !== 0) return 'a tmpfs needs root';
  const dir = mkdtempSync(join(tmpdir(), 'sluice-mount-'));
  try {
    mountSmall(dir, 2 ** 16).unmount();
    return null;
  } catch (error) {
    return (error as Error).message.split('\n')[0] ?? 'it cannot be mounted';
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export function mountSmall(dir: string, bytes: number): SmallDisk {
  mkdirSync(dir, { recursive: true });
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', dir], { encoding: 'utf8' });
  if (mounted.status !== 0) throw new Error(`mount: ${mounted.stderr}`);
  const ballast = join(dir, 'ballast');
  return {
    dir,
    fill: () => {
      const file = openSync(ballast, 'a');
      try {
        for (const piece of [2 ** 16, 2 ** 12]) for (;;) if (writeSync(file, Buffer.alloc(piece)) < piece) break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        closeSync(file);
      }
    },
    clear: () => { rmSync(ballast, { force: true }); },
    unmount: () => { spawnSync('umount', ['-l', dir]); },
  };
}

/** From now on these calls fail in the process, as told. Resolves to what mends them. */
export async function breakCalls(pid: number, calls: string, fault: string): Promise<() => Promise<void>> {
  const strace = spawn('strace', ['-f', '-q', '-p', String(pid), '-e', `trace=${calls}`, '-e', `inject=${calls}:${fault}`], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  strace.stderr.on('data', (chunk: Buffer) => { said = (said + chunk.toString()).slice(-10_000); });
  while (/^TracerPid:\t0$/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'))) {
    if (strace.exitCode !== null) throw new Error(`strace could not attach: ${said}`);
    await sleep(20);
  }
  return async () => {
    const gone = new Promise((done) => { strace.once('exit', done); });
    strace.kill('SIGINT');
    await gone;
  };
}
