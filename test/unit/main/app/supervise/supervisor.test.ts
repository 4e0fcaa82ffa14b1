// Against real child processes: killed, frozen, crashing, drained.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { engineClient } from '../../../../../main/app/supervise/engine-client.ts';
import { Supervisor, type SupervisorTimes } from '../../../../../main/app/supervise/supervisor.ts';
import { childLauncher } from '../../../../../main/hosts/shared/child-launcher.ts';
import type { Client } from '../../../../../preload/contract/define.ts';
import type { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { toyContract } from './toy-contract.ts';

const TOY = join(import.meta.dirname, 'toy-engine.ts');
type Toy = Supervisor<Client<typeof toyContract>>;

let dataDir: string;
const running: Toy[] = [];
beforeEach(() => { dataDir = mkdtempSync(join(tmpdir(), 'sluice-supervise-')); });
afterEach(async () => {
  delete process.env['SLUICE_TOY'];
  await Promise.all(running.splice(0).map((supervisor) => supervisor.drain()));
  rmSync(dataDir, { recursive: true, force: true });
});

function supervise(times: Partial<SupervisorTimes> = {}, mood = ''): Toy {
  process.env['SLUICE_TOY'] = mood;
  const launcher = childLauncher({ engines: TOY, dataDir });
  const supervisor: Toy = new Supervisor({
    name: 'toy',
    launch: () => launcher.launch('sync'),
    connect: ({ wire }) => engineClient(toyContract, wire, 'toy'),
    times: { heartbeat: 200, backoffFirst: 20, backoffMost: 50, drain: 3000, leave: 3000, patience: 20_000, ...times },
  });
  running.push(supervisor);
  supervisor.start();
  return supervisor;
}

/** Resolves when the state is `wanted`, now or later. */
async function state(supervisor: Toy, wanted: string): Promise<void> {
  if (supervisor.status.state === wanted) return;
  await new Promise<void>((resolve) => { supervisor.onState(() => { if (supervisor.status.state === wanted) resolve(); }); });
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // a killed child of ours is gone once it is reaped; a zombie still answers signal 0
    return !/^State:\s+Z/m.test(existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : '');
  } catch {
    return false;
  }
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(() => 'no error', (error: SluiceError) => error.code);
}

describe('a supervised engine', () => {
  it('starts, answers, and its words are in the log', async () => {
    const supervisor = supervise();
    expect(supervisor.status.state).toBe('starting');
    const engine = await supervisor.engine();
    const { pid } = await engine.ping({});
    expect(pid).toBe(supervisor.pid);
    expect(supervisor.status).toEqual({ state: 'ready', error: null, retryAt: null });
    expect(readFileSync(join(dataDir, 'logs', 'engine-sync.log'), 'utf8')).toContain(`toy ${pid}`);
  });

  it('killed: what is in flight fails with ENGINE_DOWN, and another one is up soon', async () => {
    const supervisor = supervise();
    const states: string[] = [];
    let restarts = 0;
    supervisor.onState(() => states.push(supervisor.status.state));
    supervisor.onRestart(() => { restarts += 1; });
    const engine = await supervisor.engine();
    const first = supervisor.pid ?? 0;
    const call = codeOf(engine.forever({}));
    const ticks = engine.ticks({})[Symbol.asyncIterator]();
    expect((await ticks.next()).value).toBe(1);
    const tick = codeOf(ticks.next());
    process.kill(first, 'SIGKILL');
    expect(await call).toBe('ENGINE_DOWN');
    expect(await tick).toBe('ENGINE_DOWN');
    await state(supervisor, 'restarting');
    const { pid } = await (await supervisor.engine()).ping({});
    expect(pid).not.toBe(first);
    expect(restarts).toBe(1);
    expect(states.filter((s, i) => s !== states[i - 1])).toEqual(['ready', 'restarting', 'ready']);
    expect(await codeOf(engine.ping({}))).toBe('ENGINE_DOWN');
  });

  it('while restarting the status says why and when it is tried again', async () => {
    const supervisor = supervise({ backoffFirst: 60_000, backoffMost: 60_000, patience: 50 });
    await supervisor.engine();
    process.kill(supervisor.pid ?? 0, 'SIGKILL');
    await new Promise<void>((resolve) => { supervisor.onState(() => { if (supervisor.status.retryAt !== null) resolve(); }); });
    expect(supervisor.status).toMatchObject({ state: 'restarting', error: { code: 'ENGINE_DOWN', params: { engine: 'toy' }, detail: 'ended by SIGKILL' } });
    expect(supervisor.status.retryAt).toBeGreaterThan(Date.now());
    expect(await codeOf(supervisor.engine())).toBe('ENGINE_DOWN');
    const abort = new AbortController();
    const waiting = codeOf(supervisor.ready(abort.signal));
    abort.abort();
    expect(await waiting).toBe('APP_CANCELLED');
  });

  it('frozen: it is degraded, then killed and started anew', async () => {
    const supervisor = supervise();
    await supervisor.engine();
    const frozen = supervisor.pid ?? 0;
    const states: string[] = [];
    supervisor.onState(() => states.push(supervisor.status.state));
    process.kill(frozen, 'SIGSTOP');
    await state(supervisor, 'degraded');
    await state(supervisor, 'restarting');
    await supervisor.ready();
    expect(alive(frozen)).toBe(false);
    expect(supervisor.pid).not.toBe(frozen);
    expect(states[0]).toBe('degraded');
  });

  it('frozen for a moment: it is ready again, the same process', async () => {
    const supervisor = supervise({ missed: 1000 });
    await supervisor.engine();
    const pid = supervisor.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    await state(supervisor, 'degraded');
    process.kill(pid, 'SIGCONT');
    await state(supervisor, 'ready');
    expect(supervisor.pid).toBe(pid);
  });

  it('crashing again and again: it is given up, with words', async () => {
    const supervisor = supervise({ crashes: 3 }, 'crash');
    expect(await codeOf(supervisor.engine())).toBe('ENGINE_FAILED');
    expect(supervisor.status).toMatchObject({ state: 'failed', error: { code: 'ENGINE_FAILED', params: { engine: 'toy', reason: 'exit code 7' } }, retryAt: null });
    expect(readFileSync(join(dataDir, 'logs', 'engine-sync.log'), 'utf8').match(/crash/g)?.length).toBe(3);
  });

  it('one that cannot work says why itself', async () => {
    const supervisor = supervise({ crashes: 2 }, 'broken');
    expect(await codeOf(supervisor.engine())).toBe('STORE_NEWER');
    expect(supervisor.status.error?.params).toEqual({ file: 'plans.sqlite', found: 9, known: 1 });
  });

  it('a long good life lets past crashes be forgotten', async () => {
    const supervisor = supervise({ crashes: 2, healthy: 0 });
    for (let i = 0; i < 4; i += 1) {
      await supervisor.ready();
      const pid = supervisor.pid ?? 0;
      process.kill(pid, 'SIGKILL');
      await state(supervisor, 'restarting');
    }
    await supervisor.ready();
    expect(supervisor.status.state).toBe('ready');
  });

  it('a program that cannot be started is a crash like any other', async () => {
    const supervisor: Toy = new Supervisor({
      name: 'toy',
      launch: () => childLauncher({ engines: TOY, dataDir, node: '/no/such/node' }).launch('sync'),
      connect: ({ wire }) => engineClient(toyContract, wire, 'toy'),
      times: { crashes: 2, backoffFirst: 10, backoffMost: 10 },
    });
    running.push(supervisor);
    supervisor.start();
    expect(await codeOf(supervisor.engine())).toBe('ENGINE_FAILED');
  });

  it('drained: it is asked to finish, leaves by itself, and is not started again', async () => {
    const supervisor = supervise();
    await supervisor.engine();
    const pid = supervisor.pid ?? 0;
    const states: string[] = [];
    supervisor.onState(() => states.push(supervisor.status.state));
    await Promise.all([supervisor.drain(), supervisor.drain()]);
    expect(states).toEqual(['draining', 'stopped']);
    expect(readFileSync(join(dataDir, 'drained'), 'utf8')).toBe(String(pid));
    expect(readFileSync(join(dataDir, 'closed'), 'utf8')).toBe(String(pid));
    expect(alive(pid)).toBe(false);
    expect(await codeOf(supervisor.engine())).toBe('ENGINE_DOWN');
  });

  it.each([['that does not finish', 'undrainable', 'SIGCONT'], ['that is frozen', '', 'SIGSTOP']] as const)('drained: one %s is ended hard at the limit', async (_case, mood, signal) => {
    const supervisor = supervise({ drain: 100, leave: 100 }, mood);
    await supervisor.engine();
    const pid = supervisor.pid ?? 0;
    process.kill(pid, signal);
    await supervisor.drain();
    expect(supervisor.status.state).toBe('stopped');
    expect(alive(pid)).toBe(false);
  });

  it('drained while it starts or restarts: nothing is left', async () => {
    const starting = supervise();
    const pid = starting.pid ?? 0;
    await starting.drain();
    expect(alive(pid)).toBe(false);
    const restarting = supervise({ backoffFirst: 60_000, backoffMost: 60_000 });
    await restarting.engine();
    process.kill(restarting.pid ?? 0, 'SIGKILL');
    await state(restarting, 'restarting');
    await restarting.drain();
    expect(restarting.status.state).toBe('stopped');
  });

  it('an engine ends with its parent, even one killed', async () => {
    const parent = fork(join(import.meta.dirname, 'toy-parent.ts'), [TOY, dataDir], { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    const [pid] = await once(parent, 'message') as [number];
    expect(alive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    while (alive(pid)) await new Promise((resolve) => { setTimeout(resolve, 20); });
    expect(existsSync(join(dataDir, 'closed'))).toBe(true);
  });
});
