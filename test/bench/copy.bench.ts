// `sluice sync` beside stock rsync, interleaved in one run: five kinds of work, on this machine and over SSH to loopback.
// SLUICE_BENCH_SCALE (1) scales sizes, SLUICE_BENCH_ROUNDS (3), SLUICE_BENCH_DIR (memory if there is room), SLUICE_BENCH_CASES (abcde), SLUICE_BENCH_MODES (local,ssh),
// SLUICE_BENCH_COMMAND (dist/sluice).
import { closeSync, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statfsSync, utimesSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { changeBlocks, makeTree, randomBytes, writeBig } from '../fixtures/tree.ts';
import { startPeer } from '../peers/start-peer.ts';
import { measure, median, type Measure } from './measure.ts';

const scale = Number(process.env['SLUICE_BENCH_SCALE'] ?? 1);
const rounds = Number(process.env['SLUICE_BENCH_ROUNDS'] ?? 3);
const wanted = process.env['SLUICE_BENCH_CASES'] ?? 'abcde';
const modes = (process.env['SLUICE_BENCH_MODES'] ?? 'local,ssh').split(',') as ('local' | 'ssh')[];
const files = Math.max(100, Math.round(20_000 * scale));
const bigSize = Math.max(1 << 20, Math.round(scale * 2 ** 30));
const root = resolve(import.meta.dirname, '../..');

function workFolder(): string {
  const given = process.env['SLUICE_BENCH_DIR'];
  const need = bigSize * 6 + 1e9;
  const roomy = (path: string): boolean => { try { const { bavail, bsize } = statfsSync(path); return bavail * bsize > need; } catch { return false; } };
  return mkdtempSync(join(given ?? (roomy('/dev/shm') ? '/dev/shm' : tmpdir()), 'sluice-bench-'));
}

const dir = workFolder();
const at = (name: string): string => join(dir, name);
const sshd = await startPeer('sshd');

/** The far rsync, leaving the CPU seconds it took. */
const farTimes = at('far-times');
const farRsync = at('far-rsync');
writeFileSync(farRsync, `#!/bin/bash\nTIMEFORMAT="%U %S"\nexec 3>&2 2>'${farTimes}'\ntime rsync "$@" 2>&3\n`, { mode: 0o755 });
const home = at('home');
mkdirSync(join(home, '.ssh'), { recursive: true });
writeFileSync(join(home, '.ssh/config'), `Host far\n  HostName ${sshd.host}\n  Port ${sshd.port}\n  User ${sshd.user}\n  IdentityFile ${sshd.key}\n`);
copyFileSync(sshd.knownHosts, join(home, '.ssh/known_hosts'));
const env = { HOME: home, SSH_AUTH_SOCK: '' };
const ssh = `ssh -F none -p ${sshd.port} -i ${sshd.key} -o UserKnownHostsFile=${sshd.knownHosts} -o BatchMode=yes -l ${sshd.user}`;
const built = join(root, 'dist/sluice');
const named = process.env['SLUICE_BENCH_COMMAND'];
const command = named !== undefined ? named.split(' ') : existsSync(built) ? [built] : [process.execPath, join(root, 'main/cli.ts')];

const tools = {
  // rsync does not wait for the disk: neither do we here
  sluice: (mode: 'local' | 'ssh', from: string, to: string, more: readonly string[]) => [...command, 'sync', '-a', '--no-fsync', ...more, ...(mode === 'ssh' ? [`--rsync-path=${farRsync}`] : []), from, mode === 'ssh' ? `far:${to}` : to],
  rsync: (mode: 'local' | 'ssh', from: string, to: string, more: readonly string[]) => ['rsync', '-a', ...more, ...(mode === 'ssh' ? ['-e', ssh, `--rsync-path=${farRsync}`] : []), from, mode === 'ssh' ? `${sshd.host}:${to}` : to],
};
type Tool = keyof typeof tools;

interface Case {
  readonly name: string;
  readonly from: () => string;
  /** Puts what stands at the target before the clock starts. */
  readonly before: (target: string) => void;
  readonly options: readonly string[];
}

function insertInFront(source: string, target: string): void {
  const [input, output] = [openSync(source, 'r'), openSync(target, 'w')];
  writeSync(output, randomBytes(1 << 20, 77));
  const chunk = Buffer.allocUnsafe(1 << 20);
  for (let got = readSync(input, chunk); got > 0; got = readSync(input, chunk)) writeSync(output, chunk, 0, got);
  closeSync(input);
  closeSync(output);
}

const nothing = (): void => {};
const oldBig = (target: string): void => { mkdirSync(target); copyFileSync(at('big/file'), join(target, 'file')); utimesSync(join(target, 'file'), 1e9, 1e9); };
const cases: Readonly<Record<string, Case>> = {
  a: { name: `${files.toLocaleString('en')} small files, first copy`, from: () => at('small/'), before: nothing, options: [] },
  b: { name: 'the same, nothing changed', from: () => at('small/'), before: (target) => { cpSync(at('small'), target, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true }); }, options: [] },
  c: { name: `${Math.round(bigSize / 2 ** 20)} MiB, first copy`, from: () => at('big/'), before: nothing, options: [] },
  d: { name: 'of it 1 % of 4K blocks changed, delta', from: () => at('changed/'), before: oldBig, options: ['--no-whole-file'] },
  e: { name: '1 MiB inserted in front, delta', from: () => at('inserted/'), before: oldBig, options: ['--no-whole-file'] },
};

function prepare(): void {
  if (/[ab]/.test(wanted)) makeTree(at('small'), { files, oddNames: false, sparse: false });
  if (!/[cde]/.test(wanted)) return;
  for (const name of ['big', 'changed', 'inserted']) mkdirSync(at(name));
  writeBig(at('big/file'), bigSize, 1);
  if (wanted.includes('d')) { copyFileSync(at('big/file'), at('changed/file')); changeBlocks(at('changed/file'), 0.01, 2); }
  if (wanted.includes('e')) insertInFront(at('big/file'), at('inserted/file'));
}

function farCpu(): number {
  try {
    const [user = 0, system = 0] = readFileSync(farTimes, 'utf8').trim().split(/\s+/).map(Number);
    rmSync(farTimes);
    return user + system;
  } catch {
    return 0;
  }
}

const inMemory = dir.startsWith('/dev/shm');
let serial = 0;
async function once(one: Case, mode: 'local' | 'ssh', tool: Tool): Promise<Measure> {
  const target = at(`target-${++serial}`);
  one.before(target);
  const result = await measure(tools[tool](mode, one.from(), `${target}/`, one.options), farCpu, env);
  if (inMemory) rmSync(target, { recursive: true }); // on a disk, removing would slow down what is timed next
  return result;
}

const results: { case: string; mode: string; tool: Tool; wall: number; cpu: number; rss: number; walls: number[] }[] = [];
try {
  prepare();
  console.log(`${rounds} rounds, interleaved, medians; ${inMemory ? 'in memory' : dir}; sluice by ${command.join(' ').replace(root, '.')}\n`);
  console.log(`${'case'.padEnd(42)} ${'mode'.padEnd(6)} ${'wall s: sluice / rsync'.padEnd(26)} ${'CPU s: sluice / rsync'.padEnd(26)} MiB: sluice / rsync`);
  for (const [letter, one] of Object.entries(cases)) {
    if (!wanted.includes(letter)) continue;
    for (const mode of modes) {
      const runs: Record<Tool, Measure[]> = { sluice: [], rsync: [] };
      for (let round = 0; round < rounds; round++) {
        const order: Tool[] = round % 2 === 0 ? ['rsync', 'sluice'] : ['sluice', 'rsync'];
        for (const tool of order) runs[tool].push(await once(one, mode, tool));
      }
      const [ours, theirs] = (['sluice', 'rsync'] as const).map((tool) => {
        const of = (key: keyof Measure): number => median(runs[tool].map((run) => run[key]));
        const row = { case: one.name, mode, tool, wall: of('wall'), cpu: of('cpu'), rss: of('rss'), walls: runs[tool].map(({ wall }) => Number(wall.toFixed(2))) };
        results.push(row);
        return row;
      });
      if (!ours || !theirs) continue;
      const pair = (key: 'wall' | 'cpu' | 'rss', digits: number): string => `${ours[key].toFixed(digits)} / ${theirs[key].toFixed(digits)} = ${(ours[key] / theirs[key]).toFixed(2)}`;
      console.log(`${one.name.padEnd(42)} ${mode.padEnd(6)} ${pair('wall', 2).padEnd(26)} ${pair('cpu', 2).padEnd(26)} ${pair('rss', 0)}`);
    }
  }
  console.log(`\n${JSON.stringify({ scale, rounds, results })}`);
} finally {
  await sshd.stop();
  rmSync(dir, { recursive: true, force: true });
}
