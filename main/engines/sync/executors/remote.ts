// Carries out a plan between this machine and a server: a fresh look at the far side, deletes, then a push of the rows
// that go there and a pull of those that come here.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { asBuffer, showName } from '../../../lib/bytes.ts';
import type { Place } from '../api.ts';
import type { FileList } from '../flist/file-list.ts';
import { isDir } from '../flist/mode.ts';
import { effectiveAction, type StoredRow } from '../plan/plan-table.ts';
import { scanSide, withInstall, type Scanner } from '../plan/scan-side.ts';
import { deleteRemote } from '../sessions/delete.ts';
import { deleteLocalRow } from './delete-row.ts';
import { isEntryAsSeen } from './drift.ts';
import { FolderTimes } from './folder-times.ts';
import { Pull } from './pull.ts';
import { Push } from './push.ts';
import type { RunContext } from './run-context.ts';
import { ConfinedRoot } from '../receiver/confined-root.ts';
import { ends, type Way } from './way.ts';

const PAGE = 1000;

export class RemoteExecutor {
  private readonly context: RunContext;
  private readonly scanner: Scanner;
  /** How old the plan's view of the far side is allowed to be. */
  private readonly fresh: boolean;

  constructor(context: RunContext, scanner: Scanner, fresh: boolean) {
    this.context = context;
    this.scanner = scanner;
    this.fresh = fresh;
  }

  async run(): Promise<void> {
    const { context, scanner } = this;
    const { left, right, options } = context.plan;
    const here = left.place.kind === 'local' ? 'left' : 'right';
    const [near, far] = here === 'left' ? [left, right] : [right, left];
    const { access } = far.place as Extract<Place, { kind: 'ssh' }>;
    context.meter.phase = 'connect';
    const shell = await scanner.ssh.open(access, context.signal);
    try {
      const way: Way = { context, shell, pool: scanner.workers, access, local: asBuffer(near.path), far: far.path, here };
      let list: FileList | null = null;
      if (!this.fresh) {
        context.meter.phase = 'list';
        const scanned = await scanSide(scanner, here === 'left' ? 'right' : 'left', far, { ...options, checksum: false }, null, () => {}, context.signal);
        list = scanned.list;
      }
      context.meter.phase = 'compare';
      const { deletes, outgoing, incoming } = await this.sort(way, list);
      context.meter.phase = 'delete';
      const tree = new ConfinedRoot(way.local);
      const times = new FolderTimes();
      try {
        const deletesHere = deletes.filter((row) => ends(row).from !== here);
        if (options.times) for (const row of [...deletesHere, ...incoming]) rememberAbove(times, tree, row);
        for (const row of incoming) if (ends(row).source?.kind === 'dir') times.forget(tree, row.path);
        await this.deleteHere(tree, deletesHere);
        await this.deleteThere(way, deletes.filter((row) => ends(row).from === here));
        context.meter.phase = 'transfer';
        if (outgoing.length > 0) await new Push(way, scanner).run(outgoing, deletes);
        if (incoming.length > 0) await new Pull(way).run(incoming);
        context.meter.phase = 'attributes';
      } finally {
        times.giveBack();
        tree.close();
      }
    } catch (error) {
      await withInstall(error, shell, context.signal);
    } finally {
      shell.release();
    }
  }

  /** Rows by what they need; those whose far side changed, or that are done already, are settled here. */
  private async sort(way: Way, list: FileList | null): Promise<{ deletes: StoredRow[]; outgoing: StoredRow[]; incoming: StoredRow[] }> {
    const { context } = this;
    const deletes: StoredRow[] = [];
    const outgoing: StoredRow[] = [];
    const incoming: StoredRow[] = [];
    for (let from = 0; ;) {
      const rows = context.table.pending(context.plan.planId, from, PAGE);
      if (rows.length === 0) return { deletes, outgoing, incoming };
      from = (rows.at(-1) as StoredRow).id + 1;
      await context.checkpoint();
      for (const row of rows) {
        const toFar = ends(row).from === way.here;
        const isDelete = effectiveAction(row.action, row.decision) === 'delete';
        if (list && this.settled(row, list, toFar, isDelete)) continue;
        if (isDelete) deletes.push(row);
        else (toFar ? outgoing : incoming).push(row);
      }
    }
  }

  private settled(row: StoredRow, list: FileList, toFar: boolean, isDelete: boolean): boolean {
    const { source, target } = ends(row);
    const seen = toFar ? target : source;
    const wantDir = seen ? seen.kind === 'dir' : source?.kind === 'dir';
    let at = list.find(row.path, wantDir);
    if (at < 0) at = list.find(row.path, !wantDir);
    const found = at < 0 ? null : list.entry(at);
    if (isEntryAsSeen(found, seen)) return false;
    if (toFar && isDelete && !found) { this.context.done(row); return true; }
    if (toFar && !isDelete && found && isEntryAsSeen(found, source)) {
      // Put there by an interrupted run of this plan. A folder's attributes are set again, they cost nothing.
      if (source?.kind === 'dir') return false;
      this.context.done(row);
      return true;
    }
    if (!toFar && !found) this.context.fail(row, SluiceError.of('FILE_VANISHED', { path: showName(row.path) }));
    else this.context.recheck(row);
    return true;
  }

  private async deleteThere({ shell, far, access }: Way, rows: readonly StoredRow[]): Promise<void> {
    if (rows.length === 0) return;
    const { context } = this;
    const byPath = new Map(rows.map((row) => [asBuffer(row.path).toString('latin1'), row]));
    const rowOf = (path: Buffer): StoredRow | undefined => byPath.get(path.toString('latin1'));
    const { sent, received } = await deleteRemote(shell, {
      target: far, host: access.host, paths: rows.map((row) => ({ path: asBuffer(row.path), dir: isDir(ends(row).target?.mode ?? 0) })),
      deleted: (path) => { const row = rowOf(path); if (row) context.done(row); },
      failed: (path, error) => { const row = rowOf(path); if (row) context.fail(row, SluiceError.from(error)); },
    }, context.signal);
    context.meter.report.sent += sent;
    context.meter.report.received += received;
    context.flush();
  }

  private async deleteHere(tree: ConfinedRoot, rows: readonly StoredRow[]): Promise<void> {
    const { context } = this;
    for (const row of [...rows].reverse()) {
      await context.checkpoint();
      deleteLocalRow(context, tree, row, ends(row).target);
    }
    context.flush();
  }
}

function rememberAbove(times: FolderTimes, tree: ConfinedRoot, row: StoredRow): void {
  try { times.remember(tree, row.path); } catch { /* a folder that is still to be made */ }
}
