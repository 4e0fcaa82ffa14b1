// The browser host for tests: dist/main/browser.cjs, and a headless Chromium in front of it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import type { OpenedApp, OpenOptions } from './host.ts';

const root = resolve(import.meta.dirname, '../../..');
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/microsoft-edge'];
const chromiumPath = PLACES.find((place) => existsSync(place));

export function browserProblem(): string | null {
  if (!chromiumPath) return 'no Chromium, Chrome or Edge is installed';
  return existsSync(join(root, 'dist/main/browser.cjs')) ? null : 'the app is not built: npm run build';
}

export async function openInBrowser(options: OpenOptions): Promise<OpenedApp> {
  const language = options.language ?? 'en';
  const server = spawn(process.execPath, [join(root, 'dist/main/browser.cjs'), '--data', options.dataDir], {
    stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, SLUICE_LANGUAGE: language, ...options.env },
  });
  let complaints = '';
  server.stderr.on('data', (chunk: Buffer) => { complaints += chunk.toString(); });
  const exited = once(server, 'exit');
  const url = await new Promise<string>((ready, fail) => {
    createInterface({ input: server.stdout }).on('line', (line) => {
      const found = /^READY url=(\S+)/.exec(line)?.[1];
      if (found) ready(found);
    });
    void exited.then(([code]) => fail(new Error(`the browser host ended with ${String(code)}:\n${complaints}`)));
  });
  const browser = await chromium.launch({ executablePath: chromiumPath ?? '', chromiumSandbox: process.getuid?.() !== 0 });
  const context = await browser.newContext({ locale: language, viewport: options.viewport ?? { width: 1280, height: 820 } });
  const page = await context.newPage();
  await page.goto(url);
  return {
    host: 'browser', page, electron: null, pid: server.pid ?? 0,
    complaints: () => complaints,
    close: async () => {
      await browser.close();
      server.kill('SIGTERM');
      if (server.exitCode === null && server.signalCode === null) await exited;
    },
  };
}
