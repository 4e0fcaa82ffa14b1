// What the Cluster screens may ask. Everything that changes a cluster is refused with COORD_READ_ONLY until changes are allowed.
import { z } from 'zod';
import {
  Backup, Cluster, ClusterAuth, ClusterEvent, ClusterHealth, ClusterTls, DeletePlan, EnsembleMember, EnsemblePlan, FourLetterWord, LockList, SessionList,
  WatchHit, ZnodeAcl, ZnodeChange, ZnodeChild, ZnodeDetail, ZnodePath, ZnodeStat, ZnodeVersion,
} from './cluster.ts';
import { call, collectionTopic, stream, valueTopic } from './define.ts';
import { Id } from './domain.ts';

const Nothing = z.object({}).strict();
const Done = z.object({}).strict();
const OfCluster = z.object({ id: Id });
const At = z.object({ id: Id, path: ZnodePath });
const Data: z.ZodType<Uint8Array, Uint8Array> = z.instanceof(Uint8Array);
const Port = z.number().int().min(1).max(65_535);

export const clusterProcedures = {
  'clusters.watch': collectionTopic({ input: Nothing, entity: Cluster }),
  /** An ensemble of others. `secret` is the password of `auth`, `key` the private key of a TLS certificate: both go to the vault. */
  'clusters.add': call({
    input: z.object({ connectString: z.string().min(1).max(4000), name: z.string().max(200).optional(), auth: ClusterAuth, secret: z.string().max(10_000).optional(), tls: ClusterTls.nullable().default(null), key: z.string().max(200_000).optional() }),
    output: Cluster,
  }),
  'clusters.rename': call({ input: z.object({ id: Id, name: z.string().min(1).max(200) }), output: Cluster }),
  /** Data of our own node stay where they are unless `data` is ticked. */
  'clusters.remove': call({ input: z.object({ id: Id, data: z.boolean().default(false) }), output: Done }),
  'clusters.connect': call({ input: OfCluster, output: Done }),
  'clusters.disconnect': call({ input: OfCluster, output: Done }),
  'clusters.allowChanges': call({ input: z.object({ id: Id, allow: z.boolean() }), output: Cluster }),
  /** The switch: makes our own standalone node when there is none; on a free loopback port unless one is named. */
  'clusters.start': call({ input: z.object({ id: Id.nullable(), port: Port.nullable().default(null) }), output: Cluster }),
  'clusters.stop': call({ input: OfCluster, output: Done }),
  /** The files of an ensemble, and what speaks against it. */
  'clusters.plan': call({ input: z.object({ members: z.array(EnsembleMember).min(1).max(9), dataDir: z.string().max(1000) }), output: EnsemblePlan }),
  /** Runs one member of that ensemble in this app. */
  'clusters.startMember': call({ input: z.object({ name: z.string().min(1).max(200), members: z.array(EnsembleMember).min(1).max(9), myid: z.number().int().min(1).max(255) }), output: Cluster }),
  'clusters.health': valueTopic({ input: OfCluster, value: ClusterHealth.nullable() }),
  'clusters.events': collectionTopic({ input: OfCluster, entity: ClusterEvent }), // the newest 500
  'clusters.sessions': call({ input: OfCluster, output: SessionList }),
  /** Folders below `root` whose children are sequential ephemerals. Looks at no more than 20,000 znodes. */
  'clusters.locks': call({ input: z.object({ id: Id, root: ZnodePath }), output: LockList }),
  'clusters.word': call({ input: z.object({ id: Id, member: z.string().max(300), word: FourLetterWord }), output: z.object({ text: z.string() }) }),
  'clusters.backups': call({ input: OfCluster, output: z.array(Backup) }),
  'clusters.backup': call({ input: OfCluster, output: Backup }),

  /** A window of the children in order of name; `total` counts what fits the filter, `of` all there are. `places` says where the children `locate` stand, -1 for none. */
  'znodes.children': call({
    input: z.object({ id: Id, path: ZnodePath, filter: z.string().max(500).default(''), offset: z.number().int().nonnegative(), limit: z.number().int().min(1).max(500), locate: z.array(z.string().max(1000)).max(500).default([]) }),
    output: z.object({ children: z.array(ZnodeChild), total: z.number().int(), of: z.number().int(), places: z.array(z.number().int()) }),
  }),
  /** What changed of that which was read by this app, at most 10 a second. */
  'znodes.changes': stream({ input: OfCluster, item: ZnodeChange }),
  'znodes.read': call({ input: At, output: ZnodeDetail }),
  /** COORD_CHANGED when it is no longer at `version`; packed again if `gzip`. */
  'znodes.save': call({ input: z.object({ id: Id, path: ZnodePath, data: Data, gzip: z.boolean(), version: z.number().int() }), output: ZnodeStat }),
  /** Answers the path it came to be at: a sequential one gets its number. */
  'znodes.create': call({
    input: z.object({ id: Id, path: ZnodePath, data: Data, kind: z.enum(['persistent', 'ephemeral', 'container', 'ttl']), sequential: z.boolean(), ttlMs: z.number().int().min(1).max(1_099_511_627_775).nullable() }),
    output: z.object({ path: z.string() }),
  }),
  'znodes.delete': call({ input: z.object({ id: Id, path: ZnodePath, version: z.number().int() }), output: Done }),
  'znodes.deletePlan': call({ input: At, output: DeletePlan }),
  /** Deletes what the plan with this token listed; COORD_CHANGED when the subtree is no longer that. */
  'znodes.deleteTree': call({ input: z.object({ id: Id, path: ZnodePath, token: z.string() }), output: z.object({ deleted: z.number().int() }) }),
  'znodes.setAcl': call({ input: z.object({ id: Id, path: ZnodePath, acl: z.array(ZnodeAcl).min(1).max(100), aversion: z.number().int() }), output: ZnodeStat }),
  /** Everything that happens at and, if `below`, under a path, in batches. `dropped` counts what came too fast to be shown. */
  'znodes.watch': stream({ input: z.object({ id: Id, path: ZnodePath, below: z.boolean() }), item: z.object({ hits: z.array(WatchHit), dropped: z.number().int() }) }),
  /** Newest first; null where the cluster keeps no history for us. */
  'znodes.versions': call({ input: At, output: z.object({ versions: z.array(ZnodeVersion).nullable() }) }),
  /** The archive that `sluice coordination export` writes; COORD_ARCHIVE past 48 MiB. */
  'znodes.export': call({ input: At, output: z.object({ data: Data, count: z.number().int() }) }),
  /** Parts of one file in order under one `upload`; the last does it. Existing znodes stay unless `overwrite`. */
  'znodes.import': call({
    input: z.object({ id: Id, path: ZnodePath, upload: Id, data: Data, last: z.boolean(), overwrite: z.boolean() }),
    output: z.object({ created: z.number().int(), updated: z.number().int(), skipped: z.number().int() }),
  }),
} as const;
