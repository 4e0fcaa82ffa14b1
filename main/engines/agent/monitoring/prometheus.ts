// The figures in the text form of Prometheus (exposition format 0.0.4): counters of components under Flume's names in snake case, gauges of channels, counters of edges.
import type { AgentStatus } from '../runner/status.ts';
import type { ComponentState } from '../parts.ts';

type Labels = Readonly<Record<string, string>>;

export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const UP: readonly ComponentState[] = ['ready', 'degraded'];

export function prometheusText({ agent, sources, channels, sinks, edges }: AgentStatus): string {
  const families = new Families();
  const labels = (id: { readonly name: string }, type: string): Labels => ({ agent, name: id.name, type });
  for (const { id, type, counters } of sources) families.counters('sluice_source', labels(id, type), counters);
  for (const { id, type, counters, size, capacity } of channels) {
    families.counters('sluice_channel', labels(id, type), counters);
    families.add('sluice_channel_size', 'gauge', 'Events in the channel.', labels(id, type), size);
    if (capacity !== null) families.add('sluice_channel_capacity', 'gauge', 'Events the channel takes.', labels(id, type), capacity);
  }
  for (const { id, type, counters } of sinks) families.counters('sluice_sink', labels(id, type), counters);
  for (const { id, type, state } of [...sources, ...channels, ...sinks]) {
    families.add('sluice_component_up', 'gauge', '1 while the component works.', { agent, kind: id.kind, name: id.name, type }, UP.includes(state) ? 1 : 0);
  }
  for (const { from, to, events, bytes } of edges) {
    const between = { agent, from: from.name, to: to.name };
    families.add('sluice_edge_events_total', 'counter', 'Events that passed from one component to the next.', between, events);
    families.add('sluice_edge_bytes_total', 'counter', 'Bytes of the bodies of these events.', between, bytes);
  }
  return families.text();
}

/** Gauges among what is counted. */
const GAUGES = new Set(['OpenConnectionCount', 'Unhealthy', 'Open']);

class Families {
  private readonly lines = new Map<string, string[]>();

  add(name: string, type: 'counter' | 'gauge', help: string, labels: Labels, value: number): void {
    const lines = this.lines.get(name) ?? [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
    lines.push(`${name}{${Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`).join(',')}} ${value}`);
    this.lines.set(name, lines);
  }

  counters(prefix: string, labels: Labels, { more, ...counters }: { readonly more: Readonly<Record<string, number>> } & Readonly<Record<string, unknown>>): void {
    for (const [key, value] of [...Object.entries(counters), ...Object.entries(more)]) {
      if (key === 'StartTime' || key === 'StopTime') {
        this.add(`${prefix}_${snake(key)}_seconds`, 'gauge', `Flume's ${key}, in seconds since 1970.`, labels, Number(value) / 1000);
      } else {
        const isGauge = GAUGES.has(key);
        this.add(`${prefix}_${snake(key.replace(/Count$/, ''))}${isGauge ? '' : '_total'}`, isGauge ? 'gauge' : 'counter', `Flume's ${key}.`, labels, Number(value));
      }
    }
  }

  text(): string {
    return [...this.lines.values()].flat().map((line) => `${line}\n`).join('');
  }
}

const snake = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
const escaped = (text: string): string => text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
