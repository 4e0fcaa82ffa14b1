// The nouns of the Cluster area: ensembles, their members and health, znodes, sessions, locks. Session ids and zxids cross as hex text
// where a person reads them ("0x1000000c8"), zxids that are counted with as numbers.
import { z } from 'zod';
import { Bytes, Id, Millis } from './domain.ts';
import { ErrorInfo } from './errors.ts';

/** How this app logs in to an ensemble; the secret of it is in the vault. */
export const ClusterAuth = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('digest'), user: z.string().min(1).max(200) }),
  z.object({ kind: z.literal('sasl'), user: z.string().min(1).max(200) }),
]);
export type ClusterAuth = z.output<typeof ClusterAuth>;

/** PEM texts; the private key is in the vault. */
export const ClusterTls = z.object({ ca: z.string().max(200_000).nullable(), cert: z.string().max(200_000).nullable(), verify: z.boolean() });
export type ClusterTls = z.output<typeof ClusterTls>;

const Port = z.number().int().min(1).max(65_535);
export const EnsembleMember = z.object({
  sid: z.number().int().min(1).max(255), host: z.string().min(1).max(255), clientPort: Port, quorumPort: Port, electionPort: Port, role: z.enum(['participant', 'observer']),
});
export type EnsembleMember = z.output<typeof EnsembleMember>;

/** The node this app runs itself: alone, or as one member of an ensemble. */
export const OwnNode = z.object({
  port: Port,
  dataDir: z.string(),
  /** The switch as the person left it: on again at the next start. */
  on: z.boolean(),
  myid: z.number().int().nullable(),
  members: z.array(EnsembleMember),
  /** What it does now; the words are the screen's. */
  state: z.enum(['stopped', 'starting', 'looking', 'following', 'leading', 'observing', 'standalone', 'readOnly', 'failed']),
  error: ErrorInfo.nullable(),
});
export type OwnNode = z.output<typeof OwnNode>;

export const ConnectionState = z.enum(['off', 'connecting', 'connected', 'connectedReadOnly', 'authFailed', 'expired', 'closed']);
export type ConnectionState = z.output<typeof ConnectionState>;

/** `risk`: one more loss stops writes; `lost`: no majority or no leader; `single`: a server on its own. */
export const QuorumState = z.enum(['unknown', 'single', 'ok', 'risk', 'lost']);
export const Quorum = z.object({ state: QuorumState, of: z.number().int(), up: z.number().int(), canLose: z.number().int() });
export type Quorum = z.output<typeof Quorum>;

export const Cluster = z.object({
  id: Id,
  name: z.string(),
  connectString: z.string(),
  auth: ClusterAuth,
  tls: ClusterTls.nullable(),
  own: OwnNode.nullable(),
  /** Whether this session may write; false at each start for what is not ours. */
  allowChanges: z.boolean(),
  connection: z.object({ state: ConnectionState, server: z.string().nullable(), sessionId: z.string().nullable(), since: Millis }),
  quorum: Quorum,
  problem: ErrorInfo.nullable(),
});
export type Cluster = z.output<typeof Cluster>;

// --- health ----------------------------------------------------------------------------------------------------------

export const MemberRole = z.enum(['leader', 'follower', 'observer', 'standalone', 'looking', 'readOnly', 'down', 'unknown']);
export type MemberRole = z.output<typeof MemberRole>;

export const Member = z.object({
  /** "n2" when its number is known, else "host:port". */
  name: z.string(),
  host: z.string(), port: z.number().int(),
  sid: z.number().int().nullable(),
  voter: z.boolean(),
  role: MemberRole,
  /** Null where the server does not say. */
  zxid: z.number().nullable(),
  /** Txns behind the newest member; 0 for that one. */
  lag: z.number().nullable(),
  outstanding: z.number().nullable(),
  latency: z.object({ min: z.number(), avg: z.number(), max: z.number() }).nullable(), // ms
  connections: z.number().nullable(), watches: z.number().nullable(), znodes: z.number().nullable(), ephemerals: z.number().nullable(),
  dataBytes: z.number().nullable(),
  fsyncMs: z.object({ avg: z.number(), max: z.number() }).nullable(),
  disk: z.object({ free: Bytes, total: Bytes, used: Bytes }).nullable(),
  uptimeMs: z.number().nullable(),
  version: z.string().nullable(),
  /** Where the figures come from. */
  source: z.enum(['mntr', 'srvr', 'admin', 'none']),
  /** The line for zoo.cfg that would let it say more. */
  whitelist: z.string().nullable(),
  error: ErrorInfo.nullable(),
});
export type Member = z.output<typeof Member>;

export const ClusterHealth = z.object({ at: Millis, members: z.array(Member), quorum: Quorum });
export type ClusterHealth = z.output<typeof ClusterHealth>;

/** What happened to a cluster, in figures; the screen tells it in sentences. */
export const ClusterEvent = z.object({
  id: Id, at: Millis,
  kind: z.enum(['role', 'election', 'synced', 'expired', 'snapshot', 'quorumLost', 'quorumBack', 'warning', 'failed', 'connection']),
  /** Of whom it tells; empty for the ensemble as a whole. */
  member: z.string(),
  role: MemberRole.nullable(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  error: ErrorInfo.nullable(),
});
export type ClusterEvent = z.output<typeof ClusterEvent>;

// --- znodes ----------------------------------------------------------------------------------------------------------

export const ZnodePath = z.string().min(1).max(8192).refine((path) => path === '/' || /^(\/[^/\0]+)+$/.test(path));

export const ZnodeMark = z.enum(['persistent', 'ephemeral', 'container', 'ttl']);
export type ZnodeMark = z.output<typeof ZnodeMark>;

export const ZnodeStat = z.object({
  czxid: z.number(), mzxid: z.number(), pzxid: z.number(), ctime: Millis, mtime: Millis,
  version: z.number().int(), cversion: z.number().int(), aversion: z.number().int(),
  owner: z.string(), // session id as hex; "0x0" for none
  size: z.number().int(), children: z.number().int(),
  mark: ZnodeMark, ttlMs: z.number().nullable(), sequential: z.boolean(),
});
export type ZnodeStat = z.output<typeof ZnodeStat>;

/** `stat` is null for a child that went away, or may not be looked at. */
export const ZnodeChild = z.object({ name: z.string(), stat: ZnodeStat.nullable() });
export type ZnodeChild = z.output<typeof ZnodeChild>;

export const ZnodeAcl = z.object({ scheme: z.string().max(100), id: z.string().max(4000), perms: z.number().int().min(0).max(31) });
export type ZnodeAcl = z.output<typeof ZnodeAcl>;

const Bin: z.ZodType<Uint8Array, Uint8Array> = z.instanceof(Uint8Array);
export const ZnodeDetail = z.object({
  path: z.string(),
  /** Null for a znode without data; unpacked where it is gzip. */
  data: Bin.nullable(),
  gzip: z.boolean(),
  stat: ZnodeStat,
  acl: z.array(ZnodeAcl).nullable(), // null when it may not be read
});
export type ZnodeDetail = z.output<typeof ZnodeDetail>;

/** Something in the tree moved: what is shown of these paths is to be read again; `all` after a session was lost. */
export const ZnodeChange = z.object({ all: z.boolean(), children: z.array(z.string()), data: z.array(z.string()), gone: z.array(z.string()) });
export type ZnodeChange = z.output<typeof ZnodeChange>;

export const WatchHit = z.object({ at: Millis, kind: z.enum(['created', 'deleted', 'changed', 'children']), path: z.string(), zxid: z.number() });
export type WatchHit = z.output<typeof WatchHit>;

export const ZnodeVersion = z.object({ zxid: z.number(), at: Millis, version: z.number().int(), data: Bin.nullable(), gzip: z.boolean(), what: z.enum(['created', 'changed', 'deleted']) });
export type ZnodeVersion = z.output<typeof ZnodeVersion>;

/** All that a recursive delete takes, bound by the token to exactly this list. */
export const DeletePlan = z.object({ path: z.string(), count: z.number().int(), ephemerals: z.number().int(), bytes: Bytes, paths: z.array(z.string()), token: z.string() });
export type DeletePlan = z.output<typeof DeletePlan>;

// --- sessions, locks, words, backups ---------------------------------------------------------------------------------

export const ClusterSession = z.object({
  id: z.string(), // hex
  client: z.string().nullable(), // address of its connection
  member: z.string().nullable(),
  timeoutMs: z.number().nullable(),
  ephemerals: z.array(z.string()), more: z.number().int(),
  queued: z.number().nullable(), received: z.number().nullable(), sent: z.number().nullable(),
  ours: z.boolean(),
});
export type ClusterSession = z.output<typeof ClusterSession>;
export const SessionList = z.object({ at: Millis, sessions: z.array(ClusterSession), whitelist: z.string().nullable() });
export type SessionList = z.output<typeof SessionList>;

export const LockEntry = z.object({ name: z.string(), sequence: z.number(), owner: z.string(), since: Millis, data: z.string() });
export const LockFolder = z.object({ path: z.string(), holder: LockEntry, waiting: z.array(LockEntry), more: z.number().int() });
export type LockFolder = z.output<typeof LockFolder>;
export const LockList = z.object({ at: Millis, locks: z.array(LockFolder), looked: z.number().int(), all: z.boolean() });
export type LockList = z.output<typeof LockList>;

export const FOUR_LETTER_WORDS = ['srvr', 'mntr', 'stat', 'ruok', 'conf', 'cons', 'dump', 'envi', 'wchs', 'wchc', 'wchp', 'dirs', 'isro', 'gtmk', 'hash'] as const;
export const FourLetterWord = z.enum(FOUR_LETTER_WORDS);

export const Backup = z.object({ id: Id, at: Millis, zxid: z.number(), bytes: Bytes, file: z.string() });
export type Backup = z.output<typeof Backup>;

export const EnsembleFile = z.object({ sid: z.number().int(), name: z.string(), text: z.string() });
export const EnsemblePlan = z.object({ files: z.array(EnsembleFile), connectString: z.string(), problems: z.array(z.object({ sid: z.number().int(), what: z.enum(['samePort', 'sameServer', 'loopback', 'even']) })) });
export type EnsemblePlan = z.output<typeof EnsemblePlan>;
