// The runs table: the history. Progress is written with each change of state, not with each tick.
import { Run, type RunState } from '../../preload/contract/domain.ts';
import type { Sqlite } from './sqlite.ts';

interface Row {
  readonly id: string; readonly sync_id: string; readonly plan_id: string; readonly sync_name: string; readonly state: string;
  readonly started_at: number; readonly ended_at: number | null; readonly progress: string; readonly report: string | null; readonly error: string | null; readonly token: string;
}

const json = (text: string | null): unknown => (text === null ? null : JSON.parse(text));

function toRun(row: Row): Run {
  return Run.parse({
    id: row.id, syncId: row.sync_id, planId: row.plan_id, syncName: row.sync_name, state: row.state, startedAt: row.started_at,
    endedAt: row.ended_at, progress: json(row.progress), report: json(row.report), error: json(row.error),
  });
}

export class RunRows {
  private readonly db: Sqlite;

  constructor(db: Sqlite) {
    this.db = db;
  }

  get(id: string): Run | null {
    const row = this.db.get<Row>('SELECT * FROM runs WHERE id = ?', id);
    return row ? toRun(row) : null;
  }

  /** The plan's token as it was when the run began; null when there is no such run. */
  token(id: string): string | null {
    return this.db.get<{ token: string }>('SELECT token FROM runs WHERE id = ?', id)?.token ?? null;
  }

  insert(run: Run, token: string): void {
    this.db.run(
      'INSERT INTO runs (id, sync_id, plan_id, sync_name, state, started_at, ended_at, progress, report, error, token) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      run.id, run.syncId, run.planId, run.syncName, run.state, run.startedAt, run.endedAt, JSON.stringify(run.progress),
      run.report && JSON.stringify(run.report), run.error && JSON.stringify(run.error), token,
    );
  }

  update(run: Run): void {
    this.db.run(
      'UPDATE runs SET state = ?, ended_at = ?, progress = ?, report = ?, error = ? WHERE id = ?',
      run.state, run.endedAt, JSON.stringify(run.progress), run.report && JSON.stringify(run.report), run.error && JSON.stringify(run.error), run.id,
    );
  }

  /** Newest first; of one sync, or of all with null. */
  list(syncId: string | null, offset: number, limit: number): { runs: Run[]; total: number } {
    const where = syncId === null ? '' : 'WHERE sync_id = ?';
    const values = syncId === null ? [] : [syncId];
    const total = this.db.get<{ n: number }>(`SELECT count(*) AS n FROM runs ${where}`, ...values)?.n ?? 0;
    const rows = this.db.all<Row>(`SELECT * FROM runs ${where} ORDER BY started_at DESC, rowid DESC LIMIT ? OFFSET ?`, ...values, limit, offset);
    return { runs: rows.map(toRun), total };
  }

  newestOf(syncId: string): Run | null {
    return this.list(syncId, 0, 1).runs[0] ?? null;
  }

  inStates(states: readonly RunState[]): Run[] {
    return this.db.all<Row>('SELECT * FROM runs WHERE state IN (SELECT value FROM json_each(?)) ORDER BY started_at', JSON.stringify(states)).map(toRun);
  }
}
