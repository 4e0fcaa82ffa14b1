// The built app in a real Electron, driven by Playwright: sandbox on, on a display and session bus of its own.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { _electron } from 'playwright-core';
import { asPerson } from '../../peers/desktop.ts';
import { runtimeDist, runtimeProblem, runtimeSqlite } from '../../peers/electron/runtime.ts';
import { missingPackages } from '../../peers/packages.ts';
import { PEERS } from '../../peers/registry.ts';
import { startPeer, type RunningPeer } from '../../peers/start-peer.ts';
import { DevtoolsPage } from './devtools.ts';
import type { OpenedApp, OpenOptions } from './host.ts';

const root = resolve(import.meta.dirname, '../../..');
const asPersonScript = join(root, 'test/peers/electron/as-person.sh');

export function electronProblem(): string | null {
  const missing = missingPackages(PEERS.desktop.packages);
  if (missing.length > 0) return `a desktop for Electron needs the Debian packages ${missing.join(' ')}`;
  return runtimeProblem() ?? (existsSync(join(root, 'dist/main/desktop.cjs')) ? null : 'the app is not built: npm run build');
}

export type Desktop = RunningPeer<'desktop'>;
let shared: Promise<Desktop> | null = null;

/** The display of this test file, with window manager, panel and notification daemon; it ends with the test process. */
export function theDesktop(): Promise<Desktop> {
  return (shared ??= startPeer('desktop', { panel: true }));
}

export async function stopDesktop(): Promise<void> {
  const desktop = shared;
  shared = null;
  await (await desktop)?.stop();
}

/** The environment of a program on that desktop. */
export function onDesktop(desktop: Desktop): Record<string, string> {
  const { ELECTRON_RUN_AS_NODE: _node, ELECTRON_OVERRIDE_DIST_PATH: _dist, ...rest } = process.env;
  return { ...(rest as Record<string, string>), DISPLAY: desktop.display, DBUS_SESSION_BUS_ADDRESS: desktop.bus };
}

/** Runs a small program on the desktop (xdotool, dunstctl) and answers what it printed. */
export async function ask(command: string, ...args: string[]): Promise<string> {
  const [program, words] = asPerson(command, args);
  const run = spawnSync(program, words, { encoding: 'utf8', env: onDesktop(await theDesktop()) });
  if (run.status !== 0) throw new Error(`${command} ended with ${run.status}: ${run.stderr}`);
  return run.stdout;
}

export interface ElectronOptions extends Omit<OpenOptions, 'host'> {
  readonly args?: readonly string[];
}

async function environment(options: ElectronOptions): Promise<Record<string, string>> {
  return {
    ...onDesktop(await theDesktop()),
    SLUICE_ELECTRON: join(runtimeDist, 'electron'),
    SLUICE_DATA: options.dataDir,
    SLUICE_LANGUAGE: options.language ?? 'en',
    SLUICE_ENGINE_NODE: process.execPath,
    SLUICE_SQLITE_BINDING: runtimeSqlite,
    ...options.env,
  };
}

export async function openInElectron(options: ElectronOptions): Promise<OpenedApp> {
  const app = await _electron.launch({
    executablePath: asPersonScript,
    args: [root, ...(options.args ?? [])],
    env: await environment(options),
    timeout: 60_000,
  });
  let complaints = '';
  app.process().stderr?.on('data', (chunk: Buffer) => { complaints += chunk.toString(); });
  const page = await app.firstWindow();
  const child = app.process();
  const exited = new Promise<void>((done) => { child.once('exit', () => done()); });
  return {
    host: 'electron', page, electron: app, pid: child.pid ?? 0,
    complaints: () => complaints,
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      await app.evaluate(({ app: electron }) => { setTimeout(() => electron.quit(), 0); }).catch(() => undefined);
      await exited;
    },
  };
}

/** Starts the app once more without a driver, as a second click on its icon does. */
export async function startAgain(options: ElectronOptions): Promise<ChildProcess> {
  return spawn(asPersonScript, [root, ...(options.args ?? [])], { stdio: 'ignore', env: await environment(options) });
}

export interface PackagedApp {
  readonly page: DevtoolsPage;
  /** Ends it as a session's end does (SIGTERM), and answers its exit code. */
  close(): Promise<number | null>;
}

/** A packaged app as people get it: its fuses leave no way into the main process, so only the page is driven, over DevTools. */
export async function openPackaged(program: string, options: ElectronOptions): Promise<PackagedApp> {
  const child = spawn(asPersonScript, ['--remote-debugging-port=0', ...(options.args ?? [])], { stdio: ['ignore', 'ignore', 'pipe'], env: { ...(await environment(options)), SLUICE_ELECTRON: program } });
  let complaints = '';
  const exited = new Promise<number | null>((done) => { child.once('exit', done); });
  const endpoint = await new Promise<string>((ready, fail) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      complaints += `${line}\n`;
      const found = /^DevTools listening on (ws:\S+)/.exec(line)?.[1];
      if (found) ready(found);
    });
    void exited.then((code) => fail(new Error(`${program} ended with ${code}:\n${complaints}`)));
  });
  const page = await DevtoolsPage.first(endpoint);
  return {
    page,
    close: () => {
      page.close();
      child.kill('SIGTERM');
      return exited;
    },
  };
}
