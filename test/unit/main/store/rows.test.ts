import { describe, expect, it, onTestFinished } from 'vitest';
import type { Activity, Run, Server } from '../../../../preload/contract/domain.ts';
import { ActivityRows } from '../../../../main/store/activity.ts';
import { openStore } from '../../../../main/store/open.ts';
import { PlanIndexRows } from '../../../../main/store/plan-index.ts';
import { RunRows } from '../../../../main/store/runs.ts';
import { ServerRows } from '../../../../main/store/servers.ts';
import { DEFAULT_SETTINGS, SettingsRows } from '../../../../main/store/settings.ts';
import type { Sqlite } from '../../../../main/store/sqlite.ts';
import { SyncRows } from '../../../../main/store/syncs.ts';
import { OPTIONS } from '../support/app-parts.ts';
import { NO_PROGRESS, REPORT } from '../support/fake-engine.ts';
import { tempFolder } from '../support/temp.ts';

function fresh(): Sqlite {
  const store = openStore({ dataDir: tempFolder() });
  onTestFinished(() => store.close());
  return store.db;
}

const server: Server = {
  id: 's1', name: 'nas', host: '::1', port: 2222, user: 'me', alias: null, auth: { kind: 'key', path: '/k' }, transport: 'ssh2',
  hostKeys: [{ type: 'ssh-ed25519', sha256: 'SHA256:abc' }], rsync: '3.2.7', probedAt: 5, problem: { code: 'SSH_LOST', params: { host: 'nas', reason: 'x' } },
};
const run = (id: string, startedAt: number, change: Partial<Run> = {}): Run => ({
  id, syncId: 'y', planId: 'p', syncName: 'photos', state: 'done', startedAt, endedAt: startedAt + 1, progress: NO_PROGRESS, report: REPORT, error: null, ...change,
});

describe('rows', () => {
  it('a server comes back as it went in', () => {
    const rows = new ServerRows(fresh());
    rows.insert({ server, hasSecret: true }, 1);
    expect(rows.get('s1')).toEqual({ server, hasSecret: true });
    rows.update({ server: { ...server, name: 'n2', problem: null }, hasSecret: false });
    expect(rows.all()).toEqual([{ server: { ...server, name: 'n2', problem: null }, hasSecret: false }]);
    rows.remove('s1');
    expect(rows.get('s1')).toBeNull();
  });

  it('paths keep every byte, also those that are no UTF-8', () => {
    const db = fresh();
    const odd = Buffer.from([0x2f, 0xff, 0x0a, 0xfe, 0x27]);
    new SyncRows(db).insert({ id: 'y', name: 'n', source: { place: 'local', path: odd }, target: { place: 'local', path: Buffer.from('/b') }, options: OPTIONS, createdAt: 1 });
    expect(new SyncRows(db).get('y')?.source.path.equals(odd)).toBe(true);
    expect(db.get('SELECT typeof(source_path) AS t FROM syncs')).toEqual({ t: 'blob' });
  });

  it('a server that a sync uses cannot go from under it', () => {
    const db = fresh();
    new ServerRows(db).insert({ server, hasSecret: false }, 1);
    new SyncRows(db).insert({ id: 'y', name: 'n', source: { place: 'local', path: Buffer.from('/a') }, target: { place: 's1', path: Buffer.from('/b') }, options: OPTIONS, createdAt: 1 });
    expect(() => new ServerRows(db).remove('s1')).toThrow(/FOREIGN KEY/);
    expect(new SyncRows(db).namesUsing('s1')).toEqual(['n']);
  });

  it('runs list newest first, by sync and in windows, and outlive their sync', () => {
    const rows = new RunRows(fresh());
    for (let i = 0; i < 5; i++) rows.insert(run(`r${i}`, 100, { syncId: i % 2 ? 'y' : 'z' }), 't');
    expect(rows.list(null, 1, 2)).toMatchObject({ total: 5, runs: [{ id: 'r3' }, { id: 'r2' }] });
    expect(rows.list('y', 0, 10).runs.map((r) => r.id)).toEqual(['r3', 'r1']);
    expect(rows.newestOf('z')?.id).toBe('r4');
    rows.update(run('r0', 100, { state: 'running', endedAt: null, report: null }));
    expect(rows.inStates(['running', 'paused']).map((r) => r.id)).toEqual(['r0']);
    expect(rows.token('r0')).toBe('t');
  });

  it('activity is bounded, and seen only once', () => {
    const rows = new ActivityRows(fresh(), 20);
    const entry = (n: number): Activity => ({ id: `a${n}`, at: n, kind: 'runFailed', params: { sync: 'x', n }, error: null, link: '/runs/1', problem: true, seen: false });
    for (let n = 0; n < 25; n++) rows.insert(entry(n));
    expect(rows.newest(100).length).toBe(20);
    expect(rows.newest(1)[0]?.id).toBe('a24');
    expect(rows.unseenProblems()).toBe(20);
    expect(rows.markSeen(['a24', 'nobody']).map((seen) => [seen.id, seen.seen])).toEqual([['a24', true]]);
    expect(rows.markSeen(['a24'])).toEqual([]);
  });

  it('settings that mean nothing any more count as not set', () => {
    const db = fresh();
    const rows = new SettingsRows(db);
    rows.save({ theme: 'dark', showHidden: true });
    db.run("INSERT INTO settings VALUES ('density', '\"huge\"'), ('language', '{'), ('gone', '1')");
    expect(rows.load()).toEqual({ ...DEFAULT_SETTINGS, theme: 'dark', showHidden: true });
  });

  it('retired plans are remembered until they are dropped', () => {
    const rows = new PlanIndexRows(fresh());
    for (const id of ['p1', 'p2', 'p3']) rows.insert({ id, syncId: 'y', createdAt: 1, options: OPTIONS, state: 'kept' });
    rows.finish('p2');
    rows.retire('y', ['p2', 'p3']);
    expect(rows.toForget()).toEqual(['p1']);
    expect(rows.get('p1')).toBeNull();
    expect(rows.get('p2')?.state).toBe('finished');
    rows.drop('p1');
    expect(rows.toForget()).toEqual([]);
  });
});
