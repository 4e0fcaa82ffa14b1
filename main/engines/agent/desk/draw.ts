// What is drawn of a text: every component that it names, whether it can run or not. What can run is decided by config/, not here.
import type { AgentFound, Graph, GroupPart, Part, PartKind, PartProperty, SinkPart, SourcePart } from '../../../../preload/contract/pipelines.ts';
import { findLeftOut, findSpec } from '../../../../preload/contract/agent/specs/all.ts';
import { namesIn } from '../config/grammar.ts';
import { parseProperties, type Property } from '../../../lib/java-properties.ts';

const SECTIONS = { sources: 'source', channels: 'channel', sinks: 'sink', sinkgroups: 'sinkgroup' } as const;
type Section = keyof typeof SECTIONS;
const PREFIXES: ReadonlySet<string> = new Set([...Object.keys(SECTIONS), 'configfilters']);

/** As it is meant: commas part names too. */
export const words = (value: string): string[] => namesIn(value, true);

/** The last value of each key holds, at the place of the last. */
export function lastOf(text: string): Property[] {
  const last = new Map<string, Property>();
  for (const property of parseProperties(Buffer.from(text, 'utf8'), 'utf8').properties) {
    const key = property.key.trim();
    last.delete(key);
    last.set(key, { ...property, key, value: property.value.trim() });
  }
  return [...last.values()];
}

/** Agents are first words before a dot and one of the section words. In the order of the text. */
export function agentsOf(properties: readonly Property[]): AgentFound[] {
  const names = new Set<string>();
  for (const { key } of properties) {
    const [agent, section] = key.split('.');
    if (agent && section !== undefined && PREFIXES.has(section)) names.add(agent);
  }
  return [...names].map((name) => {
    const graph = graphOf(properties, name);
    const parts = [...graph.sources, ...graph.channels, ...graph.sinks];
    return { name, sources: graph.sources.length, channels: graph.channels.length, sinks: graph.sinks.length, groups: graph.groups.length, unknown: parts.filter((part) => part.spec === null).length };
  });
}

export function graphOf(properties: readonly Property[], agent: string): Graph {
  const of = (section: Section): Part[] => partsOf(properties, agent, section);
  return {
    agent,
    sources: of('sources').map((part): SourcePart => ({
      ...part, channels: words(valueOf(part, 'channels') ?? valueOf(part, 'channel') ?? ''),
      selector: below(part, 'selector', 'selector', 'selector.'),
      interceptors: words(valueOf(part, 'interceptors') ?? '').map((name) => below(part, 'interceptor', name, `interceptors.${name}.`) ?? emptyPart('interceptor', name, part.line)),
    })),
    channels: of('channels'),
    sinks: of('sinks').map((part): SinkPart => ({ ...part, channel: words(valueOf(part, 'channel') ?? '')[0] ?? null })),
    groups: of('sinkgroups').map((part): GroupPart => ({ ...part, sinks: words(valueOf(part, 'sinks') ?? ''), processor: below(part, 'processor', 'processor', 'processor.') })),
  };
}

function partsOf(properties: readonly Property[], agent: string, section: Section): Part[] {
  const prefix = `${agent}.${section}`;
  const listed: string[] = [];
  const lines = new Map<string, number>();
  const found = new Map<string, PartProperty[]>();
  for (const { key, value, line } of properties) {
    if (key === prefix) {
      for (const name of words(value)) { listed.push(name); lines.set(name, line); }
    } else if (key.startsWith(`${prefix}.`)) {
      const rest = key.slice(prefix.length + 1);
      const dot = rest.indexOf('.');
      if (dot <= 0) continue;
      const name = rest.slice(0, dot);
      const own = found.get(name) ?? [];
      own.push({ key: rest.slice(dot + 1), value, line });
      found.set(name, own);
    }
  }
  return [...new Set([...listed, ...found.keys()])].map((name) => {
    const own = found.get(name) ?? [];
    const kind = SECTIONS[section];
    const type = own.find(({ key }) => key === 'type')?.value ?? '';
    return { kind, name, ...known(kind, type), line: own[0]?.line ?? lines.get(name) ?? 0, listed: listed.includes(name), properties: own };
  });
}

/** A part of a component: its properties are those below `prefix`; null where there are none. */
function below(part: Part, kind: PartKind, name: string, prefix: string): Part | null {
  const properties = part.properties.filter(({ key }) => key.startsWith(prefix)).map(({ key, ...rest }) => ({ key: key.slice(prefix.length), ...rest }));
  const [first] = properties;
  if (!first) return null;
  return { kind, name, ...known(kind, properties.find(({ key }) => key === 'type')?.value ?? ''), line: first.line, listed: true, properties };
}

function emptyPart(kind: PartKind, name: string, line: number): Part {
  return { kind, name, type: '', spec: null, instead: null, line, listed: true, properties: [] };
}

/** Without a type of their own these are Flume's first choice. */
const UNTYPED: Partial<Record<PartKind, string>> = { selector: 'replicating', processor: 'default' };

function known(kind: PartKind, type: string): Pick<Part, 'type' | 'spec' | 'instead'> {
  if (kind === 'sinkgroup' || kind === 'agent') return { type, spec: kind, instead: null };
  const meant = type === '' ? (UNTYPED[kind] ?? '') : type;
  const spec = findSpec(kind, meant);
  const left = spec ? null : findLeftOut(kind, meant);
  return { type, spec: spec?.type ?? null, instead: left && [...left.instead] };
}

export function valueOf(part: Part, key: string): string | null {
  return part.properties.find((property) => property.key === key)?.value ?? null;
}
