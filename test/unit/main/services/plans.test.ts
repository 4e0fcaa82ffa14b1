import { describe, expect, it } from 'vitest';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { PLAN_AGE } from '../../../../main/services/plans.ts';
import { codeOf, parts, settled, snapshot } from '../support/app-parts.ts';

const stateOf = async (p: ReturnType<typeof parts>, id: string): Promise<string> => settled(p.plans.watch(id, p.signal), () => true).then((plan) => plan.state);
const syncNow = async (p: ReturnType<typeof parts>) => (await snapshot(p.syncs.watch(p.signal)))[0];

describe('plans', () => {
  it('a preview goes from scanning to ready, and its sync with it', async () => {
    const p = parts();
    const sync = await p.makeSync();
    p.fake.scanForever = true;
    const first = await p.plans.create(sync.id);
    expect(first.state).toBe('scanning');
    expect(await syncNow(p)).toMatchObject({ state: 'previewing', planId: first.id });
    p.fake.scanForever = false;
    const plan = await p.makePlan(sync.id);
    expect(plan).toMatchObject({ state: 'ready', token: `${plan.id}-0` });
    expect(await syncNow(p)).toMatchObject({ state: 'ready', planId: plan.id });
  });

  it('its roots are final: the layout is applied, the secret fetched for this call', async () => {
    const p = parts();
    const server = await p.servers.add({ target: 'nas', auth: { kind: 'password' }, transport: 'ssh2', secret: 'pw' });
    const sync = await p.syncs.create({ source: p.ref('/data/photos'), target: p.ref('/backup', server.id), options: (await p.makeSync()).options }, p.signal);
    await p.makePlan(sync.id);
    const request = p.fake.planRequests.at(-1);
    expect(Buffer.from(request?.right.path ?? []).toString()).toBe('/backup/photos');
    expect(request?.right.place).toMatchObject({ kind: 'ssh', access: { auth: { kind: 'password', password: 'pw' } } });
    p.vault.locked = true;
    expect(await codeOf(p.plans.create(sync.id))).toBe('VAULT_LOCKED');
  });

  it('only the newest of a sync is kept; the older ones are dropped in the engine', async () => {
    const p = parts();
    const sync = await p.makeSync();
    const old = await p.makePlan(sync.id);
    const plan = await p.makePlan(sync.id);
    await expect.poll(() => p.fake.forgotten).toEqual([old.id]);
    expect(await codeOf(p.plans.forRun({ planId: old.id, token: old.token, deletionsSeen: true }))).toBe('STORE_NOT_FOUND');
    expect(await stateOf(p, plan.id)).toBe('ready');
  });

  it('those that could not be dropped while the engine was away are dropped with the next one', async () => {
    const p = parts();
    const sync = await p.makeSync();
    const old = await p.makePlan(sync.id);
    const forget = p.fake.api['plan.forget'];
    let away = true;
    Object.assign(p.fake.api, { 'plan.forget': async (input: { planId: string }) => { if (away) throw SluiceError.of('RPC_CLOSED', {}); return forget(input); } });
    const second = await p.makePlan(sync.id);
    away = false;
    await p.makePlan(sync.id);
    await expect.poll(() => [...p.fake.forgotten].sort()).toEqual([old.id, second.id].sort());
  });

  it('goes stale after ten minutes, and with other options', async () => {
    const p = parts();
    const sync = await p.makeSync();
    const plan = await p.makePlan(sync.id);
    p.clock.now += PLAN_AGE;
    expect(await codeOf(p.plans.forRun({ planId: plan.id, token: plan.token, deletionsSeen: false }))).toBe('no error');
    p.clock.now += 1;
    expect(await codeOf(p.plans.forRun({ planId: plan.id, token: plan.token, deletionsSeen: false }))).toBe('PLAN_STALE');
    const next = await p.makePlan(sync.id);
    await p.syncs.change({ id: sync.id, options: { ...sync.options, checksum: true } }, p.signal);
    expect(await stateOf(p, next.id)).toBe('stale');
    expect((await syncNow(p))?.state).toBe('idle');
  });

  it('a run needs the token as shown, and a word for many deletions', async () => {
    const p = parts();
    const sync = await p.makeSync();
    p.fake.plan = { guard: { deletes: 90, total: 100 } };
    const plan = await p.makePlan(sync.id);
    const take = (token: string, deletionsSeen: boolean) => codeOf(p.plans.forRun({ planId: plan.id, token, deletionsSeen }));
    expect(await take('other', true)).toBe('PLAN_WRONG_TOKEN');
    expect(await take(plan.token, false)).toBe('PLAN_GUARD');
    const decided = await p.plans.decide({ id: plan.id, what: { chip: 'delete' }, decision: 'skip' }, p.signal);
    expect(await take(plan.token, true)).toBe('PLAN_WRONG_TOKEN');
    expect(await take(decided.token, true)).toBe('no error');
  });

  it('a scan can be cancelled: the plan fails as cancelled and the sync is idle', async () => {
    const p = parts();
    const sync = await p.makeSync();
    p.fake.scanForever = true;
    const { id } = await p.plans.create(sync.id);
    await p.plans.cancel(id);
    const plan = await settled(p.plans.watch(id, p.signal), (value) => value.state === 'failed');
    expect(plan.error?.code).toBe('APP_CANCELLED');
    expect(await syncNow(p)).toMatchObject({ state: 'idle', planId: null });
    expect(await codeOf(p.plans.decide({ id, what: { chip: 'all' }, decision: 'do' }, p.signal))).toBe('PLAN_NOT_READY');
  });

  it('an engine that dies in a scan is named; while it is away rows say so', async () => {
    const p = parts();
    const sync = await p.makeSync();
    const good = await p.makePlan(sync.id);
    Object.assign(p.fake.api, { plan: async function* () { yield* []; throw SluiceError.of('RPC_CLOSED', {}); } });
    const { id } = await p.plans.create(sync.id);
    const plan = await settled(p.plans.watch(id, p.signal), (value) => value.state === 'failed');
    expect(plan.error?.code).toBe('ENGINE_DOWN');
    expect((await syncNow(p))?.state).toBe('attention');
    p.control.crash();
    expect(await codeOf(p.plans.rows({ id, chip: 'all', search: '', offset: 0, limit: 10 }, p.signal))).toBe('ENGINE_DOWN');
    expect(await codeOf(p.plans.create(sync.id))).toBe('ENGINE_DOWN');
    expect(await codeOf(p.plans.rows({ id: good.id, chip: 'all', search: '', offset: 0, limit: 10 }, p.signal))).toBe('STORE_NOT_FOUND');
  });

  it('a failure of the server is noted at the server', async () => {
    const p = parts();
    const server = await p.servers.add({ target: 'nas', auth: { kind: 'agent' }, transport: 'ssh2' });
    const sync = await p.syncs.create({ source: p.ref('/data/photos'), target: p.ref('/backup', server.id), options: (await p.makeSync()).options }, p.signal);
    p.fake.plan = { state: 'failed', error: SluiceError.of('RSYNC_MISSING', { host: 'nas', install: 'apt install rsync' }).toInfo() };
    await p.makePlan(sync.id);
    expect(p.servers.get(server.id).problem?.code).toBe('RSYNC_MISSING');
  });

  it('is found again after a restart of the app', async () => {
    const p = parts();
    const sync = await p.makeSync();
    const plan = await p.makePlan(sync.id);
    const q = parts({ dataDir: p.dataDir, control: p.control });
    expect(await stateOf(q, plan.id)).toBe('ready');
    expect(await codeOf(q.plans.forRun({ planId: plan.id, token: plan.token, deletionsSeen: false }))).toBe('no error');
    expect(await codeOf(q.plans.cancel('nobody'))).toBe('STORE_NOT_FOUND');
  });

  it('goes with its sync', async () => {
    const p = parts();
    const sync = await p.makeSync();
    const plan = await p.makePlan(sync.id);
    p.syncs.remove(sync.id);
    await expect.poll(() => p.fake.forgotten).toEqual([plan.id]);
    expect(await snapshot(p.syncs.watch(p.signal))).toEqual([]);
  });
});
