// Behaviour of Flume's TestAbstractConfigurationProvider, TestApplication and TestLifecycleSupervisor that falls to whoever runs the components.
import { afterEach, expect, test } from 'vitest';
import type { ComponentState } from '../../../../../../main/engines/agent/parts.ts';
import { startAgent, type RunningAgent } from '../../../../../../main/engines/agent/runner/agent.ts';
import { configure } from '../../../../../support/agent/configure.ts';
import { event, putAll, testPorts } from '../../../../../support/agent/probe.ts';

const running: RunningAgent[] = [];
afterEach(async () => { for (const agent of running.splice(0)) await agent.stop(); });

async function run(text: string): Promise<RunningAgent> {
  const agent = await startAgent(configure(text), testPorts(), { retryMs: 20, settleMs: 2000, drainMs: 100 });
  running.push(agent);
  return agent;
}

const TEXT = `
a1.sources = r1
a1.channels = c1
a1.sinks = k1
a1.sources.r1.type = seq
a1.sources.r1.totalEvents = 0
a1.sources.r1.channels = c1
a1.channels.c1.type = memory
a1.channels.c1.capacity = 1000
a1.sinks.k1.type = null
a1.sinks.k1.channel = c1
`;
const states = (agent: RunningAgent): Record<string, ComponentState> => {
  const { sources, channels, sinks } = agent.status();
  return Object.fromEntries([...sources, ...channels, ...sinks].map(({ id, state }) => [id.name, state]));
};

test.each([
  ['a source', 'totalEvents = 0', 'totalEvents = none', { r1: 'failed', c1: 'ready', k1: 'ready' }],
  ['a channel', 'capacity = 1000', 'capacity = none', { r1: 'failed', c1: 'failed', k1: 'ready' }],
  ['a sink', 'type = null', 'type = null\na1.sinks.k1.batchSize = none', { r1: 'ready', c1: 'ready', k1: 'failed' }],
])('G3 TestAbstractConfigurationProvider: %s that throws when it is made fails alone', async (_what, good, bad, expected) => {
  expect(states(await run(TEXT.replace(good, bad)))).toEqual(expected);
});

test('G3 TestAbstractConfigurationProvider: when source and sink throw, the channel is still there', async () => {
  expect(states(await run(TEXT.replace('totalEvents = 0', 'totalEvents = none').replace('type = null', 'type = null\na1.sinks.k1.batchSize = none')))).toEqual({ r1: 'failed', c1: 'ready', k1: 'failed' });
});

test('G22 TestAbstractConfigurationProvider: a memory channel is the same one as long as it is in the configuration, and another when it comes back later', async () => {
  const keeping = TEXT.replace('a1.sinks = k1', '').replace(/a1\.sinks\.k1.*\n/g, '');
  const agent = await run(keeping);
  const channel = agent.channels.get('c1');
  await putAll(channel?.slot as NonNullable<typeof channel>['slot'], [event('kept')]);
  await agent.reload(configure(keeping.replace('totalEvents = 0', 'totalEvents = 0\na1.sources.r1.batchSize = 2')));
  expect(agent.channels.get('c1')).toBe(channel);
  expect(agent.channels.get('c1')?.slot.size).toBe(1);
  await agent.reload(configure(keeping.replaceAll('c1', 'c2')));
  await agent.reload(configure(keeping));
  expect(agent.channels.get('c1')).not.toBe(channel);
  expect(agent.channels.get('c1')?.slot.size).toBe(0);
});

test('G27 TestApplication (FLUME-1854): a configuration that is loaded again and again always runs, and stops', async () => {
  const agent = await run(TEXT);
  for (let i = 0; i < 20; i++) {
    expect((await agent.reload(configure(TEXT.replace('capacity = 1000', `capacity = ${1000 + i}`)))).refused).toBeNull();
    expect(agent.status().state).toBe('ready');
  }
  await agent.stop();
  expect(new Set(Object.values(states(agent)))).toEqual(new Set(['stopped']));
});

test('G27 TestApplication (FLUME-2786): a stop while a reload waits for a component that does not come up does not hang', async () => {
  const agent = await run(TEXT);
  // the new source waits for its channel's events to move, the old one is already gone
  const reload = agent.reload(configure(TEXT.replace('capacity = 1000', 'capacity = 2000')));
  await Promise.all([agent.stop(), agent.stop(), reload]);
  expect((await agent.reload(configure(TEXT.replace('capacity = 1000', 'capacity = 3000')))).refused).toBeNull();
  expect(agent.status().state).toBe('stopped');
});
