// A plan as a table: one row for each path that differs, with what is to be done, what was decided and what became of it.
// Implementations: memory (tests), SQLite (main/store/plans.ts); one conformance suite runs on both.
import type { FileKind, PlanAction, PlanChip, PlanDecision, PlanReason, PlanRow, PlanSide } from '../../../../preload/contract/domain.ts';
import type { ErrorInfo } from '../../../../preload/contract/errors.ts';
import { asBuffer, nameOf, showName } from '../../../lib/bytes.ts';

/** One side of a row as the scan saw it, exact enough to notice that it changed. */
export interface RowSide {
  readonly kind: FileKind;
  readonly size: number; // bytes
  readonly mtime: number; // seconds since 1970
  readonly nsec: number; // 0..999999999
  readonly mode: number; // st_mode with its type bits
  readonly owner: string; // "user:group" as shown
  readonly link: Uint8Array | null;
}

export type RowState = 'pending' | 'done' | 'failed' | 'recheck';

export interface NewRow {
  /** Below the root, no slash at either end; `.` is the root itself. */
  readonly path: Uint8Array;
  /** As suggested: from left to right. */
  readonly action: PlanAction;
  readonly reason: PlanReason;
  readonly itemize: string;
  readonly decision: PlanDecision;
  readonly left: RowSide | null;
  readonly right: RowSide | null;
  readonly state: 'pending' | 'failed';
  readonly error: ErrorInfo | null;
}
export interface StoredRow extends Omit<NewRow, 'state'> {
  readonly id: number; // dense from 0, in the order of the list
  readonly state: RowState;
}

export interface PlanInfo {
  readonly planId: string;
  readonly syncId: string;
  readonly state: 'scanning' | 'ready' | 'stale' | 'running' | 'finished' | 'failed';
  readonly createdAt: number; // ms
  readonly scannedAt: number; // ms, when the scan was complete; 0 before
  readonly seen: { readonly left: number; readonly right: number };
  readonly same: number;
  readonly counts: Readonly<Record<Exclude<PlanChip, 'all'>, number>>;
  readonly rows: number;
  readonly bytes: number;
  readonly error: ErrorInfo | null;
  /** Changes with every row inserted and every decision, never with states. */
  readonly token: string;
  readonly rev: number;
}
export type PlanPatch = Partial<Pick<PlanInfo, 'state' | 'seen' | 'same' | 'error' | 'scannedAt'>>;

export type DecideWhat = { readonly rows: readonly number[]; readonly below: boolean } | { readonly chip: PlanChip };

/** All calls are synchronous and durable when they return. An unknown plan id throws STORE_NOT_FOUND, except where said. */
export interface PlanTable {
  /** Makes an empty plan in state `scanning`; one with the same id is replaced. */
  create(plan: { readonly planId: string; readonly syncId: string; readonly createdAt: number }): void;
  /** Appends rows; ids go on from the last. */
  insert(planId: string, rows: readonly NewRow[]): void;
  update(planId: string, patch: PlanPatch): void;
  /** Null for an unknown plan. */
  info(planId: string): PlanInfo | null;
  /** Rows of a chip whose shown path contains `search` (ASCII letters in either case), in order. */
  window(planId: string, chip: PlanChip, search: string, offset: number, limit: number): { readonly rows: StoredRow[]; readonly total: number };
  /** Decides for rows that are pending, and for `recheck` rows, which become pending again only by a new plan. Grows `rev` by one. */
  decide(planId: string, what: DecideWhat, decision: PlanDecision): void;
  /** At most `limit` rows with an id of `from` or more that are pending and not skipped, in order. */
  pending(planId: string, from: number, limit: number): StoredRow[];
  mark(planId: string, marks: readonly { readonly id: number; readonly state: RowState; readonly error: ErrorInfo | null }[]): void;
  /** Drops a plan; an unknown one is no error. */
  forget(planId: string): void;
  /** Plans in the order of their making. */
  list(): PlanInfo[];
  close(): void;
}

/** What a row does as decided. */
export function effectiveAction(action: PlanAction, decision: PlanDecision): PlanAction {
  if (decision !== 'reverse') return action;
  return action === 'copy' ? 'delete' : action === 'delete' ? 'copy' : action;
}

/** The one chip a row stands under. */
export function chipOf(row: Pick<StoredRow, 'action' | 'decision' | 'state'>): Exclude<PlanChip, 'all'> {
  if (row.state === 'failed' || row.state === 'recheck') return 'error';
  const action = effectiveAction(row.action, row.decision);
  return row.decision === 'skip' || action === 'none' ? 'skipped' : action;
}

/** Bytes of a file that the row will carry as decided; 0 for all that is no file content. */
export function bytesOf(row: Pick<StoredRow, 'action' | 'decision' | 'state' | 'left' | 'right'>): number {
  const chip = chipOf(row);
  if (chip !== 'copy' && chip !== 'update') return 0;
  const side = row.decision === 'reverse' ? row.right : row.left;
  return side?.kind === 'file' ? side.size : 0;
}

function shownSide(side: RowSide | null): PlanSide | null {
  return side && { kind: side.kind, size: side.size, mtime: side.mtime * 1000 + Math.floor(side.nsec / 1e6), mode: side.mode, owner: side.owner, link: side.link && showName(side.link) };
}

/** A row as the screen gets it. */
export function shownRow(row: StoredRow): PlanRow {
  let depth = 0;
  for (const byte of row.path) if (byte === 0x2f) depth++;
  return {
    id: row.id, path: showName(row.path), depth, action: effectiveAction(row.action, row.decision), decision: row.decision,
    direction: row.decision === 'reverse' ? 'backward' : 'forward', left: shownSide(row.left), right: shownSide(row.right),
    reason: row.reason, itemize: row.itemize, state: row.state, error: row.error,
  };
}

/** True for a path of the folder `folder` or below it; the root `.` holds everything. */
export function isBelow(path: Uint8Array, folder: Uint8Array): boolean {
  if (folder.length === 1 && folder[0] === 0x2e && nameOf(folder).length === 1) return true;
  return path.length > folder.length && path[folder.length] === 0x2f && asBuffer(path.subarray(0, folder.length)).equals(asBuffer(folder));
}
