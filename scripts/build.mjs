// Builds dist/: main, preload and engines as CommonJS by esbuild, the interface by vite, and the command `dist/sluice`.
import { build as esbuild } from 'esbuild';
import { chmodSync, copyFileSync, cpSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './node-version.mjs';
import { run } from './processes.mjs';

/** Main and preload also run on the Electron the tests have (Node 18); engines always on Node 22 or newer. */
const BUNDLES = [
  { target: 'node18', entries: { 'main/desktop': 'main/desktop.ts', 'main/browser': 'main/browser.ts', 'preload/index': 'preload/index.ts' } },
  { target: 'node22', entries: { 'main/cli': 'main/cli.ts', 'engines/sync': 'main/app/engine-process/sync.ts', 'engines/sync-worker': 'main/engines/sync/workers/worker.ts', 'engines/coordination': 'main/app/engine-process/coordination.ts', 'engines/agent': 'main/app/engine-process/agent.ts', 'engines/agent-transform': 'main/engines/agent/transforms/worker.ts' } },
];
/** Native or optional parts that are looked up, or missed, when the program runs. */
const EXTERNAL = ['electron', 'better-sqlite3', '*.node', 'cpu-features', 'bufferutil', 'utf-8-validate', 'fsevents'];
const SOURCES = ['main', 'preload', 'renderer', 'assets', 'scripts', 'vite.config.ts', 'package-lock.json'];

async function bundles() {
  await Promise.all(BUNDLES.map(({ target, entries }) => esbuild({
    absWorkingDir: root,
    entryPoints: entries,
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target,
    external: EXTERNAL,
    sourcemap: 'linked',
    legalComments: 'none',
    define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
    logLevel: 'warning',
  })));
}

function command() {
  copyFileSync(join(root, 'scripts', 'start-cli.mjs'), join(root, 'dist', 'main', 'start-cli.mjs'));
  copyFileSync(join(root, 'scripts', 'sluice.sh'), join(root, 'dist', 'sluice'));
  chmodSync(join(root, 'dist', 'sluice'), 0o755);
}

function icons() {
  mkdirSync(join(root, 'dist', 'assets'), { recursive: true });
  cpSync(join(root, 'assets', 'icons'), join(root, 'dist', 'assets', 'icons'), { recursive: true });
}

function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), stat.mtimeMs);
}

/** Whether dist/ is whole and newer than everything it is made of. */
export function isBuilt() {
  const built = statSync(join(root, 'dist', 'sluice'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return built > 0 && SOURCES.every((name) => newest(join(root, name)) <= built);
}

/** Answers the exit code; the command `dist/sluice` is written last, as the mark of a whole build. */
export async function build() {
  rmSync(join(root, 'dist', 'sluice'), { force: true });
  const vite = run(process.execPath, [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn']);
  try {
    await bundles();
  } catch (error) {
    await vite;
    if (!Array.isArray(error.errors)) console.error(error);
    return 1;
  }
  const code = await vite;
  if (code !== 0) return code;
  icons();
  command();
  return 0;
}

export async function main() {
  const begun = performance.now();
  const code = await build();
  console.log(code === 0 ? `Built dist/ in ${((performance.now() - begun) / 1000).toFixed(1)} s.` : 'The build failed.');
  return code;
}
