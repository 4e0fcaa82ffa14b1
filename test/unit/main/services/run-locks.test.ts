import { describe, expect, it } from 'vitest';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { lockKey, type RunLocks } from '../../../../main/services/run-locks.ts';
import type { Endpoint } from '../../../../main/engines/sync/api.ts';
import { codeOf, parts } from '../support/app-parts.ts';

/** A lock that the test holds in its hands. */
class FakeLocks implements RunLocks {
  held: AbortController | null = null;
  refusal: SluiceError | null = null;
  taken = 0;
  released = 0;
  async take() {
    if (this.refusal) throw this.refusal;
    const held = new AbortController();
    this.held = held;
    this.taken += 1;
    return { lost: held.signal, release: () => { this.released += 1; return Promise.resolve(); } };
  }
  async close(): Promise<void> { /* nothing is open */ }
}

async function planned(locks: FakeLocks) {
  const p = parts({ locks });
  const plan = await p.makePlan((await p.makeSync()).id);
  return { p, plan, start: () => p.runs.start({ planId: plan.id, token: plan.token, deletionsSeen: false }) };
}

describe('the lock of a run', () => {
  it('R100 is taken before the run begins and given back when it has ended', async () => {
    const locks = new FakeLocks();
    const { p, start } = await planned(locks);
    const run = await start();
    expect([locks.taken, locks.released]).toEqual([1, 0]);
    (await p.fake.runs.next()).end('done');
    await p.runState(run.id, 'done');
    expect(locks.released).toBe(1);
  });

  it('R101 held elsewhere: there is no run, and the error says by whom', async () => {
    const locks = new FakeLocks();
    const { p, start } = await planned(locks);
    locks.refusal = SluiceError.of('COORD_LOCK_HELD', { what: 'photos', holder: 'ann@desk (1)' });
    expect(await codeOf(start())).toBe('COORD_LOCK_HELD');
    expect(p.runs.list({ syncId: null, offset: 0, limit: 10 }).total).toBe(0);
    locks.refusal = null;
    const run = await start();
    (await p.fake.runs.next()).end('done');
    await p.runState(run.id, 'done');
  });

  it('R102 lost while it runs: the run is stopped and stands as interrupted, to be started again', async () => {
    const locks = new FakeLocks();
    const { p, start } = await planned(locks);
    const run = await start();
    const engineRun = await p.fake.runs.next();
    locks.held?.abort();
    await p.runState(run.id, 'stopping');
    engineRun.end('stopped');
    expect((await p.runState(run.id, 'interrupted')).error).toMatchObject({ code: 'RUN_INTERRUPTED', params: { reason: 'lock' } });
    expect(locks.released).toBe(1);
    await p.runs.resume(run.id);
    expect(locks.taken).toBe(2);
    (await p.fake.runs.next()).end('done');
    await p.runState(run.id, 'done');
  });

  it('R103 is the same on two workstations for one target on a server, and another for each machine’s own folders', () => {
    const local = (path: string): Endpoint => ({ place: { kind: 'local' }, path: Buffer.from(path) });
    const far = (path: string, host = 'NAS', port = 22): Endpoint => ({ path: Buffer.from(path), place: { kind: 'ssh', access: { host, port, user: 'u' } as never } });
    expect(lockKey(local('/data'), far('/backup'), 'desk')).toBe(lockKey(local('/data'), far('/backup', 'nas'), 'laptop'));
    expect(lockKey(local('/data'), far('/backup'), 'desk')).not.toBe(lockKey(local('/data'), far('/backup', 'nas', 2222), 'desk'));
    expect(lockKey(local('/data'), far('/backup'), 'desk')).not.toBe(lockKey(local('/other'), far('/backup'), 'desk'));
    expect(lockKey(far('/backup'), local('/data'), 'desk')).not.toBe(lockKey(far('/backup'), local('/data'), 'laptop'));
    expect(lockKey(local('/a'), local('/b'), 'desk')).not.toBe(lockKey(local('/a'), local('/b'), 'laptop'));
    expect(lockKey(local('/a'), local('/b'), 'desk')).toBe(lockKey(local('/a'), local('/b'), 'desk'));
  });
});
