// The server of clients, whatever its role: reads are answered here, writes go to the role that orders them, and what the role commits is
// applied and answered.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { NodeConfig } from '../config/node-config.ts';
import { JuteReader } from '../jute/reader.ts';
import { CreateRequest } from '../jute/records.ts';
import type { JuteWriter } from '../jute/writer.ts';
import { KEEPER_ERROR } from '../keeper-errors.ts';
import { CREATE, OP } from '../op-codes.ts';
import type { Clock, Database, Report, Role, ServerCore, Tree, WriteRequest } from '../parts.ts';
import { SessionIds } from '../session/session-ids.ts';
import type { SessionPasswords } from '../session/session-passwords.ts';
import { Sessions } from '../session/session-table.ts';
import type { Txn } from '../txn.ts';
import type { Audit } from './audited-write.ts';
import { Access } from './auth/access.ts';
import { Schemes } from './auth/schemes.ts';
import { Authentication } from './authentication.ts';
import { Clients } from './clients.ts';
import type { ConnectionHost } from './connection-host.ts';
import type { Connection } from './connection.ts';
import { ContainerManager } from './containers.ts';
import { readWriteParts } from './multi.ts';
import { Opening } from './opening.ts';
import { Preparer } from './prepare.ts';
import type { QuotaExcess } from './quota.ts';
import { Reads } from './reads.ts';
import { Stats } from './server-stats.ts';
import { isWellFormed } from './well-formed.ts';

export interface CoreParts {
  readonly config: NodeConfig;
  readonly db: Database;
  readonly clock: Clock;
  readonly report: Report;
  readonly passwords: SessionPasswords;
}

/** Packets of one session within so many ms count as one sign of life. */
const TOUCH_MS = 20;
/** The same warning comes once in that time. */
const WARN_MS = 10_000;

export class Core implements ServerCore, ConnectionHost<Connection> {
  readonly db: Database;
  readonly tree: Tree;
  readonly stats = new Stats();
  readonly sessions: Sessions;
  /** Of clients whose sessions only this server knows. */
  readonly localSessions: Sessions;
  readonly clients: Clients;
  readonly schemes: Schemes;
  readonly access: Access;
  readonly reads: Reads;
  readonly largeRequestThreshold: number;
  readonly sessionlessTimeoutMs: number;
  planReconfig: ServerCore['planReconfig'] = null;
  /** Told of every write of a client of this server when it is answered; null when nobody keeps an audit log. */
  /** Told of every write of a client of this server when it is answered; null while nobody keeps an audit log. */
  audit: Audit | null = null;
  readonly onBug = (bug: unknown): void => { this.#warnBug(bug); };
  readonly #parts: CoreParts;
  readonly #authentication: Authentication;
  readonly #opening: Opening;
  readonly #preparer: Preparer;
  readonly #warned = new Map<string, number>();
  #role: Role | null = null;
  #largeBytes = 0;
  #containers: ContainerManager | null = null;

  constructor(parts: CoreParts) {
    const { config, db, clock } = parts;
    this.#parts = parts;
    this.db = db;
    this.tree = db.tree;
    this.largeRequestThreshold = config.largeRequestThreshold;
    this.sessionlessTimeoutMs = config.sessionlessTimeoutMs;
    const ids = new SessionIds(config.myid ?? 1, clock.now());
    this.sessions = new Sessions({ tickTime: config.tickTime, clock, ids, known: () => db.sessions });
    this.localSessions = new Sessions({ tickTime: config.tickTime, clock, ids, known: () => [] });
    this.clients = new Clients(config, clock, this.stats);
    this.schemes = new Schemes(config);
    this.access = new Access(this.schemes, config.skipAcl);
    this.reads = new Reads(db.tree, this.access, this.schemes);
    this.#authentication = new Authentication(config, this.schemes, this.stats);
    this.#preparer = new Preparer({
      config, clock, tree: db.tree, sessions: this.sessions, localSessions: this.localSessions, access: this.access,
      planReconfig: () => this.planReconfig, onQuota: (excess) => { this.#warnQuota(excess); }, onBug: this.onBug,
    });
    this.#opening = new Opening({
      config, db, clients: this.clients, sessions: this.sessions, localSessions: this.localSessions, passwords: parts.passwords, owner: this,
      role: () => this.#role, refused: (connection, reason) => { this.#warnRefused(connection, reason); },
    });
  }

  /** Null while nobody is served. */
  get role(): Role | null { return this.#role; }

  // --- driven by a role ------------------------------------------------------------------------------------------------

  serve(role: Role): void {
    this.#role = role;
    this.#containers?.stop();
    this.#containers = role.mode === 'leader' || role.mode === 'standalone' ? new ContainerManager(this.#parts.config.container, this.tree, role, this.#parts.clock) : null;
    this.#containers?.start();
    this.localSessions.start((sessionId) => { this.#expireLocal(sessionId); });
    this.#opening.serve(role);
  }

  retire(): void {
    this.#role = null;
    this.#containers?.stop();
    this.#containers = null;
    this.sessions.stop();
    this.localSessions.stop();
    this.clients.closeAll();
  }

  prepare(request: WriteRequest): Txn {
    return this.#preparer.prepare(request);
  }

  setLastPreparedZxid(zxid: number): void {
    this.#preparer.reset(zxid);
  }

  commit(txn: Txn): void {
    const result = this.db.apply(txn);
    const { header, change } = txn;
    this.#preparer.applied(header.zxid);
    const closes = change.type === OP.closeSession;
    if (closes) this.sessions.remove(header.clientId);
    else if (change.type === OP.createSession) this.localSessions.remove(header.clientId);
    const connection = this.clients.of(header.clientId);
    if (!connection) return;
    if (connection.state === 'connecting') {
      if (change.type === OP.createSession) this.#opening.finish(connection);
      else if (closes) connection.close();
      return;
    }
    const err = change.type === OP.error ? change.record.err : change.type === OP.multi ? 0 : result.err;
    if (!connection.committed(header.cxid, closes, err, result) && closes) connection.close();
  }

  // --- asked by connections --------------------------------------------------------------------------------------------

  now(): number {
    return this.clients.now();
  }

  flushSoon(connection: Connection): void {
    this.clients.flushSoon(connection);
  }

  /** Past the limit each connection may still have its share under way, so that none starves. */
  crowded(outstanding: number): boolean {
    const { globalOutstandingLimit } = this.#parts.config;
    return this.stats.outstanding > globalOutstandingLimit && outstanding > 0 && outstanding >= globalOutstandingLimit / this.clients.count;
  }

  takes(length: number): boolean {
    const { jutemaxbuffer, largeRequestThreshold, largeRequestMaxBytes } = this.#parts.config;
    if (length > jutemaxbuffer) return false;
    return largeRequestThreshold < 0 || length <= largeRequestThreshold || this.#largeBytes + length <= largeRequestMaxBytes;
  }

  large(bytes: number): void {
    this.#largeBytes += bytes;
  }

  connect(connection: Connection, bytes: Buffer, begin: number, end: number): void {
    this.#opening.packet(connection, bytes, begin, end);
  }

  writeConnectResponse(out: JuteWriter, connection: Connection): void {
    this.#opening.respond(out, connection);
  }

  authenticate(connection: Connection, type: number, xid: number, input: JuteReader): void {
    this.#authentication.packet(connection, type, xid, input);
  }

  admits(connection: Connection, xid: number): boolean {
    return this.#authentication.admits(connection, xid);
  }

  heard(connection: Connection): void {
    const now = this.clients.now();
    if (connection.state !== 'open' || now - connection.touchedAt < TOUCH_MS) return;
    connection.touchedAt = now;
    this.clients.heard(connection);
    const { sessionId, timeoutMs } = connection;
    if (this.localSessions.count > 0 && this.localSessions.touch(sessionId, timeoutMs)) return;
    this.#role?.touch(sessionId, timeoutMs);
  }

  submit(connection: Connection, request: WriteRequest): number | null {
    const role = this.#role;
    if (!role) return KEEPER_ERROR.ConnectionLoss;
    if (role.mode !== 'read-only' && !isWellFormed(request.type, request.payload)) return KEEPER_ERROR.MarshallingError;
    if (this.localSessions.count > 0 && this.localSessions.has(request.sessionId)) {
      const err = this.#submitLocal(role, connection, request);
      if (err !== null) return err;
    }
    if (role.mode === 'read-only') return KEEPER_ERROR.NotReadOnly;
    role.submit(request);
    return null;
  }

  /** A write of a session that no other server knows: closing needs no txn, and an ephemeral needs a session that all know. */
  #submitLocal(role: Role, connection: Connection, request: WriteRequest): number | null {
    if (request.type === OP.closeSession) {
      this.localSessions.remove(request.sessionId);
      return KEEPER_ERROR.Ok;
    }
    if (role.mode === 'read-only' || !createsEphemeral(request)) return null;
    if (!this.#parts.config.localSessionsUpgradingEnabled) return KEEPER_ERROR.EphemeralOnLocalSession;
    const payload = Buffer.allocUnsafe(4);
    payload.writeInt32BE(connection.timeoutMs);
    role.submit({ ...request, cxid: 0, type: OP.createSession, payload });
    return null;
  }

  sync(request: WriteRequest, done: (err: number) => void): void {
    const role = this.#role;
    if (!role || role.mode === 'read-only') done(role ? KEEPER_ERROR.NotReadOnly : KEEPER_ERROR.ConnectionLoss);
    else role.sync(request, done);
  }

  closed(connection: Connection): void {
    this.tree.watches.drop(connection);
    this.#opening.gone(connection);
    this.clients.remove(connection);
  }

  // --- -----------------------------------------------------------------------------------------------------------------

  #expireLocal(sessionId: bigint): void {
    this.localSessions.remove(sessionId);
    this.clients.of(sessionId)?.close();
  }

  #warnQuota({ prefix, what, hard, limit, value }: QuotaExcess): void {
    const reason = `${what} would be ${value}, the ${hard ? 'hard' : 'soft'} limit is ${limit}`;
    this.#warn(`quota ${prefix} ${what}`, () => SluiceError.of('COORD_QUOTA', { path: prefix, reason }));
  }

  #warnRefused({ peer }: Connection, reason: string): void {
    this.#warn(`refused ${peer.address} ${reason}`, () => SluiceError.of('COORD_CLIENT', { client: `${peer.address}:${peer.port}`, reason }));
  }

  #warnBug(bug: unknown): void {
    const message = bug instanceof Error ? bug.message : String(bug);
    this.#warn(`bug ${message}`, () => SluiceError.of('APP_BUG', { message }, bug));
  }

  #warn(key: string, error: () => SluiceError): void {
    const now = this.clients.now();
    if (now - (this.#warned.get(key) ?? Number.NEGATIVE_INFINITY) < WARN_MS) return;
    if (this.#warned.size > 1000) this.#warned.clear();
    this.#warned.set(key, now);
    this.#parts.report({ type: 'warning', at: this.#parts.clock.now(), error: error() });
  }
}

/** Only create, create2 and multi count (QuorumZooKeeperServer.checkUpgradeSession). What cannot be read is for whoever prepares it. */
function createsEphemeral({ type, payload }: WriteRequest): boolean {
  const isEphemeral = (flags: number): boolean => flags === CREATE.ephemeral || flags === CREATE.ephemeralSequential;
  try {
    const reader = new JuteReader(payload);
    if (type === OP.create || type === OP.create2) return isEphemeral(CreateRequest.read(reader).flags);
    return type === OP.multi && readWriteParts(reader).some((part) => (part.type === OP.create || part.type === OP.create2) && isEphemeral(part.request.flags));
  } catch {
    return false;
  }
}
