// A child process of this machine as a RemoteProcess.
import { spawn } from 'node:child_process';
import { onAbort } from '../../../lib/async.ts';
import type { RemoteProcess } from './remote-process.ts';

export interface ChildOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Looks at the end of the child and says whether the connection beneath was lost, and why. */
  readonly lost?: (code: number | null) => Error | null;
  /** Gets stderr beside the reader of the process. */
  readonly onStderr?: (chunk: Buffer) => void;
}

/** Starts `file` with `args`; rejects when it cannot be started. Abort kills it. */
export function startChild(file: string, args: readonly string[], options: ChildOptions = {}, signal?: AbortSignal): Promise<RemoteProcess> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, [...args], { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true, ...(options.env ? { env: { ...process.env, ...options.env } } : {}) });
    const kill = (): void => { child.kill('SIGKILL'); };
    const undo = onAbort(signal, kill);
    if (options.onStderr) child.stderr.on('data', options.onStderr);
    child.stdin.on('error', () => {}); // a child that ends before it read everything: its exit tells
    const exited = new Promise<{ code: number | null; signal: string | null; lost: Error | null }>((settle) => {
      child.once('close', (code, name) => { undo(); settle({ code, signal: name, lost: options.lost?.(code) ?? null }); });
    });
    child.once('error', (error) => { undo(); reject(error); });
    child.once('spawn', () => { resolve({ stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, exited, kill }); });
  });
}
