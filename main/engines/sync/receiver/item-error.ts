// A failed system call on one item of the receiving side, as the row it becomes.
import type { ErrorInfo } from '../../../../preload/contract/errors.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { showName } from '../../../lib/bytes.ts';

export function writeError(name: Uint8Array, thrown: unknown): ErrorInfo {
  if (thrown instanceof SluiceError) return thrown.toInfo();
  const path = showName(name);
  const { code } = thrown as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOSPC': case 'EDQUOT': return SluiceError.of('FILE_NO_SPACE', { path }).toInfo();
    case 'ENAMETOOLONG': return SluiceError.of('FILE_NAME_TOO_LONG', { path }).toInfo();
    case 'EISDIR': case 'ENOTDIR': case 'EEXIST': return SluiceError.of('FILE_TYPE_IN_THE_WAY', { path }).toInfo();
    case 'ENOTEMPTY': return SluiceError.of('FILE_NOT_EMPTY', { path }).toInfo();
    case 'ELOOP': return SluiceError.of('FILE_LINK_LOOP', { path }).toInfo();
    default: return SluiceError.of('FILE_WRITE', { path, reason: code ?? String(thrown) }).toInfo();
  }
}
