// The main job on every host that is here: a folder dragged onto a server over a real sshd, previewed, run and found in the history.
import { mkdtempSync, rmSync, chmodSync, appendFileSync, utimesSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Locale } from '../../preload/contract/locale.ts';
import { peerProblem, startPeer, type RunningPeer } from '../peers/start-peer.ts';
import { stopDesktop } from './support/electron.ts';
import { HOSTS, hostProblem, openApp, type OpenedApp } from './support/host.ts';
import { contents, makePair, type Pair } from './support/pair.ts';
import { picture, seriousFindings } from './support/screens.ts';
import { Story } from './support/story.ts';

const CASES: readonly (readonly [(typeof HOSTS)[number], Locale])[] = HOSTS.flatMap((host) => (['en', 'zh-CN'] as const).map((language) => [host, language] as const));

for (const [host, language] of CASES) {
  const problem = hostProblem(host) ?? peerProblem('sshd');
  describe.skipIf(problem !== null)(`the main job, ${host} host, ${language}${problem ? ` (skipped: ${problem})` : ''}`, () => {
    let sshd: RunningPeer<'sshd'>;
    let app: OpenedApp;
    let story: Story;
    let pair: Pair;
    let dataDir: string;
    let key: string;

    beforeAll(async () => {
      sshd = await startPeer('sshd');
      dataDir = mkdtempSync(join(tmpdir(), 'sluice-e2e-'));
      chmodSync(dataDir, 0o777);
      pair = makePair({ 'one.txt': 'one', 'two.txt': 'two', 'skip-me.txt': 'skipped', '2025/猫.jpg': Buffer.alloc(70_000, 7), '2025/deep/three.txt': 'three' });
      key = join(pair.dir, 'key');
      copyFileSync(sshd.key, key);
      chmodSync(key, host === 'electron' ? 0o644 : 0o600);
      app = await openApp({ host, dataDir, language, viewport: { width: 1440, height: 900 } });
      story = new Story(app.page, language);
    });
    afterAll(async () => {
      await app?.close();
      await sshd?.stop();
      if (host === 'electron') await stopDesktop();
      pair?.remove();
      if (dataDir) rmSync(dataDir, { recursive: true, force: true });
    });

    it('a server is added by user@host:port with a key; its unknown host key is shown with its fingerprint and trusted', async () => {
      await story.addServer({ ...sshd, key }, 'nas');
      expect(await story.trustKey()).toBe(sshd.fingerprint);
      await story.stepDone('clock');
      await story.stepDone('rsync');
      await picture(app.page, `story-server-${host}-${language}`);
      expect(await seriousFindings(app.page)).toEqual([]);
    });

    it('a folder dragged onto a folder of the server opens the popover with the resulting path; the preview lists every file', async () => {
      await story.goTo('/trees');
      await story.openPath('left', pair.left);
      const target = await story.openPath('right', pair.right, 'nas');
      const source = story.row('left', 'photos');
      await source.waitFor();
      await source.dragTo(target);
      await app.page.getByTestId('compose').waitFor();
      expect(await app.page.getByTestId('result').textContent()).toContain(`${pair.right}/photos`);
      await picture(app.page, `story-popover-${host}-${language}`);
      await story.preview();
      await story.planRow('one.txt').waitFor();
      await picture(app.page, `story-plan-${host}-${language}`);
      expect(await seriousFindings(app.page)).toEqual([]);
    });

    it('a row that was skipped is not run; everything else arrives with its content and times; the history shows the run', async () => {
      await story.planRow('skip-me.txt').getByText('skip-me.txt').click();
      await app.page.getByRole('treegrid').focus();
      await app.page.keyboard.press('x');
      await story.planRow('skip-me.txt').and(app.page.locator('[data-decision=skip]')).waitFor();
      expect(await story.run()).toBe('done');
      await app.page.getByTestId('report').waitFor();
      await picture(app.page, `story-report-${host}-${language}`);
      const { 'skip-me.txt': _skipped, ...expected } = contents(join(pair.left, 'photos'));
      expect(contents(join(pair.right, 'photos'))).toEqual(expected);
      await story.button(story.t.runs.openSync).click();
      await app.page.getByRole('link', { name: story.t.sync.history, exact: true }).click();
      await app.page.getByRole('cell', { name: story.t.runs.state.done }).waitFor();
    });

    it('what changed is the whole of the next plan', async () => {
      appendFileSync(join(pair.left, 'photos/one.txt'), ' and more');
      utimesSync(join(pair.left, 'photos/one.txt'), 1_800_000_000, 1_800_000_000);
      await app.page.getByRole('link', { name: story.t.sync.plan, exact: true }).click();
      await story.button(story.t.plan.again).or(story.button(story.t.plan.preview)).waitFor(); // the screen is there to hear the key
      await app.page.keyboard.press('Control+p');
      await story.planRow('one.txt').and(app.page.locator(':has([data-action=update])')).waitFor({ timeout: 60_000 });
      expect(await story.planRow('two.txt').count()).toBe(0);
      expect(await story.run()).toBe('done');
      const { 'skip-me.txt': skipped, ...rest } = contents(join(pair.left, 'photos'));
      expect(contents(join(pair.right, 'photos'))).toEqual({ ...rest, 'skip-me.txt': skipped });
    });

    it('a reversed row is brought back from the server', async () => {
      writeFileSync(join(pair.right, 'photos/two.txt'), 'two from afar');
      utimesSync(join(pair.right, 'photos/two.txt'), 1_810_000_000, 1_810_000_000);
      await story.button(story.t.runs.openSync).click();
      await app.page.getByRole('link', { name: story.t.sync.plan, exact: true }).click();
      await story.button(story.t.plan.again).or(story.button(story.t.plan.preview)).waitFor();
      await app.page.keyboard.press('Control+p');
      await story.planRow('two.txt').and(app.page.locator(':has([data-action=update])')).waitFor({ timeout: 60_000 });
      await story.planRow('two.txt').getByText('two.txt').click();
      await app.page.getByRole('treegrid').focus();
      await app.page.keyboard.press('r');
      await story.planRow('two.txt').and(app.page.locator('[data-decision=reverse]')).waitFor();
      expect(await story.run()).toBe('done');
      expect(contents(join(pair.left, 'photos'))['two.txt']).toBe(contents(join(pair.right, 'photos'))['two.txt']);
      expect(readFileSync(join(pair.left, 'photos/two.txt'), 'utf8')).toBe('two from afar');
    });

    it('a local folder is brought onto another local folder by keyboard alone', async () => {
      await story.goTo('/trees');
      await story.openPath('left', pair.left);
      const tree = story.tree('left');
      await story.row('left', 'photos').waitFor();
      await tree.focus();
      await app.page.keyboard.press('p');
      await app.page.keyboard.press('Control+Shift+S');
      const dialog = app.page.getByRole('dialog');
      await dialog.getByRole('tree').focus();
      await app.page.keyboard.press('End'); // this computer stands last
      await app.page.keyboard.press('Shift+Tab');
      await app.page.keyboard.type(pair.third);
      await app.page.keyboard.press('Enter');
      await dialog.getByRole('treeitem', { selected: true }).getByText(pair.third, { exact: true }).waitFor();
      await app.page.keyboard.press('Tab');
      await app.page.keyboard.press('Enter');
      await app.page.getByTestId('result').waitFor();
      expect(await app.page.getByTestId('result').textContent()).toBe(`${pair.third}/photos/…`);
      await story.button(story.t.compose.preview).and(app.page.locator(':focus')).waitFor();
      await app.page.keyboard.press('Enter');
      await story.planReady();
      expect(await story.run()).toBe('done');
      expect(contents(join(pair.third, 'photos'))).toEqual(contents(join(pair.left, 'photos')));
    });
  });
}
