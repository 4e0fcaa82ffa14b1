// What does not go together in one agent, or is seldom meant: seen once everything is built.
import { posix } from 'node:path';
import { readValues } from '../../components/read-values.ts';
import type { AgentConfig, PartConfig, SourceConfig } from '../agent-config.ts';
import type { Build, Listed } from '../build/build.ts';
import type { Entry } from '../entry.ts';
import { namesIn, type Section } from '../grammar.ts';
import { checkHdfsSink } from './hdfs-sink.ts';
import { checkSecurity } from './security.ts';

export type Values = Readonly<Record<string, unknown>>;

/** A part that runs, with its values and the way to its lines. */
export interface Seen extends Listed {
  readonly part: PartConfig;
  readonly values: Values;
  entry(key: string): Entry;
}

export function checkTogether(build: Build, agent: AgentConfig): void {
  const see = (section: Section, part: PartConfig): Seen => {
    const properties = build.raw.components[section].get(part.name) ?? new Map<string, Entry>();
    const at = properties.get('type') ?? [...properties.values()][0] as Entry;
    const values: Values = readValues(part.spec, part.properties).values;
    return { name: part.name, label: build.label(section, part.name), whose: build.whose(section, part.name), properties, at, part, values, entry: (key) => properties.get(key) ?? at };
  };
  const sources = [...agent.sources.values()].map((part) => see('sources', part));
  const channels = [...agent.channels.values()].map((part) => see('channels', part));
  const sinks = [...agent.sinks.values()].map((part) => see('sinks', part));
  checkFolders(build, channels);
  checkPorts(build, sources);
  for (const seen of [...sources, ...channels, ...sinks]) checkSecurity(build, seen);
  for (const seen of sources) {
    if (seen.part.spec.type === 'TAILDIR') checkFileGroups(build, seen);
    if (seen.part.spec.type === 'exec') build.lints.add('EXEC_LOSES', seen.at, seen.whose, { component: seen.label });
  }
  for (const seen of sinks) if (seen.part.spec.type === 'hdfs') checkHdfsSink(build, seen, feeding(agent, seen));
}

/** The sources whose events come to that sink. */
function feeding(agent: AgentConfig, sink: Seen): SourceConfig[] {
  const channel = agent.sinks.get(sink.name)?.channel ?? '';
  return [...agent.sources.values()].filter(({ channels }) => channels.includes(channel));
}

/** Groups of files that are listed, and those that are defined. */
function checkFileGroups(build: Build, seen: Seen): void {
  const list = seen.entry('filegroups');
  const listed = namesIn(list.value, false);
  for (const group of listed) if (!seen.properties.has(`filegroups.${group}`)) build.lints.add('FILEGROUP_EMPTY', list, seen.whose, { component: seen.label, group });
  for (const entry of seen.properties.values()) {
    const group = /^filegroups\.([^.]+)$/.exec(entry.local)?.[1];
    if (group !== undefined && !listed.includes(group)) build.lints.add('FILEGROUP_STRANGER', entry, seen.whose, { component: seen.label, group }, build.fixes.addWord(list, group));
  }
}

// --- folders ---------------------------------------------------------------------------------------------------------

const FOLDER_KEYS = { checkpointDir: '~/.flume/file-channel/checkpoint', dataDirs: '~/.flume/file-channel/data', backupCheckpointDir: '' };

/** Two channels on one folder, or a channel that has two things in one: the second finds it locked, or overwrites it. */
function checkFolders(build: Build, channels: readonly Seen[]): void {
  const taken = new Map<string, Seen>();
  for (const seen of channels) {
    const own = new Set<string>();
    for (const [key, usual] of Object.entries(FOLDER_KEYS)) {
      if (seen.part.spec.keys[key] === undefined) continue;
      const written = seen.part.properties.get(key)?.value ?? usual;
      for (const folder of namesIn(written, true).map((path) => posix.normalize(path).replace(/(.)\/$/, '$1'))) {
        const other = taken.get(folder);
        if (other || own.has(folder)) build.lints.add('FOLDER_SHARED', seen.entry(key), seen.whose, { channel: seen.label, other: other?.label ?? seen.label, folder });
        own.add(folder);
      }
    }
    for (const folder of own) taken.set(folder, seen);
  }
}

// --- ports -----------------------------------------------------------------------------------------------------------

const ANY = new Set(['0.0.0.0', '::', '*', '']);

/** Two sources that listen on one port of one address. */
function checkPorts(build: Build, sources: readonly Seen[]): void {
  const taken = new Map<string, { readonly seen: Seen; readonly host: string }[]>();
  for (const seen of sources) {
    const protocol = seen.part.spec.type.toLowerCase().includes('udp') ? 'udp' : 'tcp';
    const host = String(seen.values['bind'] ?? seen.values['host'] ?? '');
    for (const { key, port } of portsOf(seen)) {
      const held = taken.get(`${protocol} ${port}`) ?? [];
      const other = held.find((one) => one.host === host || ANY.has(one.host) || ANY.has(host));
      if (other) build.lints.add('PORT_TWICE', seen.entry(key), seen.whose, { component: seen.label, other: other.seen.label, port });
      taken.set(`${protocol} ${port}`, [...held, { seen, host }]);
    }
  }
}

/** Where it listens: `port`, or the list `ports`. A source with `bind` or `host`, as others connect to theirs. */
function portsOf(seen: Seen): { readonly key: string; readonly port: number }[] {
  const { keys } = seen.part.spec;
  if (keys['bind'] === undefined && keys['host'] === undefined) return [];
  const single = seen.values['port'];
  const list = namesIn(seen.part.properties.get('ports')?.value ?? '', true).map((port) => ({ key: 'ports', port: Number(port) }));
  return [...(typeof single === 'number' ? [{ key: 'port', port: single }] : []), ...(keys['ports'] === undefined ? [] : list)].filter(({ port }) => port > 0);
}

