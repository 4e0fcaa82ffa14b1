// The app's own rpc, called from a test over the port that the page was given: for tests of hosts, which are not about screens.
import { build } from 'esbuild';
import { resolve } from 'node:path';
import type { Client } from '../../../preload/contract/define.ts';
import type { SluiceContract } from '../../../preload/contract/index.ts';

const root = resolve(import.meta.dirname, '../../..');
const SOURCE = `
  import { z } from 'zod';
  import { contract } from './preload/contract/index.ts';
  import { createClient } from './preload/rpc/client.ts';
  import { messagePortWire } from './preload/rpc/message-port-wire.ts';
  z.config({ jitless: true });
  let ready;
  globalThis.sluiceApi = new Promise((done) => { ready = done; });
  addEventListener('message', (event) => {
    const port = event.ports[0];
    if (event.source !== window || !port) return;
    event.stopImmediatePropagation(); // before the screens see it
    ready(createClient(contract, messagePortWire(port)));
  }, true);
`;

/** What is needed of a page: Playwright's has it, and so has DevtoolsPage. */
export interface ScriptedPage {
  evaluate<R, A>(work: (argument: A) => R | Promise<R>, argument: A): Promise<R>;
  addInitScript(source: string): Promise<unknown>;
  reload(): Promise<unknown>;
}

type Api = Client<SluiceContract>;
type Calls = { [K in keyof Api as ReturnType<Api[K]> extends Promise<unknown> ? K : never]: Api[K] };
type Watches = { [K in keyof Api as ReturnType<Api[K]> extends AsyncIterable<unknown> ? K : never]: Api[K] };

export interface TestApi {
  call<K extends keyof Calls & string>(name: K, input: Parameters<Calls[K]>[0]): Promise<Awaited<ReturnType<Calls[K]>>>;
  /** Watches a value until its `state` is one of these, and answers the value. */
  until<K extends keyof Watches & string>(name: K, input: Parameters<Watches[K]>[0], states: readonly string[]): Promise<{ readonly state: string } & Record<string, unknown>>;
}

/** Takes the port of an Electron page over: the page is loaded again, and its screens stay without one. */
export async function takeApi(page: ScriptedPage): Promise<TestApi> {
  const { outputFiles } = await build({ stdin: { contents: SOURCE, resolveDir: root, loader: 'ts' }, bundle: true, write: false, format: 'iife', target: 'chrome114', logLevel: 'error' });
  await page.addInitScript(outputFiles[0]?.text ?? '');
  await page.reload();
  return {
    call: (name, input) => page.evaluate(async ([method, value]) => {
      const api = await (globalThis as unknown as { sluiceApi: Promise<Record<string, (input: unknown) => Promise<unknown>>> }).sluiceApi;
      return api[method as string]?.(value).catch((error: { code: string; params: unknown }) => { throw new Error(`${error.code} ${JSON.stringify(error.params)}`); });
    }, [name, input] as const) as never,
    until: (name, input, states) => page.evaluate(async ([method, value, wanted]) => {
      const api = await (globalThis as unknown as { sluiceApi: Promise<Record<string, (input: unknown) => AsyncIterable<{ value: { state: string } }>>> }).sluiceApi;
      let last: unknown = null;
      for await (const item of api[method as string]?.(value) ?? []) {
        last = item.value;
        if ((wanted as string[]).includes(item.value.state)) return item.value as never;
      }
      throw new Error(`${String(method)} ended before it was ${String(wanted)}: ${JSON.stringify(last)}`);
    }, [name, input, states] as const),
  };
}

/** Makes a sync of two local folders, previews it, runs it, and answers the run when it has ended. */
export async function syncFolders(api: TestApi, source: string, target: string): Promise<{ readonly runId: string; readonly state: string }> {
  const [left, right] = [await api.call('files.resolve', { place: 'local', path: source }), await api.call('files.resolve', { place: 'local', path: target })];
  const options = { layout: 'contents', delete: false, checksum: false, update: false, links: true, perms: true, times: true, owner: false, group: false, devices: false, compress: false, wholeFile: false, inplace: false, partial: false, filters: [] } as const;
  const sync = await api.call('syncs.create', { source: left.ref, target: right.ref, options: { ...options, filters: [] } });
  const plan = await api.call('plans.create', { syncId: sync.id });
  const ready = await api.until('plans.watch', { id: plan.id }, ['ready', 'failed']);
  if (ready.state !== 'ready') throw new Error(`the plan failed: ${JSON.stringify(ready)}`);
  const run = await api.call('runs.start', { planId: plan.id, token: String(ready['token']) });
  const ended = await api.until('runs.watch', { id: run.id }, ['done', 'partial', 'failed', 'stopped', 'interrupted']);
  return { runId: run.id, state: ended.state };
}
