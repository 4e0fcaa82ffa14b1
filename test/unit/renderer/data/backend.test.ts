import { describe, expect, it } from 'vitest';
import { contract } from '../../../../preload/contract/index.ts';
import { createClient } from '../../../../preload/rpc/client.ts';
import { memoryWires } from '../../../../preload/rpc/memory-wire.ts';
import { serve } from '../../../../preload/rpc/server.ts';
import { Backend } from '../../../../renderer/data/backend.ts';
import { fakeBackend } from '../../../e2e/support/fake-backend.ts';

describe('the connection of the window', () => {
  it('a lost connection keeps what is shown, marks it old, connects again and reads anew', async () => {
    const cuts: (() => void)[] = [];
    const backend = new Backend(() => {
      const [here, there] = memoryWires();
      serve(contract, fakeBackend(10, { density: cuts.length === 0 ? 'compact' : 'comfortable' }), there);
      const api = createClient(contract, here);
      cuts.push(() => api.close());
      return Promise.resolve({ api, closed: api.closed });
    });
    const store = backend.topic('settings.watch', {});
    const seen: string[] = [];
    const until = (words: string): Promise<void> => new Promise((resolve) => {
      const look = (): void => {
        const view = store.view as { value: { density: string } | null; live: boolean };
        seen.push(`${view.value?.density} ${view.live ? 'live' : 'old'}`);
        if (seen.at(-1) === words) { stop(); resolve(); }
      };
      const stop = store.subscribe(look);
      look();
    });
    await until('compact live');
    cuts[0]?.();
    await until('compact old');
    await until('comfortable live');
    expect(backend.state).toBe('open');
    cuts[1]?.();
  });
});
