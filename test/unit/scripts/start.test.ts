import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript
import * as start from '../../../scripts/start.mjs';
// @ts-expect-error plain JavaScript
import * as browser from '../../../scripts/door-browser.mjs';
// @ts-expect-error plain JavaScript
import * as display from '../../../scripts/display.mjs';

const { parseOptions } = start as { parseOptions(args: string[]): Record<string, unknown> };
const { findBrowser, addressWords } = browser as { findBrowser(platform: string, path: string): string | null; addressWords(url: string, user: string, host: string): string };
const { hasDisplay } = display as { hasDisplay(platform: string, env: Record<string, string>): boolean };
const nothing = { door: null, port: null, data: null, language: null, help: false };

describe('npm start', () => {
  let folder: string;
  beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'sluice-start-')); });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('reads its options, with = or without', () => {
    expect(parseOptions([])).toEqual(nothing);
    expect(parseOptions(['--browser', '--port', '8080', '--data=/srv/x=y', '--language', 'zh-CN'])).toEqual({ ...nothing, door: 'browser', port: 8080, data: '/srv/x=y', language: 'zh-CN' });
    expect(parseOptions(['--electron']).door).toBe('electron');
    expect(parseOptions(['--no-window']).door).toBe('address');
  });

  it.each([[['--prot', '1'], 'there is no option --prot'], [['--port'], '--port needs a value'], [['--port', '0'], '--port is a number from 1 to 65535'], [['--language', 'fr'], '--language is en or zh-CN, not fr'], [['folder'], 'there is no option folder']])('%j is refused in words', (args, problem) => {
    expect(parseOptions(args)).toEqual({ problem });
  });

  it('knows whether a window could be shown', () => {
    expect([hasDisplay('linux', {}), hasDisplay('linux', { DISPLAY: ':0' }), hasDisplay('linux', { WAYLAND_DISPLAY: 'wayland-0' }), hasDisplay('darwin', {}), hasDisplay('win32', {})]).toEqual([false, true, true, true, true]);
  });

  it('finds an installed browser on the PATH', () => {
    expect(findBrowser('linux', folder)).toBeNull();
    writeFileSync(join(folder, 'google-chrome'), '');
    chmodSync(join(folder, 'google-chrome'), 0o755);
    expect(findBrowser('linux', `/nowhere:${folder}`)).toBe(join(folder, 'google-chrome'));
  });

  it('says how the address is reached from elsewhere', () => {
    expect(addressWords('http://127.0.0.1:4321/open?code=x', 'ann', 'nas').split('\n')).toEqual([
      'Open this address in a browser on this machine (it works once):', '  http://127.0.0.1:4321/open?code=x',
      'From another machine, first run there, and keep it running:', '  ssh -N -L 4321:127.0.0.1:4321 ann@nas',
    ]);
  });
});
