// The plan table in memory: for tests, and the plainest statement of what the SQLite one has to do.
import type { PlanChip, PlanDecision } from '../../../../preload/contract/domain.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { showName } from '../../../lib/bytes.ts';
import { chainDigest } from '../../../lib/digest.ts';
import { bytesOf, chipOf, isBelow, type DecideWhat, type NewRow, type PlanInfo, type PlanPatch, type PlanTable, type RowState, type StoredRow } from './plan-table.ts';

type MutableRow = { -readonly [K in keyof StoredRow]: StoredRow[K] };
interface Plan {
  head: Omit<PlanInfo, 'counts' | 'rows' | 'bytes'>;
  readonly rows: MutableRow[];
}

const lower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

export class MemoryPlanTable implements PlanTable {
  private readonly plans = new Map<string, Plan>();

  create(plan: { readonly planId: string; readonly syncId: string; readonly createdAt: number }): void {
    this.plans.delete(plan.planId);
    const token = chainDigest('', [plan.planId]);
    this.plans.set(plan.planId, { head: { ...plan, state: 'scanning', scannedAt: 0, seen: { left: 0, right: 0 }, same: 0, error: null, token, rev: 0 }, rows: [] });
  }

  insert(planId: string, rows: readonly NewRow[]): void {
    const plan = this.plan(planId);
    for (const row of rows) plan.rows.push({ ...row, id: plan.rows.length });
    plan.head = { ...plan.head, token: chainDigest(plan.head.token, rows.flatMap((row) => [row.path, JSON.stringify([row.action, row.decision, row.left, row.right])])) };
  }

  update(planId: string, patch: PlanPatch): void {
    const plan = this.plan(planId);
    plan.head = { ...plan.head, ...patch };
  }

  info(planId: string): PlanInfo | null {
    const plan = this.plans.get(planId);
    if (!plan) return null;
    const counts = { copy: 0, update: 0, attributes: 0, delete: 0, skipped: 0, error: 0 };
    let bytes = 0;
    for (const row of plan.rows) {
      const chip = chipOf(row);
      if (chip in counts) counts[chip]++;
      bytes += bytesOf(row);
    }
    return { ...plan.head, counts, rows: plan.rows.length, bytes };
  }

  window(planId: string, chip: PlanChip, search: string, offset: number, limit: number): { rows: StoredRow[]; total: number } {
    const found = this.plan(planId).rows.filter((row) => (chip === 'all' || chipOf(row) === chip) && (search === '' || lower(showName(row.path)).includes(lower(search))));
    return { rows: found.slice(offset, offset + limit).map((row) => ({ ...row })), total: found.length };
  }

  decide(planId: string, what: DecideWhat, decision: PlanDecision): void {
    const plan = this.plan(planId);
    const chosen = 'chip' in what ? plan.rows.filter((row) => what.chip === 'all' || chipOf(row) === what.chip)
      : what.rows.flatMap((id) => {
        const top = plan.rows[id];
        return !top ? [] : [top, ...(what.below ? plan.rows.filter((row) => isBelow(row.path, top.path)) : [])];
      });
    for (const row of chosen) if (row.state === 'pending' && row.action !== 'none') row.decision = decision;
    plan.head = { ...plan.head, rev: plan.head.rev + 1, token: chainDigest(plan.head.token, [JSON.stringify(what), decision]) };
  }

  pending(planId: string, from: number, limit: number): StoredRow[] {
    const found: StoredRow[] = [];
    const { rows } = this.plan(planId);
    for (let id = from; id < rows.length && found.length < limit; id++) {
      const row = rows[id] as MutableRow;
      if (row.state === 'pending' && row.decision !== 'skip' && row.action !== 'none') found.push({ ...row });
    }
    return found;
  }

  mark(planId: string, marks: readonly { readonly id: number; readonly state: RowState; readonly error: StoredRow['error'] }[]): void {
    const { rows } = this.plan(planId);
    for (const { id, state, error } of marks) {
      const row = rows[id];
      if (row) { row.state = state; row.error = error; }
    }
  }

  forget(planId: string): void { this.plans.delete(planId); }

  list(): PlanInfo[] { return [...this.plans.keys()].map((id) => this.info(id) as PlanInfo); }

  close(): void { this.plans.clear(); }

  private plan(planId: string): Plan {
    const plan = this.plans.get(planId);
    if (!plan) throw SluiceError.of('STORE_NOT_FOUND', { kind: 'plan', id: planId });
    return plan;
  }
}
