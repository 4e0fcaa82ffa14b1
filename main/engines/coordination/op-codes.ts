// Opcodes of requests and txns (ZooDefs.OpCode), event types and modes, by ZooKeeper's own names.

export const OP = {
  notification: 0, create: 1, delete: 2, exists: 3, getData: 4, setData: 5, getACL: 6, setACL: 7, getChildren: 8, sync: 9, ping: 11,
  getChildren2: 12, check: 13, multi: 14, create2: 15, reconfig: 16, checkWatches: 17, removeWatches: 18, createContainer: 19,
  deleteContainer: 20, createTTL: 21, multiRead: 22, auth: 100, setWatches: 101, sasl: 102, getEphemerals: 103,
  getAllChildrenNumber: 104, setWatches2: 105, addWatch: 106, whoAmI: 107, createSession: -10, closeSession: -11, error: -1,
} as const;
export type OpCode = (typeof OP)[keyof typeof OP];

/** Xids that are no request's (ClientCnxn). */
export const XID = { notification: -1, ping: -2, auth: -4, setWatches: -8 } as const;

export const EVENT = {
  none: -1, created: 1, deleted: 2, dataChanged: 3, childrenChanged: 4, dataWatchRemoved: 5, childWatchRemoved: 6, persistentWatchRemoved: 7,
} as const;
export type EventType = (typeof EVENT)[keyof typeof EVENT];

/** KeeperState of a notification. */
export const KEEPER = { disconnected: 0, syncConnected: 3, authFailed: 4, connectedReadOnly: 5, saslAuthenticated: 6, closed: 7, expired: -112 } as const;

export const PERM = { read: 1, write: 2, create: 4, delete: 8, admin: 16, all: 31 } as const;

/** Flags of create (CreateMode). */
export const CREATE = { persistent: 0, ephemeral: 1, persistentSequential: 2, ephemeralSequential: 3, container: 4, ttl: 5, ttlSequential: 6 } as const;

/** Types of checkWatches and removeWatches (Watcher.WatcherType). */
export const WATCH_TYPE = { children: 1, data: 2, any: 3, persistent: 4, persistentRecursive: 5 } as const;

/** Modes of addWatch. */
export const WATCH_MODE = { persistent: 0, persistentRecursive: 1 } as const;
