// The figures as Flume's /metrics has them: one object a component, its key `TYPE.name`, every value a string (HTTPMetricsServer, JMXPollUtil; observed on 1.11).
import type { AgentStatus } from '../runner/status.ts';

type Group = Readonly<Record<string, string>>;

export function flumeMetrics({ sources, channels, sinks }: AgentStatus): Readonly<Record<string, Group>> {
  const all: Record<string, Group> = {};
  for (const { id: { name }, counters } of sources) all[`SOURCE.${name}`] = group('SOURCE', counters);
  for (const { id: { name }, counters, size, capacity } of channels) {
    all[`CHANNEL.${name}`] = { ...group('CHANNEL', counters), ChannelSize: String(size), ChannelCapacity: String(capacity ?? 0), ChannelFillPercentage: double(capacity ? size / capacity * 100 : 0) };
  }
  for (const { id: { name }, counters } of sinks) all[`SINK.${name}`] = group('SINK', counters);
  return all;
}

function group(type: string, { more, ...counters }: { readonly more: Readonly<Record<string, number>> } & Readonly<Record<string, unknown>>): Group {
  return { Type: type, ...Object.fromEntries([...Object.entries(counters), ...Object.entries(more)].map(([key, value]) => [key, String(value)])) };
}

/** As Double.toString writes it. */
const double = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value));
