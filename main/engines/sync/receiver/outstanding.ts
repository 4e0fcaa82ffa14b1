// Requests under way: what was asked for each file, and how many may be open at once.
import type { BlockShape } from '../checksum/blocks.ts';

export interface Request {
  readonly sums: BlockShape;
  /** Mode of what stands there now, or null for a new file. */
  readonly basisMode: number | null;
}

const MAX_OPEN = 512;

export class Outstanding {
  private readonly open = new Map<number, Request>();
  private wake: (() => void) | null = null;

  get(ndx: number): Request | undefined { return this.open.get(ndx); }

  /** Settles when one more may be asked for. */
  async room(): Promise<void> {
    while (this.open.size >= MAX_OPEN) await new Promise<void>((resolve) => { this.wake = resolve; });
  }

  add(ndx: number, request: Request): void { this.open.set(ndx, request); }

  /** True if it was open. */
  settle(ndx: number): boolean {
    const was = this.open.delete(ndx);
    this.wake?.();
    this.wake = null;
    return was;
  }
}
