// Everything by which a node is watched and handled from outside: words, AdminServer, Prometheus, audit log, and the compare of digests.
import { join } from 'node:path';
import { userInfo } from 'node:os';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { QuorumStatus } from '../broadcast/quorum-peer.ts';
import type { NodeConfig } from '../config/node-config.ts';
import { parseQuorum } from '../election/quorum-verifier.ts';
import type { NodeEvent, Report } from '../parts.ts';
import type { AuditedWrite } from '../server/audited-write.ts';
import type { Core } from '../server/core.ts';
import type { StoredDatabase } from '../store/database.ts';
import { DIGEST_VERSION } from '../tree/node-digest.ts';
import type { AdminServer } from './admin-server.ts';
import { auditEntries } from './audit-entries.ts';
import { AuditLog } from './audit-log.ts';
import { DigestLog } from './digest-log.ts';
import { DigestWatch, type Member } from './digest-watch.ts';
import { wordsOf } from './four-letter-words.ts';
import type { HttpListener } from './http-listener.ts';
import { Metrics } from './metrics.ts';
import type { NodeView, SizeStats } from './node-view.ts';
import type { ReplaceData } from './restore-upload.ts';
import { viewOfNode } from './view-of-node.ts';

export interface AdministeredNode {
  readonly config: NodeConfig;
  readonly db: StoredDatabase;
  readonly core: Core;
  /** Null for a standalone server. */
  quorum(): QuorumStatus | null;
  /** COORD_ARCHIVE for a member of an ensemble: it would not fit the others. */
  replaceData: ReplaceData;
}

export class Administration {
  readonly metrics = new Metrics();
  readonly view: NodeView;
  /** The answers of the client port. */
  readonly words: ReturnType<typeof wordsOf>;
  readonly #node: AdministeredNode;
  readonly #report: Report;
  readonly #digests = new DigestLog();
  readonly #watch: DigestWatch;
  readonly #audit: AuditLog | null;
  readonly #sizes = { last: -1, min: -1, max: -1 };
  #admin: AdminServer | null = null;
  #prometheus: HttpListener | null = null;
  #adminPort: number | null = null;
  #unobserve: () => void = () => {};

  constructor(node: AdministeredNode, report: Report) {
    this.#node = node;
    this.#report = report;
    const { config, db, core } = node;
    this.view = viewOfNode({
      config, db, core, metrics: this.metrics, digests: this.#digests, quorum: () => node.quorum(), replaceData: (zxid, pull) => node.replaceData(zxid, pull),
      report,
      proposals: (): SizeStats | null => (core.role?.mode === 'leader' ? this.#sizes : null),
    });
    this.words = wordsOf(this.view);
    this.#watch = new DigestWatch({ members: () => this.#others(), own: this.#digests, metrics: this.metrics, report });
    this.#audit = config.auditEnabled ? new AuditLog({ file: config.auditFile ?? join(config.dataDir, 'audit.log'), report }) : null;
  }

  /** As bound; null while it is off. */
  get adminPort(): number | null { return this.#adminPort; }
  get metricsPort(): number | null { return this.#prometheus?.port ?? null; }

  /** Opens the ports. One that is taken is a warning, as it is for ZooKeeper: the node serves its clients all the same. */
  async start(): Promise<void> {
    const { config, db } = this.#node;
    this.#unobserve = db.observe(({ header, bytes }) => {
      if (config.digestEnabled && this.#digests.wants(header.zxid)) this.#digests.add(header.zxid, DIGEST_VERSION, db.tree.digest().treeDigest);
      this.#applied(bytes.length);
    });
    if (config.admin.enabled) {
      await this.#open(async () => {
        const { AdminServer } = await import('./admin-server.ts');
        this.#admin = new AdminServer(this.view);
        this.#adminPort = await this.#admin.start();
      });
    }
    const { metrics } = config;
    if (metrics) await this.#open(async () => { this.#prometheus = await (await import('./prometheus.ts')).startPrometheus(this.view, metrics.httpHost, metrics.httpPort); });
    if (config.quorum && config.digestEnabled) this.#watch.start();
    db.onLogWritten = (ms, txns) => { this.metrics.summaries.fsynctime.add(ms); this.metrics.summaries.sync_processor_batch_size.add(txns); };
    this.#audit?.add({ operation: 'serverStart', user: userName(), result: 'success' });
  }

  async stop(): Promise<void> {
    this.#unobserve();
    this.#node.db.onLogWritten = null;
    this.#watch.stop();
    await Promise.all([this.#admin?.close(), this.#prometheus?.close()]);
    this.#admin = null;
    this.#prometheus = null;
    this.#adminPort = null;
    this.#audit?.add({ operation: 'serverStop', user: userName(), result: 'invoked' });
    await this.#audit?.close();
  }

  /** Told of every event of the node, for the counters. */
  event(event: NodeEvent): void { this.metrics.event(event); }

  /** Null when no audit is kept, so that nothing is gathered for it. */
  get audit(): ((write: AuditedWrite) => void) | null {
    const log = this.#audit;
    return log && ((write) => { for (const entry of auditEntries(write)) log.add(entry); });
  }

  async #open(listen: () => Promise<void>): Promise<void> {
    try {
      await listen();
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error;
      this.#report({ type: 'warning', at: Date.now(), error });
    }
  }

  #applied(bytes: number): void {
    const { counters } = this.metrics;
    const mode = this.#node.core.role?.mode;
    if (mode === 'leader') {
      counters.proposal_count += 1;
      counters.commit_count += 1;
      const sizes = this.#sizes;
      sizes.last = bytes;
      if (sizes.min < 0 || bytes < sizes.min) sizes.min = bytes;
      if (bytes > sizes.max) sizes.max = bytes;
    } else if (mode === 'follower' || mode === 'observer') {
      counters.learner_proposal_received_count += 1;
      counters.learner_commit_received_count += 1;
    }
  }

  /** The other members as the configuration in force names them; one without a client port in its line has ours. */
  #others(): Member[] {
    const { config } = this.#node;
    const status = this.#node.quorum();
    if (!status) return [];
    return [...parseQuorum(status.configText).config.servers.values()].filter((server) => server.sid !== config.myid).flatMap((server): Member[] => {
      const at = server.addresses[0];
      const port = server.client?.port ?? config.clientPort;
      if (!at || port === null) return [];
      const host = server.client?.host ?? at.host;
      const admin = config.admin.enabled && config.admin.port > 0 ? `http://${host.includes(':') ? `[${host}]` : host}:${config.admin.port}${config.admin.commandUrl}` : null;
      return [{ sid: server.sid, client: { host, port }, admin }];
    });
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
