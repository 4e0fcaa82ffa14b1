// What the sync engine offers to services, in-process or over a Wire from its own process (same shape, same rpc).
// Paths are bytes. The engine keeps no server list, no secrets and no settings: what it needs comes with each call.
import { z } from 'zod';
import { call, stream, type Client } from '../../../preload/contract/define.ts';
import { FileKind, HostKey, PlanChip, PlanDecision, PlanRow, PlanSummary, ProbeStep, RunProgress, RunReport, ServerTransport, SyncOptions, RunState } from '../../../preload/contract/domain.ts';
import { ErrorInfo } from '../../../preload/contract/errors.ts';

export const RawPath: z.ZodType<Uint8Array, Uint8Array> = z.instanceof(Uint8Array);

/** How to log in, with the secret itself where one is needed; never stored, logged or put on a command line. */
export const ResolvedAuth = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('auto'), passphrase: z.string().optional(), password: z.string().optional() }),
  z.object({ kind: z.literal('agent') }),
  z.object({ kind: z.literal('key'), path: z.string(), passphrase: z.string().optional() }),
  z.object({ kind: z.literal('password'), password: z.string() }),
]);
export type ResolvedAuth = z.output<typeof ResolvedAuth>;

export const ServerAccess = z.object({
  name: z.string(), // as the person calls it, for messages
  host: z.string(), port: z.number(), user: z.string(), alias: z.string().nullable(),
  auth: ResolvedAuth,
  transport: ServerTransport,
  /** Accepted host keys; the only ones. Empty means none is known yet. */
  hostKeys: z.array(HostKey),
});
export type ServerAccess = z.output<typeof ServerAccess>;

export const Place = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('local') }),
  z.object({ kind: z.literal('ssh'), access: ServerAccess }),
]);
export type Place = z.output<typeof Place>;
export const Endpoint = z.object({ place: Place, path: RawPath });
export type Endpoint = z.output<typeof Endpoint>;

export const RawEntry = z.object({ name: RawPath, kind: FileKind, size: z.number(), mtime: z.number(), mode: z.number(), target: RawPath.nullable(), opens: z.boolean() });
export type RawEntry = z.output<typeof RawEntry>;

/** A plan's roots are final: `left` holds what `right` is to hold, with no layout to apply any more. */
export const PlanRequest = z.object({ planId: z.string(), syncId: z.string(), left: Endpoint, right: Endpoint, options: SyncOptions });
export type PlanRequest = z.output<typeof PlanRequest>;

export const RunRequest = z.object({ runId: z.string(), planId: z.string(), left: Endpoint, right: Endpoint, options: SyncOptions, token: z.string(), fsync: z.boolean().default(true) });
export type RunRequest = z.output<typeof RunRequest>;

/** Facts arrive as they happen; `progress` at most 10 times a second; the last event is `end`. */
export const RunEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), state: RunState, progress: RunProgress }),
  z.object({ type: z.literal('row'), row: z.number(), path: z.string(), itemize: z.string(), state: z.enum(['done', 'failed', 'recheck']), error: ErrorInfo.nullable() }),
  z.object({ type: z.literal('end'), state: RunState, progress: RunProgress, report: RunReport, error: ErrorInfo.nullable() }),
]);
export type RunEvent = z.output<typeof RunEvent>;

const Done = z.object({});

export const syncEngineContract = {
  'probe': stream({ input: z.object({ access: ServerAccess }), item: ProbeStep }),
  /** `home` is the folder a login starts in. */
  'roots': call({ input: z.object({ place: Place }), output: z.array(z.object({ path: RawPath, name: z.string() })) }),
  'list': call({ input: z.object({ at: Endpoint, limit: z.number() }), output: z.object({ entries: z.array(RawEntry), more: z.number() }) }),
  /** PATH_NOT_FOUND, PATH_NOT_A_FOLDER or PATH_DENIED if it is no folder; answers its real path. */
  'folder': call({ input: z.object({ at: Endpoint }), output: z.object({ path: RawPath }) }),
  'makeFolder': call({ input: z.object({ at: Endpoint }), output: Done }),

  /** Scans both sides and fills the plan table; summaries at most 10 a second, the last is `ready` or `failed`. */
  'plan': stream({ input: PlanRequest, item: PlanSummary }),
  'plan.summary': call({ input: z.object({ planId: z.string() }), output: PlanSummary }),
  'plan.rows': call({
    input: z.object({ planId: z.string(), chip: PlanChip, search: z.string(), offset: z.number(), limit: z.number() }),
    output: z.object({ rows: z.array(PlanRow), total: z.number(), rev: z.number() }),
  }),
  'plan.decide': call({
    input: z.object({ planId: z.string(), what: z.union([z.object({ rows: z.array(z.number()), below: z.boolean() }), z.object({ chip: PlanChip })]), decision: PlanDecision }),
    output: PlanSummary,
  }),
  'plan.forget': call({ input: z.object({ planId: z.string() }), output: Done }),

  /** Runs what the plan's rows say. Called again with the same plan after a break, it goes on with the rows not yet done. */
  'run': stream({ input: RunRequest, item: RunEvent }),
  'run.pause': call({ input: z.object({ runId: z.string() }), output: Done }),
  'run.resume': call({ input: z.object({ runId: z.string() }), output: Done }),
  'run.stop': call({ input: z.object({ runId: z.string(), how: z.enum(['afterFile', 'now']) }), output: Done }),

  'ping': call({ input: z.object({}), output: z.object({ pid: z.number() }) }),
  /** Finishes or parks the file in hand, then answers; the process may then end. */
  'drain': call({ input: z.object({}), output: Done }),
} as const;

export type SyncEngineContract = typeof syncEngineContract;
export type SyncEngine = Client<SyncEngineContract>;
