// Producers of the contract's topics: they keep the present state and let any number of watchers follow it.
// Nothing queues: a slow watcher finds the newest state, so it misses steps in between and never the last word.

export type ValueItem<V> =
  | { readonly type: 'snapshot'; readonly rev: number; readonly value: V }
  | { readonly type: 'value'; readonly rev: number; readonly value: V };

export type CollectionItem<E> =
  | { readonly type: 'snapshot'; readonly rev: number; readonly items: E[] }
  | { readonly type: 'patch'; readonly rev: number; readonly upsert: E[]; readonly remove: string[] };

export interface TopicOptions {
  /** Least time between two items to one watcher; the default makes at most 10 a second. */
  readonly minIntervalMs?: number;
}

const MIN_INTERVAL_MS = 100;
/** Changed ids beyond which a watcher gets a new snapshot rather than a patch. */
const MAX_PATCH = 5000;

/** One value. Every `set` is a revision; a watcher that skipped some gets a snapshot. */
export class ValueTopic<V> {
  readonly #watchers = new Watchers();
  readonly #minIntervalMs: number;
  #value: V;
  #rev = 0;

  constructor(value: V, options: TopicOptions = {}) {
    this.#value = value;
    this.#minIntervalMs = options.minIntervalMs ?? MIN_INTERVAL_MS;
  }

  get value(): V {
    return this.#value;
  }

  get watched(): boolean {
    return this.#watchers.size > 0;
  }

  set(value: V): void {
    this.#value = value;
    this.#rev += 1;
    this.#watchers.wake();
  }

  /** Ends every watch, after its newest value. */
  close(): void {
    this.#watchers.close();
  }

  /** The value now, then its changes, until `signal`, `close` or the end of the loop. */
  watch(signal?: AbortSignal): AsyncIterable<ValueItem<V>> {
    return iterable(signal, (stop) => this.#follow(stop));
  }

  async *#follow(stop: AbortSignal): AsyncGenerator<ValueItem<V>, void, undefined> {
    const watcher = this.#watchers.join(stop, this.#minIntervalMs);
    try {
      let last = this.#rev;
      yield { type: 'snapshot', rev: last, value: this.#value };
      while (await watcher.changed(() => this.#rev > last)) {
        const type = this.#rev === last + 1 ? 'value' : 'snapshot';
        last = this.#rev;
        yield { type, rev: last, value: this.#value };
      }
    } finally {
      watcher.leave();
    }
  }
}

/** Entities by id. Each watcher has revisions of its own, without gaps; what changed often between two patches is in one once. */
export class CollectionTopic<E extends { readonly id: string }> {
  readonly #watchers = new Watchers();
  readonly #minIntervalMs: number;
  readonly #dirty = new Set<Set<string>>();
  #items = new Map<string, E>();

  constructor(items: Iterable<E> = [], options: TopicOptions = {}) {
    for (const item of items) this.#items.set(item.id, item);
    this.#minIntervalMs = options.minIntervalMs ?? MIN_INTERVAL_MS;
  }

  get items(): E[] {
    return [...this.#items.values()];
  }

  get watched(): boolean {
    return this.#watchers.size > 0;
  }

  get(id: string): E | undefined {
    return this.#items.get(id);
  }

  /** Inserts, or replaces what has the same id. */
  upsert(...items: readonly E[]): void {
    for (const item of items) this.#items.set(item.id, item);
    this.#changed(items.map((item) => item.id));
  }

  /** Unknown ids are no matter. */
  remove(...ids: readonly string[]): void {
    this.#changed(ids.filter((id) => this.#items.delete(id)));
  }

  /** Makes `items` all there is. */
  replace(items: Iterable<E>): void {
    const old = this.#items;
    this.#items = new Map([...items].map((item) => [item.id, item]));
    this.#changed([...new Set([...old.keys(), ...this.#items.keys()])]);
  }

  /** Ends every watch, after its last patch. */
  close(): void {
    this.#watchers.close();
  }

  /** All items now, then patches, until `signal`, `close` or the end of the loop. */
  watch(signal?: AbortSignal): AsyncIterable<CollectionItem<E>> {
    return iterable(signal, (stop) => this.#follow(stop));
  }

  async *#follow(stop: AbortSignal): AsyncGenerator<CollectionItem<E>, void, undefined> {
    const watcher = this.#watchers.join(stop, this.#minIntervalMs);
    const dirty = new Set<string>();
    this.#dirty.add(dirty);
    try {
      let rev = 0;
      yield { type: 'snapshot', rev, items: this.items };
      while (await watcher.changed(() => dirty.size > 0)) {
        rev += 1;
        const ids = [...dirty];
        dirty.clear();
        if (ids.length > MAX_PATCH) yield { type: 'snapshot', rev, items: this.items };
        else {
          const present = ids.map((id) => this.#items.get(id)).filter((item) => item !== undefined);
          yield { type: 'patch', rev, upsert: present, remove: ids.filter((id) => !this.#items.has(id)) };
        }
      }
    } finally {
      this.#dirty.delete(dirty);
      watcher.leave();
    }
  }

  #changed(ids: readonly string[]): void {
    if (ids.length === 0) return;
    for (const dirty of this.#dirty) for (const id of ids) dirty.add(id);
    this.#watchers.wake();
  }
}

interface Watcher {
  /** True when there is news and the last was long enough ago; false when the watch is over. */
  changed(news: () => boolean): Promise<boolean>;
  leave(): void;
}

/** Those who wait for the next change of one topic. */
class Watchers {
  readonly #wakers = new Set<() => void>();
  #closed = false;

  get size(): number {
    return this.#wakers.size;
  }

  wake(): void {
    for (const waker of [...this.#wakers]) waker();
  }

  close(): void {
    this.#closed = true;
    this.wake();
  }

  join(stop: AbortSignal, minIntervalMs: number): Watcher {
    let resume: (() => void) | null = null;
    const waker = (): void => resume?.();
    this.#wakers.add(waker);
    stop.addEventListener('abort', waker, { once: true });
    let last = performance.now();
    const pause = (ms?: number): Promise<void> => new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      resume = () => {
        // a pace is kept through changes, and cut short by the end
        if (ms !== undefined && !stop.aborted && !this.#closed) return;
        clearTimeout(timer);
        resolve();
      };
    });
    return {
      changed: async (news) => {
        for (;;) {
          if (stop.aborted) return false;
          if (news()) {
            const wait = last + minIntervalMs - performance.now();
            if (wait <= 0 || this.#closed) {
              last = performance.now();
              return true;
            }
            await pause(wait);
          } else {
            if (this.#closed) return false;
            await pause();
          }
        }
      },
      leave: () => {
        this.#wakers.delete(waker);
        stop.removeEventListener('abort', waker);
      },
    };
  }
}

/** A generator that can be left while it waits: `return()` stops it first. */
function iterable<T>(signal: AbortSignal | undefined, follow: (stop: AbortSignal) => AsyncGenerator<T, void, undefined>): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const stop = new AbortController();
      const abort = (): void => stop.abort();
      if (signal?.aborted) abort();
      else signal?.addEventListener('abort', abort, { once: true });
      const items = follow(stop.signal);
      return {
        next: () => items.next(),
        return: () => {
          stop.abort();
          signal?.removeEventListener('abort', abort);
          return items.return();
        },
      };
    },
  };
}
