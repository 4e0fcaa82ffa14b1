// The sinks of an agent and the groups they work in.
import { findSpec } from '../../../../../preload/contract/agent/specs/all.ts';
import { breath } from '../../runner/breath.ts';
import type { PartConfig, SinkConfig, SinkGroupConfig } from '../agent-config.ts';
import { namesIn } from '../grammar.ts';
import { codecFits } from '../lint/hdfs-sink.ts';
import { checkPart } from '../lint/keys.ts';
import { fitBatch } from './batch.ts';
import { near, type Build, type Listed } from './build.ts';
import type { Channels } from './channels.ts';
import { below, isActive } from './sources.ts';

export interface Sinks {
  readonly active: ReadonlySet<string>;
  readonly running: ReadonlyMap<string, SinkConfig>;
}

export async function buildSinks(build: Build, channels: Channels): Promise<Sinks> {
  const active = new Set<string>();
  const running = new Map<string, SinkConfig>();
  if (!build.raw.lists.sinks) {
    build.errors.add(build.agent, 'sinks', 'PROPERTY_VALUE_NULL', 'WARNING');
    build.lints.add('SINKS_NONE', null, { agent: build.agent }, { agent: build.agent });
  }
  for (const listed of build.listed('sinks')) {
    const pause = breath();
    if (pause) await pause;
    const type = listed.properties.get('type');
    if (!type) { build.typeMissing(listed); continue; }
    const channel = channelOf(build, listed, channels);
    if (channel !== null) active.add(listed.name);
    else if (build.strict) continue;
    const spec = build.typeOf('sink', listed.label, listed.whose, type, true);
    if (!spec) continue;
    const part: PartConfig = { name: listed.name, spec, properties: listed.properties };
    const { fine, values } = checkPart(build, part, listed, listed.label);
    const fits = spec.type !== 'hdfs' || codecFits(build, listed, values);
    const from = channels.running.get(channel ?? '');
    if (!from || channel === null) continue;
    const properties = fitBatch(build, part, listed, [from]);
    if (fine && fits && properties) running.set(listed.name, { ...part, properties, channel });
  }
  return { active, running };
}

function channelOf(build: Build, listed: Listed, channels: Channels): string | null {
  const { properties, label, whose } = listed;
  const several = properties.get('channel') ? undefined : properties.get('channels');
  const names = namesIn(several?.value ?? '', true);
  if (several && names.length === 1) build.lints.add('SINK_CHANNELS', several, whose, { component: label, channel: several.value }, build.fixes.renameKey(several, `${label}.channel`));
  const one = properties.get('channel') ?? (build.strict ? undefined : several);
  if (!one) {
    build.errors.add(listed.name, 'channel', 'PROPERTY_VALUE_NULL');
    const [only = ''] = channels.active.size === 1 ? channels.active : [];
    if (!several) build.lints.add('SINK_NO_CHANNEL', listed.at, whose, { component: label, only }, only === '' ? null : build.fixes.addAfter(properties.get('type') ?? listed.at, `${label}.channel`, only));
    return null;
  }
  if (namesIn(one.value, true).length > 1) {
    build.lints.add('SINK_MANY_CHANNELS', one, whose, { component: label, channels: one.value });
    return null;
  }
  return isActive(build, listed, one, one.value, channels) ? one.value : null;
}

// --- groups ----------------------------------------------------------------------------------------------------------

/** Groups that can run. Sinks of a group that cannot do not run by themselves, as in Flume: `gone` names them. */
export function buildGroups(build: Build, sinks: Sinks): { readonly groups: ReadonlyMap<string, SinkGroupConfig>; readonly gone: ReadonlySet<string> } {
  const groups = new Map<string, SinkGroupConfig>();
  const gone = new Set<string>();
  const taken = new Map<string, string>();
  for (const listed of build.listed('sinkgroups')) {
    const names = sinksOf(build, listed, sinks.active, taken);
    if (names.length === 0) continue;
    const ready = names.filter((name) => sinks.running.has(name));
    if (ready.length < names.length && build.strict) {
      build.failed = true;
      build.lints.add('LOAD_FAILS', listed.properties.get('sinks') ?? listed.at, { agent: build.agent }, { agent: build.agent, component: listed.label, reason: names.find((name) => !ready.includes(name)) ?? '' });
      continue;
    }
    if (ready.length === 0) continue;
    const processor = processorOf(build, listed, ready);
    if (processor) groups.set(listed.name, { name: listed.name, sinks: ready, processor });
    else for (const name of ready) gone.add(name);
  }
  return { groups, gone };
}

/** The sinks of a group that no other group has. */
function sinksOf(build: Build, listed: Listed, active: ReadonlySet<string>, taken: Map<string, string>): string[] {
  const { properties, label, whose, name: group } = listed;
  const list = properties.get('sinks');
  if (!list) {
    build.lints.add('GROUP_NO_SINKS', listed.at, whose, { group: label });
    if (build.strict) {
      build.failed = true;
      build.lints.add('LOAD_FAILS', listed.at, { agent: build.agent }, { agent: build.agent, component: label, reason: 'sinks' });
    }
    return [];
  }
  const names: string[] = [];
  for (const sink of namesIn(list.value, !build.strict)) {
    const other = taken.get(sink);
    if (other !== undefined) {
      build.errors.add(build.agent, group, 'PROPERTY_PART_OF_ANOTHER_GROUP');
      build.lints.add('GROUP_SINK_TAKEN', list, whose, { group: label, sink, other: build.label('sinkgroups', other) });
    } else if (active.has(sink)) {
      taken.set(sink, group);
      names.push(sink);
    } else {
      build.errors.add(build.agent, sink, 'INVALID_PROPERTY');
      const meant = near(sink, active);
      build.lints.add('GROUP_SINK_UNKNOWN', list, whose, { group: label, sink, nearest: meant }, meant === '' ? null : build.fixes.setValue(list, namesIn(list.value, true).map((word) => (word === sink ? meant : word)).join(' ')));
    }
  }
  if (names.length === 0) {
    build.errors.add(build.agent, group, 'CONFIG_ERROR');
    build.errors.add(build.agent, group, 'CONFIG_ERROR');
    build.lints.add('GROUP_NO_SINKS', list, whose, { group: label });
  }
  return names;
}

function processorOf(build: Build, listed: Listed, sinks: readonly string[]): PartConfig | null {
  const { label, whose, at } = listed;
  const own = below(listed.properties, 'processor.');
  const type = own.get('type');
  const name = `${label}.processor`;
  if (!type) {
    build.lints.add('GROUP_NO_TYPE', listed.properties.get('sinks') ?? at, whose, { group: label }, build.fixes.addAfter(listed.properties.get('sinks') ?? at, `${name}.type`, sinks.length > 1 ? 'failover' : 'default'));
    if (build.strict) return null;
  }
  const spec = type ? build.typeOf('processor', name, whose, type, false) : findSpec('processor', sinks.length > 1 ? 'failover' : 'default');
  if (!spec) return null;
  const part: PartConfig = { name: 'processor', spec, properties: own };
  const { fine } = checkPart(build, part, { name: 'processor', label: name, whose, properties: own, at }, name);
  if (!fine) return null;
  if (spec.type === 'default' && sinks.length > 1) {
    build.lints.add('GROUP_DEFAULT_MANY', type ?? at, whose, { group: label });
    return null;
  }
  if (spec.type === 'load_balance' && sinks.length < 2) {
    build.lints.add('GROUP_ONE_SINK', type ?? at, whose, { group: label });
    return null;
  }
  if (spec.type === 'failover') checkPriorities(build, listed, own, sinks);
  return part;
}

function checkPriorities(build: Build, { label, whose }: Listed, own: ReadonlyMap<string, { readonly value: string; readonly file: string; readonly line: number }>, sinks: readonly string[]): void {
  const first = new Map<string, string>();
  for (const [key, entry] of own) {
    const sink = /^priority\.(.+)$/.exec(key)?.[1];
    if (sink === undefined) continue;
    if (!sinks.includes(sink)) { build.lints.add('PRIORITY_STRANGER', entry, whose, { group: label, sink }); continue; }
    const other = first.get(entry.value);
    if (other === undefined) first.set(entry.value, sink);
    else build.lints.add('PRIORITY_TWICE', entry, whose, { group: label, sink, other, priority: entry.value });
  }
}
