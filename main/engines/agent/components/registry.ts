// Every type that runs, and where it is made. A type is loaded when the first configuration names it.
import type { ComponentSpec } from '../../../../preload/contract/agent/keys.ts';
import { BASIC } from './basic.ts';
import { BETWEEN } from './between.ts';
import { CHANNELS } from './channels.ts';
import type { ChannelFactory, InterceptorFactory, ProcessorFactory, SelectorFactory, SinkFactory, SourceFactory } from './factory.ts';
import type { Family, Load } from './family.ts';
import { FILES } from './files.ts';
import { QUEUES } from './queues.ts';
import { RPC } from './rpc.ts';

const FAMILIES: readonly Family[] = [RPC, BASIC, FILES, QUEUES, CHANNELS, BETWEEN];

function loaderOf<T>(table: (family: Family) => Readonly<Record<string, Load<T>>> | undefined, spec: ComponentSpec): Promise<T> {
  for (const family of FAMILIES) {
    const types = table(family);
    if (types && Object.hasOwn(types, spec.type)) return (types[spec.type] as Load<T>)();
  }
  throw new Error(`no family makes the ${spec.kind} ${spec.type}`);
}

export const sourceFactory = (spec: ComponentSpec): Promise<SourceFactory> => loaderOf((family) => family.sources, spec);
export const channelFactory = (spec: ComponentSpec): Promise<ChannelFactory> => loaderOf((family) => family.channels, spec);
export const sinkFactory = (spec: ComponentSpec): Promise<SinkFactory> => loaderOf((family) => family.sinks, spec);
export const interceptorFactory = (spec: ComponentSpec): Promise<InterceptorFactory> => loaderOf((family) => family.interceptors, spec);
export const selectorFactory = (spec: ComponentSpec): Promise<SelectorFactory> => loaderOf((family) => family.selectors, spec);
export const processorFactory = (spec: ComponentSpec): Promise<ProcessorFactory> => loaderOf((family) => family.processors, spec);
