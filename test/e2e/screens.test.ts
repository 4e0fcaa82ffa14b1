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
  ['clusters', '/cluster'], ['cluster-add', '/cluster/new', async (page) => { await page.getByRole('dialog').waitFor(); }], ['cluster-wizard', '/cluster/wizard', async (page) => { await page.getByRole('dialog').locator('pre').first().waitFor(); }],
  ['cluster-health', '/cluster/c2/health', async (page) => { await page.locator('[data-member=n3]').waitFor(); }], ['cluster-health-own', '/cluster/c1/health', async (page) => { await page.locator('[data-role=standalone]').waitFor(); }], ['cluster-trouble', '/cluster/c3/health'],
  ['cluster-elections', '/cluster/c2/elections'], ['cluster-sessions', '/cluster/c2/sessions', async (page) => { await page.getByRole('article').waitFor(); }],
  ['cluster-console', '/cluster/c1/console', async (page) => { await page.locator('form').getByRole('button').last().click(); await page.getByTestId('answer').waitFor(); }],
  ['znodes-data', '/cluster/c1/znodes/app/config.json', async (page) => { await page.locator('[data-testid=znode][data-version]').waitFor(); await page.getByRole('tree').getByText('config.json').waitFor(); }],
  ['znodes-refused', '/cluster/c2/znodes/app/config.json', async (page) => { await page.getByRole('textbox').last().fill('{}'); await page.keyboard.press('Control+s'); await page.locator('[data-code=COORD_READ_ONLY]').waitFor(); }],
  ['znodes-conflict', '/cluster/c1/znodes/app/feature-flags.gz', async (page) => { await page.getByRole('textbox').last().fill('{"mine":true}'); await page.keyboard.press('Control+s'); await page.getByTestId('theirs').waitFor(); }],
  ['znodes-stat', '/cluster/c1/znodes/brokers/ids/1', async (page) => { await page.getByRole('tab').nth(1).click(); }],
  ['znodes-acl', '/cluster/c1/znodes/app', async (page) => { await page.getByRole('tab').nth(2).click(); await page.getByRole('tabpanel').getByRole('button').last().click(); }],
  ['znodes-watches', '/cluster/c1/znodes/brokers', async (page) => { await page.getByRole('tab').nth(3).click(); await page.getByRole('table').waitFor(); }],
  ['znodes-versions', '/cluster/c1/znodes/app/config.json', async (page) => { await page.getByRole('tab').nth(4).click(); await page.getByRole('table').getByRole('button').nth(1).click(); }],
  ['znodes-hex', '/cluster/c1/znodes/brokers/seqid', async (page) => { await page.locator('[data-testid=znode][data-version]').waitFor(); }],
  ['znodes-create', '/cluster/c1/znodes/app', async (page) => { await page.getByRole('tree').focus(); await page.keyboard.press('Insert'); await page.getByRole('dialog').waitFor(); }],
  ['znodes-delete', '/cluster/c1/znodes/brokers', async (page) => { await page.getByRole('tree').focus(); await page.keyboard.press('Delete'); await page.getByTestId('delete-list').waitFor(); }],
  ['activity', '/activity'], ['settings', '/settings'],
  ['palette', '/home', async (page) => { await page.keyboard.press('Control+k'); await page.getByRole('dialog').waitFor(); }],
  ['keys', '/home', async (page) => { await page.keyboard.press('?'); await page.getByRole('dialog').waitFor(); }],
];

describe.skipIf(problem !== null)('the screens', () => {
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
    for (const [name, route] of [['empty-home', '/home'], ['empty-syncs', '/syncs'], ['empty-servers', '/servers'], ['empty-trees', '/trees'], ['empty-activity', '/activity'], ['empty-clusters', '/cluster']] as const) {
      const { page } = await open('empty=1', route);
      await page.waitForTimeout(150);
      await picture(page, name);
      expect(await seriousFindings(page)).toEqual([]);
      await page.close();
    }
  });

  it('a branch of 300,000 znodes scrolls from its first to its last, and its filter finds one of them', async () => {
    const { page } = await open('', '/cluster/c1/znodes/big/item-0000000003');
    const tree = page.getByRole('tree');
    await tree.getByText('item-0000000003').waitFor();
    expect(Number(await tree.getAttribute('data-rows'))).toBeGreaterThan(300_000);
    expect(await tree.getByRole('treeitem').count()).toBeLessThan(80);
    await tree.focus();
    await tree.evaluate((element) => { element.scrollTop = element.scrollHeight / 2; });
    await tree.getByText(/item-0000(149|150)\d{3}/).first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('0000271828');
    await tree.getByText('item-0000271828').waitFor();
    expect(await tree.getByText(/^item-/).count()).toBe(1);
    await page.keyboard.press('Escape');
    await tree.getByText(/item-/).nth(4).waitFor();
    await picture(page, 'znodes-many');
    await page.close();
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
