import { afterEach, expect, test } from 'vitest';
import type { RunningAgent} from '../../../../../../main/engines/agent/runner/agent.ts';
import { startAgent, type AgentOptions } from '../../../../../../main/engines/agent/runner/agent.ts';
import { diffAgents } from '../../../../../../main/engines/agent/runner/diff.ts';
import type { AgentReport } from '../../../../../../main/engines/agent/parts.ts';
import { configure } from '../../../../../support/agent/configure.ts';
import { event, makeMemoryChannel, putAll, takeAll, testPorts } from '../../../../../support/agent/probe.ts';

const running: RunningAgent[] = [];
afterEach(async () => { for (const agent of running.splice(0)) await agent.stop(); });

async function run(text: string, options: AgentOptions = {}): Promise<{ agent: RunningAgent; printed: string[]; reports: AgentReport[] }> {
  const reports: AgentReport[] = [];
  const ports = testPorts({ report: (report) => { reports.push(report); } });
  const agent = await startAgent(configure(text), ports, { retryMs: 20, settleMs: 2000, drainMs: 300, ...options });
  running.push(agent);
  return { agent, printed: ports.printed, reports };
}

async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error('it did not come to be');
    await new Promise((resolve) => { setTimeout(resolve, 5); });
  }
}

const BASE = `
a1.sources = r1
a1.channels = c1
a1.sinks = k1
a1.sources.r1.type = seq
a1.sources.r1.totalEvents = 100
a1.sources.r1.channels = c1
a1.channels.c1.type = memory
a1.channels.c1.capacity = 1000
a1.sinks.k1.type = logger
a1.sinks.k1.channel = c1
`;
/** No sink empties the channel. */
const KEEPING = BASE.replace('a1.sinks = k1', '').replace(/a1\.sinks\.k1.*\n/g, '');
const MORE = `${BASE}
a1.sinks = k1 k2
a1.sinks.k2.type = null
a1.sinks.k2.channel = c2
a1.channels = c1 c2
a1.channels.c2.type = memory
`;
const numbers = (printed: readonly string[]): string[] => printed.map((line) => / (\d+) }$/.exec(line)?.[1] ?? '');
const changed = (reports: readonly AgentReport[], from: number): string[] => [...new Set(reports.slice(from).flatMap((report) => (report.type === 'state' ? [report.component.name] : [])))];

test('G20 only what changed is started again', async () => {
  const { agent, reports } = await run(MORE);
  const from = reports.length;
  const { changes, refused } = await agent.reload(configure(MORE.replace('k2.type = null', 'k2.type = null\na1.sinks.k2.batchSize = 7')));
  expect(refused).toBeNull();
  expect(changes.filter(({ change }) => change !== 'kept')).toEqual([{ kind: 'sink', name: 'k2', change: 'changed', restarts: false, keys: ['batchSize'] }]);
  expect(changed(reports, from)).toEqual(['k2']);
  expect(agent.status().state).toBe('ready');
});

test('G21 what is connected to a changed channel is started again, and said to be as it was', () => {
  const { changes, sources, groups, channels } = diffAgents(configure(MORE), configure(MORE.replace('capacity = 1000', 'capacity = 2000')));
  expect(changes.map(({ name, change, restarts, keys }) => [name, change, restarts, keys])).toEqual([
    ['r1', 'kept', true, []], ['c1', 'changed', false, ['capacity']], ['c2', 'kept', false, []], ['k1', 'kept', true, []], ['k2', 'kept', false, []],
  ]);
  expect([[...sources.stop], [...channels.stop], [...groups.start]]).toEqual([['r1'], ['c1'], ['k1']]);
});

test('G22 events in a memory channel of the same name and type stay, in order, when it changes', async () => {
  const { agent, printed } = await run(KEEPING);
  await until(() => agent.channels.get('c1')?.slot.size === 100);
  const { refused } = await agent.reload(configure(BASE.replace('capacity = 1000', 'capacity = 5000\na1.channels.c1.transactionCapacity = 7').replace('totalEvents = 100', 'totalEvents = 0')));
  expect(refused).toBeNull();
  await until(() => printed.length === 100);
  expect(numbers(printed)).toEqual(Array.from({ length: 100 }, (_, i) => String(i)));
  expect(agent.status().channels).toMatchObject([{ capacity: 5000, size: 0 }]);
});

test('G23 a configuration that does not work is undone: the former one runs on with its events, and the reason is given', async () => {
  const { agent, printed } = await run(KEEPING);
  await until(() => agent.channels.get('c1')?.slot.size === 100);
  const bad = await agent.reload(configure(BASE.replace('totalEvents = 100', 'totalEvents = none').replace('capacity = 1000', 'capacity = 2000').replace('logger', 'logger\na1.sinks.k1.maxBytesToLog = x')));
  expect(bad.refused).toMatchObject({ code: 'AGENT_KEY' });
  expect(agent.config.channels.get('c1')?.properties.get('capacity')?.value).toBe('1000');
  expect(agent.status()).toMatchObject({ state: 'ready', sinks: [], channels: [{ capacity: 1000 }] });
  const good = await agent.reload(configure(BASE.replace('totalEvents = 100', 'totalEvents = 0')));
  expect(good.refused).toBeNull();
  await until(() => printed.length >= 100);
  expect(numbers(printed).slice(0, 100)).toEqual(Array.from({ length: 100 }, (_, i) => String(i)));
});

test('G24 a channel that becomes too small for its events is refused, and nothing is lost', async () => {
  const { agent } = await run(KEEPING);
  await until(() => agent.channels.get('c1')?.slot.size === 100);
  const { refused } = await agent.reload(configure(KEEPING.replace('capacity = 1000', 'capacity = 10\na1.channels.c1.transactionCapacity = 10\na1.channels.c1.keep-alive = 0').replace('totalEvents = 100', 'totalEvents = 0')));
  expect(refused).toMatchObject({ code: 'AGENT_CHANNEL_FULL' });
  expect(agent.channels.get('c1')?.slot.size).toBeGreaterThanOrEqual(100);
  expect(agent.status().channels).toMatchObject([{ capacity: 1000, state: 'ready' }]);
});

test('G25 events of a memory channel that is gone are delivered first, or kept among the dead letters', async () => {
  const { agent } = await run(KEEPING);
  await until(() => agent.channels.get('c1')?.slot.size === 100);
  const { refused } = await agent.reload(configure(BASE.replaceAll('c1', 'c9').replace('totalEvents = 100', 'totalEvents = 0')));
  expect(refused).toBeNull();
  const letters = await agent.letters?.list(200) ?? [];
  expect(letters.map(({ event: { body } }) => body.toString()).reverse()).toEqual(Array.from({ length: 100 }, (_, i) => String(i)));
  expect(letters[0]).toMatchObject({ component: 'a1.channels.c1', reason: 'the configuration no longer has the channel' });
});

test('G26 a configuration of which nothing runs is refused', async () => {
  const { agent } = await run(BASE);
  const { refused } = await agent.reload(configure('a1.channels = c1\na1.channels.c1.type = memory'));
  expect(refused).toMatchObject({ code: 'AGENT_NOTHING_RUNS' });
  expect(agent.status().state).toBe('ready');
});

test('G27 stopping during a reload does not hang, and reloads follow one another', async () => {
  const { agent } = await run(BASE);
  const reloads = [1, 2, 3, 4].map((size) => agent.reload(configure(BASE.replace('capacity = 1000', `capacity = ${size * 1000}`))));
  await agent.stop();
  await Promise.all(reloads);
  expect(agent.status().sources.every(({ state }) => state === 'stopped')).toBe(true);
});

test('G28 nothing is lost or doubled when the configuration changes again and again under load', async () => {
  const text = BASE.replace('totalEvents = 100', 'totalEvents = 200000\na1.sources.r1.batchSize = 50');
  const { agent, printed } = await run(text.replaceAll('k1', 'k0'));
  const before = agent.sources.get('r1');
  for (let i = 0; i < 10; i++) {
    const { refused } = await agent.reload(configure(text.replaceAll('k1', `k${i + 1}`)));
    expect(refused).toBeNull();
  }
  expect(agent.sources.get('r1')).toBe(before);
  await agent.stop();
  expect(numbers(printed)).toEqual(Array.from({ length: agent.status().sources[0]?.counters.EventAcceptedCount ?? 0 }, (_, i) => String(i)));
});

test('G29 a source is undisturbed while other parts change: its edges count on', async () => {
  const { agent } = await run(MORE);
  agent.sources.get('r1')?.edges[0]?.passed([event('x')]);
  await agent.reload(configure(BASE));
  expect(agent.status().edges.map(({ id }) => id)).toEqual(['source r1 > channel c1', 'channel c1 > sink k1']);
  expect(agent.edges[0]?.events).toBeGreaterThan(0);
});

test('G22 with the events, the places of their sources go along: nothing is read twice', async () => {
  const from = makeMemoryChannel({ capacity: 10 });
  const transaction = from.begin();
  transaction.begin();
  transaction.put([event('a'), event('b')]);
  transaction.mark?.({ key: 'r1', number: 7, value: 'here' });
  await transaction.commit();
  transaction.close();
  const small = makeMemoryChannel({ capacity: 1 });
  expect(small.takeOver(from)).toBe(false);
  expect([from.size, small.size, from.marks.latest('r1')?.number]).toEqual([2, 0, 7]);
  const to = makeMemoryChannel({ capacity: 2 });
  expect(to.takeOver(from)).toBe(true);
  expect([from.size, to.size, to.marks.latest('r1')?.value, to.marks.safe('r1'), from.marks.latest('r1')]).toEqual([0, 2, 'here', null, null]);
  await expect(putAll(to, [event('c')])).rejects.toMatchObject({ code: 'AGENT_CHANNEL_FULL' });
  expect((await takeAll(to)).map(({ body }) => body.toString())).toEqual(['a', 'b']);
  expect(to.marks.safe('r1')?.number).toBe(7);
  await putAll(from, Array.from({ length: 10 }, () => event('x')));
});
