// Runs of one sync on two workstations, over real ZooKeeper and our own node.
import { expect, test } from 'vitest';
import { SyncLocks } from '../../main/services/run-locks.ts';
import type { Endpoint } from '../../main/engines/sync/api.ts';
import { onEveryServer, until } from './support/coordination-servers.ts';

const end = (path: string): Endpoint => ({ place: { kind: 'local' }, path: Buffer.from(path) });
const run = { name: 'photos', left: end('/data/photos'), right: end('/backup') };

onEveryServer({}, (bench) => {
  test('R104 the second workstation is told who holds the lock, and gets it when the first has finished', async () => {
    const [one, two] = ['ann', 'bob'].map((user) => new SyncLocks({ settings: () => ({ connect: bench.connect }), info: { machine: 'same', user, pid: 7 } })) as [SyncLocks, SyncLocks];
    const first = await one.take(run);
    expect(first?.lost.aborted).toBe(false);
    await expect(two.take(run)).rejects.toMatchObject({ code: 'COORD_LOCK_HELD', params: { what: 'photos', holder: 'ann@same (7)' } });
    const other = await two.take({ ...run, right: end('/elsewhere') });
    await first?.release();
    const second = await two.take(run);
    expect(second).not.toBeNull();
    await Promise.all([second?.release(), other?.release()]);
    await Promise.all([one.close(), two.close()]);
  });

  test('R105 cut off for longer than its session lasts, the holder is told, and the other one may begin', async () => {
    const one = new SyncLocks({ settings: () => ({ connect: bench.proxy.connect }), info: { machine: 'same', user: 'ann', pid: 7 } });
    const two = new SyncLocks({ settings: () => ({ connect: bench.connect }), info: { machine: 'same', user: 'bob', pid: 8 } });
    const first = await one.take(run);
    bench.proxy.shut();
    await until(() => first?.lost.aborted === true);
    let second = null;
    await until(async () => { second = await two.take(run).catch(() => null); return second !== null; });
    await (second as Awaited<ReturnType<SyncLocks['take']>>)?.release();
    bench.proxy.open();
    await Promise.all([one.close(), two.close()]);
  });
});

test('R106 no ensemble named: no lock; one that cannot be reached, or is no connect string: no run', async () => {
  expect(await new SyncLocks({ settings: () => null, info: { machine: 'm', user: 'u', pid: 1 } }).take(run)).toBeNull();
  const nowhere = new SyncLocks({ settings: () => ({ connect: '127.0.0.1:1' }), info: { machine: 'm', user: 'u', pid: 1 }, waitMs: 300 });
  await expect(nowhere.take(run)).rejects.toMatchObject({ code: 'COORD_CONNECT' });
  const nonsense = new SyncLocks({ settings: () => ({ connect: 'a b' }), info: { machine: 'm', user: 'u', pid: 1 } });
  await expect(nonsense.take(run)).rejects.toMatchObject({ code: 'COORD_CONFIG' });
});
