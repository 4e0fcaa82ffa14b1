// The real coordination engine in its own process, as the app has it: started when it is first needed, and a node in it.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineControl } from '../../../../../main/app/engine-control.ts';
import { superviseCoordination } from '../../../../../main/app/supervise/coordination-engine.ts';
import type { CoordinationEngine } from '../../../../../main/engines/coordination/api.ts';
import { openClient } from '../../../../../main/engines/coordination/client/client.ts';
import { childLauncher } from '../../../../../main/hosts/shared/child-launcher.ts';

const ENTRY = join(import.meta.dirname, '../../../../../main/app/engine-process/coordination.ts');
let folder: string;
let control: EngineControl<CoordinationEngine> | null = null;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'sluice-engine-')); });
afterEach(async () => {
  await control?.drain();
  control = null;
  rmSync(folder, { recursive: true, force: true });
});

describe('the process of the coordination engine', () => {
  it('is not there before it is needed; a node in it serves clients, and what they wrote is there after it was drained', async () => {
    const dataDir = join(folder, 'node');
    for (const round of [0, 1]) {
      control = superviseCoordination(childLauncher({ engines: ENTRY, dataDir: folder }));
      expect(control.status()).toEqual({ name: 'coordination', state: 'stopped', error: null, retryAt: null });
      if (round === 0) expect(existsSync(join(folder, 'logs'))).toBe(false);
      const engine = await control.engine();
      expect((await engine.ping({})).pid).not.toBe(process.pid);
      const { port } = await engine.freePort({ host: '127.0.0.1', wanted: 25_000 + (process.pid % 900), strict: false });
      const items = engine['node.run']({ id: 'n', spec: { dataDir, host: '127.0.0.1', port, myid: null, members: [] } })[Symbol.asyncIterator]();
      for (let item = await items.next(); !item.done && !(item.value.type === 'state' && item.value.state === 'standalone');) item = await items.next();
      const client = openClient({ connectString: `127.0.0.1:${port}` });
      if (round === 0) await client.create('/kept', Buffer.from('through a drain'));
      else expect((await client.getData('/kept')).data?.toString()).toBe('through a drain');
      await client.close();
      await control.drain();
      expect(control.status().state).toBe('stopped');
    }
  });

  it('a folder that another process holds is the reason its node does not start', async () => {
    const first = superviseCoordination(childLauncher({ engines: ENTRY, dataDir: folder }));
    control = superviseCoordination(childLauncher({ engines: ENTRY, dataDir: folder }));
    const spec = { dataDir: join(folder, 'node'), host: '127.0.0.1', myid: null, members: [] };
    const start = async (engine: CoordinationEngine): Promise<AsyncIterator<unknown>> => {
      const { port } = await engine.freePort({ host: '127.0.0.1', wanted: 26_000 + (process.pid % 900), strict: false });
      const items = engine['node.run']({ id: 'n', spec: { ...spec, port } })[Symbol.asyncIterator]();
      for (let item = await items.next(); !item.done && !(item.value.type === 'state' && item.value.state === 'standalone');) item = await items.next();
      return items;
    };
    try {
      await start(await first.engine());
      await expect(start(await control.engine())).rejects.toMatchObject({ code: 'COORD_DATA_LOCKED' });
    } finally {
      await first.drain();
    }
  });

  it('started by hand it says what it is', () => {
    const { status, stderr } = spawnSync(process.execPath, [ENTRY], { encoding: 'utf8', env: { ...process.env, NODE_CHANNEL_FD: undefined } });
    expect(status).toBe(2);
    expect(stderr).toContain('the app starts it by itself');
  });
});
