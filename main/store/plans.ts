// The plan table in SQLite (plans.sqlite, owned by the engine's process alone): a million rows, read in windows.
import Database from 'better-sqlite3';
import type { PlanTable, DecideWhat, NewRow, PlanInfo, PlanPatch, RowSide, RowState, StoredRow } from '../engines/sync/plan/plan-table.ts';
import { FileKind, PlanAction, PlanChip, PlanDecision, PlanReason, PlanRowState } from '../../preload/contract/domain.ts';
import type { ErrorInfo } from '../../preload/contract/errors.ts';
import { SluiceError } from '../../preload/contract/sluice-error.ts';
import { asBuffer, showName } from '../lib/bytes.ts';
import { chainDigest } from '../lib/digest.ts';

const KINDS = FileKind.options;
const ACTIONS = PlanAction.options; // copy 0, update 1, attributes 2, delete 3, none 4
const DECISIONS = PlanDecision.options; // do 0, skip 1, reverse 2
const STATES = PlanRowState.options; // pending 0, done 1, failed 2, recheck 3
const REASONS = PlanReason.options;
const CHIPS = PlanChip.options.slice(1); // copy 0, update 1, attributes 2, delete 3, skipped 4, error 5
const VERSION = 2;

/** A table is not worth a migration: plans are made again. Another version drops what is there. */
const SCHEMA = `
CREATE TABLE plans (
  pid INTEGER PRIMARY KEY, plan_id TEXT NOT NULL UNIQUE, sync_id TEXT NOT NULL, state TEXT NOT NULL, created_at INTEGER NOT NULL, scanned_at INTEGER NOT NULL DEFAULT 0,
  seen_left INTEGER NOT NULL DEFAULT 0, seen_right INTEGER NOT NULL DEFAULT 0, same INTEGER NOT NULL DEFAULT 0, rows INTEGER NOT NULL DEFAULT 0,
  error TEXT, token TEXT NOT NULL, rev INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE rows (
  pid INTEGER NOT NULL, id INTEGER NOT NULL, path BLOB NOT NULL, shown TEXT NOT NULL, action INTEGER NOT NULL, reason INTEGER NOT NULL, itemize TEXT NOT NULL,
  decision INTEGER NOT NULL, state INTEGER NOT NULL, error TEXT, lside BLOB, rside BLOB, lsize INTEGER NOT NULL, rsize INTEGER NOT NULL,
  chip INTEGER NOT NULL GENERATED ALWAYS AS (CASE WHEN state >= 2 THEN 5 WHEN decision = 1 OR action = 4 THEN 4
    WHEN decision = 2 AND action = 0 THEN 3 WHEN decision = 2 AND action = 3 THEN 0 ELSE action END) STORED,
  bytes INTEGER NOT NULL GENERATED ALWAYS AS (CASE WHEN state >= 2 OR decision = 1 THEN 0 WHEN decision = 2 THEN CASE WHEN action IN (1, 3) THEN rsize ELSE 0 END
    WHEN action IN (0, 1) THEN lsize ELSE 0 END) STORED,
  PRIMARY KEY (pid, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX rows_by_chip ON rows (pid, chip, id, bytes);
`;

/** kind u8, mode u32, size f64, mtime f64, nsec u32, owner length u16, owner, has-link u8, link. */
function packSide(side: RowSide | null): Buffer | null {
  if (!side) return null;
  const owner = Buffer.from(side.owner);
  const packed = Buffer.alloc(28 + owner.length + (side.link?.length ?? 0));
  packed.writeUInt8(KINDS.indexOf(side.kind), 0);
  packed.writeUInt32LE(side.mode >>> 0, 1);
  packed.writeDoubleLE(side.size, 5);
  packed.writeDoubleLE(side.mtime, 13);
  packed.writeUInt32LE(side.nsec, 21);
  packed.writeUInt16LE(owner.length, 25);
  packed.writeUInt8(side.link ? 1 : 0, 27);
  owner.copy(packed, 28);
  if (side.link) packed.set(side.link, 28 + owner.length);
  return packed;
}

function unpackSide(packed: Buffer | null): RowSide | null {
  if (!packed) return null;
  const end = 28 + packed.readUInt16LE(25);
  return {
    kind: KINDS[packed.readUInt8(0)] ?? 'file', mode: packed.readUInt32LE(1), size: packed.readDoubleLE(5), mtime: packed.readDoubleLE(13), nsec: packed.readUInt32LE(21),
    owner: packed.toString('utf8', 28, end), link: packed.readUInt8(27) === 1 ? packed.subarray(end) : null,
  };
}

interface RawRow {
  id: number; path: Buffer; action: number; reason: number; itemize: string; decision: number; state: number; error: string | null; lside: Buffer | null; rside: Buffer | null;
}
interface RawPlan {
  pid: number; plan_id: string; sync_id: string; state: PlanInfo['state']; created_at: number; scanned_at: number;
  seen_left: number; seen_right: number; same: number; rows: number; error: string | null; token: string; rev: number;
}

const rowOf = (raw: RawRow): StoredRow => ({
  id: raw.id, path: raw.path, action: ACTIONS[raw.action] as PlanAction, reason: REASONS[raw.reason] as PlanReason, itemize: raw.itemize,
  decision: DECISIONS[raw.decision] as PlanDecision, state: STATES[raw.state] as RowState, error: raw.error === null ? null : (JSON.parse(raw.error) as ErrorInfo),
  left: unpackSide(raw.lside), right: unpackSide(raw.rside),
});
const fileSize = (side: RowSide | null): number => (side?.kind === 'file' ? side.size : 0);
const COLUMNS = 'id, path, action, reason, itemize, decision, state, error, lside, rside';

export class SqlitePlanTable implements PlanTable {
  private readonly db: Database.Database;
  /** Sums of a plan are counted once for each change. */
  private readonly sums = new Map<number, Pick<PlanInfo, 'counts' | 'bytes'>>();
  /** How many rows the last search found. */
  private found: { readonly key: string; readonly total: number } | null = null;
  private readonly statements = new Map<string, Database.Statement>();

  /** @param file its path, or ":memory:". @param nativeBinding another build of the addon, for runtimes with their own ABI. */
  constructor(file: string, nativeBinding: string | undefined = process.env['SLUICE_SQLITE_BINDING']) {
    this.db = new Database(file, nativeBinding ? { nativeBinding } : {});
    this.db.pragma('journal_mode = WAL');
    this.db.pragma('synchronous = NORMAL');
    if (this.db.pragma('user_version', { simple: true }) !== VERSION) {
      this.db.exec('DROP TABLE IF EXISTS rows; DROP TABLE IF EXISTS plans;');
      this.db.exec(SCHEMA);
      this.db.pragma(`user_version = ${VERSION}`);
    }
  }

  create(plan: { readonly planId: string; readonly syncId: string; readonly createdAt: number }): void {
    this.db.transaction(() => {
      this.forget(plan.planId);
      this.sql('INSERT INTO plans (plan_id, sync_id, state, created_at, token) VALUES (?, ?, ?, ?, ?)').run(plan.planId, plan.syncId, 'scanning', plan.createdAt, chainDigest('', [plan.planId]));
    })();
  }

  insert(planId: string, rows: readonly NewRow[]): void {
    if (rows.length === 0) return;
    const plan = this.plan(planId);
    const add = this.sql('INSERT INTO rows (pid, id, path, shown, action, reason, itemize, decision, state, error, lside, rside, lsize, rsize) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.db.transaction(() => {
      const parts: (string | Uint8Array)[] = [];
      let id = plan.rows;
      for (const row of rows) {
        const left = packSide(row.left);
        const right = packSide(row.right);
        parts.push(row.path, `${row.action} ${row.decision}`, left ?? '', right ?? '');
        add.run(plan.pid, id++, asBuffer(row.path), showName(row.path), ACTIONS.indexOf(row.action), REASONS.indexOf(row.reason), row.itemize, DECISIONS.indexOf(row.decision),
          STATES.indexOf(row.state), row.error && JSON.stringify(row.error), left, right, fileSize(row.left), fileSize(row.right));
      }
      this.sql('UPDATE plans SET rows = ?, token = ? WHERE pid = ?').run(id, chainDigest(plan.token, parts), plan.pid);
    })();
    this.changed(plan.pid);
  }

  update(planId: string, patch: PlanPatch): void {
    const plan = this.plan(planId);
    this.sql('UPDATE plans SET state = ?, seen_left = ?, seen_right = ?, same = ?, error = ?, scanned_at = ? WHERE pid = ?').run(
      patch.state ?? plan.state, patch.seen?.left ?? plan.seen_left, patch.seen?.right ?? plan.seen_right, patch.same ?? plan.same,
      patch.error === undefined ? plan.error : patch.error && JSON.stringify(patch.error), patch.scannedAt ?? plan.scanned_at, plan.pid);
  }

  info(planId: string): PlanInfo | null {
    const plan = this.sql('SELECT * FROM plans WHERE plan_id = ?').get(planId) as RawPlan | undefined;
    return plan ? this.infoOf(plan) : null;
  }

  window(planId: string, chip: PlanChip, search: string, offset: number, limit: number): { rows: StoredRow[]; total: number } {
    const plan = this.plan(planId);
    if (chip === 'all' && search === '') {
      const rows = this.sql(`SELECT ${COLUMNS} FROM rows WHERE pid = ? AND id >= ? AND id < ? ORDER BY id`).all(plan.pid, offset, offset + limit) as RawRow[];
      return { rows: rows.map(rowOf), total: plan.rows };
    }
    const where = `pid = @pid${chip === 'all' ? '' : ' AND chip = @chip'}${search === '' ? '' : " AND shown LIKE @like ESCAPE '\\'"}`;
    const values = {
      pid: plan.pid, ...(chip === 'all' ? {} : { chip: CHIPS.indexOf(chip) }), ...(search === '' ? {} : { like: `%${search.replace(/[\\%_]/g, '\\$&')}%` }),
    };
    // The index alone finds the ids; only the rows of the window are read.
    const ids = `SELECT id FROM rows WHERE ${where} ORDER BY id LIMIT @limit OFFSET @offset`;
    const rows = this.sql(`SELECT ${COLUMNS} FROM rows WHERE pid = @pid AND id IN (${ids}) ORDER BY id`).all({ ...values, limit, offset }) as RawRow[];
    if (search === '') return { rows: rows.map(rowOf), total: this.sumsOf(plan.pid).counts[chip as Exclude<PlanChip, 'all'>] };
    const key = JSON.stringify([plan.pid, chip, search]);
    if (this.found?.key !== key) this.found = { key, ...(this.sql(`SELECT count(*) AS total FROM rows WHERE ${where}`).get(values) as { total: number }) };
    const { total } = this.found;
    return { rows: rows.map(rowOf), total };
  }

  decide(planId: string, what: DecideWhat, decision: PlanDecision): void {
    const plan = this.plan(planId);
    const code = DECISIONS.indexOf(decision);
    const set = 'UPDATE rows SET decision = ? WHERE pid = ? AND state = 0 AND action <> 4';
    this.db.transaction(() => {
      if ('chip' in what) {
        if (what.chip === 'all') this.sql(set).run(code, plan.pid);
        else this.sql(`${set} AND chip = ?`).run(code, plan.pid, CHIPS.indexOf(what.chip));
      } else {
        for (const id of what.rows) {
          const end = what.below ? this.endOfSubtree(plan, id) : id + 1;
          this.sql(`${set} AND id >= ? AND id < ?`).run(code, plan.pid, id, end);
        }
      }
      this.sql('UPDATE plans SET rev = rev + 1, token = ? WHERE pid = ?').run(chainDigest(plan.token, [JSON.stringify(what), decision]), plan.pid);
    })();
    this.changed(plan.pid);
  }

  pending(planId: string, from: number, limit: number): StoredRow[] {
    const rows = this.sql(`SELECT ${COLUMNS} FROM rows WHERE pid = ? AND id >= ? AND state = 0 AND decision <> 1 AND action <> 4 ORDER BY id LIMIT ?`).all(this.plan(planId).pid, from, limit) as RawRow[];
    return rows.map(rowOf);
  }

  mark(planId: string, marks: readonly { readonly id: number; readonly state: RowState; readonly error: ErrorInfo | null }[]): void {
    if (marks.length === 0) return;
    const { pid } = this.plan(planId);
    const set = this.sql('UPDATE rows SET state = ?, error = ? WHERE pid = ? AND id = ?');
    this.db.transaction(() => {
      for (const { id, state, error } of marks) set.run(STATES.indexOf(state), error && JSON.stringify(error), pid, id);
    })();
    this.changed(pid);
  }

  forget(planId: string): void {
    const plan = this.sql('SELECT * FROM plans WHERE plan_id = ?').get(planId) as RawPlan | undefined;
    if (!plan) return;
    this.db.transaction(() => {
      this.sql('DELETE FROM rows WHERE pid = ?').run(plan.pid);
      this.sql('DELETE FROM plans WHERE pid = ?').run(plan.pid);
    })();
    this.changed(plan.pid);
  }

  list(): PlanInfo[] {
    return (this.sql('SELECT * FROM plans ORDER BY pid').all() as RawPlan[]).map((plan) => this.infoOf(plan));
  }

  close(): void {
    this.statements.clear();
    this.db.close();
  }

  /** A subtree stands together in the list's order: the id behind its last row. */
  private endOfSubtree(plan: RawPlan, id: number): number {
    const top = this.sql('SELECT path FROM rows WHERE pid = ? AND id = ?').get(plan.pid, id) as { path: Buffer } | undefined;
    if (!top) return id;
    if (top.path.equals(Buffer.from('.'))) return plan.rows;
    const prefix = Buffer.concat([top.path, Buffer.from('/')]);
    const next = this.sql('SELECT id FROM rows WHERE pid = ? AND id > ? AND substr(path, 1, ?) <> ? ORDER BY id LIMIT 1').get(plan.pid, id, prefix.length, prefix) as { id: number } | undefined;
    return next?.id ?? plan.rows;
  }

  private infoOf(plan: RawPlan): PlanInfo {
    return {
      planId: plan.plan_id, syncId: plan.sync_id, state: plan.state, createdAt: plan.created_at, scannedAt: plan.scanned_at, seen: { left: plan.seen_left, right: plan.seen_right },
      same: plan.same, rows: plan.rows, error: plan.error === null ? null : (JSON.parse(plan.error) as ErrorInfo), token: plan.token, rev: plan.rev, ...this.sumsOf(plan.pid),
    };
  }

  private sumsOf(pid: number): Pick<PlanInfo, 'counts' | 'bytes'> {
    const known = this.sums.get(pid);
    if (known) return known;
    const counts = { copy: 0, update: 0, attributes: 0, delete: 0, skipped: 0, error: 0 };
    let bytes = 0;
    for (const group of this.sql('SELECT chip, count(*) AS n, sum(bytes) AS bytes FROM rows WHERE pid = ? GROUP BY chip').all(pid) as { chip: number; n: number; bytes: number }[]) {
      counts[CHIPS[group.chip] as keyof typeof counts] = group.n;
      bytes += group.bytes;
    }
    const sums = { counts, bytes };
    this.sums.set(pid, sums);
    return sums;
  }

  /** Rows changed: what was counted is counted anew. */
  private changed(pid: number): void {
    this.sums.delete(pid);
    this.found = null;
  }

  private plan(planId: string): RawPlan {
    const plan = this.sql('SELECT * FROM plans WHERE plan_id = ?').get(planId) as RawPlan | undefined;
    if (!plan) throw SluiceError.of('STORE_NOT_FOUND', { kind: 'plan', id: planId });
    return plan;
  }

  private sql(text: string): Database.Statement {
    let statement = this.statements.get(text);
    if (!statement) this.statements.set(text, (statement = this.db.prepare(text)));
    return statement;
  }
}
