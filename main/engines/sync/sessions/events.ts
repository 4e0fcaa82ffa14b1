// What a session tells whoever runs it, and what it asks. All of it is called on the session's own thread, in order.
import type { ErrorInfo } from '../../../../preload/contract/errors.ts';

export interface SessionEvents {
  /** The receiving side found that entry `ndx` differs: rsync's ITEM_* flags. */
  item?(ndx: number, flags: number): void;
  /** The data of a file begins, goes on (new and reused bytes since the last call), and has been sent or is in place. */
  fileStart?(ndx: number): void;
  fileProgress?(ndx: number, literal: number, matched: number): void;
  fileDone?(ndx: number): void;
  fileFailed?(ndx: number, error: ErrorInfo): void;
  /** A name the far side removed. */
  deleted?(name: Buffer, dir: boolean): void;
  /** A line the far side has for a person. */
  message?(text: string, error: boolean): void;
}

/** Pause and stop. */
export interface Gate {
  /** Settles when the session may go on; at once unless paused. */
  readonly open: Promise<void> | null;
  /** No further file is begun. */
  readonly stopped: boolean;
}

export const OPEN_GATE: Gate = { open: null, stopped: false };

export interface SessionTotals {
  sent: number;
  received: number;
  literal: number;
  matched: number;
  /** The far rsync's own exit code, or 0. */
  exitCode: number;
  ioError: number;
}
