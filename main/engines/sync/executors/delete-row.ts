// Deletes what a row names at this machine.
import { rmdirSync, unlinkSync } from 'node:fs';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { showName } from '../../../lib/bytes.ts';
import type { RowSide, StoredRow } from '../plan/plan-table.ts';
import { isAsSeen, lookAt } from './drift.ts';
import type { RunContext } from './run-context.ts';
import { codeOf } from '../../../lib/errno.ts';
import type { ConfinedRoot } from '../receiver/confined-root.ts';

/** One row's item at this machine, if it is still what the plan saw; a folder only when it is empty. */
export function deleteLocalRow(context: RunContext, tree: ConfinedRoot, row: StoredRow, target: RowSide | null): void {
  const shown = showName(row.path);
  try {
    const found = lookAt(tree.at(row.path));
    if (!found) { context.done(row); return; }
    if (!isAsSeen(found, target)) { context.recheck(row); return; }
    if (found.isDirectory()) {
      tree.forget(row.path);
      rmdirSync(tree.at(row.path));
    } else unlinkSync(tree.at(row.path));
    context.done(row);
  } catch (error) {
    const code = codeOf(error);
    if (error instanceof SluiceError) context.fail(row, error);
    else if (code === 'ENOENT') context.done(row);
    else context.fail(row, code === 'ENOTEMPTY' || code === 'EEXIST' ? SluiceError.of('FILE_NOT_EMPTY', { path: shown }, error) : SluiceError.of('FILE_DELETE', { path: shown, reason: code }, error));
  }
}
