// Everything that may cross to the user interface, by dotted name.
import { z } from 'zod';
import { clusterProcedures } from './cluster-procedures.ts';
import { call, collectionTopic, stream, valueTopic } from './define.ts';
import { pipelineProcedures } from './pipeline-procedures.ts';
import {
  Activity, AppStatus, Id, Listing, PathRef, PathShown, PlaceId, PlanChip, PlanDecision, PlanRow, PlanSummary,
  ProbeStep, Run, Server, ServerAuth, ServerTransport, Settings, Sync, SyncOptions,
} from './domain.ts';

const Nothing = z.object({}).strict();
const Done = z.object({}).strict();

export const contract = {
  'app.status': valueTopic({ input: Nothing, value: AppStatus }),
  'app.quit': call({ input: Nothing, output: Done }),

  'settings.watch': valueTopic({ input: Nothing, value: Settings }),
  'settings.change': call({ input: Settings.partial(), output: Settings }),

  'vault.create': call({ input: z.object({ passphrase: z.string().min(8).max(1024) }), output: Done }),
  'vault.unlock': call({ input: z.object({ passphrase: z.string().max(1024) }), output: Done }),

  'servers.watch': collectionTopic({ input: Nothing, entity: Server }),
  /** `target` is user@host:port, host, or an alias of ~/.ssh/config; `secret` (password or passphrase) goes to the vault. */
  'servers.add': call({
    input: z.object({ target: z.string().min(1).max(500), name: z.string().max(200).optional(), auth: ServerAuth, transport: ServerTransport.default('ssh2'), secret: z.string().max(10_000).optional() }),
    output: Server,
  }),
  'servers.change': call({
    input: z.object({ id: Id, name: z.string().min(1).max(200).optional(), auth: ServerAuth.optional(), transport: ServerTransport.optional(), secret: z.string().max(10_000).optional() }),
    output: Server,
  }),
  'servers.remove': call({ input: z.object({ id: Id }), output: Done }),
  'servers.aliases': call({ input: Nothing, output: z.array(z.object({ alias: z.string(), host: z.string(), user: z.string(), port: z.number() })) }),
  'servers.probe': stream({ input: z.object({ id: Id }), item: ProbeStep }),
  /** Accepts exactly this fingerprint, which the person has just been shown; `replace` forgets the others (a changed key). */
  'servers.trust': call({ input: z.object({ id: Id, type: z.string(), sha256: z.string(), replace: z.boolean() }), output: Server }),

  'files.roots': call({ input: z.object({ place: PlaceId }), output: z.array(PathShown) }),
  'files.list': call({ input: z.object({ ref: PathRef, limit: z.number().int().min(1).max(50_000).default(10_000) }), output: Listing }),
  /** A path typed or pasted into the folder browser. */
  'files.resolve': call({ input: z.object({ place: PlaceId, path: z.string().min(1).max(4096) }), output: PathShown }),
  /** A folder dropped from the desktop (Electron host only). */
  'files.dropped': call({ input: z.object({ path: z.string().min(1).max(4096) }), output: PathShown }),
  'files.makeFolder': call({ input: z.object({ parent: PathRef, name: z.string().min(1).max(255) }), output: PathShown }),

  'syncs.watch': collectionTopic({ input: Nothing, entity: Sync }),
  'syncs.create': call({ input: z.object({ source: PathRef, target: PathRef, name: z.string().max(200).optional(), options: SyncOptions }), output: Sync }),
  'syncs.change': call({ input: z.object({ id: Id, name: z.string().min(1).max(200).optional(), options: SyncOptions.optional() }), output: Sync }),
  'syncs.remove': call({ input: z.object({ id: Id }), output: Done }),
  /** The equivalent rsync command line. */
  'syncs.command': call({ input: z.object({ id: Id }), output: z.object({ text: z.string() }) }),

  /** Starts a preview; progress and result come by `plans.watch`. */
  'plans.create': call({ input: z.object({ syncId: Id }), output: PlanSummary }),
  'plans.cancel': call({ input: z.object({ id: Id }), output: Done }),
  'plans.watch': valueTopic({ input: z.object({ id: Id }), value: PlanSummary }),
  'plans.rows': call({
    input: z.object({ id: Id, chip: PlanChip.default('all'), search: z.string().max(500).default(''), offset: z.number().int().nonnegative(), limit: z.number().int().min(1).max(500) }),
    output: z.object({ rows: z.array(PlanRow), total: z.number().int(), rev: z.number().int() }),
  }),
  /** Decides rows one by one, a folder row with all below it (`below`), or everything behind a chip. */
  'plans.decide': call({
    input: z.object({ id: Id, what: z.union([z.object({ rows: z.array(z.number().int()).min(1).max(10_000), below: z.boolean().default(false) }), z.object({ chip: PlanChip })]), decision: PlanDecision }),
    output: PlanSummary,
  }),

  /** Runs the plan as decided. `token` is of the plan as shown; `deletionsSeen` ticks the guard. */
  'runs.start': call({ input: z.object({ planId: Id, token: z.string(), deletionsSeen: z.boolean().default(false) }), output: Run }),
  'runs.pause': call({ input: z.object({ id: Id }), output: Done }),
  'runs.resume': call({ input: z.object({ id: Id }), output: Done }),
  'runs.stop': call({ input: z.object({ id: Id, how: z.enum(['afterFile', 'now']) }), output: Done }),
  'runs.watch': valueTopic({ input: z.object({ id: Id }), value: Run }),
  'runs.active': collectionTopic({ input: Nothing, entity: Run }),
  'runs.list': call({ input: z.object({ syncId: Id.nullable(), offset: z.number().int().nonnegative(), limit: z.number().int().min(1).max(200) }), output: z.object({ runs: z.array(Run), total: z.number().int() }) }),

  ...clusterProcedures,
  ...pipelineProcedures,

  'activity.watch': collectionTopic({ input: Nothing, entity: Activity }), // the newest 500
  'activity.seen': call({ input: z.object({ ids: z.array(Id).max(1000) }), output: Done }),
} as const;

export type SluiceContract = typeof contract;
