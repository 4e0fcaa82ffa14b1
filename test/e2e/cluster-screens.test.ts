// Every screen of the Cluster area over a fake app: both languages and themes, a large and the smallest window, axe and pictures.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumProblem, launchChromium } from './support/chromium.ts';
import { startFakeSite, type FakeSite } from './support/fake-site.ts';
import { picture, seriousFindings, watchComplaints } from './support/screens.ts';

const problem = chromiumProblem();
if (problem) console.log(`screens of clusters skipped: ${problem}`);

const SCREENS: readonly (readonly [string, string, ((page: Page) => Promise<void>)?])[] = [
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
];
/** Each language and each theme once, in both sizes. */
const LOOKS = [['en', 'light', { width: 1280, height: 820 }], ['zh-CN', 'dark', { width: 960, height: 600 }]] as const;

describe.skipIf(problem)(`the screens of clusters${problem ? ` (${problem})` : ''}`, () => {
  let site: FakeSite;
  let browser: Browser;
  beforeAll(async () => {
    site = await startFakeSite();
    browser = await launchChromium();
  });
  afterAll(async () => { await browser?.close(); await site?.close(); });

  const open = async (query: string, route: string, viewport: { width: number; height: number } = LOOKS[0][2]): Promise<{ page: Page; complaints: readonly string[] }> => {
    const page = await browser.newPage({ viewport });
    const complaints = await watchComplaints(page);
    await page.goto(`${site.url}?${query}#${route}`);
    await page.getByRole('navigation').first().waitFor();
    return { page, complaints };
  };

  for (const [language, theme, viewport] of LOOKS) {
    it(`every screen in ${language}, ${theme}, ${viewport.width} by ${viewport.height}: axe finds nothing serious, the policy refuses nothing, nothing runs out of the window`, async () => {
      const found: string[] = [];
      const { page, complaints } = await open(`theme=${theme}&language=${language}`, '/home', viewport);
      for (const [name, route, arrange] of SCREENS) {
        if (await page.getByRole('dialog').count() > 0) await page.keyboard.press('Escape');
        await page.evaluate((to) => { location.hash = `#${to}`; }, route);
        if (route.includes('/znodes')) await page.getByRole('tab').first().click(); // the view goes along from znode to znode
        await arrange?.(page);
        await page.waitForTimeout(100);
        found.push(...(await seriousFindings(page)).map((line) => `${name}: ${line}`));
        if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) found.push(`${name}: wider than the window`);
        await picture(page, `${name}-${language}-${theme}`);
      }
      await page.close();
      expect([...found, ...complaints]).toEqual([]);
    });
  }

  it('without a cluster it says what to do', async () => {
    const { page } = await open('empty=1', '/cluster');
    await page.getByRole('switch').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await picture(page, 'empty-clusters');
    await page.close();
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
});
