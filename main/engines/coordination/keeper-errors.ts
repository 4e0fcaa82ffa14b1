// ZooKeeper's error codes as they stand in a reply header (KeeperException.Code).

export const KEEPER_ERROR = {
  Ok: 0, SystemError: -1, RuntimeInconsistency: -2, DataInconsistency: -3, ConnectionLoss: -4, MarshallingError: -5, Unimplemented: -6,
  OperationTimeout: -7, BadArguments: -8, UnknownSession: -12, NewConfigNoQuorum: -13, ReconfigInProgress: -14, APIError: -100,
  NoNode: -101, NoAuth: -102, BadVersion: -103, NoChildrenForEphemerals: -108, NodeExists: -110, NotEmpty: -111, SessionExpired: -112,
  InvalidCallback: -113, InvalidACL: -114, AuthFailed: -115, SessionMoved: -118, NotReadOnly: -119, EphemeralOnLocalSession: -120,
  NoWatcher: -121, RequestTimeout: -122, ReconfigDisabled: -123, SessionClosedRequireSaslAuth: -124, QuotaExceeded: -125, ThrottledOp: -127,
} as const;
export type KeeperErrorName = keyof typeof KEEPER_ERROR;

const NAMES = new Map<number, string>(Object.entries(KEEPER_ERROR).map(([name, code]) => [code, name]));

/** The name of a code, or its figure when no one knows it. */
export function keeperErrorName(code: number): string {
  return NAMES.get(code) ?? String(code);
}

/** An answer with an error code: thrown by checks on the server, and by calls of the client. Its path, where there is one, is the znode's. */
export class KeeperError extends Error {
  override readonly name = 'KeeperError';
  readonly code: number;
  readonly path: string | null;

  constructor(name: KeeperErrorName | number, path: string | null = null) {
    const code = typeof name === 'number' ? name : KEEPER_ERROR[name];
    super(path === null ? keeperErrorName(code) : `${keeperErrorName(code)} for ${path}`);
    this.code = code;
    this.path = path;
  }

  is(name: KeeperErrorName): boolean {
    return this.code === KEEPER_ERROR[name];
  }
}
