// The Electron window: where its runtime is, whether it can be fetched in a minute, and how it is started.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './node-version.mjs';
import { hasDisplay } from './display.mjs';
import { run } from './processes.mjs';

const FETCH_LIMIT = 60_000;
const electronModule = join(root, 'node_modules', 'electron');

/** The program inside a folder of Electron's, or null. */
function programIn(dist) {
  const name = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform] ?? 'electron';
  const path = join(dist, name);
  return existsSync(path) ? path : null;
}

/** Fetches Electron with its own installer; answers null, or in words why not. Ends after 60 s whatever happens. */
function fetchElectron() {
  return new Promise((done) => {
    console.log('Fetching Electron, for at most 60 s ...');
    const child = spawn(process.execPath, [join(electronModule, 'install.js')], { cwd: electronModule, stdio: ['ignore', 'ignore', 'pipe'], detached: process.platform !== 'win32' });
    let words = '';
    let late = false;
    child.stderr.on('data', (chunk) => { words = (words + chunk).slice(-4000); });
    const end = () => { try { process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL'); } catch { /* it has ended */ } };
    const timer = setTimeout(() => { late = true; end(); }, FETCH_LIMIT);
    process.once('SIGINT', end);
    child.once('error', (error) => { words = String(error); });
    child.once('close', (code) => {
      clearTimeout(timer);
      process.off('SIGINT', end);
      if (code === 0) return done(null);
      const first = words.split('\n').map((line) => line.trim()).find((line) => /error|fail|ENOTFOUND|ECONN|ETIMEDOUT/i.test(line)) ?? `its installer ended with ${code}`;
      return done(late ? 'Electron could not be fetched within 60 s.' : `Electron could not be fetched (${first.slice(0, 160)}).`);
    });
  });
}

/** `{ path }`, or `{ problem }` in words that end a sentence. */
export async function findElectron(env = process.env) {
  if (!hasDisplay()) return { problem: 'there is no display (DISPLAY and WAYLAND_DISPLAY are not set).' };
  if (process.platform === 'linux' && process.getuid() === 0) {
    return { problem: 'Electron does not run as root with its sandbox on, and Sluice does not turn the sandbox off.' };
  }
  const given = env.ELECTRON_OVERRIDE_DIST_PATH;
  if (given) return programIn(given) ? { path: programIn(given) } : { problem: `ELECTRON_OVERRIDE_DIST_PATH names ${given}, which holds no Electron.` };
  const dist = join(electronModule, 'dist');
  if (programIn(dist)) return { path: programIn(dist) };
  const problem = await fetchElectron();
  if (problem) return { problem };
  return programIn(dist) ? { path: programIn(dist) } : { problem: 'Electron was fetched, but its program is not where it should be.' };
}

/** Starts the window and stays with it. */
export function electronDoor(path, options) {
  const version = existsSync(join(path, '../version')) ? readFileSync(join(path, '../version'), 'utf8').trim() : '';
  console.log(`Opening the Electron window${version ? ` (Electron ${version})` : ''}.`);
  const env = { ...process.env };
  delete env.ELECTRON_RUN_AS_NODE;
  if (options.data) env.SLUICE_DATA = options.data;
  if (options.language) env.SLUICE_LANGUAGE = options.language;
  // an Electron older than the product's has too old a Node for the engines: they run on ours
  if (version && Number(version.replace(/^v/, '').split('.')[0]) < 38 && !env.SLUICE_ENGINE_NODE) env.SLUICE_ENGINE_NODE = process.execPath;
  return run(path, [root], { env });
}
