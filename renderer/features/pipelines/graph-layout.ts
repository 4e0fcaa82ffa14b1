// Where nodes stand: sources, what is between, channels and sinks in columns, ordered so that edges cross little. What a person has moved stays there.
import type { Graph, Layout } from '../../../preload/contract/pipelines.ts';
import { nodeId } from './words.ts';

export const SIZE = { source: { width: 184, height: 84 }, channel: { width: 168, height: 104 }, sink: { width: 184, height: 84 }, between: { width: 132, height: 28 } } as const;
const GAP = 28;
const BETWEEN_LINE = 24;
const COLUMN_GAP = 92;

export interface Placed { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

/** By "source r1"; "between r1" for the stages on the edge from a source. */
export function layoutOf(graph: Graph, moved: Layout): ReadonlyMap<string, Placed> {
  const order = (names: readonly string[], weight: (name: string) => number): string[] => names.map((name, index) => [name, weight(name), index] as const).sort((a, b) => a[1] - b[1] || a[2] - b[2]).map(([name]) => name);
  const sources = graph.sources.map(({ name }) => name);
  const mean = (places: readonly number[], otherwise: number): number => (places.length === 0 ? otherwise : places.reduce((sum, place) => sum + place, 0) / places.length);
  const channels = order(graph.channels.map(({ name }) => name), (name) => mean(graph.sources.flatMap((source, index) => (source.channels.includes(name) ? [index] : [])), 1000));
  const groupOf = (sink: string): number => graph.groups.findIndex(({ sinks }) => sinks.includes(sink));
  const sinks = order(graph.sinks.map(({ name }) => name), (name) => {
    const channel = channels.indexOf(graph.sinks.find((sink) => sink.name === name)?.channel ?? '');
    return (channel < 0 ? 1000 : channel) + (groupOf(name) < 0 ? 0.5 : groupOf(name) / 1000);
  });
  const stages = new Map(graph.sources.map((source) => [source.name, stagesOf(source).length]));
  const hasBetween = [...stages.values()].some((count) => count > 0);

  const heights = { source: (name: string) => Math.max(SIZE.source.height, (stages.get(name) ?? 0) * BETWEEN_LINE + 16), channel: () => SIZE.channel.height, sink: () => SIZE.sink.height };
  const total = (names: readonly string[], height: (name: string) => number): number => names.reduce((sum, name) => sum + height(name) + GAP, -GAP);
  const tallest = Math.max(total(sources, heights.source), total(channels, heights.channel), total(sinks, heights.sink), 0);
  const placed = new Map<string, Placed>();
  const column = (kind: 'source' | 'channel' | 'sink', names: readonly string[], x: number): void => {
    let y = (tallest - total(names, heights[kind])) / 2;
    for (const name of names) {
      const id = nodeId(kind, name);
      const room = heights[kind](name);
      const own = moved[id];
      const { width, height } = SIZE[kind];
      placed.set(id, { x: own?.x ?? x, y: own?.y ?? y + (room - height) / 2, width, height });
      y += room + GAP;
    }
  };
  column('source', sources, 0);
  const betweenX = SIZE.source.width + 44;
  const channelX = hasBetween ? betweenX + SIZE.between.width + COLUMN_GAP : SIZE.source.width + COLUMN_GAP + 16;
  column('channel', channels, channelX);
  column('sink', sinks, channelX + SIZE.channel.width + COLUMN_GAP + 16);
  for (const [name, count] of stages) {
    const source = placed.get(nodeId('source', name));
    if (!source || count === 0) continue;
    const height = count * BETWEEN_LINE + 8;
    placed.set(nodeId('between', name), { x: source.x + betweenX, y: source.y + (source.height - height) / 2, width: SIZE.between.width, height });
  }
  return placed;
}

export interface Stage { readonly kind: 'interceptor' | 'selector'; readonly name: string; readonly type: string; readonly known: boolean }

/** What an event goes through between the source and its channels; a replicating selector in front of one channel is nothing to see. */
export function stagesOf(source: Graph['sources'][number]): readonly Stage[] {
  const stages: Stage[] = source.interceptors.map(({ name, type, spec }) => ({ kind: 'interceptor', name, type, known: spec !== null }));
  const { selector } = source;
  if (selector && selector.type !== '' && selector.spec !== 'replicating') stages.push({ kind: 'selector', name: 'selector', type: selector.type, known: selector.spec !== null });
  return stages;
}

/** Along the edges and to the neighbours of the same column, for the arrow keys; null at an end. */
export function neighbour(placed: ReadonlyMap<string, Placed>, links: readonly { readonly from: string; readonly to: string }[], from: string, way: 'left' | 'right' | 'up' | 'down'): string | null {
  const here = placed.get(from);
  if (!here) return null;
  const middle = (place: Placed): number => place.y + place.height / 2;
  const nearest = (ids: readonly string[]): string | null => [...ids].sort((a, b) => Math.abs(middle(placed.get(a) ?? here) - middle(here)) - Math.abs(middle(placed.get(b) ?? here) - middle(here)))[0] ?? null;
  if (way === 'right') return nearest(links.filter((link) => link.from === from).map(({ to }) => to));
  if (way === 'left') return nearest(links.filter((link) => link.to === from).map((link) => link.from));
  const kind = from.slice(0, from.indexOf(' '));
  const column = [...placed].filter(([id]) => id.startsWith(`${kind} `)).sort((a, b) => a[1].y - b[1].y).map(([id]) => id);
  return column[column.indexOf(from) + (way === 'down' ? 1 : -1)] ?? null;
}
