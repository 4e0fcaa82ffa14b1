// What the engine's interop tests share: an engine of its own files, trees of odd content, and two independent eyes on the result.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, lstatSync, lutimesSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, readlinkSync, rmSync, symlinkSync, utimesSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeSyncEngine, type ComposedSyncEngine } from '../../main/app/engine-process/compose-sync.ts';
import type { Endpoint, RunEvent, ServerAccess } from '../../main/engines/sync/api.ts';
import type { PlanRow, PlanSummary, RunReport, SyncOptions } from '../../preload/contract/domain.ts';
import type { z } from 'zod';
import type { RunningPeer } from '../peers/start-peer.ts';

export const WORKER = resolve(import.meta.dirname, '../../main/engines/sync/workers/worker.ts');

export const OPTIONS: SyncOptions = {
  layout: 'contents', delete: true, checksum: false, update: false, links: true, perms: true, times: true, owner: true, group: true, devices: true,
  compress: false, wholeFile: false, inplace: false, partial: false, filters: [],
};

export interface Bench extends ComposedSyncEngine {
  readonly folder: string;
  /** Closes the engine and removes the folder. */
  end(): Promise<void>;
}

export function makeBench(): Bench {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-engine-'));
  const made = makeSyncEngine({ plansFile: join(folder, 'plans.sqlite'), workerEntry: WORKER });
  return { ...made, folder, end: async () => { await made.close(); rmSync(folder, { recursive: true, force: true }); } };
}

export function accessOf(sshd: RunningPeer<'sshd'>, more: Partial<ServerAccess> = {}): ServerAccess {
  return {
    name: 'peer', host: sshd.host, port: sshd.port, user: sshd.user, alias: null, auth: { kind: 'key', path: sshd.key }, transport: 'ssh2',
    hostKeys: [{ type: 'ssh-ed25519', sha256: sshd.fingerprint }], ...more,
  };
}

export const here = (path: string | Uint8Array): Endpoint => ({ place: { kind: 'local' }, path: Buffer.from(path as string) });
export const there = (access: ServerAccess, path: string): Endpoint => ({ place: { kind: 'ssh', access }, path: Buffer.from(path) });

let counter = 0;

export interface Job {
  readonly left: Endpoint;
  readonly right: Endpoint;
  readonly options?: Partial<SyncOptions>;
}

export async function planOf({ engine }: Bench, { left, right, options }: Job): Promise<PlanSummary> {
  const planId = `plan-${++counter}`;
  let last: PlanSummary | undefined;
  for await (const summary of engine.plan({ planId, syncId: `sync-${planId}`, left, right, options: { ...OPTIONS, ...options } })) last = summary;
  if (!last) throw new Error('no summary came');
  return last;
}

export async function rowsOf({ engine }: Bench, plan: Pick<PlanSummary, 'id'>): Promise<PlanRow[]> {
  return (await engine['plan.rows']({ planId: plan.id, chip: 'all', search: '', offset: 0, limit: 100_000 })).rows;
}

export interface Outcome {
  readonly state: string;
  readonly report: z.output<typeof RunReport>;
  readonly error: string | null;
  readonly exitCode: number;
  readonly rows: Extract<RunEvent, { type: 'row' }>[];
  readonly events: RunEvent[];
}

export async function runOf({ engine }: Bench, plan: Pick<PlanSummary, 'id' | 'token'>, job: Job, onEvent: (event: RunEvent, runId: string) => void = () => {}, onStart: (runId: string) => void = () => {}): Promise<Outcome> {
  const events: RunEvent[] = [];
  const runId = `run-${++counter}`;
  const stream = engine.run({ runId, planId: plan.id, left: job.left, right: job.right, options: { ...OPTIONS, ...job.options }, token: plan.token, fsync: false })[Symbol.asyncIterator]();
  let next = stream.next(); // the run begins with the first question, and has touched nothing yet
  onStart(runId);
  for (let result = await next; !result.done; result = await next) {
    events.push(result.value);
    onEvent(result.value, runId);
    next = stream.next();
  }
  const end = events.at(-1);
  if (end?.type !== 'end') throw new Error('the run did not end with `end`');
  return { state: end.state, report: end.report, error: end.error?.code ?? null, exitCode: end.report.exitCode, rows: events.filter((event) => event.type === 'row'), events };
}

export async function planAndRun(bench: Bench, job: Job): Promise<Outcome & { readonly plan: PlanSummary }> {
  const plan = await planOf(bench, job);
  return { plan, ...(await runOf(bench, plan, job)) };
}

/** Bytes that are the same on every machine and do not compress. */
export function noise(length: number, seed: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0, i = 0; at < length; at += 64, i++) parts.push(createHash('sha512').update(`${seed}:${i}`).digest());
  return Buffer.concat(parts).subarray(0, length);
}

/** Small files in nested folders, links, odd names, a sparse file, sub-second times, empty folders; `bigBytes` of one large file. */
export function makeTree(root: string, { files, bigBytes = 0 }: { readonly files: number; readonly bigBytes?: number }): void {
  mkdirSync(root, { recursive: true });
  const content = noise(1 << 16, files);
  for (let i = 0; i < files; i++) {
    const folder = join(root, `d${i % 89}`, `e${i % 7}`);
    if (i < 89 * 7) mkdirSync(folder, { recursive: true });
    const file = join(folder, `f${i}`);
    writeFileSync(file, content.subarray(i % 4096, (i % 4096) + (i * 37) % 6000));
    utimesSync(file, 1_600_000_000 + i, 1_600_000_000 + i + 0.25);
  }
  const raw = (name: Buffer | string, text: string): void => { writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name as string)]), text); };
  raw(Buffer.from([0x62, 0xff, 0xfe, 0x64]), 'not UTF-8');
  raw('new\nline', 'line');
  raw(' spaces and "quotes" \'single\' $HOME `id` \\back*?[x]', 'shell');
  raw('-rf', 'dash');
  raw('中文 émoji 🙂', 'unicode');
  raw('n'.repeat(255), 'long');
  raw('empty', '');
  symlinkSync('d1/e1', join(root, 'link'));
  symlinkSync('/nowhere/at/all', join(root, 'dangling'));
  lutimesSync(join(root, 'dangling'), 1_500_000_001, 1_500_000_001.75);
  lutimesSync(join(root, 'link'), 1_500_000_000, 1_500_000_000.5);
  mkdirSync(join(root, 'void/of/nothing'), { recursive: true });
  const sparse = openSync(join(root, 'sparse'), 'w', 0o640);
  ftruncateSync(sparse, 3 << 20);
  writeSync(sparse, 'middle', 1 << 20);
  closeSync(sparse);
  if (bigBytes > 0) {
    const big = openSync(join(root, 'big.bin'), 'w');
    const block = noise(1 << 20, 7);
    for (let at = 0; at < bigBytes; at += block.length) {
      block.writeUInt32LE(at, 0);
      for (let page = 4096; page < block.length; page += 4096) block.writeUInt32LE(at + page, page);
      writeSync(big, block, 0, Math.min(block.length, bigBytes - at));
    }
    closeSync(big);
  }
  utimesSync(join(root, 'void'), 1_400_000_000.125, 1_400_000_000.125);
}

/** What stock rsync would still do; empty when it finds no difference. */
export function rsyncDifferences(left: string, right: string): string {
  return execFileSync('rsync', ['-ani', '--delete', `${left}/`, `${right}/`], { encoding: 'latin1', maxBuffer: 1 << 26 });
}

/** A line for each item, by our own walk: kind, mode, owner, time, size, digest or target. Folders' times by the second: rsync sets no closer one again. */
export function walk(root: string): string[] {
  const lines: string[] = [];
  const visit = (folder: Buffer, below: Buffer): void => {
    for (const name of (readdirSync(folder, { encoding: 'buffer' }) as Buffer[]).sort(Buffer.compare)) {
      const path = Buffer.concat([folder, Buffer.from('/'), name]);
      const shown = Buffer.concat([below, name]);
      const stats = lstatSync(path, { bigint: true });
      const what = stats.isFile() ? createHash('sha1').update(readFileSync(path)).digest('hex') : stats.isSymbolicLink() ? readlinkSync(path) : '';
      lines.push([shown.toString('latin1'), stats.mode.toString(8), stats.uid, stats.gid, stats.isDirectory() ? stats.mtimeNs / 1_000_000_000n : stats.mtimeNs / 1_000_000n, stats.isDirectory() ? '' : stats.size, what].join(' '));
      if (stats.isDirectory()) visit(path, Buffer.concat([shown, Buffer.from('/')]));
    }
  };
  visit(Buffer.from(root), Buffer.alloc(0));
  return lines;
}

/** Names of temporary files that were left anywhere below `root`. */
export function leftovers(root: string): string[] {
  return (readdirSync(root, { recursive: true }) as string[]).filter((path) => /(^|\/)\.[^/]+\.[A-Za-z0-9]{6}$/.test(path));
}

export const isRoot = process.getuid?.() === 0;

/** A small disk of its own, or null with the reason when it cannot be had. */
export function smallDisk(path: string, bytes: number): { readonly unmount: () => void } | string {
  if (!isRoot) return 'mounting a tmpfs needs root';
  mkdirSync(path, { recursive: true });
  const made = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'sluice-test', path], { encoding: 'utf8' });
  if (made.status !== 0) return `no tmpfs here: ${made.stderr.trim()}`;
  return { unmount: () => { spawnSync('umount', ['-l', path]); } };
}
