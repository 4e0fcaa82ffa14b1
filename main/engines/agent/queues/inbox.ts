// Messages that a broker pushes, until they are asked for. The broker sends no more than a window of unacknowledged ones, which bounds it.
import { onAbort } from '../../../lib/async.ts';

const QUIET_MS = 10;

export class Inbox<M> {
  private items: M[] = [];
  private problem: Error | null = null;
  private wake: (() => void) | null = null;

  push(message: M): void {
    this.items.push(message);
    this.rouse();
  }

  /** The next `take` throws it, once. */
  fail(error: Error): void {
    this.problem = error;
    this.rouse();
  }

  /** What came over a connection that is gone, and comes again over the next. */
  clear(): void {
    this.items = [];
    this.problem = null;
  }

  get length(): number { return this.items.length; }

  /** As soon as there are `most`, or no more came for a moment: a broker may wait for acknowledgements before it sends the rest. None when none came for `waitMs`. */
  async take(most: number, waitMs: number, signal: AbortSignal): Promise<readonly M[]> {
    const until = performance.now() + waitMs;
    for (;;) {
      const before = this.items.length;
      const left = until - performance.now();
      if (before >= most || this.problem !== null || left <= 0 || signal.aborted) break;
      await this.next(before > 0 ? Math.min(left, QUIET_MS) : left, signal);
      if (before > 0 && this.items.length === before) break;
    }
    const { problem } = this;
    this.problem = null;
    if (problem) throw problem;
    return this.items.splice(0, most);
  }

  private next(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      let undo = (): void => {};
      const done = (): void => {
        clearTimeout(timer);
        undo();
        this.wake = null;
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.wake = done;
      undo = onAbort(signal, done);
    });
  }

  private rouse(): void { this.wake?.(); }
}
