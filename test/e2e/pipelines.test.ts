// The Pipelines area over the app and its agent engine: imported, mended, deployed, fed, tapped, refused, stopped, killed, drawn by keys alone.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stopDesktop } from './support/electron.ts';
import { enginePid } from './support/engine-pid.ts';
import { HOSTS, hostProblem, openApp, type OpenedApp } from './support/host.ts';
import { picture, seriousFindings } from './support/screens.ts';
import { Story, type Texts } from './support/story.ts';

const CASES = HOSTS.map((host) => [host, host === 'browser' ? 'en' : 'zh-CN'] as const);
/** As a person keeps it: with a comment, and bound by `channel`, which Flume does not take. */
const conf = (port: number): string => `# lines of the front door
agent.sources = lines
agent.channels = memoryChannel
agent.sinks = log

agent.sources.lines.type = netcat
agent.sources.lines.bind = 127.0.0.1
agent.sources.lines.port = ${port}
agent.sources.lines.channel = memoryChannel

agent.channels.memoryChannel.type = memory

agent.sinks.log.type = logger
agent.sinks.log.channel = memoryChannel
`;

async function freePort(): Promise<number> {
  const server = await listen();
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => { server.close(done); });
  return port;
}

function listen(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, () => resolve(server));
  });
}

/** Answers how many lines the source said OK to. */
function sendLines(port: number, lines: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = '';
    const socket = connect({ host: '127.0.0.1', port });
    socket.on('error', reject);
    socket.on('data', (data) => {
      said += data.toString();
      if (said.split('OK').length - 1 >= lines.length) socket.end();
    });
    socket.on('close', () => resolve(said.split('OK').length - 1));
    socket.write(lines.map((line) => `${line}\n`).join(''));
  });
}

for (const [host, language] of CASES) {
  const problem = hostProblem(host);
  describe.skipIf(problem !== null)(`pipelines, ${host} host, ${language}${problem ? ` (skipped: ${problem})` : ''}`, () => {
    let app: OpenedApp;
    let story: Story;
    let t: Texts['pipelines'];
    let dataDir: string;
    let port: number;
    let id = '';
    const state = (name: string): Locator => app.page.locator(`[data-testid=pipeline-state][data-state=${name}]`);
    const saved = (): Locator => app.page.locator('[data-testid=pipeline-state][data-saving=saved]');
    const row = (node: string): Locator => app.page.locator(`[data-row="${node}"]`);
    const button = (name: string): Locator => app.page.getByRole('button', { name, exact: true });
    const closed = (): Promise<void> => app.page.getByRole('dialog').waitFor({ state: 'detached', timeout: 30_000 });
    const outline = (): Locator => app.page.getByTestId('outline');
    const tab = (name: keyof Texts['pipelines']['tab']): Promise<void> => story.goTo(`/pipelines/${id}/${name}`);
    const editor = (): Locator => app.page.getByRole('textbox', { name: t.text.label('front door') });
    const shot = (name: string): Promise<void> => picture(app.page, `pipeline-story-${name}-${host}-${language}`);
    const open = async (): Promise<void> => {
      app = await openApp({ host, dataDir, language, viewport: { width: 1280, height: 820 } });
      story = new Story(app.page, language);
      t = story.t.pipelines;
      app.page.setDefaultTimeout(10_000);
    };

    beforeAll(async () => {
      port = await freePort();
      dataDir = mkdtempSync(join(tmpdir(), 'sluice-e2e-'));
      chmodSync(dataDir, 0o777);
      await open();
    });
    afterAll(async () => {
      await app?.close();
      if (host === 'electron') await stopDesktop();
      if (dataDir) rmSync(dataDir, { recursive: true, force: true });
    });

    it('a configuration is imported: what is in it and what speaks against it is told line by line; then it is drawn', async () => {
      const { page } = app;
      await story.goTo('/pipelines/import');
      await page.getByLabel(t.importPaste, { exact: true }).fill(conf(port));
      const report = page.getByTestId('import-report');
      await report.locator('[data-lint=SOURCE_CHANNEL]').getByText(t.lint.line(9)).waitFor({ timeout: 30_000 });
      await page.getByLabel(t.name, { exact: true }).fill('front door');
      await shot('import');
      await button(t.importAct).click();
      for (const node of ['source lines', 'channel memoryChannel', 'sink log']) await page.locator(`.react-flow [data-node="${node}"]`).waitFor();
      await row('source lines > channel memoryChannel').waitFor();
      id = (await page.evaluate(() => location.hash)).split('/')[2] ?? '';
      await shot('graph');
      expect(await seriousFindings(app.page)).toEqual([]);
    });

    it('a problem is mended by one click, and the text keeps its comments and its order', async () => {
      const { page } = app;
      await page.locator('[data-lint=SOURCE_CHANNEL]').getByRole('button').last().click();
      await page.locator('[data-lint=SOURCE_CHANNEL]').waitFor({ state: 'detached' });
      await tab('text');
      await expect.poll(() => editor().inputValue()).toBe(conf(port).replace('lines.channel = ', 'lines.channels = '));
      await shot('text');
    });

    it('deployed by keys, it runs; lines from a socket are acknowledged, counted, and seen by a tap', async () => {
      const { page } = app;
      await tab('graph');
      await saved().waitFor();
      await page.keyboard.press('Control+Enter');
      await page.getByTestId('deploy-sentence').waitFor();
      await shot('deploy');
      expect(await seriousFindings(app.page)).toEqual([]);
      await page.keyboard.press('Enter'); // the focus is on Deploy
      await state('running').waitFor({ timeout: 30_000 });
      await row('source lines > channel memoryChannel').click();
      await page.keyboard.press('t');
      await page.getByTestId('tap').getByText(t.tap.waiting).waitFor();
      expect(await sendLines(port, ['first line', '{"second":2}', 'third line'])).toBe(3);
      const tapped = page.getByTestId('tap').getByRole('row');
      await tapped.getByText('{"second":2}').click();
      await expect.poll(() => page.getByTestId('event-body').textContent()).toBe('{\n  "second": 2\n}');
      await button(t.tap.pin).click();
      await shot('tap');
      expect(await seriousFindings(app.page)).toEqual([]);
      await button(t.tap.close).click();
      await tab('metrics');
      await page.getByRole('row').filter({ has: page.getByText('lines', { exact: true }) }).getByText('3', { exact: true }).first().waitFor();
      await shot('metrics');
    });

    it('a pinned event is tried: what an interceptor makes of it stands step by step, and nothing is delivered', async () => {
      const { page } = app;
      await tab('graph');
      await row('source lines').click();
      await page.keyboard.press('Enter');
      await page.getByTestId('inspector').getByRole('button', { name: t.inspector.addInterceptor, exact: true }).click();
      await page.keyboard.type('static');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.locator('[data-stages=lines]').getByText('i1').waitFor();
      await page.getByRole('button', { name: t.sample.act, exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: '{"second":2}', exact: true }).click();
      await button(t.sample.run).click();
      await page.getByTestId('dry-run').locator('[data-step=i1]').getByText('key=value').waitFor();
      await page.getByTestId('dry-run').locator('[data-route=memoryChannel]').waitFor();
      await shot('sample');
      await page.keyboard.press('Escape');
      await closed();
      await outline().focus();
      await page.keyboard.press('z');
      await page.locator('[data-stages=lines]').waitFor({ state: 'detached' });
    });

    it('a draft that cannot run is not deployed, one whose port is taken is taken back: what ran goes on', async () => {
      const { page } = app;
      await tab('text');
      const good = await editor().inputValue();
      await editor().fill(good.replace('type = netcat', 'type = netkat'));
      await page.locator('[data-lint=TYPE_UNKNOWN]').waitFor();
      await saved().waitFor();
      await page.keyboard.press('Control+Enter');
      await page.getByTestId('blocking').waitFor();
      expect(await button(t.deploy.go).isDisabled()).toBe(true);
      await shot('blocked');
      await page.keyboard.press('Escape');
      await closed();
      const taken = await listen();
      await editor().fill(good.replace(`port = ${port}`, `port = ${(taken.address() as AddressInfo).port}`));
      await saved().waitFor();
      await page.keyboard.press('Control+Enter');
      await page.locator('[data-change="source lines"][data-what=changed]').waitFor();
      await page.locator('[data-change="channel memoryChannel"][data-what=kept]').waitFor();
      await button(t.deploy.go).click();
      await page.getByRole('dialog').locator('[data-code=AGENT_PORT]').waitFor({ timeout: 30_000 });
      await shot('refused');
      await page.keyboard.press('Escape');
      await closed();
      taken.close();
      expect(await sendLines(port, ['still here'])).toBe(1);
      await editor().fill(good);
      await saved().waitFor();
      await tab('history');
      await page.getByTestId('history').locator('[data-kind=refused]').waitFor();
      await shot('history');
    });

    it('drawn by keys alone: a channel and a sink are added, connected, deployed; both sinks get what comes', async () => {
      const { page } = app;
      await tab('graph');
      const add = async (type: string, node: string): Promise<void> => {
        await page.keyboard.press('a');
        await page.keyboard.type(type);
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('Enter');
        await row(node).waitFor();
        await closed();
      };
      await outline().focus();
      await add('memory', 'channel c1');
      await outline().focus();
      await add('null', 'sink k1');
      await outline().focus();
      await page.keyboard.press('c');
      await page.getByRole('dialog').getByRole('radio', { name: /c1/ }).waitFor();
      await page.keyboard.press('Enter'); // the only channel it is not at
      await row('channel c1 > sink k1').waitFor();
      await closed();
      await outline().focus();
      await page.keyboard.press('Home');
      await page.locator('[data-row="source lines"][data-selected]').waitFor();
      await page.keyboard.press('c');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Enter');
      await row('source lines > channel c1').waitFor();
      await shot('drawn');
      await saved().waitFor();
      await page.keyboard.press('Control+Enter');
      await page.locator('[data-change="sink k1"][data-what=added]').waitFor();
      await page.locator('[data-change="sink log"][data-what=kept]').waitFor();
      await page.keyboard.press('Enter');
      await closed();
      expect(await sendLines(port, ['to both'])).toBe(1);
      await tab('metrics');
      await page.getByRole('row').filter({ has: page.getByText('k1', { exact: true }) }).getByText('1', { exact: true }).first().waitFor();
    });

    it('stopped and started again; a removed node comes back by undo', async () => {
      const { page } = app;
      await tab('graph');
      await button(t.stop).click();
      await state('stopped').waitFor();
      await expect(sendLines(port, ['nobody'])).rejects.toThrow();
      await button(t.start).click();
      await state('running').waitFor({ timeout: 30_000 });
      expect(await sendLines(port, ['again'])).toBe(1);
      await row('sink k1').click();
      await outline().focus();
      await page.keyboard.press('Delete');
      await row('sink k1').waitFor({ state: 'detached' });
      await page.keyboard.press('z');
      await row('sink k1').waitFor();
    });

    if (process.platform === 'linux') it('the engine killed: the pipeline runs again by itself (needs /proc, to find it)', async () => {
      const pid = enginePid('agent');
      expect(pid).not.toBeNull();
      process.kill(pid ?? 0, 'SIGKILL');
      await state('starting').waitFor({ timeout: 30_000 });
      await state('running').waitFor({ timeout: 30_000 });
      expect(await sendLines(port, ['after the kill'])).toBe(1);
    });

    if (host === 'browser') it('it runs again with the app, and stands in the list with its figures', async () => {
      await app.close();
      await open();
      await story.goTo('/pipelines');
      await app.page.locator('[data-pipeline="front door"][data-state=running]').waitFor({ timeout: 30_000 });
      expect(await sendLines(port, ['a new day'])).toBe(1);
      await shot('list');
    });
  });
}
