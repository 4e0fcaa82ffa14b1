// One session with an ensemble, and what the screens ask through it: windows of children, one znode, changes to it.
import type { ConnectionState, DeletePlan, WatchHit, ZnodeAcl, ZnodeChild, ZnodeDetail, ZnodeStat } from '../../../../preload/contract/cluster.ts';
import { SluiceError, toErrorInfo } from '../../../../preload/contract/sluice-error.ts';
import { AsyncQueue, onAbort, within } from '../../../lib/async.ts';
import { askWord } from '../admin/ask-word.ts';
import type { ClusterAccess, ConnectionItem } from '../api.ts';
import type { ClientOptions, CoordinationClient, OpenClient, WatchEvent } from '../client/client-types.ts';
import { openSocket } from '../client/connection.ts';
import { CREATE, EVENT, WATCH_TYPE } from '../op-codes.ts';
import { Changes } from './changes.ts';
import { deleteTree } from '../trees/delete.ts';
import { filterGently, inParallel, placeIn, sortGently } from './gently.ts';
import { hexId, inWords, isKeeper } from './keeper-words.ts';
import type { Ask } from './look.ts';
import { deletePlan } from './transfer.ts';
import { shownData, statOf, storedData } from './znode-facts.ts';

/** How long a call waits for a connection, and for its answer, milliseconds. */
const PATIENCE = 5000;
const ANSWER = 30_000;
/** Lists of children that are kept, and names in all of them. */
const KEPT_LISTS = 200;
const KEPT_NAMES = 3_000_000;
const PARALLEL = 64;
const WATCH_BATCH_MS = 200;
const WATCH_BATCH = 200;
const FLAGS = { persistent: CREATE.persistent, ephemeral: CREATE.ephemeral, container: CREATE.container, ttl: CREATE.ttl } as const;
const NUMBERED = { persistent: CREATE.persistentSequential, ephemeral: CREATE.ephemeralSequential, container: CREATE.container, ttl: CREATE.ttlSequential } as const;
const HITS: Readonly<Record<number, WatchHit['kind']>> = { [EVENT.created]: 'created', [EVENT.deleted]: 'deleted', [EVENT.dataChanged]: 'changed', [EVENT.childrenChanged]: 'children' };

export class DeskConnection {
  readonly client: CoordinationClient;
  readonly changes = new Changes();
  readonly #access: ClusterAccess;
  readonly #tls: ClientOptions['tls'];
  readonly #ownerOf: (path: string) => bigint | null;
  readonly #lists = new Map<string, Promise<string[]>>();
  readonly #counts = new Map<string, number>();
  readonly #filtered = new Map<string, { readonly of: readonly string[]; readonly text: string; readonly names: readonly string[] }>();
  /** Watches of one path and kind that the screens share. */
  readonly #watched = new Map<string, Set<(event: WatchEvent) => void>>();

  /** `ownerOf` knows the true owners of a node of ours, null of any other. */
  constructor(open: OpenClient, access: ClusterAccess, ownerOf: (path: string) => bigint | null = () => null) {
    const { auth, tls } = access;
    this.#access = access;
    this.#ownerOf = ownerOf;
    this.#tls = tls ? { rejectUnauthorized: tls.verify, ...(tls.ca === null ? {} : { ca: tls.ca }), ...(tls.cert === null ? {} : { cert: tls.cert }), ...(tls.key === null ? {} : { key: tls.key }) } : undefined;
    this.client = open({
      connectString: access.connectString, sessionTimeoutMs: access.sessionTimeoutMs, readOnly: true,
      ...(auth.kind === 'digest' ? { auth: [{ scheme: 'digest', auth: Buffer.from(`${auth.user}:${auth.password}`) }] } : {}),
      ...(auth.kind === 'sasl' ? { sasl: { user: auth.user, password: auth.password } } : {}),
      ...(this.#tls ? { tls: this.#tls } : {}),
    });
  }

  ownerOf(path: string): bigint | null {
    return this.#ownerOf(path);
  }

  /** Asks a member a word the way this session reaches it. */
  readonly word: Ask = (at, word, timeoutMs, signal) => askWord(at, word, timeoutMs, signal, this.#tls ? (host) => openSocket(host, this.#tls) : undefined);

  get secure(): boolean {
    return this.#access.tls !== null;
  }

  get hosts(): string {
    return this.#access.connectString;
  }

  /** States as they come; ends with `signal` or when the session is closed. */
  async *states(signal: AbortSignal): AsyncGenerator<ConnectionItem, void, undefined> {
    const queue = new AsyncQueue<ConnectionItem>();
    let lost = false;
    const tell = (state: ConnectionState): void => {
      const { client } = this;
      const connected = state === 'connected' || state === 'connectedReadOnly';
      const error = connected || client.problem === null ? null : toErrorInfo(client.problem);
      queue.push({ state, server: client.server, sessionId: client.sessionId === 0n ? null : hexId(client.sessionId), readOnly: state === 'connectedReadOnly', error: error ?? (state === 'authFailed' ? SluiceError.of('COORD_AUTH', { hosts: this.hosts, scheme: this.#access.auth.kind }).toInfo() : null) });
      if (state === 'expired') lost = true;
      if (connected && lost) {
        lost = false;
        this.#forget();
        this.#watchAgain();
        this.changes.everything();
      }
      if (state === 'closed') queue.end();
    };
    const undo = [this.client.onState(tell), onAbort(signal, () => { queue.end(); })];
    // why it is not connected is known only after the first attempt
    const reasons = setInterval(() => { if (this.client.state === 'connecting' && this.client.problem !== null) tell('connecting'); }, 1000);
    tell(this.client.state);
    try {
      yield* queue;
    } finally {
      clearInterval(reasons);
      for (const each of undo) each();
    }
  }

  close(): Promise<void> {
    return within(this.client.close(), PATIENCE, () => SluiceError.of('COORD_CONNECT', { hosts: this.hosts, reason: 'ETIMEDOUT' })).catch(() => undefined);
  }

  /** Runs a call once there is a connection; COORD_CONNECT when there is none in time. */
  async ask<T>(path: string, work: (client: CoordinationClient) => Promise<T>): Promise<T> {
    const { client, hosts } = this;
    const late = (): Error => client.problem ?? SluiceError.of('COORD_CONNECT', { hosts, reason: 'ETIMEDOUT' });
    try {
      if (client.state !== 'connected' && client.state !== 'connectedReadOnly') await within(client.connected(), PATIENCE, late);
      return await within(work(client), ANSWER, late);
    } catch (thrown) {
      throw inWords(thrown, hosts, path);
    }
  }

  async children(input: { readonly path: string; readonly filter: string; readonly offset: number; readonly limit: number; readonly locate: readonly string[] }): Promise<{ children: ZnodeChild[]; total: number; of: number; places: number[] }> {
    const { path, filter, offset, limit } = input;
    const all = await this.#list(path);
    const names = filter === '' ? all : await this.#filter(path, all, filter);
    const page = names.slice(offset, offset + limit);
    const children = await this.ask(path, (client) => inParallel(page, PARALLEL, async (name): Promise<ZnodeChild> => {
      const own = path === '/' ? `/${name}` : `${path}/${name}`;
      const stat = await client.exists(own);
      return { name, stat: stat && statOf(own, stat, this.#ownerOf(own)) };
    }));
    return { children, total: names.length, of: all.length, places: input.locate.map((name) => placeIn(names, name)) };
  }

  read(path: string): Promise<ZnodeDetail> {
    return this.ask(path, async (client) => {
      const [{ data, stat }, acl] = await Promise.all([
        client.getData(path, this.changes.onWatch),
        client.getACL(path).then(({ acl: list }) => list.map(({ perms, id }): ZnodeAcl => ({ scheme: id.scheme, id: id.id, perms })), (thrown: unknown) => { if (isKeeper(thrown, 'NoAuth')) return null; throw thrown; }),
      ]);
      return { path, ...(await shownData(data)), stat: statOf(path, stat, this.#ownerOf(path)), acl };
    });
  }

  save(path: string, data: Uint8Array, gzip: boolean, version: number): Promise<ZnodeStat> {
    return this.#versioned(path, version, 'version', async (client) => client.setData(path, await storedData(data, gzip), version));
  }

  setAcl(path: string, acl: readonly ZnodeAcl[], aversion: number): Promise<ZnodeStat> {
    return this.#versioned(path, aversion, 'aversion', (client) => client.setACL(path, acl.map(({ scheme, id, perms }) => ({ perms, id: { scheme, id } })), aversion));
  }

  create(input: { readonly path: string; readonly data: Uint8Array; readonly kind: keyof typeof FLAGS; readonly sequential: boolean; readonly ttlMs: number | null }): Promise<{ path: string }> {
    const flags = (input.sequential ? NUMBERED : FLAGS)[input.kind];
    return this.ask(input.path, async (client) => ({ path: (await client.create(input.path, Buffer.from(input.data), { flags, ...(input.ttlMs === null ? {} : { ttl: input.ttlMs }) })).path }));
  }

  async delete(path: string, version: number): Promise<void> {
    await this.#versioned(path, version, 'version', async (client) => { await client.delete(path, version); return null; });
  }

  deletePlan(path: string): Promise<DeletePlan> {
    return this.ask(path, (client) => deletePlan(client, path));
  }

  async deleteTree(path: string, token: string): Promise<{ deleted: number }> {
    return this.ask(path, async (client) => ({ deleted: await deleteTree(client, path, token) }));
  }

  /** Events of a persistent watch in batches; what comes faster than it is taken is counted. */
  async *watch(path: string, below: boolean, signal: AbortSignal): AsyncGenerator<{ hits: WatchHit[]; dropped: number }, void, undefined> {
    const queue = new AsyncQueue<{ hits: WatchHit[]; dropped: number }>();
    let batch: WatchHit[] = [];
    let dropped = 0;
    const flush = (): void => {
      if (batch.length > 0 || dropped > 0) queue.push({ hits: batch, dropped });
      batch = [];
      dropped = 0;
    };
    const heard = ({ type, path: at, zxid }: WatchEvent): void => {
      const kind = HITS[type];
      if (!kind) return;
      if (batch.length < WATCH_BATCH) batch.push({ at: Date.now(), kind, path: at, zxid });
      else dropped += 1;
    };
    const timer = setInterval(flush, WATCH_BATCH_MS);
    const undo = onAbort(signal, () => { queue.end(); });
    const leave = await this.#watchToo(path, below, heard);
    try {
      yield* queue;
    } finally {
      clearInterval(timer);
      undo();
      leave();
    }
  }

  async #watchToo(path: string, below: boolean, heard: (event: WatchEvent) => void): Promise<() => void> {
    const key = `${below ? 'below' : 'at'} ${path}`;
    const known = this.#watched.get(key);
    const listeners = known ?? new Set();
    listeners.add(heard);
    this.#watched.set(key, listeners);
    if (!known) await this.#addWatch(path, below, listeners);
    return () => {
      listeners.delete(heard);
      if (listeners.size > 0) return;
      this.#watched.delete(key);
      this.client.removeWatches(path, below ? WATCH_TYPE.persistentRecursive : WATCH_TYPE.persistent).catch(() => undefined);
    };
  }

  #addWatch(path: string, below: boolean, listeners: ReadonlySet<(event: WatchEvent) => void>): Promise<void> {
    return this.ask(path, (client) => client.addWatch(path, below ? 'persistentRecursive' : 'persistent', (event) => { for (const listener of [...listeners]) listener(event); }));
  }

  /** A new session has none of the watches of the old one. */
  #watchAgain(): void {
    for (const [key, listeners] of this.#watched) {
      const [where, path] = [key.slice(0, key.indexOf(' ')), key.slice(key.indexOf(' ') + 1)];
      this.#addWatch(path, where === 'below', listeners).catch(() => undefined);
    }
  }

  /** BadVersion becomes COORD_CHANGED with the version found, so that both can be shown. */
  async #versioned<S>(path: string, expected: number, which: 'version' | 'aversion', work: (client: CoordinationClient) => Promise<S>): Promise<S extends null ? null : ZnodeStat> {
    return this.ask(path, async (client) => {
      try {
        const stat = await work(client);
        return (stat === null ? null : statOf(path, stat as never, this.#ownerOf(path))) as never;
      } catch (thrown) {
        if (!isKeeper(thrown, 'BadVersion')) throw thrown;
        const found = await client.exists(path);
        throw SluiceError.of('COORD_CHANGED', { path, expected, found: found?.[which] ?? -1 }, thrown);
      }
    });
  }

  #list(path: string): Promise<string[]> {
    const known = this.#lists.get(path);
    if (known) return known;
    const changed = (event: WatchEvent): void => { this.#lists.delete(path); this.changes.onWatch(event); };
    const list = this.ask(path, (client) => client.getChildNames(path, changed)).then(sortGently);
    this.#lists.set(path, list);
    list.then((names) => { this.#trim(path, names.length); }, () => { if (this.#lists.get(path) === list) this.#lists.delete(path); });
    return list;
  }

  async #filter(path: string, of: readonly string[], text: string): Promise<readonly string[]> {
    const known = this.#filtered.get(path);
    if (known?.of === of && known.text === text) return known.names;
    const names = await filterGently(of, text);
    this.#filtered.set(path, { of, text, names });
    if (this.#filtered.size > KEPT_LISTS) this.#filtered.delete(this.#filtered.keys().next().value as string);
    return names;
  }

  /** Drops the lists read first once there are too many; they are read again when asked for. */
  #trim(path: string, count: number): void {
    this.#counts.set(path, count);
    let names = [...this.#counts.values()].reduce((sum, each) => sum + each, 0);
    for (const [old, each] of this.#counts) {
      if (this.#counts.size <= KEPT_LISTS && names <= KEPT_NAMES) return;
      if (old === path) continue;
      names -= each;
      this.#counts.delete(old);
      this.#lists.delete(old);
      this.#filtered.delete(old);
    }
  }

  #forget(): void {
    this.#lists.clear();
    this.#filtered.clear();
    this.#counts.clear();
  }
}
