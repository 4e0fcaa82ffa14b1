// The desktop around the window: tray, notifications, close and stay, a second start, links, a dropped folder, quit.
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { syncFolders, takeApi } from './support/api.ts';
import { ask, openInElectron, startAgain, stopDesktop } from './support/electron.ts';
import { hostProblem, type OpenedApp } from './support/host.ts';
import { enginesOf } from './support/processes.ts';

const problem = hostProblem('electron');
const soon = { timeout: 20_000, interval: 100 };

describe.skipIf(problem)(`the desktop host${problem ? ` (skipped: ${problem})` : ''}`, () => {
  let folder: string;
  let dataDir: string;
  const opened: OpenedApp[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-desktop-'));
    dataDir = join(folder, 'data');
  });
  afterEach(async () => {
    for (const app of opened.splice(0)) await app.close();
    rmSync(folder, { recursive: true, force: true });
  });
  afterAll(stopDesktop);

  const open = async (options: { language?: 'en' | 'zh-CN'; args?: readonly string[] } = {}): Promise<OpenedApp> => {
    const app = await openInElectron({ dataDir, ...options });
    opened.push(app);
    await app.page.waitForLoadState('load');
    return app;
  };
  const electronOf = (app: OpenedApp) => {
    if (!app.electron) throw new Error('not the Electron host');
    return app.electron;
  };
  const visible = (app: OpenedApp) => electronOf(app).evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.isVisible()));
  const closeWindow = (app: OpenedApp) => electronOf(app).evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  /** Answers the next question of the app with its button number `response`, and hands back what it asked. */
  const answer = (app: OpenedApp, response: number, checkboxChecked: boolean) => electronOf(app).evaluate(({ dialog }, reply) => {
    const asked = ((globalThis as unknown as { asked: string[] }).asked ??= []);
    dialog.showMessageBox = ((...words: unknown[]) => {
      asked.push((words.at(-1) as { message: string }).message);
      return Promise.resolve(reply);
    }) as typeof dialog.showMessageBox;
  }, { response, checkboxChecked });
  const askedOf = (app: OpenedApp) => electronOf(app).evaluate(() => (globalThis as unknown as { asked?: string[] }).asked ?? []);
  const ended = async (app: OpenedApp): Promise<number | null> => {
    const child = electronOf(app).process();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child.exitCode;
  };
  /** The middle of the icon: the panel holds it as a small window with the program's name. */
  const trayIcon = async (): Promise<{ x: number; y: number } | null> => {
    const ids = (await ask('xdotool', 'search', '--name', '^electron$').catch(() => '')).split('\n').filter(Boolean);
    for (const id of ids) {
      const geometry = new Map((await ask('xdotool', 'getwindowgeometry', '--shell', id).catch(() => '')).split('\n').map((line) => line.split('=') as [string, string]));
      const [width, x, y] = ['WIDTH', 'X', 'Y'].map((name) => Number(geometry.get(name))) as [number, number, number];
      if (width === 22 && y > 700) return { x: x + 11, y: y + 11 };
    }
    return null;
  };

  it('closing asks once, then leaves it running; a second start shows the window again and ends', async () => {
    const app = await open();
    await vi.waitFor(async () => expect(await visible(app)).toEqual([true]), soon);
    await answer(app, 0, true);
    await closeWindow(app);
    await vi.waitFor(async () => expect(await visible(app)).toEqual([false]), soon);
    expect(await askedOf(app)).toEqual(['Keep Sluice running when its window is closed?']);

    const second = await startAgain({ dataDir });
    const [code] = (await once(second, 'exit')) as [number];
    expect(code).toBe(0);
    await vi.waitFor(async () => expect(await visible(app)).toEqual([true]), soon);

    await closeWindow(app);
    await vi.waitFor(async () => expect(await visible(app)).toEqual([false]), soon);
    expect(await askedOf(app)).toHaveLength(1);
  });

  it('closing quits when that is what was chosen, and exits cleanly', async () => {
    const app = await open();
    await answer(app, 1, true);
    await closeWindow(app).catch(() => undefined);
    expect(await ended(app)).toBe(0);
    const again = await open();
    await closeWindow(again).catch(() => undefined);
    expect(await ended(again)).toBe(0);
  });

  it('one quit quits: no question when nothing runs, the engine ends with it', async () => {
    const app = await open();
    const api = await takeApi(app.page);
    const [engine] = await vi.waitFor(() => {
      const pids = enginesOf(app.pid);
      expect(pids).toHaveLength(1);
      return pids;
    }, soon);
    await api.call('app.quit', {}).catch(() => undefined);
    expect(await ended(app)).toBe(0);
    expect(existsSync(`/proc/${engine}`)).toBe(false);
  });

  it('a link opens its page, in a new app and in the running one, and does nothing else', async () => {
    const app = await open({ args: ['sluice://run/first'] });
    expect(new URL(app.page.url()).hash).toBe('#/runs/first');
    const before = await app.page.evaluate(() => performance.timeOrigin);
    const second = await startAgain({ dataDir, args: ['sluice://sync/second'] });
    await once(second, 'exit');
    await vi.waitFor(() => expect(new URL(app.page.url()).hash).toBe('#/syncs/second'), soon);
    const third = await startAgain({ dataDir, args: ['sluice://delete/third'] });
    await once(third, 'exit');
    expect(new URL(app.page.url()).hash).toBe('#/syncs/second');
    expect(await app.page.evaluate(() => performance.timeOrigin)).toBe(before); // not loaded again
  });

  it('a run that ends is a notification, and a click on it opens the run', async () => {
    const [source, target] = [join(folder, 'source'), join(folder, 'target')];
    mkdirSync(source);
    mkdirSync(target);
    writeFileSync(join(source, 'a.txt'), 'hello');
    const app = await open();
    const api = await takeApi(app.page);
    const run = await syncFolders(api, source, target);
    expect([run.state, readFileSync(join(target, 'a.txt'), 'utf8')]).toEqual(['done', 'hello']);

    const shown = await vi.waitFor(async () => {
      const history = JSON.parse(await ask('dunstctl', 'history')) as { data: { id: { data: number }; summary: { data: string }; body: { data: string } }[][] };
      const live = Number((await ask('dunstctl', 'count', 'displayed')).trim());
      expect(live + (history.data[0]?.length ?? 0)).toBeGreaterThan(0);
      return { history: history.data[0] ?? [], live };
    }, soon);
    expect(shown.live).toBeGreaterThan(0);
    await ask('dunstctl', 'action');
    await vi.waitFor(() => expect(new URL(app.page.url()).hash).toBe(`#/runs/${run.runId}`), soon);
    await ask('dunstctl', 'close-all');
    const history = JSON.parse(await ask('dunstctl', 'history')) as { data: { summary: { data: string }; body: { data: string } }[][] };
    expect(history.data[0]?.map(({ summary, body }) => [summary.data, body.data])).toContainEqual([expect.stringContaining('done'), '1 file copied.']);
  });

  it('the tray icon stands in the panel, and a click on it brings the window back', async () => {
    const app = await open();
    await vi.waitFor(async () => expect(await visible(app)).toEqual([true]), soon);
    const place = await vi.waitFor(async () => {
      const found = await trayIcon();
      expect(found).not.toBeNull();
      return found as { x: number; y: number };
    }, soon);
    await answer(app, 0, true);
    await closeWindow(app);
    await vi.waitFor(async () => expect(await visible(app)).toEqual([false]), soon);
    await ask('xdotool', 'mousemove', String(place.x), String(place.y), 'click', '1');
    await vi.waitFor(async () => expect(await visible(app)).toEqual([true]), soon);
  });

  it('the path of a dropped folder reaches the page', async () => {
    const dropped = join(folder, 'Fotos ü');
    mkdirSync(dropped);
    const app = await open();
    // Chromium gives a File from the disk only to an input or a drop: an input takes the place of the mouse here
    await app.page.evaluate(() => {
      const input = document.createElement('input');
      input.type = 'file';
      input.id = 'probe';
      document.body.append(input);
    });
    const file = join(dropped, 'x.txt');
    writeFileSync(file, 'x');
    await app.page.setInputFiles('#probe', file);
    expect(await app.page.evaluate(() => {
      const given = (document.querySelector('#probe') as HTMLInputElement).files?.[0] as File;
      return (globalThis as unknown as { sluice: { pathForFile(file: File): string } }).sluice.pathForFile(given);
    })).toBe(file);
    expect(await app.page.evaluate(() => (globalThis as unknown as { sluice: { pathForFile(file: File): string } }).sluice.pathForFile(new File(['x'], 'made.txt')))).toBe('');
  });

  it('the window comes back where it was', async () => {
    const app = await open();
    await vi.waitFor(async () => expect(await visible(app)).toEqual([true]), soon);
    await electronOf(app).evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setBounds({ x: 120, y: 80, width: 900, height: 600 }));
    await vi.waitFor(async () => expect(await electronOf(app).evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds().width)).toBe(900), soon);
    await app.close();
    const again = await open();
    const bounds = await electronOf(again).evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds());
    expect([bounds?.width, bounds?.height]).toEqual([900, 600]);
  });

  it('speaks the language chosen, in window and menus, at once', async () => {
    const app = await open({ language: 'zh-CN' });
    const labels = () => electronOf(app).evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.map((item) => item.label));
    expect(await labels()).toEqual(['Sluice', '编辑', '视图']);
    const api = await takeApi(app.page);
    await api.call('settings.change', { language: 'en' });
    await vi.waitFor(async () => expect(await labels()).toEqual(['Sluice', 'Edit', 'View']), soon);
  });

  it('a page that crashes comes back, with a port of its own', async () => {
    const app = await open();
    await electronOf(app).evaluate(({ BrowserWindow }) => new Promise<void>((done) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      contents?.once('render-process-gone', () => contents.once('did-finish-load', () => done()));
      contents?.forcefullyCrashRenderer();
    }));
    await vi.waitFor(async () => {
      const words = await electronOf(app).evaluate(async ({ BrowserWindow }) => {
        const words: unknown = await BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript('document.body.innerText');
        return String(words);
      });
      expect(words).toContain('Sync engine: ready'); // which the page knows only over its port
    }, soon);
  });
});
