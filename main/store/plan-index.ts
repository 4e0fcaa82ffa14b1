// Which plans of the engine's own table belong to which sync, so that old ones can be dropped there, also later.
import { SyncOptions } from '../../preload/contract/domain.ts';
import type { Sqlite } from './sqlite.ts';

export interface IndexedPlan {
  readonly id: string;
  readonly syncId: string;
  readonly createdAt: number;
  /** The options it was made with: with others it no longer stands. */
  readonly options: SyncOptions;
  /** `finished` once run; `forget` until the engine has dropped it. */
  readonly state: 'kept' | 'finished' | 'forget';
}

interface Row { readonly id: string; readonly sync_id: string; readonly created_at: number; readonly options: string; readonly state: IndexedPlan['state'] }

function toPlan(row: Row): IndexedPlan {
  return { id: row.id, syncId: row.sync_id, createdAt: row.created_at, options: SyncOptions.parse(JSON.parse(row.options)), state: row.state };
}

export class PlanIndexRows {
  private readonly db: Sqlite;

  constructor(db: Sqlite) {
    this.db = db;
  }

  get(id: string): IndexedPlan | null {
    const row = this.db.get<Row>("SELECT * FROM plan_index WHERE id = ? AND state <> 'forget'", id);
    return row ? toPlan(row) : null;
  }

  insert(plan: IndexedPlan): void {
    this.db.run('INSERT INTO plan_index (id, sync_id, created_at, options, state) VALUES (?, ?, ?, ?, ?)', plan.id, plan.syncId, plan.createdAt, JSON.stringify(plan.options), plan.state);
  }

  finish(id: string): void {
    this.db.run("UPDATE plan_index SET state = 'finished' WHERE id = ? AND state = 'kept'", id);
  }

  /** Marks every plan of the sync but those in `keep` as to be forgotten. */
  retire(syncId: string, keep: readonly string[]): void {
    this.db.run("UPDATE plan_index SET state = 'forget' WHERE sync_id = ? AND id NOT IN (SELECT value FROM json_each(?))", syncId, JSON.stringify(keep));
  }

  toForget(): string[] {
    return this.db.all<{ id: string }>("SELECT id FROM plan_index WHERE state = 'forget' ORDER BY created_at LIMIT 1000").map((row) => row.id);
  }

  drop(id: string): void {
    this.db.run('DELETE FROM plan_index WHERE id = ?', id);
  }
}
