// A coordination node: its data, the server of its clients, and the role it plays, put together and taken apart in order.
import { SluiceError } from '../../../preload/contract/sluice-error.ts';
import type { NodeConfig } from './config/node-config.ts';
import type { Clock, Database, Report, Role } from './parts.ts';
import { ContainerManager } from './server/containers.ts';
import { Core } from './server/core.ts';
import { NO_WORDS, type FourLetterWords } from './server/four-letter-words.ts';
import { Listener } from './server/listener.ts';
import { Standalone } from './server/standalone.ts';
import { tlsServerOptions } from './server/tls-options.ts';
import { sessionPasswords } from './session/session-secret.ts';
import { openDatabase } from './store/database.ts';

export interface NodeDeps {
  readonly report: Report;
  readonly clock?: Clock;
  /** Answers to the words of the client port, over the node that has been started. */
  readonly fourLetterWords?: (node: RunningNode) => FourLetterWords;
}

/** What an administration may look into. */
export interface RunningNode {
  readonly config: NodeConfig;
  readonly db: Database;
  readonly core: Core;
  readonly startedAt: number;
}

export interface CoordinationNode extends RunningNode {
  /** As bound; null where the node has no such port. */
  readonly clientPort: number | null;
  readonly secureClientPort: number | null;
  status(): { readonly mode: Role['mode'] | null; readonly zxid: number; readonly connections: number; readonly sessions: number };
  /** Takes no more, answers what is on disk, closes in order. */
  stop(): Promise<void>;
}

const SYSTEM_CLOCK: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

/** SluiceError COORD_PORT, COORD_DATA_LOCKED, COORD_LOG_CORRUPT and the like when it cannot start; nothing is left open then. */
export async function startNode(config: NodeConfig, deps: NodeDeps): Promise<CoordinationNode> {
  const clock = deps.clock ?? SYSTEM_CLOCK;
  const { report } = deps;
  const db = await openDatabase({
    dataDir: config.dataDir, dataLogDir: config.dataLogDir, snapCount: config.snapCount, snapSizeLimitKb: config.snapSizeLimitKb, preAllocKb: config.preAllocKb,
    forceSync: config.forceSync, digestEnabled: config.digestEnabled, extendedTypes: config.extendedTypesEnabled, compression: config.snapshotCompression,
    trustEmptySnapshot: config.snapshotTrustEmpty, clock, report,
  });
  try {
    const core = new Core({ config, db, clock, report, passwords: await sessionPasswords(config) });
    return await new Node(config, db, core, clock, deps).start();
  } catch (error) {
    await db.close();
    throw error;
  }
}

class Node implements CoordinationNode {
  readonly config: NodeConfig;
  readonly db: Database;
  readonly core: Core;
  readonly startedAt: number;
  readonly #clock: Clock;
  readonly #deps: NodeDeps;
  #listeners: { readonly listener: Listener; readonly secure: boolean }[] = [];
  #role: { stop(): Promise<void> } | null = null;
  #containers: ContainerManager | null = null;
  #purge: NodeJS.Timeout | null = null;

  constructor(config: NodeConfig, db: Database, core: Core, clock: Clock, deps: NodeDeps) {
    this.config = config;
    this.db = db;
    this.core = core;
    this.#clock = clock;
    this.#deps = deps;
    this.startedAt = clock.now();
  }

  get clientPort(): number | null { return this.#port(false); }
  get secureClientPort(): number | null { return this.#port(true); }

  #port(secure: boolean): number | null {
    return this.#listeners.find((each) => each.secure === secure)?.listener.port ?? null;
  }

  async start(): Promise<this> {
    this.db.onFailure((error) => { this.#fail(error); });
    try {
      await this.#listen();
      await this.#play();
    } catch (error) {
      await this.#closePorts();
      throw error;
    }
    this.#schedulePurge();
    return this;
  }

  async #listen(): Promise<void> {
    const { config } = this;
    const words = this.#deps.fourLetterWords?.(this) ?? NO_WORDS;
    const open = async (port: number, host: string | null, tls: ReturnType<typeof tlsServerOptions> | null): Promise<void> => {
      const where = { host, port, backlog: config.clientPortListenBacklog, keepAlive: config.tcpKeepAlive, tls };
      const listener = new Listener(this.core, words, where);
      await listener.listen(where);
      this.#listeners.push({ listener, secure: tls !== null });
    };
    if (config.clientPort !== null) await open(config.clientPort, config.clientPortAddress, null);
    if (config.secureClientPort !== null && config.clientTls) await open(config.secureClientPort, config.secureClientPortAddress, tlsServerOptions(config.clientTls));
  }

  async #play(): Promise<void> {
    if (this.config.quorum) {
      const { startQuorumPeer } = await import('./broadcast/quorum-peer.ts');
      this.#role = await startQuorumPeer({ config: this.config, db: this.db, core: this.core, clock: this.#clock, report: this.#deps.report });
      return;
    }
    const role = new Standalone(this.core, (sessionId) => {
      this.#deps.report({ type: 'sessionExpired', at: this.#clock.now(), sessionId, ephemerals: this.db.tree.ephemeralsOf(sessionId).size });
    });
    role.start();
    this.#role = role;
    this.#containers = new ContainerManager(this.config.container, this.db.tree, role, this.#clock);
    this.#containers.start();
    this.#deps.report({ type: 'state', at: this.#clock.now(), state: 'standalone', epoch: 0, leader: null, zxid: this.db.tree.lastZxid });
  }

  status(): ReturnType<CoordinationNode['status']> {
    return { mode: this.core.role?.mode ?? null, zxid: this.db.tree.lastZxid, connections: this.core.clients.count, sessions: this.db.sessions.size };
  }

  async stop(): Promise<void> {
    if (this.#purge) clearInterval(this.#purge);
    this.#containers?.stop();
    await this.#closePorts();
    await this.#role?.stop();
    this.core.retire();
    this.core.clients.stop();
    await this.db.close();
    this.#deps.report({ type: 'state', at: this.#clock.now(), state: 'stopped', epoch: 0, leader: null, zxid: this.db.tree.lastZxid });
  }

  #closePorts(): Promise<void> {
    for (const { listener } of this.#listeners) listener.close();
    return Promise.resolve();
  }

  /** Nothing can be acknowledged any more: every client is sent to another server, and no one is let in. */
  #fail(error: SluiceError): void {
    for (const { listener } of this.#listeners) listener.close();
    this.core.retire();
    this.#deps.report({ type: 'failed', at: this.#clock.now(), error });
  }

  #schedulePurge(): void {
    const { snapRetainCount, purgeIntervalHours } = this.config.autopurge;
    if (purgeIntervalHours <= 0) return;
    const purge = (): void => {
      this.db.purge(snapRetainCount).catch((error: unknown) => {
        if (error instanceof SluiceError) this.#deps.report({ type: 'warning', at: this.#clock.now(), error });
      });
    };
    purge();
    this.#purge = setInterval(purge, purgeIntervalHours * 3_600_000);
    this.#purge.unref();
  }
}
