import { describe, expect, it } from 'vitest';
import { Figures } from '../../../../../../main/engines/agent/desk/figures.ts';
import { filterOf, tapEdge } from '../../../../../../main/engines/agent/desk/tap.ts';
import { pacedPrint } from '../../../../../../main/app/engine-process/paced-print.ts';
import { channelCounters, sinkCounters, sourceCounters } from '../../../../../../main/engines/agent/monitoring/counters.ts';
import type { AgentStatus } from '../../../../../../main/engines/agent/runner/status.ts';
import type { Watcher } from '../../../../../../main/engines/agent/runner/edge.ts';
import type { TapItem } from '../../../../../../preload/contract/pipelines.ts';
import { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';
import { event } from '../../../../../support/agent/probe.ts';

function status(puts: number, takes: number, size: number, capacity: number | null): AgentStatus {
  return {
    agent: 'a1', state: 'ready',
    sources: [{ id: { kind: 'source', name: 'r1' }, type: 'seq', state: 'ready', error: null, counters: { ...sourceCounters(), EventReceivedCount: puts, EventAcceptedCount: puts, EventReadFail: 2, more: { KafkaEventGetTimer: 7 } } }],
    channels: [{ id: { kind: 'channel', name: 'c1' }, type: 'memory', state: 'ready', error: null, counters: { ...channelCounters(), EventPutSuccessCount: puts, EventTakeSuccessCount: takes }, size, capacity, durable: false }],
    sinks: [{ id: { kind: 'sink', name: 'k1' }, type: 'null', state: 'degraded', error: SluiceError.of('AGENT_DELIVERY', { component: 'k1', target: 'x', reason: 'y' }), counters: { ...sinkCounters(), EventDrainSuccessCount: takes, ConnectionFailedCount: 1 } }],
    edges: [{ id: 'source r1 > channel c1', from: { kind: 'source', name: 'r1' }, to: { kind: 'channel', name: 'c1' }, events: puts, bytes: 0 }],
  };
}

describe('figures', () => {
  it('rates are what came in a second, calm at first and zero when nothing comes', () => {
    const figures = new Figures();
    expect(figures.read(status(100, 0, 100, 1000), 1, 0).parts[1]).toMatchObject({ in: 100, inRate: 0, fullInMs: null });
    const rates: number[] = [];
    for (let second = 1; second <= 8; second += 1) rates.push(figures.read(status(100 + second * 50, 0, 100, 1000), 1, second * 1000).parts[1]?.inRate ?? -1);
    expect(rates[0]).toBe(25);
    expect(rates.at(-1)).toBeGreaterThan(49);
    let last = 1;
    for (let second = 9; second <= 30; second += 1) last = figures.read(status(500, 0, 100, 1000), 1, second * 1000).edges[0]?.rate ?? -1;
    expect(last).toBe(0);
  });

  it('a channel that fills says when it will be full; one that empties, or has no bound, does not', () => {
    const figures = new Figures();
    const after = (takes: number, capacity: number | null): number | null | undefined => {
      const fresh = new Figures();
      fresh.read(status(0, 0, 500, capacity), 1, 0);
      return fresh.read(status(100, takes, 500, capacity), 1, 1000).parts[1]?.fullInMs;
    };
    expect(after(0, 1000)).toBe(10_000); // 500 left at the smoothed 50 a second
    expect([after(100, 1000), after(0, null)]).toEqual([null, null]);
    expect(figures.read(status(1, 1, 0, 10), 1, 0)).toMatchObject({ state: 'degraded', parts: [{ errors: 2, counters: { KafkaEventGetTimer: 7 } }, {}, { errors: 1, error: { code: 'AGENT_DELIVERY' } }] });
  });
});

describe('a tap', () => {
  it('shows a sample of a flood and says how large it is; what it does not show it counts', async () => {
    let watcher: Watcher = () => {};
    const stop = new AbortController();
    const items: TapItem[] = [];
    let unwatched = false;
    const tapping = (async () => { for await (const item of tapEdge({ watch: (given) => { watcher = given; return () => { unwatched = true; }; }, filter: '', now: () => 7 }, stop.signal)) items.push(item); })();
    await Promise.resolve();
    watcher(Array.from({ length: 1000 }, (_, i) => event(`e${i}`)));
    await new Promise((done) => { setTimeout(done, 400); });
    expect(items.at(-1)).toMatchObject({ seen: 1000, oneIn: 40, dropped: 975 });
    expect(items.at(-1)?.events).toHaveLength(25);
    stop.abort();
    await tapping;
    expect(unwatched).toBe(true);
  });

  it('a filter looks into one header, or into the body and all of them', () => {
    const given = event('Hello World', { host: 'web-1', kind: 'order' });
    expect([filterOf('')(given), filterOf('world')(given), filterOf('host=WEB')(given), filterOf('host=order')(given), filterOf('order')(given), filterOf('missing')(given)]).toEqual([true, true, true, false, true, false]);
  });
});

describe('lines of logger sinks in the log', () => {
  it('are a hundred a second at most; the rest is counted', () => {
    let now = 0;
    const written: string[] = [];
    const print = pacedPrint((text) => { written.push(text); }, () => now);
    for (let i = 0; i < 250; i += 1) print(`line ${i}`);
    expect(written).toHaveLength(100);
    now = 1000;
    print('later');
    expect(written.slice(100)).toEqual(['... and 150 more lines\n', 'later\n']);
  });
});
