// The nouns of the program as they cross to the user interface. Sizes are bytes, times are milliseconds since 1970.
import { z } from 'zod';
import { ErrorInfo } from './errors.ts';

export const Id = z.string().min(1).max(64);
export const Millis = z.number();
export const Bytes = z.number().nonnegative();

/** The local machine, or a server by its id. */
export const PlaceId = z.union([z.literal('local'), Id]);
export type PlaceId = z.output<typeof PlaceId>;

/** An unforgeable handle for one file or folder at one place, issued by the main side; the bytes of its name are inside. */
export const PathRef = z.string().min(1).max(16_384);
export type PathRef = z.output<typeof PathRef>;

// --- servers ---------------------------------------------------------------------------------------------------------

export const ServerAuth = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('auto') }), // agent, then the keys of ~/.ssh/config and the default identities
  z.object({ kind: z.literal('agent') }),
  z.object({ kind: z.literal('key'), path: z.string().min(1) }), // its passphrase, if any, is in the vault
  z.object({ kind: z.literal('password') }), // the password is in the vault
]);
export type ServerAuth = z.output<typeof ServerAuth>;

export const HostKey = z.object({ type: z.string(), sha256: z.string() }); // sha256 as OpenSSH prints it: "SHA256:..."
export type HostKey = z.output<typeof HostKey>;

export const ServerTransport = z.enum(['ssh2', 'openssh']);
export const Server = z.object({
  id: Id,
  name: z.string().min(1).max(200),
  host: z.string().min(1).max(255),
  port: z.number().int().min(1).max(65_535),
  user: z.string().min(1).max(255),
  alias: z.string().nullable(), // the Host of ~/.ssh/config it came from
  auth: ServerAuth,
  transport: ServerTransport,
  hostKeys: z.array(HostKey),
  rsync: z.string().nullable(), // version seen by the last good probe
  probedAt: Millis.nullable(),
  problem: ErrorInfo.nullable(), // of the last probe or use
});
export type Server = z.output<typeof Server>;

export const PROBE_STEPS = ['resolve', 'connect', 'hostKey', 'login', 'rsync', 'clock'] as const;
export const ProbeStep = z.object({
  step: z.enum(PROBE_STEPS),
  state: z.enum(['running', 'ok', 'warning', 'failed', 'skipped']),
  /** What was found, in figures and names (address, fingerprint, version), never a sentence. */
  found: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  error: ErrorInfo.optional(),
});
export type ProbeStep = z.output<typeof ProbeStep>;

// --- files -----------------------------------------------------------------------------------------------------------

export const FileKind = z.enum(['file', 'dir', 'link', 'device', 'special']);
export type FileKind = z.output<typeof FileKind>;

export const FileEntry = z.object({
  ref: PathRef,
  name: z.string(), // as shown; bytes that are not UTF-8 appear as \xNN
  kind: FileKind,
  size: Bytes,
  mtime: Millis,
  mode: z.number().int(),
  hidden: z.boolean(),
  target: z.string().nullable(), // of a link
  /** A link whose target is a folder, so that a tree can open it. */
  opens: z.boolean(),
});
export type FileEntry = z.output<typeof FileEntry>;

export const PathShown = z.object({ ref: PathRef, place: PlaceId, path: z.string(), name: z.string() });
export type PathShown = z.output<typeof PathShown>;

export const Listing = z.object({ at: PathShown, parent: PathRef.nullable(), entries: z.array(FileEntry), more: z.number().int().nonnegative() });
export type Listing = z.output<typeof Listing>;

// --- syncs -----------------------------------------------------------------------------------------------------------

export const SyncOptions = z.object({
  /** `inside`: the folder itself goes into the target; `contents`: the target becomes equal to the folder. */
  layout: z.enum(['inside', 'contents']),
  delete: z.boolean(),
  checksum: z.boolean(), // compare by content, not by size and time
  update: z.boolean(), // leave what is newer at the target
  links: z.boolean(),
  perms: z.boolean(),
  times: z.boolean(),
  owner: z.boolean(),
  group: z.boolean(),
  devices: z.boolean(),
  compress: z.boolean(),
  wholeFile: z.boolean(),
  inplace: z.boolean(),
  partial: z.boolean(),
  filters: z.array(z.string().max(4096)).max(10_000), // rsync's syntax: "- *.o", "+ /keep"
});
export type SyncOptions = z.output<typeof SyncOptions>;

export const Direction = z.enum(['forward', 'backward']); // source to target, or the other way
export const SyncState = z.enum(['idle', 'previewing', 'ready', 'running', 'paused', 'attention']);

export const RunState = z.enum(['running', 'paused', 'stopping', 'done', 'partial', 'failed', 'stopped', 'interrupted']);
export type RunState = z.output<typeof RunState>;

export const Sync = z.object({
  id: Id,
  name: z.string(),
  source: PathShown,
  target: PathShown,
  /** Where the bytes really go, in words a person reads: "nas-01:/backup/photos". */
  result: z.string(),
  options: SyncOptions,
  state: SyncState,
  planId: Id.nullable(), // the newest plan, if it still stands
  lastRun: z.object({ id: Id, state: RunState, endedAt: Millis.nullable() }).nullable(),
  createdAt: Millis,
});
export type Sync = z.output<typeof Sync>;

// --- plans -----------------------------------------------------------------------------------------------------------

export const PlanAction = z.enum(['copy', 'update', 'attributes', 'delete', 'none']);
export type PlanAction = z.output<typeof PlanAction>;

/** Why a row is there. */
export const PlanReason = z.enum([
  'onlyLeft', 'onlyRight', 'sizeDiffers', 'timeDiffers', 'contentDiffers', 'leftNewer', 'rightNewer',
  'typeDiffers', 'linkDiffers', 'permsDiffer', 'ownerDiffers', 'unreadable', 'changedSince',
]);
export type PlanReason = z.output<typeof PlanReason>;

export const PlanSide = z.object({ kind: FileKind, size: Bytes, mtime: Millis, mode: z.number().int(), owner: z.string(), link: z.string().nullable() });
export type PlanSide = z.output<typeof PlanSide>;

/** `do` as suggested, `skip`, or `reverse`: the same row from target to source. */
export const PlanDecision = z.enum(['do', 'skip', 'reverse']);
export type PlanDecision = z.output<typeof PlanDecision>;
export const PlanRowState = z.enum(['pending', 'done', 'failed', 'recheck']);

export const PlanRow = z.object({
  id: z.number().int().nonnegative(), // place in the plan, dense from 0
  path: z.string(), // below the root, as shown
  depth: z.number().int().nonnegative(),
  /** What the row does as decided; a reversed `copy` reads `delete`, a reversed `delete` reads `copy`. */
  action: PlanAction,
  decision: PlanDecision,
  direction: Direction,
  left: PlanSide.nullable(),
  right: PlanSide.nullable(),
  reason: PlanReason,
  itemize: z.string(), // rsync's eleven letters
  state: PlanRowState,
  error: ErrorInfo.nullable(),
});
export type PlanRow = z.output<typeof PlanRow>;

export const PlanChip = z.enum(['all', 'copy', 'update', 'attributes', 'delete', 'skipped', 'error']);
export type PlanChip = z.output<typeof PlanChip>;

export const PlanCounts = z.object({
  copy: z.number(), update: z.number(), attributes: z.number(), delete: z.number(), skipped: z.number(), error: z.number(),
  /** Files and folders that are alike on both sides: counted, no rows. */
  same: z.number(),
});
export const PlanSummary = z.object({
  id: Id,
  syncId: Id,
  state: z.enum(['scanning', 'ready', 'stale', 'running', 'finished', 'failed']),
  createdAt: Millis,
  /** Entries seen so far on each side while `scanning`. */
  seen: z.object({ left: z.number(), right: z.number() }),
  counts: PlanCounts,
  rows: z.number(), // rows in all
  bytes: Bytes, // of files that will be copied or updated as decided
  guard: z.object({ deletes: z.number(), total: z.number() }).nullable(), // the deletion guard, when it is over its threshold
  error: ErrorInfo.nullable(),
  /** Binds a run to exactly this plan with exactly these decisions. */
  token: z.string(),
  rev: z.number().int(), // grows with every decision, so that windows are read again
});
export type PlanSummary = z.output<typeof PlanSummary>;

// --- runs ------------------------------------------------------------------------------------------------------------

export const RUN_PHASES = ['connect', 'list', 'compare', 'delete', 'transfer', 'attributes', 'done'] as const;
export const RunProgress = z.object({
  phase: z.enum(RUN_PHASES),
  filesDone: z.number(), filesTotal: z.number(),
  bytesDone: Bytes, bytesTotal: Bytes, // file bytes
  sent: Bytes, received: Bytes, // wire bytes
  rate: z.number(), // file bytes a second, smoothed
  etaMs: z.number().nullable(), // null until it is steady
  current: z.array(z.string()).max(8),
});
export type RunProgress = z.output<typeof RunProgress>;

export const RunReport = z.object({
  copied: z.number(), updated: z.number(), attributes: z.number(), deleted: z.number(), skipped: z.number(), failed: z.number(), recheck: z.number(),
  bytes: Bytes, literal: Bytes, matched: Bytes, sent: Bytes, received: Bytes,
  exitCode: z.number().int(), // rsync's
});
export type RunReport = z.output<typeof RunReport>;

export const Run = z.object({
  id: Id, syncId: Id, planId: Id, syncName: z.string(),
  state: RunState,
  startedAt: Millis, endedAt: Millis.nullable(),
  progress: RunProgress,
  report: RunReport.nullable(),
  error: ErrorInfo.nullable(), // why it failed or was interrupted
});
export type Run = z.output<typeof Run>;

// --- activity, settings, status --------------------------------------------------------------------------------------

/** What happened; the screen has the words. `link` is a route such as /runs/ID. */
export const Activity = z.object({
  id: Id, at: Millis,
  kind: z.enum(['runDone', 'runPartial', 'runFailed', 'runStopped', 'runInterrupted', 'serverAdded', 'hostKeyChanged', 'syncCreated', 'engineRestarted', 'storeRestored', 'clusterAdded', 'nodeStarted', 'nodeStopped', 'nodeFailed', 'leaderElected', 'quorumLost', 'quorumBack', 'pipelineCreated', 'pipelineDeployed', 'pipelineFailed']),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  error: ErrorInfo.nullable(),
  link: z.string().nullable(),
  problem: z.boolean(), // belongs to "Needs you" until seen
  seen: z.boolean(),
});
export type Activity = z.output<typeof Activity>;

export const Settings = z.object({
  language: z.enum(['system', 'en', 'zh-CN']),
  theme: z.enum(['system', 'light', 'dark']),
  density: z.enum(['compact', 'comfortable']),
  /** What closing the window does in the Electron host; `ask` until the first time. */
  onClose: z.enum(['ask', 'stay', 'quit']),
  showHidden: z.boolean(),
  /** The ensemble in which runs of syncs take their locks, as a connect string; null: none are taken. */
  coordination: z.object({ connect: z.string().min(1).max(2000) }).nullable(),
});
export type Settings = z.output<typeof Settings>;

export const EngineState = z.enum(['starting', 'ready', 'degraded', 'restarting', 'failed', 'draining', 'stopped']);
export type EngineState = z.output<typeof EngineState>;
export const EngineName = z.enum(['sync', 'coordination', 'agent']);
export type EngineName = z.output<typeof EngineName>;

export const AppStatus = z.object({
  version: z.string(),
  host: z.enum(['electron', 'browser']),
  hostDetail: z.string(), // "Electron 45.4.1", "Chromium 156 over 127.0.0.1:PORT"
  platform: z.string(),
  machine: z.string(), // this machine's name
  locale: z.string(), // the system's, BCP 47
  engines: z.array(z.object({ name: EngineName, state: EngineState, error: ErrorInfo.nullable(), retryAt: Millis.nullable() })),
  vault: z.object({ kind: z.enum(['os', 'passphrase', 'none']), locked: z.boolean() }),
});
export type AppStatus = z.output<typeof AppStatus>;
