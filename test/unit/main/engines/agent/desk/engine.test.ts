import { connect } from 'node:net';
import { createServer } from 'node:net';
import { mkdtempSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { makeAgentEngine } from '../../../../../../main/app/engine-process/compose-agent.ts';
import type { AgentEngine, AgentItem } from '../../../../../../main/engines/agent/api.ts';
import type { PipelineLive, TapItem } from '../../../../../../preload/contract/pipelines.ts';
import { toErrorInfo } from '../../../../../../preload/contract/sluice-error.ts';

const conf = (port: number, more = ''): string => `# kept
a1.sources = r1
a1.channels = c1
a1.sinks = k1
a1.sources.r1.type = netcat
a1.sources.r1.bind = 127.0.0.1
a1.sources.r1.port = ${port}
a1.sources.r1.channels = c1
a1.channels.c1.type = memory
a1.sinks.k1.type = logger
a1.sinks.k1.channel = c1
${more}`;

function listen(): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen({ host: '127.0.0.1', port: 0 }, () => resolve(server));
  });
}
async function freePort(): Promise<number> {
  const server = await listen();
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => { server.close(done); });
  return port;
}
const say = (port: number, line: string): Promise<string> => new Promise((resolve, reject) => {
  const socket = connect({ host: '127.0.0.1', port }, () => socket.write(`${line}\n`));
  socket.on('error', reject);
  socket.on('data', (data) => { socket.end(); resolve(data.toString()); });
});
const codeOf = (work: Promise<unknown>): Promise<string> => work.then(() => 'no error', (error: unknown) => toErrorInfo(error).code);

function make() {
  const printed: string[] = [];
  const { engine, close } = makeAgentEngine((line) => { printed.push(line); });
  onTestFinished(close);
  return { engine, printed };
}

/** Runs it until the test ends; the newest figures, and what was complained of. */
async function run(engine: AgentEngine, text: string) {
  const over = new AbortController();
  onTestFinished(() => over.abort());
  const seen = { live: null as PipelineLive | null, problems: [] as Extract<AgentItem, { type: 'problem' }>[], error: null as string | null };
  const spec = { text, agent: 'a1', stateDir: mkdtempSync(join(tmpdir(), 'sluice-desk-')) };
  const ended = (async () => {
    try {
      for await (const item of engine.run({ id: 'p', spec }, over.signal)) if (item.type === 'live') seen.live = item.live; else seen.problems.push(item);
    } catch (error) {
      seen.error = toErrorInfo(error).code;
    }
  })();
  await vi.waitFor(() => expect(seen.live ?? seen.error).not.toBeNull(), { timeout: 10_000 });
  return { seen, over, ended, stateDir: spec.stateDir };
}
const part = (live: PipelineLive | null, name: string) => live?.parts.find((one) => one.name === name);

describe('the agent engine', () => {
  it('examines a text and mends it, and refuses to mend what has changed', async () => {
    const { engine } = make();
    const text = conf(1).replace('r1.channels', 'r1.channel');
    const { agents, graph, lints } = await engine.examine({ text, agent: null });
    expect(agents.map(({ name }) => name)).toEqual(['a1']);
    expect(graph?.sources[0]?.channels).toEqual(['c1']);
    const lint = lints.find(({ code }) => code === 'SOURCE_CHANNEL');
    expect(lint).toMatchObject({ severity: 'warning', node: 'source r1', line: 8, fixable: true });
    expect((await engine.fix({ text, agent: 'a1', index: lint?.index ?? -1, code: 'SOURCE_CHANNEL' })).text).toBe(conf(1));
    expect(await codeOf(engine.fix({ text: conf(1), agent: 'a1', index: lint?.index ?? -1, code: 'SOURCE_CHANNEL' }))).toBe('PIPELINE_EDIT');
  });

  it('lints of one agent are not told of another', async () => {
    const { engine } = make();
    const { agents, lints } = await engine.examine({ text: `${conf(1)}b.sources = r9\nb.sources.r9.type = nosuch\n`, agent: 'a1' });
    expect(agents.map(({ name, unknown }) => [name, unknown])).toEqual([['a1', 0], ['b', 1]]);
    expect(lints.filter(({ node }) => node === 'source r9')).toEqual([]);
  });

  it('runs, tells figures and edges, shows what passes, and takes a person’s event', async () => {
    const { engine, printed } = make();
    const port = await freePort();
    const { seen } = await run(engine, conf(port));
    const tapped: TapItem[] = [];
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    void (async () => { for await (const item of engine.tap({ id: 'p', edge: 'source r1 > channel c1', filter: 'ten' }, stop.signal)) tapped.push(item); })().catch(() => undefined);
    await vi.waitFor(() => expect(tapped).toHaveLength(1));
    expect(await say(port, 'often')).toMatch(/^OK/);
    await say(port, 'never');
    expect(await engine.inject({ id: 'p', source: 'r1', events: [{ headers: { by: 'hand' }, body: new TextEncoder().encode('ten') }] })).toEqual({ count: 1 });
    await vi.waitFor(() => expect(tapped.flatMap(({ events }) => events).map(({ body }) => new TextDecoder().decode(body))).toEqual(['often', 'ten']));
    expect(tapped.at(-1)).toMatchObject({ seen: 3, oneIn: 1, dropped: 0 });
    await vi.waitFor(() => {
      expect(part(seen.live, 'c1')).toMatchObject({ in: 3, out: 3, size: 0, capacity: 100 });
      expect(seen.live?.edges.map(({ id, total }) => [id, total])).toEqual([['source r1 > channel c1', 3], ['channel c1 > sink k1', 3]]);
    }, { timeout: 5000 });
    expect(printed.filter((line) => line.includes('often'))).toHaveLength(1);
    const past = await engine.passed({ id: 'p', edge: 'channel c1 > sink k1', search: '', limit: 10 });
    expect(past.map(({ number, event }) => [number, new TextDecoder().decode(event.body)])).toEqual([[3, 'ten'], [2, 'never'], [1, 'often']]);
    expect(await engine.replay({ id: 'p', edge: 'source r1 > channel c1', first: 1, last: 2 })).toEqual({ count: 2 });
    await vi.waitFor(() => expect(printed.filter((line) => line.includes('never'))).toHaveLength(2));
  });

  it('a reload changes only what differs; one that is not healthy is taken back, with why', async () => {
    const { engine } = make();
    const port = await freePort();
    await run(engine, conf(port));
    const taken = await listen();
    onTestFinished(() => { taken.close(); });
    expect(await codeOf(engine.reload({ id: 'p', text: conf((taken.address() as AddressInfo).port), agent: 'a1' }))).toBe('AGENT_PORT');
    expect(await say(port, 'still')).toMatch(/^OK/);
    const { changes } = await engine.reload({ id: 'p', text: conf(port).replace('logger', 'null'), agent: 'a1' });
    expect(changes.filter(({ what }) => what !== 'kept')).toEqual([{ node: 'sink k1', what: 'changed', restarts: true, keeps: true, keys: ['type'] }]);
    expect(await say(port, 'again')).toMatch(/^OK/);
  });

  it('a draft that cannot run is said to be blocked; a plan tells what keeps its contents', async () => {
    const { engine } = make();
    const before = { text: conf(1), agent: 'a1' };
    const broken = await engine.plan({ before, after: { text: conf(1).replace('netcat', 'netkat'), agent: 'a1' } });
    expect(broken.blocking.map(({ code }) => code)).toContain('TYPE_UNKNOWN');
    const { changes, blocking } = await engine.plan({ before, after: { text: conf(1, 'a1.channels.c1.capacity = 500\n'), agent: 'a1' } });
    expect(blocking).toEqual([]);
    expect(changes.map(({ node, what, restarts, keeps }) => [node, what, restarts, keeps])).toEqual([['source r1', 'kept', true, true], ['channel c1', 'changed', true, true], ['sink k1', 'kept', true, true]]);
  });

  it('nothing runs of a text without a source and a sink that work; what is not running is said so', async () => {
    const { engine } = make();
    const { seen } = await run(engine, 'a1.channels = c1\na1.channels.c1.type = memory\n');
    expect(seen.error).toBe('AGENT_NOTHING_RUNS');
    expect(await codeOf(engine.inject({ id: 'p', source: 'r1', events: [] }))).toBe('PIPELINE_NOT_RUNNING');
    expect(await codeOf(engine.reload({ id: 'p', text: conf(1), agent: 'a1' }))).toBe('PIPELINE_NOT_RUNNING');
  });

  it('a sample goes through the interceptors and no farther', async () => {
    const { engine, printed } = make();
    const text = conf(1, 'a1.sources.r1.interceptors = i1\na1.sources.r1.interceptors.i1.type = static\na1.sources.r1.interceptors.i1.key = dc\na1.sources.r1.interceptors.i1.value = bern\n');
    const { steps, routes } = await engine.dryRun({ text, agent: 'a1', source: 'r1', events: [{ headers: {}, body: new TextEncoder().encode('x') }] });
    expect(steps.map(({ name, before, after }) => [name, before[0]?.headers, after[0]?.headers])).toEqual([['i1', {}, { dc: 'bern' }]]);
    expect(routes.map(({ channel, optional, events }) => [channel, optional, events.length])).toEqual([['c1', false, 1]]);
    expect(printed).toEqual([]);
  });

  it('an event that an interceptor refuses is set aside, edited and sent again, or discarded; also of one that is off', async () => {
    const { engine, printed } = make();
    const port = await freePort();
    const { over, ended, stateDir } = await run(engine, conf(port, 'a1.sources.r1.interceptors = i1\na1.sources.r1.interceptors.i1.type = jsonata\na1.sources.r1.interceptors.i1.expression = body = "good" ? true : $error("not good")\n'));
    for (const line of ['bad one', 'bad two']) await say(port, line);
    const list = (): ReturnType<AgentEngine['letters']> => engine.letters({ id: 'p', stateDir, limit: 10 });
    await vi.waitFor(async () => expect((await list()).total).toBe(2), { timeout: 10_000 });
    const { letters } = await list();
    expect(letters.map(({ node, event }) => [node, new TextDecoder().decode(event.body)])).toEqual([['r1.interceptors.i1', 'bad two'], ['r1.interceptors.i1', 'bad one']]);
    expect(letters[0]?.reason).toContain('not good');
    expect(await engine.resubmit({ id: 'p', letters: [{ id: letters[1]?.id ?? '', event: { headers: {}, body: new TextEncoder().encode('good') } }] })).toEqual({ count: 1 });
    await vi.waitFor(() => expect(printed.filter((line) => line.includes('good'))).toHaveLength(1), { timeout: 5000 });
    over.abort();
    await ended;
    await engine.stop({ id: 'p' });
    expect((await list()).letters.map(({ event }) => new TextDecoder().decode(event.body))).toEqual(['bad two']);
    expect(await codeOf(engine.resubmit({ id: 'p', letters: [{ id: letters[0]?.id ?? '', event: null }] }))).toBe('PIPELINE_NOT_RUNNING');
    expect(await engine.discard({ id: 'p', stateDir, letters: [letters[0]?.id ?? ''] })).toEqual({ count: 1 });
    expect((await list()).total).toBe(0);
  });

  it('leaving the stream stops the agent: its port is free', async () => {
    const { engine } = make();
    const port = await freePort();
    const { over, ended } = await run(engine, conf(port));
    over.abort();
    await ended;
    await engine.stop({ id: 'p' });
    await expect(say(port, 'x')).rejects.toThrow();
    const { seen } = await run(engine, conf(port));
    expect(seen.error).toBeNull();
  });

  it('a component that cannot start is shown with why, and complained of', async () => {
    const { engine } = make();
    const taken = await listen();
    onTestFinished(() => { taken.close(); });
    const { seen } = await run(engine, conf((taken.address() as AddressInfo).port));
    await vi.waitFor(() => expect(part(seen.live, 'r1')).toMatchObject({ state: 'failed', error: { code: 'AGENT_PORT' } }));
    expect(seen.live?.state).toBe('degraded');
    await vi.waitFor(() => expect(seen.problems.map(({ node, error }) => [node, error.code])).toContainEqual(['source r1', 'AGENT_PORT']));
  });
});
