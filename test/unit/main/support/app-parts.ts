// Services over a real store in a temporary folder, a fake engine and a fake host, put together as the app does it.
import { onTestFinished } from 'vitest';
import type { Run, SyncOptions } from '../../../../preload/contract/domain.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { Host, HostNotification, TrayLine, TrayState, Vault } from '../../../../main/app/host.ts';
import { ActivityService } from '../../../../main/services/activity.ts';
import { FilesService } from '../../../../main/services/files.ts';
import { PathRefs } from '../../../../main/services/path-refs.ts';
import { PlansService } from '../../../../main/services/plans.ts';
import { RunsService } from '../../../../main/services/runs.ts';
import type { RunLocks } from '../../../../main/services/run-locks.ts';
import { ServersService } from '../../../../main/services/servers.ts';
import { SyncsService } from '../../../../main/services/syncs.ts';
import { ActivityRows } from '../../../../main/store/activity.ts';
import { openStore } from '../../../../main/store/open.ts';
import { PlanIndexRows } from '../../../../main/store/plan-index.ts';
import { RunRows } from '../../../../main/store/runs.ts';
import { ServerRows } from '../../../../main/store/servers.ts';
import { SyncRows } from '../../../../main/store/syncs.ts';
import { FakeControl } from './fake-engine.ts';
import { tempFolder } from './temp.ts';

export const OPTIONS: SyncOptions = {
  layout: 'inside', delete: false, checksum: false, update: false, links: true, perms: true, times: true, owner: true, group: true,
  devices: true, compress: false, wholeFile: false, inplace: false, partial: true, filters: [],
};

export class FakeVault implements Vault {
  readonly kind = 'passphrase' as const;
  locked = false;
  readonly secrets = new Map<string, string>();
  private readonly listeners: (() => void)[] = [];
  async create(): Promise<void> { this.locked = false; }
  async unlock(passphrase: string): Promise<void> {
    if (passphrase !== 'open sesame') throw SluiceError.of('VAULT_WRONG_PASSPHRASE', {});
    this.locked = false;
    for (const listener of this.listeners) listener();
  }
  async get(key: string): Promise<string | null> { this.check(); return this.secrets.get(key) ?? null; }
  async set(key: string, secret: string): Promise<void> { this.check(); this.secrets.set(key, secret); }
  async remove(key: string): Promise<void> { this.check(); this.secrets.delete(key); }
  onChange(listener: () => void): void { this.listeners.push(listener); }
  private check(): void { if (this.locked) throw SluiceError.of('VAULT_LOCKED', {}); }
}

export class FakeHost implements Host {
  readonly kind = 'browser' as const;
  readonly detail = 'test';
  readonly launcher = { launch: (): never => { throw new Error('the test gives the engine itself'); } };
  readonly vault = new FakeVault();
  readonly notifications: HostNotification[] = [];
  readonly trays: { state: TrayState; lines: readonly TrayLine[] }[] = [];
  readonly told: string[] = [];
  notify(notification: HostNotification): void { this.notifications.push(notification); }
  tray(state: TrayState, lines: readonly TrayLine[]): void { this.trays.push({ state, lines }); }
  locale(locale: string): void { this.told.push(`locale ${locale}`); }
  theme(theme: string): void { this.told.push(`theme ${theme}`); }
  quit(): void { this.told.push('quit'); }
}

export const NO_CONFIG = { blocks: [] };

export function parts(options: { dataDir?: string; control?: FakeControl; locks?: RunLocks } = {}) {
  const dataDir = options.dataDir ?? tempFolder();
  const clock = { now: Date.UTC(2026, 0, 1) };
  const now = (): number => clock.now;
  const store = openStore({ dataDir, now });
  const control = options.control ?? new FakeControl();
  const vault = new FakeVault();
  const refs = new PathRefs();
  const rows = { servers: new ServerRows(store.db), syncs: new SyncRows(store.db), runs: new RunRows(store.db), plans: new PlanIndexRows(store.db), activity: new ActivityRows(store.db) };
  const activity = new ActivityService({ rows: rows.activity, now });
  const servers = new ServersService({ rows: rows.servers, syncRows: rows.syncs, vault, engines: control, activity, now, sshConfig: async () => NO_CONFIG });
  const files = new FilesService({ refs, servers, engines: control });
  const syncs = new SyncsService({ rows: rows.syncs, runRows: rows.runs, refs, servers, engines: control, activity, now });
  const plans = new PlansService({ index: rows.plans, runRows: rows.runs, syncs, servers, engines: control, now });
  const runs = new RunsService({ rows: rows.runs, plans, syncs, servers, engines: control, activity, now, ...(options.locks ? { locks: options.locks } : {}) });
  const ended: Run[] = [];
  runs.onEnd((run) => ended.push(run));
  onTestFinished(() => { plans.close(); store.close(); });

  const signal = new AbortController().signal;
  const ref = (path: string, place = 'local'): string => refs.issue({ place, path: Buffer.from(path) });
  const makeSync = (change: Partial<SyncOptions> = {}) => syncs.create({ source: ref('/data/photos'), target: ref('/backup'), options: { ...OPTIONS, ...change } }, signal);
  const makePlan = async (syncId: string) => settled(plans.watch((await plans.create(syncId)).id, signal), (plan) => plan.state !== 'scanning');
  const runState = (id: string, ...states: Run['state'][]) => settled(runs.watch(id, signal), (run) => states.includes(run.state));
  return { dataDir, clock, store, control, fake: control.fake, vault, refs, rows, activity, servers, files, syncs, plans, runs, ended, signal, ref, makeSync, makePlan, runState };
}

/** The first value of a topic that `fits`. */
export async function settled<V>(items: AsyncIterable<{ value: V }>, fits: (value: V) => boolean): Promise<V> {
  for await (const { value } of items) if (fits(value)) return value;
  throw new Error('the topic ended first');
}

/** The whole collection as a new watcher sees it. */
export async function snapshot<E>(items: AsyncIterable<{ type: 'snapshot'; items: E[] } | { type: 'patch' }>): Promise<E[]> {
  for await (const item of items) if (item.type === 'snapshot') return item.items;
  throw new Error('the topic gave no snapshot');
}

export async function codeOf(work: Promise<unknown> | (() => unknown)): Promise<string> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    if (error instanceof SluiceError) return error.code;
    throw error;
  }
  return 'no error';
}
