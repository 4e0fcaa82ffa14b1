// What goes wrong in the field, with the real peers: each has its own error, and nothing is lost.
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { peerProblem, startPeer, type RunningPeer } from '../peers/start-peer.ts';
import { accessOf, here, isRoot, leftovers, makeBench, noise, planAndRun, planOf, rowsOf, runOf, smallDisk, there, type Bench, type Job } from './engine-support.ts';

const problem = peerProblem('sshd') ?? peerProblem('rsyncd');
const WAYS = ['local', 'push', 'pull'] as const;

describe.skipIf(problem !== null)(`bad input${problem ? ` (skipped: ${problem})` : ''}`, () => {
  let bench: Bench;
  let sshd: RunningPeer<'sshd'>;
  beforeAll(async () => {
    bench = makeBench();
    sshd = await startPeer('sshd');
  });
  afterAll(async () => {
    await bench?.end();
    await sshd?.stop();
  });
  let count = 0;
  /** Two fresh folders and the job between them. */
  const pair = (way: (typeof WAYS)[number], options: Job['options'] = {}): { a: string; b: string; job: Job } => {
    const base = join(bench.folder, `pair-${++count}`);
    const [a, b] = [join(base, 'a'), join(base, 'b')];
    mkdirSync(a, { recursive: true });
    mkdirSync(b);
    const access = accessOf(sshd);
    return { a, b, job: { left: way === 'pull' ? there(access, a) : here(a), right: way === 'push' ? there(access, b) : here(b), options } };
  };

  it.each(WAYS)('%s: a left folder that does not exist is PATH_NOT_FOUND', async (way) => {
    const { a, job } = pair(way);
    rmSync(a, { recursive: true });
    expect(await planOf(bench, job)).toMatchObject({ state: 'failed', error: { code: 'PATH_NOT_FOUND' } });
  });

  it.each(WAYS)('%s: a file that vanished after the preview is FILE_VANISHED, exit 24, the others arrive', async (way) => {
    const { a, b, job } = pair(way);
    for (const name of ['one', 'two', 'three']) writeFileSync(join(a, name), name);
    const plan = await planOf(bench, job);
    rmSync(join(a, 'two'));
    const { state, exitCode, rows } = await runOf(bench, plan, job);
    expect({ state, exitCode }).toEqual({ state: 'partial', exitCode: 24 });
    expect(rows.filter((row) => row.state !== 'done')).toMatchObject([{ path: 'two', state: 'failed', error: { code: 'FILE_VANISHED' } }]);
    expect(readdirSync(b).sort()).toEqual(['one', 'three']);
  });

  it.each(WAYS)('%s: a folder with something in it is not replaced by a file without deletion: FILE_TYPE_IN_THE_WAY', async (way) => {
    const { a, b, job } = pair(way, { delete: false });
    writeFileSync(join(a, 'x'), 'a file');
    mkdirSync(join(b, 'x'));
    writeFileSync(join(b, 'x/inner'), 'precious');
    const { state, exitCode, rows } = await planAndRun(bench, job);
    expect({ state, exitCode }).toEqual({ state: 'partial', exitCode: 23 });
    expect(rows.filter((row) => row.state === 'failed')).toMatchObject([{ path: 'x', error: { code: 'FILE_TYPE_IN_THE_WAY' } }]);
    expect(readFileSync(join(b, 'x/inner'), 'utf8')).toBe('precious');
  });

  it.each(['push', 'pull', 'local'] as const)('%s: a target that is a file is refused in words', async (way) => {
    const { a, b, job } = pair(way);
    writeFileSync(join(a, 'x'), 'x');
    rmSync(b, { recursive: true });
    writeFileSync(b, 'I am a file');
    expect(await planOf(bench, job)).toMatchObject({ state: 'failed', error: { code: 'PATH_NOT_A_FOLDER' } });
    expect(readFileSync(b, 'utf8')).toBe('I am a file');
  });

  it.each(WAYS)('%s: a folder at the target that is a link is never followed', async (way) => {
    const { a, b, job } = pair(way);
    const outside = join(bench.folder, `outside-${count}`);
    mkdirSync(outside);
    mkdirSync(join(a, 'd'));
    writeFileSync(join(a, 'd/f'), 'new');
    mkdirSync(join(b, 'd'));
    const plan = await planOf(bench, job);
    rmSync(join(b, 'd'), { recursive: true });
    symlinkSync(outside, join(b, 'd'));
    await runOf(bench, plan, job);
    if (way !== 'push') expect(readdirSync(outside)).toEqual([]);
  });

  it.each(WAYS)('%s: links in a circle are links and end nothing', async (way) => {
    const { a, b, job } = pair(way);
    symlinkSync('loop', join(a, 'loop'));
    symlinkSync('..', join(a, 'up'));
    expect(await planAndRun(bench, job)).toMatchObject({ state: 'done', report: { copied: 2 } });
    expect(readdirSync(b).sort()).toEqual(['loop', 'up']);
  });

  it.each(WAYS)('%s: a full disk is FILE_NO_SPACE and leaves no half file under a final name', async (way) => {
    const { a, b, job } = pair(way);
    writeFileSync(join(a, 'big'), noise(6 << 20, 1));
    const disk = smallDisk(b, 2 << 20);
    if (typeof disk === 'string') { process.stderr.write(`skipped: ${disk}\n`); return; }
    try {
      const { state, exitCode, rows, error } = await planAndRun(bench, job);
      expect(['partial', 'failed']).toContain(state);
      expect([11, 23]).toContain(exitCode);
      expect(error ?? rows.find((row) => row.state === 'failed')?.error?.code).toBe('FILE_NO_SPACE');
      expect(existsSync(join(b, 'big'))).toBe(false);
      if (way !== 'push') expect(leftovers(b)).toEqual([]);
    } finally {
      disk.unmount();
    }
  });

  it('two runs of one plan, and two plans of one sync, at once are SYNC_ALREADY_RUNNING', async () => {
    const { a, job } = pair('local');
    for (let i = 0; i < 50; i++) writeFileSync(join(a, `f${i}`), noise(200_000, i));
    const plan = await planOf(bench, job);
    let second: Promise<unknown> | undefined;
    const first = runOf(bench, plan, job, () => { second ??= runOf(bench, plan, job).catch((error: unknown) => error); });
    expect(await first).toMatchObject({ state: 'done' });
    expect(await second).toMatchObject({ code: 'SYNC_ALREADY_RUNNING' });
  });

  it('a folder into itself is SYNC_INTO_ITSELF, two servers are SYNC_BAD_OPTION, a wrong rule is SYNC_BAD_FILTER', async () => {
    const { a, job } = pair('local');
    await expect(planOf(bench, { left: here(a), right: here(join(a, 'below')) })).rejects.toMatchObject({ code: 'SYNC_INTO_ITSELF' });
    const far = there(accessOf(sshd), a);
    await expect(planOf(bench, { left: far, right: far })).rejects.toMatchObject({ code: 'SYNC_BAD_OPTION' });
    expect(await planOf(bench, { ...job, options: { filters: ['? what'] } })).toMatchObject({ state: 'failed', error: { code: 'SYNC_BAD_FILTER' } });
  });

  it.each(['push', 'pull'] as const)('%s: no rsync there is RSYNC_MISSING with the command that installs it, noise is RSYNC_NOISE', async (way) => {
    const { a, b } = pair(way);
    const [missing, noisy] = [await startPeer('sshd', { noRsync: true }), await startPeer('sshd', { bannerNoise: true })];
    const jobOf = (peer: RunningPeer<'sshd'>): Job => ({ left: way === 'pull' ? there(accessOf(peer), a) : here(a), right: way === 'push' ? there(accessOf(peer), b) : here(b) });
    try {
      const refused = await planOf(bench, jobOf(missing));
      expect(refused).toMatchObject({ state: 'failed', error: { code: 'RSYNC_MISSING' } });
      expect(refused.error?.params['install']).toMatch(/rsync/);
      expect(await planOf(bench, jobOf(noisy))).toMatchObject({ state: 'failed', error: { code: 'RSYNC_NOISE' } });
    } finally {
      await missing.stop();
      await noisy.stop();
    }
  });

  it.each(['ssh2', 'openssh'] as const)('a refused login keeps its name when a session begins with it, over %s', async (transport) => {
    const { a } = pair('push');
    const other = await startPeer('sshd');
    try {
      const errorOf = async (more: Parameters<typeof accessOf>[1]): Promise<string | undefined> =>
        (await planOf(bench, { left: here(a), right: there(accessOf(sshd, { transport, ...more }), a) })).error?.code;
      expect(await errorOf({ hostKeys: [] })).toBe('SSH_HOST_KEY_UNKNOWN');
      expect(await errorOf({ hostKeys: [{ type: 'ssh-ed25519', sha256: `SHA256:${'A'.repeat(43)}` }] })).toBe('SSH_HOST_KEY_CHANGED');
      expect(await errorOf({ auth: { kind: 'key', path: other.key } })).toBe('SSH_AUTH');
    } finally {
      await other.stop();
    }
    expect(await planOf(bench, { left: here(a), right: there(accessOf(other, { transport }), a) })).toMatchObject({ state: 'failed', error: { code: 'SSH_CONNECT' } });
  });

  it('pause holds a run, resume lets it go on, stop ends it, and the same plan goes on where it ended', async () => {
    for (const way of WAYS) {
      const { a, b, job } = pair(way);
      for (let i = 0; i < 40; i++) writeFileSync(join(a, `f${i}`), noise(500_000, i));
      const plan = await planOf(bench, job);
      let paused = false;
      const stopped = await runOf(bench, plan, job, (event, runId) => {
        if (paused || event.type !== 'progress' || event.state !== 'paused') return;
        paused = true;
        expect(existsSync(b) ? readdirSync(b) : []).toEqual([]);
        void bench.engine['run.resume']({ runId }).then(() => bench.engine['run.stop']({ runId, how: 'afterFile' }));
      }, (runId) => { void bench.engine['run.pause']({ runId }); });
      expect(paused).toBe(true);
      expect(stopped).toMatchObject({ state: 'stopped', error: 'RUN_STOPPED', exitCode: 20 });
      expect(readdirSync(b).length).toBeLessThan(40);
      expect(await runOf(bench, plan, job)).toMatchObject({ state: 'done', report: { failed: 0, recheck: 0 } });
      expect(readdirSync(b).length).toBe(40);
      expect(leftovers(b)).toEqual([]);
    }
  });

  it.skipIf(!isRoot)('an unreadable file is a row of its own and deletions are off (needs root, to become somebody else)', async () => {
    const { a, b } = pair('local');
    for (const name of ['open', 'secret']) writeFileSync(join(a, name), name);
    mkdirSync(join(a, 'closed'));
    chmodSync(join(a, 'secret'), 0);
    chmodSync(join(a, 'closed'), 0);
    writeFileSync(join(b, 'only right'), 'stays');
    for (const folder of [bench.folder, join(a, '..'), a]) chmodSync(folder, 0o755);
    chownSync(b, 65534, 65534);
    const script = join(bench.folder, 'as-nobody.ts');
    const support = join(import.meta.dirname, 'engine-support.ts');
    writeFileSync(script, `
      const { makeBench, planOf, rowsOf, runOf, here } = await import(${JSON.stringify(support)});
      const bench = makeBench();
      const job = { left: here(${JSON.stringify(a)}), right: here(${JSON.stringify(b)}) };
      const plan = await planOf(bench, job);
      const rows = await rowsOf(bench, plan);
      const { state, exitCode } = await runOf(bench, plan, job);
      const after = await rowsOf(bench, plan);
      console.log(JSON.stringify({ error: plan.error?.code, deletes: plan.counts.delete, planned: rows.filter((r) => r.state === 'failed').map((r) => r.path), failed: after.filter((r) => r.state === 'failed').map((r) => [r.path, r.error.code]).sort(), state, exitCode }));
      await bench.end();
    `);
    const ran = spawnSync('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, script], { encoding: 'utf8', env: { ...process.env, HOME: '/tmp' } });
    if (ran.status !== 0 && /Permission denied|EACCES/.test(ran.stderr)) { process.stderr.write(`skipped: nobody cannot read the sources here\n${ran.stderr.slice(0, 300)}\n`); return; }
    expect(ran.stderr).not.toMatch(/Error/);
    expect(JSON.parse(ran.stdout.trim().split('\n').at(-1) ?? '')).toEqual({
      error: 'SCAN_DELETES_OFF', deletes: 0, planned: ['closed'], failed: [['closed', 'FILE_UNREADABLE'], ['secret', 'FILE_UNREADABLE']], state: 'partial', exitCode: 23,
    });
    expect(readdirSync(b)).toContain('only right');
  });

  it('a name that is too long for the target is FILE_NAME_TOO_LONG', async () => {
    const { a, b, job } = pair('local');
    mkdirSync(join(a, 'd'));
    spawnSync('sh', ['-c', `cd "$1" && for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21; do mkdir "$(printf 'y%.0s' $(seq 200))" && cd y*; done; echo x > f`, 'sh', join(a, 'd')]);
    const plan = await planOf(bench, job);
    const rows = await rowsOf(bench, plan);
    expect(rows.filter((row) => row.state === 'failed').map((row) => row.error?.code)).toContain('FILE_NAME_TOO_LONG');
    await runOf(bench, plan, job);
    expect(existsSync(join(b, 'd'))).toBe(true);
    spawnSync('rm', ['-rf', a, b]);
  });
});
