// The one table of operational errors: stable code -> names of its parameters, and whether a retry can help.
// Texts (what happened, to what, why, what to do) stand in assets/locales/*/errors.ts under the same codes.
import { z } from 'zod';
import { AGENT_ERRORS } from './agent/errors.ts';

interface ErrorSpec {
  readonly params: readonly string[];
  readonly retry: boolean;
}

export const ERRORS = {
  // rpc and hosts
  RPC_BAD_INPUT: { params: ['procedure', 'reason'], retry: false },
  RPC_BAD_OUTPUT: { params: ['procedure', 'reason'], retry: false },
  RPC_UNKNOWN_PROCEDURE: { params: ['procedure'], retry: false },
  RPC_PROTOCOL: { params: ['reason'], retry: false },
  RPC_CLOSED: { params: [], retry: true },
  APP_BUG: { params: ['message'], retry: false },
  APP_CANCELLED: { params: [], retry: true },
  ENGINE_DOWN: { params: ['engine'], retry: true },
  ENGINE_FAILED: { params: ['engine', 'reason'], retry: false },
  // store and vault
  STORE_NEWER: { params: ['file', 'found', 'known'], retry: false },
  STORE_CORRUPT: { params: ['file', 'keptAs', 'restoredFrom'], retry: false },
  STORE_IO: { params: ['file', 'reason'], retry: true },
  STORE_NOT_FOUND: { params: ['kind', 'id'], retry: false },
  VAULT_LOCKED: { params: [], retry: true },
  VAULT_WRONG_PASSPHRASE: { params: [], retry: true },
  VAULT_UNAVAILABLE: { params: ['reason'], retry: false },
  // names and places
  PATH_NOT_FOUND: { params: ['path', 'place'], retry: false },
  PATH_NOT_A_FOLDER: { params: ['path', 'place'], retry: false },
  PATH_DENIED: { params: ['path', 'place'], retry: false },
  PATH_BAD_REF: { params: [], retry: false },
  SYNC_INTO_ITSELF: { params: ['source', 'target'], retry: false },
  PATH_BAD_NAME: { params: ['name'], retry: false },
  SERVER_IN_USE: { params: ['server', 'syncs'], retry: false },
  SYNC_BOTH_REMOTE: { params: ['source', 'target'], retry: false },
  SYNC_DELETES_SOURCE: { params: ['source', 'target'], retry: false },
  SYNC_ALREADY_RUNNING: { params: ['sync'], retry: true },
  SYNC_BAD_OPTION: { params: ['option', 'reason'], retry: false },
  SYNC_BAD_FILTER: { params: ['rule', 'reason'], retry: false },
  PLAN_NOT_READY: { params: [], retry: true },
  PLAN_STALE: { params: [], retry: false },
  PLAN_WRONG_TOKEN: { params: [], retry: false },
  PLAN_GUARD: { params: ['deletes', 'total'], retry: false },
  // ssh
  SSH_RESOLVE: { params: ['host'], retry: true },
  SSH_CONNECT: { params: ['host', 'port', 'reason'], retry: true },
  SSH_TIMEOUT: { params: ['host', 'port'], retry: true },
  SSH_HOST_KEY_UNKNOWN: { params: ['host', 'type', 'sha256'], retry: false },
  SSH_HOST_KEY_CHANGED: { params: ['host', 'type', 'sha256', 'known'], retry: false },
  SSH_AUTH: { params: ['host', 'user', 'tried'], retry: false },
  SSH_KEY_FILE: { params: ['path', 'reason'], retry: false },
  SSH_KEY_PASSPHRASE: { params: ['path'], retry: false },
  SSH_NO_AGENT: { params: [], retry: false },
  SSH_ALGORITHMS: { params: ['host', 'reason'], retry: false },
  SSH_LOST: { params: ['host', 'reason'], retry: true },
  SSH_NO_SFTP: { params: ['host', 'reason'], retry: false },
  SSH_NO_SHELL: { params: ['host', 'text'], retry: false },
  SSH_BAD_TARGET: { params: ['text', 'reason'], retry: false },
  // the far rsync
  RSYNC_MISSING: { params: ['host', 'install'], retry: false },
  RSYNC_NOISE: { params: ['host', 'text'], retry: false },
  RSYNC_PROTOCOL: { params: ['reason'], retry: false },
  RSYNC_REMOTE: { params: ['message', 'exitCode'], retry: false },
  RSYNC_VERSION: { params: ['got', 'want'], retry: false },
  // files, also as per-item rows of a run
  FILE_UNREADABLE: { params: ['path', 'reason'], retry: true },
  FILE_VANISHED: { params: ['path'], retry: true },
  FILE_WRITE: { params: ['path', 'reason'], retry: true },
  FILE_NO_SPACE: { params: ['path'], retry: true },
  FILE_NAME_TOO_LONG: { params: ['path'], retry: false },
  FILE_DELETE: { params: ['path', 'reason'], retry: true },
  FILE_NOT_EMPTY: { params: ['path'], retry: false },
  FILE_CHECKSUM: { params: ['path'], retry: true },
  FILE_CHANGED: { params: ['path'], retry: true },
  FILE_TYPE_IN_THE_WAY: { params: ['path'], retry: false },
  FILE_OUTSIDE: { params: ['path'], retry: false },
  FILE_LINK_LOOP: { params: ['path'], retry: false },
  SCAN_IO: { params: ['path', 'reason'], retry: true },
  SCAN_DELETES_OFF: { params: ['path'], retry: true },
  RUN_INTERRUPTED: { params: ['reason'], retry: true },
  RUN_STOPPED: { params: [], retry: true },
  // coordination
  COORD_CONFIG: { params: ['file', 'line', 'reason'], retry: false },
  COORD_MYID: { params: ['file', 'reason'], retry: false },
  COORD_PORT: { params: ['address', 'port', 'reason'], retry: true },
  COORD_DATA_LOCKED: { params: ['dir', 'holder'], retry: true },
  COORD_LOG_CORRUPT: { params: ['file', 'offset', 'reason'], retry: false },
  COORD_LOG_TORN: { params: ['file', 'offset', 'reason'], retry: false },
  COORD_LOG_GONE: { params: ['zxid', 'oldest'], retry: false },
  COORD_DIGEST: { params: ['dir', 'zxid'], retry: false },
  COORD_SNAPSHOT_CORRUPT: { params: ['file', 'reason'], retry: false },
  COORD_DISK: { params: ['file', 'reason'], retry: true },
  COORD_EPOCH: { params: ['dir', 'reason'], retry: false },
  COORD_PEER: { params: ['peer', 'reason'], retry: true },
  COORD_PEER_CONFIG: { params: ['peer', 'reason'], retry: false },
  COORD_NO_QUORUM: { params: ['reason'], retry: true },
  COORD_CLIENT: { params: ['client', 'reason'], retry: false },
  COORD_QUOTA: { params: ['path', 'reason'], retry: false },
  COORD_CONNECT: { params: ['hosts', 'reason'], retry: true },
  COORD_SESSION_LOST: { params: ['hosts'], retry: true },
  COORD_AUTH: { params: ['hosts', 'scheme'], retry: false },
  COORD_KEEPER: { params: ['error', 'path'], retry: false },
  COORD_CHANGED: { params: ['path', 'expected', 'found'], retry: false },
  COORD_READ_ONLY: { params: ['cluster'], retry: false },
  COORD_LOCK_HELD: { params: ['what', 'holder'], retry: true },
  COORD_FOUR_LETTER: { params: ['host', 'word', 'reason'], retry: false },
  COORD_ARCHIVE: { params: ['file', 'reason'], retry: false },
  COORD_MIRROR: { params: ['path', 'reason'], retry: true },
  // pipelines
  PIPELINE_CHANGED: { params: ['pipeline'], retry: false },
  PIPELINE_NOT_RUNNING: { params: ['pipeline'], retry: true },
  PIPELINE_REFUSED: { params: ['pipeline', 'problems'], retry: false },
  PIPELINE_EDIT: { params: ['component', 'reason'], retry: false },
  ...AGENT_ERRORS,
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof ERRORS;
export type ErrorParams<C extends ErrorCode> = { readonly [P in (typeof ERRORS)[C]['params'][number]]: string | number };

export const ErrorInfo = z.object({
  code: z.custom<ErrorCode>((value) => typeof value === 'string' && Object.hasOwn(ERRORS, value)),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  /** The technical line beneath, for "Details"; never a secret. */
  detail: z.string().optional(),
});
export type ErrorInfo = z.output<typeof ErrorInfo>;
