import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { contract, type SluiceContract } from '../../../../preload/contract/index.ts';
import { createClient, type RpcClient } from '../../../../preload/rpc/client.ts';
import { memoryWires } from '../../../../preload/rpc/memory-wire.ts';
import { startApp, type App } from '../../../../main/app/app.ts';
import { codeOf, FakeHost, OPTIONS, settled, snapshot } from '../support/app-parts.ts';
import { FakeControl } from '../support/fake-engine.ts';
import { tempFolder } from '../support/temp.ts';

interface Opened { app: App; host: FakeHost; control: FakeControl; ui: RpcClient<SluiceContract>; dataDir: string; bugs: unknown[] }

async function open(dataDir: string = tempFolder()): Promise<Opened> {
  const host = new FakeHost();
  const control = new FakeControl();
  const bugs: unknown[] = [];
  const app = await startApp({ host, dataDir, version: '1.2.3', locale: 'en', machine: 'here', engines: control, onBug: (where, error) => bugs.push([where, error]) });
  const [near, far] = memoryWires();
  app.serveUi(far);
  onTestFinished(() => app.drain());
  return { app, host, control, ui: createClient(contract, near), dataDir, bugs };
}

describe('the app behind a window', () => {
  it('says what it is, and says so again when the engine or the vault changes', async () => {
    const { ui, control, host } = await open();
    const first = await settled(ui['app.status']({}), () => true);
    expect(first).toMatchObject({ version: '1.2.3', host: 'browser', machine: 'here', engines: [{ name: 'sync', state: 'ready' }, { name: 'agent', state: 'stopped' }, { name: 'coordination', state: 'stopped' }], vault: { kind: 'passphrase', locked: false } });
    control.crash();
    await settled(ui['app.status']({}), (status) => status.engines[0]?.state === 'restarting');
    host.vault.locked = true;
    expect(await codeOf(ui['vault.unlock']({ passphrase: 'wrong' }))).toBe('VAULT_WRONG_PASSPHRASE');
    await ui['vault.unlock']({ passphrase: 'open sesame' });
    await settled(ui['app.status']({}), (status) => !status.vault.locked);
    await ui['app.quit']({});
    expect(host.told).toContain('quit');
  });

  it('goes the whole way: server, folder, sync, plan, run, notification, history', async () => {
    const { ui, control, host, dataDir, bugs, app } = await open();
    const server = await ui['servers.add']({ target: 'me@127.0.0.1:2222', name: 'nas', auth: { kind: 'password' }, secret: 'hunter2hunter2' });
    const [home] = await ui['files.roots']({ place: 'local' });
    expect(home?.path).toBe('/home/me');
    const source = await ui['files.resolve']({ place: 'local', path: '/data/photos' });
    const target = await ui['files.resolve']({ place: server.id, path: '/backup' });
    const sync = await ui['syncs.create']({ source: source.ref, target: target.ref, options: OPTIONS });
    expect(sync.result).toBe('nas:/backup/photos');
    expect((await ui['syncs.command']({ id: sync.id })).text).toBe("rsync -av --partial -e 'ssh -p 2222' /data/photos me@127.0.0.1:/backup/");
    const { id } = await ui['plans.create']({ syncId: sync.id });
    const plan = await settled(ui['plans.watch']({ id }), (value) => value.state === 'ready');
    const run = await ui['runs.start']({ planId: id, token: plan.token });
    expect(app.activeRuns()).toBe(1);
    (await control.fake.runs.next()).end('done');
    await settled(ui['runs.watch']({ id: run.id }), (value) => value.state === 'done');
    expect(app.activeRuns()).toBe(0);
    expect(host.notifications).toMatchObject([{ link: `/runs/${run.id}` }]);
    expect((await ui['runs.list']({ syncId: sync.id, offset: 0, limit: 10 })).total).toBe(1);
    const entries = await snapshot(ui['activity.watch']({}));
    expect(entries.map((entry) => entry.kind).sort()).toEqual(['runDone', 'serverAdded', 'syncCreated']);
    await ui['activity.seen']({ ids: entries.map((entry) => entry.id) });
    await app.drain();
    for (const name of readdirSync(dataDir)) expect(readFileSync(join(dataDir, name)).includes('hunter2hunter2'), name).toBe(false);
    expect(bugs).toEqual([]);
  });

  it('renaming a server renames it in the results of its syncs', async () => {
    const { ui } = await open();
    const server = await ui['servers.add']({ target: 'nas', auth: { kind: 'agent' } });
    const source = await ui['files.resolve']({ place: 'local', path: '/data/photos' });
    const target = await ui['files.resolve']({ place: server.id, path: '/backup' });
    await ui['syncs.create']({ source: source.ref, target: target.ref, options: OPTIONS });
    await ui['servers.change']({ id: server.id, name: 'Attic' });
    expect((await snapshot(ui['syncs.watch']({})))[0]?.result).toBe('Attic:/backup/photos');
  });

  it('language and theme go to the host and to every window', async () => {
    const { ui, host, app } = await open();
    await ui['settings.change']({ language: 'zh-CN', theme: 'dark' });
    expect(host.told.slice(-2)).toEqual(['locale zh-CN', 'theme dark']);
    expect(app.locale()).toBe('zh-CN');
    expect((await settled(ui['settings.watch']({}), () => true)).theme).toBe('dark');
    expect(await codeOf(ui['settings.change']({ theme: 'pink' as never }))).toBe('RPC_BAD_INPUT');
  });
});

describe('start and end', () => {
  it('a newer store stops the start before anything else', async () => {
    const { app, dataDir } = await open();
    await app.drain();
    const { Sqlite } = await import('../../../../main/store/sqlite.ts');
    const db = new Sqlite(join(dataDir, 'sluice.sqlite'));
    db.userVersion = 1000;
    db.close();
    expect(await codeOf(startApp({ host: new FakeHost(), dataDir, version: '1', locale: 'en', engines: new FakeControl() }))).toBe('STORE_NEWER');
  });

  it('a damaged store is replaced by the backup of the last start, and the activity list says so', async () => {
    const first = await open();
    await first.ui['servers.add']({ target: 'nas', auth: { kind: 'agent' } });
    await first.app.drain();
    writeFileSync(join(first.dataDir, 'sluice.sqlite'), 'not a database at all '.repeat(100));
    const { ui } = await open(first.dataDir);
    const [entry] = await snapshot(ui['activity.watch']({}));
    expect(entry).toMatchObject({ kind: 'storeRestored', problem: true, error: { code: 'STORE_CORRUPT', params: { restoredFrom: expect.stringMatching(/bak-/) as string } } });
  });

  it('draining ends the engine, parks the runs, closes the windows, and may be asked twice', async () => {
    const { app, ui, control, dataDir } = await open();
    const source = await ui['files.resolve']({ place: 'local', path: '/data/photos' });
    const target = await ui['files.resolve']({ place: 'local', path: '/backup' });
    const sync = await ui['syncs.create']({ source: source.ref, target: target.ref, options: OPTIONS });
    const { id } = await ui['plans.create']({ syncId: sync.id });
    const plan = await settled(ui['plans.watch']({ id }), (value) => value.state === 'ready');
    const run = await ui['runs.start']({ planId: id, token: plan.token });
    (await control.fake.runs.next()).end('stopped');
    await Promise.all([app.drain(), app.drain()]);
    expect(control.drained).toBe(true);
    expect(await codeOf(ui['runs.list']({ syncId: null, offset: 0, limit: 1 }))).toBe('RPC_CLOSED');
    const again = await open(dataDir);
    const { runs } = await again.ui['runs.list']({ syncId: null, offset: 0, limit: 1 });
    expect(runs[0]).toMatchObject({ id: run.id });
    expect(['stopped', 'interrupted']).toContain(runs[0]?.state);
  });
});
