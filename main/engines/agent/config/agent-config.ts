// A configuration after it was read: what each agent consists of. Made by config/, run by runner/, drawn by the screens.
import type { ComponentSpec } from '../../../../preload/contract/agent/keys.ts';

export interface Property {
  /** Filters and references resolved. */
  readonly value: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** By key below the component: "bind", "interceptors.i1.type". In the order of the file. */
export type Properties = ReadonlyMap<string, Property>;

/** A component or a part of one (an interceptor, a selector, a serializer), of a type that is known and can run. */
export interface PartConfig {
  readonly name: string;
  readonly spec: ComponentSpec;
  readonly properties: Properties;
}

export interface SourceConfig extends PartConfig {
  readonly channels: readonly string[];
  readonly selector: PartConfig;
  readonly interceptors: readonly PartConfig[];
}

export interface SinkConfig extends PartConfig {
  readonly channel: string;
}

export interface SinkGroupConfig {
  readonly name: string;
  readonly sinks: readonly string[];
  readonly processor: PartConfig;
}

/** What can run of one agent; what cannot is in the lints. */
export interface AgentConfig {
  readonly name: string;
  readonly channels: ReadonlyMap<string, PartConfig>;
  readonly sources: ReadonlyMap<string, SourceConfig>;
  readonly sinks: ReadonlyMap<string, SinkConfig>;
  readonly groups: ReadonlyMap<string, SinkGroupConfig>;
  /** Of the agent itself, ours: what stands below `a1.sluice.` (exclusive ...). */
  readonly settings?: Properties;
}

/** The properties below a prefix ("interceptors.i1."), their keys without it. */
export function below(properties: Properties, prefix: string): Properties {
  return new Map([...properties].flatMap(([key, property]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), property] as const] : [])));
}
