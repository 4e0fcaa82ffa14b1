// Who waits for events in a channel, and who is told that it changed.
import { onAbort } from '../../../lib/async.ts';

export class ChangeSignal {
  private readonly listeners = new Set<() => void>();
  private readonly waiters = new Set<() => void>();

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => { this.listeners.delete(listener); };
  }

  changed(): void {
    if (this.waiters.size > 0) {
      const waiters = [...this.waiters];
      this.waiters.clear();
      for (const wake of waiters) wake();
    }
    for (const listener of this.listeners) listener();
  }

  /** Until the next change, `ms`, or the abort of `signal`. */
  next(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.waiters.delete(done);
        clearTimeout(timer);
        undo();
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.waiters.add(done);
      let undo = (): void => {};
      undo = onAbort(signal, done);
    });
  }
}
