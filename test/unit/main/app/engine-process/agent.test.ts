// The real agent engine in its own process, as the app has it: started when it is first needed, and an agent in it whose durable channel outlives it.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineControl } from '../../../../../main/app/engine-control.ts';
import { superviseAgent } from '../../../../../main/app/supervise/agent-engine.ts';
import type { AgentEngine, AgentItem } from '../../../../../main/engines/agent/api.ts';
import { childLauncher } from '../../../../../main/hosts/shared/child-launcher.ts';

const ENTRY = join(import.meta.dirname, '../../../../../main/app/engine-process/agent.ts');
let folder: string;
let control: EngineControl<AgentEngine> | null = null;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'sluice-engine-')); });
afterEach(async () => {
  await control?.drain();
  control = null;
  rmSync(folder, { recursive: true, force: true });
});

/** Follows the agent until the channel has taken `count`; answers the last item. */
async function until(items: AsyncIterator<AgentItem>, count: number): Promise<void> {
  for (let item = await items.next(); !item.done; item = await items.next()) {
    if (item.value.type === 'live' && item.value.live.parts.some(({ kind, in: taken }) => kind === 'channel' && taken >= count)) return;
  }
  throw new Error('the agent ended');
}

describe('the process of the agent engine', () => {
  it('is not there before it is needed; what a drained engine had in a durable channel is delivered by the next one', async () => {
    const channel = `a1.channels = c1\na1.channels.c1.type = file\na1.channels.c1.checkpointDir = ${join(folder, 'c1', 'checkpoint')}\na1.channels.c1.dataDirs = ${join(folder, 'c1', 'data')}\na1.channels.c1.capacity = 100000\n`;
    const fill = `${channel}a1.sources = r1\na1.sources.r1.type = seq\na1.sources.r1.totalEvents = 300\na1.sources.r1.batchSize = 100\na1.sources.r1.channels = c1\n`;
    const out = join(folder, 'out');
    const empty = `${channel}a1.sinks = k1\na1.sinks.k1.type = file_roll\na1.sinks.k1.sink.directory = ${out}\na1.sinks.k1.channel = c1\n`;
    const lines = (): string[] => (existsSync(out) ? readdirSync(out).flatMap((file) => readFileSync(join(out, file), 'utf8').split('\n')).filter((line) => line !== '') : []);

    control = superviseAgent(childLauncher({ engines: ENTRY, dataDir: folder }));
    expect(control.status()).toEqual({ name: 'agent', state: 'stopped', error: null, retryAt: null });
    const first = await control.engine();
    expect((await first.ping({})).pid).not.toBe(process.pid);
    await until(first.run({ id: 'p', spec: { text: fill, agent: 'a1', stateDir: join(folder, 'state') } })[Symbol.asyncIterator](), 300);
    await control.drain();
    expect(control.status().state).toBe('stopped');

    control = superviseAgent(childLauncher({ engines: ENTRY, dataDir: folder }));
    const second = await control.engine();
    const items = second.run({ id: 'p', spec: { text: empty, agent: 'a1', stateDir: join(folder, 'state') } })[Symbol.asyncIterator]();
    await items.next();
    await vi.waitFor(() => expect(lines()).toHaveLength(300), { timeout: 60_000, interval: 100 });
    expect(lines()).toEqual(Array.from({ length: 300 }, (_, i) => String(i)));
  }, 90_000);

  it('started by hand it says what it is', () => {
    const { status, stderr } = spawnSync(process.execPath, [ENTRY], { encoding: 'utf8', env: { ...process.env, NODE_CHANNEL_FD: undefined } });
    expect(status).toBe(2);
    expect(stderr).toContain('the app starts it by itself');
  });
});
