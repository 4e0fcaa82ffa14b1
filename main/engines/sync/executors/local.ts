// Carries out a plan whose two sides are both on this machine: deletes deepest first, then rows in the list's order,
// each file to a temporary name beside its place, then attributes, fsync, rename; folder times last.
import { lstatSync, mkdirSync, readlinkSync, renameSync, rmdirSync, symlinkSync, unlinkSync, type BigIntStats } from 'node:fs';
import type { FileKind } from '../../../../preload/contract/domain.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { joinPath, nameOf, parentOf, showName } from '../../../lib/bytes.ts';
import { entryOf } from '../flist/scan.ts';
import { effectiveAction, type RowSide, type StoredRow } from '../plan/plan-table.ts';
import { setAttributes, type AttributeRules } from './attributes.ts';
import { copyContent, FileCommitter } from './copy-file.ts';
import { deleteLocalRow } from './delete-row.ts';
import { isAsSeen, lookAt } from './drift.ts';
import { FolderTimes } from './folder-times.ts';
import { makeNode } from '../receiver/make-node.ts';
import { rowError } from './row-error.ts';
import type { RunContext } from './run-context.ts';
import { temporaryName } from './temporary-name.ts';
import { codeOf } from '../../../lib/errno.ts';
import { ConfinedRoot } from '../receiver/confined-root.ts';

const PAGE = 1000;

export class LocalExecutor {
  private readonly context: RunContext;
  private readonly left: ConfinedRoot;
  private readonly right: ConfinedRoot;
  private readonly rules: AttributeRules;
  private readonly committer: FileCommitter;
  /** Folders whose attributes are set when all in them is done. */
  private readonly folders: { readonly row: StoredRow; readonly to: ConfinedRoot; readonly seen: RowSide; readonly settles: boolean }[] = [];

  private readonly times = new FolderTimes();

  constructor(context: RunContext) {
    this.context = context;
    const { options, fsync, left, right } = context.plan;
    this.left = new ConfinedRoot(left.path);
    this.right = new ConfinedRoot(right.path);
    this.rules = { perms: options.perms, times: options.times, owner: options.owner, group: options.group };
    this.committer = new FileCommitter(fsync);
  }

  async run(): Promise<void> {
    try {
      await this.deleteRows();
      this.context.meter.phase = 'transfer';
      await this.transferRows();
      await this.committer.flush();
    } finally {
      await this.committer.flush().catch(() => {});
      this.context.meter.phase = 'attributes';
      this.finishFolders();
      this.left.close();
      this.right.close();
    }
  }

  private sides(row: StoredRow): { from: ConfinedRoot; to: ConfinedRoot; source: RowSide | null; target: RowSide | null } {
    const back = row.decision === 'reverse';
    return back ? { from: this.right, to: this.left, source: row.right, target: row.left } : { from: this.left, to: this.right, source: row.left, target: row.right };
  }

  /** From the end of the list to its start, so that a folder's contents go before it. */
  private async deleteRows(): Promise<void> {
    const { context } = this;
    const { planId } = context.plan;
    context.meter.phase = 'delete';
    const total = context.table.window(planId, 'delete', '', 0, 0).total;
    for (let start = Math.floor(Math.max(0, total - 1) / PAGE) * PAGE; start >= 0 && total > 0; start -= PAGE) {
      const page = context.table.window(planId, 'delete', '', start, PAGE).rows.reverse();
      for (const row of page) {
        if (row.state !== 'pending') continue;
        await context.checkpoint();
        this.deleteRow(row);
      }
    }
    context.flush();
  }

  private deleteRow(row: StoredRow): void {
    const { to, target } = this.sides(row);
    try { this.remember(to, row.path); } catch { /* its folder is gone, as the row will tell */ }
    deleteLocalRow(this.context, to, row, target);
  }

  private async transferRows(): Promise<void> {
    const { context } = this;
    for (let from = 0; ;) {
      const rows = context.table.pending(context.plan.planId, from, PAGE);
      if (rows.length === 0) return;
      from = (rows.at(-1) as StoredRow).id + 1;
      for (const row of rows) {
        const action = effectiveAction(row.action, row.decision);
        if (action === 'delete') continue;
        await context.checkpoint();
        const shown = showName(row.path);
        context.meter.begin(shown);
        try {
          await this.transferRow(row, action === 'attributes');
        } catch (error) {
          if (error instanceof SluiceError && (error.code === 'APP_CANCELLED' || error.code === 'RUN_STOPPED')) throw error;
          context.fail(row, rowError(row.path, error, false));
        } finally {
          context.meter.end(shown);
        }
      }
    }
  }

  private async transferRow(row: StoredRow, attributesOnly: boolean): Promise<void> {
    const { context } = this;
    const { from, to, source, target } = this.sides(row);
    if (!source) { context.recheck(row); return; }
    // The content of a file is looked at when it is open.
    const now = source.kind === 'file' && !attributesOnly ? null : this.sourceNow(row, from, source);
    if (now === undefined) return;
    this.makeParents(from, to, row.path);
    const there = lookAt(to.at(row.path));
    // A folder that our own earlier part of the run made is no change.
    const madeByUs = target === null && there?.isDirectory() === true && source.kind === 'dir';
    if (!madeByUs && !isAsSeen(there, target)) {
      // An interrupted run put it there and could not say so any more.
      if (!attributesOnly && source.kind === 'file' && isAsSeen(there, source)) context.done(row); else context.recheck(row);
      return;
    }
    this.remember(to, row.path);
    if (attributesOnly) {
      if (source.kind === 'dir') this.folders.push({ row, to, seen: source, settles: true });
      else if (now) {
        setAttributes(to.at(row.path), now, source.kind, this.rules);
        context.done(row);
      }
      return;
    }
    if (there && !madeByUs && target && target.kind !== source.kind) this.makeWay(to, row.path, target.kind);
    if (source.kind === 'file') await this.file(row, from, to, source);
    else if (source.kind === 'dir') {
      if (!madeByUs) mkdirSync(to.at(row.path), 0o700);
      this.folders.push({ row, to, seen: source, settles: true });
    } else if (now) this.replaceByRename(row, to, (temporary) => {
      if (source.kind === 'link') symlinkSync(readlinkSync(from.at(row.path), 'buffer'), temporary);
      else makeNode(temporary, entryOf(row.path, now));
      setAttributes(temporary, now, source.kind, this.rules);
    });
  }

  /** The source as it is, or undefined when the row was settled because of it. */
  private sourceNow(row: StoredRow, from: ConfinedRoot, source: RowSide): BigIntStats | undefined {
    try {
      const now = lookAt(from.at(row.path));
      if (now && isAsSeen(now, source)) return now;
      if (now) this.context.recheck(row); else this.context.fail(row, SluiceError.of('FILE_VANISHED', { path: showName(row.path) }));
    } catch (error) {
      this.context.fail(row, rowError(row.path, error, true));
    }
    return undefined;
  }

  private async file(row: StoredRow, from: ConfinedRoot, to: ConfinedRoot, source: RowSide): Promise<void> {
    const { context } = this;
    const { inplace } = context.plan.options;
    const temporary = inplace ? Buffer.from(row.path) : joinPath(parentOf(row.path), temporaryName(nameOf(row.path), context.plan.planId, row.id));
    const outcome = await copyContent({
      from: () => from.at(row.path), to: () => to.at(temporary), inplace, seen: source,
      onBytes: (count) => { context.meter.addBytes(count); context.meter.report.literal += count; }, checkpoint: () => context.checkpoint(false),
    }, this.rules);
    if (outcome.kind === 'changed') { context.recheck(row); return; }
    if (outcome.kind === 'unreadable') { context.fail(row, rowError(row.path, outcome.error, true)); return; }
    await this.committer.add({
      fd: outcome.fd, size: source.size,
      commit: () => { if (!inplace) renameSync(to.at(temporary), to.at(row.path)); },
      undo: () => { if (!inplace) unlinkSync(to.at(temporary)); },
      settle: (error) => { if (error) context.fail(row, rowError(row.path, error, false)); else context.done(row); },
    });
  }

  /** Makes something beside its place and puts it there in one step. */
  private replaceByRename(row: StoredRow, to: ConfinedRoot, make: (temporary: Buffer) => void): void {
    const temporary = joinPath(parentOf(row.path), temporaryName(nameOf(row.path), this.context.plan.planId, row.id));
    if (lookAt(to.at(temporary))) unlinkSync(to.at(temporary));
    make(to.at(temporary));
    renameSync(to.at(temporary), to.at(row.path));
    this.context.done(row);
  }

  /** Folders above a row whose own rows were skipped, or that vanished: made as they are at the source. */
  private makeParents(from: ConfinedRoot, to: ConfinedRoot, path: Uint8Array): void {
    if (path.length === 1 && path[0] === 0x2e) {
      to.makeRoot();
      return;
    }
    const folder = parentOf(path);
    if (folder.length === 0) { to.makeRoot(); return; }
    try {
      to.at(path);
      return;
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
    }
    this.makeParents(from, to, folder);
    if (!lookAt(to.at(folder))) {
      mkdirSync(to.at(folder), 0o700);
      setAttributes(to.at(folder), lstatSync(from.at(folder), { bigint: true }), 'dir', this.rules);
    }
  }

  private remember(to: ConfinedRoot, path: Uint8Array): void {
    if (this.rules.times) this.times.remember(to, path);
  }

  private makeWay(to: ConfinedRoot, path: Uint8Array, kind: FileKind): void {
    if (kind !== 'dir') { unlinkSync(to.at(path)); return; }
    to.forget(path);
    try {
      rmdirSync(to.at(path));
    } catch (error) {
      throw SluiceError.of('FILE_TYPE_IN_THE_WAY', { path: showName(path) }, error);
    }
  }

  /** Deepest first, so that setting one folder's time is the last thing that happens in it. */
  private finishFolders(): void {
    this.times.giveBack();
    for (const { row, to, settles } of this.folders.reverse()) {
      try {
        const { from } = this.sides(row);
        setAttributes(to.at(row.path), lstatSync(from.at(row.path), { bigint: true }), 'dir', this.rules);
        if (settles) this.context.done(row);
      } catch (error) {
        this.context.fail(row, rowError(row.path, error, false));
      }
    }
    this.folders.length = 0;
  }
}
