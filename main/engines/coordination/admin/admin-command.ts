// What a command of the AdminServer is, and what it may answer.
import type { Json } from './java-json.ts';
import type { NodeView } from './node-view.ts';

export interface CommandAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly data?: Iterable<readonly [string, Json]>;
  /** A file that is the answer, in place of JSON. */
  readonly file?: string;
  /** Lines of JSON without end, in place of one; aborted when the asker is gone. */
  readonly lines?: (signal: AbortSignal) => AsyncIterable<string>;
}

export interface Command {
  /** The first one is shown in the list. */
  readonly names: readonly string[];
  readonly method: 'GET' | 'POST';
  /** Answered "not currently serving requests" while nobody is served. */
  readonly needsServer: boolean;
  /** Only for who has all rights on the root. */
  readonly guarded: boolean;
  /** Snapshots and restores: one in so many ms. */
  readonly limited: boolean;
  run(view: NodeView, query: URLSearchParams, body: AsyncIterable<Buffer>): CommandAnswer | Promise<CommandAnswer>;
}
