// One server per data directory.
import { join } from 'node:path';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../lib/errno.ts';
import { lockFolder } from '../../../lib/folder-lock.ts';

const NAME = 'coordination.lock';

/** Takes `dir`, which is there; the answer gives it back. COORD_DATA_LOCKED, which names the holder, when another process has it. */
export function lockDataDir(dir: string): () => void {
  const lock = attempt(dir);
  if ('holder' in lock) throw SluiceError.of('COORD_DATA_LOCKED', { dir, holder: lock.holder });
  return lock.release;
}

function attempt(dir: string): ReturnType<typeof lockFolder> {
  try {
    return lockFolder(dir, NAME);
  } catch (error) {
    throw SluiceError.of('COORD_DISK', { file: join(dir, NAME), reason: codeOf(error) }, error);
  }
}
