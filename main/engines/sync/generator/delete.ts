// Removes at the receiver what the list does not have (generator.c delete_in_dir, delete.c). Never through a link, never a protected name.
import { readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import type { ErrorInfo } from '../../../../preload/contract/errors.ts';
import { asBuffer, joinPath } from '../../../lib/bytes.ts';
import type { FileList } from '../flist/file-list.ts';
import { isDevice, isDir, isFile, isLink } from '../flist/mode.ts';
import type { ConfinedRoot } from '../receiver/confined-root.ts';
import { writeError } from '../receiver/item-error.ts';
import { localEntry } from '../receiver/local-entry.ts';

export interface DeletedCounts { files: number; dirs: number; links: number; devices: number; specials: number }

export interface DeletionParts {
  readonly list: FileList;
  readonly root: ConfinedRoot;
  readonly dryRun: boolean;
  /** A name that stays; a folder above it stays with it. */
  readonly protects: (path: Buffer, dir: boolean) => boolean;
  readonly onDeleted: (path: Buffer, dir: boolean) => void;
  readonly onFailed: (path: Buffer, error: ErrorInfo) => void;
  readonly counts: DeletedCounts;
}

const TURN_MS = 10;
const DOT = Buffer.from('.');

/** Goes through every folder whose content the list tells. With `inTheWayOnly` only folders go that stand where something else is to come. */
export async function deleteExtraneous(parts: DeletionParts, inTheWayOnly = false): Promise<void> {
  const { list } = parts;
  let turn = performance.now();
  for (let i = 0; i < list.length; i++) {
    if (list.isHole(i) || !list.hasContent(i)) continue;
    deleteIn(parts, Buffer.from(list.name(i)), inTheWayOnly);
    if (performance.now() - turn > TURN_MS) {
      await new Promise(setImmediate);
      turn = performance.now();
    }
  }
}

function deleteIn(parts: DeletionParts, folder: Buffer, inTheWayOnly: boolean): void {
  const { list } = parts;
  for (const name of namesIn(parts, folder)) {
    const path = folder.equals(DOT) ? name : joinPath(folder, name);
    if (list.find(path, true) >= 0) continue;
    const wanted = list.find(path, false) >= 0;
    if (wanted ? !isFolder(parts, path) : inTheWayOnly) continue;
    removeTree(parts, path);
  }
}

function isFolder({ root }: DeletionParts, path: Buffer): boolean {
  const there = localEntry(root, path);
  return there !== null && isDir(there.mode);
}

function namesIn({ root, onFailed }: DeletionParts, folder: Buffer): Buffer[] {
  try {
    if (!folder.equals(DOT)) {
      const there = localEntry(root, folder);
      if (there === null || !isDir(there.mode)) return [];
    }
    return (readdirSync(root.folderAt(folder), { encoding: 'buffer' }) as Buffer[]).sort(Buffer.compare);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') onFailed(folder, writeError(folder, thrown));
    return [];
  }
}

/** True when nothing is left of `path`. */
function removeTree(parts: DeletionParts, path: Buffer): boolean {
  const { root, dryRun, counts } = parts;
  try {
    const there = localEntry(root, path);
    if (there === null) return true;
    const dir = isDir(there.mode);
    if (parts.protects(path, dir)) return false;
    if (dir) {
      let empty = true;
      for (const name of namesIn(parts, path)) empty = removeTree(parts, joinPath(path, name)) && empty;
      if (!empty) return false;
      if (!dryRun) {
        root.forget(path);
        rmdirSync(root.at(path));
      }
      counts.dirs += 1;
    } else {
      if (!dryRun) unlinkSync(root.at(path));
      if (isFile(there.mode)) counts.files += 1;
      else if (isLink(there.mode)) counts.links += 1;
      else if (isDevice(there.mode)) counts.devices += 1;
      else counts.specials += 1;
    }
    parts.onDeleted(asBuffer(path), dir);
    return true;
  } catch (thrown) {
    parts.onFailed(path, writeError(path, thrown));
    return false;
  }
}
