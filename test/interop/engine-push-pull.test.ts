// A generated tree pushed to and pulled from a stock sshd and rsync, over both transports, seen by rsync and by our own walk.
import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { peerProblem, startPeer, type RunningPeer } from '../peers/start-peer.ts';
import { accessOf, here, leftovers, makeBench, makeTree, noise, planAndRun, planOf, rowsOf, rsyncDifferences, runOf, there, walk, type Bench } from './engine-support.ts';

const FILES = Number(process.env['SLUICE_TEST_FILES'] ?? 20_000);
const BIG = Number(process.env['SLUICE_TEST_BIG_MB'] ?? 200) << 20;
const problem = peerProblem('sshd') ?? peerProblem('rsyncd');

describe.skipIf(problem !== null)(`push and pull with a stock sshd and rsync${problem ? ` (skipped: ${problem})` : ''}`, () => {
  let sshd: RunningPeer<'sshd'>;
  let bench: Bench;
  const at = (name: string): string => join(bench.folder, name);
  beforeAll(async () => {
    sshd = await startPeer('sshd');
    bench = makeBench();
    makeTree(at('tree'), { files: FILES, bigBytes: BIG });
    makeTree(at('small'), { files: 300 });
  });
  afterAll(async () => {
    await bench?.end();
    await sshd?.stop();
  });

  it('a pushed tree is alike to the byte, the millisecond and the owner; a second plan has no rows', async () => {
    const job = { left: here(at('tree')), right: there(accessOf(sshd), at('pushed')) };
    const { plan, state, report, rows } = await planAndRun(bench, job);
    expect(plan).toMatchObject({ state: 'ready', error: null });
    expect({ state, failed: report.failed, exitCode: report.exitCode }).toEqual({ state: 'done', failed: 0, exitCode: 0 });
    expect(rows.length).toBe(plan.rows);
    expect(rsyncDifferences(at('tree'), at('pushed'))).toBe('');
    expect(walk(at('pushed'))).toEqual(walk(at('tree')));
    expect(await planOf(bench, job)).toMatchObject({ rows: 0, state: 'ready' });
  });

  it('a pulled tree is alike as well, and a second plan has no rows', async () => {
    const job = { left: there(accessOf(sshd), at('tree')), right: here(at('pulled')) };
    const { plan, state, report } = await planAndRun(bench, job);
    expect(plan).toMatchObject({ state: 'ready', error: null });
    expect({ state, failed: report.failed, exitCode: report.exitCode }).toEqual({ state: 'done', failed: 0, exitCode: 0 });
    expect(rsyncDifferences(at('tree'), at('pulled'))).toBe('');
    expect(walk(at('pulled'))).toEqual(walk(at('tree')));
    expect(await planOf(bench, job)).toMatchObject({ rows: 0, state: 'ready' });
  });

  it('of a big file with 1 % of its 4 KiB blocks changed, under 12 % travel, in both directions', async () => {
    const source = at('tree/big.bin');
    const fd = openSync(source, 'r+');
    const blocks = BIG / 4096;
    const fresh = noise(4096, 99);
    for (let i = 0; i < blocks / 100; i++) writeSync(fd, fresh, 0, 4096, ((i * 100 + (i * 7) % 100) % blocks) * 4096);
    closeSync(fd);
    const push = await planAndRun(bench, { left: here(at('tree')), right: there(accessOf(sshd), at('pushed')) });
    expect(push).toMatchObject({ state: 'done', report: { updated: 1 } });
    expect(push.report.sent).toBeLessThan(BIG * 0.12);
    expect(push.report.literal + push.report.matched).toBe(BIG);
    const pull = await planAndRun(bench, { left: there(accessOf(sshd), at('tree')), right: here(at('pulled')) });
    expect(pull).toMatchObject({ state: 'done', report: { updated: 1 } });
    expect(pull.report.received).toBeLessThan(BIG * 0.12);
    for (const copy of ['pushed', 'pulled']) execFileSync('cmp', [source, at(`${copy}/big.bin`)]);
  });

  it.each(['ssh2', 'openssh'] as const)('changes, deletes and type changes arrive over %s in both directions as the plan said', async (transport) => {
    const access = accessOf(sshd, { transport });
    for (const [name, job] of [
      ['push', { left: here(at(`a-push-${transport}`)), right: there(access, at(`b-push-${transport}`)) }],
      ['pull', { left: there(access, at(`a-pull-${transport}`)), right: here(at(`b-pull-${transport}`)) }],
    ] as const) {
      const [a, b] = [at(`a-${name}-${transport}`), at(`b-${name}-${transport}`)];
      execFileSync('cp', ['-a', at('small'), a]);
      expect(await planAndRun(bench, job)).toMatchObject({ state: 'done' });
      writeFileSync(join(a, 'new file'), 'new');
      writeFileSync(join(a, 'd1/e1/f1'), 'changed in size');
      utimesSync(join(a, 'd2/e2/f2'), 1_234_567_890, 1_234_567_890);
      execFileSync('chmod', ['600', join(a, 'd3/e3/f3')]);
      rmSync(join(a, 'd4'), { recursive: true });
      rmSync(join(a, 'link'));
      writeFileSync(join(a, 'link'), 'a file now');
      rmSync(join(a, 'd5'), { recursive: true });
      writeFileSync(join(a, 'd5'), 'a file where a folder was');
      renameSync(join(a, 'empty'), join(a, 'void/of/empty'));
      writeFileSync(join(b, 'only on the right'), 'to go');
      const expected = rsyncDifferences(a, b).split('\n').filter((line) => line !== '');
      const plan = await planOf(bench, job);
      const rows = await rowsOf(bench, plan);
      expect(rows.filter((row) => row.action === 'delete').length).toBeGreaterThan(0);
      expect(await runOf(bench, plan, job)).toMatchObject({ state: 'done', report: { failed: 0, recheck: 0 } });
      expect(expected.length).toBeGreaterThan(0);
      expect(rsyncDifferences(a, b)).toBe('');
      expect(walk(b)).toEqual(walk(a));
    }
  });

  it('a skipped row is left alone, a reversed one goes the other way', async () => {
    for (const name of ['push', 'pull'] as const) {
      const [a, b] = [at(`skip-a-${name}`), at(`skip-b-${name}`)];
      execFileSync('cp', ['-a', at('small'), a]);
      execFileSync('cp', ['-a', at('small'), b]);
      writeFileSync(join(a, 'stays here'), 'x');
      writeFileSync(join(a, 'comes'), 'new on the left');
      writeFileSync(join(b, 'goes back'), 'only right');
      writeFileSync(join(b, 'd1/e1/f1'), 'better on the right');
      const access = accessOf(sshd);
      const job = name === 'push' ? { left: here(a), right: there(access, b) } : { left: there(access, a), right: here(b) };
      const plan = await planOf(bench, job);
      const rows = await rowsOf(bench, plan);
      const id = (path: string): number => rows.find((row) => row.path === path)?.id ?? -1;
      await bench.engine['plan.decide']({ planId: plan.id, what: { rows: [id('stays here')], below: false }, decision: 'skip' });
      const decided = await bench.engine['plan.decide']({ planId: plan.id, what: { rows: [id('goes back'), id('d1/e1/f1')], below: false }, decision: 'reverse' });
      expect(await runOf(bench, decided, job)).toMatchObject({ state: 'done', report: { failed: 0, recheck: 0 } });
      expect(existsSync(join(b, 'stays here'))).toBe(false);
      expect(readFileSync(join(b, 'comes'), 'utf8')).toBe('new on the left');
      expect(readFileSync(join(a, 'goes back'), 'utf8')).toBe('only right');
      expect(readFileSync(join(a, 'd1/e1/f1'), 'utf8')).toBe('better on the right');
      await expect(runOf(bench, plan, job)).rejects.toMatchObject({ code: expect.stringMatching(/PLAN_WRONG_TOKEN/) });
    }
  });

  it('what changed after the preview is not touched and becomes a row to check again', async () => {
    for (const name of ['push', 'pull'] as const) {
      const [a, b] = [at(`drift-a-${name}`), at(`drift-b-${name}`)];
      execFileSync('cp', ['-a', at('small'), a]);
      execFileSync('cp', ['-a', at('small'), b]);
      for (const side of [a, b]) mkdirSync(join(side, 'x'));
      writeFileSync(join(a, 'd1/e1/f1'), 'left changed');
      writeFileSync(join(a, 'd2/e2/f2'), 'left changed');
      writeFileSync(join(a, 'd3/e3/f3'), 'left changed');
      writeFileSync(join(b, 'old'), 'to be deleted');
      const access = accessOf(sshd);
      const job = name === 'push' ? { left: here(a), right: there(access, b) } : { left: there(access, a), right: here(b) };
      const plan = await planOf(bench, job);
      writeFileSync(join(a, 'd1/e1/f1'), 'and changed again on the left');
      writeFileSync(join(b, 'd2/e2/f2'), 'precious work on the right');
      writeFileSync(join(b, 'old'), 'somebody wrote here meanwhile');
      // Older than five seconds: the far side is looked at again.
      const outcome = await late(plan, job);
      expect(outcome).toMatchObject({ state: 'partial', exitCode: 23 });
      expect(outcome.rows.filter((row) => row.state === 'recheck').map((row) => row.path).sort()).toEqual(['d1/e1/f1', 'd2/e2/f2', 'old']);
      expect(readFileSync(join(b, 'd2/e2/f2'), 'utf8')).toBe('precious work on the right');
      expect(readFileSync(join(b, 'old'), 'utf8')).toBe('somebody wrote here meanwhile');
      expect(readFileSync(join(b, 'd3/e3/f3'), 'utf8')).toBe('left changed');
    }
  });

  /** Runs a plan in a second engine on the same table: to it the plan is old. */
  async function late(plan: { id: string; token: string }, job: Parameters<typeof runOf>[2]): ReturnType<typeof runOf> {
    const { makeSyncEngine } = await import('../../main/app/engine-process/compose-sync.ts');
    const { WORKER } = await import('./engine-support.ts');
    const second = makeSyncEngine({ plansFile: join(bench.folder, 'plans.sqlite'), workerEntry: WORKER });
    try {
      return await runOf({ ...bench, ...second }, plan, job);
    } finally {
      await second.close();
    }
  }

  it('a connection cut in the middle of a file ends the run, leaves nothing half-written, and the next run completes it', async () => {
    for (const name of ['push', 'pull'] as const) {
      const [a, b] = [at(`cut-a-${name}`), at(`cut-b-${name}`)];
      makeTree(a, { files: 50, bigBytes: 64 << 20 });
      const access = accessOf(sshd, { name: `cut ${name}` });
      const job = name === 'push' ? { left: here(a), right: there(access, b) } : { left: there(access, a), right: here(b) };
      const plan = await planOf(bench, job);
      let cut = false;
      const outcome = await runOf(bench, plan, job, (event) => {
        if (cut || event.type !== 'progress' || event.progress.bytesDone < (4 << 20)) return;
        cut = true;
        killSessions(sshd.pid);
      });
      expect(cut).toBe(true);
      expect(outcome).toMatchObject({ state: 'interrupted', error: 'SSH_LOST', exitCode: 255 });
      if (existsSync(join(b, 'big.bin'))) expect(statSync(join(b, 'big.bin')).size).toBe(64 << 20);
      const again = await runOf(bench, plan, job);
      expect(again).toMatchObject({ state: 'done', report: { failed: 0, recheck: 0 } });
      expect(rsyncDifferences(a, b)).toBe('');
      if (name === 'pull') expect(leftovers(b)).toEqual([]);
    }
  });
});

/** Kills the processes that serve connections, not the listener. */
function killSessions(listener: number): void {
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(listener)], { encoding: 'utf8' }).split('\n').map((line) => Number(line.trim())).filter((pid) => pid > 0);
  for (const pid of children) {
    const below = execFileSync('sh', ['-c', `ps -o pid= --ppid ${pid} || true`], { encoding: 'utf8' }).split('\n').map((line) => Number(line.trim())).filter((child) => child > 0);
    for (const target of [...below, pid]) {
      try { process.kill(target, 'SIGKILL'); } catch { /* it ended by itself */ }
    }
  }
}
