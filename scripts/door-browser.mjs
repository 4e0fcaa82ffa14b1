// The browser's window: the loopback server of dist/main/browser.cjs, and an installed Chromium, Chrome or Edge in front of it.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from './node-version.mjs';

const READY_LIMIT = 60_000;
/** A browser that ends sooner than this with an error never showed its window, milliseconds. */
const STARTED = 3000;
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge', 'microsoft-edge-stable', 'brave-browser'];
const PLACES = {
  darwin: ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium', '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge'],
  win32: ['ProgramFiles', 'ProgramFiles(x86)', 'LocalAppData'].flatMap((name) => ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe', 'Chromium\\Application\\chrome.exe'].map((end) => join(process.env[name] ?? 'C:\\', end))),
};

/** An installed browser that has app windows, or null. */
export function findBrowser(platform = process.platform, path = process.env.PATH ?? '') {
  const places = PLACES[platform] ?? NAMES.flatMap((name) => path.split(':').filter(Boolean).map((folder) => join(folder, name)));
  return places.find((place) => existsSync(place)) ?? null;
}

/** What to do with an address on a machine without a display. */
export function addressWords(url, user = userInfo().username, host = hostname()) {
  const { port } = new URL(url);
  return [
    'Open this address in a browser on this machine (it works once):', `  ${url}`,
    'From another machine, first run there, and keep it running:', `  ssh -N -L ${port}:127.0.0.1:${port} ${user}@${host}`,
  ].join('\n');
}

function startServer(options) {
  const args = [join(root, 'dist/main/browser.cjs')];
  if (options.port) args.push('--port', String(options.port));
  if (options.data) args.push('--data', options.data);
  const env = options.language ? { ...process.env, SLUICE_LANGUAGE: options.language } : process.env;
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
  const lines = createInterface({ input: server.stdout });
  const url = new Promise((ready) => {
    const timer = setTimeout(() => ready(null), READY_LIMIT);
    lines.on('line', (line) => {
      const found = /^READY url=(\S+)/.exec(line);
      if (found) {
        clearTimeout(timer);
        ready(found[1]);
      } else console.log(line);
    });
    server.once('exit', () => setImmediate(() => { clearTimeout(timer); ready(null); }));
  });
  const ended = new Promise((done) => { server.once('exit', (code) => done(code ?? 1)); });
  return { server, url, ended };
}

/** `{ window, closed }`: the process, and its exit code when it has ended. */
function openWindow(browser, url) {
  const profile = mkdtempSync(join(tmpdir(), 'sluice-window-'));
  const asRoot = process.platform === 'linux' && process.getuid() === 0;
  if (asRoot) console.log('You are root: the browser window runs without its sandbox, since Chromium refuses otherwise. Better start Sluice as yourself.');
  const args = [`--app=${url}`, `--user-data-dir=${profile}`, '--no-first-run', '--no-default-browser-check', '--window-size=1280,820', ...(asRoot ? ['--no-sandbox', '--test-type'] : [])];
  const window = spawn(browser, args, { stdio: 'ignore' });
  const closed = new Promise((done) => {
    window.once('error', () => done(127));
    window.once('exit', (code) => {
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      done(code ?? 1);
    });
  });
  return { window, closed };
}

/** Runs until the window is closed, or, without a window, until it is ended by Ctrl+C. */
export async function browserDoor(options) {
  const { server, url: address, ended } = startServer(options);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill('SIGTERM'));
  const url = await address;
  if (!url) {
    server.kill('SIGTERM');
    console.error('The app did not start; the reason stands above.');
    return 1;
  }
  const browser = options.door === 'address' ? null : findBrowser();
  if (browser) {
    console.log(`Opening a window of ${browser}.`);
    const begun = Date.now();
    const { window, closed } = openWindow(browser, url);
    void ended.then(() => window.kill('SIGTERM')); // the app was quit from within
    const code = await closed;
    if (code === 0 || Date.now() - begun > STARTED) {
      console.log('The window was closed; Sluice finishes what is in hand and ends.');
      server.kill('SIGTERM');
      return ended;
    }
    console.log(`The window did not open (${browser} ended with ${code}).`);
  } else if (options.door !== 'address') console.log('No Chromium, Chrome or Edge is installed, so open the address yourself.');
  console.log(addressWords(url));
  console.log('Sluice runs until you press Ctrl+C.');
  return ended;
}
