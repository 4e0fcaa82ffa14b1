// One short command at a far side, its whole output in hand.
import { showText } from '../../../lib/bytes.ts';
import type { RemoteShell } from './remote-process.ts';
import type { Argv } from './quote.ts';

const KEPT = 64 * 1024;

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Throws what the connection was lost by; a command that fails is an answer. Output past 64 KiB is dropped. */
export async function runCommand(shell: RemoteShell, argv: Argv, signal?: AbortSignal): Promise<CommandResult> {
  const process = await shell.exec(argv, signal);
  process.stdin.on('error', () => {});
  process.stdin.end();
  const collect = (stream: NodeJS.ReadableStream): (() => Buffer) => {
    const parts: Buffer[] = [];
    let length = 0;
    stream.on('data', (chunk: Buffer) => {
      if (length >= KEPT) return;
      parts.push(chunk);
      length += chunk.length;
    });
    return () => Buffer.concat(parts);
  };
  const stdout = collect(process.stdout);
  const stderr = collect(process.stderr);
  const { code, lost } = await process.exited;
  if (lost) throw lost;
  return { code, stdout: stdout(), stderr: showText(stderr().toString('utf8').trim()) };
}
