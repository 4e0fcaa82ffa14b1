// The window's one connection to the app behind it: opens, notices the loss, opens again with growing pauses,
// and owns the topic stores that live across such losses.
import type { Api } from './api.ts';
import { TopicStore, type TopicName, type TopicInput } from './topics.ts';

export interface Link {
  readonly api: Api;
  /** Settles with the reason once the connection is gone. */
  readonly closed: Promise<string>;
  /** False when the app would refuse a new connection, e.g. the gate is shut. */
  readonly again?: () => Promise<boolean>;
}
/** Opens a connection or rejects. */
export type Connect = () => Promise<Link>;
export type BackendState = 'connecting' | 'open' | 'lost' | 'refused';

const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 10_000;

export class Backend {
  state: BackendState = 'connecting';
  api: Api | null = null;
  readonly #connect: Connect;
  readonly #listeners = new Set<() => void>();
  readonly #topics = new Map<string, TopicStore>();
  #pause = FIRST_PAUSE_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiting: ((api: Api) => void)[] = [];

  constructor(connect: Connect) {
    this.#connect = connect;
    void this.#open();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly reconnect = (): void => {
    if (this.state === 'open' || this.state === 'connecting') return;
    clearTimeout(this.#timer);
    void this.#open();
  };

  /** The api as soon as there is one. */
  ready(): Promise<Api> {
    return this.api ? Promise.resolve(this.api) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  topic<K extends TopicName>(name: K, input: TopicInput<K>): TopicStore {
    const key = `${name} ${JSON.stringify(input)}`;
    let store = this.#topics.get(key);
    if (!store) {
      store = new TopicStore(name, input, () => this.#topics.delete(key));
      this.#topics.set(key, store);
      if (this.api) store.attach(this.api);
    }
    return store;
  }

  async #open(): Promise<void> {
    this.#set(this.api ? 'lost' : this.state === 'lost' ? 'lost' : 'connecting');
    try {
      const link = await this.#connect();
      this.api = link.api;
      this.#pause = FIRST_PAUSE_MS;
      this.#set('open');
      for (const resolve of this.#waiting.splice(0)) resolve(link.api);
      for (const store of this.#topics.values()) store.attach(link.api);
      await link.closed;
      this.api = null;
      for (const store of this.#topics.values()) store.detach();
      if (link.again && !(await link.again())) { this.#set('refused'); return; }
    } catch {
      this.api = null;
    }
    this.#set('lost');
    this.#timer = setTimeout(() => void this.#open(), this.#pause);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
  }

  #set(state: BackendState): void {
    if (this.state === state) return;
    this.state = state;
    for (const listener of this.#listeners) listener();
  }
}

