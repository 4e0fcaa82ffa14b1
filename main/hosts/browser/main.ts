// The browser host's life: one server a data folder, its address on the first line, and an orderly end.
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { messages } from '../../../assets/locales/index.ts';
import { pickLocale } from '../../../preload/contract/locale.ts';
import { toErrorInfo } from '../../../preload/contract/sluice-error.ts';
import type { Wire } from '../../../preload/rpc/wire.ts';
import { startApp, type App } from '../../app/app.ts';
import type { Host } from '../../app/host.ts';
import { childLauncher } from '../shared/child-launcher.ts';
import { dataFolder, systemLocale } from '../shared/data-folder.ts';
import { takeLock, type DataLock } from '../shared/data-lock.ts';
import { logFile } from '../shared/log-file.ts';
import { openVault } from '../shared/open-vault.ts';
import { GateServer } from './gate-server.ts';
import { parseOptions, USAGE, type BrowserOptions } from './options.ts';
import { findRunning } from './running.ts';

const DRAIN_LIMIT_MS = 10_000;
const NODE_LEAST = [22, 14] as const;

/** Ends the process with 0 after a drain or for a second start, 1 with a sentence on stderr, 2 for a wrong word. */
export async function runBrowser(entryDir: string, args: readonly string[]): Promise<void> {
  if (!nodeFits()) return fail(`Sluice needs Node ${NODE_LEAST.join('.')} or newer; this is ${process.versions.node}.`);
  let options: BrowserOptions;
  try {
    options = parseOptions(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    process.exitCode = 2;
    return;
  }
  const locale = systemLocale();
  const words = messages[pickLocale('system', locale)];
  const root = rootOf(entryDir);
  const dataDir = options.data === null ? dataFolder() : resolve(options.data);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });

  const waiting: Wire[] = [];
  let app: App | null = null;
  const server = new GateServer({
    renderer: options.renderer === null ? join(root, 'dist/renderer') : resolve(options.renderer),
    port: options.port,
    onWindow: (wire) => { if (app) app.serveUi(wire); else waiting.push(wire); },
  });

  const running = await findRunning(dataDir);
  if (running.state !== 'none') return second(running, words.gate);
  try {
    await server.listen();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return fail(words.gate.portTaken({ port: options.port }));
    return fail(error instanceof Error ? error.message : String(error));
  }
  const lock = takeLock(dataDir, { pid: process.pid, port: server.port, token: server.controlToken }, running.stale);
  if (!lock) {
    // another start was quicker
    await server.close();
    return runBrowser(entryDir, args);
  }

  const log = logFile(join(dataDir, 'logs', 'main.log'));
  const note = (where: string, error: unknown): void => log.write(`${new Date().toISOString()} ${where}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.on('unhandledRejection', (error) => note('unhandled rejection', error));
  process.on('uncaughtException', (error) => {
    note('uncaught exception', error);
    process.stderr.write(`${error.stack ?? error.message}\n`);
    lock.release();
    process.exit(1);
  });

  let ending: Promise<void> | null = null;
  const end = (): void => {
    if (ending) process.exit(1); // asked twice
    process.stdout.write(`${words.gate.ending}\n`);
    ending = leave(app, server, lock);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);

  try {
    const host: Host = {
      kind: 'browser',
      detail: `127.0.0.1:${server.port}`,
      launcher: childLauncher({ engines: join(root, 'dist/engines'), dataDir }),
      vault: await openVault(dataDir),
      // a page in a browser tab has no tray and notifies by its Activity list alone
      notify: () => undefined,
      tray: () => undefined,
      locale: () => undefined,
      theme: () => undefined,
      quit: end,
    };
    const started = await startApp({ host, dataDir, version: versionOf(root), locale, onBug: note });
    app = started;
    for (const wire of waiting.splice(0)) started.serveUi(wire);
  } catch (error) {
    note('start', error);
    lock.release();
    await server.close();
    const info = toErrorInfo(error);
    const text = (words.errors as unknown as Readonly<Record<string, (params: typeof info.params) => { readonly title: string; readonly body: string; readonly remedy?: string }>>)[info.code]?.(info.params);
    fail(text ? [text.title, text.body, text.remedy].filter(Boolean).join('\n') : info.code);
    process.exit(1);
  }
  announce(server.address(), options.noWindow || process.stdout.isTTY, words.gate);
}

type GateWords = (typeof messages)['en']['gate'];

/** The first line is for programs, the others for people. */
function announce(url: string, forPeople: boolean, words: GateWords): void {
  process.stdout.write(`READY url=${url}\n`);
  if (!forPeople) return;
  const { port } = new URL(url);
  process.stdout.write(`${words.openHere}\n  ${url}\n${words.openElsewhere}\n  ssh -N -L ${port}:127.0.0.1:${port} ${userInfo().username}@${hostname()}\n`);
}

function second(running: Exclude<Awaited<ReturnType<typeof findRunning>>, { state: 'none' }>, words: GateWords): void {
  if (running.state === 'silent') return fail(words.notAnswering(running));
  if (running.url === null) return fail(words.runningShut(running));
  process.stdout.write(`READY url=${running.url}\n${words.runningAlready(running)}\n`);
}

async function leave(app: App | null, server: GateServer, lock: DataLock): Promise<void> {
  const limit = new Promise<void>((done) => { setTimeout(done, DRAIN_LIMIT_MS).unref(); });
  await Promise.race([app?.drain().catch(() => undefined), limit]);
  await Promise.race([server.close(), limit]);
  lock.release();
  process.exit(0);
}

function fail(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}

function nodeFits(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > NODE_LEAST[0] || (major === NODE_LEAST[0] && minor >= NODE_LEAST[1]);
}

/** The program's folder, from dist/main of a build or main of the sources. */
function rootOf(entryDir: string): string {
  return basename(dirname(entryDir)) === 'dist' ? dirname(dirname(entryDir)) : dirname(entryDir);
}

function versionOf(root: string): string {
  const file = join(root, 'package.json');
  if (!statSync(file, { throwIfNoEntry: false })) return '0';
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { readonly version?: unknown };
  return typeof version === 'string' ? version : '0';
}
