// rsync's exit codes (errcode.h), and which of them an error of ours ends with.
import type { ErrorCode, ErrorInfo } from '../../../preload/contract/errors.ts';

export const EXIT = {
  OK: 0, SYNTAX: 1, PROTOCOL: 2, FILE_SELECT: 3, UNSUPPORTED: 4, START: 5, SOCKET: 10, FILE_IO: 11, STREAM: 12, DIAGNOSTICS: 13,
  SIGNAL: 20, PARTIAL: 23, VANISHED: 24, TIMEOUT: 30, NOT_FOUND: 127, SSH: 255,
} as const;

const BY_CODE: Partial<Record<ErrorCode, number>> = {
  SYNC_BAD_OPTION: EXIT.SYNTAX, SYNC_BAD_FILTER: EXIT.SYNTAX, SSH_BAD_TARGET: EXIT.SYNTAX,
  RSYNC_NOISE: EXIT.PROTOCOL, RSYNC_VERSION: EXIT.PROTOCOL, RSYNC_PROTOCOL: EXIT.STREAM, RSYNC_MISSING: EXIT.NOT_FOUND,
  PATH_NOT_FOUND: EXIT.PARTIAL, PATH_DENIED: EXIT.PARTIAL, PATH_NOT_A_FOLDER: EXIT.FILE_SELECT, SYNC_INTO_ITSELF: EXIT.FILE_SELECT,
  FILE_VANISHED: EXIT.VANISHED, FILE_UNREADABLE: EXIT.PARTIAL, FILE_NO_SPACE: EXIT.FILE_IO, FILE_WRITE: EXIT.FILE_IO,
  FILE_TYPE_IN_THE_WAY: EXIT.FILE_IO, FILE_NAME_TOO_LONG: EXIT.FILE_IO,
  COORD_CONFIG: EXIT.SYNTAX, COORD_MYID: EXIT.SYNTAX, COORD_PORT: EXIT.START, COORD_DATA_LOCKED: EXIT.START, COORD_PEER_CONFIG: EXIT.START, COORD_EPOCH: EXIT.FILE_IO,
  COORD_LOG_CORRUPT: EXIT.FILE_IO, COORD_SNAPSHOT_CORRUPT: EXIT.FILE_IO, COORD_DISK: EXIT.FILE_IO, COORD_ARCHIVE: EXIT.FILE_IO, COORD_FOUR_LETTER: EXIT.UNSUPPORTED, COORD_AUTH: EXIT.START,
  COORD_CONNECT: EXIT.SOCKET, COORD_SESSION_LOST: EXIT.SOCKET, COORD_NO_QUORUM: EXIT.SOCKET, COORD_PEER: EXIT.SOCKET, COORD_KEEPER: EXIT.PROTOCOL,
  RUN_STOPPED: EXIT.SIGNAL, APP_CANCELLED: EXIT.SIGNAL, APP_BUG: EXIT.DIAGNOSTICS,
};

/** The code the program ends with when this error broke it off. */
export function exitCodeOf(error: ErrorInfo): number {
  const remote = error.params['exitCode'];
  if (error.code === 'RSYNC_REMOTE') return typeof remote === 'number' && remote > 0 ? remote : EXIT.STREAM;
  if (error.code.startsWith('SSH_')) return BY_CODE[error.code] ?? EXIT.SSH;
  return BY_CODE[error.code] ?? EXIT.PARTIAL;
}

const GENERAL = 1;
const VANISHED = 2;

/** The code of a session that came to its end: what the far side ended with, or what the IO_ERROR bits say. */
export function exitCodeOfSession(remote: number, ioError: number): number {
  if (remote !== EXIT.OK && remote !== EXIT.PARTIAL && remote !== EXIT.VANISHED) return remote;
  if (ioError & GENERAL || remote === EXIT.PARTIAL) return EXIT.PARTIAL;
  return ioError & VANISHED ? EXIT.VANISHED : remote;
}
