// A program running somewhere with its three streams: a local child, an exec channel of ssh2, a child of the system's ssh.
import type { Readable, Writable } from 'node:stream';

export interface RemoteProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles once, after the streams ended; never rejects. `code` is null when a signal or a lost connection ended it. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null; readonly lost: Error | null }>;
  /** Where the transport tells: settles as soon as the program has ended and takes no more, while what it wrote may still be read. */
  readonly ended?: Promise<void>;
  /** Ends it at once; `exited` settles soon after. */
  kill(): void;
}

/** Starts programs at one place. Arguments are bytes and reach the program as they are, never through an unquoted shell. */
export interface RemoteShell {
  exec(argv: readonly (string | Uint8Array)[], signal?: AbortSignal): Promise<RemoteProcess>;
}

/** A login at a server: programs, and the SFTP subsystem as a process that speaks SFTP on its streams. */
export interface SshShell extends RemoteShell {
  sftp(signal?: AbortSignal): Promise<RemoteProcess>;
  /** Gives the login back; what it started goes on until it ends or is killed. */
  release(): void;
}
