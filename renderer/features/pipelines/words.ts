// Small words and figures of the Pipelines screens: tones of states, rates, names of nodes, the text of an event.
import type { Messages } from '../../../assets/locales/index.ts';
import type { Graph, GroupPart, NodeKind, Part, PartState, Pipeline, PipelineState, SinkPart, SourcePart } from '../../../preload/contract/pipelines.ts';
import type { Formats } from '../../app/formats.ts';
import type { Tone } from '../../ui/show.tsx';

export const STATE_TONES: Record<PipelineState, Tone> = { stopped: 'idle', starting: 'info', running: 'ok', degraded: 'warn', failed: 'bad', draining: 'info' };
export const PART_TONES: Record<PartState, Tone> = { starting: 'info', ready: 'ok', degraded: 'warn', failed: 'bad', draining: 'info', stopped: 'idle' };

export const isOn = (pipeline: Pipeline): boolean => pipeline.state !== 'stopped' && pipeline.state !== 'failed';

/** "0", "0.4", "12", "1,250", "1.2 M": three figures are enough for a rate. */
export function rateText(rate: number, format: Formats): string {
  if (rate >= 1e6) return `${format.number(Math.round(rate / 1e5) / 10)} M`;
  if (rate >= 1e4) return `${format.number(Math.round(rate / 100) / 10)} k`;
  return format.number(rate < 10 ? Math.round(rate * 10) / 10 : Math.round(rate));
}

export function countText(count: number, format: Formats): string {
  return count >= 1e7 ? `${format.number(Math.round(count / 1e5) / 10)} M` : format.number(count);
}

// --- nodes and edges -------------------------------------------------------------------------------------------------

export const nodeId = (kind: string, name: string): string => `${kind} ${name}`;
export const edgeId = (from: string, to: string): string => `${from} > ${to}`;

export function splitNode(id: string): { readonly kind: NodeKind; readonly name: string } {
  const cut = id.indexOf(' ');
  return { kind: id.slice(0, cut) as NodeKind, name: id.slice(cut + 1) };
}

export type AnyPart = Part | SourcePart | SinkPart | GroupPart;

export function partsOf(graph: Graph): readonly AnyPart[] {
  return [...graph.sources, ...graph.channels, ...graph.sinks, ...graph.groups];
}

export function partOf(graph: Graph | null, id: string | null): AnyPart | null {
  return graph && id !== null ? (partsOf(graph).find((part) => nodeId(part.kind, part.name) === id) ?? null) : null;
}

export interface Link { readonly id: string; readonly from: string; readonly to: string }

/** Source to channel and channel to sink, in the order of the text. Only between what is there. */
export function linksOf(graph: Graph): readonly Link[] {
  const channels = new Set(graph.channels.map(({ name }) => name));
  const link = (from: string, to: string): Link => ({ id: edgeId(from, to), from, to });
  return [
    ...graph.sources.flatMap((source) => source.channels.filter((name) => channels.has(name)).map((name) => link(nodeId('source', source.name), nodeId('channel', name)))),
    ...graph.sinks.flatMap((sink) => (sink.channel !== null && channels.has(sink.channel) ? [link(nodeId('channel', sink.channel), nodeId('sink', sink.name))] : [])),
  ];
}

/** Why these two cannot be connected, or null. */
export function badLink(from: NodeKind, to: NodeKind): 'sourceSink' | 'same' | 'back' | null {
  if ((from === 'source' && to === 'channel') || (from === 'channel' && to === 'sink')) return null;
  if (from === to) return 'same';
  return from === 'source' && to === 'sink' ? 'sourceSink' : 'back';
}

/** The next free of r1, r2 ... */
export function freeName(graph: Graph | null, kind: NodeKind): string {
  const letter = { source: 'r', channel: 'c', sink: 'k', sinkgroup: 'g' }[kind];
  const taken = new Set(graph ? partsOf(graph).filter((part) => part.kind === kind).map(({ name }) => name) : []);
  let n = 1;
  while (taken.has(`${letter}${n}`)) n += 1;
  return `${letter}${n}`;
}

/** A short type: the last word of a class. */
export function typeText(part: Pick<Part, 'type' | 'spec'>): string {
  const type = part.spec !== null && part.type.includes('.') && !part.spec.includes('.') ? part.spec : part.type;
  return type.includes('.') ? type.slice(type.lastIndexOf('.') + 1).replace('$Builder', '') : type;
}

/** The parts that are not as they were deployed. */
export function changedNodes(draft: Graph | null, deployed: Graph | null): ReadonlySet<string> {
  if (!draft) return new Set();
  const before = new Map(deployed ? partsOf(deployed).map((part) => [nodeId(part.kind, part.name), bareProperties(part)]) : []);
  return new Set(partsOf(draft).filter((part) => before.get(nodeId(part.kind, part.name)) !== bareProperties(part)).map((part) => nodeId(part.kind, part.name)));
}

function bareProperties(part: Part): string {
  return JSON.stringify([part.listed, ...part.properties.map(({ key, value }) => `${key}=${value}`).sort()]);
}

export function lintTone(severity: 'error' | 'warning' | 'hint'): Tone {
  return severity === 'error' ? 'bad' : severity === 'warning' ? 'warn' : 'info';
}

// --- events ----------------------------------------------------------------------------------------------------------

/** "name=value" a line. */
export function headerLines(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers).map(([key, value]) => `${key}=${value}`).join('\n');
}

export function headersOf(lines: string): Record<string, string> {
  return Object.fromEntries(lines.split('\n').flatMap((line) => {
    const cut = line.indexOf('=');
    return cut > 0 ? [[line.slice(0, cut).trim(), line.slice(cut + 1)] as const] : [];
  }));
}

export function stateWord(state: PipelineState, texts: Messages['screens']): string {
  return texts.pipelines.state[state];
}
