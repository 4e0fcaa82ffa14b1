// rsync's order of paths (flist.c f_name_cmp, protocol 29 on): unsigned bytes; in a folder what is no folder comes first;
// a folder compares as "name/" and stands right before its contents; "." is first of all.

const SLASH = 0x2f;

const isDot = (bytes: Uint8Array, start: number, end: number): boolean => end - start === 1 && bytes[start] === 0x2e;

function continuesBelow(bytes: Uint8Array, from: number, end: number): boolean {
  for (let i = from; i < end; i++) if (bytes[i] === SLASH) return true;
  return false;
}

/** Compares path `a[a0..a1)` with `b[b0..b1)`; `aDir` and `bDir` say whether each is a folder. 0 only for the same path and kind. */
export function comparePaths(a: Uint8Array, a0: number, a1: number, aDir: boolean, b: Uint8Array, b0: number, b1: number, bDir: boolean): number {
  const shorter = Math.min(a1 - a0, b1 - b0);
  let same = 0;
  while (same < shorter && a[a0 + same] === b[b0 + same]) same += 1;
  const i = a0 + same;
  const j = b0 + same;
  if (i === a1 && j === b1) return aDir === bDir ? 0 : aDir ? 1 : -1;
  const aDot = isDot(a, a0, a1);
  if (aDot || isDot(b, b0, b1)) return aDot ? -1 : 1;
  const aBelow = aDir || continuesBelow(a, i, a1);
  const bBelow = bDir || continuesBelow(b, j, b1);
  if (aBelow !== bBelow) return aBelow ? 1 : -1;
  const left = i < a1 ? (a[i] as number) : aDir ? SLASH : 0;
  const right = j < b1 ? (b[j] as number) : bDir ? SLASH : 0;
  return left === right ? (i === a1 ? -1 : 1) : left - right;
}
