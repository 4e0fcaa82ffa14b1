// Every screen of the Pipelines area over a fake app: both languages and themes, a large and the smallest window, axe and pictures.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumProblem, launchChromium } from './support/chromium.ts';
import { startFakeSite, type FakeSite } from './support/fake-site.ts';
import { picture, seriousFindings, watchComplaints } from './support/screens.ts';

const problem = chromiumProblem();

const outlined = async (page: Page, node: string): Promise<void> => { await page.locator(`[data-row="${node}"]`).click(); };
const inspected = async (page: Page, node: string): Promise<void> => {
  await outlined(page, node);
  await page.getByTestId('outline').press('Enter');
  await page.locator(`[data-testid=inspector][data-node="${node}"]`).waitFor();
};
const dialog = (page: Page): Promise<void> => page.getByRole('dialog').waitFor();

const SCREENS: readonly (readonly [string, string, ((page: Page) => Promise<void>)?])[] = [
  ['pipelines', '/pipelines', async (page) => { await page.getByRole('table').waitFor(); }],
  ['pipeline-new', '/pipelines/new', dialog],
  ['pipeline-import', '/pipelines/import', async (page) => { await page.getByRole('dialog').getByRole('textbox').fill('a1.sources = r1\na2.sources = r1\n'); await page.getByTestId('import-report').waitFor(); }],
  ['pipeline-graph', '/pipelines/l1/graph', async (page) => { await page.locator('.react-flow [data-node="sink hdfs2"]').waitFor(); }],
  ['pipeline-inspector', '/pipelines/l1/graph', async (page) => { await inspected(page, 'sink hdfs1'); await page.getByTestId('more').click(); }],
  ['pipeline-inspector-source', '/pipelines/l1/graph', async (page) => { await inspected(page, 'source web'); await page.getByTestId('inspector').locator('details').last().evaluate((element) => { (element as HTMLDetailsElement).open = true; }); }],
  ['pipeline-raw', '/pipelines/l1/graph', async (page) => { await inspected(page, 'channel durable'); await page.getByTestId('inspector').getByRole('button').nth(2).click(); }],
  ['pipeline-add', '/pipelines/l1/graph', async (page) => { await page.getByTestId('outline').focus(); await page.keyboard.press('a'); await dialog(page); }],
  ['pipeline-connect', '/pipelines/l1/graph', async (page) => { await outlined(page, 'channel audit'); await page.getByTestId('outline').press('c'); await dialog(page); }],
  ['pipeline-tap', '/pipelines/l1/graph', async (page) => { await outlined(page, 'source web > channel durable'); await page.getByTestId('outline').press('t'); await page.getByTestId('tap').getByRole('row').nth(1).click(); }],
  ['pipeline-sample', '/pipelines/l1/graph', async (page) => { await page.getByTestId('outline').focus(); await page.locator('button:has(svg.lucide-flask-conical)').click(); await dialog(page); await page.getByRole('dialog').getByRole('button').last().click(); await page.getByTestId('dry-run').waitFor(); }],
  ['pipeline-deploy-blocked', '/pipelines/l1/graph', async (page) => { await page.keyboard.press('Control+Enter'); await page.getByTestId('blocking').waitFor(); }],
  ['pipeline-text', '/pipelines/l1/text', async (page) => { await page.locator('[data-lint=TYPE_UNKNOWN]').waitFor(); }],
  ['pipeline-metrics', '/pipelines/l1/metrics', async (page) => { await page.getByRole('img').first().waitFor(); }],
  ['pipeline-errors', '/pipelines/l1/errors', async (page) => { await page.locator('[data-letter]').first().waitFor(); }],
  ['pipeline-letter', '/pipelines/l1/errors', async (page) => { await page.locator('[data-letter]').first().getByRole('button').click(); await dialog(page); }],
  ['pipeline-history', '/pipelines/l1/history', async (page) => { await page.getByTestId('history').getByRole('button', { expanded: false }).first().click(); await page.getByTestId('text-diff').waitFor(); }],
  ['pipeline-failed', '/pipelines/l3/graph', async (page) => { await page.locator('[data-code=AGENT_PORT]').waitFor(); }],
  ['pipeline-empty-graph', '/pipelines/l4/graph', async (page) => { await page.locator('[data-testid=pipeline-state]').waitFor(); }],
];
/** Each language and each theme once, in both sizes. */
const LOOKS = [['en', 'light', { width: 1280, height: 820 }], ['zh-CN', 'dark', { width: 960, height: 600 }]] as const;

describe.skipIf(problem !== null)(`the screens of pipelines${problem === null ? '' : ` (${problem})`}`, () => {
  let site: FakeSite;
  let browser: Browser;
  beforeAll(async () => {
    site = await startFakeSite();
    browser = await launchChromium();
  });
  afterAll(async () => { await browser?.close(); await site?.close(); });

  const open = async (query: string, route: string, viewport: { width: number; height: number } = LOOKS[0][2]): Promise<{ page: Page; complaints: readonly string[] }> => {
    const page = await browser.newPage({ viewport, reducedMotion: 'reduce' });
    page.setDefaultTimeout(15_000);
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
        if (await page.getByRole('dialog').count() > 0) { await page.keyboard.press('Escape'); await page.getByRole('dialog').waitFor({ state: 'detached' }); }
        await page.evaluate(() => { location.hash = '#/home'; }); // what is open on a page closes with it
        await page.evaluate((to) => { location.hash = `#${to}`; }, route);
        if (route.endsWith('/graph')) await page.locator('[data-testid=pipeline-state]').waitFor();
        await arrange?.(page);
        await picture(page, `${name}-${language}-${theme}`);
        found.push(...(await seriousFindings(page)).map((line) => `${name}: ${line}`));
        if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth || [...document.querySelectorAll('main *')].some((element) => element.scrollLeft > 0 && getComputedStyle(element).overflowX === 'hidden'))) found.push(`${name}: wider than the window`);
      }
      await page.close();
      expect([...found, ...complaints]).toEqual([]);
    });
  }

  it('without a pipeline it says what to do; a file dropped on the page is read', async () => {
    const { page } = await open('empty=1', '/pipelines');
    await page.getByRole('heading', { level: 2 }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await picture(page, 'empty-pipelines');
    const transfer = await page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.items.add(new File(['# kept as it is\na1.sources = r1\n'], 'orders.properties', { type: 'text/plain' }));
      return data;
    });
    await page.locator('[data-testid=drop-zone]').dispatchEvent('drop', { dataTransfer: transfer });
    await page.getByTestId('import-report').waitFor();
    await page.getByRole('dialog').getByText('orders', { exact: true }).waitFor();
    await page.close();
  });

  it('a mended lint and an undone one: the text follows, by keys', async () => {
    const { page } = await open('', '/pipelines/l1/text');
    const text = page.getByRole('textbox').first();
    await page.locator('[data-lint=TYPE_UNKNOWN]').getByRole('button').last().click();
    await expect.poll(() => text.inputValue()).toContain('console.type = logger');
    await page.locator('a[aria-current=page]').last().focus();
    await page.evaluate(() => { location.hash = '#/pipelines/l1/graph'; });
    await page.getByTestId('outline').focus();
    await page.keyboard.press('z');
    await page.evaluate(() => { location.hash = '#/pipelines/l1/text'; });
    await expect.poll(() => page.getByRole('textbox').first().inputValue()).toContain('console.type = loger');
    await page.close();
  });
});
