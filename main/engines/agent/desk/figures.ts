// The figures of a running agent as the screens show them: what its components count, and how fast that grows.
import type { EdgeLive, PartLive, PipelineLive } from '../../../../preload/contract/pipelines.ts';
import type { ChannelCounters, SinkCounters, SourceCounters } from '../monitoring/counters.ts';
import type { AgentStatus } from '../runner/status.ts';

/** Weight of the newest second in a rate, so that it moves calmly. */
const NEW = 0.5;
/** Farther ahead than this, nobody is told when a channel will be full. */
const SOON_MS = 24 * 3_600_000;

interface Seen { readonly at: number; readonly totals: ReadonlyMap<string, number>; readonly rates: ReadonlyMap<string, number> }

export class Figures {
  #seen: Seen | null = null;

  /** @param at wall clock, ms; @param now never jumps, ms. */
  read(status: AgentStatus, at: number, now: number): PipelineLive {
    const totals = totalsOf(status);
    const rates = this.#ratesOf(totals, now);
    const rate = (key: string): number => rates.get(key) ?? 0;
    const part = ({ id, state, error }: AgentStatus['sources' | 'channels' | 'sinks'][number]): Pick<PartLive, 'name' | 'state' | 'error' | 'in' | 'out' | 'inRate' | 'outRate'> => {
      const node = `${id.kind} ${id.name}`;
      const [inKey, outKey] = [`${node} in`, `${node} out`];
      return { name: id.name, state, error: error?.toInfo() ?? null, in: totals.get(inKey) ?? 0, out: totals.get(outKey) ?? 0, inRate: rate(inKey), outRate: rate(outKey) };
    };
    const none = { size: null, capacity: null, fullInMs: null };
    const parts: PartLive[] = [
      ...status.sources.map((source): PartLive => ({ kind: 'source', ...part(source), ...none, errors: source.counters.EventReadFail + source.counters.GenericProcessingFail + source.counters.ChannelWriteFail, counters: flat(source.counters) })),
      ...status.channels.map((channel): PartLive => {
        const shown = part(channel);
        return { kind: 'channel', ...shown, errors: 0, size: channel.size, capacity: channel.capacity, fullInMs: fullIn(channel.size, channel.capacity, shown.inRate - shown.outRate), counters: flat(channel.counters) };
      }),
      ...status.sinks.map((sink): PartLive => ({ kind: 'sink', ...part(sink), ...none, errors: sink.counters.EventWriteFail + sink.counters.ChannelReadFail + sink.counters.ConnectionFailedCount, counters: flat(sink.counters) })),
    ];
    const edges: EdgeLive[] = status.edges.map(({ id, events }) => ({ id, total: events, rate: rate(id) }));
    const broken = parts.some(({ state }) => state === 'failed' || state === 'degraded');
    return { at, state: broken ? 'degraded' : 'running', error: null, parts, edges };
  }

  #ratesOf(totals: ReadonlyMap<string, number>, now: number): ReadonlyMap<string, number> {
    const before = this.#seen;
    const seconds = before ? (now - before.at) / 1000 : 0;
    if (before && seconds <= 0) return before.rates;
    const rates = new Map([...totals].map(([key, total]) => {
      const was = before?.totals.get(key);
      if (was === undefined) return [key, 0];
      const rate = Math.max(0, total - was) / seconds;
      const smooth = (before?.rates.get(key) ?? 0) * (1 - NEW) + rate * NEW;
      return [key, smooth < 0.05 ? 0 : smooth];
    }));
    this.#seen = { at: now, totals, rates };
    return rates;
  }
}

/** Events in and out of everything, by "source r1 in", "channel c1 out" and the ids of edges. */
function totalsOf(status: AgentStatus): Map<string, number> {
  const totals = new Map<string, number>();
  for (const { id, counters } of status.sources) {
    totals.set(`source ${id.name} in`, Math.max(counters.EventReceivedCount, counters.AppendReceivedCount));
    totals.set(`source ${id.name} out`, Math.max(counters.EventAcceptedCount, counters.AppendAcceptedCount));
  }
  for (const { id, counters } of status.channels) {
    totals.set(`channel ${id.name} in`, counters.EventPutSuccessCount);
    totals.set(`channel ${id.name} out`, counters.EventTakeSuccessCount);
  }
  for (const { id, counters } of status.sinks) {
    totals.set(`sink ${id.name} in`, counters.EventDrainAttemptCount);
    totals.set(`sink ${id.name} out`, counters.EventDrainSuccessCount);
  }
  for (const { id, events } of status.edges) totals.set(id, events);
  return totals;
}

function fullIn(size: number, capacity: number | null, growth: number): number | null {
  if (capacity === null || growth <= 0) return null;
  const ms = ((capacity - size) / growth) * 1000;
  return ms > SOON_MS ? null : Math.max(0, Math.round(ms));
}

function flat({ more, ...counters }: SourceCounters | ChannelCounters | SinkCounters): Record<string, number> {
  return { ...counters, ...more };
}
