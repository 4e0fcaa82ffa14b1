// Is a file still what the plan saw? Looked at just before it is touched; what changed is left alone.
import { lstatSync, type BigIntStats } from 'node:fs';
import { asBuffer } from '../../../lib/bytes.ts';
import { kindOf } from '../plan/compare.ts';
import type { FileEntry } from '../flist/file-list.ts';
import type { RowSide } from '../plan/plan-table.ts';
import { codeOf } from '../../../lib/errno.ts';

const EMPTY = Buffer.alloc(0);
/** Times are set through a double of seconds, which is good to some 240 ns. */
const NSEC_SLACK = 1000;

/** lstat, or null when there is nothing. Other errors are thrown. */
export function lookAt(path: Uint8Array): BigIntStats | null {
  try {
    return lstatSync(asBuffer(path), { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
    throw error;
  }
}

/** Same kind, and for what is no folder the same size and time. A folder's time moves with its contents. */
export function isAsSeen(found: BigIntStats | null, seen: RowSide | null): boolean {
  if (!found || !seen) return !found && !seen;
  const kind = kindOf(Number(found.mode));
  if (kind !== seen.kind) return false;
  if (kind === 'dir' || kind === 'device' || kind === 'special') return true;
  if (Number(found.size) !== seen.size) return false;
  const nsec = Number(((found.mtimeNs % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n);
  const seconds = Number((found.mtimeNs - BigInt(nsec)) / 1_000_000_000n);
  return seconds === seen.mtime && (seen.nsec === 0 || Math.abs(nsec - seen.nsec) < NSEC_SLACK);
}

/** The same question of an entry in a fresh list. */
export function isEntryAsSeen(found: FileEntry | null, seen: RowSide | null): boolean {
  if (!found || !seen) return !found && !seen;
  const kind = kindOf(found.mode);
  if (kind !== seen.kind) return false;
  if (kind === 'link') return Buffer.compare(found.link ?? EMPTY, seen.link ?? EMPTY) === 0;
  return kind !== 'file' || (found.size === seen.size && found.mtime === seen.mtime);
}
