// Draws the PNGs of assets/icons from their SVGs, with an installed Chromium. Run by hand after a change; the PNGs are committed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findBrowser } from './door-browser.mjs';
import { root } from './node-version.mjs';

const folder = join(root, 'assets/icons');
const DRAWINGS = [['app', 512, 'app.png'], ...['idle', 'syncing', 'attention', 'paused'].flatMap((state) => [16, 22, 32, 44].map((size) => [`tray/${state}`, size, `tray/${state}-${size}.png`]))];

const browser = await chromium.launch({ executablePath: findBrowser(), chromiumSandbox: process.getuid() !== 0 });
for (const [drawing, size, file] of DRAWINGS) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const svg = Buffer.from(readFileSync(join(folder, `${drawing}.svg`))).toString('base64');
  await page.setContent(`<style>*{margin:0}img{display:block;width:${size}px;height:${size}px}</style><img src="data:image/svg+xml;base64,${svg}">`);
  await page.screenshot({ path: join(folder, file), omitBackground: true });
  await page.close();
}
await browser.close();
