// What goes wrong, as a person sees it: a wrong password, a changed host key, an engine killed in the middle of a run.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { peerProblem, startPeer, type RunningPeer } from '../peers/start-peer.ts';
import { stopDesktop } from './support/electron.ts';
import { enginePid } from './support/engine-pid.ts';
import { HOSTS, hostProblem, openApp, type OpenedApp } from './support/host.ts';
import { contents, makePair, type Pair } from './support/pair.ts';
import { picture } from './support/screens.ts';
import { Story } from './support/story.ts';

for (const host of HOSTS) {
  const problem = hostProblem(host) ?? peerProblem('sshd') ?? (process.platform === 'linux' ? null : 'finding the engine needs /proc');
  describe.skipIf(problem !== null)(`trouble, ${host} host${problem ? ` (skipped: ${problem})` : ''}`, () => {
    let sshd: RunningPeer<'sshd'>;
    let app: OpenedApp;
    let story: Story;
    let pair: Pair;
    let dataDir: string;

    beforeAll(async () => {
      sshd = await startPeer('sshd', process.getuid?.() === 0 ? { password: 'right-horse' } : {});
      dataDir = mkdtempSync(join(tmpdir(), 'sluice-e2e-'));
      chmodSync(dataDir, 0o777);
      pair = makePair({ 'big.bin': Buffer.alloc(300 * 1024 * 1024, 'sluice'), 'small.txt': 'small' });
      app = await openApp({ host, dataDir, viewport: { width: 1440, height: 900 } });
      story = new Story(app.page, 'en');
    });
    afterAll(async () => {
      await app?.close();
      await sshd?.stop();
      if (host === 'electron') await stopDesktop();
      pair?.remove();
      if (dataDir) rmSync(dataDir, { recursive: true, force: true });
    });

    it.skipIf(process.getuid?.() !== 0)('a wrong password is said at the step of logging in, and the right one mends it (needs root: sshd makes a user for it)', async () => {
      await story.addServer({ ...sshd, password: 'wrong-horse', key: undefined } as never, 'secretive');
      await story.trustKey();
      await story.stepDone('login', 'failed');
      await app.page.locator('[data-step=login] [data-code=SSH_AUTH]').waitFor();
      await story.button(story.t.servers.edit).click();
      await app.page.getByLabel(story.t.servers.password, { exact: true }).fill('right-horse');
      await story.button(story.t.common.save).click();
      await story.stepDone('login');
      await story.stepDone('rsync');
    });

    it.skipIf(process.getuid?.() !== 0)('a changed host key blocks in red with both fingerprints, and is replaced only by typing the host (needs root: sshd makes a user for it)', async () => {
      const { port, fingerprint: before } = sshd;
      await sshd.stop();
      sshd = await startPeer('sshd', { password: 'right-horse' }, { port });
      await story.button(story.t.servers.checkAgain).click();
      const alarm = app.page.getByTestId('changed-key');
      await alarm.waitFor();
      expect(await alarm.textContent()).toContain(before);
      expect(await alarm.textContent()).toContain(sshd.fingerprint);
      await picture(app.page, `trouble-changed-key-${host}`);
      const replace = story.button(story.t.servers.replace);
      expect(await replace.isDisabled()).toBe(true);
      await alarm.getByRole('textbox').fill(sshd.host);
      await replace.click();
      await alarm.waitFor({ state: 'detached' });
    });

    it('the sync engine killed during a run is said, starts again, and leaves no half file under a final name', async () => {
      await story.goTo('/trees');
      await story.openPath('left', pair.left);
      const target = await story.openPath('right', pair.right, story.t.common.thisComputer);
      await story.row('left', 'photos').waitFor();
      await story.row('left', 'photos').dragTo(target);
      await story.preview();
      await app.page.keyboard.press('Control+Enter');
      await app.page.locator('[data-run-state]').waitFor();
      const pid = enginePid('sync');
      expect(pid).not.toBeNull();
      process.kill(pid ?? 0, 'SIGKILL');
      await app.page.locator('[data-engine=restarting],[data-engine=starting]').waitFor();
      await picture(app.page, `trouble-engine-${host}`);
      await app.page.locator('[data-engine=ready]').waitFor({ timeout: 60_000 });
      const state = await story.runOver();
      expect(['done', 'interrupted', 'failed']).toContain(state);
      if (state !== 'done') await app.page.getByRole('main').locator('[data-code]').first().waitFor();
      const whole = contents(join(pair.left, 'photos'));
      for (const [name, content] of Object.entries(contents(pair.right))) if (name.endsWith('photos/big.bin')) expect(content === whole['big.bin']).toBe(true);
      await story.button(state === 'done' ? story.t.runs.openSync : story.t.runs.again).click();
      if (state === 'done') return;
      await story.planReady();
      expect(await story.run()).toBe('done');
      expect(Object.keys(contents(join(pair.right, 'photos'))).sort()).toEqual(['big.bin', 'small.txt']);
    });
  });
}
