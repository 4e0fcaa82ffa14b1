// What differs between two texts, line by line (Myers, An O(ND) Difference Algorithm, 1986), for short texts.
export interface DiffLine { readonly kind: 'same' | 'added' | 'removed'; readonly text: string }

/** Differences beyond which the rest is shown as replaced whole. */
const MOST = 2000;

export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const same = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ kind: 'same', text }));
  return [...same(a.slice(0, head)), ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)), ...same(tail > 0 ? a.slice(a.length - tail) : [])];
}

function middle(a: readonly string[], b: readonly string[]): readonly DiffLine[] {
  const trace: Map<number, number>[] = [];
  let reached = new Map<number, number>([[1, 0]]);
  const most = Math.min(MOST, a.length + b.length);
  for (let d = 0; d <= most; d += 1) {
    trace.push(new Map(reached));
    const next = new Map(reached);
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (reached.get(k - 1) ?? -1) < (reached.get(k + 1) ?? -1));
      let x = down ? (reached.get(k + 1) ?? 0) : (reached.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      next.set(k, x);
      if (x >= a.length && x - k >= b.length) return walk(trace, a, b);
    }
    reached = next;
  }
  return [...a.map((text): DiffLine => ({ kind: 'removed', text })), ...b.map((text): DiffLine => ({ kind: 'added', text }))];
}

function walk(trace: readonly Map<number, number>[], a: readonly string[], b: readonly string[]): readonly DiffLine[] {
  const lines: DiffLine[] = [];
  let [x, y] = [a.length, b.length];
  for (let d = trace.length - 1; d >= 0; d -= 1) {
    const reached = trace[d] ?? new Map<number, number>();
    const k = x - y;
    const down = k === -d || (k !== d && (reached.get(k - 1) ?? -1) < (reached.get(k + 1) ?? -1));
    const fromK = down ? k + 1 : k - 1;
    const fromX = d === 0 ? 0 : (reached.get(fromK) ?? 0);
    const fromY = d === 0 ? 0 : fromX - fromK;
    while (x > fromX && y > fromY && a[x - 1] === b[y - 1]) { x -= 1; y -= 1; lines.push({ kind: 'same', text: a[x] ?? '' }); }
    if (d === 0) break;
    if (down) { y -= 1; lines.push({ kind: 'added', text: b[y] ?? '' }); } else { x -= 1; lines.push({ kind: 'removed', text: a[x] ?? '' }); }
  }
  return lines.reverse();
}
