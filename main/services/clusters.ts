// Use cases of clusters: add, connect, run a node of our own, allow changes, and what their health and events come to. Secrets go to
// the vault under `cluster/<id>` and `cluster-key/<id>`; they leave it only inside the ClusterAccess of one call to the engine.
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Backup, Cluster, ClusterAuth, ClusterEvent, ClusterHealth, ClusterTls, EnsembleMember, EnsemblePlan, LockList, SessionList } from '../../preload/contract/cluster.ts';
import { SluiceError } from '../../preload/contract/sluice-error.ts';
import type { Vault } from '../app/host.ts';
import type { ClusterAccess, CoordinationEngine } from '../engines/coordination/api.ts';
import { CollectionTopic, type ValueTopic } from '../lib/topic.ts';
import type { ClusterRows, StoredCluster } from '../store/clusters.ts';
import type { ActivityService } from './activity.ts';
import { ClusterLive } from './cluster-live.ts';
import type { CoordinationSource } from './engine-source.ts';
import { connectStringOf, ensembleFiles, ensembleProblems } from './ensemble.ts';

const secretKey = (id: string): string => `cluster/${id}`;
const tlsKey = (id: string): string => `cluster-key/${id}`;
const LOOPBACK = '127.0.0.1';
const FIRST_PORT = 2181;
/** What is asked of servers, milliseconds; they may clamp it. */
const SESSION_TIMEOUT = 30_000;

export interface ClustersDeps {
  readonly rows: ClusterRows;
  readonly vault: Vault;
  readonly engines: CoordinationSource;
  readonly activity: ActivityService;
  readonly dataDir: string;
  readonly now: () => number;
  /** Names and loopback make it a member that others cannot reach; the system's host name is shown then. */
  readonly machine: string;
}

export class ClustersService {
  readonly #deps: ClustersDeps;
  readonly #topic: CollectionTopic<Cluster>;
  readonly #live = new Map<string, ClusterLive>();
  readonly #quorumListeners: ((cluster: Cluster, lost: boolean) => void)[] = [];

  constructor(deps: ClustersDeps) {
    this.#deps = deps;
    for (const stored of deps.rows.all()) this.#adopt(stored);
    this.#topic = new CollectionTopic<Cluster>([...this.#live.values()].map((live) => live.shown()));
    // a connection that waited for its secret goes on once the vault is open
    deps.vault.onChange(() => {
      for (const live of this.#live.values()) if (live.shown().problem?.code === 'VAULT_LOCKED') live.start();
    });
  }

  /** Runs and connects what was on when the program ended. */
  resume(): void {
    for (const live of this.#live.values()) if (live.stored.on) live.start();
  }

  watch(signal: AbortSignal): ReturnType<CollectionTopic<Cluster>['watch']> {
    return this.#topic.watch(signal);
  }

  /** Told when a cluster has lost its quorum, or has it again. */
  onQuorum(listener: (cluster: Cluster, lost: boolean) => void): void {
    this.#quorumListeners.push(listener);
  }

  all(): readonly Cluster[] {
    return this.#topic.items;
  }

  /** COORD_CONFIG for a connect string that is none; VAULT_*. */
  async add(input: { connectString: string; name?: string | undefined; auth: ClusterAuth; secret?: string | undefined; tls: ClusterTls | null; key?: string | undefined }): Promise<Cluster> {
    const connectString = input.connectString.trim().replace(/\s*,\s*/g, ',');
    checkConnectString(connectString);
    const id = randomUUID();
    const hasSecret = input.auth.kind !== 'none' && input.secret !== undefined && input.secret !== '';
    const hasKey = input.tls !== null && input.key !== undefined && input.key !== '';
    if (hasSecret) await this.#deps.vault.set(secretKey(id), input.secret ?? '');
    if (hasKey) await this.#deps.vault.set(tlsKey(id), input.key ?? '');
    const stored: StoredCluster = { id, name: input.name?.trim() || connectString.split(/[,/]/)[0] || connectString, connectString, auth: input.auth, tls: input.tls, hasSecret, hasKey, own: null, on: true };
    return this.#insert(stored);
  }

  rename(id: string, name: string): Cluster {
    const live = this.#of(id);
    this.#save(live, { ...live.stored, name: name.trim() || live.stored.name });
    return live.shown();
  }

  /** Stops or disconnects it first. */
  async remove(id: string, data: boolean): Promise<void> {
    const live = this.#of(id);
    await live.stop();
    if (live.stored.hasSecret) await this.#deps.vault.remove(secretKey(id));
    if (live.stored.hasKey) await this.#deps.vault.remove(tlsKey(id));
    this.#deps.rows.remove(id);
    this.#live.delete(id);
    live.close();
    this.#topic.remove(id);
    if (data && live.stored.own) await rm(live.stored.own.dataDir, { recursive: true, force: true });
  }

  connect(id: string): void {
    const live = this.#of(id);
    this.#save(live, { ...live.stored, on: true });
    live.start();
  }

  async disconnect(id: string): Promise<void> {
    const live = this.#of(id);
    this.#save(live, { ...live.stored, on: false });
    await live.stop();
  }

  allowChanges(id: string, allow: boolean): Cluster {
    const live = this.#of(id);
    live.allowChanges = allow;
    return this.#publish(live);
  }

  /** The switch. Makes the standalone node when there is none; COORD_PORT when the port asked for is taken. */
  async startOwn(id: string | null, port: number | null): Promise<Cluster> {
    const known = id === null ? [...this.#live.values()].find((live) => live.stored.own?.myid === null) : this.#of(id);
    if (known && known.shown().own?.state !== 'stopped' && known.shown().own?.state !== 'failed') return known.shown();
    const engine = await this.#deps.engines.engine();
    if (!known) {
      const free = await engine.freePort({ host: LOOPBACK, wanted: port ?? FIRST_PORT, strict: port !== null });
      const fresh = randomUUID();
      const own = { port: free.port, dataDir: join(this.#deps.dataDir, 'coordination', fresh), myid: null, members: [] };
      return this.#insert({ id: fresh, name: this.#deps.machine, connectString: `${LOOPBACK}:${free.port}`, auth: { kind: 'none' }, tls: null, hasSecret: false, hasKey: false, own, on: true });
    }
    const own = known.stored.own;
    if (!own) throw SluiceError.of('STORE_NOT_FOUND', { kind: 'node', id: known.stored.id });
    // clients know it by its port: that is kept, or changed by the person only
    const next = own.myid === null && port !== null && port !== own.port ? (await engine.freePort({ host: LOOPBACK, wanted: port, strict: true })).port : own.port;
    this.#save(known, { ...known.stored, on: true, own: { ...own, port: next }, connectString: own.myid === null ? `${LOOPBACK}:${next}` : known.stored.connectString });
    known.start();
    return known.shown();
  }

  plan(members: readonly EnsembleMember[], dataDir: string): EnsemblePlan {
    return { files: ensembleFiles(members, dataDir), connectString: connectStringOf(members), problems: ensembleProblems(members) };
  }

  startMember(name: string, members: readonly EnsembleMember[], myid: number): Cluster {
    const me = members.find((member) => member.sid === myid);
    const [problem] = ensembleProblems(members).filter(({ what }) => what === 'samePort' || what === 'sameServer');
    if (!me || problem) throw SluiceError.of('COORD_CONFIG', { file: 'zoo.cfg', line: problem?.sid ?? myid, reason: problem?.what ?? `server.${myid}` });
    const id = randomUUID();
    const own = { port: me.clientPort, dataDir: join(this.#deps.dataDir, 'coordination', id), myid, members: [...members] };
    return this.#insert({ id, name: name.trim(), connectString: connectStringOf(members), auth: { kind: 'none' }, tls: null, hasSecret: false, hasKey: false, own, on: true });
  }

  health(id: string, signal: AbortSignal): ReturnType<ValueTopic<ClusterHealth | null>['watch']> {
    return this.#of(id).health.watch(signal);
  }

  events(id: string, signal: AbortSignal): ReturnType<CollectionTopic<ClusterEvent>['watch']> {
    return this.#of(id).events.watch(signal);
  }

  async sessions(id: string, signal: AbortSignal): Promise<SessionList> {
    return (await this.engine(id)).sessions({ id }, signal);
  }

  async locks(id: string, path: string, signal: AbortSignal): Promise<LockList> {
    return (await this.engine(id)).locks({ id, path }, signal);
  }

  async word(id: string, member: string, word: string, signal: AbortSignal): Promise<{ text: string }> {
    return (await this.engine(id)).word({ id, member, word }, signal);
  }

  async backups(id: string, signal: AbortSignal): Promise<Backup[]> {
    if (!this.#of(id).stored.own) return [];
    return (await this.#deps.engines.engine()).backups({ folder: this.#backupFolder(id) }, signal);
  }

  async backup(id: string, signal: AbortSignal): Promise<Backup> {
    return (await this.engine(id)).backup({ id, folder: this.#backupFolder(id) }, signal);
  }

  /** The engine with the cluster open in it. COORD_CONNECT while it is not switched on. */
  async engine(id: string): Promise<CoordinationEngine> {
    const live = this.#of(id);
    if (!live.stored.on) throw SluiceError.of('COORD_CONNECT', { hosts: live.stored.connectString, reason: 'not connected' });
    return this.#deps.engines.engine();
  }

  /** COORD_READ_ONLY unless this session may write there. */
  async writable(id: string): Promise<CoordinationEngine> {
    const live = this.#of(id);
    if (!live.allowChanges) throw SluiceError.of('COORD_READ_ONLY', { cluster: live.stored.name });
    return this.engine(id);
  }

  /** Stops following; the engine closes sessions and nodes itself when it drains. */
  close(): void {
    for (const live of this.#live.values()) live.close();
  }

  #adopt(stored: StoredCluster): ClusterLive {
    const live = new ClusterLive(stored, this.#deps.rows.events(stored.id, 500), {
      engines: this.#deps.engines, now: this.#deps.now,
      access: () => this.#access(stored.id),
      changed: () => { this.#publish(live); },
      event: (event) => this.#happened(live, event),
    });
    this.#live.set(stored.id, live);
    return live;
  }

  #insert(stored: StoredCluster): Cluster {
    this.#deps.rows.insert(stored, this.#deps.now());
    const live = this.#adopt(stored);
    this.#deps.activity.record({ kind: 'clusterAdded', params: { cluster: stored.name }, link: `/cluster/${stored.id}` });
    live.start();
    return this.#publish(live);
  }

  #save(live: ClusterLive, stored: StoredCluster): void {
    live.stored = stored;
    this.#deps.rows.update(stored);
    this.#publish(live);
  }

  #publish(live: ClusterLive): Cluster {
    const shown = live.shown();
    if (this.#live.has(shown.id)) this.#topic.upsert(shown);
    return shown;
  }

  #happened(live: ClusterLive, event: ClusterEvent): void {
    const { activity, rows } = this.#deps;
    const { id, name } = live.stored;
    rows.addEvent(id, event);
    const link = `/cluster/${id}`;
    if (event.kind === 'role' && event.member === 'own' && event.role === null) activity.record({ kind: event.params['state'] === 'stopped' ? 'nodeStopped' : 'nodeStarted', params: { cluster: name, port: live.stored.own?.port ?? 0 }, link });
    if (event.kind === 'failed') activity.record({ kind: 'nodeFailed', params: { cluster: name }, error: event.error, link, problem: true });
    if (event.kind === 'election') activity.record({ kind: 'leaderElected', params: { cluster: name, leader: event.member, ...event.params }, link: `${link}/elections` });
    if (event.kind !== 'quorumLost' && event.kind !== 'quorumBack') return;
    const lost = event.kind === 'quorumLost';
    if (!lost) activity.seen(activity.last(500).filter((entry) => entry.kind === 'quorumLost' && entry.link === link && !entry.seen).map((entry) => entry.id));
    activity.record({ kind: event.kind, params: { cluster: name, up: event.params['up'] ?? 0, of: event.params['of'] ?? 0 }, link, problem: lost });
    for (const listener of this.#quorumListeners) listener(live.shown(), lost);
  }

  async #access(id: string): Promise<ClusterAccess> {
    const { stored } = this.#of(id);
    const { auth, tls } = stored;
    const password = stored.hasSecret ? ((await this.#deps.vault.get(secretKey(id))) ?? '') : '';
    const key = stored.hasKey ? await this.#deps.vault.get(tlsKey(id)) : null;
    return {
      connectString: stored.own ? `${stored.own.members.find((member) => member.sid === stored.own?.myid)?.host ?? LOOPBACK}:${stored.own.port}` : stored.connectString,
      sessionTimeoutMs: SESSION_TIMEOUT,
      auth: auth.kind === 'none' ? auth : { ...auth, password },
      tls: tls && { ...tls, key },
    };
  }

  #backupFolder(id: string): string {
    return join(this.#deps.dataDir, 'coordination', 'backups', id);
  }

  #of(id: string): ClusterLive {
    const live = this.#live.get(id);
    if (!live) throw SluiceError.of('STORE_NOT_FOUND', { kind: 'cluster', id });
    return live;
  }
}

/** `host:port,host:port/chroot`; a port is optional. */
function checkConnectString(text: string): void {
  const [hosts = '', ...chroot] = text.split('/');
  const bad = hosts.split(',').find((host) => !/^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9_.-]+)(:\d{1,5})?$/.test(host) || Number(/:(\d+)$/.exec(host)?.[1] ?? 2181) > 65_535);
  const reason = bad !== undefined ? bad || 'no host' : chroot.some((part) => part === '') ? 'chroot' : null;
  if (reason !== null) throw SluiceError.of('COORD_CONFIG', { file: text, line: 1, reason });
}
