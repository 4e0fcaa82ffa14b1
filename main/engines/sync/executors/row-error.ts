// What a system call's error means for a row of a plan.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { showName } from '../../../lib/bytes.ts';
import { codeOf } from '../../../lib/errno.ts';

/** @param reading at the source; else at the target. */
export function rowError(path: Uint8Array, error: unknown, reading: boolean): SluiceError {
  if (error instanceof SluiceError) return error;
  const shown = showName(path);
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return SluiceError.of('FILE_NO_SPACE', { path: shown }, error);
  if (code === 'ENAMETOOLONG') return SluiceError.of('FILE_NAME_TOO_LONG', { path: shown }, error);
  if (code === 'ELOOP') return SluiceError.of('FILE_LINK_LOOP', { path: shown }, error);
  if (reading && code === 'ENOENT') return SluiceError.of('FILE_VANISHED', { path: shown }, error);
  if (reading) return SluiceError.of('FILE_UNREADABLE', { path: shown, reason: code }, error);
  return SluiceError.of('FILE_WRITE', { path: shown, reason: code }, error);
}
