// Where a pull goes (main.c get_local_name): into the folder that is there, into one that is made, or onto one file; and what --delete removes there.
import { mkdirSync, mkdtempSync, rmdirSync, statSync, type Stats } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SluiceError } from '../../../preload/contract/sluice-error.ts';
import type { ErrorInfo } from '../../../preload/contract/errors.ts';
import { nameOf, parentOf, showName } from '../../lib/bytes.ts';
import type { FilterRules } from '../../engines/sync/filter/rules.ts';
import { FileList } from '../../engines/sync/flist/file-list.ts';
import { isDir } from '../../engines/sync/flist/mode.ts';
import { scanTree } from '../../engines/sync/flist/scan.ts';
import { ConfinedRoot } from '../../engines/sync/receiver/confined-root.ts';
import { writeError } from '../../engines/sync/receiver/item-error.ts';
import { removeOne } from '../../engines/sync/receiver/make-entry.ts';

export interface PullPlace {
  readonly root: Buffer;
  /** The list under the names it gets here. */
  readonly list: FileList;
  /** The folder was made now, or would be. */
  readonly created: boolean;
  /** Ends what stood in for a folder that a dry run does not make. */
  readonly release: () => void;
}

function statOf(path: Buffer): Stats | null {
  try {
    return statSync(path);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw pathError(path, code);
  }
}

function pathError(path: Buffer, code: string | undefined): SluiceError {
  const params = { path: showName(path), place: 'local' };
  if (code === 'ENOENT') return SluiceError.of('PATH_NOT_FOUND', { ...params, path: showName(parentOf(path)) });
  if (code === 'ENOTDIR') return SluiceError.of('PATH_NOT_A_FOLDER', params);
  if (code === 'EACCES') return SluiceError.of('PATH_DENIED', params);
  return SluiceError.of('FILE_WRITE', { path: params.path, reason: code ?? '' });
}

const nothing = (): void => {};

/** Finds or makes the place. PATH_NOT_A_FOLDER when a file stands where a folder must be, PATH_NOT_FOUND when its parent is missing. */
export function placeFor(target: Buffer, list: FileList, dryRun: boolean): PullPlace {
  const stat = statOf(target);
  if (stat?.isDirectory()) return { root: target, list, created: false, release: nothing };
  const many = list.length > 1 || list.isDir(0);
  const slashed = target[target.length - 1] === 0x2f;
  if (stat && (many || slashed)) throw SluiceError.of('PATH_NOT_A_FOLDER', { path: showName(target), place: 'local' });
  if (!many && !slashed) {
    const renamed = new FileList();
    renamed.add({ ...list.entry(0), name: Buffer.from(nameOf(target)) });
    renamed.sort();
    const root = parentOf(target);
    return { root: root.length === 0 ? Buffer.from('.') : root, list: renamed, created: false, release: nothing };
  }
  if (dryRun) {
    const stand = mkdtempSync(join(tmpdir(), 'sluice-'));
    return { root: Buffer.from(stand), list, created: true, release: () => { rmdirSync(stand); } };
  }
  try {
    mkdirSync(target);
  } catch (thrown) {
    throw pathError(target, (thrown as NodeJS.ErrnoException).code);
  }
  return { root: target, list, created: true, release: nothing };
}

export interface DeletionEvents {
  deleted(name: Buffer, dir: boolean): void;
  failed(error: ErrorInfo): void;
}

/** Removes what the list does not have, in the folders whose content the list has; what the rules protect stays, and so does its folder. */
export function deleteExtras(root: Buffer, list: FileList, rules: FilterRules, dryRun: boolean, events: DeletionEvents): void {
  const held = new ConfinedRoot(root);
  try {
    const local = new FileList();
    const spared = new Set<string>();
    const excluded = (path: Buffer, dir: boolean): boolean => {
      if (!rules.excludes(path, dir, 'receiver')) return false;
      for (let above = parentOf(path); above.length > 0; above = parentOf(above)) spared.add(above.toString('latin1'));
      return true;
    };
    for (const batch of scanTree(root, { recurse: true, links: true, devices: true, specials: true, excluded })) {
      for (let i = 0; i < batch.list.length; i++) local.add({ ...batch.list.entry(i) });
    }
    local.sort();
    const going = new Set<string>();
    for (let i = 0; i < local.length; i++) {
      const name = Buffer.from(local.name(i));
      if (name.equals(Buffer.from('.')) || list.find(name, true) >= 0 || list.find(name, false) >= 0) continue;
      const parent = parentOf(name);
      const above = list.find(parent.length === 0 ? Buffer.from('.') : parent, true);
      if (going.has(parent.toString('latin1')) || (above >= 0 && list.hasContent(above))) going.add(name.toString('latin1'));
    }
    for (let i = local.length - 1; i >= 0; i--) {
      const name = Buffer.from(local.name(i));
      const key = name.toString('latin1');
      if (!going.has(key) || spared.has(key)) continue;
      const dir = isDir(local.mode(i));
      try {
        if (!dryRun) removeOne(held, name);
        events.deleted(name, dir);
      } catch (thrown) {
        events.failed(writeError(name, thrown));
      }
    }
  } finally {
    held.close();
  }
}
