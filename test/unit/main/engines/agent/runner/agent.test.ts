import { afterEach, expect, test } from 'vitest';
import { startAgent, type AgentOptions, type RunningAgent } from '../../../../../../main/engines/agent/runner/agent.ts';
import type { AgentReport } from '../../../../../../main/engines/agent/parts.ts';
import { configure } from '../../../../../support/agent/configure.ts';
import { testPorts } from '../../../../../support/agent/probe.ts';

const running: RunningAgent[] = [];
afterEach(async () => { for (const agent of running.splice(0)) await agent.stop(); });

async function run(text: string, options: AgentOptions = {}): Promise<{ agent: RunningAgent; printed: string[]; reports: AgentReport[] }> {
  const reports: AgentReport[] = [];
  const ports = testPorts({ report: (report) => { reports.push(report); } });
  const agent = await startAgent(configure(text), ports, { retryMs: 20, ...options });
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

const SEQ = `
a1.sources = r1
a1.channels = c1
a1.sinks = k1
a1.sources.r1.type = seq
a1.sources.r1.totalEvents = 500
a1.sources.r1.channels = c1
a1.channels.c1.type = memory
a1.sinks.k1.type = logger
a1.sinks.k1.channel = c1
`;

test('G1 an agent moves events from its source through its channel to its sink, in order', async () => {
  const { agent, printed } = await run(SEQ);
  await until(() => printed.length === 500);
  expect(printed.map((line) => / (\d+) }$/.exec(line)?.[1])).toEqual(Array.from({ length: 500 }, (_, i) => String(i)));
  const { state, edges, channels, sources, sinks } = agent.status();
  expect(state).toBe('ready');
  expect(edges.map(({ id, events }) => [id, events])).toEqual([['source r1 > channel c1', 500], ['channel c1 > sink k1', 500]]);
  expect(channels[0]).toMatchObject({ size: 0, capacity: 100 });
  expect(sources[0]?.counters.EventAcceptedCount).toBe(500);
  expect(sinks[0]?.counters.EventDrainSuccessCount).toBe(500);
});

test('G2 channels are started first and stopped last', async () => {
  const { agent, reports } = await run(SEQ);
  await agent.stop();
  const states = reports.flatMap((report) => (report.type === 'state' ? [`${report.component.name} ${report.state}`] : []));
  expect(states.filter((state) => state.endsWith('ready'))).toEqual(['c1 ready', 'k1 ready', 'r1 ready']);
  expect(states.filter((state) => state.endsWith('stopped'))).toEqual(['r1 stopped', 'k1 stopped', 'c1 stopped']);
});

test('G6 what is in memory is delivered before the agent stops', async () => {
  const { agent, printed } = await run(SEQ.replace('totalEvents = 500', 'batchSize = 50').replace('memory', 'memory\na1.channels.c1.capacity = 10000'));
  await until(() => printed.length > 0);
  await agent.stop();
  expect(printed.length).toBe(agent.status().sources[0]?.counters.EventAcceptedCount);
});

test('G3 a component that cannot be made is reported and the rest runs', async () => {
  const { agent, printed } = await run(`${SEQ}
a1.sinks = k1 k2
a1.sinks.k2.type = null
a1.sinks.k2.batchSize = many
a1.sinks.k2.channel = c1
`);
  await until(() => printed.length === 500);
  const { state, sinks } = agent.status();
  expect(state).toBe('degraded');
  expect(sinks.map(({ id: { name }, state: sink, error }) => [name, sink, error?.code ?? null])).toEqual([['k1', 'ready', null], ['k2', 'failed', 'AGENT_KEY']]);
});

test('G4 a source waits for a channel that failed, and starts once it works', async () => {
  const { agent } = await run(`${SEQ}
a1.channels.c1.transactionCapacity = 101
`);
  expect(agent.status()).toMatchObject({ state: 'degraded', channels: [{ state: 'failed', error: { code: 'AGENT_KEY' } }], sources: [{ state: 'failed', error: { code: 'AGENT_CHANNEL_STOPPED' } }] });
  const { refused } = await agent.reload(configure(SEQ));
  expect(refused).toBeNull();
  await until(() => agent.status().state === 'ready');
});
