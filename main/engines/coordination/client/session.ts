// The session behind a client: it finds a server, keeps the session alive across servers, sets auth and watches again, and opens a new
// session when the old one has expired. Calls wait in it while there is no connection.
import { randomInt } from 'node:crypto';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { backoff } from '../../../lib/async.ts';
import { KeeperError } from '../keeper-errors.ts';
import type { JuteReader } from '../jute/reader.ts';
import type { JuteWriter } from '../jute/writer.ts';
import { AuthPacket, SetWatches, SetWatches2 } from '../jute/records.ts';
import { OP, XID, type EventType } from '../op-codes.ts';
import type { ClientOptions, ClientState } from './client-types.ts';
import { showHost, type ConnectString, type Host } from './connect-string.ts';
import { Connection, type ConnectionListener, type Welcome } from './connection.ts';
import { withoutChroot } from './paths.ts';
import { findReadWrite } from './read-write-search.ts';
import { Fifo, Request } from './request.ts';
import { logIn } from './sasl-login.ts';
import { ClientWatches } from './watches.ts';

interface Auth {
  readonly scheme: string;
  readonly auth: Buffer;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_PATIENCE_MS = 30_000;
const BACKOFF_FIRST_MS = 40;
const BACKOFF_MOST_MS = 1000;
const CONNECT_LEAST_MS = 200;
/** So that a second one fits into what is left of a session after its server fell silent. */
const CONNECT_TRIES = 4;
const CLOSE_MOST_MS = 5000;
/** SET_WATCHES_MAX_LENGTH of ClientCnxn. */
const WATCH_BATCH_BYTES = 128 * 1024;

export class Session implements ConnectionListener {
  readonly watches = new ClientWatches();
  readonly chroot: string;
  readonly #options: ClientOptions;
  readonly #hosts: readonly Host[];
  readonly #waiting = new Fifo<Request>();
  readonly #listeners = new Set<(state: ClientState) => void>();
  readonly #auths: Auth[];
  /** Whose replies are due, in order; null for one that is only sent again. */
  readonly #authReplies = new Fifo<{ readonly auth: Auth; readonly told: ((error: Error | null) => void) | null }>();
  #state: ClientState = 'connecting';
  #connection: Connection | null = null;
  /** The connection has its auth and watches, and takes calls. */
  #ready = false;
  #next = 0;
  #preferred: Host | null = null;
  #failures = 0;
  #backoff = backoff(BACKOFF_FIRST_MS, BACKOFF_MOST_MS);
  #retry: NodeJS.Timeout | null = null;
  #sweep: NodeJS.Timeout | null = null;
  #search: AbortController | null = null;
  #seenReadWrite: boolean;
  #closing: (() => void) | null = null;
  sessionId: bigint;
  password: Buffer;
  timeoutMs: number;
  lastZxid = 0;
  #confirmedAt = 0;
  problem: SluiceError | null = null;

  constructor(options: ClientOptions, target: ConnectString) {
    this.#options = options;
    this.chroot = target.chroot;
    this.#hosts = shuffled(target.hosts);
    this.#auths = (options.auth ?? []).map(({ scheme, auth }) => ({ scheme, auth }));
    this.sessionId = options.session?.id ?? 0n;
    this.password = options.session?.password ?? Buffer.alloc(16);
    this.#seenReadWrite = options.session !== undefined;
    this.timeoutMs = options.sessionTimeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#connect();
  }

  get state(): ClientState { return this.#state; }
  get server(): string | null { return this.#ready && this.#connection ? showHost(this.#connection.host) : null; }
  get outstanding(): number { return this.#waiting.length + (this.#connection?.outstanding ?? 0); }
  get confirmedAt(): number { return this.#connection?.confirmedAt ?? this.#confirmedAt; }
  get hosts(): string { return this.#hosts.map(showHost).join(','); }

  onState(listener: (state: ClientState) => void): () => void {
    this.#listeners.add(listener);
    return () => { this.#listeners.delete(listener); };
  }

  /** One call: sent now, or once there is a connection. `read` runs before any later frame is looked at. */
  call<T>(type: number, path: string | null, write: ((writer: JuteWriter) => void) | null, read: (reader: JuteReader, err: number) => T, takesError = 0): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const request = new Request(type, path, write, read, takesError, resolve as (value: never) => void, reject);
      if (this.#ready) (this.#connection as Connection).send(request);
      else this.#wait(request);
    });
  }

  addAuth(scheme: string, auth: Buffer): Promise<void> {
    const entry: Auth = { scheme, auth: Buffer.from(auth) };
    return new Promise((resolve, reject) => {
      const told = (error: Error | null): void => { if (error) reject(error); else resolve(); };
      const refused = this.#refusal(null);
      if (refused) return reject(refused);
      this.#auths.push(entry);
      if (this.#ready) this.#sendAuth(entry, told);
      else this.#toldOnConnect.set(entry, told);
    });
  }

  close(): Promise<void> {
    if (this.#state === 'closed') return Promise.resolve();
    const connection = this.#ready ? this.#connection : null;
    const done = new Promise<void>((resolve) => { this.#closing = resolve; });
    this.#setState('closed');
    this.#search?.abort();
    if (this.#retry) clearTimeout(this.#retry);
    this.#failWaiting(() => new KeeperError('SessionExpired'));
    for (const told of this.#toldOnConnect.values()) told(new KeeperError('SessionExpired'));
    this.#toldOnConnect.clear();
    if (!connection) {
      this.#connection?.end('the client is closed');
      this.#closing?.();
      return done;
    }
    const late = setTimeout(() => { connection.end('closeSession was not answered'); }, Math.min(this.timeoutMs, CLOSE_MOST_MS));
    const over = (): void => { clearTimeout(late); connection.end('the client is closed'); this.#closing?.(); };
    connection.send(new Request(OP.closeSession, null, null, () => undefined, 0, over, over));
    return done;
  }

  // --- what a connection tells ---------------------------------------------------------------------------------------

  welcome(welcome: Welcome): void {
    if (welcome.timeoutMs === 0) return this.#expired();
    this.sessionId = welcome.sessionId;
    this.password = welcome.password;
    this.timeoutMs = welcome.timeoutMs;
    if (!welcome.readOnly) this.#seenReadWrite = true;
    const sasl = this.#options.sasl;
    const connection = this.#connection as Connection;
    if (!sasl) return this.#enter(welcome.readOnly);
    logIn(connection, sasl).then(
      () => { if (this.#connection === connection) this.#enter(welcome.readOnly); },
      (error: unknown) => {
        if (this.#connection !== connection || (error instanceof KeeperError && error.is('ConnectionLoss'))) return;
        this.#authFailed('sasl');
      },
    );
  }

  zxid(zxid: number): void {
    this.lastZxid = zxid;
  }

  event(type: number, path: string, zxid: number): void {
    const event = { type: type as EventType, path: withoutChroot(this.chroot, path), zxid };
    // a microtask each: in step with the replies before and after, and no listener's error keeps another from hearing
    for (const watch of this.watches.take(event.type, path)) queueMicrotask(() => { watch(event); });
  }

  special(xid: number, err: number): void {
    if (xid !== XID.auth) return;
    const due = this.#authReplies.shift();
    if (err === 0) return due?.told?.(null);
    const scheme = due?.auth.scheme ?? '';
    due?.told?.(this.#authError(scheme));
    this.#authFailed(scheme);
  }

  ended(reason: string, calls: readonly Request[]): void {
    const host = this.#connection ? showHost(this.#connection.host) : this.hosts;
    this.#confirmedAt = this.confirmedAt;
    this.#connection = null;
    this.#ready = false;
    this.#search?.abort();
    for (const { auth, told } of this.#authReplies.takeAll()) if (told) this.#toldOnConnect.set(auth, told);
    for (const call of calls) call.reject(new KeeperError(this.#state === 'expired' ? 'SessionExpired' : 'ConnectionLoss', call.path));
    if (this.#state === 'closed') return this.#closing?.();
    if (this.#state === 'authFailed' || this.#state === 'expired') return;
    this.problem = SluiceError.of('COORD_CONNECT', { hosts: host, reason });
    this.#failures += 1;
    if (this.#preferred) this.#preferred = null;
    else this.#next = (this.#next + 1) % this.#hosts.length;
    const wasUp = this.#state !== 'connecting';
    if (!this.#setState('connecting')) return;
    // the first round over all servers goes without a pause
    const pause = wasUp || this.#failures < this.#hosts.length ? 0 : this.#backoff.next().value;
    this.#retry = setTimeout(() => { this.#connect(); }, pause);
  }

  // --- how it goes on ------------------------------------------------------------------------------------------------

  readonly #toldOnConnect = new Map<Auth, (error: Error | null) => void>();

  #connect(): void {
    this.#retry = null;
    this.#confirmedAt = this.confirmedAt;
    const host = this.#preferred ?? (this.#hosts[this.#next] as Host);
    const connectMs = Math.max(this.timeoutMs / Math.max(this.#hosts.length, CONNECT_TRIES), CONNECT_LEAST_MS);
    const asked = this.#options.sessionTimeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#connection = new Connection(host, {
      lastZxid: this.lastZxid, timeoutMs: asked, readOnly: this.#options.readOnly === true,
      sessionId: this.#seenReadWrite ? this.sessionId : 0n, password: this.#seenReadWrite ? this.password : Buffer.alloc(16),
    }, connectMs, this.#options, this);
  }

  /** Auth first, then watches, then who waits: in this order on the wire. */
  #enter(readOnly: boolean): void {
    const connection = this.#connection as Connection;
    for (const auth of this.#auths) {
      this.#sendAuth(auth, this.#toldOnConnect.get(auth) ?? null);
      this.#toldOnConnect.delete(auth);
    }
    this.#setWatches(connection);
    this.#ready = true;
    this.#failures = 0;
    this.#backoff = backoff(BACKOFF_FIRST_MS, BACKOFF_MOST_MS);
    this.problem = null;
    for (const request of this.#waiting.takeAll()) connection.send(request);
    if (this.#setState(readOnly ? 'connectedReadOnly' : 'connected') && readOnly) this.#searchReadWrite(connection);
  }

  #sendAuth(auth: Auth, told: ((error: Error | null) => void) | null): void {
    this.#authReplies.push({ auth, told });
    this.#connection?.packet(XID.auth, OP.auth, (w) => { AuthPacket.write(w, { type: 0, scheme: auth.scheme, auth: auth.auth }); });
  }

  #setWatches(connection: Connection): void {
    const relativeZxid = this.lastZxid;
    for (const { data, exist, child, persistent, recursive } of this.watches.batches(WATCH_BATCH_BYTES)) {
      const old = { relativeZxid, dataWatches: data, existWatches: exist, childWatches: child };
      // servers before 3.6 know only the old one
      if (persistent.length === 0 && recursive.length === 0) connection.packet(XID.setWatches, OP.setWatches, (w) => { SetWatches.write(w, old); });
      else connection.packet(XID.setWatches, OP.setWatches2, (w) => { SetWatches2.write(w, { ...old, persistentWatches: persistent, persistentRecursiveWatches: recursive }); });
    }
  }

  #searchReadWrite(connection: Connection): void {
    const search = new AbortController();
    this.#search = search;
    void findReadWrite(this.#hosts, this.#options.tls, search.signal).then((host) => {
      if (!host || this.#connection !== connection) return;
      this.#ready = false; // calls from now on wait for the other server
      connection.drained(() => {
        this.#preferred = host;
        connection.end('another server can write');
      });
    });
  }

  #expired(): void {
    this.sessionId = 0n;
    this.password = Buffer.alloc(16);
    this.#seenReadWrite = false;
    this.problem = SluiceError.of('COORD_SESSION_LOST', { hosts: this.hosts });
    this.#failWaiting((path) => new KeeperError('SessionExpired', path));
    if (!this.#setState('expired')) return;
    this.#connection?.end('the session has expired');
    if (this.#options.renewSession !== false && this.#setState('connecting')) this.#connect();
  }

  #authFailed(scheme: string): void {
    this.problem = this.#authError(scheme);
    this.#setState('authFailed');
    this.#connection?.end('the credentials were refused');
    this.#failWaiting(() => this.#authError(scheme));
    for (const told of this.#toldOnConnect.values()) told(this.#authError(scheme));
    this.#toldOnConnect.clear();
  }

  #authError(scheme: string): SluiceError {
    return SluiceError.of('COORD_AUTH', { hosts: this.hosts, scheme });
  }

  /** Why no call can be taken any more, or null. */
  #refusal(path: string | null): Error | null {
    if (this.#state === 'closed' || (this.#state === 'expired' && this.#options.renewSession === false)) return new KeeperError('SessionExpired', path);
    return this.#state === 'authFailed' ? (this.problem ?? new KeeperError('AuthFailed', path)) : null;
  }

  #wait(request: Request): void {
    const refusal = this.#refusal(request.path);
    if (refusal) return request.reject(refusal);
    request.since = performance.now();
    this.#waiting.push(request);
    this.#sweep ??= setTimeout(this.#sweepWaiting, this.#patienceMs);
  }

  get #patienceMs(): number { return this.#options.patienceMs ?? DEFAULT_PATIENCE_MS; }

  readonly #sweepWaiting = (): void => {
    this.#sweep = null;
    const now = performance.now();
    for (let oldest = this.#waiting.peek(); oldest; oldest = this.#waiting.peek()) {
      const left = oldest.since + this.#patienceMs - now;
      if (left > 0) { this.#sweep = setTimeout(this.#sweepWaiting, left); return; }
      this.#waiting.shift();
      oldest.reject(this.problem ?? SluiceError.of('COORD_CONNECT', { hosts: this.hosts, reason: `no connection within ${this.#patienceMs} ms` }));
    }
  };

  #failWaiting(error: (path: string | null) => Error): void {
    if (this.#sweep) clearTimeout(this.#sweep);
    this.#sweep = null;
    for (const request of this.#waiting.takeAll()) request.reject(error(request.path));
  }

  /** False when a listener changed it at once: it has closed the client. */
  #setState(state: ClientState): boolean {
    if (this.#state === state) return true;
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
    return this.state === state;
  }
}

function shuffled<T>(items: readonly T[]): T[] {
  const all = [...items];
  for (let i = all.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [all[i], all[j]] = [all[j] as T, all[i] as T];
  }
  return all;
}
