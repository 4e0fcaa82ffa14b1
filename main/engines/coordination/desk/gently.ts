// Sorting and filtering of long lists in short turns, so that the node in the same process goes on serving.
const RUN = 512;
/** Milliseconds of work after which others have their turn, and steps between two looks at the clock. */
const TURN_MS = 3;
const STEPS = 256;

/** Awaited at each step: goes on at once, or after the others when the turn is over. */
class Turns {
  #since = performance.now();

  get over(): boolean {
    return performance.now() - this.#since > TURN_MS;
  }

  async others(): Promise<void> {
    await new Promise((resolve) => { setImmediate(resolve); });
    this.#since = performance.now();
  }
}

/** In order of UTF-16 code units, as `sort` has it: short runs, merged pairwise. */
export async function sortGently(names: readonly string[]): Promise<string[]> {
  if (names.length <= RUN) return [...names].sort();
  const turns = new Turns();
  let runs: string[][] = [];
  for (let at = 0; at < names.length; at += RUN) {
    runs.push(names.slice(at, at + RUN).sort());
    if (turns.over) await turns.others();
  }
  while (runs.length > 1) {
    const merged: string[][] = [];
    for (let at = 0; at < runs.length; at += 2) merged.push(await merge(runs[at] ?? [], runs[at + 1] ?? [], turns));
    runs = merged;
  }
  return runs[0] ?? [];
}

async function merge(a: string[], b: string[], turns: Turns): Promise<string[]> {
  if (b.length === 0) return a;
  const all: string[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const left = a[i];
    const right = b[j];
    if (right === undefined || (left !== undefined && left <= right)) { all.push(left as string); i += 1; } else { all.push(right); j += 1; }
    if (all.length % STEPS === 0 && turns.over) await turns.others();
  }
  return all;
}

/** Those that hold `text`, whatever their case. */
export async function filterGently(names: readonly string[], text: string): Promise<string[]> {
  const turns = new Turns();
  const wanted = text.toLowerCase();
  const found: string[] = [];
  for (let at = 0; at < names.length; at += STEPS) {
    for (const name of names.slice(at, at + STEPS)) if (name.toLowerCase().includes(wanted)) found.push(name);
    if (turns.over) await turns.others();
  }
  return found;
}

/** Where `name` stands in a sorted list; -1 for nowhere. */
export function placeIn(names: readonly string[], name: string): number {
  let [low, high] = [0, names.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = names[middle] as string;
    if (found === name) return middle;
    if (found < name) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Runs `work` over items, no more than `most` at a time; answers in their order. */
export async function inParallel<T, R>(items: readonly T[], most: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const run = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at] as T);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, run));
  return results;
}
