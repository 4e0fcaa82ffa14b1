// The two ends of a run between this machine and a server, and of each of its rows.
import type { ServerAccess } from '../api.ts';
import type { RowSide, StoredRow } from '../plan/plan-table.ts';
import type { SshShell } from '../transport/remote-process.ts';
import type { WorkerPool } from '../workers/pool.ts';
import type { RunContext } from './run-context.ts';

export interface Way {
  readonly context: RunContext;
  readonly shell: SshShell;
  /** Searches and sums large files. */
  readonly pool: WorkerPool;
  readonly access: ServerAccess;
  readonly local: Buffer;
  readonly far: Uint8Array;
  /** Which side of the plan is here. */
  readonly here: 'left' | 'right';
}

/** The side a row's content comes from, and the one it goes to, as the plan saw them. */
export function ends(row: StoredRow): { readonly from: 'left' | 'right'; readonly source: RowSide | null; readonly target: RowSide | null } {
  return row.decision === 'reverse' ? { from: 'right', source: row.right, target: row.left } : { from: 'left', source: row.left, target: row.right };
}
