// The main job as a person does it, step by step, on whichever host is behind the page; words come from the catalogue of the language.
import type { Locator, Page } from 'playwright-core';
import { messages, type Messages } from '../../../assets/locales/index.ts';
import type { Locale } from '../../../preload/contract/locale.ts';

export type Texts = Messages['screens'];

export interface Login {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** A key file, or a password. */
  readonly key?: string;
  readonly password?: string | null;
}

const PASSPHRASE = 'correct horse battery';

export class Story {
  readonly page: Page;
  readonly t: Texts;

  constructor(page: Page, language: Locale) {
    this.page = page;
    this.t = messages[language].screens;
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  async goTo(route: string): Promise<void> {
    await this.page.evaluate((to) => { location.hash = `#${to}`; }, route);
  }

  /** Fills the form; a vault that is asked for on the way is made or opened. */
  async addServer(login: Login, name: string): Promise<void> {
    const { page, t } = this;
    await this.goTo('/servers/new');
    await page.getByLabel(t.servers.target).fill(`${login.user}@${login.host}:${login.port}`);
    await page.getByLabel(t.servers.name).fill(name);
    await page.getByRole('dialog').getByRole('button', { name: t.servers.authKinds.auto }).click();
    await page.getByRole('option', { name: login.key ? t.servers.authKinds.key : t.servers.authKinds.password, exact: true }).click();
    if (login.key) await page.getByLabel(t.servers.keyPath, { exact: true }).last().fill(login.key);
    else await page.getByLabel(t.servers.password, { exact: true }).fill(login.password ?? '');
    await this.button(t.servers.addAndCheck).click();
    await this.openVault();
  }

  async openVault(): Promise<void> {
    const { page, t } = this;
    const asked = page.getByLabel(t.vault.passphrase, { exact: true });
    const checked = page.getByRole('list', { name: t.servers.stepsLabel });
    await asked.or(checked).first().waitFor();
    if (!(await asked.isVisible())) return;
    await asked.fill(PASSPHRASE);
    const repeat = page.getByLabel(t.vault.repeat, { exact: true });
    if (await repeat.isVisible()) await repeat.fill(PASSPHRASE);
    await page.keyboard.press('Enter');
    await asked.waitFor({ state: 'detached' });
  }

  /** The fingerprint as it is shown; then it is trusted. */
  async trustKey(): Promise<string> {
    const shown = this.page.getByTestId('fingerprint');
    await shown.waitFor();
    const fingerprint = (await shown.textContent()) ?? '';
    await this.button(this.t.servers.trust).click();
    await shown.waitFor({ state: 'detached' });
    return fingerprint;
  }

  async stepDone(step: string, state: 'ok' | 'failed' = 'ok'): Promise<void> {
    await this.page.locator(`[data-step=${step}][data-state=${state}]`).waitFor({ timeout: 60_000 });
  }

  tree(side: 'left' | 'right'): Locator {
    return this.page.getByRole('tree', { name: side === 'left' ? this.t.trees.local : this.t.trees.places });
  }

  row(side: 'left' | 'right', name: string): Locator {
    return this.tree(side).getByRole('treeitem').filter({ has: this.page.getByText(name, { exact: true }) }).first();
  }

  /** Brings a folder into a tree by its path; on the right, of the place that is named. */
  async openPath(side: 'left' | 'right', path: string, place?: string): Promise<Locator> {
    if (place) await this.row(side, place).click();
    const pane = this.page.getByRole('region', { name: side === 'left' ? this.t.trees.left : this.t.trees.right, exact: true });
    await pane.getByLabel(this.t.trees.path).fill(path);
    await pane.getByLabel(this.t.trees.path).press('Enter');
    const row = this.row(side, place && place !== this.t.common.thisComputer ? `${place}:${path}` : path);
    await row.waitFor();
    return row;
  }

  async preview(): Promise<void> {
    await this.button(this.t.compose.preview).click();
    await this.planReady();
  }

  async planReady(): Promise<void> {
    await this.page.getByTestId('sentence').waitFor({ timeout: 60_000 });
  }

  planRow(name: string): Locator {
    return this.page.getByRole('treegrid').getByRole('row').filter({ has: this.page.getByText(name, { exact: true }) }).first();
  }

  /** Runs the plan with its key, and waits until the run is over; answers the state it ended in. */
  async run(): Promise<string> {
    await this.page.keyboard.press('Control+Enter');
    return this.runOver();
  }

  async runOver(): Promise<string> {
    const over = this.page.locator('[data-run-state][data-over=true]');
    await over.waitFor({ timeout: 120_000 });
    return (await over.getAttribute('data-run-state')) ?? '';
  }
}
