import { describe, expect, it } from 'vitest';
import type { Run } from '../../../../preload/contract/domain.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { codeOf, parts, snapshot } from '../support/app-parts.ts';

async function started(p = parts()) {
  const sync = await p.makeSync();
  const plan = await p.makePlan(sync.id);
  const run = await p.runs.start({ planId: plan.id, token: plan.token, deletionsSeen: false });
  return { p, sync, plan, run, engineRun: await p.fake.runs.next() };
}

const stored = (p: ReturnType<typeof parts>, id: string): Run | null => p.rows.runs.get(id);
const kinds = (p: ReturnType<typeof parts>) => p.activity.last(5).map((entry) => [entry.kind, entry.problem]);
const syncNow = async (p: ReturnType<typeof parts>) => (await snapshot(p.syncs.watch(p.signal)))[0];

describe('a run', () => {
  it('takes the plan with its token, is followed, and ends as a fact', async () => {
    const { p, plan, run, engineRun } = await started();
    expect(engineRun.request).toMatchObject({ planId: plan.id, runId: run.id, token: plan.token });
    expect(stored(p, run.id)?.state).toBe('running');
    expect((await syncNow(p))?.state).toBe('running');
    engineRun.progress('running', 40);
    await expect.poll(() => p.runs.active()[0]?.progress.bytesDone).toBe(40);
    expect(stored(p, run.id)?.progress.bytesDone).toBe(0);
    engineRun.end('done');
    expect((await p.runState(run.id, 'done')).report?.copied).toBe(3);
    expect(stored(p, run.id)).toMatchObject({ state: 'done', endedAt: p.clock.now, error: null });
    expect(await snapshot(p.runs.watchActive(p.signal))).toEqual([]);
    expect(await syncNow(p)).toMatchObject({ state: 'idle', planId: null, lastRun: { id: run.id, state: 'done' } });
    expect(kinds(p)[0]).toEqual(['runDone', false]);
    expect(p.ended.map((ended) => ended.state)).toEqual(['done']);
  });

  it('is one at a time for a sync, also when asked twice at once', async () => {
    const p = parts();
    const sync = await p.makeSync();
    const plan = await p.makePlan(sync.id);
    const input = { planId: plan.id, token: plan.token, deletionsSeen: false };
    const codes = await Promise.all([codeOf(p.runs.start(input)), codeOf(p.runs.start(input))]);
    expect(codes.sort()).toEqual(['SYNC_ALREADY_RUNNING', 'no error']);
    expect(await codeOf(p.runs.start(input))).toBe('SYNC_ALREADY_RUNNING');
    expect(await codeOf(p.plans.create(sync.id))).toBe('SYNC_ALREADY_RUNNING');
    expect(await codeOf(() => p.syncs.remove(sync.id))).toBe('SYNC_ALREADY_RUNNING');
    (await p.fake.runs.next()).end('done');
    await p.runState(p.runs.active()[0]?.id ?? p.ended[0]?.id ?? '', 'done');
    expect(await codeOf(p.runs.start(input))).toBe('PLAN_STALE');
  });

  it('does not begin with a wrong token or a locked vault, and leaves no trace then', async () => {
    const p = parts();
    const server = await p.servers.add({ target: 'nas', auth: { kind: 'password' }, transport: 'ssh2', secret: 'pw' });
    const sync = await p.syncs.create({ source: p.ref('/data/photos'), target: p.ref('/backup', server.id), options: (await p.makeSync()).options }, p.signal);
    const plan = await p.makePlan(sync.id);
    p.vault.locked = true;
    expect(await codeOf(p.runs.start({ planId: plan.id, token: plan.token, deletionsSeen: false }))).toBe('VAULT_LOCKED');
    p.vault.locked = false;
    expect(await codeOf(p.runs.start({ planId: plan.id, token: 'x', deletionsSeen: false }))).toBe('PLAN_WRONG_TOKEN');
    expect(p.runs.list({ syncId: null, offset: 0, limit: 10 }).total).toBe(0);
  });

  it('pauses, resumes and stops through the engine; a stopped run is no problem', async () => {
    const { p, run, engineRun } = await started();
    await p.runs.pause(run.id);
    engineRun.progress('paused', 10);
    await p.runState(run.id, 'paused');
    expect((await syncNow(p))?.state).toBe('paused');
    await p.runs.resume(run.id);
    await p.runs.stop(run.id, 'afterFile');
    expect((await p.runState(run.id, 'stopping')).state).toBe('stopping');
    expect(engineRun.calls).toEqual(['pause', 'resume', 'stop afterFile']);
    engineRun.end('stopped');
    await p.runState(run.id, 'stopped');
    expect(kinds(p)[0]).toEqual(['runStopped', false]);
    expect(await codeOf(p.runs.stop('nobody', 'now'))).toBe('STORE_NOT_FOUND');
    expect(await codeOf(p.runs.pause(run.id))).toBe('no error');
  });

  it('that fails keeps its error, asks for a person, and marks the server', async () => {
    const p = parts();
    const server = await p.servers.add({ target: 'nas', auth: { kind: 'agent' }, transport: 'ssh2' });
    const sync = await p.syncs.create({ source: p.ref('/data/photos'), target: p.ref('/backup', server.id), options: (await p.makeSync()).options }, p.signal);
    const plan = await p.makePlan(sync.id);
    const run = await p.runs.start({ planId: plan.id, token: plan.token, deletionsSeen: false });
    const error = SluiceError.of('SSH_LOST', { host: 'nas', reason: 'reset' }).toInfo();
    (await p.fake.runs.next()).end('failed', { exitCode: 12 }, error);
    expect((await p.runState(run.id, 'failed')).error).toEqual(error);
    expect(p.servers.get(server.id).problem).toEqual(error);
    expect(kinds(p)[0]).toEqual(['runFailed', true]);
  });

  it('whose engine throws something of its own fails with that, and is not tried again', async () => {
    const { p, run, engineRun } = await started();
    engineRun.fail(SluiceError.of('PLAN_WRONG_TOKEN', {}));
    expect((await p.runState(run.id, 'failed')).error?.code).toBe('PLAN_WRONG_TOKEN');
  });
});

describe('when the engine dies under a run', () => {
  it('it is interrupted, says so, and goes on with the same plan when the engine is back', async () => {
    const { p, plan, run, engineRun } = await started();
    p.control.crash(engineRun);
    const cut = await p.runState(run.id, 'interrupted');
    expect(cut.error).toMatchObject({ code: 'RUN_INTERRUPTED', params: { reason: 'engine' } });
    expect(stored(p, run.id)?.state).toBe('interrupted');
    expect(kinds(p)[0]).toEqual(['runInterrupted', false]);
    expect(p.runs.active().length).toBe(1);
    p.control.recover();
    const second = await p.fake.runs.next();
    expect(second.request).toMatchObject({ planId: plan.id, runId: run.id, token: plan.token });
    expect(stored(p, run.id)?.state).toBe('running');
    second.end('done');
    expect(await p.runState(run.id, 'done')).toMatchObject({ error: null });
    expect(p.ended.length).toBe(1);
  });

  it('twice at most; then it fails in words', async () => {
    const { p, run, engineRun } = await started();
    let current = engineRun;
    for (let crash = 0; crash < 2; crash++) {
      p.control.crash(current);
      await p.runState(run.id, 'interrupted');
      p.control.recover();
      current = await p.fake.runs.next();
    }
    p.control.crash(current);
    expect((await p.runState(run.id, 'failed')).error).toMatchObject({ code: 'RUN_INTERRUPTED', params: { reason: 'engineAgain' } });
    expect(p.runs.active()).toEqual([]);
  });

  it('and stays away, the run fails with that', async () => {
    const { p, run, engineRun } = await started();
    p.control.crash(engineRun);
    await p.runState(run.id, 'interrupted');
    p.control.giveUp();
    expect((await p.runState(run.id, 'failed')).error?.code).toBe('ENGINE_FAILED');
  });

  it('the run can be stopped while it waits', async () => {
    const { p, run, engineRun } = await started();
    p.control.crash(engineRun);
    await p.runState(run.id, 'interrupted');
    await p.runs.stop(run.id, 'now');
    expect((await p.runState(run.id, 'stopped')).error?.code).toBe('RUN_STOPPED');
  });

  it('a pause outlasts it', async () => {
    const { p, run, engineRun } = await started();
    await p.runs.pause(run.id);
    p.control.crash(engineRun);
    await p.runState(run.id, 'interrupted');
    p.control.recover();
    const second = await p.fake.runs.next();
    second.progress('running', 1);
    await expect.poll(() => second.calls).toEqual(['pause']);
  });

  it('a stream that ends without a last word counts as an interruption too', async () => {
    const { p, run, engineRun } = await started();
    p.control.crash();
    engineRun.close();
    expect((await p.runState(run.id, 'interrupted')).error?.code).toBe('RUN_INTERRUPTED');
  });
});

describe('when the app ends under a run', () => {
  it('the next start calls it interrupted, and it can go on with its plan', async () => {
    const { p, plan, run } = await started();
    const q = parts({ dataDir: p.dataDir, control: p.control });
    q.runs.recover();
    expect(stored(q, run.id)).toMatchObject({ state: 'interrupted', error: { code: 'RUN_INTERRUPTED', params: { reason: 'crash' } } });
    expect(kinds(q)[0]).toEqual(['runInterrupted', true]);
    expect(await syncNow(q)).toMatchObject({ state: 'attention', lastRun: { state: 'interrupted' } });
    await q.runs.resume(run.id);
    const second = await q.fake.runs.next();
    expect(second.request).toMatchObject({ planId: plan.id, runId: run.id, token: plan.token });
    second.end('done');
    await q.runState(run.id, 'done');
  });

  it('quitting leaves what did not end as interrupted, without a notification', async () => {
    const { p, run, engineRun } = await started();
    p.runs.beginDrain();
    engineRun.end('stopped');
    await p.runs.drained(new Promise(() => {}));
    expect(stored(p, run.id)).toMatchObject({ state: 'interrupted', error: { params: { reason: 'quit' } } });
    expect(p.ended).toEqual([]);
  });

  it('quitting does not wait longer than its limit', async () => {
    const { p, run } = await started();
    p.runs.beginDrain();
    await p.runs.drained(Promise.resolve());
    expect(stored(p, run.id)?.state).toBe('interrupted');
    expect(p.runs.active()).toEqual([]);
  });
});
