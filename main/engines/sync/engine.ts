// The sync engine: browsing, probing, plans and runs behind the calls of api.ts. One instance owns one plan table.
import type { PlanSummary } from '../../../preload/contract/domain.ts';
import type { ErrorInfo } from '../../../preload/contract/errors.ts';
import { SluiceError, toErrorInfo } from '../../../preload/contract/sluice-error.ts';
import { showName } from '../../lib/bytes.ts';
import { AsyncQueue, cancelled, checkCancelled, onAbort } from '../../lib/async.ts';
import type { Endpoint, PlanRequest, RunEvent, RunRequest, ServerAccess, SyncEngine } from './api.ts';
import { LocalExecutor } from './executors/local.ts';
import { RemoteExecutor } from './executors/remote.ts';
import { RunContext } from './executors/run-context.ts';
import { Browser } from './place/browse.ts';
import { compareLists, type CompareOptions } from './plan/compare.ts';
import { shownRow, type DecideWhat, type PlanInfo, type PlanTable } from './plan/plan-table.ts';
import { scanSide, type Scanned, type Scanner } from './plan/scan-side.ts';
import { summaryOf } from './plan/summary.ts';
import { exitCodeOf } from './exit-code.ts';
import { probe } from './transport/probe.ts';
import type { z } from 'zod';

const BATCH = 2000;
const TELL_MS = 100;
/** A plan this young needs no second look at the far side. */
const FRESH_MS = 5_000;

export interface SyncEngineParts extends Scanner {
  readonly table: PlanTable;
  readonly now?: () => number;
}

export class LocalSyncEngine {
  private readonly parts: SyncEngineParts;
  private readonly table: PlanTable;
  private readonly browser: Browser;
  private readonly now: () => number;
  private readonly runs = new Map<string, RunContext>();
  /** Plans and syncs something is being done to. */
  private readonly busyPlans = new Set<string>();
  private readonly busySyncs = new Set<string>();
  private readonly everRun = new Set<string>();
  private readonly working = new Set<Promise<void>>();
  private draining = false;

  constructor(parts: SyncEngineParts) {
    this.parts = parts;
    this.table = parts.table;
    this.browser = new Browser(parts.ssh);
    this.now = parts.now ?? Date.now;
    // What an earlier process left in the middle is neither being scanned nor run any more.
    for (const plan of this.table.list()) {
      if (plan.state === 'scanning') this.table.update(plan.planId, { state: 'failed', error: SluiceError.of('RUN_INTERRUPTED', { reason: 'the engine ended' }).toInfo() });
      else if (plan.state === 'running') this.table.update(plan.planId, { state: 'ready' });
      this.everRun.add(plan.planId);
    }
  }

  /** The engine as its contract; each call may be used by itself. */
  get calls(): SyncEngine {
    const done = {};
    const { browser } = this;
    return {
      'probe': ({ access }, signal) => probe(access, signal),
      'roots': ({ place }, signal) => browser.roots(place, signal),
      'list': ({ at, limit }, signal) => browser.list(at, limit, signal),
      'folder': async ({ at }, signal) => ({ path: await browser.folder(at, signal) }),
      'makeFolder': async ({ at }, signal) => { await browser.makeFolder(at, signal); return done; },
      'plan': (request, signal) => this.plan(request, signal),
      'plan.summary': async ({ planId }) => summaryOf(this.info(planId)),
      'plan.rows': async ({ planId, chip, search, offset, limit }) => {
        const { rows, total } = this.table.window(planId, chip, search, offset, limit);
        return { rows: rows.map(shownRow), total, rev: this.info(planId).rev };
      },
      'plan.decide': async ({ planId, what, decision }) => this.decide(planId, what, decision),
      'plan.forget': async ({ planId }) => {
        if (this.busyPlans.has(planId)) throw SluiceError.of('SYNC_ALREADY_RUNNING', { sync: this.info(planId).syncId });
        this.table.forget(planId);
        return done;
      },
      'run': (request, signal) => this.run({ ...request, fsync: request.fsync ?? true }, signal),
      'run.pause': async ({ runId }) => { this.runOf(runId).gate.close(); return done; },
      'run.resume': async ({ runId }) => { this.runOf(runId).gate.open(); return done; },
      'run.stop': async ({ runId, how }) => { stopRun(this.runOf(runId), how); return done; },
      'ping': async () => ({ pid: process.pid }),
      'drain': async () => { await this.drain(); return done; },
    };
  }

  /** Ends what is running after the file in hand; plans in the making are given up. */
  async drain(): Promise<void> {
    this.draining = true;
    for (const context of this.runs.values()) stopRun(context, 'afterFile');
    await Promise.all(this.working);
  }

  /** Ends at once and closes what it was given. */
  async close(): Promise<void> {
    this.draining = true;
    for (const context of this.runs.values()) stopRun(context, 'now');
    await Promise.all(this.working);
    await this.parts.ssh.close();
    await this.parts.workers.close();
    this.table.close();
  }

  // --- plans ---------------------------------------------------------------------------------------------------------

  private async *plan(request: z.input<typeof PlanRequest>, signal?: AbortSignal): AsyncGenerator<PlanSummary> {
    const { planId, syncId, left, right } = request;
    refuseBoth(left, right);
    refuseNesting(left, right);
    this.claim(planId, syncId);
    const abort = new AbortController();
    const undo = onAbort(signal, () => { abort.abort(); });
    const finished = Promise.withResolvers<void>();
    this.working.add(finished.promise);
    try {
      this.table.create({ planId, syncId, createdAt: this.now() });
      const changes = new AsyncQueue<void>();
      const seen = { left: 0, right: 0 };
      const work = this.fill(request, seen, abort.signal).then(() => { changes.end(); }, (error: unknown) => { changes.fail(error); });
      const ticker = setInterval(() => { changes.push(); }, TELL_MS);
      try {
        for await (const _change of changes) yield { ...summaryOf(this.info(planId)), seen: { ...seen } };
      } catch (error) {
        if (signal?.aborted) { this.table.forget(planId); throw cancelled(); }
        this.table.update(planId, { state: 'failed', error: toErrorInfo(error) });
      } finally {
        clearInterval(ticker);
        abort.abort();
        await work;
      }
      yield summaryOf(this.info(planId));
    } finally {
      undo();
      this.busyPlans.delete(planId);
      this.busySyncs.delete(syncId);
      this.working.delete(finished.promise);
      finished.resolve();
    }
  }

  private async fill(request: z.input<typeof PlanRequest>, seen: { left: number; right: number }, signal: AbortSignal): Promise<void> {
    const { planId, left, right, options } = request;
    const scan = (side: 'left' | 'right', at: Endpoint, sum: Scanned['checksum'] = null): Promise<Scanned> => scanSide(this.parts, side, at, options, sum, (count) => { seen[side] = count; }, signal);
    let a: Scanned;
    let b: Scanned;
    if (options.checksum && (left.place.kind === 'ssh' || right.place.kind === 'ssh')) {
      // The far side chooses the sum, so it goes first.
      if (left.place.kind === 'ssh') { a = await scan('left', left); b = await scan('right', right, a.checksum); }
      else { b = await scan('right', right); a = await scan('left', left, b.checksum); }
    } else [a, b] = await bothOrFirstError(scan('left', left), scan('right', right));
    checkCancelled(signal);
    const { rows, totals } = compareLists(a, b, compareOptions(request));
    let batch = [];
    for (const row of rows) {
      batch.push(row);
      if (batch.length < BATCH) continue;
      this.table.insert(planId, batch);
      batch = [];
      await new Promise<void>((resolve) => { setImmediate(resolve); });
      checkCancelled(signal);
    }
    this.table.insert(planId, batch);
    const error: ErrorInfo | null = totals.deletesOff ? SluiceError.of('SCAN_DELETES_OFF', { path: String(a.problems[0]?.error.params['path'] ?? showName(left.path)) }).toInfo() : null;
    this.table.update(planId, { state: 'ready', same: totals.same, seen: { left: a.list.length, right: b.list.length }, scannedAt: this.now(), error });
  }

  private decide(planId: string, what: DecideWhat, decision: 'do' | 'skip' | 'reverse'): PlanSummary {
    const info = this.info(planId);
    if (info.state !== 'ready') throw SluiceError.of(info.state === 'scanning' ? 'PLAN_NOT_READY' : 'PLAN_STALE', {});
    this.table.decide(planId, what, decision);
    return summaryOf(this.info(planId));
  }

  private info(planId: string): PlanInfo {
    const info = this.table.info(planId);
    if (!info) throw SluiceError.of('STORE_NOT_FOUND', { kind: 'plan', id: planId });
    return info;
  }

  private claim(planId: string, syncId: string): void {
    if (this.draining) throw SluiceError.of('ENGINE_DOWN', { engine: 'sync' });
    if (this.busyPlans.has(planId) || this.busySyncs.has(syncId)) throw SluiceError.of('SYNC_ALREADY_RUNNING', { sync: syncId });
    this.busyPlans.add(planId);
    this.busySyncs.add(syncId);
  }

  // --- runs ----------------------------------------------------------------------------------------------------------

  private async *run(request: z.output<typeof RunRequest>, signal?: AbortSignal): AsyncGenerator<RunEvent> {
    const { runId, planId, left, right } = request;
    refuseBoth(left, right);
    const info = this.info(planId);
    if (info.state === 'running' || this.busyPlans.has(planId)) throw SluiceError.of('SYNC_ALREADY_RUNNING', { sync: info.syncId });
    if (info.state === 'scanning') throw SluiceError.of('PLAN_NOT_READY', {});
    if (info.state === 'failed' || info.state === 'stale') throw SluiceError.of('PLAN_STALE', {});
    if (info.token !== request.token) throw SluiceError.of('PLAN_WRONG_TOKEN', {});
    this.claim(planId, info.syncId);
    const finished = Promise.withResolvers<void>();
    this.working.add(finished.promise);
    const context = new RunContext(request, this.table);
    this.runs.set(runId, context);
    const undo = onAbort(signal, () => { context.abort.abort(); });
    try {
      const fresh = !this.everRun.has(planId) && this.now() - info.scannedAt < FRESH_MS;
      this.everRun.add(planId);
      this.table.update(planId, { state: 'running' });
      const both = left.place.kind === 'local' && right.place.kind === 'local';
      const work = (both ? new LocalExecutor(context) : new RemoteExecutor(context, this.parts, fresh)).run();
      void work.then(() => { this.end(context, planId, null); }, (error: unknown) => { this.end(context, planId, error); });
      yield* context.events;
    } finally {
      undo();
      context.abort.abort();
      if (this.runs.delete(runId)) context.close();
      this.busyPlans.delete(planId);
      this.busySyncs.delete(info.syncId);
      this.working.delete(finished.promise);
      finished.resolve();
    }
  }

  /** The last event of a run, and what the plan is from now on: one that was cut short can be run again. */
  private end(context: RunContext, planId: string, thrown: unknown): void {
    context.close();
    const { meter } = context;
    const stopped = context.stopping || context.abort.signal.aborted || (thrown instanceof SluiceError && (thrown.code === 'RUN_STOPPED' || thrown.code === 'APP_CANCELLED'));
    const error = thrown === null ? null : stopped ? SluiceError.of('RUN_STOPPED', {}).toInfo() : toErrorInfo(thrown);
    const problems = meter.report.failed + meter.report.recheck > 0;
    const state = error === null ? (problems ? 'partial' : 'done') : stopped ? 'stopped' : error.code === 'SSH_LOST' ? 'interrupted' : 'failed';
    if (error) meter.report.exitCode = exitCodeOf(error);
    else meter.phase = 'done';
    if (this.table.info(planId)) this.table.update(planId, { state: error === null ? 'finished' : 'ready' });
    const report = meter.finish();
    context.events.push({ type: 'end', state, progress: meter.progress(), report, error });
    context.events.end();
  }

  private runOf(runId: string): RunContext {
    const context = this.runs.get(runId);
    if (!context) throw SluiceError.of('STORE_NOT_FOUND', { kind: 'run', id: runId });
    return context;
  }
}

function stopRun(context: RunContext, how: 'afterFile' | 'now'): void {
  if (how === 'afterFile') context.stopping = true;
  else context.abort.abort();
  context.gate.open();
}

function refuseBoth(left: Endpoint, right: Endpoint): void {
  if (left.place.kind === 'ssh' && right.place.kind === 'ssh') throw SluiceError.of('SYNC_BAD_OPTION', { option: 'target', reason: 'one of the two sides must be on this machine' });
}

/** A folder kept in step with one inside itself would grow for ever. */
function refuseNesting(left: Endpoint, right: Endpoint): void {
  if (left.place.kind !== 'local' || right.place.kind !== 'local') return;
  const [a, b] = [left.path, right.path].map((path) => `${Buffer.from(path).toString('latin1').replace(/\/+$/, '')}/`) as [string, string];
  if (a.startsWith(b) || b.startsWith(a)) throw SluiceError.of('SYNC_INTO_ITSELF', { source: showName(left.path), target: showName(right.path) });
}

function compareOptions({ left, right, options }: z.input<typeof PlanRequest>): CompareOptions {
  const isRoot = (at: Endpoint): boolean => (at.place.kind === 'local' ? process.getuid?.() === 0 : (at.place.access as ServerAccess).user === 'root');
  return {
    sync: options, rightIsRoot: isRoot(right), rightGroups: right.place.kind === 'local' ? new Set(process.getgroups?.() ?? []) : null,
    arrow: left.place.kind === 'local' && right.place.kind === 'ssh' ? '<' : '>',
  };
}

/** Both results, or the first error once both have ended. */
async function bothOrFirstError<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  const [first, second] = await Promise.allSettled([a, b]);
  if (first.status === 'rejected') throw first.reason;
  if (second.status === 'rejected') throw second.reason;
  return [first.value, second.value];
}
