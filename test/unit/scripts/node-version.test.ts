import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript, which an old Node has to read
import * as nodeVersion from '../../../scripts/node-version.mjs';

const { fits, fittingNode, withTools } = nodeVersion as {
  fits(version: string): boolean;
  fittingNode(own: string, system: { path: string; version: string }): { path?: string; problem?: string };
  withTools(env: Record<string, string>): Record<string, string>;
};

describe('which Node runs the project', () => {
  let folder: string;
  let broken: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-node-'));
    broken = join(folder, 'node');
    writeFileSync(broken, '#!/bin/sh\nexit 127\n');
    chmodSync(broken, 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('22.14 and newer fit', () => {
    expect(['22.14.0', '22.22.1', '24.0.0', '30.1.2'].map(fits)).toEqual([true, true, true, true]);
    expect(['20.20.2', '22.13.1', '18.15.0', '14.0.0'].map(fits)).toEqual([false, false, false, false]);
  });

  it('the one that came with the install goes first, if it runs here', () => {
    expect(fittingNode(process.execPath, { path: '/usr/bin/node', version: '22.14.0' }).path).toBe(process.execPath);
    expect(fittingNode(broken, { path: '/usr/bin/node', version: '22.14.0' })).toEqual({ path: '/usr/bin/node' });
    expect(fittingNode(join(folder, 'none'), { path: '/usr/bin/node', version: '23.1.0' })).toEqual({ path: '/usr/bin/node' });
  });

  it('with none that fits it says in one sentence what to install', () => {
    const { problem } = fittingNode(broken, { path: '/usr/bin/node', version: '20.20.2' });
    expect(problem).toBe('Sluice needs Node.js 22.14 or newer, and this is 20.20.2: install a current one from https://nodejs.org and run the command again.');
  });

  it('the tools of the project stand first on the PATH, once', () => {
    const env = withTools({ PATH: '/usr/bin', HOME: '/root' });
    expect(env['PATH']).toMatch(/node_modules.\.bin.\/usr\/bin$/);
    expect(withTools(env)).toEqual(env);
    expect(env['HOME']).toBe('/root');
  });
});
