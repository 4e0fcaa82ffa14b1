// Several places as one: merged in their order, changed when one of them is.
import { AsyncQueue, onAbort } from '../../../../lib/async.ts';
import type { ConfigProvider } from './provider.ts';

export function severalProviders(providers: readonly ConfigProvider[]): ConfigProvider {
  const [only] = providers;
  if (only && providers.length === 1) return only;
  return {
    place: providers.map(({ place }) => place).join(', '),
    read: async (signal) => (await Promise.all(providers.map((provider) => provider.read(signal)))).flat(),
    async *changes(signal) {
      const queue = new AsyncQueue<void>();
      const undo = onAbort(signal, () => { queue.end(); });
      for (const provider of providers) void (async () => { for await (const change of provider.changes(signal)) queue.push(change); })();
      try {
        yield* queue;
      } finally {
        undo();
      }
    },
    accepted: async () => { await Promise.all(providers.map((provider) => provider.accepted())); },
    close: async () => { await Promise.all(providers.map((provider) => provider.close())); },
  };
}
