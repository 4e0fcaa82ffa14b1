// What every executor is given for one run: the rows, the two roots, and where to tell what became of each row.
import type { RunState, SyncOptions } from '../../../../preload/contract/domain.ts';
import type { ErrorInfo } from '../../../../preload/contract/errors.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { showName } from '../../../lib/bytes.ts';
import { AsyncQueue, Gate, cancelled } from '../../../lib/async.ts';
import type { Endpoint, RunEvent } from '../api.ts';
import { effectiveAction, type PlanTable, type RowState, type StoredRow } from '../plan/plan-table.ts';
import { RunMeter } from './run-meter.ts';

const MARKS_HELD = 500;
const PROGRESS_MS = 100;
const SLICE_MS = 8;

export interface RunPlan {
  readonly runId: string;
  readonly planId: string;
  readonly left: Endpoint;
  readonly right: Endpoint;
  readonly options: SyncOptions;
  readonly fsync: boolean;
}

export class RunContext {
  readonly plan: RunPlan;
  readonly table: PlanTable;
  readonly meter: RunMeter;
  readonly events = new AsyncQueue<RunEvent>();
  readonly gate = new Gate();
  /** Aborts when the run is to end at once. */
  readonly abort = new AbortController();
  /** Set by a stop after the file in hand. */
  stopping = false;
  private readonly unconfirmed = new Map<number, StoredRow>();
  private marks: { id: number; state: RowState; error: ErrorInfo | null }[] = [];
  private readonly ticker: NodeJS.Timeout;
  private sliceAt = performance.now();
  private lastShown = '';

  constructor(plan: RunPlan, table: PlanTable) {
    this.plan = plan;
    this.table = table;
    const info = table.info(plan.planId);
    this.meter = new RunMeter((info?.counts.copy ?? 0) + (info?.counts.update ?? 0) + (info?.counts.attributes ?? 0) + (info?.counts.delete ?? 0), info?.bytes ?? 0);
    this.meter.report.skipped = info?.counts.skipped ?? 0;
    this.ticker = setInterval(() => { this.tell(); }, PROGRESS_MS);
    this.ticker.unref();
  }

  get signal(): AbortSignal { return this.abort.signal; }

  get state(): RunState {
    return this.stopping || this.abort.signal.aborted ? 'stopping' : this.gate.isShut ? 'paused' : 'running';
  }

  /** Called between files and between pieces of a big one: waits while paused, lets others have their turn, throws when the run is to stop. */
  async checkpoint(betweenFiles = true): Promise<void> {
    if (this.abort.signal.aborted) throw cancelled();
    if (this.stopping && betweenFiles) throw SluiceError.of('RUN_STOPPED', {});
    if (this.gate.isShut) {
      this.meter.paused();
      await this.gate.pass(this.abort.signal);
      this.meter.resumed();
    }
    if (performance.now() - this.sliceAt < SLICE_MS) return;
    await new Promise<void>((resolve) => { setImmediate(resolve); });
    this.sliceAt = performance.now();
  }

  done(row: StoredRow): void {
    this.count(row, 1);
    this.settle(row, 'done', null);
  }

  fail(row: StoredRow, error: SluiceError): void {
    this.meter.report.failed++;
    if (error.code === 'FILE_VANISHED') this.meter.vanished++;
    this.settle(row, 'failed', error.toInfo());
  }

  /** One side is no longer what the plan saw: the row is left alone and shown. */
  recheck(row: StoredRow): void {
    this.meter.report.recheck++;
    this.settle(row, 'recheck', SluiceError.of('FILE_CHANGED', { path: showName(row.path) }).toInfo());
  }

  /** Done as far as can be seen from here: told now, kept in the table only by `confirm`. */
  provisional(row: StoredRow): void {
    this.count(row, 1);
    this.meter.files++;
    this.unconfirmed.set(row.id, row);
    this.events.push({ type: 'row', row: row.id, path: showName(row.path), itemize: row.itemize, state: 'done', error: null });
  }

  /** The far side ended well: what was provisional is so. */
  confirm(): void {
    for (const id of this.unconfirmed.keys()) this.marks.push({ id, state: 'done', error: null });
    this.unconfirmed.clear();
    this.flush();
  }

  /** What was provisional is not known to be so: it stays pending. */
  forgetUnconfirmed(): void {
    for (const row of this.unconfirmed.values()) this.count(row, -1);
    this.meter.files -= this.unconfirmed.size;
    this.unconfirmed.clear();
  }

  /** Takes a provisional row back as failed. */
  revoke(row: StoredRow, error: SluiceError): void {
    if (this.unconfirmed.delete(row.id)) {
      this.count(row, -1);
      this.meter.files--;
    }
    this.fail(row, error);
  }

  flush(): void {
    const { marks } = this;
    this.marks = [];
    this.table.mark(this.plan.planId, marks);
  }

  close(): void {
    clearInterval(this.ticker);
    this.flush();
  }

  private count(row: StoredRow, by: 1 | -1): void {
    const { report } = this.meter;
    const action = effectiveAction(row.action, row.decision);
    if (action === 'copy') report.copied += by;
    else if (action === 'update') report.updated += by;
    else if (action === 'attributes') report.attributes += by;
    else if (action === 'delete') report.deleted += by;
  }

  private settle(row: StoredRow, state: 'done' | 'failed' | 'recheck', error: ErrorInfo | null): void {
    this.meter.files++;
    this.marks.push({ id: row.id, state, error });
    this.events.push({ type: 'row', row: row.id, path: showName(row.path), itemize: row.itemize, state, error });
    if (this.marks.length >= MARKS_HELD) this.flush();
  }

  private tell(): void {
    const progress = this.meter.progress();
    const shown = JSON.stringify([this.state, progress]);
    if (shown === this.lastShown) return;
    this.lastShown = shown;
    this.events.push({ type: 'progress', state: this.state, progress });
  }
}
