// The real engine in its own process, as the app has it.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineControl } from '../../../../../main/app/engine-control.ts';
import { superviseSync } from '../../../../../main/app/supervise/sync-engine.ts';
import { childLauncher } from '../../../../../main/hosts/shared/child-launcher.ts';

const ENTRY = join(import.meta.dirname, '../../../../../main/app/engine-process/sync.ts');
let folder: string;
let control: EngineControl | null = null;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'sluice-engine-')); });
afterEach(async () => {
  await control?.drain();
  control = null;
  rmSync(folder, { recursive: true, force: true });
});

describe('the process of the sync engine', () => {
  it('answers over its wire with names as bytes, and drains', async () => {
    mkdirSync(join(folder, 'tree'));
    const odd = Buffer.concat([Buffer.from(join(folder, 'tree/')), Buffer.from([0xff, 0x61])]);
    writeFileSync(odd, 'x');
    control = superviseSync(childLauncher({ engines: ENTRY, dataDir: folder }));
    expect(control.status().state).toBe('starting');
    const engine = await control.engine();
    expect((await engine.ping({})).pid).not.toBe(process.pid);
    const { entries } = await engine.list({ at: { place: { kind: 'local' }, path: Buffer.from(join(folder, 'tree')) }, limit: 10 });
    expect(entries.map(({ name, kind, size }) => [...name, kind, size])).toEqual([[0xff, 0x61, 'file', 1]]);
    expect(control.status()).toEqual({ name: 'sync', state: 'ready', error: null, retryAt: null });
    await control.drain();
    expect(control.status().state).toBe('stopped');
  });

  it('a plan table it cannot open is the reason shown, not a crash without words', async () => {
    mkdirSync(join(folder, 'plans.sqlite'));
    control = superviseSync(childLauncher({ engines: ENTRY, dataDir: folder }), { crashes: 1 });
    await expect(control.engine()).rejects.toMatchObject({ code: 'STORE_IO' });
    expect(control.status().state).toBe('failed');
  });

  it('started by hand it says what it is', () => {
    const { status, stderr } = spawnSync(process.execPath, [ENTRY], { encoding: 'utf8', env: { ...process.env, NODE_CHANNEL_FD: undefined } });
    expect(status).toBe(2);
    expect(stderr).toContain('the app starts it by itself');
    expect(readFileSync(ENTRY, 'utf8')).not.toContain('console.');
  });
});
