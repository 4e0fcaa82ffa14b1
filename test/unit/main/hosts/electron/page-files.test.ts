import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerPage, isExport, isOurs } from '../../../../../main/hosts/electron/page-files.ts';

let folder: string;
let root: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-pages-'));
  root = join(folder, 'renderer');
  mkdirSync(join(root, 'assets'), { recursive: true });
  writeFileSync(join(root, 'index.html'), '<!doctype html>');
  writeFileSync(join(root, 'assets/a b.js'), 'x');
  writeFileSync(join(root, 'assets/strange.exe'), 'x');
  writeFileSync(join(folder, 'secret.json'), '{}');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('pages of app://sluice/', () => {
  it('serves the index and files below it with type, policy and nosniff', async () => {
    for (const [address, type] of [['app://sluice/', 'text/html; charset=utf-8'], ['app://sluice/#/runs/1', 'text/html; charset=utf-8'], ['app://sluice/assets/a%20b.js?v=1', 'text/javascript; charset=utf-8']] as const) {
      const { status, headers } = await answerPage(root, 'GET', address);
      expect([status, headers['content-type'], headers['x-content-type-options']]).toEqual([200, type, 'nosniff']);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
    }
  });

  it.each([
    'app://sluice/../secret.json', 'app://sluice/%2e%2e/secret.json', 'app://sluice/..%2fsecret.json', 'app://sluice/assets/..%2f..%2fsecret.json',
    'app://sluice/..%5csecret.json', 'app://sluice/%00', 'app://sluice/%ff', 'app://sluice/assets', 'app://sluice//etc/passwd', 'app://sluice/assets/strange.exe',
    'app://elsewhere/', 'app://sluice.evil/', 'app://user@sluice/', 'app://sluice:80/', 'file:///etc/passwd', 'nonsense',
  ])('%s is not found, whatever lies there', async (address) => {
    const { status, body, headers } = await answerPage(root, 'GET', address);
    expect([status, Buffer.from(body).toString()]).toEqual([404, 'Not found']);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('answers nothing but GET and HEAD', async () => {
    expect((await answerPage(root, 'POST', 'app://sluice/')).status).toBe(405);
    const head = await answerPage(root, 'HEAD', 'app://sluice/');
    expect([head.status, head.body.length]).toEqual([200, 0]);
  });

  it('knows our origin exactly', () => {
    expect(['app://sluice/', 'app://sluice/x#y'].map(isOurs)).toEqual([true, true]);
    expect(['', 'about:blank', 'app://sluice.x/', 'apps://sluice/', 'https://sluice/', 'app://x@sluice/'].map(isOurs)).toEqual([false, false, false, false, false, false]);
  });

  it('lets nothing be stored but an export of znodes that it made itself', () => {
    const may = (address: string, name = 'app.znodes.json'): boolean => isExport(address, name);
    expect([may('blob:app://sluice/5f0c'), may('blob:app://sluice/5f0c', 'x.bin'), may('app://sluice/app.znodes.json'), may('blob:https://sluice/5f0c'), may('https://elsewhere/app.znodes.json'), may('data:application/json,{}')]).toEqual([true, false, false, false, false, false]);
  });
});
