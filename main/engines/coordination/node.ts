// A coordination node: its data, the server of its clients, and the role it plays, put together and taken apart in order.
import { unwatchFile, watchFile } from 'node:fs';
import type { TlsOptions } from 'node:tls';
import { SluiceError } from '../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../lib/errno.ts';
import type { NodeConfig } from './config/node-config.ts';
import { Administration } from './admin/administration.ts';
import type { QuorumPeer, QuorumStatus } from './broadcast/quorum-peer.ts';
import type { QuorumVerifier } from './election/quorum-verifier.ts';
import type { Clock, NodeEvent, Report, Role } from './parts.ts';
import { Core } from './server/core.ts';
import type { FourLetterWords } from './server/four-letter-words.ts';
import { Listener } from './server/listener.ts';
import { Standalone } from './server/standalone.ts';
import { tlsServerOptions } from './server/tls/tls-options.ts';
import { sessionPasswords } from './session/session-secret.ts';
import { openDatabase, type StoredDatabase } from './store/database.ts';

export interface NodeDeps {
  readonly report: Report;
  readonly clock?: Clock;
  /** Answers to the words of the client port, in place of the administration's own. */
  readonly fourLetterWords?: (node: RunningNode) => FourLetterWords;
}

/** What an administration may look into. */
export interface RunningNode {
  readonly config: NodeConfig;
  readonly db: StoredDatabase;
  readonly core: Core;
  readonly startedAt: number;
}

export interface CoordinationNode extends RunningNode {
  readonly administration: Administration;
  /** What a member knows of its ensemble; null for a standalone server. */
  quorum(): QuorumStatus | null;
  /** As bound; null where the node has no such port. */
  readonly clientPort: number | null;
  readonly secureClientPort: number | null;
  status(): { readonly mode: Role['mode'] | null; readonly zxid: number; readonly connections: number; readonly sessions: number };
  /** Takes no more, answers what is on disk, closes in order. */
  stop(): Promise<void>;
}

interface Listening {
  readonly listener: Listener;
  readonly host: string | null;
  readonly port: number;
}

const STORE_LOOK_MS = 2_000;

const SYSTEM_CLOCK: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

/** SluiceError COORD_PORT, COORD_DATA_LOCKED, COORD_LOG_CORRUPT and the like when it cannot start; nothing is left open then. */
export async function startNode(config: NodeConfig, deps: NodeDeps): Promise<CoordinationNode> {
  const clock = deps.clock ?? SYSTEM_CLOCK;
  let administration: Administration | null = null;
  const report: Report = (event: NodeEvent) => {
    administration?.event(event);
    deps.report(event);
  };
  const begun = clock.monotonic();
  const db = await openDatabase({
    dataDir: config.dataDir, dataLogDir: config.dataLogDir, snapCount: config.snapCount, snapSizeLimitKb: config.snapSizeLimitKb, preAllocKb: config.preAllocKb,
    forceSync: config.forceSync, digestEnabled: config.digestEnabled, extendedTypes: config.extendedTypesEnabled, compression: config.snapshotCompression,
    trustEmptySnapshot: config.snapshotTrustEmpty, clock, report,
  });
  try {
    const core = new Core({ config, db, clock, report, passwords: await sessionPasswords(config) });
    const node = new Node(config, db, core, clock, report, deps);
    administration = node.administration;
    administration.metrics.summaries.dbinittime.add(clock.monotonic() - begun);
    return await node.start();
  } catch (error) {
    await db.close();
    throw error;
  }
}

class Node implements CoordinationNode {
  readonly config: NodeConfig;
  readonly db: StoredDatabase;
  readonly core: Core;
  readonly startedAt: number;
  readonly #clock: Clock;
  readonly #report: Report;
  readonly #words: FourLetterWords;
  readonly administration: Administration;
  #listeners: Listening[] = [];
  #standalone: Standalone | null = null;
  #peer: QuorumPeer | null = null;
  #purge: NodeJS.Timeout | null = null;
  readonly #unwatch: (() => void)[] = [];
  #failed = false;

  constructor(config: NodeConfig, db: StoredDatabase, core: Core, clock: Clock, report: Report, deps: NodeDeps) {
    this.config = config;
    this.db = db;
    this.core = core;
    this.#clock = clock;
    this.#report = report;
    this.startedAt = clock.now();
    this.administration = new Administration(this, report);
    this.#words = deps.fourLetterWords?.(this) ?? this.administration.words;
    core.audit = this.administration.audit;
  }

  get clientPort(): number | null { return this.#port(false); }
  get secureClientPort(): number | null { return this.#port(true); }

  #port(secure: boolean): number | null {
    return this.#listeners.find(({ listener }) => listener.secure === secure)?.listener.port ?? null;
  }

  quorum(): QuorumStatus | null {
    return this.#peer?.status() ?? null;
  }

  async start(): Promise<this> {
    this.db.onFailure(() => { this.#fail(); });
    try {
      await this.#listen();
      await this.#play();
      await this.administration.start();
    } catch (error) {
      await this.#takeApart();
      throw error;
    }
    this.#schedulePurge();
    this.#watchStores();
    return this;
  }

  async #listen(): Promise<void> {
    const { clientPort, clientPortAddress, secureClientPort, secureClientPortAddress, clientTls, clientPortUnification } = this.config;
    const tls = clientTls && tlsServerOptions(clientTls);
    if (clientPort !== null) await this.#open(clientPort, clientPortAddress, clientPortUnification ? tls : null, clientPortUnification);
    if (secureClientPort !== null && tls) await this.#open(secureClientPort, secureClientPortAddress, tls, false);
  }

  async #open(port: number, host: string | null, tls: TlsOptions | null, alsoPlain: boolean): Promise<void> {
    const { clientPortListenBacklog, tcpKeepAlive } = this.config;
    const where = { host, port, backlog: clientPortListenBacklog, keepAlive: tcpKeepAlive, tls, alsoPlain };
    const listener = new Listener(this.core, this.#words, where);
    await listener.listen(where);
    this.#listeners.push({ listener, host, port });
  }

  async #play(): Promise<void> {
    const { config, db, core } = this;
    if (config.quorum) {
      const { startQuorumPeer } = await import('./broadcast/quorum-peer.ts');
      this.#peer = await startQuorumPeer({ config, db, core, clock: this.#clock, report: this.#report, onConfig: (verifier) => { this.#moveClientPort(verifier); } });
      return;
    }
    this.#playAlone();
    this.#report({ type: 'state', at: this.#clock.now(), state: 'standalone', epoch: 0, leader: null, zxid: db.tree.lastZxid });
  }

  #playAlone(): void {
    this.#standalone = new Standalone(this.core, (sessionId) => {
      this.#report({ type: 'sessionExpired', at: this.#clock.now(), sessionId, ephemerals: this.db.tree.ephemeralsOf(sessionId).size });
    });
    this.#standalone.start();
  }

  /** A reconfig may give this server another address for clients. The old port goes when the new one is open; clients there stay connected. */
  #moveClientPort({ config }: QuorumVerifier): void {
    const client = this.config.myid === null ? null : config.servers.get(this.config.myid)?.client;
    const present = this.#listeners.find(({ listener }) => !listener.secure);
    if (!client || !present || client.port === present.port || this.config.clientPort === 0) return;
    this.#open(client.port, client.host, null, false).then(
      () => {
        present.listener.close();
        this.#listeners = this.#listeners.filter((each) => each !== present);
      },
      (error: unknown) => { this.#warn(error); },
    );
  }

  /** Puts a snapshot in the place of all data: clients are sent away while it is loaded. COORD_ARCHIVE for a member of an ensemble. */
  async replaceData(zxid: number, pull: (size: number) => Promise<Buffer>): Promise<void> {
    if (!this.#standalone) throw SluiceError.of('COORD_ARCHIVE', { file: 'snapshot', reason: 'a member of an ensemble takes its data from the leader; restore into an empty ensemble' });
    await this.#standalone.stop();
    this.core.retire();
    try {
      await this.db.restore(zxid, pull);
    } finally {
      if (!this.#failed) this.#playAlone();
    }
  }

  status(): ReturnType<CoordinationNode['status']> {
    return { mode: this.core.role?.mode ?? null, zxid: this.db.tree.lastZxid, connections: this.core.clients.count, sessions: this.db.sessions.size };
  }

  async stop(): Promise<void> {
    await this.#takeApart();
    await this.db.close();
    this.#report({ type: 'state', at: this.#clock.now(), state: 'stopped', epoch: 0, leader: null, zxid: this.db.tree.lastZxid });
  }

  /** Whoever was promised an answer gets it before the connections close. */
  async #takeApart(): Promise<void> {
    if (this.#purge) clearInterval(this.#purge);
    for (const unwatch of this.#unwatch.splice(0)) unwatch();
    this.#closePorts();
    await this.#standalone?.stop();
    this.core.clients.finishAll();
    await this.#peer?.stop();
    this.core.retire();
    this.core.clients.stop();
    await this.administration.stop();
  }

  #closePorts(): void {
    for (const { listener } of this.#listeners) listener.close();
  }

  /** Nothing can be acknowledged any more: clients are sent to another server, and no one is let in. The database has told why. */
  #fail(): void {
    this.#failed = true;
    this.#closePorts();
    this.core.retire();
  }

  /** `client.certReload`: stores that were replaced count for the connections that come. */
  #watchStores(): void {
    const { clientTls, clientCertReload } = this.config;
    if (!clientTls || !clientCertReload) return;
    const renew = (): void => {
      try {
        const tls = tlsServerOptions(clientTls);
        for (const { listener } of this.#listeners) listener.renew(tls);
      } catch (error) {
        this.#warn(error); // half a file, as a rule: the next look finds it whole
      }
    };
    for (const path of [clientTls.keyStore, clientTls.trustStore]) {
      if (path === null) continue;
      watchFile(path, { persistent: false, interval: STORE_LOOK_MS }, renew);
      this.#unwatch.push(() => { unwatchFile(path, renew); });
    }
  }

  #schedulePurge(): void {
    const { snapRetainCount, purgeIntervalHours } = this.config.autopurge;
    if (purgeIntervalHours <= 0) return;
    const purge = (): void => { this.db.purge(snapRetainCount).catch((error: unknown) => { this.#warn(error); }); };
    purge();
    this.#purge = setInterval(purge, purgeIntervalHours * 3_600_000);
    this.#purge.unref();
  }

  #warn(error: unknown): void {
    const told = error instanceof SluiceError ? error : SluiceError.of('COORD_DISK', { file: this.config.dataDir, reason: codeOf(error) }, error);
    this.#report({ type: 'warning', at: this.#clock.now(), error: told });
  }
}
