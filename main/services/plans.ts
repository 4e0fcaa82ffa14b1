// Use cases of plans (previews): the engine makes them and holds their rows; here stands which one a sync has, and
// whether it may still be run: not after ten minutes, not after a run, not with other options.
import { randomUUID } from 'node:crypto';
import type { PlanChip, PlanDecision, PlanRow, PlanSummary, SyncOptions } from '../../preload/contract/domain.ts';
import type { ErrorInfo } from '../../preload/contract/errors.ts';
import { SluiceError, toErrorInfo } from '../../preload/contract/sluice-error.ts';
import { ValueTopic } from '../lib/topic.ts';
import type { PlanIndexRows } from '../store/plan-index.ts';
import type { RunRows } from '../store/runs.ts';
import type { StoredSync } from '../store/syncs.ts';
import type { EngineSource } from './engine-source.ts';
import type { ServersService } from './servers.ts';
import type { SyncsService } from './syncs.ts';

/** After this a plan has to be made anew, in milliseconds. */
export const PLAN_AGE = 10 * 60_000;

interface Entry {
  readonly id: string;
  readonly syncId: string;
  readonly options: SyncOptions;
  /** The engine's word, before age and runs are laid over it. */
  summary: PlanSummary;
  /** When it became ready. */
  readyAt: number;
  phase: 'kept' | 'running' | 'finished' | 'retired';
  scan: AbortController | null;
  timer: NodeJS.Timeout | null;
  readonly topic: ValueTopic<PlanSummary>;
}

export class PlansService {
  private readonly index: PlanIndexRows;
  private readonly runRows: RunRows;
  private readonly syncs: SyncsService;
  private readonly servers: ServersService;
  private readonly engines: EngineSource;
  private readonly now: () => number;
  private readonly entries = new Map<string, Entry>();

  constructor(deps: { readonly index: PlanIndexRows; readonly runRows: RunRows; readonly syncs: SyncsService; readonly servers: ServersService; readonly engines: EngineSource; readonly now: () => number }) {
    this.index = deps.index;
    this.runRows = deps.runRows;
    this.syncs = deps.syncs;
    this.servers = deps.servers;
    this.engines = deps.engines;
    this.now = deps.now;
    this.syncs.onChange((syncId) => this.syncChanged(syncId));
  }

  /** Starts a preview and drops the older ones. SYNC_ALREADY_RUNNING, VAULT_*, ENGINE_DOWN. */
  async create(syncId: string): Promise<PlanSummary> {
    const sync = this.syncs.stored(syncId);
    this.refuseIfRunning(sync);
    const { left, right } = this.syncs.roots(sync);
    const engine = await this.engines.engine();
    const places = { left: await this.servers.place(left.place), right: await this.servers.place(right.place) };
    this.refuseIfRunning(sync);

    const id = randomUUID();
    const createdAt = this.now();
    const lastPlan = this.runRows.newestOf(syncId)?.planId;
    this.index.insert({ id, syncId, createdAt, options: sync.options, state: 'kept' });
    for (const old of this.ofSync(syncId)) this.retire(old, old.id === lastPlan);
    this.index.retire(syncId, lastPlan === undefined ? [id] : [id, lastPlan]);

    const scan = new AbortController();
    const entry = this.enter({ id, syncId, options: sync.options, readyAt: createdAt, scan }, scanning(id, syncId, createdAt));
    const request = { planId: id, syncId, left: { place: places.left, path: left.path }, right: { place: places.right, path: right.path }, options: sync.options };
    void this.scan(entry, () => engine.plan(request, scan.signal), [left.place, right.place]);
    void this.forgetRetired();
    return this.view(entry);
  }

  /** Ends a scan; nothing else. */
  async cancel(id: string): Promise<void> {
    const entry = await this.entry(id);
    entry.scan?.abort();
  }

  async *watch(id: string, signal: AbortSignal): ReturnType<ValueTopic<PlanSummary>['watch']> {
    const entry = await this.entry(id);
    yield* entry.topic.watch(signal);
  }

  async rows(input: { id: string; chip: PlanChip; search: string; offset: number; limit: number }, signal: AbortSignal): Promise<{ rows: PlanRow[]; total: number; rev: number }> {
    const { id, ...window } = input;
    if (!this.index.get(id)) throw SluiceError.of('STORE_NOT_FOUND', { kind: 'plan', id });
    const engine = await this.engines.engine();
    return engine['plan.rows']({ planId: id, ...window }, signal);
  }

  /** PLAN_NOT_READY, PLAN_STALE, SYNC_ALREADY_RUNNING. */
  async decide(input: { id: string; what: { rows: number[]; below: boolean } | { chip: PlanChip }; decision: PlanDecision }, signal: AbortSignal): Promise<PlanSummary> {
    const entry = await this.entry(input.id);
    this.refuseUnlessReady(entry);
    const engine = await this.engines.engine();
    entry.summary = await engine['plan.decide']({ planId: entry.id, what: input.what, decision: input.decision }, signal);
    return this.publish(entry);
  }

  /** The plan a run may take, with its sync. PLAN_NOT_READY, PLAN_STALE, PLAN_WRONG_TOKEN, PLAN_GUARD, SYNC_ALREADY_RUNNING. */
  async forRun(input: { planId: string; token: string; deletionsSeen: boolean }): Promise<{ plan: PlanSummary; sync: StoredSync }> {
    const entry = await this.entry(input.planId);
    const plan = this.refuseUnlessReady(entry);
    if (plan.token !== input.token) throw SluiceError.of('PLAN_WRONG_TOKEN', {});
    if (plan.guard && !input.deletionsSeen) throw SluiceError.of('PLAN_GUARD', { deletes: plan.guard.deletes, total: plan.guard.total });
    return { plan, sync: this.syncs.stored(entry.syncId) };
  }

  /** Marks the plan as being run; `forRun` refuses it from now on. */
  began(planId: string): void {
    const entry = this.entries.get(planId);
    if (!entry) return;
    entry.phase = 'running';
    this.publish(entry);
  }

  /** A finished plan cannot be run again; an interrupted one keeps its place for going on with it. */
  ended(planId: string): void {
    this.index.finish(planId);
    const entry = this.entries.get(planId);
    if (!entry) return;
    if (entry.phase === 'running') entry.phase = 'finished';
    this.publish(entry);
    void this.reread(entry);
  }

  close(): void {
    for (const entry of this.entries.values()) {
      entry.scan?.abort();
      if (entry.timer) clearTimeout(entry.timer);
    }
  }

  private async scan(entry: Entry, start: () => AsyncIterable<PlanSummary>, places: readonly string[]): Promise<void> {
    let error: ErrorInfo | null = null;
    try {
      for await (const summary of start()) {
        entry.summary = summary;
        this.publish(entry);
      }
      if (entry.scan?.signal.aborted) error = SluiceError.of('APP_CANCELLED', {}).toInfo();
      else if (entry.summary.state === 'scanning') error = SluiceError.of('ENGINE_DOWN', { engine: 'sync' }).toInfo();
    } catch (thrown) {
      error = entry.scan?.signal.aborted ? SluiceError.of('APP_CANCELLED', {}).toInfo() : engineLost(thrown);
    }
    entry.scan = null;
    entry.readyAt = this.now();
    if (error) entry.summary = { ...entry.summary, state: 'failed', error };
    const failure = entry.summary.error;
    if (failure) for (const place of places) this.servers.notice(place, failure);
    if (entry.summary.state === 'ready') {
      for (const place of places) this.servers.works(place, 'all');
      entry.timer = setTimeout(() => this.publish(entry), PLAN_AGE + 1);
      entry.timer.unref();
    }
    this.publish(entry);
  }

  /** From memory, or from the store and the engine after a restart. STORE_NOT_FOUND. */
  private async entry(id: string): Promise<Entry> {
    const known = this.entries.get(id);
    if (known) return known;
    const stored = this.index.get(id);
    if (!stored) throw SluiceError.of('STORE_NOT_FOUND', { kind: 'plan', id });
    const engine = await this.engines.engine();
    let summary = await engine['plan.summary']({ planId: id });
    if (summary.state === 'scanning') summary = { ...summary, state: 'failed', error: SluiceError.of('RUN_INTERRUPTED', { reason: 'quit' }).toInfo() };
    const entry = this.entries.get(id) ?? this.enter({ id, syncId: stored.syncId, options: stored.options, readyAt: stored.createdAt, scan: null }, summary);
    if (stored.state === 'finished') entry.phase = 'finished';
    this.publish(entry);
    return entry;
  }

  private enter(facts: Pick<Entry, 'id' | 'syncId' | 'options' | 'readyAt' | 'scan'>, summary: PlanSummary): Entry {
    const entry: Entry = { ...facts, summary, phase: 'kept', timer: null, topic: new ValueTopic<PlanSummary>(summary) };
    this.entries.set(entry.id, entry);
    this.publish(entry);
    return entry;
  }

  private publish(entry: Entry): PlanSummary {
    const view = this.view(entry);
    entry.topic.set(view);
    if (entry.phase === 'retired') return view;
    const standing = view.state !== 'finished' && !(view.state === 'failed' && view.error?.code === 'APP_CANCELLED');
    this.syncs.notePlan(entry.syncId, standing ? view : null);
    return view;
  }

  private view(entry: Entry): PlanSummary {
    const { summary } = entry;
    if (entry.phase === 'running' || entry.phase === 'finished') return { ...summary, state: entry.phase };
    if (summary.state === 'scanning' || summary.state === 'failed') return summary;
    const options = this.syncs.find(entry.syncId)?.options;
    const stale = entry.phase === 'retired' || summary.state !== 'ready' || this.now() - entry.readyAt > PLAN_AGE || JSON.stringify(options) !== JSON.stringify(entry.options);
    return { ...summary, state: stale ? 'stale' : 'ready' };
  }

  private refuseUnlessReady(entry: Entry): PlanSummary {
    const view = this.view(entry);
    if (view.state === 'ready') return view;
    if (view.state === 'running') throw SluiceError.of('SYNC_ALREADY_RUNNING', { sync: this.syncs.find(entry.syncId)?.name ?? entry.syncId });
    throw view.state === 'stale' || view.state === 'finished' ? SluiceError.of('PLAN_STALE', {}) : SluiceError.of('PLAN_NOT_READY', {});
  }

  private refuseIfRunning(sync: StoredSync): void {
    if (this.ofSync(sync.id).some((entry) => entry.phase === 'running')) throw SluiceError.of('SYNC_ALREADY_RUNNING', { sync: sync.name });
  }

  private syncChanged(syncId: string): void {
    const gone = this.syncs.find(syncId) === null;
    for (const entry of this.ofSync(syncId)) {
      if (gone) this.retire(entry, false);
      else this.publish(entry);
    }
    if (!gone) return;
    this.index.retire(syncId, []);
    void this.forgetRetired();
  }

  private retire(entry: Entry, keepRows: boolean): void {
    entry.scan?.abort();
    if (entry.timer) clearTimeout(entry.timer);
    if (entry.phase !== 'finished') entry.phase = 'retired';
    this.publish({ ...entry, phase: 'retired' });
    if (!keepRows) this.entries.delete(entry.id);
  }

  /** Drops old plans in the engine; what fails now is tried with the next plan. */
  private async forgetRetired(): Promise<void> {
    try {
      const engine = await this.engines.engine();
      for (const id of this.index.toForget()) {
        await engine['plan.forget']({ planId: id });
        this.index.drop(id);
      }
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error;
    }
  }

  /** Counts and revision as they are after the run, while the engine is there to tell. */
  private async reread(entry: Entry): Promise<void> {
    try {
      const engine = await this.engines.engine();
      entry.summary = await engine['plan.summary']({ planId: entry.id });
      this.publish(entry);
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error;
    }
  }

  private ofSync(syncId: string): Entry[] {
    return [...this.entries.values()].filter((entry) => entry.syncId === syncId);
  }
}

function scanning(id: string, syncId: string, createdAt: number): PlanSummary {
  return {
    id, syncId, state: 'scanning', createdAt, seen: { left: 0, right: 0 },
    counts: { copy: 0, update: 0, attributes: 0, delete: 0, skipped: 0, error: 0, same: 0 },
    rows: 0, bytes: 0, guard: null, error: null, token: '', rev: 0,
  };
}

/** A wire that closed under a call means that the engine went down. */
function engineLost(thrown: unknown): ErrorInfo {
  const info = toErrorInfo(thrown);
  return info.code === 'RPC_CLOSED' ? SluiceError.of('ENGINE_DOWN', { engine: 'sync' }, thrown).toInfo() : info;
}
