// Places that another program left in a position file: they hold instead of ours.
import { dirname, join } from 'node:path';
import type { Progress } from '../../places/progress.ts';
import { fileFacts, type Folders } from './groups.ts';
import type { Candidate } from './lost-files.ts';
import type { FlumePosition } from './position-file.ts';
import { encodeTail, unread } from './tail-state.ts';

/**
 * Files that are not there any more are left out, as Flume does; one that has another name by now is known by its inode. A file that names none of ours is of another source
 * that was given the same one, and changes nothing.
 */
export async function takeOver(positions: readonly FlumePosition[], progress: Progress, folders: Folders): Promise<ReadonlyMap<string, string | null>> {
  if (positions.length > 0 && positions.every(({ file }) => folders.groupOf(file) === null)) return new Map();
  const changes = new Map<string, string | null>([...progress.all()].map(([key]) => [key, null]));
  for (const position of positions) {
    const file = await fileOf(position, folders);
    // beyond the end of the file, Flume begins anew
    if (file) changes.set(file.facts.key, encodeTail({ ...unread(file.path), position: position.pos > file.facts.size ? 0 : position.pos }));
  }
  return changes;
}

async function fileOf({ inode, file }: FlumePosition, folders: Folders): Promise<Candidate | null> {
  const facts = await fileFacts(file);
  if (facts?.inode === BigInt(inode)) return { path: file, facts };
  const dir = dirname(file);
  for (const name of await folders.names(dir)) {
    const path = join(dir, name);
    const other = await fileFacts(path);
    if (other?.inode === BigInt(inode)) return { path, facts: other };
  }
  return null;
}
