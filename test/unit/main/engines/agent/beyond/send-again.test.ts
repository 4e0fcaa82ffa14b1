import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { askLetters, serveLetterRequests } from '../../../../../../main/engines/agent/beyond/letter-requests.ts';
import { dryReplay, inject, passedBetween, replay, resubmit } from '../../../../../../main/engines/agent/beyond/send-again.ts';
import { startAgent, type RunningAgent } from '../../../../../../main/engines/agent/runner/agent.ts';
import { nodeDisk } from '../../../../../../main/lib/disk/node-disk.ts';
import { configure } from '../../../../../support/agent/configure.ts';
import { event, testPorts } from '../../../../../support/agent/probe.ts';

const running: RunningAgent[] = [];
afterEach(async () => { for (const agent of running.splice(0)) await agent.stop(); });

async function run(text: string, stateDir = mkdtempSync(join(tmpdir(), 'sluice-agent-'))): Promise<{ agent: RunningAgent; printed: string[] }> {
  const ports = testPorts({ stateDir });
  const agent = await startAgent(configure(text), ports, { retryMs: 20 });
  running.push(agent);
  return { agent, printed: ports.printed };
}

async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error('it did not come to be');
    await new Promise((resolve) => { setTimeout(resolve, 5); });
  }
}

const TEXT = `
a1.sources = r1
a1.channels = c1 c2
a1.sinks = k1 k2
a1.sources.r1.type = seq
a1.sources.r1.totalEvents = 5
a1.sources.r1.channels = c1 c2
a1.sources.r1.interceptors = i1
a1.sources.r1.interceptors.i1.type = static
a1.sources.r1.interceptors.i1.value = v
a1.channels.c1.type = memory
a1.channels.c2.type = memory
a1.sinks.k1.type = logger
a1.sinks.k1.maxBytesToLog = 100
a1.sinks.k1.channel = c1
a1.sinks.k2.type = null
a1.sinks.k2.channel = c2
`;
const bodies = (printed: readonly string[]): string[] => printed.map((line) => / (\S+) }$/.exec(line)?.[1] ?? line);

test('B30 what passed an edge is found by number and sent along it again, to one sink alone or into its channel', async () => {
  const { agent, printed } = await run(TEXT);
  await until(() => printed.length === 5);
  expect(passedBetween(agent, 'channel c1 > sink k1', 2, 3).map(({ number, event: { body, headers } }) => [number, body.toString(), headers.get('key')])).toEqual([[2, '1', 'v'], [3, '2', 'v']]);
  expect([...dryReplay(agent, 'source r1 > channel c1', 2, 3).sinks.keys()]).toEqual(['k1']);
  expect(printed.length).toBe(5);
  expect(await replay(agent, 'channel c1 > sink k1', 2, 3)).toBe(2);
  expect(bodies(printed)).toEqual(['0', '1', '2', '3', '4', '1', '2']);
  expect(await replay(agent, 'source r1 > channel c1', 5, 9)).toBe(1);
  await until(() => printed.length === 8);
  expect(bodies(printed).at(-1)).toBe('4');
  expect(await replay(agent, 'channel c1 > sink k1', 100, 200)).toBe(0);
  expect(agent.sinks.find(({ config }) => config.name === 'k2')?.counters.EventDrainSuccessCount).toBe(5);
});

test('B31 events put in by hand pass interceptors and selector', async () => {
  const { agent, printed } = await run(TEXT.replace('totalEvents = 5', 'totalEvents = 0'));
  await inject(agent, 'r1', Array.from({ length: 250 }, (_, i) => event(String(i))));
  await until(() => printed.length === 250);
  expect(printed[249]).toContain('headers:{key=v}');
  await expect(inject(agent, 'r9', [event('x')])).rejects.toMatchObject({ code: 'AGENT_NOT_HERE' });
});

test('B32 dead letters are sent again where they came from, as they are or edited, and are gone then', async () => {
  const { agent, printed } = await run(TEXT.replace('totalEvents = 5', 'totalEvents = 0'));
  await agent.letters?.add('a1.sinks.k1', [{ event: event('one'), reason: 'r' }, { event: event('two'), reason: 'r' }]);
  await agent.letters?.add('a1.sources.r1.interceptors.i1', [{ event: event('three'), reason: 'r' }]);
  await agent.letters?.add('a1.sinks.gone', [{ event: event('four'), reason: 'r' }]);
  const [four, three, two, one] = (await agent.letters?.list(10) ?? []).map(({ id }) => id);
  expect(await resubmit(agent, [{ id: one ?? '', event: null }, { id: two ?? '', event: event('edited', { a: 'b' }) }, { id: three ?? '', event: null }, { id: 'no', event: null }])).toBe(3);
  await until(() => printed.length === 3);
  expect(bodies(printed)).toEqual(['one', 'edited', 'three']);
  expect(printed[2]).toContain('key=v');
  await expect(resubmit(agent, [{ id: four ?? '', event: null }])).rejects.toMatchObject({ code: 'AGENT_NOT_HERE' });
  expect(agent.letters?.count).toBe(1);
});

test('B33 what another program asks of the letters is done by the agent, also at its next start', async () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'sluice-agent-'));
  const first = await run(TEXT.replace('totalEvents = 5', 'totalEvents = 0'), stateDir);
  await first.agent.letters?.add('a1.sinks.k1', ['one', 'two', 'three'].map((body) => ({ event: event(body), reason: 'r' })));
  const [three, two, one] = (await first.agent.letters?.list(10) ?? []).map(({ id }) => id);
  await first.agent.stop();
  await askLetters(nodeDisk, stateDir, 'a', { do: 'resubmit', letters: [{ id: one ?? '', event: null }, { id: two ?? '', event: { headers: {}, base64: Buffer.from('changed').toString('base64') } }] });
  await askLetters(nodeDisk, stateDir, 'b', { do: 'discard', letters: [{ id: three ?? '', event: null }] });
  const { agent, printed } = await run(TEXT.replace('totalEvents = 5', 'totalEvents = 0'), stateDir);
  const end = serveLetterRequests(agent);
  await until(() => printed.length === 2 && agent.letters?.count === 0);
  end();
  expect(bodies(printed)).toEqual(['one', 'changed']);
});
