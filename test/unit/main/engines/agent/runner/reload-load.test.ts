// Configurations that change again and again while events come: everything that was acknowledged is delivered, nothing comes twice.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { inject } from '../../../../../../main/engines/agent/beyond/send-again.ts';
import { startAgent, type RunningAgent } from '../../../../../../main/engines/agent/runner/agent.ts';
import { configure } from '../../../../../support/agent/configure.ts';
import { event, testPorts } from '../../../../../support/agent/probe.ts';

const running: RunningAgent[] = [];
const servers: Server[] = [];
afterEach(async () => {
  for (const agent of running.splice(0)) await agent.stop();
  for (const server of servers.splice(0)) server.close();
});

test.each(['memory', 'file'])('G28 %s channel: ten changes, good and bad, under load lose nothing and double nothing', async (type) => {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-reload-'));
  const text = (capacity: number, sink: string, more = ''): string => `
a1.sources = r1
a1.channels = c1
a1.sinks = ${sink}
a1.sources.r1.type = seq
a1.sources.r1.totalEvents = 0
a1.sources.r1.channels = c1
a1.channels.c1.type = ${type}
a1.channels.c1.capacity = ${capacity}
a1.channels.c1.transactionCapacity = 100
${type === 'file' ? `a1.channels.c1.checkpointDir = ${dir}/checkpoint\na1.channels.c1.dataDirs = ${dir}/data\na1.channels.c1.minimumRequiredSpace = 1048576` : ''}
a1.sinks.${sink}.type = logger
a1.sinks.${sink}.maxBytesToLog = 16
a1.sinks.${sink}.channel = c1
${more}`;
  const ports = testPorts();
  const agent = await startAgent(configure(text(1000, 'k0')), ports, { retryMs: 20, drainMs: 10_000 });
  running.push(agent);
  const acknowledged: string[] = [];
  let isOver = false;
  const producing = (async () => {
    for (let i = 0; !isOver; i += 10) {
      const numbers = Array.from({ length: 10 }, (_, k) => String(i + k));
      // a source that is down, or a channel that is just being replaced, refuses; then nothing of the batch counts
      await inject(agent, 'r1', numbers.map((number) => event(number))).then(() => { acknowledged.push(...numbers); }, () => new Promise((resolve) => { setTimeout(resolve, 1); }));
      await new Promise((resolve) => { setImmediate(resolve); });
    }
  })();
  for (let i = 1; i <= 10; i++) {
    const bad = i % 3 === 0;
    const outcome = await agent.reload(configure(text(1000 + i, `k${i}`, bad ? 'a1.sources.r1.batchSize = none' : '')));
    expect(outcome.refused?.code ?? null).toBe(bad ? 'AGENT_KEY' : null);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
  isOver = true;
  await producing;
  await agent.stop();
  const printed = ports.printed.map((line) => / (\d+) }$/.exec(line)?.[1] ?? '');
  expect(acknowledged.length).toBeGreaterThan(100);
  if (type === 'memory') {
    expect(printed).toEqual(acknowledged);
  } else {
    // what the stop left on disk is delivered by the next start
    const again = testPorts();
    const next = await startAgent(configure(text(2000, 'k99')), again, { retryMs: 20 });
    running.push(next);
    const end = Date.now() + 20_000;
    while ((next.channels.get('c1')?.slot.size ?? 0) > 0 && Date.now() < end) await new Promise((resolve) => { setTimeout(resolve, 10); });
    expect([...printed, ...again.printed.map((line) => / (\d+) }$/.exec(line)?.[1] ?? '')]).toEqual(acknowledged);
  }
});

test('B43 a sink that gives its events back without an error is judged as one that fails: the one to blame goes to the dead letters', async () => {
  const got: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => { body += chunk.toString(); });
    request.on('end', () => {
      if (body !== 'bad') got.push(body);
      response.writeHead(body === 'bad' ? 500 : 200).end();
    });
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => { server.once('listening', resolve); });
  const { port } = server.address() as AddressInfo;
  const agent = await startAgent(configure(`
a1.sources = r1
a1.channels = c1
a1.sinks = k1
a1.sources.r1.type = seq
a1.sources.r1.totalEvents = 0
a1.sources.r1.channels = c1
a1.channels.c1.type = memory
a1.channels.c1.keep-alive = 0
a1.sinks.k1.type = http
a1.sinks.k1.endpoint = http://127.0.0.1:${port}/
a1.sinks.k1.rollback.2XX = false
a1.sinks.k1.backoff.2XX = false
a1.sinks.k1.sluice.deadLetterAfter = 2
a1.sinks.k1.channel = c1
`), testPorts(), { retryMs: 20 });
  running.push(agent);
  await inject(agent, 'r1', ['a', 'bad', 'b'].map((body) => event(body)));
  const end = Date.now() + 20_000;
  while (got.length < 2 && Date.now() < end) await new Promise((resolve) => { setTimeout(resolve, 10); });
  expect(got).toEqual(['a', 'b']);
  expect((await agent.letters?.list(10))?.map(({ component, event: { body } }) => [component, body.toString()])).toEqual([['a1.sinks.k1', 'bad']]);
});
