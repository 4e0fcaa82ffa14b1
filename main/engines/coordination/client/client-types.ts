// A client of any ensemble, ours or real: what recipes, services and the command line use. Every call waits for a connection; a call
// whose outcome is unknown when its connection is cut fails with ConnectionLoss and is never repeated by the client itself.
import type { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { ACL, ClientInfo, Id, Stat } from '../jute/records.ts';
import type { EventType } from '../op-codes.ts';

export type ClientState = 'connecting' | 'connected' | 'connectedReadOnly' | 'authFailed' | 'expired' | 'closed';

export interface ClientOptions {
  /** `host:port,host:port/chroot`; tried in random order, IPv6 in brackets. */
  readonly connectString: string;
  /** Asked for; the server may clamp it. ms. */
  readonly sessionTimeoutMs?: number;
  readonly readOnly?: boolean;
  readonly auth?: readonly { readonly scheme: string; readonly auth: Buffer }[];
  /** SASL DIGEST-MD5. */
  readonly sasl?: { readonly user: string; readonly password: string };
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string; readonly rejectUnauthorized?: boolean; readonly servername?: string };
  /** After expiry: open a new session by itself (the default) or stay expired. */
  readonly renewSession?: boolean;
  /** To go on with a session of before. */
  readonly session?: { readonly id: bigint; readonly password: Buffer };
  /** How long a call waits for a connection before it fails with COORD_CONNECT, ms; 30 s unless given. */
  readonly patienceMs?: number;
  /** The longest reply taken, bytes (jute.maxbuffer of this side); 64 MiB unless given, so that a znode's 300,000 children can be listed. */
  readonly maxReplyBytes?: number;
}

export interface WatchEvent {
  readonly type: EventType;
  /** Without the chroot. */
  readonly path: string;
  /** 3.9 and ours name the zxid of the change; -1 from older servers. */
  readonly zxid: number;
}

export type OnWatch = (event: WatchEvent) => void;

export type MultiOp =
  | { readonly op: 'create'; readonly path: string; readonly data: Buffer | null; readonly acl?: readonly ACL[]; readonly flags?: number; readonly ttl?: number }
  | { readonly op: 'delete'; readonly path: string; readonly version?: number }
  | { readonly op: 'setData'; readonly path: string; readonly data: Buffer | null; readonly version?: number }
  | { readonly op: 'check'; readonly path: string; readonly version: number };
export type MultiResult = { readonly err: number; readonly path?: string; readonly stat?: Stat };
export type MultiReadResult = { readonly err: number; readonly data?: Buffer | null; readonly children?: string[]; readonly stat?: Stat };

/** Errors are KeeperError (what a server answered, and ConnectionLoss, SessionExpired) or SluiceError COORD_CONNECT, COORD_AUTH. */
export interface CoordinationClient {
  readonly state: ClientState;
  readonly sessionId: bigint;
  readonly sessionPassword: Buffer;
  /** As negotiated, ms. */
  readonly sessionTimeoutMs: number;
  /** host:port now connected to, or null. */
  readonly server: string | null;
  readonly lastZxid: number;
  /** When a server last answered something of ours, monotonic ms: the session cannot have expired before this + `sessionTimeoutMs`. */
  readonly confirmedAt: number;
  /** Why there is no connection now, in words (COORD_CONNECT, COORD_AUTH); null while there is one. */
  readonly problem: SluiceError | null;
  /** Calls sent and not yet answered, and calls that wait for a connection. */
  readonly outstanding: number;
  onState(listener: (state: ClientState) => void): () => void;
  connected(signal?: AbortSignal): Promise<void>;

  create(path: string, data: Buffer | null, options?: { readonly acl?: readonly ACL[]; readonly flags?: number; readonly ttl?: number }): Promise<{ readonly path: string; readonly stat: Stat }>;
  delete(path: string, version?: number): Promise<void>;
  exists(path: string, watch?: OnWatch): Promise<Stat | null>;
  getData(path: string, watch?: OnWatch): Promise<{ readonly data: Buffer | null; readonly stat: Stat }>;
  setData(path: string, data: Buffer | null, version?: number): Promise<Stat>;
  getChildren(path: string, watch?: OnWatch): Promise<{ readonly children: string[]; readonly stat: Stat }>;
  /** Names only (opcode 8), without the Stat. */
  getChildNames(path: string, watch?: OnWatch): Promise<string[]>;
  getACL(path: string): Promise<{ readonly acl: ACL[]; readonly stat: Stat }>;
  setACL(path: string, acl: readonly ACL[], version?: number): Promise<Stat>;
  sync(path: string): Promise<void>;
  multi(ops: readonly MultiOp[]): Promise<readonly MultiResult[]>;
  multiRead(ops: readonly { readonly op: 'getData' | 'getChildren'; readonly path: string }[]): Promise<readonly MultiReadResult[]>;
  addWatch(path: string, mode: 'persistent' | 'persistentRecursive', watch: OnWatch): Promise<void>;
  /** Whether this connection has such a watch on the server; `type` is a WATCH_TYPE. NoWatcher answers false. */
  checkWatches(path: string, type: number): Promise<boolean>;
  /** All watches of the path that `type` (a WATCH_TYPE) names; each is told a ...Removed event. `local` forgets them even if the server cannot be asked. */
  removeWatches(path: string, type: number, local?: boolean): Promise<void>;
  getEphemerals(prefix: string): Promise<string[]>;
  getAllChildrenNumber(path: string): Promise<number>;
  whoAmI(): Promise<ClientInfo[]>;
  /** /zookeeper/config, which no chroot hides. */
  getConfig(watch?: OnWatch): Promise<{ readonly data: Buffer | null; readonly stat: Stat }>;
  reconfig(change: { readonly joining?: string; readonly leaving?: string; readonly members?: string; readonly fromConfig?: number }): Promise<{ readonly data: Buffer | null; readonly stat: Stat }>;
  addAuth(id: Id['scheme'], auth: Buffer): Promise<void>;
  /** Ends the session: its ephemerals go at once. */
  close(): Promise<void>;
}

/** Starts connecting at once. COORD_CONFIG for a connect string that is none. */
export type OpenClient = (options: ClientOptions) => CoordinationClient;
