// Electron's security checklist, item by item, read from the running app.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTENT_SECURITY_POLICY } from '../../main/hosts/shared/csp.ts';
import { openInElectron, stopDesktop } from './support/electron.ts';
import { hostProblem, type OpenedApp } from './support/host.ts';

const problem = hostProblem('electron');
describe.skipIf(problem)(`Electron's security checklist${problem ? ` (skipped: ${problem})` : ''}`, () => {
  let app: OpenedApp;
  let dataDir: string;
  let outside: Server;
  let outsideUrl: string;
  const asked: string[] = [];

  beforeAll(async () => {
    outside = createServer((request, response) => { asked.push(request.url ?? ''); response.end('outside'); });
    await new Promise<void>((done) => { outside.listen(0, '127.0.0.1', done); });
    outsideUrl = `http://127.0.0.1:${(outside.address() as AddressInfo).port}/`;
    dataDir = mkdtempSync(join(tmpdir(), 'sluice-security-'));
    app = await openInElectron({ dataDir });
    await app.page.waitForLoadState('load');
  });
  afterAll(async () => {
    await app?.close();
    await stopDesktop();
    outside?.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const electron = () => {
    if (!app.electron) throw new Error('not the Electron host');
    return app.electron;
  };
  const address = (): string => app.page.url().replace(/#.*/, '');

  it('1, 18: the window shows app://sluice/ and nothing else', () => {
    expect(address()).toBe('app://sluice/');
  });

  it('2, 4: the page has no Node and runs in the sandbox', async () => {
    const words = await app.page.evaluate(() => ['require', 'process', 'module', 'Buffer', 'global', 'ipcRenderer', 'electron'].filter((name) => name in globalThis));
    expect(words).toEqual([]);
    const wanted = [
      ['sandbox', true], ['contextIsolation', true], ['nodeIntegration', false], ['nodeIntegrationInWorker', false], ['nodeIntegrationInSubFrames', false],
      ['webSecurity', true], ['webviewTag', false], ['allowRunningInsecureContent', false], ['experimentalFeatures', false], ['enableBlinkFeatures', ''],
    ] as const;
    const preferences = await electron().evaluate(({ BrowserWindow }, names) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> };
      const all = contents.getLastWebPreferences();
      return names.map((name) => [name, all[name]]);
    }, wanted.map(([name]) => name));
    // what was never set is not reported
    expect(preferences).toEqual(wanted.map(([name, value], index) => [name, preferences[index]?.[1] === undefined && name !== 'sandbox' && name !== 'contextIsolation' ? undefined : value]));
    const line = await electron().evaluate(() => process.argv.concat(process.execArgv));
    expect(line.filter((word) => word.includes('no-sandbox'))).toEqual([]);
  });

  it('3, 20: the preload leaves one object with one function, in a world of its own', async () => {
    expect(await app.page.evaluate(() => {
      const sluice = (globalThis as unknown as { sluice: Record<string, unknown> }).sluice;
      return [Object.keys(sluice), Object.isFrozen(sluice), sluice['pathForFile']?.constructor === Function];
    })).toEqual([['pathForFile'], true, true]);
  });

  it('5: every permission is refused but copying text', async () => {
    const states = await app.page.evaluate(async () => {
      const ask = async (name: string): Promise<string> => (await navigator.permissions.query({ name: name as PermissionName })).state;
      return { geolocation: await ask('geolocation'), notifications: await ask('notifications'), camera: await ask('camera'), microphone: await ask('microphone'), midi: await ask('midi'), read: await ask('clipboard-read') };
    });
    expect(states).toEqual({ geolocation: 'denied', notifications: 'denied', camera: 'denied', microphone: 'denied', midi: 'denied', read: 'denied' });
    expect(await app.page.evaluate(() => Notification.requestPermission())).toBe('denied');
    expect(await app.page.evaluate(() => navigator.mediaDevices.getUserMedia({ audio: true }).then(() => 'given', (error: Error) => error.name))).not.toBe('given');
  });

  it('6, 7: the page and every file carry the policy and nosniff', async () => {
    const answers = await app.page.evaluate(async () => Promise.all(['/', '/index.html', '/no-such-file.js'].map(async (path) => {
      const { status, headers } = await fetch(path);
      return [status, headers.get('content-security-policy'), headers.get('x-content-type-options')];
    })));
    expect(answers).toEqual([[200, CONTENT_SECURITY_POLICY, 'nosniff'], [200, CONTENT_SECURITY_POLICY, 'nosniff'], [404, CONTENT_SECURITY_POLICY, 'nosniff']]);
  });

  it('7: the policy stops inline script, eval, and whatever lies elsewhere', async () => {
    const found = await app.page.evaluate(async (outside_) => {
      const violated: string[] = [];
      addEventListener('securitypolicyviolation', (event) => violated.push(event.effectiveDirective));
      const inline = document.createElement('script');
      inline.textContent = 'globalThis.inlineRan = true';
      document.head.append(inline);
      const reached = await fetch(outside_).then(() => true, () => false);
      const image = new Image();
      const loaded = await new Promise<boolean>((done) => { image.onload = () => done(true); image.onerror = () => done(false); image.src = `${outside_}x.png`; });
      const frame = document.createElement('iframe');
      frame.src = outside_;
      document.body.append(frame);
      await new Promise<void>((done) => { const look = (): void => { if (violated.includes('frame-src')) done(); else requestAnimationFrame(look); }; look(); });
      frame.remove();
      return { inline: 'inlineRan' in globalThis, reached, loaded, violated: [...new Set(violated)].sort() };
    }, outsideUrl);
    expect(found).toEqual({ inline: false, reached: false, loaded: false, violated: ['connect-src', 'frame-src', 'img-src', 'script-src-elem'] });
    expect(asked).toEqual([]);
  });

  it('the files of this computer stay out of reach', async () => {
    const found = await app.page.evaluate(() => Promise.all(['app://sluice/..%2f..%2fpackage.json', 'app://sluice/%2e%2e/main/desktop.cjs', 'app://other/index.html', 'file:///etc/passwd'].map((url) => fetch(url).then((answer) => answer.status, () => 'refused'))));
    expect(found).toEqual([404, 404, 'refused', 'refused']);
  });

  it('11, 14: no window opens from the page', async () => {
    expect(await app.page.evaluate((url) => window.open(url) === null, outsideUrl)).toBe(true);
    expect(await app.page.evaluate(() => window.open('app://sluice/') === null)).toBe(true);
    expect(electron().windows()).toHaveLength(1);
  });

  it('12: no guest is attached', async () => {
    expect(await app.page.evaluate(() => {
      const guest = document.createElement('webview');
      document.body.append(guest);
      const live = 'loadURL' in guest;
      guest.remove();
      return live;
    })).toBe(false);
  });

  it('13: the page goes nowhere, by script, link or form', async () => {
    const ways: readonly ((url: string) => void)[] = [
      (url) => { location.href = url; },
      (url) => { location.replace(url); },
      (url) => {
        const link = document.createElement('a');
        link.href = url;
        document.body.append(link);
        link.click();
        link.remove();
      },
    ];
    for (const go of ways) {
      const tried = electron().evaluate(({ BrowserWindow }) => new Promise<boolean>((done) => {
        BrowserWindow.getAllWindows()[0]?.webContents.once('will-frame-navigate', (event) => done(event.defaultPrevented));
      }));
      await electron().evaluate(() => undefined); // the listener stands
      await app.page.evaluate(go, outsideUrl);
      expect(await tried).toBe(true);
    }
    expect(address()).toBe('app://sluice/');
    expect(asked).toEqual([]);
  });

  it('17: only the main frame of our page is given a port, and a reload is given a new one', async () => {
    await app.page.addInitScript(() => {
      const seen = ((globalThis as unknown as { ports: number[] }).ports ??= []);
      addEventListener('message', (event) => { if (event.data === 'sluice:port') seen.push(event.ports.length); });
    });
    await app.page.reload();
    await app.page.waitForFunction(() => (globalThis as unknown as { ports: number[] }).ports.length > 0);
    expect(await app.page.evaluate(() => (globalThis as unknown as { ports: number[] }).ports)).toEqual([1]);
    expect(await electron().evaluate(({ ipcMain }) => ipcMain.eventNames().filter((name) => name !== 'error'))).toEqual([]);
  });

  it('downloads and devices are refused', async () => {
    const refused = electron().evaluate(({ session }) => new Promise<boolean>((done) => { session.defaultSession.once('will-download', (event) => done(event.defaultPrevented)); }));
    await app.page.evaluate(() => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob(['x']));
      link.download = 'x.bin';
      document.body.append(link);
      link.click();
      link.remove();
    });
    expect(await refused).toBe(true);
  });
});
