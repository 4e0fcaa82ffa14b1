// What the administration of a node sees of it. The node fills it; nothing here changes state but the few methods that say so.
import type { NodeChange } from '../history/node-change.ts';
import type { NodeConfig, QuorumConfig } from '../config/node-config.ts';
import type { ServerState, ServerStats, Tree } from '../parts.ts';
import type { DigestLog } from './digest-log.ts';
import type { Metrics } from './metrics.ts';

export interface ConnectionView {
  /** HOST:PORT of the client. */
  readonly address: string;
  readonly secure: boolean;
  /** Requests taken and not answered. */
  readonly outstanding: number;
  readonly packetsReceived: number;
  readonly packetsSent: number;
  /** 0n before it has a session. */
  readonly sessionId: bigint;
  /** GETD, SETD, PING, ...; NA before the first (Request.op2String, its first four letters). */
  readonly lastOperation: string;
  /** Wall clock, ms. */
  readonly establishedAt: number;
  readonly sessionTimeout: number;
  /** -1 before the first. */
  readonly lastCxid: number;
  readonly lastZxid: number;
  /** Monotonic, ms; 0 before the first. */
  readonly lastResponseAt: number;
  readonly latency: { readonly last: number; readonly min: number; readonly avg: number; readonly max: number };
}

export interface LearnerView {
  readonly sid: number;
  readonly role: 'participant' | 'observer';
  readonly address: string;
  /** It has caught up and takes part. */
  readonly synced: boolean;
  /** -1 while unknown. */
  readonly lastZxid: number;
}

/** What a member of an ensemble knows of it. */
export interface QuorumView {
  readonly myid: number;
  /** The configuration in force. */
  readonly config: QuorumConfig;
  readonly state: ServerState;
  readonly zabState: 'election' | 'discovery' | 'synchronization' | 'broadcast';
  readonly leader: number | null;
  /** Those connected to this leader; empty elsewhere. */
  readonly learners: readonly LearnerView[];
  /** Leader only: syncs that wait, and for how long it leads, ms. */
  readonly pendingSyncs: number;
  readonly leaderUptimeMs: number;
}

/** Sizes of the last, the smallest and the largest; -1 before the first (BufferStats). */
export interface SizeStats {
  readonly last: number;
  readonly min: number;
  readonly max: number;
}

export type Authorization = 'granted' | 'unauthenticated' | 'unauthorized';

export interface NodeView {
  readonly config: NodeConfig;
  /** `server_state` and `Mode:`; null while nobody is served. */
  readonly mode: 'standalone' | 'leader' | 'follower' | 'observer' | 'read-only' | null;
  readonly uptimeMs: number;
  readonly tree: Tree;
  /** Sessions with their timeouts. */
  readonly sessions: ReadonlyMap<bigint, number>;
  /** Those that this server expires, with the ms left to each; empty at a learner. */
  sessionDeadlines(): Iterable<{ readonly sessionId: bigint; readonly leftMs: number }>;
  readonly localSessions: number;
  readonly stats: ServerStats;
  readonly authFailed: number;
  /** Sent away for a limit. */
  readonly connectionsRejected: number;
  readonly metrics: Metrics;
  readonly digests: DigestLog;
  /** Null for a standalone server. */
  readonly quorum: QuorumView | null;
  readonly connectionCount: number;
  connections(): Iterable<ConnectionView>;
  /** Of the connection that watches, for wchc and wchp; 0n when it is none. */
  sessionOf(watcher: object): bigint;
  /** Null while it is not counted. */
  clientResponses(): SizeStats | null;
  /** Leader only. */
  proposals(): SizeStats | null;
  /** Bytes of snapshots and of logs, as they stand in the folders. */
  dirSizes(): Promise<{ readonly data: number; readonly log: number }>;
  /** Null when there is none; `at` in ms since 1970. */
  lastSnapshot(): Promise<{ readonly zxid: number; readonly at: number } | null>;
  /** srst, crst: counters of the server, of its connections. */
  resetStats(): void;
  resetConnectionStats(): void;
  /** Takes a snapshot now; answers its file. */
  takeSnapshot(): Promise<{ readonly zxid: number; readonly file: string }>;
  /** Replaces all data by a snapshot file as it comes; answers its zxid. Nothing is changed when the file is not whole. */
  restoreSnapshot(body: AsyncIterable<Buffer>): Promise<number>;
  /** What changed after `zxid`, then what changes, until `signal`. COORD_LOG_GONE when the logs do not reach back. */
  changesAfter(zxid: number, signal: AbortSignal): AsyncIterable<readonly NodeChange[]>;
  /** May whoever says this do everything with the root? */
  authorize(scheme: string, auth: Buffer, address: string): Authorization;
  /** What a command could not do, for the log: HTTP tells a number only. */
  warn(error: unknown): void;
  /** Closes so many percent of the client connections; answers how many. */
  shedConnections(percent: number): number;
}
