// What the coordination engine offers to services, in-process or over a Wire from its own process (same shape, same rpc): nodes of our
// own, and connections to any ensemble. It keeps no cluster list and no secrets: what it needs comes with `open` and `node.run`.
import { z } from 'zod';
import {
  Backup, ClusterEvent, ClusterHealth, ConnectionState, DeletePlan, EnsembleMember, LockList, SessionList, WatchHit, ZnodeAcl, ZnodeChange, ZnodeChild,
  ZnodeDetail, ZnodeStat, ZnodeVersion,
} from '../../../preload/contract/cluster.ts';
import { call, stream, type Client } from '../../../preload/contract/define.ts';
import { ErrorInfo } from '../../../preload/contract/errors.ts';

const Bytes: z.ZodType<Uint8Array, Uint8Array> = z.instanceof(Uint8Array);

/** How to reach an ensemble, with the secrets themselves; never stored or logged. */
export const ClusterAccess = z.object({
  connectString: z.string(),
  sessionTimeoutMs: z.number(),
  auth: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('none') }),
    z.object({ kind: z.literal('digest'), user: z.string(), password: z.string() }),
    z.object({ kind: z.literal('sasl'), user: z.string(), password: z.string() }),
  ]),
  tls: z.object({ ca: z.string().nullable(), cert: z.string().nullable(), key: z.string().nullable(), verify: z.boolean() }).nullable(),
});
export type ClusterAccess = z.output<typeof ClusterAccess>;

/** A node to run: its folder, and alone or as a member. */
export const NodeSpec = z.object({
  dataDir: z.string(), host: z.string(), port: z.number(), myid: z.number().nullable(), members: z.array(EnsembleMember),
});
export type NodeSpec = z.output<typeof NodeSpec>;

export const NodeState = z.enum(['starting', 'looking', 'following', 'leading', 'observing', 'standalone', 'readOnly', 'stopped', 'failed']);
export type NodeState = z.output<typeof NodeState>;

/** `event` has no id yet: whoever keeps it gives one. */
export const EngineEvent = ClusterEvent.omit({ id: true });
export type EngineEvent = z.output<typeof EngineEvent>;

export const NodeItem = z.discriminatedUnion('type', [
  z.object({ type: z.literal('state'), state: NodeState, port: z.number(), error: ErrorInfo.nullable() }),
  z.object({ type: z.literal('event'), event: EngineEvent }),
]);
export type NodeItem = z.output<typeof NodeItem>;

export const ConnectionItem = z.object({ state: ConnectionState, server: z.string().nullable(), sessionId: z.string().nullable(), readOnly: z.boolean(), error: ErrorInfo.nullable() });
export type ConnectionItem = z.output<typeof ConnectionItem>;

const Done = z.object({});
const Of = z.object({ id: z.string() });
const At = z.object({ id: z.string(), path: z.string() });

export const coordinationEngineContract = {
  /** A port on `host` that nothing listens on now, `wanted` if it is one of these. COORD_PORT when `wanted` is taken and `strict`. */
  'freePort': call({ input: z.object({ host: z.string(), wanted: z.number(), strict: z.boolean() }), output: z.object({ port: z.number() }) }),
  /** Starts the node and tells of it until it stops; leaving the stream stops it in order. COORD_* before the first item when it does not start. */
  'node.run': stream({ input: z.object({ id: z.string(), spec: NodeSpec }), item: NodeItem }),
  /** Resolves when the node has stopped, or none runs. */
  'node.stop': call({ input: z.object({ id: z.string() }), output: Done }),
  /** Opens a session and keeps it; leaving the stream closes it. The calls below need it by its id: COORD_CONNECT when it is not open. */
  'open': stream({ input: z.object({ id: z.string(), access: ClusterAccess }), item: ConnectionItem }),
  /** Looks at every member now and then `everyMs` after each look; events are what changed between two looks. */
  'health': stream({ input: z.object({ id: z.string(), everyMs: z.number() }), item: z.object({ health: ClusterHealth, events: z.array(EngineEvent) }) }),
  /** `member` is a name or host:port of the last look. COORD_FOUR_LETTER when the server does not know or allow the word. */
  'word': call({ input: z.object({ id: z.string(), member: z.string(), word: z.string() }), output: z.object({ text: z.string() }) }),
  'sessions': call({ input: Of, output: SessionList }),
  'locks': call({ input: At, output: LockList }),

  'children': call({
    input: z.object({ id: z.string(), path: z.string(), filter: z.string(), offset: z.number(), limit: z.number(), locate: z.array(z.string()) }),
    output: z.object({ children: z.array(ZnodeChild), total: z.number(), of: z.number(), places: z.array(z.number()) }),
  }),
  'changes': stream({ input: Of, item: ZnodeChange }),
  'read': call({ input: At, output: ZnodeDetail }),
  'save': call({ input: z.object({ id: z.string(), path: z.string(), data: Bytes, gzip: z.boolean(), version: z.number() }), output: ZnodeStat }),
  'create': call({
    input: z.object({ id: z.string(), path: z.string(), data: Bytes, kind: z.enum(['persistent', 'ephemeral', 'container', 'ttl']), sequential: z.boolean(), ttlMs: z.number().nullable() }),
    output: z.object({ path: z.string() }),
  }),
  'delete': call({ input: z.object({ id: z.string(), path: z.string(), version: z.number() }), output: Done }),
  'deletePlan': call({ input: At, output: DeletePlan }),
  'deleteTree': call({ input: z.object({ id: z.string(), path: z.string(), token: z.string() }), output: z.object({ deleted: z.number() }) }),
  'setAcl': call({ input: z.object({ id: z.string(), path: z.string(), acl: z.array(ZnodeAcl), aversion: z.number() }), output: ZnodeStat }),
  'watch': stream({ input: z.object({ id: z.string(), path: z.string(), below: z.boolean() }), item: z.object({ hits: z.array(WatchHit), dropped: z.number() }) }),
  /** From the txn logs of our node `id`; null when none such runs here. */
  'versions': call({ input: At, output: z.object({ versions: z.array(ZnodeVersion).nullable() }) }),
  'export': call({ input: At, output: z.object({ data: Bytes, count: z.number() }) }),
  'import': call({ input: z.object({ id: z.string(), path: z.string(), data: Bytes, overwrite: z.boolean() }), output: z.object({ created: z.number(), updated: z.number(), skipped: z.number() }) }),
  /** Of our node `id`, into `folder`. */
  'backup': call({ input: z.object({ id: z.string(), folder: z.string() }), output: Backup }),
  'backups': call({ input: z.object({ folder: z.string() }), output: z.array(Backup) }),

  'ping': call({ input: z.object({}), output: z.object({ pid: z.number() }) }),
  /** Closes sessions and stops nodes, then answers; the process may then end. */
  'drain': call({ input: z.object({}), output: Done }),
} as const;

export type CoordinationEngineContract = typeof coordinationEngineContract;
export type CoordinationEngine = Client<CoordinationEngineContract>;
