// How a component is made from what the configuration says of it.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { ComponentSpec, ValuesOf } from '../../../../preload/contract/agent/keys.ts';
import type { PartConfig, Properties } from '../config/agent-config.ts';
import type { ChannelCounters, SinkCounters, SourceCounters } from '../monitoring/counters.ts';
import type { Channel, ChannelProcessor, Interceptor, NamedSink, Processor, Say, Selector, Sink, Source } from '../parts.ts';
import type { AgentPorts } from '../ports.ts';
import type { Event } from '../event/event.ts';
import { readValues, type ValueProblem } from './read-values.ts';

export interface Context {
  /** For errors and logs: "a1.sources.r1", or "a1.sources.r1.interceptors.i1". */
  readonly name: string;
  readonly agent: string;
  readonly ports: AgentPorts;
  readonly say: Say;
  /** All of the component's own properties, for families of keys and what is handed on. */
  readonly properties: Properties;
}

export interface SourceContext extends Context {
  readonly processor: ChannelProcessor;
  readonly counters: SourceCounters;
}

export interface ChannelContext extends Context {
  readonly counters: ChannelCounters;
}

export interface SinkContext extends Context {
  readonly counters: SinkCounters;
  /** Keeps events that the far side will never take, on disk before it resolves; null where none are kept: then such an event is delivered again and again. */
  readonly deadLetters: DeadLetters | null;
}

export interface DeadLetters {
  add(letters: readonly { readonly event: Event; readonly reason: string }[]): Promise<void>;
}

export interface SelectorContext extends Context {
  /** The source's channels, in the order of its list. */
  readonly channels: readonly Channel[];
}

export interface ProcessorContext extends Context {
  readonly sinks: readonly NamedSink[];
}

interface Made<S extends ComponentSpec, C extends Context, T> {
  readonly spec: S;
  /** Throws AGENT_KEY for values that the spec alone cannot judge. May wait for files, not for far sides: these are for `start`. */
  readonly create: (values: ValuesOf<S>, context: C) => T | Promise<T>;
}

/** With the types of its values left out, as the registry keeps it. */
export interface Factory<C extends Context, T> {
  readonly spec: ComponentSpec;
  readonly create: (values: never, context: C) => T | Promise<T>;
}

export type SourceFactory = Factory<SourceContext, Source>;
export type ChannelFactory = Factory<ChannelContext, Channel>;
export type SinkFactory = Factory<SinkContext, Sink>;
export type InterceptorFactory = Factory<Context, Interceptor>;
export type SelectorFactory = Factory<SelectorContext, Selector>;
export type ProcessorFactory = Factory<ProcessorContext, Processor>;

const made = <C extends Context, T>() => <S extends ComponentSpec>(spec: S, create: Made<S, C, T>['create']): Factory<C, T> => ({ spec, create });

export const source = made<SourceContext, Source>();
export const channel = made<ChannelContext, Channel>();
export const sink = made<SinkContext, Sink>();
export const interceptor = made<Context, Interceptor>();
export const selector = made<SelectorContext, Selector>();
export const processor = made<ProcessorContext, Processor>();

/** Makes it from its configuration. Throws AGENT_KEY for the first value that cannot be meant. */
export async function create<C extends Context, T>(factory: Factory<C, T>, { spec, properties }: PartConfig, context: C): Promise<T> {
  return factory.create(partValues(context.name, spec, properties) as never, context);
}

/** The values of a component's keys, or of those of a part of it. Throws AGENT_KEY for the first that cannot be meant. */
export function partValues<S extends ComponentSpec>(component: string, spec: S, properties: Properties): ValuesOf<S> {
  const { values, problems } = readValues(spec, properties);
  const problem = problems.find(({ kind }) => kind !== 'notAFlag');
  if (problem) throw valueError(component, problem);
  return values;
}

/** The problem as an error of the component. */
export function valueError(component: string, problem: ValueProblem): SluiceError {
  return SluiceError.of('AGENT_KEY', { component, key: problem.key, value: problem.at?.value ?? '', reason: reasonOf(problem) });
}

function reasonOf(problem: ValueProblem): string {
  switch (problem.kind) {
    case 'missing': return 'it is required';
    case 'notANumber': return 'a whole number is wanted';
    case 'outOfRange': return `a number from ${problem.min} to ${problem.max} is wanted`;
    case 'notAChoice': return `one of ${problem.values.join(', ')} is wanted`;
    case 'notAFlag': return 'true or false is wanted';
  }
}
