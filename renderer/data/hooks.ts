// How screens read topics, ask questions and do things.
import { createContext, useCallback, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { Input, Output } from '../../preload/contract/define.ts';
import type { ErrorInfo } from '../../preload/contract/errors.ts';
import type { SluiceContract } from '../../preload/contract/index.ts';
import { toErrorInfo } from '../../preload/contract/sluice-error.ts';
import type { Backend, BackendState } from './backend.ts';
import type { TopicInput, TopicName, TopicValue, TopicView } from './topics.ts';

export const BackendContext = createContext<Backend | null>(null);

export function useBackend(): Backend {
  const backend = useContext(BackendContext);
  if (!backend) throw new Error('no backend above this component');
  return backend;
}

export function useBackendState(): BackendState {
  const backend = useBackend();
  return useSyncExternalStore(backend.subscribe, () => backend.state);
}

export function useTopic<K extends TopicName>(name: K, input: TopicInput<K>): TopicView<TopicValue<K>> {
  const store = useBackend().topic(name, input);
  return useSyncExternalStore(store.subscribe, () => store.view) as TopicView<TopicValue<K>>;
}

export type CallName = { [K in keyof SluiceContract]: SluiceContract[K]['kind'] extends 'call' ? K : never }[keyof SluiceContract];
type AnyCall = (input: unknown, signal?: AbortSignal) => Promise<unknown>;

export interface Doing<K extends CallName> {
  /** Resolves with the answer, or null when it failed; `error` then says why. */
  readonly run: (input: Input<SluiceContract[K]>) => Promise<Output<SluiceContract[K]> | null>;
  readonly busy: boolean;
  readonly error: ErrorInfo | null;
  readonly clear: () => void;
}

/** Does something on request of the person. */
export function useCall<K extends CallName>(name: K): Doing<K> {
  const backend = useBackend();
  const [state, setState] = useState<{ busy: boolean; error: ErrorInfo | null }>({ busy: false, error: null });
  const run = useCallback(async (input: Input<SluiceContract[K]>) => {
    setState({ busy: true, error: null });
    try {
      const api = await backend.ready();
      const answer = (await (api[name] as AnyCall)(input)) as Output<SluiceContract[K]>;
      setState({ busy: false, error: null });
      return answer;
    } catch (thrown) {
      setState({ busy: false, error: toErrorInfo(thrown) });
      return null;
    }
  }, [backend, name]);
  const clear = useCallback(() => setState({ busy: false, error: null }), []);
  return { run, ...state, clear };
}

export interface Asked<V> {
  readonly value: V | null;
  readonly error: ErrorInfo | null;
  readonly again: () => void;
}

/** Asks when its input (or `also`) changes; keeps the last answer until the next is there. */
export function useQuery<K extends CallName>(name: K, input: Input<SluiceContract[K]> | null, also: unknown = null): Asked<Output<SluiceContract[K]>> {
  const backend = useBackend();
  const state = useBackendState();
  const [asked, setAsked] = useState<{ value: Output<SluiceContract[K]> | null; error: ErrorInfo | null }>({ value: null, error: null });
  const [turn, setTurn] = useState(0);
  const key = JSON.stringify([input, also, turn, state === 'open']);
  useEffect(() => {
    const [question] = JSON.parse(key) as [unknown];
    if (question === null) return;
    const abort = new AbortController();
    backend.ready()
      .then((api) => (api[name] as AnyCall)(question, abort.signal))
      .then((value) => { if (!abort.signal.aborted) setAsked({ value: value as Output<SluiceContract[K]>, error: null }); })
      .catch((thrown: unknown) => { if (!abort.signal.aborted) setAsked((old) => ({ ...old, error: toErrorInfo(thrown) })); });
    return () => abort.abort();
  }, [backend, name, key]);
  return { ...asked, again: useCallback(() => setTurn((n) => n + 1), []) };
}

/** The time, to the minute: for what is told as "5 minutes ago". */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
