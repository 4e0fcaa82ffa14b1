// What every screen is held to: nothing serious for axe, nothing the content security policy refuses; and its picture, to be looked at.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';

const OUT = resolve(import.meta.dirname, '../../out/screens');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResult { readonly violations: readonly { readonly id: string; readonly impact: string; readonly help: string; readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[] }[] }

/** What axe finds serious or critical, one line each. */
export async function seriousFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const result = await page.evaluate(() => (globalThis as unknown as { axe: { run(): Promise<AxeResult> } }).axe.run());
  return result.violations.filter((found) => found.impact === 'serious' || found.impact === 'critical').map((found) => `${found.id}: ${found.help} | ${found.nodes.slice(0, 3).map((node) => `${node.html.slice(0, 140)} ${node.failureSummary.replaceAll('\n', ' ').slice(0, 220)}`).join(' || ')}`);
}

/** Lines the page complained with; to be watched from before its first load. */
export async function watchComplaints(page: Page): Promise<readonly string[]> {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`));
  page.on('console', (message) => { if (message.type() === 'error' && message.text().startsWith('securitypolicyviolation')) complaints.push(message.text()); });
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => { globalThis.console.error(`securitypolicyviolation ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`); });
  });
  return complaints;
}

export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(OUT, { recursive: true });
  await page.screenshot({ path: join(OUT, `${name}.png`) });
}
