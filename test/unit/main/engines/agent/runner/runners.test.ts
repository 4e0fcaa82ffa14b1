import { afterEach, expect, test, vi } from 'vitest';
import { Event } from '../../../../../../main/engines/agent/event/event.ts';
import type { ComponentState, Processor, Status } from '../../../../../../main/engines/agent/parts.ts';
import { breath } from '../../../../../../main/engines/agent/runner/breath.ts';
import { SelectingProcessor } from '../../../../../../main/engines/agent/runner/channel-processor.ts';
import { Edge } from '../../../../../../main/engines/agent/runner/edge.ts';
import { Life } from '../../../../../../main/engines/agent/runner/life.ts';
import { Refusals } from '../../../../../../main/engines/agent/runner/refusals.ts';
import { SinkRunner } from '../../../../../../main/engines/agent/runner/sink-runner.ts';
import { SinkView } from '../../../../../../main/engines/agent/runner/sink-view.ts';
import { pollWaits, runSource } from '../../../../../../main/engines/agent/runner/source-runner.ts';
import { Voice } from '../../../../../../main/engines/agent/runner/voice.ts';
import { deliverBatch } from '../../../../../../main/engines/agent/sinks/deliver.ts';
import { sinkCounters } from '../../../../../../main/engines/agent/monitoring/counters.ts';
import { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';
import { event, makeMemoryChannel, properties, putAll, takeAll } from '../../../../../support/agent/probe.ts';

afterEach(() => { vi.useRealTimers(); });

const voice = (): Voice & { readonly states: ComponentState[]; readonly problems: string[] } => {
  const states: ComponentState[] = [];
  const problems: string[] = [];
  return Object.assign(new Voice({ kind: 'sink', name: 'k1' }, (report) => {
    if (report.type === 'state') states.push(report.state);
    if (report.type === 'problem') problems.push(report.error.code);
  }, () => 0), { states, problems });
};
const refused = (reason = 'no'): SluiceError => SluiceError.of('AGENT_DELIVERY', { component: 'k1', target: 't', reason });

test('G10 a source that finds nothing is polled after 1, 2, 3 ... up to 5 s, and at once when it found something', async () => {
  vi.useFakeTimers();
  const polls: number[] = [];
  const stop = new AbortController();
  const answers: Status[] = ['backoff', 'backoff', 'ready', 'backoff', 'backoff', 'backoff', 'backoff', 'backoff', 'backoff', 'backoff'];
  const running = runSource({ poll: async () => { polls.push(Date.now()); return answers.shift() ?? 'backoff'; } }, [], pollWaits(new Map()), voice(), stop.signal);
  const begun = Date.now();
  await vi.advanceTimersByTimeAsync(30_000);
  stop.abort();
  await running;
  expect(polls.slice(0, 10).map((at) => Math.round((at - begun) / 1000))).toEqual([0, 1, 3, 3, 4, 6, 9, 13, 18, 23]);
});

test('G11 backoffSleepIncrement and maxBackoffSleep are the source\'s own, and a poll that fails is reported and comes again', async () => {
  vi.useFakeTimers();
  const waits = pollWaits(properties({ backoffSleepIncrement: 10, maxBackoffSleep: 15 }));
  expect([waits, pollWaits(properties({ backoffSleepIncrement: 'x' }))]).toEqual([{ increment: 10, most: 15 }, { increment: 1000, most: 5000 }]);
  const own = voice();
  own.to('ready');
  const polls: number[] = [];
  const stop = new AbortController();
  const begun = Date.now();
  const running = runSource({ poll: async () => { polls.push(Date.now() - begun); if (polls.length < 3) throw refused(); return 'backoff'; } }, [], waits, own, stop.signal);
  await vi.advanceTimersByTimeAsync(60);
  stop.abort();
  await running;
  expect(polls).toEqual([0, 15, 30, 40, 55]);
  expect([own.problems, own.states]).toEqual([['AGENT_DELIVERY', 'AGENT_DELIVERY'], ['ready', 'degraded', 'ready']]);
});

test('G11 a source that complains of something and goes on stays degraded until a poll without complaint', async () => {
  const own = voice();
  own.to('ready');
  const stop = new AbortController();
  let polls = 0;
  await runSource({ poll: async () => { polls += 1; if (polls < 4) own.problem(refused()); else stop.abort(); return 'ready'; } }, [], { increment: 1, most: 1 }, own, stop.signal);
  expect(own.states).toEqual(['ready', 'degraded', 'ready']);
});

test('G12 a source whose channel is full goes on as soon as there is room', async () => {
  const channel = makeMemoryChannel({ capacity: 1, transactionCapacity: 1, keepAliveMs: 0 });
  await putAll(channel, [event('x')]);
  const stop = new AbortController();
  let got = 0;
  const running = runSource({ poll: async () => { await putAll(channel, [event('y')]); got += 1; stop.abort(); return 'ready'; } }, [channel], { increment: 60_000, most: 60_000 }, voice(), stop.signal);
  await new Promise((resolve) => { setTimeout(resolve, 20); });
  await takeAll(channel);
  await running;
  expect(got).toBe(1);
});

test('G13 a sink that found the channel empty works at the next event; one that failed waits', async () => {
  const channel = makeMemoryChannel({ keepAliveMs: 0 });
  const calls: number[] = [];
  let taken = 0;
  let fail = false;
  const thrown: unknown[] = [];
  const runner = new SinkRunner({ channel, isUp: () => true, taken: () => taken, threw: (error) => { thrown.push(error); } });
  const processor: Processor = {
    start: async () => {}, stop: async () => {},
    process: async () => {
      calls.push(channel.size);
      if (fail) throw refused();
      taken = (await takeAll(channel, 1)).length;
      return taken > 0 ? 'ready' : 'backoff';
    },
  };
  const stop = new AbortController();
  const running = runner.run(processor, stop.signal);
  await vi.waitFor(() => { expect(calls).toEqual([0]); });
  await putAll(channel, [event('1'), event('2')]);
  await vi.waitFor(() => { expect(calls).toEqual([0, 2, 1, 0]); });
  fail = true;
  await putAll(channel, [event('3')]);
  await vi.waitFor(() => { expect(thrown.length).toBe(1); });
  await putAll(channel, [event('4')]);
  await new Promise((resolve) => { setTimeout(resolve, 50); });
  expect([calls.length, runner.isFailing, runner.idle]).toEqual([5, true, false]);
  fail = false;
  expect(await runner.between(async () => 'job')).toBe('job');
  await vi.waitFor(() => { expect(channel.size).toBe(0); });
  stop.abort();
  await running;
});

test('G14 sources and sinks that never wait leave the event loop its turns', async () => {
  const stop = new AbortController();
  let polls = 0;
  const running = runSource({ poll: async () => { polls += 1; return 'ready'; } }, [], { increment: 1, most: 1 }, voice(), stop.signal);
  const turns: number[] = [];
  for (let i = 0; i < 5; i++) {
    const begun = performance.now();
    await new Promise((resolve) => { setTimeout(resolve, 0); });
    turns.push(performance.now() - begun);
  }
  stop.abort();
  await running;
  expect(polls).toBeGreaterThan(100);
  expect(turns.length).toBe(5);
  expect(breath() instanceof Promise || breath() === null).toBe(true);
});

test('G15 a component that fails is stopped and made again after a while, unless that is said to be final', async () => {
  const own = voice();
  const log: string[] = [];
  let attempt = 0;
  const make = (): { start: () => Promise<void>; stop: () => Promise<void> } => {
    attempt += 1;
    const number = attempt;
    return {
      start: async () => { log.push(`start ${number}`); if (number === 1) throw refused('port taken'); },
      stop: async () => { log.push(`stop ${number}`); },
    };
  };
  const life = new Life({ voice: own, create: make, retryMs: 5 });
  life.begin();
  await life.firstTry;
  expect(own.state).toBe('failed');
  await vi.waitFor(() => { expect(own.state).toBe('ready'); });
  own.failed(refused('broke'), false);
  await vi.waitFor(() => { expect(log).toEqual(['start 1', 'stop 1', 'start 2', 'stop 2', 'start 3']); });
  own.failed(refused('for good'), true);
  await vi.waitFor(() => { expect(life.isOver).toBe(true); });
  await new Promise((resolve) => { setTimeout(resolve, 30); });
  expect(log.at(-1)).toBe('stop 3');
  expect(own.state).toBe('failed');
  await life.end();
  expect(own.state).toBe('stopped');
});

test('G16 a start that hangs does not keep the agent from stopping', async () => {
  const own = voice();
  let stopped = false;
  const life = new Life({ voice: own, create: () => ({ start: () => new Promise<void>(() => {}), stop: async () => { stopped = true; } }), retryMs: 5 });
  life.begin();
  await Promise.resolve();
  await life.end();
  expect([stopped, own.state]).toEqual([true, 'stopped']);
});

test('B40 the event that a sink refuses is found by halving its batch, and the others are delivered in order', async () => {
  const channel = makeMemoryChannel({ keepAliveMs: 0 });
  const view = new SinkView(channel, new Edge({ kind: 'channel', name: 'c1' }, { kind: 'sink', name: 'k1' }));
  const letters: Event[] = [];
  const reasons: string[] = [];
  const refusals = new Refusals(view, channel, { add: async (added) => { for (const { event: one, reason } of added) { letters.push(one); reasons.push(reason); } } }, 3);
  const delivered: string[] = [];
  let deliveries = 0;
  await putAll(channel, Array.from({ length: 100 }, (_, i) => event(String(i))));
  const bad = new Set(['37', '38', '90']);
  const step = async (): Promise<void> => {
    try {
      await deliverBatch(view, 100, sinkCounters(), new AbortController().signal, (events) => {
        deliveries += 1;
        if (events.some(({ body }) => bad.has(body.toString()))) throw refused('bad one');
        for (const { body } of events) delivered.push(body.toString());
      });
      refusals.delivered(view.taken.length);
    } catch (error) {
      await refusals.failed(view.taken, error as SluiceError);
    }
  };
  while (channel.size > 0 && deliveries < 500) await step();
  expect(letters.map(({ body }) => body.toString())).toEqual(['37', '38', '90']);
  expect(delivered).toEqual(Array.from({ length: 100 }, (_, i) => String(i)).filter((body) => !bad.has(body)));
  expect(deliveries).toBeLessThan(60);
  expect(reasons[0]).toContain('bad one');
  expect(view.limit).toBe(Number.MAX_SAFE_INTEGER);
});

test('B41 a far side that is away puts no event among the dead letters', async () => {
  const channel = makeMemoryChannel({ keepAliveMs: 0 });
  const view = new SinkView(channel, new Edge({ kind: 'channel', name: 'c1' }, { kind: 'sink', name: 'k1' }));
  const refusals = new Refusals(view, channel, { add: () => { throw new Error('not now'); } }, 1);
  await putAll(channel, [event('a')]);
  for (let i = 0; i < 5; i++) {
    await deliverBatch(view, 100, sinkCounters(), new AbortController().signal, () => { throw SluiceError.of('AGENT_CONNECT', { component: 'k1', target: 't', reason: 'refused' }); })
      .catch(async (error: unknown) => { expect(await refusals.failed(view.taken, error as SluiceError)).toBe(false); });
  }
  expect(channel.size).toBe(1);
});

test('B42 an event that an interceptor refuses is put aside and its batch goes on; other failures fail the batch', async () => {
  const channel = makeMemoryChannel();
  const aside: string[] = [];
  let isBroken = false;
  const make = (setAside: boolean): SelectingProcessor => new SelectingProcessor({
    interceptors: [{ name: 'i1', intercept: (events) => {
      if (isBroken) throw new Error('a bug');
      if (events.some(({ body }) => body.toString() === 'bad')) throw SluiceError.of('AGENT_TRANSFORM', { component: 'i1', reason: 'not JSON' });
      return events.map((one) => Event.of(new Map([['seen', '1']]), one.body));
    } }],
    selector: { fixed: { required: [channel], optional: [] }, route: () => ({ required: [channel], optional: [] }) },
    channels: [channel], say: voice(),
    setAside: setAside ? async (interceptor, letters) => { for (const { event: one, reason } of letters) aside.push(`${interceptor} ${one.body.toString()} ${reason}`); } : null,
  });
  const batch = ['a', 'bad', 'b'].map((body) => event(body));
  await make(true).process(batch);
  expect(aside).toEqual(['i1 bad not JSON']);
  expect((await takeAll(channel)).map(({ body, headers }) => [body.toString(), headers.get('seen')])).toEqual([['a', '1'], ['b', '1']]);
  await expect(make(false).process(batch)).rejects.toMatchObject({ code: 'AGENT_TRANSFORM' });
  isBroken = true;
  await expect(make(true).process(batch)).rejects.toThrow('a bug');
  expect(channel.size).toBe(0);
});

test('G17 calls that overlap reach the channel in the order in which they were made, whatever their interceptors wait for', async () => {
  const channel = makeMemoryChannel();
  const processor = new SelectingProcessor({
    interceptors: [{ intercept: async (events) => { await new Promise((resolve) => { setTimeout(resolve, events[0]?.body.toString() === '0' ? 20 : 0); }); return events; } }],
    selector: { fixed: { required: [channel], optional: [] }, route: () => ({ required: [channel], optional: [] }) },
    channels: [channel], say: voice(),
  });
  await Promise.all(Array.from({ length: 10 }, (_, i) => processor.process([event(String(i))])));
  expect((await takeAll(channel)).map(({ body }) => body.toString())).toEqual(Array.from({ length: 10 }, (_, i) => String(i)));
});

test('G18 what an optional channel refuses is reported and lost to it alone; what a required one refuses fails the batch for all', async () => {
  const [one, other, small] = [makeMemoryChannel({ name: 'c1' }), makeMemoryChannel({ name: 'c2' }), makeMemoryChannel({ name: 'c3', capacity: 1, transactionCapacity: 5, keepAliveMs: 0 })];
  const own = voice();
  own.to('ready');
  const make = (required: (typeof one)[], optional: (typeof one)[]): SelectingProcessor => new SelectingProcessor({
    interceptors: [], selector: { fixed: { required, optional }, route: () => ({ required, optional }) }, channels: [...required, ...optional], say: own,
  });
  await make([one, other], [small]).process([event('a'), event('b')]);
  expect([one.size, other.size, small.size, own.problems]).toEqual([2, 2, 0, ['AGENT_CHANNEL_FULL']]);
  await expect(make([one, small], [other]).process([event('c'), event('d')])).rejects.toMatchObject({ code: 'AGENT_CHANNEL_FULL' });
  expect([one.size, other.size, small.size]).toEqual([2, 2, 0]);
});

test('G16 a stop that hangs is left behind, and told', async () => {
  const notes: string[] = [];
  const own = new Voice({ kind: 'source', name: 'r1' }, (report) => { if (report.type === 'note') notes.push(report.text); }, () => 0);
  const life = new Life({ voice: own, create: () => ({ start: async () => {}, stop: () => new Promise<void>(() => {}) }), retryMs: 5, stopMs: 10 });
  life.begin();
  await life.firstTry;
  await life.end();
  expect([notes.length, own.state]).toEqual([1, 'stopped']);
});
