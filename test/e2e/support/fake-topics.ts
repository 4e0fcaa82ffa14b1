// Topics of the fake backend: a value that is watched, and the contract's items made of it.
export class Topic<T> {
  readonly #wake = new Set<() => void>();
  value: T;
  constructor(value: T) { this.value = value; }
  set(value: T): void { this.value = value; for (const wake of this.#wake) wake(); }
  async *watch(signal: AbortSignal): AsyncIterable<T> {
    while (!signal.aborted) {
      const shown = this.value;
      yield shown;
      if (this.value !== shown) continue;
      await new Promise<void>((resolve) => {
        const wake = (): void => { this.#wake.delete(wake); signal.removeEventListener('abort', wake); resolve(); };
        this.#wake.add(wake);
        signal.addEventListener('abort', wake);
      });
    }
  }
}

export async function* values<T>(topic: Topic<T>, signal: AbortSignal) {
  let rev = 0;
  for await (const value of topic.watch(signal)) yield { type: 'snapshot' as const, rev: rev++, value };
}

export async function* items<T>(topic: Topic<readonly T[]>, signal: AbortSignal) {
  let rev = 0;
  for await (const value of topic.watch(signal)) yield { type: 'snapshot' as const, rev: rev++, items: [...value] };
}
