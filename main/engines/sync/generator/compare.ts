// What differs between an entry as the sender lists it and what stands at the receiver (generator.c quick_check_ok, itemize).
import type { FileEntry } from '../flist/file-list.ts';
import { isDevice, isDir, isFile, isLink, S_IFMT } from '../flist/mode.ts';
import type { TransferOptions } from '../sessions/options.ts';
import { ITEM } from '../wire/requests.ts';

const PERMISSION_BITS = 0o7777;

export type CompareOptions = Pick<TransferOptions, 'perms' | 'times' | 'owner' | 'group' | 'update' | 'checksum' | 'ignoreTimes' | 'sizeOnly' | 'omitDirTimes'> & {
  /** Only root can give files away, so only then does a differing owner count. */
  readonly asRoot: boolean;
};

export interface Difference {
  /** ITEM_* bits; 0 when nothing is to be done. */
  readonly flags: number;
  /** Something of another kind stands there and must go first. */
  readonly replaces: boolean;
  /** Left alone because the receiver's file is newer (-u). */
  readonly newerThere: boolean;
}

const SAME: Difference = { flags: 0, replaces: false, newerThere: false };

/** Compares `source` with `there` (null when nothing is there). Times count to the second, as rsync's do by default. */
export function compareEntries(source: FileEntry, there: FileEntry | null, options: CompareOptions): Difference {
  const { mode } = source;
  if (there === null || (there.mode & S_IFMT) !== (mode & S_IFMT)) {
    return { flags: ITEM.NEW | (isFile(mode) ? ITEM.TRANSFER : ITEM.LOCAL_CHANGE), replaces: there !== null, newerThere: false };
  }
  if (isFile(mode)) return compareFiles(source, there, options);
  let flags = attributeFlags(source, there, options);
  if (isLink(mode) && Buffer.compare(source.link ?? Buffer.alloc(0), there.link ?? Buffer.alloc(0)) !== 0) flags |= ITEM.LOCAL_CHANGE | ITEM.CHANGE;
  if (isDevice(mode) && (source.major !== there.major || source.minor !== there.minor)) flags |= ITEM.LOCAL_CHANGE | ITEM.CHANGE;
  return flags === 0 ? SAME : { flags, replaces: false, newerThere: false };
}

function compareFiles(source: FileEntry, there: FileEntry, options: CompareOptions): Difference {
  if (options.update && there.mtime > source.mtime) return { flags: 0, replaces: false, newerThere: true };
  const flags = attributeFlags(source, there, options);
  if (sameContent(source, there, options)) return flags === 0 ? SAME : { flags, replaces: false, newerThere: false };
  const content = ITEM.TRANSFER | (source.size === there.size ? 0 : ITEM.SIZE) | (options.checksum ? ITEM.CHANGE : 0) | (options.times ? 0 : ITEM.TIME);
  return { flags: flags | content, replaces: false, newerThere: false };
}

function sameContent(source: FileEntry, there: FileEntry, options: CompareOptions): boolean {
  if (source.size !== there.size) return false;
  if (options.checksum) return source.digest !== undefined && there.digest !== undefined && Buffer.compare(source.digest, there.digest) === 0;
  if (options.sizeOnly) return true;
  if (options.ignoreTimes) return false;
  return source.mtime === there.mtime;
}

function attributeFlags(source: FileEntry, there: FileEntry, options: CompareOptions): number {
  let flags = 0;
  const timed = options.times && !(isDir(source.mode) && options.omitDirTimes);
  if (timed && source.mtime !== there.mtime) flags |= ITEM.TIME;
  if (options.perms && !isLink(source.mode) && ((source.mode ^ there.mode) & PERMISSION_BITS) !== 0) flags |= ITEM.PERMS;
  if (options.owner && options.asRoot && source.uid !== there.uid) flags |= ITEM.OWNER;
  if (options.group && source.gid !== there.gid) flags |= ITEM.GROUP;
  return flags;
}
