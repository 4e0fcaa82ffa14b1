// The tags of multiplexed frames (rsync.h) and how long each may be.

export const TAG = {
  DATA: 0, ERROR_XFER: 1, INFO: 2, ERROR: 3, WARNING: 4, ERROR_SOCKET: 5, LOG: 6, CLIENT: 7, ERROR_UTF8: 8,
  IO_ERROR: 22, IO_TIMEOUT: 33, NOOP: 42, ERROR_EXIT: 86, SUCCESS: 100, DELETED: 101, NO_SEND: 102,
} as const;

const TEXT_LIMIT = 8 * 4096;
const LIMITS = new Map<number, number>([
  [TAG.ERROR_XFER, TEXT_LIMIT], [TAG.INFO, TEXT_LIMIT], [TAG.ERROR, TEXT_LIMIT], [TAG.WARNING, TEXT_LIMIT],
  [TAG.ERROR_SOCKET, TEXT_LIMIT], [TAG.LOG, TEXT_LIMIT], [TAG.CLIENT, TEXT_LIMIT], [TAG.ERROR_UTF8, TEXT_LIMIT],
  [TAG.IO_ERROR, 4], [TAG.IO_TIMEOUT, 4], [TAG.NOOP, 0], [TAG.ERROR_EXIT, 4],
  [TAG.SUCCESS, 4], [TAG.DELETED, 4097], [TAG.NO_SEND, 4],
]);

/** The longest body of a tag, or null for a tag that must not come over a wire. */
export function bodyLimit(tag: number): number | null {
  return LIMITS.get(tag) ?? null;
}

/** Tags whose body is a text for a person. */
export function isText(tag: number): boolean {
  return tag >= TAG.ERROR_XFER && tag <= TAG.ERROR_UTF8;
}
