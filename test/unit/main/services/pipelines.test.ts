import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ActivityService } from '../../../../main/services/activity.ts';
import { PipelinesService } from '../../../../main/services/pipelines.ts';
import { ActivityRows } from '../../../../main/store/activity.ts';
import { openStore } from '../../../../main/store/open.ts';
import { PipelineRows } from '../../../../main/store/pipelines.ts';
import type { Pipeline, PipelineProblem } from '../../../../preload/contract/pipelines.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { codeOf, settled, snapshot } from '../support/app-parts.ts';
import { FakeAgentControl, RUNNING } from '../support/fake-agent-engine.ts';
import { tempFolder } from '../support/temp.ts';

const TEXT = 'a1.sources = r1\n# kept \\u00e9\n';

function make(dataDir = tempFolder()) {
  const store = openStore({ dataDir, now: () => 1000 });
  const control = new FakeAgentControl();
  const activity = new ActivityService({ rows: new ActivityRows(store.db), now: () => 1000 });
  const pipelines = new PipelinesService({ rows: new PipelineRows(store.db), engines: control, activity, dataDir, now: () => 1000 });
  const signal = new AbortController().signal;
  const close = (): void => { pipelines.close(); store.close(); };
  onTestFinished(() => { try { close(); } catch { /* closed by the test */ } });
  const shown = (id: string): Pipeline => pipelines.all().find((pipeline) => pipeline.id === id) as Pipeline;
  const create = (text = TEXT): string => pipelines.create({ name: 'lines', text, agent: 'a1', imported: false }).id;
  return { dataDir, store, fake: control.fake, activity, pipelines, signal, shown, create, close };
}
type Parts = ReturnType<typeof make>;

/** Deploys; the engine says that it runs. */
async function deployed(p: Parts, id: string): Promise<void> {
  const deploying = p.pipelines.deploy(id, p.pipelines.text(id).rev, p.signal);
  await vi.waitFor(() => expect(p.fake.runs.at(-1)?.input.id).toBe(id));
  p.fake.runs.at(-1)?.push({ type: 'live', live: RUNNING });
  await deploying;
}

describe('the text of a pipeline', () => {
  it('is kept as it was given, byte for byte, across restarts, with its layout', () => {
    const p = make();
    const id = p.create();
    p.pipelines.save({ id, text: TEXT, agent: 'a1', layout: { 'source r1': { x: 3, y: -4 } }, rev: 0 });
    p.close();
    const again = make(p.dataDir);
    expect(again.pipelines.text(id)).toEqual({ id, text: TEXT, agent: 'a1', deployed: null, deployedAgent: null, layout: { 'source r1': { x: 3, y: -4 } }, rev: 0 });
    expect(again.shown(id)).toMatchObject({ name: 'lines', state: 'stopped', on: false, draft: true, deployedAt: null });
  });

  it('a save over what another window has saved is refused, and nothing is lost', async () => {
    const p = make();
    const id = p.create();
    expect(p.pipelines.save({ id, text: 'one', agent: 'a1', layout: {}, rev: 0 }).rev).toBe(1);
    expect(await codeOf(Promise.resolve().then(() => p.pipelines.save({ id, text: 'two', agent: 'a1', layout: {}, rev: 0 })))).toBe('PIPELINE_CHANGED');
    expect(p.pipelines.text(id).text).toBe('one');
    expect(await codeOf(p.pipelines.deploy(id, 0, p.signal))).toBe('PIPELINE_CHANGED');
  });
});

describe('a deploy', () => {
  it('starts it in a folder of its own; the text is what was deployed, the draft is not changed any more', async () => {
    const p = make();
    const id = p.create();
    await deployed(p, id);
    expect(p.fake.runs[0]?.input).toEqual({ id, spec: { text: TEXT, agent: 'a1', stateDir: join(p.dataDir, 'agent', id) } });
    expect(p.shown(id)).toMatchObject({ state: 'running', on: true, draft: false, deployedAt: 1000, inRate: 4, outRate: 3, lag: 3 });
    p.pipelines.save({ id, text: `${TEXT}#`, agent: 'a1', layout: {}, rev: 0 });
    expect(p.shown(id).draft).toBe(true);
    expect(p.pipelines.history(id).map(({ kind, text }) => [kind, text])).toEqual([['deployed', TEXT]]);
  });

  it('of a running one is a reload; one that is taken back leaves what ran, and stands in the history with why', async () => {
    const p = make();
    const id = p.create();
    await deployed(p, id);
    p.pipelines.save({ id, text: 'bad', agent: 'a1', layout: {}, rev: 0 });
    p.fake.refuse = SluiceError.of('AGENT_PORT', { component: 'a1.sources.r1', address: '127.0.0.1', port: 1, reason: 'EACCES' });
    expect(await codeOf(p.pipelines.deploy(id, 1, p.signal))).toBe('AGENT_PORT');
    expect(p.pipelines.text(id)).toMatchObject({ text: 'bad', deployed: TEXT });
    expect(p.shown(id)).toMatchObject({ state: 'running', on: true });
    expect(p.pipelines.history(id)[0]).toMatchObject({ kind: 'refused', text: 'bad', error: { code: 'AGENT_PORT' } });
    p.fake.refuse = null;
    await p.pipelines.deploy(id, 1, p.signal);
    expect(p.pipelines.text(id).deployed).toBe('bad');
    expect(p.fake.runs).toHaveLength(1);
  });

  it('of what cannot run never reaches the engine', async () => {
    const p = make();
    const id = p.create();
    p.fake.blocking = [{ index: 0, code: 'TYPE_UNKNOWN', severity: 'error', params: {}, line: 1, node: null, fixable: false }];
    expect(await codeOf(p.pipelines.deploy(id, 0, p.signal))).toBe('PIPELINE_REFUSED');
    expect(p.fake.runs).toEqual([]);
    expect(p.shown(id)).toMatchObject({ state: 'stopped', on: false });
  });

  it('whose first start fails is off again, and says why', async () => {
    const p = make();
    const id = p.create();
    const deploying = codeOf(p.pipelines.deploy(id, 0, p.signal));
    await vi.waitFor(() => expect(p.fake.runs).toHaveLength(1));
    p.fake.runs[0]?.fail(SluiceError.of('AGENT_NOTHING_RUNS', { agent: 'a1', file: 'x' }));
    expect(await deploying).toBe('AGENT_NOTHING_RUNS');
    expect(p.shown(id)).toMatchObject({ state: 'failed', on: false, error: { code: 'AGENT_NOTHING_RUNS' } });
    expect(p.pipelines.text(id).deployed).toBeNull();
  });
});

describe('a running pipeline', () => {
  it('is stopped in order, stays off across restarts, and runs again with what was deployed when it was on', async () => {
    const p = make();
    const [on, off] = [p.create(), p.create('other')];
    await deployed(p, on);
    await deployed(p, off);
    p.pipelines.save({ id: on, text: 'draft', agent: 'a1', layout: {}, rev: 0 });
    await p.pipelines.stop(off);
    expect(p.fake.calls.filter(([name]) => name === 'stop')).toEqual([['stop', { id: off }]]);
    expect(p.shown(off)).toMatchObject({ state: 'stopped', on: false });
    p.close();
    const again = make(p.dataDir);
    again.pipelines.resume();
    await vi.waitFor(() => expect(again.fake.runs.map(({ input }) => [input.id, input.spec.text])).toEqual([[on, TEXT]]));
    expect(again.shown(on).state).toBe('starting');
  });

  it('comes back after the engine was lost; an end that another try would only repeat is a failure that is told', async () => {
    const p = make();
    const id = p.create();
    const told: string[] = [];
    p.pipelines.onFailed((pipeline) => { told.push(pipeline.name); });
    await deployed(p, id);
    p.fake.runs[0]?.fail(SluiceError.of('ENGINE_DOWN', { engine: 'agent' }));
    await vi.waitFor(() => expect(p.fake.runs).toHaveLength(2), { timeout: 5000 });
    p.fake.runs[1]?.fail(SluiceError.of('AGENT_CHANNEL_LOCKED', { dir: '/x', holder: 'pid 7' }));
    await vi.waitFor(() => expect(p.shown(id).state).toBe('failed'));
    expect(told).toEqual(['lines']);
    expect(p.activity.last(1)[0]).toMatchObject({ kind: 'pipelineFailed', problem: true, link: `/pipelines/${id}`, error: { code: 'AGENT_CHANNEL_LOCKED' } });
    p.pipelines.start(id);
    await vi.waitFor(() => expect(p.fake.runs).toHaveLength(3));
  });

  it('counts a complaint that comes again, and the list can be cleared', async () => {
    const p = make();
    const id = p.create();
    await deployed(p, id);
    const error = SluiceError.of('AGENT_DELIVERY', { component: 'a1.sinks.k1', target: 'x', reason: 'y' }).toInfo();
    for (const at of [1, 2, 3]) p.fake.runs[0]?.push({ type: 'problem', at, node: 'sink k1', error });
    p.fake.runs[0]?.push({ type: 'problem', at: 4, node: 'source r1', error });
    const problems = async (): Promise<PipelineProblem[]> => (await snapshot(p.pipelines.problems(id, p.signal))) as PipelineProblem[];
    await vi.waitFor(async () => expect((await problems()).map(({ node, times, at }) => [node, times, at])).toEqual([['sink k1', 3, 3], ['source r1', 1, 4]]));
    p.pipelines.clearProblems(id);
    expect(await problems()).toEqual([]);
  });

  it('what only a running one can do is refused while it is off', async () => {
    const p = make();
    const id = p.create();
    expect(await codeOf(p.pipelines.inject({ id, source: 'r1', events: [] }, p.signal))).toBe('PIPELINE_NOT_RUNNING');
    expect(await codeOf(Promise.resolve().then(() => p.pipelines.start(id)))).toBe('PIPELINE_NOT_RUNNING');
    expect(await p.pipelines.passed({ id, edge: 'x', search: '' }, p.signal)).toEqual([]);
    expect(await codeOf(Promise.resolve().then(() => p.pipelines.text('nobody')))).toBe('STORE_NOT_FOUND');
  });
});

describe('what belongs to a pipeline', () => {
  it('goes with it; its folder only when that is asked', async () => {
    const p = make();
    const [keep, drop] = [p.create(), p.create()];
    for (const id of [keep, drop]) mkdirSync(join(p.dataDir, 'agent', id), { recursive: true });
    await deployed(p, keep);
    await p.pipelines.remove(keep, false);
    await p.pipelines.remove(drop, true);
    expect(p.pipelines.all()).toEqual([]);
    expect([keep, drop].map((id) => existsSync(join(p.dataDir, 'agent', id)))).toEqual([true, false]);
    expect(p.store.db.all('SELECT * FROM pipeline_history')).toEqual([]);
  });

  it('pinned events are kept with their bytes, the newest first, no more than fifty', () => {
    const p = make();
    const id = p.create();
    const body = Uint8Array.from([0, 255, 10, 128]);
    for (let n = 0; n < 60; n += 1) p.pipelines.pin(id, { id: `e${n}`, at: n, headers: { n: String(n) }, body, size: 4 });
    expect(p.pipelines.pins(id)).toHaveLength(50);
    expect(p.pipelines.pins(id)[0]).toEqual({ id: 'e59', at: 59, headers: { n: '59' }, body, size: 4 });
    p.pipelines.unpin(id, 'e59');
    expect(p.pipelines.pins(id)[0]?.id).toBe('e58');
  });

  it('figures of now and of the last minutes follow what the engine tells', async () => {
    const p = make();
    const id = p.create();
    await deployed(p, id);
    p.fake.runs[0]?.push({ type: 'live', live: { ...RUNNING, at: 6 } });
    await vi.waitFor(async () => expect(((await snapshot(p.pipelines.samples(id, p.signal))) as { at: number; fills: object }[]).map(({ at, fills }) => [at, fills])).toEqual([[5, { c1: 0.3 }], [6, { c1: 0.3 }]]));
    expect((await settled(p.pipelines.live(id, p.signal), (live) => live.at === 6)).parts).toEqual(RUNNING.parts);
  });
});
