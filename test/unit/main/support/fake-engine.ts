// A sync engine for the tests of services: folders and plans are told to it, runs are driven by the test event by event.
import type { PlanSummary, ProbeStep, RunReport, RunState } from '../../../../preload/contract/domain.ts';
import type { ErrorInfo } from '../../../../preload/contract/errors.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { Endpoint, PlanRequest, RawEntry, RunEvent, RunRequest, ServerAccess, SyncEngine } from '../../../../main/engines/sync/api.ts';
import { AsyncQueue, onAbort } from '../../../../main/lib/async.ts';
import type { EngineControl } from '../../../../main/app/engine-control.ts';

export const NO_PROGRESS = { phase: 'transfer' as const, filesDone: 0, filesTotal: 0, bytesDone: 0, bytesTotal: 0, sent: 0, received: 0, rate: 0, etaMs: null, current: [] };
export const REPORT: RunReport = { copied: 3, updated: 1, attributes: 0, deleted: 0, skipped: 0, failed: 0, recheck: 0, bytes: 100, literal: 100, matched: 0, sent: 120, received: 20, exitCode: 0 };

export class FakeRun {
  readonly request: RunRequest;
  readonly calls: string[] = [];
  private readonly events = new AsyncQueue<RunEvent>();

  constructor(request: RunRequest) { this.request = request; }

  progress(state: RunState, bytesDone: number): void { this.events.push({ type: 'progress', state, progress: { ...NO_PROGRESS, bytesDone, bytesTotal: 100 } }); }
  end(state: RunState, report: Partial<RunReport> = {}, error: ErrorInfo | null = null): void {
    this.events.push({ type: 'end', state, progress: NO_PROGRESS, report: { ...REPORT, ...report }, error });
    this.events.end();
  }
  fail(error: unknown): void { this.events.fail(error); }
  close(): void { this.events.end(); }
  stream(signal?: AbortSignal): AsyncIterable<RunEvent> {
    onAbort(signal, () => this.events.fail(SluiceError.of('APP_CANCELLED', {})));
    return this.events;
  }
}

/** Something that arrives once and may be awaited before or after. */
export class Arrivals<T> {
  private readonly items: T[] = [];
  private readonly waiting: ((item: T) => void)[] = [];
  push(item: T): void { const next = this.waiting.shift(); if (next) next(item); else this.items.push(item); }
  next(): Promise<T> { const item = this.items.shift(); return item === undefined ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve(item); }
}

export class FakeEngine {
  readonly folders = new Set(['/', '/data', '/data/photos', '/backup', '/home/me']);
  readonly listings = new Map<string, RawEntry[]>();
  readonly runs = new Arrivals<FakeRun>();
  readonly accesses: ServerAccess[] = [];
  readonly forgotten: string[] = [];
  readonly made: string[] = [];
  readonly planRequests: PlanRequest[] = [];
  probeSteps: ProbeStep[] = [];
  /** What the next plans come to. */
  plan: Partial<PlanSummary> = {};
  /** When set, plans stay in their scan until aborted. */
  scanForever = false;
  private readonly summaries = new Map<string, PlanSummary>();
  private readonly running = new Map<string, FakeRun>();

  readonly api: SyncEngine = {
    probe: ({ access }) => { this.accesses.push(access); return items(this.probeSteps); },
    roots: async ({ place }) => { this.met(place); return [{ path: Buffer.from('/home/me'), name: 'Home' }, { path: Buffer.from('/'), name: '/' }]; },
    list: async ({ at, limit }) => { const all = this.listings.get(this.folder(at as Endpoint)) ?? []; return { entries: all.slice(0, limit), more: Math.max(0, all.length - limit) }; },
    folder: async ({ at }) => ({ path: Buffer.from(this.folder(at as Endpoint)) }),
    makeFolder: async ({ at }) => { this.met(at.place); this.made.push(text(at.path as Uint8Array)); return {}; },
    plan: (request, signal) => this.makePlan(request as PlanRequest, signal),
    'plan.summary': async ({ planId }) => this.summary(planId),
    'plan.rows': async ({ planId }) => ({ rows: [], total: 0, rev: this.summary(planId).rev }),
    'plan.decide': async ({ planId }) => { const old = this.summary(planId); const next = { ...old, rev: old.rev + 1, token: `${planId}-${old.rev + 1}` }; this.summaries.set(planId, next); return next; },
    'plan.forget': async ({ planId }) => { this.forgotten.push(planId); return {}; },
    run: (request, signal) => {
      const run = new FakeRun(request as RunRequest);
      this.running.set(request.runId, run);
      this.runs.push(run);
      return run.stream(signal);
    },
    'run.pause': async ({ runId }) => this.note(runId, 'pause'),
    'run.resume': async ({ runId }) => this.note(runId, 'resume'),
    'run.stop': async ({ runId, how }) => this.note(runId, `stop ${how}`),
    ping: async () => ({ pid: 1 }),
    drain: async () => ({}),
  };

  private note(runId: string, call: string): Record<string, never> { this.running.get(runId)?.calls.push(call); return {}; }

  private met(place: Endpoint['place']): void { if (place.kind === 'ssh') this.accesses.push(place.access); }

  private folder(at: Endpoint): string {
    this.met(at.place);
    const path = text(at.path);
    if (!this.folders.has(path)) throw SluiceError.of('PATH_NOT_FOUND', { path, place: 'local' });
    return path;
  }

  private summary(id: string): PlanSummary {
    const found = this.summaries.get(id);
    if (!found) throw SluiceError.of('STORE_NOT_FOUND', { kind: 'plan', id });
    return found;
  }

  private async *makePlan(request: PlanRequest, signal?: AbortSignal): AsyncGenerator<PlanSummary, void, undefined> {
    this.planRequests.push(request);
    const base: PlanSummary = {
      id: request.planId, syncId: request.syncId, state: 'scanning', createdAt: 0, seen: { left: 1, right: 1 },
      counts: { copy: 3, update: 1, attributes: 0, delete: 0, skipped: 0, error: 0, same: 0 }, rows: 4, bytes: 100, guard: null, error: null, token: '', rev: 0,
    };
    yield base;
    if (this.scanForever) await new Promise<void>((_resolve, reject) => onAbort(signal, () => reject(SluiceError.of('APP_CANCELLED', {}))));
    const ready: PlanSummary = { ...base, state: 'ready', token: `${request.planId}-0`, ...this.plan };
    this.summaries.set(request.planId, ready);
    yield ready;
  }
}

/** Up, down and up again at the test's word. */
export class FakeControl implements EngineControl {
  readonly fake: FakeEngine;
  private up = true;
  private givenUp = false;
  private drains = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly changeListeners: (() => void)[] = [];
  private readonly restartListeners: (() => void)[] = [];

  constructor(fake: FakeEngine = new FakeEngine()) { this.fake = fake; }

  get drained(): boolean { return this.drains > 0; }

  async engine(): Promise<SyncEngine> {
    if (this.givenUp) throw SluiceError.of('ENGINE_FAILED', { engine: 'sync', reason: 'test' });
    if (!this.up) throw SluiceError.of('ENGINE_DOWN', { engine: 'sync' });
    return this.fake.api;
  }

  async ready(signal: AbortSignal): Promise<SyncEngine> {
    while (!this.up && !this.givenUp) {
      await new Promise<void>((resolve, reject) => { this.waiting.push(resolve); onAbort(signal, () => reject(SluiceError.of('APP_CANCELLED', {}))); });
    }
    return this.engine();
  }

  /** The engine's process dies: `run`'s stream breaks with it. */
  crash(run?: FakeRun): void {
    this.up = false;
    run?.fail(SluiceError.of('RPC_CLOSED', {}));
    for (const listener of [...this.restartListeners, ...this.changeListeners]) listener();
  }
  recover(): void { this.up = true; this.wake(); }
  giveUp(): void { this.givenUp = true; this.wake(); }

  status() { return { name: 'sync' as const, state: this.up ? 'ready' as const : 'restarting' as const, error: null, retryAt: null }; }
  onChange(listener: () => void): void { this.changeListeners.push(listener); }
  onRestart(listener: () => void): void { this.restartListeners.push(listener); }
  async drain(): Promise<void> { this.drains++; }

  private wake(): void { for (const resolve of this.waiting.splice(0)) resolve(); for (const listener of this.changeListeners) listener(); }
}

function text(path: Uint8Array): string { return Buffer.from(path).toString('utf8'); }
async function* items<T>(list: readonly T[]): AsyncGenerator<T, void, undefined> { yield* list; }
