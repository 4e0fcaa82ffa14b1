// What a change from one text to another does to each component: which are new, gone, changed, and which only go on.
import type { Graph, Part, PartChange } from '../../../../preload/contract/pipelines.ts';
import { agentsOf, graphOf, lastOf } from './draw.ts';

export function compareTexts(before: { readonly text: string; readonly agent: string | null } | null, after: { readonly text: string; readonly agent: string | null }): PartChange[] {
  const was = before && graphIn(before);
  const is = graphIn(after);
  const old = new Map((was ? partsIn(was) : []).map((part) => [nodeOf(part), part]));
  const fresh = new Map((is ? partsIn(is) : []).map((part) => [nodeOf(part), part]));
  const changes: PartChange[] = [];
  for (const [node, part] of fresh) {
    const other = old.get(node);
    if (!other) changes.push({ node, what: 'added', restarts: true, keeps: false, keys: [] });
    else {
      const keys = keysThatDiffer(other, part);
      const sameType = other.spec === part.spec && other.type === part.type;
      changes.push({ node, what: keys.length === 0 ? 'kept' : 'changed', restarts: keys.length > 0, keeps: keys.length === 0 || keepsContents(part, sameType, keys), keys });
    }
  }
  for (const [node, part] of old) if (!fresh.has(node)) changes.push({ node, what: 'removed', restarts: true, keeps: part.kind === 'channel' && part.spec !== 'memory', keys: [] });
  return withNeighbours(changes, is);
}

export const nodeOf = (part: Pick<Part, 'kind' | 'name'>): string => `${part.kind} ${part.name}`;

function graphIn({ text, agent }: { readonly text: string; readonly agent: string | null }): Graph | null {
  const properties = lastOf(text);
  const name = agent ?? agentsOf(properties)[0]?.name ?? null;
  return name === null ? null : graphOf(properties, name);
}

function partsIn(graph: Graph): readonly Part[] {
  return [...graph.sources, ...graph.channels, ...graph.sinks, ...graph.groups].filter(({ listed }) => listed);
}

function keysThatDiffer(before: Part, after: Part): string[] {
  const [a, b] = [before, after].map((part) => new Map(part.properties.map(({ key, value }) => [key, value])));
  return [...new Set([...(a?.keys() ?? []), ...(b?.keys() ?? [])])].filter((key) => a?.get(key) !== b?.get(key));
}

/** A memory channel that stays one keeps its events (Flume's @Recyclable); one on disk does while its folders and its key stay. */
function keepsContents(part: Part, sameType: boolean, keys: readonly string[]): boolean {
  if (part.kind !== 'channel') return true; // places of sources are kept by their own files
  return sameType && !keys.some((key) => /^(checkpointDir|dataDirs|db\.|driver|kafka\.topic|kafka\.bootstrap)/.test(key));
}

/** A channel that is made anew takes its sources and sinks with it for a moment. */
function withNeighbours(changes: readonly PartChange[], graph: Graph | null): PartChange[] {
  const restarting = new Set(changes.filter(({ what, node }) => (what === 'changed' || what === 'added') && node.startsWith('channel ')).map(({ node }) => node.slice('channel '.length)));
  const touches = (node: string): boolean => {
    const [kind = '', name] = node.split(' ');
    if (kind === 'source') return graph?.sources.find((source) => source.name === name)?.channels.some((channel) => restarting.has(channel)) ?? false;
    return kind === 'sink' && restarting.has(graph?.sinks.find((sink) => sink.name === name)?.channel ?? '');
  };
  return changes.map((change) => (change.what === 'kept' && touches(change.node) ? { ...change, restarts: true } : change));
}
