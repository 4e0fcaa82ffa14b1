// One cluster while the program runs: its node if it is ours, its session, the look at its health, and what came of them.
import { randomUUID } from 'node:crypto';
import type { Cluster, ClusterEvent, ClusterHealth, OwnNode, Quorum } from '../../preload/contract/cluster.ts';
import type { ErrorInfo } from '../../preload/contract/errors.ts';
import { SluiceError, toErrorInfo } from '../../preload/contract/sluice-error.ts';
import type { ClusterAccess, ConnectionItem, CoordinationEngine, EngineEvent, NodeItem } from '../engines/coordination/api.ts';
import { delay, onAbort } from '../lib/async.ts';
import { CollectionTopic, ValueTopic } from '../lib/topic.ts';
import type { StoredCluster } from '../store/clusters.ts';
import type { CoordinationSource } from './engine-source.ts';

const LOOK_EVERY = 2000;
const AGAIN = 1000;
/** Looks in a row without a quorum until it counts as lost: one may be our own network. */
const LOST_LOOKS = 2;
const SHOWN_EVENTS = 500;
const UNKNOWN: Quorum = { state: 'unknown', of: 0, up: 0, canLose: 0 };
/** Errors that another try would only repeat, until the person does something. */
const FINAL = new Set(['COORD_AUTH', 'COORD_CONFIG', 'VAULT_LOCKED', 'VAULT_UNAVAILABLE', 'ENGINE_FAILED', 'APP_BUG']);

export interface LiveDeps {
  readonly engines: CoordinationSource;
  readonly now: () => number;
  /** With its secrets; VAULT_LOCKED. */
  readonly access: () => Promise<ClusterAccess>;
  readonly changed: () => void;
  readonly event: (event: ClusterEvent) => void;
}

export class ClusterLive {
  stored: StoredCluster;
  allowChanges: boolean;
  readonly health = new ValueTopic<ClusterHealth | null>(null);
  readonly events: CollectionTopic<ClusterEvent>;
  readonly #deps: LiveDeps;
  #node: Pick<OwnNode, 'state' | 'error'> = { state: 'stopped', error: null };
  #connection: Cluster['connection'];
  #problem: ErrorInfo | null = null;
  #over: AbortController | null = null;
  #ended: Promise<unknown> = Promise.resolve();
  #lostLooks = 0;
  #lost = false;

  constructor(stored: StoredCluster, events: readonly ClusterEvent[], deps: LiveDeps) {
    this.stored = stored;
    this.allowChanges = stored.own !== null;
    this.events = new CollectionTopic<ClusterEvent>(events);
    this.#deps = deps;
    this.#connection = { state: 'off', server: null, sessionId: null, since: deps.now() };
  }

  shown(): Cluster {
    const { id, name, connectString, auth, tls, own, on } = this.stored;
    return {
      id, name, connectString, auth, tls, own: own && { ...own, on, ...this.#node }, allowChanges: this.allowChanges, connection: this.#connection,
      quorum: this.#over ? (this.health.value?.quorum ?? UNKNOWN) : UNKNOWN, problem: this.#problem,
    };
  }

  /** Runs and connects it, again after each loss, until `stop`. */
  start(): void {
    if (this.#over && !this.#over.signal.aborted && !this.#problem && this.#node.state !== 'failed') return;
    this.#over?.abort();
    const over = new AbortController();
    const before = this.#ended;
    this.#over = over;
    this.#problem = null;
    if (this.stored.own) this.#node = { state: 'starting', error: null };
    this.#connect('connecting');
    this.#ended = before.then(() => this.#run(over));
  }

  async stop(): Promise<void> {
    this.#over?.abort();
    this.#over = null;
    await this.#ended;
    if (this.stored.own && this.#node.state !== 'stopped' && this.#node.state !== 'failed') {
      const engine = await this.#deps.engines.engine().catch(() => null);
      await engine?.['node.stop']({ id: this.stored.id }).catch(() => undefined);
      this.#tell({ at: this.#deps.now(), kind: 'role', member: 'own', role: null, params: { state: 'stopped' }, error: null });
    }
    this.#problem = null;
    if (this.stored.own) this.#node = { state: 'stopped', error: null };
    this.health.set(null);
    this.#lost = false;
    this.#connect('off');
  }

  close(): void {
    this.#over?.abort();
    this.health.close();
    this.events.close();
  }

  async #run(over: AbortController): Promise<void> {
    const tasks = [this.#keep(over.signal, (engine) => this.#session(engine, over.signal))];
    if (this.stored.own) tasks.push(this.#keep(over.signal, (engine) => this.#serve(engine, over.signal)));
    await Promise.all(tasks);
  }

  /** One task, again and again; its failure is shown, and final where only the person can help. */
  async #keep(signal: AbortSignal, task: (engine: CoordinationEngine) => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      try {
        await task(await this.#deps.engines.ready(signal));
      } catch (thrown) {
        if (signal.aborted) return;
        const error = toErrorInfo(thrown);
        if (this.#node.state === 'failed') return;
        if (error.code !== 'ENGINE_DOWN' && error.code !== 'APP_CANCELLED') {
          this.#problem = error;
          this.#deps.changed();
        }
        if (FINAL.has(error.code)) return;
      }
      await delay(AGAIN, signal).catch(() => undefined);
    }
  }

  async #serve(engine: CoordinationEngine, signal: AbortSignal): Promise<void> {
    const own = this.stored.own;
    if (!own) return;
    const me = own.members.find((member) => member.sid === own.myid);
    this.#node = { state: 'starting', error: null };
    try {
      for await (const item of engine['node.run']({ id: this.stored.id, spec: { dataDir: own.dataDir, host: me?.host ?? '127.0.0.1', port: own.port, myid: own.myid, members: own.members } }, signal)) this.#nodeItem(item);
    } catch (thrown) {
      if (signal.aborted || (thrown instanceof SluiceError && (thrown.code === 'ENGINE_DOWN' || thrown.code === 'APP_CANCELLED'))) throw thrown;
      this.#failed(toErrorInfo(thrown));
      throw thrown;
    }
  }

  #nodeItem(item: NodeItem): void {
    if (item.type === 'event') return this.#tell(item.event);
    if (item.state === 'failed') return this.#failed(item.error);
    const before = this.#node.state;
    this.#node = { state: item.state, error: item.error };
    if (before === 'starting' && item.state !== 'starting') this.#tell({ at: this.#deps.now(), kind: 'role', member: 'own', role: null, params: { state: item.state }, error: null });
    this.#deps.changed();
  }

  #failed(error: ErrorInfo | null): void {
    if (this.#node.state === 'failed') return;
    this.#node = { state: 'failed', error };
    this.#over?.abort();
    this.health.set(null);
    this.#connect('off');
    this.#tell({ at: this.#deps.now(), kind: 'failed', member: 'own', role: null, params: {}, error });
  }

  async #session(engine: CoordinationEngine, signal: AbortSignal): Promise<void> {
    const access = await this.#deps.access();
    const over = new AbortController();
    const undo = onAbort(signal, () => over.abort());
    let looking: Promise<void> | null = null;
    try {
      for await (const item of engine.open({ id: this.stored.id, access }, signal)) {
        this.#connectionItem(item);
        // the engine looks at what is open in it
        looking ??= this.#keep(over.signal, (again) => this.#look(again, over.signal));
      }
    } finally {
      undo();
      over.abort();
      await looking;
      if (!signal.aborted && this.#connection.state !== 'off') this.#connect('connecting');
    }
  }

  #connectionItem(item: ConnectionItem): void {
    const since = item.state === this.#connection.state ? this.#connection.since : this.#deps.now();
    this.#connection = { state: item.state, server: item.server, sessionId: item.sessionId, since };
    if (item.state === 'connected' || item.state === 'connectedReadOnly') this.#problem = null;
    else if (item.error) this.#problem = item.error;
    this.#deps.changed();
  }

  async #look(engine: CoordinationEngine, signal: AbortSignal): Promise<void> {
    for await (const { health, events } of engine.health({ id: this.stored.id, everyMs: LOOK_EVERY }, signal)) {
      const before = this.health.value?.quorum;
      this.health.set(health);
      for (const event of events) this.#tell(event);
      this.#quorum(health.quorum);
      if (JSON.stringify(before) !== JSON.stringify(health.quorum)) this.#deps.changed();
    }
  }

  #quorum(quorum: Quorum): void {
    this.#lostLooks = quorum.state === 'lost' ? this.#lostLooks + 1 : 0;
    const at = this.#deps.now();
    const params = { up: quorum.up, of: quorum.of };
    if (!this.#lost && this.#lostLooks >= LOST_LOOKS) {
      this.#lost = true;
      this.#tell({ at, kind: 'quorumLost', member: '', role: null, params, error: null });
    } else if (this.#lost && (quorum.state === 'ok' || quorum.state === 'risk')) {
      this.#lost = false;
      this.#tell({ at, kind: 'quorumBack', member: '', role: null, params, error: null });
    }
  }

  #tell(told: EngineEvent): void {
    const event: ClusterEvent = { id: randomUUID(), ...told };
    this.events.upsert(event);
    const items = this.events.items;
    if (items.length > SHOWN_EVENTS) this.events.remove(...[...items].sort((a, b) => a.at - b.at).slice(0, items.length - SHOWN_EVENTS).map((old) => old.id));
    this.#deps.event(event);
    this.#deps.changed();
  }

  #connect(state: Cluster['connection']['state']): void {
    this.#connection = { state, server: null, sessionId: null, since: this.#deps.now() };
    this.#deps.changed();
  }
}
