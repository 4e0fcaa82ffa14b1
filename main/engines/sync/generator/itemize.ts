// rsync's eleven letters for an item, "YXcstpoguax" (log.c log_formatted, %i).
import { isDevice, isDir, isLink, isSpecial } from '../flist/mode.ts';
import { ITEM } from '../wire/requests.ts';

export interface ItemizeView {
  /** `<` when we send, `>` when we receive. */
  readonly sending: boolean;
  /** Are times kept (-t)? A transfer without it prints a capital T. */
  readonly times: boolean;
}

export const DELETING = '*deleting  ';

function typeLetter(mode: number): string {
  if (isDir(mode)) return 'd';
  if (isLink(mode)) return 'L';
  if (isDevice(mode)) return 'D';
  return isSpecial(mode) ? 'S' : 'f';
}

function updateLetter(flags: number, view: ItemizeView): string {
  if (flags & ITEM.TRANSFER) return view.sending ? '<' : '>';
  if (flags & ITEM.LOCAL_CHANGE) return flags & ITEM.XNAME ? 'h' : 'c';
  return '.';
}

export function itemize(flags: number, mode: number, view: ItemizeView): string {
  const head = updateLetter(flags, view) + typeLetter(mode);
  if (flags & ITEM.NEW) return `${head}+++++++++`;
  const letters = [
    flags & ITEM.CHANGE ? 'c' : '.',
    flags & ITEM.SIZE ? 's' : '.',
    flags & ITEM.TIME ? (view.times ? 't' : 'T') : '.',
    flags & ITEM.PERMS ? 'p' : '.',
    flags & ITEM.OWNER ? 'o' : '.',
    flags & ITEM.GROUP ? 'g' : '.',
    flags & ITEM.ATIME ? (flags & ITEM.CRTIME ? 'b' : 'u') : flags & ITEM.CRTIME ? 'n' : '.',
    flags & ITEM.ACL ? 'a' : '.',
    flags & ITEM.XATTR ? 'x' : '.',
  ].join('');
  return head + (letters === '.........' ? '         ' : letters);
}
