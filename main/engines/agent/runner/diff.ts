// What a new configuration changes, component by component: only these are started again.
import type { AgentConfig, PartConfig, Properties } from '../config/agent-config.ts';
import { groupsOf, type GroupConfig } from './groups.ts';

export type Change = 'added' | 'removed' | 'changed' | 'kept';

export interface AgentChange {
  readonly kind: 'source' | 'channel' | 'sink' | 'sinkgroup';
  readonly name: string;
  readonly change: Change;
  /** It did not change itself, but what it is connected to did. */
  readonly restarts: boolean;
  /** Its keys that differ. */
  readonly keys: readonly string[];
}

export interface AgentDiff {
  readonly changes: readonly AgentChange[];
  /** Names of those that are stopped and of those that are started; a changed one is in both. */
  readonly channels: Units;
  readonly groups: Units;
  readonly sources: Units;
}

export interface Units { readonly stop: ReadonlySet<string>; readonly start: ReadonlySet<string> }

export function diffAgents(before: AgentConfig, after: AgentConfig): AgentDiff {
  const channels = compare(before.channels, after.channels, keysOf, () => false);
  const isMoved = (name: string): boolean => channels.stop.has(name) || channels.start.has(name);
  const groups = compare(byName(groupsOf(before)), byName(groupsOf(after)), (a, b) => groupKeys(a, b, before, after),
    (group) => isMoved(after.sinks.get(group.sinks[0] as string)?.channel ?? ''));
  const sources = compare(before.sources, after.sources, (a, b) => [
    ...keysOf(a, b), ...(same(a.channels, b.channels) ? [] : ['channels']), ...keysOf(a.selector, b.selector).map((key) => `selector.${key}`),
    ...(a.interceptors.length === b.interceptors.length ? a.interceptors.flatMap((part, i) => namedKeys(part, b.interceptors[i] as PartConfig).map((key) => `interceptors.${part.name}.${key}`)) : ['interceptors']),
  ], (source) => source.channels.some(isMoved));
  const sinks = compare(before.sinks, after.sinks, keysOf, (sink) => {
    const group = groupsOf(after).find(({ sinks: names }) => names.includes(sink.name));
    return group !== undefined && groups.start.has(group.name);
  });
  const realGroups = new Set([...before.groups.keys(), ...after.groups.keys()]);
  return {
    changes: [
      ...sources.changes.map((change) => ({ kind: 'source' as const, ...change })), ...channels.changes.map((change) => ({ kind: 'channel' as const, ...change })),
      ...sinks.changes.map((change) => ({ kind: 'sink' as const, ...change })),
      ...groups.changes.filter(({ name }) => realGroups.has(name)).map((change) => ({ kind: 'sinkgroup' as const, ...change })),
    ],
    channels, groups, sources,
  };
}

interface Compared extends Units { readonly changes: readonly Omit<AgentChange, 'kind'>[] }

function compare<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>, keys: (a: T, b: T) => readonly string[], moves: (b: T) => boolean): Compared {
  const stop = new Set<string>();
  const start = new Set<string>();
  const changes: Omit<AgentChange, 'kind'>[] = [];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [a, b] = [before.get(name), after.get(name)];
    const differing = a !== undefined && b !== undefined ? [...new Set(keys(a, b))] : [];
    const change = a === undefined ? 'added' : b === undefined ? 'removed' : differing.length > 0 ? 'changed' : 'kept';
    const restarts = change === 'kept' && moves(b as T);
    if (a !== undefined && (change !== 'kept' || restarts)) stop.add(name);
    if (b !== undefined && (change !== 'kept' || restarts)) start.add(name);
    changes.push({ name, change, restarts, keys: differing });
  }
  return { stop, start, changes };
}

const byName = (groups: readonly GroupConfig[]): ReadonlyMap<string, GroupConfig> => new Map(groups.map((group) => [group.name, group]));

function groupKeys(a: GroupConfig, b: GroupConfig, before: AgentConfig, after: AgentConfig): readonly string[] {
  if (!same(a.sinks, b.sinks) || a.isGroup !== b.isGroup) return ['sinks'];
  return [...keysOf(a.processor, b.processor).map((key) => `processor.${key}`), ...a.sinks.flatMap((name) => {
    const [one, other] = [before.sinks.get(name), after.sinks.get(name)];
    return one && other ? keysOf(one, other).map((key) => `${name}.${key}`) : [name];
  })];
}

const namedKeys = (a: PartConfig, b: PartConfig): readonly string[] => (a.name === b.name ? keysOf(a, b) : ['name']);

function keysOf(a: PartConfig, b: PartConfig): readonly string[] {
  const keys = a.spec.type === b.spec.type ? [] : ['type'];
  for (const key of new Set([...a.properties.keys(), ...b.properties.keys()])) if (valueOf(a.properties, key) !== valueOf(b.properties, key)) keys.push(key);
  return keys;
}

const valueOf = (properties: Properties, key: string): string | undefined => properties.get(key)?.value;
const same = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((name, i) => name === b[i]);
