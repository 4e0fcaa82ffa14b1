// The first lines of a component that was just drawn: its type, and what it needs in order to run at all where that can be guessed.
import type { Graph } from '../../../preload/contract/pipelines.ts';
import { findSpec } from '../../../preload/contract/agent/specs/all.ts';
import type { ComponentSpec } from '../../../preload/contract/agent/keys.ts';
import type { AddChoice } from './add-dialog.tsx';
import { splitNode } from './words.ts';

const FIRST_PORT = 44444;

export function firstProperties({ kind, type }: AddChoice, graph: Graph, selected: string | null): [string, string][] {
  if (kind === 'sinkgroup') {
    const near = selected !== null && splitNode(selected).kind === 'sink' ? splitNode(selected).name : null;
    const grouped = new Set(graph.groups.flatMap(({ sinks }) => sinks));
    const channel = graph.sinks.find(({ name }) => name === near)?.channel ?? graph.sinks.find(({ name }) => !grouped.has(name))?.channel ?? null;
    const sinks = graph.sinks.filter((sink) => !grouped.has(sink.name) && sink.channel === channel).map(({ name }) => name);
    return [...(sinks.length > 0 ? [['sinks', sinks.join(' ')] as [string, string]] : []), ['processor.type', type]];
  }
  const spec = findSpec(kind as ComponentSpec['kind'], type);
  const properties: [string, string][] = [['type', type]];
  if (!spec) return properties;
  for (const [key, of] of Object.entries(spec.keys)) {
    if (!of.required) continue;
    if (key === 'bind' || key === 'host') properties.push([key, '127.0.0.1']);
    else if (of.kind === 'number' && of.unit === 'port') properties.push([key, String(freePort(graph))]);
  }
  return properties;
}

/** A port that no other part of the text names. */
function freePort(graph: Graph): number {
  const taken = new Set([...graph.sources, ...graph.sinks].flatMap(({ properties }) => properties.filter(({ key }) => /port/i.test(key)).map(({ value }) => value)));
  let port = FIRST_PORT;
  while (taken.has(String(port))) port += 1;
  return port;
}
