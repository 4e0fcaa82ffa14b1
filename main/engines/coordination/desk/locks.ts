// Who holds and who waits: folders whose children are all numbered ephemerals, as recipes for locks and elections make them.
import type { LockList } from '../../../../preload/contract/cluster.ts';
import type { CoordinationClient } from '../client/client-types.ts';
import { ephemeralKind } from '../tree/ephemeral-type.ts';
import { inParallel } from './gently.ts';
import { hexId } from './keeper-words.ts';
import { walk } from './walk.ts';
import { isNumbered } from './znode-facts.ts';

const LOOKED = 20_000;
const WAITING = 50;
const LOCKS = 500;
const SHOWN_DATA = 200;

type Entry = LockList['locks'][number]['holder'];
const numberOf = (name: string): number => Number(name.slice(-10));

/** The lowest number holds, the others wait in the order of theirs. */
export async function findLocks(client: CoordinationClient, root: string): Promise<LockList> {
  const { found, all } = await walk(client, root, LOOKED);
  const folders = found.filter(({ children }) => children.length > 0 && children.every(isNumbered)).slice(0, LOCKS);
  const locks = await inParallel(folders, 16, async ({ path, children }) => {
    const line = [...children].sort((a, b) => numberOf(a) - numberOf(b));
    const entries = await inParallel(line.slice(0, WAITING + 1), 16, (name) => entryOf(client, path, name));
    const [holder, ...waiting] = entries.filter((entry) => entry !== null);
    return holder ? { path, holder, waiting, more: Math.max(0, line.length - WAITING - 1) } : null;
  });
  return { at: Date.now(), locks: locks.filter((lock) => lock !== null), looked: found.length, all };
}

/** Null for one that is gone, or is no session's. */
async function entryOf(client: CoordinationClient, folder: string, name: string): Promise<Entry | null> {
  try {
    const { data, stat } = await client.getData(folder === '/' ? `/${name}` : `${folder}/${name}`);
    if (ephemeralKind(stat.ephemeralOwner, true) !== 'session') return null;
    return { name, sequence: numberOf(name), owner: hexId(stat.ephemeralOwner), since: stat.ctime, data: (data ?? Buffer.alloc(0)).toString('utf8', 0, SHOWN_DATA) };
  } catch {
    return null;
  }
}
