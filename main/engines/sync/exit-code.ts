// rsync's exit code for what ended a run or kept it from beginning (errcode.h).
import type { ErrorInfo } from '../../../preload/contract/errors.ts';

const CODES: Partial<Record<ErrorInfo['code'], number>> = {
  SYNC_BAD_OPTION: 1, SYNC_BAD_FILTER: 1, SSH_BAD_TARGET: 1, SYNC_INTO_ITSELF: 1, RSYNC_NOISE: 2, RSYNC_VERSION: 2, RSYNC_PROTOCOL: 12,
  PATH_NOT_FOUND: 23, PATH_NOT_A_FOLDER: 23, PATH_DENIED: 23, SCAN_IO: 23, FILE_NO_SPACE: 11, FILE_WRITE: 11, RUN_STOPPED: 20, APP_CANCELLED: 20,
  RSYNC_MISSING: 127, PLAN_GUARD: 25, SSH_TIMEOUT: 255,
};

export function exitCodeOf(error: ErrorInfo): number {
  if (error.code === 'RSYNC_REMOTE') return Number(error.params['exitCode']) || 12;
  return CODES[error.code] ?? (error.code.startsWith('SSH_') ? 255 : 12);
}
