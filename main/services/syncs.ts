// Use cases of syncs: create, change, remove, show. A sync's state is told to it by plans and runs, never stored.
import { randomUUID } from 'node:crypto';
import type { PathRef, PlanSummary, Run, Sync, SyncOptions } from '../../preload/contract/domain.ts';
import { SluiceError } from '../../preload/contract/sluice-error.ts';
import { asBuffer, joinPath, nameOf, showName } from '../lib/bytes.ts';
import { CollectionTopic } from '../lib/topic.ts';
import type { RunRows } from '../store/runs.ts';
import type { Location, StoredSync, SyncRows } from '../store/syncs.ts';
import type { ActivityService } from './activity.ts';
import { commandLine } from './command-line.ts';
import type { EngineSource } from './engine-source.ts';
import { shownName, trimSlashes, type PathRefs } from './path-refs.ts';
import type { ServersService } from './servers.ts';

export class SyncsService {
  private readonly rows: SyncRows;
  private readonly runRows: RunRows;
  private readonly refs: PathRefs;
  private readonly servers: ServersService;
  private readonly engines: EngineSource;
  private readonly activity: ActivityService;
  private readonly now: () => number;
  private readonly topic: CollectionTopic<Sync>;
  private readonly plans = new Map<string, Pick<PlanSummary, 'id' | 'state'>>();
  private readonly active = new Map<string, Run>();
  private readonly listeners: ((id: string) => void)[] = [];

  constructor(deps: {
    readonly rows: SyncRows; readonly runRows: RunRows; readonly refs: PathRefs; readonly servers: ServersService;
    readonly engines: EngineSource; readonly activity: ActivityService; readonly now: () => number;
  }) {
    this.rows = deps.rows;
    this.runRows = deps.runRows;
    this.refs = deps.refs;
    this.servers = deps.servers;
    this.engines = deps.engines;
    this.activity = deps.activity;
    this.now = deps.now;
    this.topic = new CollectionTopic<Sync>(this.rows.all().map((sync) => this.shown(sync)));
  }

  watch(signal: AbortSignal): ReturnType<CollectionTopic<Sync>['watch']> {
    return this.topic.watch(signal);
  }

  /** PATH_BAD_REF, PATH_*, SYNC_BOTH_REMOTE, SYNC_INTO_ITSELF, SYNC_DELETES_SOURCE; both ends must be folders. */
  async create(input: { source: PathRef; target: PathRef; name?: string | undefined; options: SyncOptions }, signal: AbortSignal): Promise<Sync> {
    const source = this.refs.open(input.source);
    const target = this.refs.open(input.target);
    await this.check(source, target, input.options, signal);
    const where = target.place === 'local' ? (source.place === 'local' ? shownName(target.path) : this.servers.nameOf(source.place)) : this.servers.nameOf(target.place);
    const sync: StoredSync = {
      id: randomUUID(),
      name: input.name?.trim() || `${shownName(source.path)} → ${where}`.slice(0, 200),
      source, target, options: input.options, createdAt: this.now(),
    };
    this.rows.insert(sync);
    this.activity.record({ kind: 'syncCreated', params: { sync: sync.name }, link: `/syncs/${sync.id}` });
    return this.refresh(sync.id);
  }

  async change(input: { id: string; name?: string | undefined; options?: SyncOptions | undefined }, signal: AbortSignal): Promise<Sync> {
    const sync = this.stored(input.id);
    if (input.options) await this.check(sync.source, sync.target, input.options, signal);
    this.rows.update({ ...sync, name: input.name?.trim() || sync.name, options: input.options ?? sync.options });
    if (input.options) for (const listener of this.listeners) listener(sync.id);
    return this.refresh(sync.id);
  }

  /** The history stays. SYNC_ALREADY_RUNNING. */
  remove(id: string): void {
    const sync = this.stored(id);
    if (this.active.has(id)) throw SluiceError.of('SYNC_ALREADY_RUNNING', { sync: sync.name });
    this.rows.remove(id);
    this.plans.delete(id);
    this.topic.remove(id);
    for (const listener of this.listeners) listener(id);
  }

  command(id: string): string {
    const sync = this.stored(id);
    const server = (location: Location) => (location.place === 'local' ? null : this.servers.get(location.place));
    return commandLine(sync, server(sync.source), server(sync.target));
  }

  stored(id: string): StoredSync {
    const sync = this.rows.get(id);
    if (!sync) throw SluiceError.of('STORE_NOT_FOUND', { kind: 'sync', id });
    return sync;
  }

  /** Null when it has been removed. */
  find(id: string): StoredSync | null {
    return this.rows.get(id);
  }

  /** The folders a plan compares, with the layout applied. */
  roots(sync: StoredSync): { readonly left: Location; readonly right: Location } {
    return { left: sync.source, right: { place: sync.target.place, path: resultPath(sync.source.path, sync.target.path, sync.options) } };
  }

  /** Called after the options of a sync changed or it was removed. */
  onChange(listener: (id: string) => void): void {
    this.listeners.push(listener);
  }

  notePlan(syncId: string, plan: Pick<PlanSummary, 'id' | 'state'> | null): void {
    const old = this.plans.get(syncId);
    if (old?.id === plan?.id && old?.state === plan?.state) return;
    if (plan) this.plans.set(syncId, { id: plan.id, state: plan.state });
    else this.plans.delete(syncId);
    this.refreshIfThere(syncId);
  }

  noteRun(run: Run, active: boolean): void {
    const old = this.active.get(run.syncId);
    if (active) this.active.set(run.syncId, run);
    else this.active.delete(run.syncId);
    if (!active || old?.state !== run.state) this.refreshIfThere(run.syncId);
  }

  /** Every sync again, after a server was renamed. */
  refreshAll(): void {
    for (const sync of this.rows.all()) this.topic.upsert(this.shown(sync));
  }

  private async check(source: Location, target: Location, options: SyncOptions, signal: AbortSignal): Promise<void> {
    const shownSource = this.words(source, source.path);
    if (source.place !== 'local' && target.place !== 'local') throw SluiceError.of('SYNC_BOTH_REMOTE', { source: shownSource, target: this.words(target, target.path) });
    const engine = await this.engines.engine();
    const real = async (location: Location): Promise<Buffer> => this.servers.noticing(location.place, async () => {
      const folder = await engine.folder({ at: { place: await this.servers.place(location.place), path: location.path } }, signal);
      return trimSlashes(folder.path);
    });
    const realSource = await real(source);
    const realTarget = await real(target);
    if (source.place !== target.place) return;
    const result = options.layout === 'inside' ? joinPath(realTarget, nameOf(source.path)) : realTarget;
    if (isWithin(result, realSource)) throw SluiceError.of('SYNC_INTO_ITSELF', { source: shownSource, target: showName(result) });
    if (options.delete && isWithin(realSource, result)) throw SluiceError.of('SYNC_DELETES_SOURCE', { source: shownSource, target: showName(result) });
  }

  private words(location: Location, path: Uint8Array): string {
    return location.place === 'local' ? showName(path) : `${this.servers.nameOf(location.place)}:${showName(path)}`;
  }

  private refresh(id: string): Sync {
    const shown = this.shown(this.stored(id));
    this.topic.upsert(shown);
    return shown;
  }

  private refreshIfThere(id: string): void {
    const sync = this.rows.get(id);
    if (sync) this.topic.upsert(this.shown(sync));
  }

  private shown(sync: StoredSync): Sync {
    const newest = this.runRows.newestOf(sync.id);
    const plan = this.plans.get(sync.id);
    const { right } = this.roots(sync);
    return {
      id: sync.id, name: sync.name, source: this.refs.shown(sync.source), target: this.refs.shown(sync.target),
      result: this.words(right, right.path), options: sync.options,
      state: this.stateOf(sync.id, newest), planId: plan?.id ?? null,
      lastRun: newest && { id: newest.id, state: newest.state, endedAt: newest.endedAt }, createdAt: sync.createdAt,
    };
  }

  private stateOf(id: string, newest: Run | null): Sync['state'] {
    const run = this.active.get(id);
    if (run) return run.state === 'paused' ? 'paused' : 'running';
    const plan = this.plans.get(id)?.state;
    if (plan === 'scanning') return 'previewing';
    if (plan === 'ready') return 'ready';
    if (plan === 'failed') return 'attention';
    return newest && ['failed', 'partial', 'interrupted'].includes(newest.state) ? 'attention' : 'idle';
  }
}

/** Where the bytes go: `inside` puts the folder itself into the target, `contents` makes the target equal to it. */
export function resultPath(source: Uint8Array, target: Uint8Array, options: Pick<SyncOptions, 'layout'>): Buffer {
  return options.layout === 'inside' ? joinPath(target, nameOf(source)) : asBuffer(target);
}

/** Both absolute, without slashes at the end. A folder is within itself. */
export function isWithin(path: Buffer, folder: Buffer): boolean {
  if (path.equals(folder) || (folder.length === 1 && folder[0] === 0x2f)) return true;
  return path.length > folder.length && path[folder.length] === 0x2f && path.subarray(0, folder.length).equals(folder);
}
