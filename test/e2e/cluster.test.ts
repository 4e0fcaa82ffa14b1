// The Cluster area over a real ZooKeeper and over the node of the app itself: looked at, refused, allowed, saved against a conflict, deleted.
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClient } from '../../main/engines/coordination/client/client.ts';
import type { CoordinationClient } from '../../main/engines/coordination/client/client-types.ts';
import { CREATE } from '../../main/engines/coordination/op-codes.ts';
import { freePorts } from '../peers/peer-process.ts';
import { peerProblem, startPeer, type RunningPeer } from '../peers/start-peer.ts';
import { runZkCli } from '../peers/zookeeper/tools.ts';
import { stopDesktop } from './support/electron.ts';
import { enginePid } from './support/engine-pid.ts';
import { HOSTS, hostProblem, openApp, type OpenedApp } from './support/host.ts';
import { picture, seriousFindings } from './support/screens.ts';
import { Story, type Texts } from './support/story.ts';

const CASES = HOSTS.map((host) => [host, host === 'browser' ? 'en' : 'zh-CN'] as const);

for (const [host, language] of CASES) {
  const problem = hostProblem(host) ?? peerProblem('zookeeper');
  describe.skipIf(problem !== null)(`clusters, ${host} host, ${language}${problem ? ` (skipped: ${problem})` : ''}`, () => {
    let peer: RunningPeer<'zookeeper'>;
    let other: CoordinationClient;
    let app: OpenedApp;
    let story: Story;
    let t: Texts['cluster'];
    let dataDir: string;
    const row = (path: string): Locator => app.page.locator(`[role=treeitem][data-path="${path}"]`);
    const detail = (path: string): Locator => app.page.locator(`[data-testid=znode][data-path="${path}"][data-version]`);
    const button = (name: string): Locator => app.page.getByRole('button', { name, exact: true });
    const editor = (path: string): Locator => app.page.getByRole('textbox', { name: t.znodes.editLabel(path) });
    /** Stores what `save` downloads; in Electron in the place of the person whom its dialog asks. */
    const saved = async (file: string, save: () => Promise<void>): Promise<void> => {
      if (!app.electron) {
        const downloading = app.page.waitForEvent('download');
        await save();
        return await (await downloading).saveAs(file);
      }
      const stored = app.electron.evaluate(({ session }, to) => new Promise<string>((done) => {
        session.defaultSession.once('will-download', (event, item) => {
          const asks = item.getSaveDialogOptions().defaultPath ?? '';
          if (event.defaultPrevented) return done('refused');
          item.setSavePath(to);
          item.once('done', (_event, state) => { done(`${state}, asked for ${asks}`); });
        });
      }), file);
      await app.electron.evaluate(() => undefined); // the listener stands
      await save();
      expect(await stored).toBe('completed, asked for app.znodes.json');
    };
    const shot = (name: string): Promise<void> => picture(app.page, `cluster-story-${name}-${host}-${language}`);

    beforeAll(async () => {
      peer = await startPeer('zookeeper', { release: '3.9' });
      other = openClient({ connectString: peer.connect });
      await other.create('/app', Buffer.from('root of the app'));
      await other.create('/app/config', Buffer.from('{"retries":3}'));
      for (const path of ['/app/old', '/app/old/a', '/app/old/a/b', '/app/old/c']) await other.create(path, Buffer.from(path));
      await other.create('/app/locks', null);
      for (const who of ['alpha', 'beta']) await other.create('/app/locks/lock-', Buffer.from(who), { flags: CREATE.ephemeralSequential });
      dataDir = mkdtempSync(join(tmpdir(), 'sluice-e2e-'));
      chmodSync(dataDir, 0o777);
      app = await openApp({ host, dataDir, language, viewport: { width: 1280, height: 820 } });
      story = new Story(app.page, language);
      t = story.t.cluster;
    });
    afterAll(async () => {
      await other?.close();
      await app?.close();
      await peer?.stop();
      if (host === 'electron') await stopDesktop();
      if (dataDir) rmSync(dataDir, { recursive: true, force: true });
    });

    it('a foreign ensemble is opened by its connect string, for reading, and its health is told', async () => {
      await story.goTo('/cluster/new');
      await app.page.getByLabel(t.addDialog.connectString, { exact: true }).fill(peer.connect);
      await app.page.getByLabel(t.addDialog.name, { exact: true }).fill('real one');
      await app.page.keyboard.press('Enter');
      await app.page.locator('[data-testid=cluster-state][data-connection=connected]').waitFor();
      await app.page.locator('[data-role=standalone]').getByText('3.9', { exact: false }).first().waitFor();
      await app.page.getByText(t.quorum.title.single).waitFor();
      expect(await app.page.getByRole('switch', { name: t.allow }).isChecked()).toBe(false);
      expect(await seriousFindings(app.page)).toEqual([]);
      await shot('health');
    });

    it('its znodes are browsed by keys alone; what another client does is seen at once', async () => {
      const { page } = app;
      await page.getByRole('link', { name: t.tab.znodes, exact: true }).focus();
      await page.keyboard.press('Enter');
      const tree = page.getByRole('tree', { name: t.znodes.tree });
      await row('/app').waitFor();
      await tree.focus();
      await page.keyboard.press('ArrowDown');
      await detail('/app').waitFor();
      await page.keyboard.press('ArrowRight');
      await row('/app/config').waitFor();
      await page.keyboard.press('ArrowRight');
      await detail('/app/config').waitFor();
      await expect.poll(() => editor('/app/config').inputValue(), { timeout: 10_000 }).toBe('{\n  "retries": 3\n}');
      await other.create('/app/arrived', null);
      await row('/app/arrived').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await shot('znodes');
    });

    it('a save is refused while the ensemble is opened for reading; allowed, it is stored', async () => {
      const { page } = app;
      await editor('/app/config').fill('{"retries":4}');
      await page.keyboard.press('Control+s');
      const refused = page.locator('[data-code=COORD_READ_ONLY]');
      await refused.waitFor();
      expect((await other.getData('/app/config')).stat.version).toBe(0);
      await shot('refused');
      await refused.getByRole('button', { name: t.allow }).click();
      await page.locator('[data-testid=znode][data-version="1"]').waitFor();
      expect((await other.getData('/app/config')).data?.toString()).toBe('{"retries":4}');
      expect(await page.getByRole('switch', { name: t.allow }).isChecked()).toBe(true);
    });

    it('a save against a version that someone else has made shows both, and goes over the one that was shown', async () => {
      const { page } = app;
      await editor('/app/config').fill('{"mine":true}');
      await other.setData('/app/config', Buffer.from('{"theirs":true}'));
      await page.keyboard.press('Control+s');
      await page.getByTestId('theirs').getByText('"theirs": true').waitFor();
      expect(await page.getByTestId('mine').textContent()).toBe('{"mine":true}');
      expect(await seriousFindings(page)).toEqual([]);
      await shot('conflict');
      await button(t.znodes.overwrite).click();
      await page.locator('[data-testid=znode][data-version="3"]').waitFor();
      expect((await other.getData('/app/config')).data?.toString()).toBe('{"mine":true}');
    });

    it('a recursive delete lists all that goes, refuses when that has changed, and takes it all', async () => {
      const { page } = app;
      await row('/app/old').click();
      await detail('/app/old').waitFor();
      await page.keyboard.press('Delete');
      const list = page.getByTestId('delete-list');
      await list.getByText('/app/old/a/b').waitFor();
      expect((await list.textContent())?.trim().split('\n')).toEqual(['/app/old', '/app/old/a', '/app/old/c', '/app/old/a/b']);
      await other.create('/app/old/late', null);
      await button(t.znodes.deleteTreeAct(4)).click();
      await page.getByText(t.znodes.deleteTreeChanged).waitFor();
      await list.getByText('/app/old/late').waitFor();
      expect(await other.exists('/app/old/a/b')).not.toBeNull();
      await shot('delete');
      await button(t.znodes.deleteTreeAct(5)).click();
      await row('/app/old').waitFor({ state: 'detached' });
      expect(await other.exists('/app/old')).toBeNull();
    });

    it('a subtree is saved as a file and read back below another znode', async () => {
      const { page } = app;
      await row('/app').click();
      await detail('/app').waitFor();
      await page.getByRole('button', { name: t.znodes.more, exact: true }).click();
      await page.getByRole('menuitem', { name: t.znodes.export }).click();
      await page.getByText(t.znodes.exported(4)).waitFor();
      const file = join(dataDir, 'app.znodes.json');
      await saved(file, () => page.getByRole('dialog').getByRole('button', { name: story.t.common.save }).click());
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await other.create('/copy', null);
      await row('/copy').click();
      await detail('/copy').waitFor();
      await page.getByRole('button', { name: t.znodes.more, exact: true }).click();
      await page.getByRole('menuitem', { name: t.znodes.import }).click();
      await page.getByLabel(t.znodes.importChoose).setInputFiles(file);
      await button(t.znodes.importAct).click();
      await page.getByText(t.znodes.imported(3, 0, 1)).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      expect((await other.getData('/copy/config')).data?.toString()).toBe('{"mine":true}');
      await page.keyboard.press('Enter'); // the focus is on Close
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    });

    it.skipIf(process.platform !== 'linux')('the engine killed: what is open and chosen stays on the screen, a banner says so, and it comes back by itself (needs /proc, to find it)', async () => {
      const { page } = app;
      await row('/app').click();
      await detail('/app').waitFor();
      const pid = enginePid('coordination');
      expect(pid).not.toBeNull();
      process.kill(pid ?? 0, 'SIGKILL');
      await page.locator('[data-testid=cluster-state][data-connection=connecting]').waitFor();
      await row('/app/config').waitFor();
      await page.locator('[data-testid=cluster-state][data-connection=connected]').waitFor({ timeout: 30_000 });
      await other.create('/app/after', null);
      await row('/app/after').waitFor({ timeout: 30_000 });
      expect(await row('/app').getAttribute('aria-selected')).toBe('true');
      expect(enginePid('coordination')).not.toBe(pid);
    });

    it('sessions with their ephemerals, the lock and who waits for it, and the answer to a word', async () => {
      const { page } = app;
      await page.getByRole('link', { name: t.tab.sessions, exact: true }).click();
      await page.getByRole('article', { name: '/app/locks' }).getByText('alpha').waitFor();
      await page.getByRole('article', { name: '/app/locks' }).getByText('beta').waitFor();
      await page.getByRole('table').getByText('/app/locks/lock-0000000000').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await shot('sessions');
      await page.getByRole('link', { name: t.tab.console, exact: true }).click();
      await button(t.console.ask).click();
      await page.getByTestId('answer').getByText('Mode: standalone').waitFor();
    });

    it('the node of this computer is started by its switch, and a real client stores and reads there', async () => {
      const { page } = app;
      await story.goTo('/cluster');
      await page.getByRole('switch', { name: t.own.switch }).focus();
      await page.keyboard.press('Space');
      await page.locator('[data-testid=own-state][data-state=standalone]').waitFor({ timeout: 30_000 });
      const address = (await page.getByTestId('own-address').textContent()) ?? '';
      expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
      expect(await seriousFindings(page)).toEqual([]);
      await shot('own');
      const { stdout: said } = await runZkCli('3.9', address, ['create /from-zkcli hello', 'get /from-zkcli']);
      expect(said).toContain('hello');
      await button(story.t.common.open).click();
      await page.getByRole('link', { name: t.tab.znodes, exact: true }).click();
      await row('/from-zkcli').click();
      await expect.poll(() => editor('/from-zkcli').inputValue(), { timeout: 10_000 }).toBe('hello');
      await editor('/from-zkcli').fill('changed here');
      await page.keyboard.press('Control+s');
      await page.locator('[data-testid=znode][data-version="1"]').waitFor();
      await page.getByRole('tab', { name: t.znodes.tabs.versions }).click();
      await button(t.znodes.version(0)).click();
      await page.getByLabel(t.znodes.versions.diff).getByText('hello').waitFor();
      await shot('own-versions');
      await button(t.znodes.versions.restore).click();
      await page.locator('[data-testid=znode][data-version="2"]').waitFor();
      await page.getByRole('tab', { name: t.znodes.tabs.data }).click();
      await expect.poll(() => editor('/from-zkcli').inputValue(), { timeout: 10_000 }).toBe('hello');
    });

    it('a backup of it is one button, and a folder that a server starts from', async () => {
      const { page } = app;
      await page.getByRole('link', { name: t.tab.console, exact: true }).click();
      await page.getByText(t.console.noBackups).waitFor();
      await button(t.console.backup).click();
      const cell = page.getByRole('table').last().locator('tbody tr').first().locator('td').last();
      const folder = (await cell.textContent())?.trim() ?? '';
      expect(folder.startsWith(dataDir)).toBe(true);
      expect(readdirSync(join(folder, 'version-2')).some((name) => name.startsWith('snapshot.'))).toBe(true);
      expect(await seriousFindings(page)).toEqual([]);
    });

    it('off again, it says so; its data are there when it comes back', async () => {
      const { page } = app;
      await story.goTo('/cluster');
      const toggle = page.getByRole('switch', { name: t.own.switch });
      await toggle.focus();
      await page.keyboard.press('Space');
      await page.locator('[data-testid=own-state][data-state=stopped]').waitFor();
      await page.keyboard.press('Space');
      await page.locator('[data-testid=own-state][data-state=standalone]').waitFor({ timeout: 30_000 });
      await button(story.t.common.open).click();
      await page.getByRole('link', { name: t.tab.znodes, exact: true }).click();
      await row('/from-zkcli').click();
      await page.getByRole('tab', { name: t.znodes.tabs.data }).click(); // the view goes along from znode to znode
      await expect.poll(() => editor('/from-zkcli').inputValue(), { timeout: 10_000 }).toBe('hello');
    });

    it('the wizard makes an ensemble of three on this computer: two of them vote, a real server joins by the files it wrote, and one may fail', async () => {
      const { page } = app;
      const ports = await freePorts(9);
      const { wizardDialog: w } = t;
      const dialog = page.getByRole('dialog');
      const planned = async (): Promise<void> => {
        await story.goTo('/cluster/wizard');
        await dialog.getByRole('button', { name: w.here, exact: true }).click();
        for (const [at, label] of [w.client, w.quorum, w.election].entries()) {
          for (const sid of [0, 1, 2]) await dialog.getByLabel(label, { exact: true }).nth(sid).fill(String(ports[sid * 3 + at]));
        }
      };
      for (const sid of [1, 2]) {
        await planned();
        await dialog.getByRole('button', { name: w.number(sid), exact: true }).click();
        await dialog.getByRole('button', { name: w.startHere(sid), exact: true }).click();
        await dialog.waitFor({ state: 'detached' });
      }
      await page.getByRole('link', { name: t.tab.health, exact: true }).click();
      await page.locator('[data-member=n1]').and(page.locator('[data-role=leader], [data-role=follower]')).waitFor({ timeout: 30_000 });
      await page.locator('[role=status][data-state=risk]').waitFor({ timeout: 30_000 });
      const health = await page.evaluate(() => location.hash.slice(1));
      await planned();
      await dialog.getByRole('button', { name: w.number(3), exact: true }).click();
      const files = await dialog.locator('pre').allTextContents();
      const servers = files.join('\n').split('\n').filter((line) => line.startsWith('server.')).map((line) => line.replace(/;.*$/, ''));
      expect(servers.length).toBe(3);
      await story.goTo(health);
      const third = await startPeer('zookeeper', { release: '3.9', ensemble: { id: 3, servers } }, { port: ports[6] ?? 0 });
      try {
        await page.locator('[role=status][data-state=ok]').waitFor({ timeout: 30_000 });
        const { stdout } = await runZkCli('3.9', third.connect, ['create /through-the-third hello', 'get /through-the-third']);
        expect(stdout).toContain('hello');
      } finally {
        await third.stop();
      }
      await page.locator('[role=status][data-state=risk]').waitFor({ timeout: 30_000 });
    });
  });
}
