// The activity table: what happened, newest first, the oldest beyond a limit dropped.
import { Activity } from '../../preload/contract/domain.ts';
import type { Sqlite } from './sqlite.ts';


interface Row {
  readonly id: string; readonly at: number; readonly kind: string; readonly params: string; readonly error: string | null;
  readonly link: string | null; readonly problem: number; readonly seen: number;
}

function toActivity(row: Row): Activity {
  return Activity.parse({
    id: row.id, at: row.at, kind: row.kind, params: JSON.parse(row.params), error: row.error === null ? null : JSON.parse(row.error),
    link: row.link, problem: row.problem === 1, seen: row.seen === 1,
  });
}

export class ActivityRows {
  private readonly db: Sqlite;
  private readonly kept: number;

  /** `kept` is how many entries stay. */
  constructor(db: Sqlite, kept = 10_000) {
    this.db = db;
    this.kept = kept;
  }

  newest(limit: number): Activity[] {
    return this.db.all<Row>('SELECT * FROM activity ORDER BY at DESC, rowid DESC LIMIT ?', limit).map(toActivity);
  }

  insert(entry: Activity): void {
    this.db.transaction(() => {
      this.db.run(
        'INSERT INTO activity (id, at, kind, params, error, link, problem, seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        entry.id, entry.at, entry.kind, JSON.stringify(entry.params), entry.error && JSON.stringify(entry.error), entry.link, entry.problem ? 1 : 0, entry.seen ? 1 : 0,
      );
      this.db.run('DELETE FROM activity WHERE rowid <= (SELECT max(rowid) FROM activity) - ?', this.kept);
    });
  }

  /** @returns the entries that were not seen before. */
  markSeen(ids: readonly string[]): Activity[] {
    const list = JSON.stringify(ids);
    return this.db.transaction(() => {
      const rows = this.db.all<Row>('SELECT * FROM activity WHERE seen = 0 AND id IN (SELECT value FROM json_each(?))', list);
      this.db.run('UPDATE activity SET seen = 1 WHERE id IN (SELECT value FROM json_each(?))', list);
      return rows.map((row) => ({ ...toActivity(row), seen: true }));
    });
  }

  unseenProblems(): number {
    return this.db.get<{ n: number }>('SELECT count(*) AS n FROM activity WHERE problem = 1 AND seen = 0')?.n ?? 0;
  }
}
