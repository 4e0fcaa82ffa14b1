// Work over a stream with a bounded number under way, results in the order of the stream.

/** Yields what `work` answers for each item. The first error ends it; what is under way then is left to itself. */
export async function* windowed<T, R>(items: AsyncIterable<T>, most: number, work: (item: T) => Promise<R>): AsyncGenerator<R, void, undefined> {
  const under: Promise<R>[] = [];
  try {
    for await (const item of items) {
      under.push(work(item));
      if (under.length >= most) yield await (under.shift() as Promise<R>);
    }
    while (under.length > 0) yield await (under.shift() as Promise<R>);
  } finally {
    for (const one of under) one.catch(() => undefined);
  }
}
