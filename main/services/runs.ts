// Use cases of runs: start exactly what was previewed, follow it, and bring it to an end in words, also when the
// engine dies under it (it goes on with the same plan, twice at most) or the app did (it is left as interrupted).
import { randomUUID } from 'node:crypto';
import type { Activity, Run, RunProgress, RunReport, RunState } from '../../preload/contract/domain.ts';
import type { ErrorInfo } from '../../preload/contract/errors.ts';
import { SluiceError, toErrorInfo } from '../../preload/contract/sluice-error.ts';
import type { RunEvent, RunRequest } from '../engines/sync/api.ts';
import { CollectionTopic, ValueTopic } from '../lib/topic.ts';
import type { RunRows } from '../store/runs.ts';
import type { StoredSync } from '../store/syncs.ts';
import type { ActivityService } from './activity.ts';
import type { EngineSource } from './engine-source.ts';
import type { PlansService } from './plans.ts';
import type { RunLock, RunLocks } from './run-locks.ts';
import type { ServersService } from './servers.ts';
import type { SyncsService } from './syncs.ts';

/** How often a run goes on by itself after the engine died under it. */
const RESUMES = 2;

interface Live {
  run: Run;
  readonly sync: StoredSync;
  readonly token: string;
  readonly abort: AbortController;
  /** Held to the end of the run; null when no lock is asked for. */
  readonly lock: RunLock | null;
  stopping: boolean;
  paused: boolean;
  done: Promise<void>;
}

type Outcome = { readonly kind: 'end'; readonly event: Extract<RunEvent, { type: 'end' }> } | { readonly kind: 'lost' } | { readonly kind: 'failed'; readonly error: ErrorInfo };

export class RunsService {
  private readonly rows: RunRows;
  private readonly plans: PlansService;
  private readonly syncs: SyncsService;
  private readonly servers: ServersService;
  private readonly engines: EngineSource;
  private readonly activity: ActivityService;
  private readonly locks: RunLocks | null;
  private readonly now: () => number;
  private readonly live = new Map<string, Live>();
  private readonly starting = new Set<string>();
  private readonly topics = new Map<string, { readonly topic: ValueTopic<Run>; watchers: number }>();
  private readonly activeTopic = new CollectionTopic<Run>([]);
  private readonly changeListeners: (() => void)[] = [];
  private readonly endListeners: ((run: Run) => void)[] = [];
  private draining = false;

  constructor(deps: {
    readonly rows: RunRows; readonly plans: PlansService; readonly syncs: SyncsService; readonly servers: ServersService;
    readonly engines: EngineSource; readonly activity: ActivityService; readonly now: () => number; readonly locks?: RunLocks;
  }) {
    this.rows = deps.rows;
    this.plans = deps.plans;
    this.syncs = deps.syncs;
    this.servers = deps.servers;
    this.engines = deps.engines;
    this.activity = deps.activity;
    this.now = deps.now;
    this.locks = deps.locks ?? null;
  }

  /** Runs the store still calls running were cut off with the app: they become interrupted and are offered again. */
  recover(): void {
    for (const run of this.rows.inStates(['running', 'paused', 'stopping'])) {
      const cut: Run = { ...run, state: 'interrupted', endedAt: this.now(), error: SluiceError.of('RUN_INTERRUPTED', { reason: 'crash' }).toInfo() };
      this.rows.update(cut);
      this.syncs.noteRun(cut, false);
      this.record(cut, true);
    }
  }

  /** PLAN_*, SYNC_ALREADY_RUNNING, VAULT_*, ENGINE_DOWN, COORD_LOCK_HELD, COORD_CONNECT: then there is no run. */
  async start(input: { planId: string; token: string; deletionsSeen: boolean }): Promise<Run> {
    const { plan, sync } = await this.plans.forRun(input);
    return this.reserve(sync, async () => {
      const run: Run = {
        id: randomUUID(), syncId: sync.id, planId: plan.id, syncName: sync.name, state: 'running', startedAt: this.now(), endedAt: null,
        progress: { ...NO_PROGRESS, filesTotal: plan.counts.copy + plan.counts.update + plan.counts.attributes + plan.counts.delete, bytesTotal: plan.bytes },
        report: null, error: null,
      };
      const request = await this.request(run, sync, input.token);
      return this.locked(sync, request, (lock) => {
        this.rows.insert(run, input.token);
        return this.begin(run, sync, input.token, request, lock);
      });
    });
  }

  async pause(id: string): Promise<void> {
    const live = this.live.get(id);
    if (!live) return this.requireKnown(id);
    live.paused = true;
    if (live.run.state !== 'interrupted') await (await this.engines.engine())['run.pause']({ runId: id });
  }

  /** Ends a pause; a run that was interrupted goes on with what its plan has left. */
  async resume(id: string): Promise<void> {
    const live = this.live.get(id);
    if (live) {
      live.paused = false;
      if (live.run.state !== 'interrupted') await (await this.engines.engine())['run.resume']({ runId: id });
      return;
    }
    this.requireKnown(id);
    const run = this.rows.get(id) as Run;
    if (run.state !== 'interrupted') return;
    const sync = this.syncs.stored(run.syncId);
    const token = this.rows.token(id) ?? '';
    if (this.rows.newestOf(sync.id)?.id !== id) throw SluiceError.of('PLAN_STALE', {});
    await this.reserve(sync, async () => {
      const again: Run = { ...run, state: 'running', endedAt: null, error: null };
      const request = await this.request(again, sync, token);
      return this.locked(sync, request, (lock) => {
        this.rows.update(again);
        return this.begin(again, sync, token, request, lock);
      });
    });
  }

  async stop(id: string, how: 'afterFile' | 'now'): Promise<void> {
    const live = this.live.get(id);
    if (!live) return this.requireKnown(id);
    live.stopping = true;
    if (live.run.state === 'interrupted') { live.abort.abort(); return; }
    this.show(live, { ...live.run, state: 'stopping' });
    await (await this.engines.engine())['run.stop']({ runId: id, how });
  }

  async *watch(id: string, signal: AbortSignal): ReturnType<ValueTopic<Run>['watch']> {
    const known = this.live.get(id)?.run ?? this.rows.get(id);
    if (!known) throw SluiceError.of('STORE_NOT_FOUND', { kind: 'run', id });
    let entry = this.topics.get(id);
    if (!entry) this.topics.set(id, entry = { topic: new ValueTopic<Run>(known), watchers: 0 });
    entry.watchers++;
    try {
      yield* entry.topic.watch(signal);
    } finally {
      if (--entry.watchers === 0) this.topics.delete(id);
    }
  }

  watchActive(signal: AbortSignal): ReturnType<CollectionTopic<Run>['watch']> {
    return this.activeTopic.watch(signal);
  }

  list(input: { syncId: string | null; offset: number; limit: number }): { runs: Run[]; total: number } {
    const { runs, total } = this.rows.list(input.syncId, input.offset, input.limit);
    return { runs: runs.map((run) => this.live.get(run.id)?.run ?? run), total };
  }

  active(): readonly Run[] {
    return [...this.live.values()].map((live) => live.run);
  }

  /** After every change of an active run, also of its progress. */
  onChange(listener: () => void): void {
    this.changeListeners.push(listener);
  }

  /** Once for each run that ended, with what it ended as. Not for those cut by quitting. */
  onEnd(listener: (run: Run) => void): void {
    this.endListeners.push(listener);
  }

  /** From now on a run that loses its engine is left as interrupted instead of going on. */
  beginDrain(): void {
    this.draining = true;
  }

  /** Waits until every run has ended, at most until `limit` settles; what is left is interrupted in the store. */
  async drained(limit: Promise<void>): Promise<void> {
    await Promise.race([Promise.all([...this.live.values()].map((live) => live.done)), limit]);
    for (const live of [...this.live.values()]) this.settle(live, 'interrupted', SluiceError.of('RUN_INTERRUPTED', { reason: 'quit' }).toInfo(), null);
  }

  private async reserve(sync: StoredSync, work: () => Promise<Run>): Promise<Run> {
    if (this.starting.has(sync.id) || this.active().some((run) => run.syncId === sync.id)) throw SluiceError.of('SYNC_ALREADY_RUNNING', { sync: sync.name });
    this.starting.add(sync.id);
    try {
      return await work();
    } finally {
      this.starting.delete(sync.id);
    }
  }

  private async request(run: Run, sync: StoredSync, token: string): Promise<RunRequest> {
    const { left, right } = this.syncs.roots(sync);
    await this.engines.engine();
    return {
      runId: run.id, planId: run.planId, options: sync.options, token, fsync: true,
      left: { place: await this.servers.place(left.place), path: left.path },
      right: { place: await this.servers.place(right.place), path: right.path },
    };
  }

  /** Begins under the lock, which goes back if that fails. */
  private async locked(sync: StoredSync, request: RunRequest, begin: (lock: RunLock | null) => Run): Promise<Run> {
    const lock = (await this.locks?.take({ name: sync.name, left: request.left, right: request.right })) ?? null;
    try {
      return begin(lock);
    } catch (error) {
      await lock?.release();
      throw error;
    }
  }

  private begin(run: Run, sync: StoredSync, token: string, request: RunRequest, lock: RunLock | null): Run {
    const live: Live = { run, sync, token, lock, abort: new AbortController(), stopping: false, paused: false, done: Promise.resolve() };
    this.live.set(run.id, live);
    this.plans.began(run.planId);
    this.show(live, run);
    live.done = this.drive(live, request);
    lock?.lost.addEventListener('abort', () => { void this.lockLost(live); }, { once: true, signal: live.abort.signal });
    return run;
  }

  /** Another workstation may begin now: this run ends as if it had been cut, between two files. */
  private async lockLost(live: Live): Promise<void> {
    if (live.run.state === 'interrupted') return this.settle(live, 'interrupted', SluiceError.of('RUN_INTERRUPTED', { reason: 'lock' }).toInfo(), null);
    this.show(live, { ...live.run, state: 'stopping' });
    try {
      await (await this.engines.engine())['run.stop']({ runId: live.run.id, how: 'now' });
    } catch (error) {
      if (!isLoss(error)) throw error; // without its engine the run does not go on anyway
    }
  }

  private async drive(live: Live, first: RunRequest): Promise<void> {
    let request = first;
    for (let resumes = 0; ; resumes++) {
      const outcome = await this.attempt(live, request);
      if (!this.live.has(live.run.id)) return;
      if (outcome.kind === 'end') {
        const { state, error, report, progress } = outcome.event;
        live.run = { ...live.run, progress };
        const cut = state !== 'stopped' || live.stopping ? null : live.lock?.lost.aborted ? 'lock' : this.draining ? 'quit' : null;
        return this.settle(live, cut ? 'interrupted' : state, cut ? SluiceError.of('RUN_INTERRUPTED', { reason: cut }).toInfo() : error, report);
      }
      if (outcome.kind === 'failed') return this.settle(live, 'failed', outcome.error, null);
      if (live.stopping) return this.settle(live, 'stopped', SluiceError.of('RUN_STOPPED', {}).toInfo(), null);
      if (live.lock?.lost.aborted) return this.settle(live, 'interrupted', SluiceError.of('RUN_INTERRUPTED', { reason: 'lock' }).toInfo(), null);
      if (this.draining) return this.settle(live, 'interrupted', SluiceError.of('RUN_INTERRUPTED', { reason: 'quit' }).toInfo(), null);
      const interrupted = SluiceError.of('RUN_INTERRUPTED', { reason: resumes < RESUMES ? 'engine' : 'engineAgain' }).toInfo();
      if (resumes >= RESUMES) return this.settle(live, 'failed', interrupted, null);
      this.show(live, { ...live.run, state: 'interrupted', error: interrupted });
      this.rows.update(live.run);
      this.record(live.run, false);
      try {
        await this.engines.ready(live.abort.signal);
        request = await this.request(live.run, live.sync, live.token);
      } catch (error) {
        if (!this.live.has(live.run.id)) return;
        if (live.stopping) return this.settle(live, 'stopped', SluiceError.of('RUN_STOPPED', {}).toInfo(), null);
        if (this.draining) return this.settle(live, 'interrupted', SluiceError.of('RUN_INTERRUPTED', { reason: 'quit' }).toInfo(), null);
        if (isLoss(error)) continue;
        return this.settle(live, 'failed', toErrorInfo(error), null);
      }
      this.show(live, { ...live.run, state: 'running', error: null });
      this.rows.update(live.run);
    }
  }

  private async attempt(live: Live, request: RunRequest): Promise<Outcome> {
    try {
      const engine = await this.engines.engine();
      let pauseSent = false;
      for await (const event of engine.run(request, live.abort.signal)) {
        if (event.type === 'end') return { kind: 'end', event };
        if (event.type === 'row') continue;
        if (live.paused && event.state === 'running' && !pauseSent) {
          pauseSent = true;
          await engine['run.pause']({ runId: live.run.id });
        }
        this.show(live, { ...live.run, state: live.stopping || live.lock?.lost.aborted ? 'stopping' : event.state, progress: event.progress });
      }
      return { kind: 'lost' };
    } catch (error) {
      return isLoss(error) ? { kind: 'lost' } : { kind: 'failed', error: toErrorInfo(error) };
    }
  }

  private show(live: Live, run: Run): void {
    const changed = live.run.state !== run.state;
    live.run = run;
    if (changed) this.rows.update(run);
    this.topics.get(run.id)?.topic.set(run);
    this.activeTopic.upsert(run);
    this.syncs.noteRun(run, true);
    for (const listener of this.changeListeners) listener();
  }

  private settle(live: Live, state: RunState, error: ErrorInfo | null, report: RunReport | null): void {
    const run: Run = { ...live.run, state, error, report, endedAt: this.now() };
    this.live.delete(run.id);
    live.run = run;
    live.abort.abort();
    void live.lock?.release().catch(() => undefined); // the session's end gives it back if this cannot
    this.rows.update(run);
    for (const { place } of [live.sync.source, live.sync.target]) {
      if (error) this.servers.notice(place, error);
      else if (state === 'done') this.servers.works(place, 'all');
    }
    this.topics.get(run.id)?.topic.set(run);
    this.activeTopic.remove(run.id);
    this.plans.ended(run.planId);
    this.syncs.noteRun(run, false);
    this.record(run, true);
    for (const listener of this.changeListeners) listener();
    if (!this.draining) for (const listener of this.endListeners) listener(run);
  }

  private record(run: Run, final: boolean): void {
    const kinds: Partial<Record<RunState, Activity['kind']>> = { done: 'runDone', partial: 'runPartial', failed: 'runFailed', stopped: 'runStopped', interrupted: 'runInterrupted' };
    const kind = kinds[run.state];
    if (!kind) return;
    const report = run.report;
    this.activity.record({
      kind, error: run.error, link: `/runs/${run.id}`, problem: final && (kind === 'runPartial' || kind === 'runFailed' || kind === 'runInterrupted'),
      params: { sync: run.syncName, files: report ? report.copied + report.updated : 0, deleted: report?.deleted ?? 0, failed: (report?.failed ?? 0) + (report?.recheck ?? 0), bytes: report?.bytes ?? 0 },
    });
  }

  private requireKnown(id: string): void {
    if (!this.rows.get(id)) throw SluiceError.of('STORE_NOT_FOUND', { kind: 'run', id });
  }
}

const NO_PROGRESS: RunProgress = { phase: 'connect', filesDone: 0, filesTotal: 0, bytesDone: 0, bytesTotal: 0, sent: 0, received: 0, rate: 0, etaMs: null, current: [] };

/** True when the engine's process is gone, not when the engine says that something failed. */
function isLoss(error: unknown): boolean {
  return error instanceof SluiceError && (error.code === 'RPC_CLOSED' || error.code === 'ENGINE_DOWN' || error.code === 'RPC_PROTOCOL');
}
