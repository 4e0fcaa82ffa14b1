// Two sorted file lists become rows: what rsync would do to make the right one equal to the left one (generator.c).
// Times compare by whole seconds, as rsync's quick check does; owner and group only where the right side can set them.
import type { FileKind, PlanReason, SyncOptions } from '../../../../preload/contract/domain.ts';
import type { ErrorInfo } from '../../../../preload/contract/errors.ts';
import type { FileList } from '../flist/file-list.ts';
import { isDevice, isDir, isFile, isLink, isSpecial } from '../flist/mode.ts';
import type { NewRow, RowSide } from './plan-table.ts';

export interface ScannedSide {
  readonly list: FileList;
  /** Names of ids at that side; null where it is not known. */
  readonly userName: (uid: number) => string | null;
  readonly groupName: (gid: number) => string | null;
  /** Something could not be read: what is missing in the list may still be there. */
  readonly ioError: boolean;
  /** Items that could not be looked at, each with why. */
  readonly problems: readonly { readonly path: Uint8Array; readonly error: ErrorInfo }[];
}

export interface CompareOptions {
  readonly sync: SyncOptions;
  /** The right side may give files away (root). */
  readonly rightIsRoot: boolean;
  /** Groups the right side may set when it is not root; null when it is not known: then group is not compared. */
  readonly rightGroups: ReadonlySet<number> | null;
  /** The first letter of a transfer: `<` sent to another machine, `>` received or local. */
  readonly arrow: '<' | '>';
}

export interface CompareTotals {
  same: number;
  /** Deletions were left out because the left side was not wholly read. */
  deletesOff: boolean;
}

const CHMOD_BITS = 0o7777;

export function kindOf(mode: number): FileKind {
  return isFile(mode) ? 'file' : isDir(mode) ? 'dir' : isLink(mode) ? 'link' : isDevice(mode) ? 'device' : 'special';
}

function sideOf(side: ScannedSide, i: number): RowSide {
  const { list } = side;
  const mode = list.mode(i);
  const uid = list.uid(i);
  const gid = list.gid(i);
  return {
    kind: kindOf(mode), size: list.size(i), mtime: list.mtime(i), nsec: list.nsec(i), mode,
    owner: `${side.userName(uid) ?? uid}:${side.groupName(gid) ?? gid}`, link: isLink(mode) ? Buffer.from(list.link(i)) : null,
  };
}

const LETTER: Record<FileKind, string> = { file: 'f', dir: 'd', link: 'L', device: 'D', special: 'S' };

interface Differences {
  readonly content: boolean;
  readonly size: boolean;
  readonly time: boolean;
  readonly perms: boolean;
  readonly owner: boolean;
  readonly group: boolean;
}

/** rsync -i's eleven letters for an item that is there on both sides. */
function itemizeChange(arrow: string, kind: FileKind, d: Differences, transfer: boolean, keepsTimes: boolean): string {
  const first = transfer ? (kind === 'file' ? arrow : 'c') : '.';
  const time = d.time ? (keepsTimes ? 't' : 'T') : '.';
  return `${first}${LETTER[kind]}${d.content ? 'c' : '.'}${d.size ? 's' : '.'}${time}${d.perms ? 'p' : '.'}${d.owner ? 'o' : '.'}${d.group ? 'g' : '.'}...`;
}

const itemizeNew = (arrow: string, kind: FileKind): string => `${kind === 'file' ? arrow : 'c'}${LETTER[kind]}+++++++++`;

class Comparer {
  private readonly left: ScannedSide;
  private readonly right: ScannedSide;
  private readonly options: CompareOptions;
  readonly totals: CompareTotals = { same: 0, deletesOff: false };

  constructor(left: ScannedSide, right: ScannedSide, options: CompareOptions) {
    this.left = left;
    this.right = right;
    this.options = options;
    this.totals.deletesOff = options.sync.delete && left.ioError;
  }

  *rows(): Generator<NewRow> {
    const a = this.left.list;
    const b = this.right.list;
    for (const { path, error } of this.left.problems) yield problemRow(path, error);
    let i = 0;
    let j = 0;
    while (i < a.length || j < b.length) {
      if (i < a.length && a.isHole(i)) { i++; continue; }
      if (j < b.length && b.isHole(j)) { j++; continue; }
      const order = i >= a.length ? 1 : j >= b.length ? -1 : a.compare(i, b, j);
      const row = order === 0 ? this.both(i++, j++) : order < 0 ? this.onlyLeft(i++) : this.onlyRight(j++);
      if (row) yield row;
    }
  }

  /** Kinds that the options leave out: rsync lists them and skips them at the receiver. */
  private leftOut(mode: number): boolean {
    const { sync } = this.options;
    return (isLink(mode) && !sync.links) || ((isDevice(mode) || isSpecial(mode)) && !sync.devices);
  }

  private onlyLeft(i: number): NewRow | null {
    const { list } = this.left;
    const mode = list.mode(i);
    if (this.leftOut(mode)) return null;
    const other = this.right.list.find(list.name(i), !isDir(mode)); // the same path as another kind
    return this.row(i, other, other < 0 ? 'copy' : 'update', other < 0 ? 'onlyLeft' : 'typeDiffers', itemizeNew(this.options.arrow, kindOf(mode)));
  }

  private onlyRight(j: number): NewRow | null {
    if (!this.options.sync.delete || this.totals.deletesOff) return null;
    const { list } = this.right;
    const twin = this.left.list.find(list.name(j), !isDir(list.mode(j)));
    if (twin >= 0 && !this.leftOut(this.left.list.mode(twin))) return null; // the row of the other kind makes way
    return this.row(-1, j, 'delete', 'onlyRight', '*deleting  ');
  }

  private both(i: number, j: number): NewRow | null {
    const a = this.left.list;
    const b = this.right.list;
    const mode = a.mode(i);
    const other = b.mode(j);
    if (this.leftOut(mode)) { this.totals.same++; return null; }
    const kind = kindOf(mode);
    if (kind !== kindOf(other)) return this.row(i, j, 'update', 'typeDiffers', itemizeNew(this.options.arrow, kind));
    const { sync, arrow } = this.options;
    const timesDiffer = a.mtime(i) !== b.mtime(j);
    const attributes = this.attributes(i, j, kind, mode, other);
    if (kind === 'file') {
      const size = a.size(i) !== b.size(j);
      const content = sync.checksum && !size && !this.sameDigest(i, j);
      const changed = size || (sync.checksum ? content : timesDiffer);
      const d: Differences = { ...attributes, size, content: content || (sync.checksum && size), time: timesDiffer };
      if (changed) {
        const newer = a.mtime(i) < b.mtime(j);
        const reason: PlanReason = size ? 'sizeDiffers' : content ? 'contentDiffers' : newer ? 'rightNewer' : 'leftNewer';
        const row = this.row(i, j, 'update', sync.update && newer ? 'rightNewer' : reason, itemizeChange(arrow, kind, d, true, sync.times));
        return sync.update && newer ? { ...row, decision: 'skip' } : row;
      }
      return this.attributeRow(i, j, kind, { ...d, time: timesDiffer && sync.times });
    }
    const none: Differences = { ...attributes, content: false, size: false, time: timesDiffer && sync.times };
    if (kind === 'link' && !Buffer.from(a.link(i)).equals(Buffer.from(b.link(j)))) {
      return this.row(i, j, 'update', 'linkDiffers', itemizeChange(arrow, kind, { ...none, content: true }, true, sync.times));
    }
    if (kind === 'device') {
      const [major, minor] = a.device(i);
      const [otherMajor, otherMinor] = b.device(j);
      if (major !== otherMajor || minor !== otherMinor || (mode & 0o170000) !== (other & 0o170000)) return this.row(i, j, 'update', 'contentDiffers', itemizeChange(arrow, kind, { ...none, content: true }, true, sync.times));
    }
    return this.attributeRow(i, j, kind, none);
  }

  private attributes(i: number, j: number, kind: FileKind, mode: number, other: number): Pick<Differences, 'perms' | 'owner' | 'group'> {
    const { sync, rightIsRoot, rightGroups } = this.options;
    const a = this.left;
    const b = this.right;
    const uid = a.list.uid(i);
    const gid = a.list.gid(i);
    return {
      perms: sync.perms && kind !== 'link' && (mode & CHMOD_BITS) !== (other & CHMOD_BITS),
      owner: sync.owner && rightIsRoot && !sameId(uid, b.list.uid(j), a.userName, b.userName),
      group: sync.group && (rightIsRoot || rightGroups?.has(gid) === true) && !sameId(gid, b.list.gid(j), a.groupName, b.groupName),
    };
  }

  private attributeRow(i: number, j: number, kind: FileKind, d: Differences): NewRow | null {
    if (!d.time && !d.perms && !d.owner && !d.group) { this.totals.same++; return null; }
    const reason: PlanReason = d.perms ? 'permsDiffer' : d.owner || d.group ? 'ownerDiffers' : 'timeDiffers';
    return this.row(i, j, 'attributes', reason, itemizeChange(this.options.arrow, kind, d, false, true));
  }

  private sameDigest(i: number, j: number): boolean {
    const a = this.left.list.digest(i);
    const b = this.right.list.digest(j);
    return a !== null && b !== null && Buffer.from(a).equals(Buffer.from(b));
  }

  private row(i: number, j: number, action: NewRow['action'], reason: PlanReason, itemize: string): NewRow {
    return {
      path: Buffer.from(i >= 0 ? this.left.list.name(i) : this.right.list.name(j)), action, reason, itemize, decision: 'do',
      left: i < 0 ? null : sideOf(this.left, i), right: j < 0 ? null : sideOf(this.right, j), state: 'pending', error: null,
    };
  }
}

function problemRow(path: Uint8Array, error: ErrorInfo): NewRow {
  return { path: Buffer.from(path), action: 'none', reason: 'unreadable', itemize: '           ', decision: 'do', left: null, right: null, state: 'failed', error };
}

/** By name where both sides have one, as rsync maps ids; else by number. */
function sameId(a: number, b: number, aName: (id: number) => string | null, bName: (id: number) => string | null): boolean {
  const left = aName(a);
  const right = left === null ? null : bName(b);
  return left !== null && right !== null ? left === right : a === b;
}

/** The rows in the lists' order, one at a time; `totals` is complete when they are. */
export function compareLists(left: ScannedSide, right: ScannedSide, options: CompareOptions): { readonly rows: Iterable<NewRow>; readonly totals: CompareTotals } {
  const comparer = new Comparer(left, right, options);
  return { rows: comparer.rows(), totals: comparer.totals };
}
