// All znodes of a subtree, level by level, many asked at a time; those that vanish on the way are left out.
import type { CoordinationClient } from '../client/client-types.ts';
import type { Stat } from '../jute/records.ts';
import { inParallel } from './gently.ts';
import { isKeeper } from './keeper-words.ts';

const PARALLEL = 64;

export interface Found { readonly path: string; readonly stat: Stat; readonly children: readonly string[] }

/** Parents stand before their children, each level in order of path. `all` is false when there are more than `most`; KeeperError NoNode when the root is not there. */
export async function walk(client: CoordinationClient, root: string, most: number): Promise<{ readonly found: readonly Found[]; readonly all: boolean }> {
  const found: Found[] = [];
  let level: readonly string[] = [root];
  while (level.length > 0) {
    if (found.length + level.length > most) return { found, all: false };
    const answers = await inParallel(level, PARALLEL, async (path): Promise<Found | null> => {
      try {
        const { children, stat } = await client.getChildren(path);
        return { path, stat, children };
      } catch (thrown) {
        if (path !== root && isKeeper(thrown, 'NoNode')) return null;
        throw thrown;
      }
    });
    const present = answers.filter((answer) => answer !== null);
    for (const one of present) found.push(one);
    level = present.flatMap((one) => [...one.children].sort().map((name) => (one.path === '/' ? `/${name}` : `${one.path}/${name}`))).filter((path) => path !== '/zookeeper' || root !== '/');
  }
  return { found, all: true };
}
