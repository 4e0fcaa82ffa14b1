// The sources of an agent with their channels, selector and interceptors.
import { findSpec } from '../../../../../preload/contract/agent/specs/all.ts';
import { breath } from '../../runner/breath.ts';
import type { PartConfig, SourceConfig } from '../agent-config.ts';
import type { Entry } from '../entry.ts';
import { namesIn } from '../grammar.ts';
import { checkPart } from '../lint/keys.ts';
import { fitBatch } from './batch.ts';
import { near, type Build, type Listed } from './build.ts';
import type { BuiltChannel, Channels } from './channels.ts';

export interface Sources {
  readonly active: ReadonlySet<string>;
  readonly running: ReadonlyMap<string, SourceConfig>;
}

export async function buildSources(build: Build, channels: Channels): Promise<Sources> {
  const active = new Set<string>();
  const running = new Map<string, SourceConfig>();
  if (!build.raw.lists.sources) {
    build.errors.add(build.agent, 'sources', 'PROPERTY_VALUE_NULL', 'WARNING');
    build.lints.add('SOURCES_NONE', null, { agent: build.agent }, { agent: build.agent });
  }
  for (const listed of build.listed('sources')) {
    const pause = breath();
    if (pause) await pause;
    const type = listed.properties.get('type');
    if (!type) { build.typeMissing(listed); continue; }
    const names = channelsOf(build, listed, channels);
    if (names.length > 0 && !selectorBroken(build, listed)) active.add(listed.name);
    else if (build.strict) continue;
    const spec = build.typeOf('source', listed.label, listed.whose, type, true);
    if (!spec) continue;
    const source = buildSource(build, listed, { name: listed.name, spec, properties: listed.properties }, names.flatMap((name) => channels.running.get(name) ?? []));
    if (source) running.set(listed.name, source);
  }
  return { active, running };
}

function buildSource(build: Build, listed: Listed, part: PartConfig, channels: readonly BuiltChannel[]): SourceConfig | null {
  const { fine } = checkPart(build, part, listed, listed.label);
  const interceptors = interceptorsOf(build, listed);
  if (channels.length === 0) return null;
  const names = channels.map(({ name }) => name);
  const selector = selectorOf(build, listed, names);
  const properties = fitBatch(build, part, listed, channels);
  return fine && interceptors && selector && properties ? { ...part, properties, channels: names, selector, interceptors } : null;
}

/** Names of channels that are active; what is wrong with the others is told. */
function channelsOf(build: Build, listed: Listed, channels: Channels): string[] {
  const { properties, whose, label } = listed;
  const single = properties.get('channels') ? undefined : properties.get('channel');
  if (single) build.lints.add('SOURCE_CHANNEL', single, whose, { component: label, channel: single.value }, build.fixes.renameKey(single, `${label}.channels`));
  const list = properties.get('channels') ?? (build.strict ? undefined : single);
  if (!list) {
    build.errors.add(listed.name, 'Channel', 'PROPERTY_VALUE_NULL');
    build.errors.add(listed.name, 'ChannelSelector', 'CONFIG_ERROR');
    const [only = ''] = channels.active.size === 1 ? channels.active : [];
    if (!single) build.lints.add('SOURCE_NO_CHANNEL', listed.at, whose, { component: label, only }, only === '' ? null : build.fixes.addAfter(properties.get('type') ?? listed.at, `${label}.channels`, only));
    return [];
  }
  if (list.value.includes(',')) build.lints.add('LIST_COMMAS', list, whose, { key: list.key }, build.fixes.setValue(list, namesIn(list.value, true).join(' ')));
  return namesIn(list.value, !build.strict).filter((name) => isActive(build, listed, list, name, channels));
}

/** Whether that channel is there; told where it is not. */
export function isActive(build: Build, { label, whose }: Listed, at: Entry, name: string, channels: Channels): boolean {
  if (channels.running.has(name)) return true;
  if (channels.active.has(name)) {
    build.lints.add('CHANNEL_REMOVED', at, whose, { component: label, channel: name });
    return true;
  }
  const meant = near(name, channels.active);
  const words = namesIn(at.value, true).map((word) => (word === name ? meant : word)).join(' ');
  build.lints.add('CHANNEL_UNKNOWN', at, whose, { component: label, channel: name, nearest: meant }, meant === '' ? null : build.fixes.setValue(at, words));
  return false;
}

// --- selector --------------------------------------------------------------------------------------------------------

const LOAD_BALANCING = ['load_balancing', 'org.apache.flume.channel.loadbalancingchannelselector'];

/** load_balancing is known to Flume's factory of selectors and not to its reader of configurations: the source is gone. */
function selectorBroken(build: Build, { name, label, whose, properties }: Listed): boolean {
  const type = properties.get('selector.type');
  if (!type || !LOAD_BALANCING.includes(type.value.toLowerCase())) return false;
  build.lints.add('SELECTOR_BROKEN', type, whose, { component: label, type: type.value });
  if (build.strict) build.errors.add(name, 'ChannelSelector', 'CONFIG_ERROR');
  return build.strict;
}

function selectorOf(build: Build, { label, whose, properties, at }: Listed, channels: readonly string[]): PartConfig | null {
  const own = below(properties, 'selector.');
  const type = own.get('type');
  const name = `${label}.selector`;
  const spec = type ? build.typeOf('selector', name, whose, type, false) : findSpec('selector', 'replicating');
  if (!spec) return null;
  const part: PartConfig = { name: 'selector', spec, properties: own };
  const { fine } = checkPart(build, part, { name: 'selector', label: name, whose, properties: own, at }, name);
  return mappingsKnown(build, spec.type, own, label, whose, channels) && fine ? part : null;
}

/** The keys of a selector that name channels. */
const NAMING: Readonly<Record<string, RegExp>> = { multiplexing: /^(default$|mapping\.|optional\.)/, replicating: /^optional$/ };

/** Every channel that a selector names must be one of the source's. Flume finds an unknown optional one only when an event comes. */
function mappingsKnown(build: Build, type: string, selector: ReadonlyMap<string, Entry>, label: string, whose: Listed['whose'], channels: readonly string[]): boolean {
  let known = true;
  for (const [key, entry] of selector) {
    if (!NAMING[type]?.test(key)) continue;
    for (const channel of namesIn(entry.value, false)) {
      if (channels.includes(channel)) continue;
      if (type === 'multiplexing') known = false;
      const meant = near(channel, channels);
      build.lints.add('MAPPING_UNKNOWN', entry, whose, { component: label, key: `selector.${key}`, channel, nearest: meant }, meant === '' ? null : build.fixes.setValue(entry, namesIn(entry.value, false).map((word) => (word === channel ? meant : word)).join(' ')));
    }
  }
  return known;
}

// --- interceptors ----------------------------------------------------------------------------------------------------

/** Null where one of them cannot run: events must not pass without it. */
function interceptorsOf(build: Build, { label, whose, properties, at }: Listed): readonly PartConfig[] | null {
  const list = properties.get('interceptors');
  const parts: PartConfig[] = [];
  let all = true;
  if (list?.value.includes(',')) build.lints.add('LIST_COMMAS', list, whose, { key: list.key }, build.fixes.setValue(list, namesIn(list.value, true).join(' ')));
  for (const name of namesIn(list?.value ?? '', !build.strict)) {
    const own = below(properties, `interceptors.${name}.`);
    const component = `${label}.interceptors.${name}`;
    const type = own.get('type');
    const spec = type ? build.typeOf('interceptor', component, whose, type, false) : null;
    if (!type) build.lints.add('TYPE_MISSING', [...own.values()][0] ?? list ?? at, whose, { component });
    const part: PartConfig | null = spec ? { name, spec, properties: own } : null;
    if (part && checkPart(build, part, { name, label: component, whose, properties: own, at }, component).fine) parts.push(part);
    else {
      all = false;
      build.lints.add('INTERCEPTOR_REMOVES', list ?? at, whose, { component: label, interceptor: name });
    }
  }
  for (const name of new Set([...properties.keys()].flatMap((key) => /^interceptors\.([^.]+)\./.exec(key)?.[1] ?? []))) {
    if (namesIn(list?.value ?? '', true).includes(name)) continue;
    const first = [...below(properties, `interceptors.${name}.`).values()][0];
    if (first) build.lints.add('NOT_LISTED', first, whose, { component: `${label}.interceptors.${name}`, list: `${label}.interceptors` }, list ? build.fixes.addWord(list, name) : build.fixes.addAfter(properties.get('type') ?? at, `${label}.interceptors`, name));
  }
  return all ? parts : null;
}

export function below(properties: ReadonlyMap<string, Entry>, prefix: string): Map<string, Entry> {
  return new Map([...properties].flatMap(([key, entry]) => (key.startsWith(prefix) && key.length > prefix.length ? [[key.slice(prefix.length), { ...entry, local: key.slice(prefix.length) }] as const] : [])));
}
