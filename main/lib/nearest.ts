// The known word that a misspelt one was probably meant to be.

/** The known word nearest to `word`, when it is near enough to be a slip of the hand. */
export function nearest(word: string, known: Iterable<string>): string | null {
  const lower = word.toLowerCase();
  let best: string | null = null;
  let least = Math.max(1, Math.floor(word.length / 4)) + 1;
  for (const candidate of known) {
    const far = distance(lower, candidate.toLowerCase(), least);
    if (far < least) { least = far; best = candidate; }
  }
  return best;
}

/** Letters that are missing, too many, other ones, or two that changed places (optimal string alignment); `limit` as soon as it cannot be less. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] as number) + 1 : limit;
      next.push(Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1), swapped));
    }
    before = row;
    row = next;
    if (Math.min(...row) >= limit) return limit;
  }
  return row[b.length] as number;
}
