// The scan of a local tree in a worker thread, as one sorted list.
import { FileList } from '../flist/file-list.ts';
import type { ScanError } from '../flist/scan.ts';
import type { WorkerPool } from './pool.ts';
import type { Tasks } from './tasks.ts';

export interface LocalList {
  readonly list: FileList;
  readonly errors: readonly ScanError[];
}

/** Throws PATH_NOT_FOUND, PATH_NOT_A_FOLDER or PATH_DENIED for the root; failing items are rows. */
export async function scanLocal(pool: WorkerPool, input: Tasks['scan']['input'], seen?: (count: number) => void, signal?: AbortSignal): Promise<LocalList> {
  const list = new FileList();
  const errors: ScanError[] = [];
  for await (const batch of pool.run('scan', input, signal)) {
    list.append(batch.chunk);
    errors.push(...batch.errors);
    seen?.(list.length);
  }
  list.sort();
  return { list, errors };
}
