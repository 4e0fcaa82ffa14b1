// Every screen over a fake app, in both themes and both languages: pictures, axe, the content security policy, and a million rows.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumProblem, launchChromium } from './support/chromium.ts';
import { startFakeSite, type FakeSite } from './support/fake-site.ts';
import { picture, seriousFindings, watchComplaints } from './support/screens.ts';

const problem = chromiumProblem();
if (problem) console.log(`screens skipped: ${problem}`);

const SCREENS: readonly (readonly [string, string, ((page: Page) => Promise<void>)?])[] = [
  ['home', '/home'], ['syncs', '/syncs'],
  ['trees', '/trees', async (page) => {
    const right = page.getByRole('tree').nth(1);
    await right.getByRole('treeitem').first().dblclick();
    await right.getByRole('treeitem', { name: 'backup', exact: false }).nth(1).waitFor();
  }],
  ['compose', '/trees', async (page) => {
    const [left, right] = [page.getByRole('tree').first(), page.getByRole('tree').nth(1)];
    await left.getByRole('treeitem').first().dblclick();
    await left.getByText('photos').waitFor();
    await right.getByRole('treeitem').first().dblclick();
    await right.getByText('backup', { exact: true }).first().waitFor();
    await left.getByText('photos').dragTo(right.getByText('backup', { exact: true }).first());
    await page.getByTestId('compose').waitFor();
  }],
  ['plan', '/syncs/y1/plan', async (page) => { await page.getByRole('treegrid').waitFor(); await page.getByRole('treegrid').focus(); await page.keyboard.press('ArrowDown'); await page.keyboard.press('x'); }],
  ['plan-none', '/syncs/y2/plan'], ['history', '/syncs/y1/history'], ['sync-settings', '/syncs/y1/settings'], ['run', '/runs/r9'], ['report', '/runs/r2'], ['run-failed', '/runs/r3'],
  ['server', '/servers/s1', async (page) => { await page.getByRole('main').getByRole('button').nth(1).click(); await page.locator('[data-step=rsync][data-state=failed]').waitFor(); }],
  ['server-changed-key', '/servers/s2'],
  ['server-add', '/servers/new', async (page) => { await page.getByRole('dialog').waitFor(); }],
  ['activity', '/activity'], ['settings', '/settings'],
  ['palette', '/home', async (page) => { await page.keyboard.press('Control+k'); await page.getByRole('dialog').waitFor(); }],
  ['keys', '/home', async (page) => { await page.keyboard.press('?'); await page.getByRole('dialog').waitFor(); }],
];

describe.skipIf(problem)(`the screens${problem ? ` (${problem})` : ''}`, () => {
  let site: FakeSite;
  let browser: Browser;
  beforeAll(async () => {
    site = await startFakeSite();
    browser = await launchChromium();
  });
  afterAll(async () => { await browser?.close(); await site?.close(); });

  const open = async (query: string, route: string): Promise<{ page: Page; complaints: readonly string[] }> => {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const complaints = await watchComplaints(page);
    await page.goto(`${site.url}?${query}#${route}`);
    await page.getByRole('navigation').first().waitFor();
    return { page, complaints };
  };

  for (const language of ['en', 'zh-CN']) {
    for (const theme of ['light', 'dark']) {
      it(`every screen in ${language}, ${theme}: axe finds nothing serious, the policy refuses nothing`, async () => {
        const found: string[] = [];
        for (const [name, route, arrange] of SCREENS) {
          const { page, complaints } = await open(`theme=${theme}&language=${language}`, route);
          await arrange?.(page);
          await page.waitForTimeout(150);
          found.push(...(await seriousFindings(page)).map((line) => `${name}: ${line}`));
          await picture(page, `${name}-${language}-${theme}`);
          found.push(...complaints.map((line) => `${name}: ${line}`));
          await page.close();
        }
        expect(found).toEqual([]);
      });
    }
  }

  it('the empty screens say what to do and find nothing serious', async () => {
    for (const [name, route] of [['empty-home', '/home'], ['empty-syncs', '/syncs'], ['empty-servers', '/servers'], ['empty-trees', '/trees'], ['empty-activity', '/activity']] as const) {
      const { page } = await open('empty=1', route);
      await page.waitForTimeout(150);
      await picture(page, name);
      expect(await seriousFindings(page)).toEqual([]);
      await page.close();
    }
  });

  it('a plan of a million rows scrolls from its first row to its last', async () => {
    const { page } = await open('rows=1000000', '/syncs/y1/plan');
    const grid = page.getByRole('treegrid');
    await grid.waitFor();
    expect(await grid.getAttribute('aria-rowcount')).toBe('1000001');
    await grid.getByText('DSC_0000001.jpg').waitFor();
    await grid.focus();
    await page.keyboard.press('End');
    await grid.getByText('_0999999.jpg').waitFor();
    expect(await grid.getByRole('row').count()).toBeLessThan(80);
    await page.keyboard.press('PageUp');
    await page.keyboard.press('Home');
    await grid.getByText('DSC_0000001.jpg').waitFor();
    const scroller = grid.locator('xpath=..');
    await scroller.evaluate((element) => { element.scrollTop = element.scrollHeight / 2; });
    await grid.getByText(/_0(49|50)\d{4}\.jpg/).first().waitFor();
    await picture(page, 'plan-million');
    await page.close();
  });
});
