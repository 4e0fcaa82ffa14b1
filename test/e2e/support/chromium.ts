// A headless Chromium of this machine, quiet on the network, for tests that need a page but no app.
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/microsoft-edge'];
const path = PLACES.find((place) => existsSync(place));

/** Why there is none, for a skipped test, or null. */
export function chromiumProblem(): string | null {
  return path ? null : 'no Chromium, Chrome or Edge is installed';
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: path ?? '', chromiumSandbox: process.getuid?.() !== 0, args: ['--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
}
