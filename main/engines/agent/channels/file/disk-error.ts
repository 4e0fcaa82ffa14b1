// What a file system said, as an error of the agent.
import { dirname } from 'node:path';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../../lib/errno.ts';

/** AGENT_DISK_FULL where there was no room, AGENT_DISK otherwise. */
export function diskError(file: string, error: unknown): SluiceError {
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return SluiceError.of('AGENT_DISK_FULL', { dir: dirname(file), free: 0, needed: 0 }, error);
  return SluiceError.of('AGENT_DISK', { file, reason: code }, error);
}
