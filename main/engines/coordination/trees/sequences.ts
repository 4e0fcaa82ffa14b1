// Sequence numbers after a hand-over: the number of the next sequential node is its parent's cversion, which no request sets. Where the target's
// is behind, nodes are made and deleted until it is not; otherwise queues and locks would see numbers they have seen before.
import type { CoordinationClient } from '../client/client-types.ts';
import { allOf } from '../client/multi.ts';
import { childPath } from '../client/paths.ts';
import { known } from '../recipes/known.ts';
import type { TreeEnd } from './compare.ts';
import { absolutePath, relativePath } from './export.ts';
import { kindOf, looksSequential } from './node-kind.ts';
import { walk } from './walk.ts';

/** A create and a delete raise cversion by two. */
const PAIRS = 250;
/** Beyond this a hand-over would take minutes for one parent. */
const MOST_RAISE = 2_000_000;

/** Parents that were ever given sequential children (by their names, or more changes than children); answers how many were raised. */
export async function raiseSequences(from: TreeEnd, to: TreeEnd, signal?: AbortSignal): Promise<number> {
  let raised = 0;
  let last = '';
  const due = new Map<string, number>();
  for await (const { path, stat } of walk(from.client, from.path, signal ? { signal } : {})) {
    if (kindOf(stat).kind !== 'ephemeral' && stat.cversion > stat.numChildren) due.set(path, stat.cversion); // has lost children: their numbers are used up
    const above = path.slice(0, path.lastIndexOf('/')) || '/';
    if (looksSequential(path) && above !== last && path !== from.path) {
      last = above;
      due.set(above, (await known(() => from.client.exists(above), signal))?.cversion ?? 0);
    }
    if (due.size < 1000) continue;
    raised += await raiseAll(from, to, due, signal);
    due.clear();
  }
  return raised + await raiseAll(from, to, due, signal);
}

async function raiseAll(from: TreeEnd, to: TreeEnd, due: ReadonlyMap<string, number>, signal: AbortSignal | undefined): Promise<number> {
  let raised = 0;
  for (const [path, cversion] of due) if (await raise(to.client, absolutePath(to.path, relativePath(from.path, path)), cversion, signal)) raised += 1;
  return raised;
}

async function raise(client: CoordinationClient, path: string, cversion: number, signal: AbortSignal | undefined): Promise<boolean> {
  let changed = false;
  for (;;) {
    const now = await known(() => client.exists(path), signal);
    if (!now || now.cversion >= cversion || cversion - now.cversion > MOST_RAISE) return changed;
    changed = true;
    const dummy = childPath(path, '.sluice-sequence');
    const pair = [{ op: 'create', path: dummy, data: null }, { op: 'delete', path: dummy }] as const;
    const ops = Array.from({ length: Math.min(PAIRS, Math.ceil((cversion - now.cversion) / 2)) }, () => pair).flat();
    allOf(ops, await known(() => client.multi(ops), signal));
  }
}
