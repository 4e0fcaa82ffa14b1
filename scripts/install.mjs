// Brings node_modules in step with package-lock.json, and says so; must run on an old Node.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './node-version.mjs';

const lock = join(root, 'package-lock.json');
const stamp = join(root, 'node_modules', '.cache', 'sluice-lock');
const installed = join(root, 'node_modules', '.package-lock.json');

const lockSum = () => createHash('sha256').update(readFileSync(lock)).digest('hex');

/** Whether node_modules holds what package-lock.json asks for: by our stamp, else by the times of the two locks. */
export function isInstalled() {
  if (!existsSync(installed)) return false;
  if (existsSync(stamp)) return readFileSync(stamp, 'utf8') === lockSum();
  return statSync(installed).mtimeMs >= statSync(lock).mtimeMs;
}

function reason(output) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|network/i.test(output)) return 'The package registry cannot be reached: check the network or the proxy, then run the command again.';
  if (/ENOSPC/.test(output)) return 'The disk is full: the install needs about 1 GB.';
  if (/EACCES|EPERM/.test(output)) return 'This folder cannot be written: ' + root;
  return 'Run `npm ci` in ' + root + ' to see all of it.';
}

/** Installs when needed; answers false after it has said in words why it could not. */
export function ensureInstalled() {
  if (isInstalled()) return true;
  console.error('Installing what Sluice is built with (npm ci), about half a minute ...');
  const npm = process.env.npm_execpath && /\.c?js$/.test(process.env.npm_execpath) ? [process.execPath, process.env.npm_execpath] : [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
  const run = spawnSync(npm[0], npm.slice(1).concat(['ci', '--loglevel=error']), { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32', maxBuffer: 64 << 20 });
  if (run.status !== 0) {
    const output = run.error ? String(run.error) : run.stderr + run.stdout;
    console.error(output.trim().split('\n').slice(-12).join('\n'));
    console.error('The install failed. ' + reason(output));
    return false;
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, lockSum());
  return true;
}
