// What the graph and the inspector do, as changes of properties: each edit sees the text that the one before it left.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { Graph, GraphEdit, NodeKind, Part } from '../../../../preload/contract/pipelines.ts';
import type { PropertyChange } from '../config/edit.ts';
import { agentsOf, graphOf, lastOf, valueOf, words } from './draw.ts';

/** Comments, order and everything that is not named stay as they are. */
export type ChangeText = (text: string, changes: readonly PropertyChange[]) => string;

const SECTIONS: Readonly<Record<NodeKind, string>> = { source: 'sources', channel: 'channels', sink: 'sinks', sinkgroup: 'sinkgroups' };

export function applyEdits(text: string, agent: string | null, edits: readonly GraphEdit[], change: ChangeText): { readonly text: string; readonly agent: string | null } {
  let now = { text, agent: agent ?? agentsOf(lastOf(text))[0]?.name ?? null };
  for (const edit of edits) {
    if (edit.do === 'agent') { now = { ...now, agent: edit.name }; continue; }
    const name = now.agent ?? 'a1';
    const changes = changesOf(edit, name, graphOf(lastOf(now.text), name), lastOf(now.text).map(({ key }) => key));
    now = { text: changes.length === 0 ? now.text : change(now.text, changes), agent: name };
  }
  return now;
}

const refused = (component: string, reason: string): SluiceError => SluiceError.of('PIPELINE_EDIT', { component, reason });

function changesOf(edit: Exclude<GraphEdit, { do: 'agent' }>, agent: string, graph: Graph, keys: readonly string[]): readonly PropertyChange[] {
  switch (edit.do) {
    case 'set': {
      const part = partOf(graph, edit.kind, edit.name);
      return [{ key: `${agent}.${SECTIONS[edit.kind]}.${part.name}.${edit.key}`, value: edit.value }];
    }
    case 'add': {
      if (partsOf(graph, edit.kind).some(({ name }) => name === edit.name)) throw refused(edit.name, 'the name is taken');
      const section = `${agent}.${SECTIONS[edit.kind]}`;
      return [
        listChange(section, [...listOf(graph, edit.kind), edit.name]),
        ...edit.properties.map(([key, value]) => ({ key: `${section}.${edit.name}.${key}`, value })),
      ];
    }
    case 'remove': return removal(edit.kind, edit.name, agent, graph, keys);
    case 'rename': return renaming(edit, agent, graph, keys);
    case 'connect': return connection(edit.kind, edit.name, agent, graph, (channels) => [...new Set([...channels, edit.channel])], edit.channel);
    case 'disconnect': return connection(edit.kind, edit.name, agent, graph, (channels) => channels.filter((channel) => channel !== edit.channel), null);
    case 'addInterceptor': {
      const source = partOf(graph, 'source', edit.source);
      const list = words(valueOf(source, 'interceptors') ?? '');
      if (list.includes(edit.name)) throw refused(edit.name, 'the name is taken');
      const base = `${agent}.sources.${source.name}.interceptors`;
      return [listChange(base, [...list, edit.name]), { key: `${base}.${edit.name}.type`, value: edit.type }];
    }
    case 'removeInterceptor': {
      const source = partOf(graph, 'source', edit.source);
      const base = `${agent}.sources.${source.name}.interceptors`;
      return [listChange(base, words(valueOf(source, 'interceptors') ?? '').filter((name) => name !== edit.name)), ...gone(keys, `${base}.${edit.name}.`)];
    }
  }
}

/** Goes with its lines, and out of every list that names it. */
function removal(kind: NodeKind, name: string, agent: string, graph: Graph, keys: readonly string[]): PropertyChange[] {
  partOf(graph, kind, name);
  const section = `${agent}.${SECTIONS[kind]}`;
  const changes: PropertyChange[] = [listChange(section, listOf(graph, kind).filter((other) => other !== name)), ...gone(keys, `${section}.${name}.`)];
  if (kind === 'channel') {
    for (const source of graph.sources) if (source.channels.includes(name)) changes.push(...channelsOf(source, agent, source.channels.filter((channel) => channel !== name)));
    for (const sink of graph.sinks) if (sink.channel === name) changes.push({ key: `${agent}.sinks.${sink.name}.channel`, value: null });
  }
  if (kind === 'sink') for (const group of graph.groups) if (group.sinks.includes(name)) changes.push(listChange(`${agent}.sinkgroups.${group.name}.sinks`, group.sinks.filter((sink) => sink !== name)));
  return changes;
}

function renaming({ kind, name, to }: Extract<GraphEdit, { do: 'rename' }>, agent: string, graph: Graph, keys: readonly string[]): PropertyChange[] {
  const part = partOf(graph, kind, name);
  if (name === to) return [];
  if (partsOf(graph, kind).some((other) => other.name === to)) throw refused(to, 'the name is taken');
  const section = `${agent}.${SECTIONS[kind]}`;
  const swap = (names: readonly string[]): string[] => names.map((other) => (other === name ? to : other));
  const changes: PropertyChange[] = [listChange(section, swap(listOf(graph, kind))), ...gone(keys, `${section}.${name}.`), ...part.properties.map(({ key, value }) => ({ key: `${section}.${to}.${key}`, value }))];
  if (kind === 'channel') {
    for (const source of graph.sources) if (source.channels.includes(name)) changes.push(...channelsOf(source, agent, swap(source.channels)));
    for (const sink of graph.sinks) if (sink.channel === name) changes.push({ key: `${agent}.sinks.${sink.name}.channel`, value: to });
  }
  if (kind === 'sink') for (const group of graph.groups) if (group.sinks.includes(name)) changes.push(listChange(`${agent}.sinkgroups.${group.name}.sinks`, swap(group.sinks)));
  return changes;
}

function connection(kind: 'source' | 'sink', name: string, agent: string, graph: Graph, next: (channels: readonly string[]) => string[], channel: string | null): readonly PropertyChange[] {
  if (channel !== null) partOf(graph, 'channel', channel);
  if (kind === 'sink') {
    const sink = partOf(graph, 'sink', name);
    return [{ key: `${agent}.sinks.${sink.name}.channel`, value: channel }];
  }
  const source = graph.sources.find((other) => other.name === name);
  if (!source) throw refused(name, 'there is no such source');
  return channelsOf(source, agent, next(source.channels));
}

/** Under `channels`, as Flume wants it; the other spelling goes. */
function channelsOf(source: Part, agent: string, channels: readonly string[]): PropertyChange[] {
  const base = `${agent}.sources.${source.name}`;
  return [listChange(`${base}.channels`, channels), ...(valueOf(source, 'channel') === null ? [] : [{ key: `${base}.channel`, value: null }])];
}

function listChange(key: string, names: readonly string[]): PropertyChange {
  return { key, value: names.length === 0 ? null : names.join(' ') };
}

function gone(keys: readonly string[], prefix: string): PropertyChange[] {
  return keys.filter((key) => key.startsWith(prefix)).map((key) => ({ key, value: null }));
}

function partsOf(graph: Graph, kind: NodeKind): readonly Part[] {
  return kind === 'source' ? graph.sources : kind === 'channel' ? graph.channels : kind === 'sink' ? graph.sinks : graph.groups;
}

function listOf(graph: Graph, kind: NodeKind): string[] {
  return partsOf(graph, kind).filter(({ listed }) => listed).map(({ name }) => name);
}

function partOf(graph: Graph, kind: NodeKind, name: string): Part {
  const part = partsOf(graph, kind).find((other) => other.name === name);
  if (!part) throw refused(name, `there is no such ${kind}`);
  return part;
}
