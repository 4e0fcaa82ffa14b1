// `npm start`, through each of its doors, as a person types it.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { asPerson } from '../peers/desktop.ts';
import { runtimeDist, runtimeSqlite } from '../peers/electron/runtime.ts';
import { ask, onDesktop, stopDesktop, theDesktop } from './support/electron.ts';
import { hostProblem } from './support/host.ts';

const script = join(resolve(import.meta.dirname, '../..'), 'scripts/run.mjs');
const soon = { timeout: 40_000, interval: 200 };
const problem = hostProblem('browser') ?? hostProblem('electron');

describe.skipIf(problem)(`npm start${problem ? ` (skipped: ${problem})` : ''}`, () => {
  let folder: string;
  let child: ChildProcess | null = null;
  let said = '';

  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'sluice-start-')); said = ''; });
  afterEach(async () => {
    if (child && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  afterAll(stopDesktop);

  const start = (command: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess => {
    child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => { said += chunk.toString(); });
    return child;
  };
  const noDisplay = (): NodeJS.ProcessEnv => {
    const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...rest } = process.env;
    return rest;
  };
  const windows = async (name: string): Promise<string[]> => (await ask('xdotool', 'search', '--onlyvisible', '--name', name).catch(() => '')).split('\n').filter(Boolean);

  it('without a display prints one address with its code, which opens the app once', async () => {
    const running = start(process.execPath, [script, 'start', '--data', folder], noDisplay());
    const url = await vi.waitFor(() => {
      const found = /^ {2}(http:\/\/127\.0\.0\.1:\d+\/\S+)$/m.exec(said)?.[1];
      expect(found).toBeDefined();
      return found as string;
    }, soon);
    expect(said).toContain('There is no display here');
    expect(said).toMatch(/^ {2}ssh -N -L \d+:127\.0\.0\.1:\d+ \S+@\S+$/m);
    const first = await fetch(url, { redirect: 'manual' });
    expect(first.headers.get('set-cookie')).toMatch(/HttpOnly/i);
    const second = await fetch(url, { redirect: 'manual' });
    expect(second.headers.get('set-cookie')).toBeNull();
    running.kill('SIGTERM');
    expect((await once(running, 'exit'))[0]).toBe(0);
  });

  it('opens the window of an installed browser, and ends when it is closed', async () => {
    const desktop = await theDesktop();
    const running = start(process.execPath, [script, 'start', '--browser', '--data', folder], onDesktop(desktop));
    const [id] = await vi.waitFor(async () => {
      const found = await windows('Sluice$');
      expect(found.length).toBeGreaterThan(0);
      return found;
    }, soon);
    expect(said).toMatch(/^Opening a window of \/.*\.$/m);
    await ask('xdotool', 'windowactivate', '--sync', id ?? '', 'key', 'alt+F4');
    expect((await once(running, 'exit'))[0]).toBe(0);
    expect(said).toContain('The window was closed');
  });

  it('opens the Electron window where there is an Electron', async () => {
    const desktop = await theDesktop();
    const env = { ...onDesktop(desktop), ELECTRON_OVERRIDE_DIST_PATH: runtimeDist, SLUICE_SQLITE_BINDING: runtimeSqlite };
    start(...(asPerson(process.execPath, [script, 'start', '--data', folder, '--language', 'zh-CN']) as [string, string[]]), env);
    await vi.waitFor(async () => expect((await windows('Sluice$')).length).toBeGreaterThan(0), soon);
    expect(said).toContain('Opening the Electron window (Electron 25.1.1).');
  });

  it('says why there is no Electron window, and takes no other door when that was asked for', () => {
    const run = spawnSync(process.execPath, [script, 'start', '--electron', '--data', folder], { env: noDisplay(), encoding: 'utf8' });
    expect([run.status, run.stderr.trim()]).toEqual([1, 'The Electron window cannot be opened: there is no display (DISPLAY and WAYLAND_DISPLAY are not set).']);
  });
});
