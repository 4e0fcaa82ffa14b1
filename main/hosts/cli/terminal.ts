// Where a command writes, and what ends it.
import type { Output } from './output.ts';

export interface Terminal {
  readonly out: Output;
  readonly err: Output;
  readonly signal: AbortSignal;
}
