// A plan as the screen sees it, and the guard that asks twice before much is deleted.
import type { PlanSummary } from '../../../../preload/contract/domain.ts';
import type { PlanInfo } from './plan-table.ts';

const GUARD_FILES = 50;
const GUARD_SHARE = 0.25;

export function summaryOf(info: PlanInfo): PlanSummary {
  const total = info.seen.right;
  const deletes = info.counts.delete;
  return {
    id: info.planId, syncId: info.syncId, state: info.state, createdAt: info.createdAt, seen: info.seen, counts: { ...info.counts, same: info.same },
    rows: info.rows, bytes: info.bytes, guard: deletes > GUARD_FILES && deletes > total * GUARD_SHARE ? { deletes, total } : null,
    error: info.error, token: info.token, rev: info.rev,
  };
}
