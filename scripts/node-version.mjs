// Which Node runs the project: the one that came with the install (Linux x64), else the system's if it is new enough.
// better-sqlite3 needs Node-API 10; an older Node dies under it without a word, so this is asked before anything is imported.
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const NEEDED = [22, 14];

/** Whether `version` ("22.14.0") is 22.14 or newer. */
export function fits(version) {
  const parts = version.split('.').map(Number);
  return parts[0] > NEEDED[0] || (parts[0] === NEEDED[0] && parts[1] >= NEEDED[1]);
}

/** `{ path }` of the Node to use, or `{ problem }`: one sentence that says what to install. */
export function fittingNode(own, system) {
  const bundled = own === undefined ? join(root, 'node_modules', '.bin', 'node') : own;
  const running = system === undefined ? { path: process.execPath, version: process.versions.node } : system;
  if (existsSync(bundled)) {
    const asked = spawnSync(bundled, ['-p', 'process.versions.node'], { encoding: 'utf8' });
    if (asked.status === 0 && fits(asked.stdout.trim())) return { path: realpathSync(bundled) };
  }
  if (fits(running.version)) return { path: running.path };
  return { problem: 'Sluice needs Node.js ' + NEEDED.join('.') + ' or newer, and this is ' + running.version + ': install a current one from https://nodejs.org and run the command again.' };
}

/** `env` with the project's tools first on the PATH. */
export function withTools(env) {
  const bin = join(root, 'node_modules', '.bin');
  const key = Object.keys(env).filter((name) => name.toUpperCase() === 'PATH')[0] || 'PATH';
  const parts = (env[key] || '').split(delimiter);
  if (parts[0] === bin) return env;
  const result = Object.assign({}, env);
  result[key] = [bin].concat(parts).join(delimiter);
  return result;
}
