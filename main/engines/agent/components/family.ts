// A family of types: by the `type` of their specs, what loads the factory of each.
import type { ChannelFactory, InterceptorFactory, ProcessorFactory, SelectorFactory, SinkFactory, SourceFactory } from './factory.ts';

export type Load<T> = () => Promise<T>;
type Types<T> = Readonly<Record<string, Load<T>>>;

export interface Family {
  readonly sources?: Types<SourceFactory>;
  readonly channels?: Types<ChannelFactory>;
  readonly sinks?: Types<SinkFactory>;
  readonly interceptors?: Types<InterceptorFactory>;
  readonly selectors?: Types<SelectorFactory>;
  readonly processors?: Types<ProcessorFactory>;
}
