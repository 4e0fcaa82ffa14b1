// The name in front of what a put or a take holds: the group that a put is one with, and the mark that is committed with it.
//   group | 00 and JSON [key, number, value] where there is a mark
import type { Mark } from '../../parts.ts';

/** Bytes that the name of a record may have. */
const MOST = 65_535;

/** Null: nothing is to be said. Throws a RangeError for a mark that is too long. */
export function encodePutName(group: string | null, mark: Mark | null): Buffer | null {
  if (mark === null) return group === null ? null : Buffer.from(group);
  const name = Buffer.from(`${group ?? ''}\0${JSON.stringify([mark.key, mark.number, mark.value])}`);
  if (name.length > MOST) throw new RangeError(`a mark of ${name.length} bytes, more than ${MOST}`);
  return name;
}

export function decodePutName(name: string): { readonly group: string; readonly mark: Mark | null } {
  const end = name.indexOf('\0');
  if (end < 0) return { group: name, mark: null };
  const [key, number, value] = JSON.parse(name.slice(end + 1)) as [string, number, string];
  return { group: name.slice(0, end), mark: { key, number, value } };
}

/** Keys that are kept at most; a source has one as long as its places live. */
const KEYS = 1000;

/** Keeps the mark unless a later one of its key is known. */
export function keepMark(marks: Map<string, Mark>, mark: Mark | null): void {
  if (mark === null || (marks.get(mark.key)?.number ?? -1) >= mark.number) return;
  marks.delete(mark.key); // to the end: the first is the one that was not used for longest
  marks.set(mark.key, mark);
  for (const key of marks.keys()) {
    if (marks.size <= KEYS) break;
    marks.delete(key);
  }
}
