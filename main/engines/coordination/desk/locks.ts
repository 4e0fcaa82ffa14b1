// Who holds and who waits: folders whose children are all numbered ephemerals, as recipes for locks and elections make them.
import type { LockList } from '../../../../preload/contract/cluster.ts';
import type { CoordinationClient } from '../client/client-types.ts';
import { baseName, childPath, parentPath } from '../client/paths.ts';
import type { Stat } from '../jute/records.ts';
import { sequenceOf } from '../recipes/known.ts';
import { ephemeralKind } from '../tree/ephemeral-type.ts';
import { looksSequential } from '../trees/node-kind.ts';
import { walk } from '../trees/walk.ts';
import { inParallel } from './gently.ts';
import { hexId } from './keeper-words.ts';

const LOOKED = 20_000;
const WAITING = 50;
const LOCKS = 500;
const SHOWN_DATA = 200;

type Entry = LockList['locks'][number]['holder'];
interface Waiting { readonly name: string; readonly stat: Stat }

/** The lowest number holds, the others wait in the order of theirs. */
export async function findLocks(client: CoordinationClient, root: string): Promise<LockList> {
  const folders = new Map<string, Waiting[] | null>();
  let looked = 0;
  let all = true;
  for await (const { path, stat } of walk(client, root)) {
    looked += 1;
    if (path === root) continue;
    const folder = parentPath(path);
    const line = folders.has(folder) ? folders.get(folder) : [];
    if (line && looksSequential(path) && ephemeralKind(stat.ephemeralOwner, true) === 'session') {
      line.push({ name: baseName(path), stat });
      folders.set(folder, line);
    } else folders.set(folder, null);
    if (looked < LOOKED) continue;
    all = false;
    break;
  }
  const found = [...folders].filter((entry): entry is [string, Waiting[]] => entry[1] !== null && entry[1].length > 0).slice(0, LOCKS);
  const locks = await inParallel(found, 16, async ([path, unsorted]) => {
    const line = unsorted.sort((a, b) => sequenceOf(a.name) - sequenceOf(b.name));
    const [holder, ...waiting] = (await inParallel(line.slice(0, WAITING + 1), 16, (one) => entryOf(client, path, one))).filter((entry) => entry !== null);
    return holder ? { path, holder, waiting, more: Math.max(0, line.length - WAITING - 1) } : null;
  });
  return { at: Date.now(), locks: locks.filter((lock) => lock !== null), looked, all };
}

/** Null for one that is gone; one that may not be read is there all the same. */
async function entryOf(client: CoordinationClient, folder: string, { name, stat }: Waiting): Promise<Entry | null> {
  const entry = { name, sequence: sequenceOf(name), owner: hexId(stat.ephemeralOwner), since: stat.ctime };
  try {
    const { data } = await client.getData(childPath(folder, name));
    return { ...entry, data: (data ?? Buffer.alloc(0)).toString('utf8', 0, SHOWN_DATA) };
  } catch {
    return (await client.exists(childPath(folder, name)).catch(() => null)) ? { ...entry, data: '' } : null;
  }
}
