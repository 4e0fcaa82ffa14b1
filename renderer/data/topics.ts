// One topic as the screens see it: the folded value, kept while the connection is away, read again after a gap.
import type { Input, Item } from '../../preload/contract/define.ts';
import type { ErrorInfo } from '../../preload/contract/errors.ts';
import type { SluiceContract } from '../../preload/contract/index.ts';
import { toErrorInfo } from '../../preload/contract/sluice-error.ts';
import type { Api } from './api.ts';

type StreamNames = { [K in keyof SluiceContract]: SluiceContract[K]['kind'] extends 'stream' ? K : never }[keyof SluiceContract];
export type TopicName = Exclude<StreamNames, 'servers.probe' | 'znodes.changes' | 'znodes.watch' | 'pipelines.tap'>;
export type TopicInput<K extends TopicName> = Input<SluiceContract[K]>;
type Snapshot<K extends TopicName> = Extract<Item<SluiceContract[K]>, { type: 'snapshot' }>;
/** The value of a value topic, or the array of a collection's entities. */
export type TopicValue<K extends TopicName> = Snapshot<K> extends { value: infer V } ? V : Snapshot<K> extends { items: infer I } ? I : never;

export interface TopicView<V> {
  readonly value: V | null;
  readonly error: ErrorInfo | null;
  /** False while what is shown may be of the past. */
  readonly live: boolean;
}

interface Entity { readonly id: string }
type Frame =
  | { readonly type: 'snapshot'; readonly rev: number; readonly value?: unknown; readonly items?: readonly Entity[] }
  | { readonly type: 'value'; readonly rev: number; readonly value: unknown }
  | { readonly type: 'patch'; readonly rev: number; readonly upsert: readonly Entity[]; readonly remove: readonly string[] };

/** Folds one frame; null means a gap, after which only a new subscription helps. */
export function fold(state: { readonly rev: number; readonly value: unknown } | null, frame: Frame): { readonly rev: number; readonly value: unknown } | null {
  if (frame.type === 'snapshot') return { rev: frame.rev, value: frame.items ?? frame.value };
  if (state === null || frame.rev !== state.rev + 1) return null;
  if (frame.type === 'value') return { rev: frame.rev, value: frame.value };
  const items = new Map((state.value as readonly Entity[]).map((item) => [item.id, item]));
  for (const id of frame.remove) items.delete(id);
  for (const item of frame.upsert) items.set(item.id, item);
  return { rev: frame.rev, value: [...items.values()] };
}

const LINGER_MS = 2000;
const RETRY_MS = 1000;

export class TopicStore {
  view: TopicView<unknown> = { value: null, error: null, live: false };
  readonly #name: TopicName;
  readonly #input: unknown;
  readonly #forget: () => void;
  readonly #listeners = new Set<() => void>();
  #api: Api | null = null;
  #abort: AbortController | null = null;
  #linger: ReturnType<typeof setTimeout> | undefined;

  constructor(name: TopicName, input: unknown, forget: () => void) {
    this.#name = name;
    this.#input = input;
    this.#forget = forget;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    clearTimeout(this.#linger);
    this.#listeners.add(listener);
    if (this.#api && !this.#abort) void this.#follow(this.#api);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#linger = setTimeout(() => { this.detach(); this.#forget(); }, LINGER_MS);
    };
  };

  attach(api: Api): void {
    this.#api = api;
    this.#abort?.abort();
    this.#abort = null;
    if (this.#listeners.size > 0) void this.#follow(api);
  }

  detach(): void {
    this.#api = null;
    this.#abort?.abort();
    this.#abort = null;
    this.#publish({ ...this.view, live: false });
  }

  async #follow(api: Api): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    while (!abort.signal.aborted) {
      let state: { readonly rev: number; readonly value: unknown } | null = null;
      try {
        const open = api[this.#name] as (input: unknown, signal: AbortSignal) => AsyncIterable<Frame>;
        for await (const frame of open(this.#input, abort.signal)) {
          state = fold(state, frame);
          if (state === null) break;
          if (!abort.signal.aborted) this.#publish({ value: state.value, error: null, live: true });
        }
      } catch (thrown) {
        if (abort.signal.aborted) return;
        const error = toErrorInfo(thrown);
        if (error.code !== 'RPC_CLOSED' && error.code !== 'APP_CANCELLED') this.#publish({ ...this.view, error, live: false });
        if (error.code === 'STORE_NOT_FOUND' || error.code === 'RPC_CLOSED') return;
      }
      if (!abort.signal.aborted) await new Promise((resolve) => setTimeout(resolve, state === null ? 50 : RETRY_MS));
    }
  }

  #publish(view: TopicView<unknown>): void {
    this.view = view;
    for (const listener of this.#listeners) listener();
  }
}
