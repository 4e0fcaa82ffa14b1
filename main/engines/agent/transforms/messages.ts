// What passes between a transform and its thread. Events travel as their Avro forms, one behind the other.
import type { Language } from './languages.ts';

export interface TransformSetup {
  readonly language: Language;
  readonly expression: string;
  /** One Int32: the event of the batch that is being worked on. */
  readonly progress: SharedArrayBuffer;
}

export interface TransformBatch { readonly count: number; readonly events: Uint8Array }

export type TransformReply =
  | { readonly type: 'ready' }
  /** The expression cannot be read. */
  | { readonly type: 'bad'; readonly reason: string }
  /** For each event of the batch -1 (it passes as it is) or how many of `events` take its place. */
  | { readonly type: 'done'; readonly counts: readonly number[]; readonly events: Uint8Array }
  | { readonly type: 'failed'; readonly index: number; readonly reason: string };
