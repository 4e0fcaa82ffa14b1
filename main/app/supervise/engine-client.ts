// A client of an engine process whose loss is told in the engine's own words: ENGINE_DOWN instead of RPC_CLOSED.
import type { Client, Contract } from '../../../preload/contract/define.ts';
import { SluiceError } from '../../../preload/contract/sluice-error.ts';
import { createClient } from '../../../preload/rpc/client.ts';
import type { Wire } from '../../../preload/rpc/wire.ts';

/** The contract over `wire`; what is in flight when the engine goes fails with ENGINE_DOWN. */
export function engineClient<C extends Contract>(contract: C, wire: Wire, engine: string): Client<C> {
  const client = createClient(contract, wire) as unknown as Readonly<Record<string, (input: unknown, signal?: AbortSignal) => Promise<unknown> | AsyncIterable<unknown>>>;
  const translate = (error: unknown): never => {
    if (error instanceof SluiceError && error.code === 'RPC_CLOSED') throw SluiceError.of('ENGINE_DOWN', { engine }, error.cause);
    throw error;
  };
  const methods = Object.keys(contract).map((method) => [method, (input: unknown, signal?: AbortSignal) => {
    const answer = client[method]?.(input, signal);
    return answer instanceof Promise ? answer.catch(translate) : translated(answer as AsyncIterable<unknown>, translate);
  }] as const);
  return Object.freeze(Object.fromEntries(methods)) as unknown as Client<C>;
}

function translated(items: AsyncIterable<unknown>, translate: (error: unknown) => never): AsyncIterable<unknown> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = items[Symbol.asyncIterator]();
      return {
        next: () => iterator.next().catch(translate),
        return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
      };
    },
  };
}
