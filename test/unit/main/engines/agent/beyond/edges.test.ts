import { expect, test } from 'vitest';
import { Provenance } from '../../../../../../main/engines/agent/beyond/provenance.ts';
import { Tap } from '../../../../../../main/engines/agent/beyond/tap.ts';
import type { Event } from '../../../../../../main/engines/agent/event/event.ts';
import { Edge } from '../../../../../../main/engines/agent/runner/edge.ts';
import { event } from '../../../../../support/agent/probe.ts';

const makeEdge = (): Edge => new Edge({ kind: 'source', name: 'r1' }, { kind: 'channel', name: 'c1' });
const events = (from: number, count: number): Event[] => Array.from({ length: count }, (_, i) => event(String(from + i)));
const bodies = (found: readonly { readonly event: Event }[] | undefined): string[] => (found ?? []).map((one) => one.event.body.toString());
const now = (): number => 7;

test('B10 a tap sees what passes from its opening on, and nothing after its end', async () => {
  const edge = makeEdge();
  edge.passed(events(0, 3));
  const tap = new Tap((watcher) => edge.watch(watcher), { now });
  const first = tap.take();
  edge.passed(events(3, 2));
  expect(bodies((await first)?.events)).toEqual(['3', '4']);
  edge.passed(events(5, 1));
  expect(await tap.take()).toMatchObject({ seen: 3, dropped: 0 });
  const last = tap.take();
  tap.close();
  expect(await last).toBeNull();
  edge.passed(events(6, 1));
  expect(edge.events).toBe(7);
});

test('B11 a tap that nobody empties lets events go and counts them', async () => {
  const edge = makeEdge();
  const tap = new Tap((watcher) => edge.watch(watcher), { now, most: 10 });
  for (let i = 0; i < 100; i++) edge.passed(events(i * 100, 100));
  const taken = await tap.take();
  expect(bodies(taken?.events)).toEqual(Array.from({ length: 10 }, (_, i) => String(i)));
  expect(taken).toMatchObject({ seen: 10_000, dropped: 9_990 });
});

test('B12 a tap looks at one event in n across batches, and at those its filter wants', async () => {
  const edge = makeEdge();
  const sampled = new Tap((watcher) => edge.watch(watcher), { now, oneIn: 3 });
  const filtered = new Tap((watcher) => edge.watch(watcher), { now, filter: (one) => { if (one.body.toString() === '4') throw new Error('not like this'); return Number(one.body.toString()) % 2 === 0; } });
  edge.passed(events(0, 4));
  edge.passed(events(4, 1));
  edge.passed(events(5, 5));
  expect(bodies((await sampled.take())?.events)).toEqual(['0', '3', '6', '9']);
  expect(bodies((await filtered.take())?.events)).toEqual(['0', '2', '6', '8']);
});

test('B13 a tapped event does not change with the frame it stood in', async () => {
  const edge = makeEdge();
  const tap = new Tap((watcher) => edge.watch(watcher), { now });
  const past = new Provenance(edge, { now });
  const frame = Buffer.from('hello');
  edge.passed([event(frame)]);
  frame.fill('x');
  expect(bodies((await tap.take())?.events)).toEqual(['hello']);
  expect(bodies(past.newest(1))).toEqual(['hello']);
});

test('B14 the past of an edge is found by number, bounded by events', () => {
  const edge = makeEdge();
  const past = new Provenance(edge, { now, mostEvents: 100 });
  expect(past.range).toBeNull();
  for (let i = 0; i < 50; i++) edge.passed(events(i * 10, 10));
  expect(past.range).toEqual({ first: 401, last: 500 });
  expect(bodies(past.between(408, 412))).toEqual(['407', '408', '409', '410', '411']);
  expect(past.between(408, 412).map(({ number, at }) => [number, at])).toEqual([408, 409, 410, 411, 412].map((number) => [number, 7]));
  expect(past.between(1, 400)).toEqual([]);
  expect(bodies(past.newest(3, (one) => one.body.toString().endsWith('5')))).toEqual(['495', '485', '475']);
  edge.passed(events(500, 1000));
  expect(past.range).toEqual({ first: 1401, last: 1500 });
});

test('B15 and by bytes', () => {
  const edge = makeEdge();
  const past = new Provenance(edge, { now, mostBytes: 10_000 });
  for (let i = 0; i < 100; i++) edge.passed([event(Buffer.alloc(1000, i))]);
  const { first, last } = past.range ?? { first: 0, last: 0 };
  expect(last).toBe(100);
  expect(last - first).toBeGreaterThan(5);
  expect(last - first).toBeLessThan(10);
});

test('B16 of a flood only a part is kept, and what comes after it as before; numbers count on', () => {
  const edge = makeEdge();
  let clock = 0;
  const past = new Provenance(edge, { now: () => clock, mostEvents: 1_000_000, mostBytes: 2 ** 30 });
  for (let i = 0; i < 1000; i++) edge.passed(events(i * 100, 100));
  expect(past.range).toEqual({ first: 1, last: 10_000 });
  expect(past.between(1, 100_000).length).toBe(10_000);
  clock = 1000;
  edge.passed(events(100_000, 10));
  expect(past.newest(1)[0]?.number).toBe(100_010);
});

test('B12 a filter that wants nothing costs a bounded number of looks', () => {
  const edge = makeEdge();
  let looks = 0;
  const tap = new Tap((watcher) => edge.watch(watcher), { now, filter: () => { looks += 1; return false; } });
  for (let i = 0; i < 1000; i++) edge.passed(events(i * 100, 100));
  expect(looks).toBe(20_000);
  tap.close();
});
