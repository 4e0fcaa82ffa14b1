// Small tools for asynchronous work: a queue that is an async iterable, a gate, deadlines, back-off.
import { SluiceError } from '../../preload/contract/sluice-error.ts';

export const cancelled = (): SluiceError => SluiceError.of('APP_CANCELLED', {});

/** Throws APP_CANCELLED when the signal is aborted. */
export function checkCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled();
}

/** Calls `listener` once on abort, at once if it is aborted already; the answer undoes it. */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (!signal) return () => {};
  if (signal.aborted) { listener(); return () => {}; }
  signal.addEventListener('abort', listener, { once: true });
  return () => { signal.removeEventListener('abort', listener); };
}

/** Waits; rejects with APP_CANCELLED on abort. */
export function delay(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const undo = onAbort(signal, () => { clearTimeout(timer); reject(cancelled()); });
    const timer = setTimeout(() => { undo(); resolve(); }, signal?.aborted ? 0 : ms);
  });
}

/** The promise, or `late()` thrown after `ms`; APP_CANCELLED on abort. The work itself goes on: its owner ends it. */
export function within<T>(promise: Promise<T>, ms: number, late: () => Error, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => { undo(); reject(late()); }, ms);
    const undo = onAbort(signal, () => { clearTimeout(timer); reject(cancelled()); });
    promise.then(
      (value) => { clearTimeout(timer); undo(); resolve(value); },
      (error: unknown) => { clearTimeout(timer); undo(); reject(error as Error); },
    );
  });
}

/** Items pushed by one side and taken by `for await` on the other. One consumer. */
export class AsyncQueue<T> implements AsyncIterable<T> {
  private readonly items: T[] = [];
  private ended = false;
  private error: unknown = null;
  private wake: (() => void) | null = null;

  /** Dropped after `end` or `fail`. */
  push(item: T): void {
    if (this.ended) return;
    this.items.push(item);
    this.rouse();
  }

  end(): void {
    this.ended = true;
    this.rouse();
  }

  /** What was pushed before is still delivered, then the consumer sees the error. */
  fail(error: unknown): void {
    if (this.ended) return;
    this.error = error;
    this.ended = true;
    this.rouse();
  }

  get length(): number { return this.items.length; }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      while (this.items.length > 0) yield this.items.shift() as T;
      if (this.ended) {
        if (this.error !== null) throw this.error;
        return;
      }
      await new Promise<void>((resolve) => { this.wake = resolve; });
    }
  }

  private rouse(): void {
    const wake = this.wake;
    this.wake = null;
    wake?.();
  }
}

/** Open or shut; whoever passes a shut gate waits until it opens. */
export class Gate {
  private shut: { readonly opened: Promise<void>; readonly open: () => void } | null = null;

  get isShut(): boolean { return this.shut !== null; }

  /** Settles when a shut gate opens; null while it is open. */
  get opened(): Promise<void> | null { return this.shut?.opened ?? null; }

  close(): void {
    if (this.shut) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.shut = { opened: promise, open: resolve };
  }

  open(): void {
    this.shut?.open();
    this.shut = null;
  }

  /** At once when open. Rejects with APP_CANCELLED on abort. */
  async pass(signal?: AbortSignal): Promise<void> {
    while (this.shut) {
      checkCancelled(signal);
      const { opened } = this.shut;
      let undo = (): void => {};
      await new Promise<void>((resolve, reject) => {
        undo = onAbort(signal, () => { reject(cancelled()); });
        void opened.then(resolve);
      }).finally(() => { undo(); });
    }
    checkCancelled(signal);
  }
}

/** Delays that double from `first` to `most` milliseconds, each drawn from its upper half. */
export function* backoff(first: number, most: number, random: () => number = Math.random): Generator<number, never, undefined> {
  for (let step = first; ; step = Math.min(step * 2, most)) yield step / 2 + (step / 2) * random();
}
