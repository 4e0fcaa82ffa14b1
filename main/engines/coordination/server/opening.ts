// How a connection comes to its session: a new one, the one it had, or none (ZooKeeperServer.processConnectRequest).
import type { NodeConfig } from '../config/node-config.ts';
import { JuteError } from '../jute/reader.ts';
import type { JuteWriter } from '../jute/writer.ts';
import { OP } from '../op-codes.ts';
import type { Database, Role } from '../parts.ts';
import type { SessionPasswords } from '../session/session-passwords.ts';
import type { Sessions } from '../session/session-table.ts';
import type { Clients } from './clients.ts';
import type { Connection } from './connection.ts';
import { readConnectRequest, writeConnectResponse } from './handshake.ts';

/** While nobody is served, a client is kept waiting so long; then it does better to try another server. */
const HOLD_MS = 1_000;

type Request = ReturnType<typeof readConnectRequest>;

export interface OpeningParts {
  readonly config: NodeConfig;
  readonly db: Database;
  readonly clients: Clients;
  readonly sessions: Sessions;
  readonly localSessions: Sessions;
  readonly passwords: SessionPasswords;
  /** Of this server's sessions, for SessionMoved. */
  readonly owner: object;
  readonly role: () => Role | null;
  /** A client was sent away. */
  readonly refused: (connection: Connection, reason: string) => void;
}

export class Opening {
  readonly #parts: OpeningParts;
  readonly #held = new Map<Connection, { readonly request: Request; readonly timer: NodeJS.Timeout }>();

  constructor(parts: OpeningParts) {
    this.#parts = parts;
  }

  /** The first packet of a connection. */
  packet(connection: Connection, bytes: Buffer, begin: number, end: number): void {
    let request: Request;
    try {
      request = readConnectRequest(bytes, begin, end);
    } catch (error) {
      if (!(error instanceof JuteError)) throw error;
      return this.#refuse(connection, error.message);
    }
    connection.readOnly = request.readOnly;
    connection.state = 'connecting';
    const role = this.#parts.role();
    if (role) return this.#open(role, connection, request);
    const timer = setTimeout(() => { connection.close(); }, HOLD_MS);
    this.#held.set(connection, { request, timer });
  }

  /** A role serves now: those who wait are let in. */
  serve(role: Role): void {
    const held = [...this.#held];
    this.#held.clear();
    for (const [connection, { request, timer }] of held) {
      clearTimeout(timer);
      if (connection.state === 'connecting') this.#open(role, connection, request);
    }
  }

  gone(connection: Connection): void {
    clearTimeout(this.#held.get(connection)?.timer);
    this.#held.delete(connection);
  }

  #refuse(connection: Connection, reason: string): void {
    this.#parts.refused(connection, reason);
    connection.close();
  }

  #open(role: Role, connection: Connection, request: Request): void {
    const { config, db } = this.#parts;
    if (role.mode === 'leader' && !config.leaderServes) return this.#refuse(connection, 'this server leads, and leaders do not serve (leaderServes=no)');
    if (role.mode === 'read-only' && request.readOnly !== true) return this.#refuse(connection, 'it wants to write, and this server only reads now');
    if (request.lastZxidSeen > db.tree.lastZxid) return this.#refuse(connection, 'it has seen a zxid that this server has not');
    connection.timeoutMs = Math.min(Math.max(request.timeOut, config.minSessionTimeout), config.maxSessionTimeout);
    if (request.sessionId === 0n) this.#create(role, connection);
    else this.#reopen(role, connection, request);
  }

  #create(role: Role, connection: Connection): void {
    const { clients, config, localSessions, owner, sessions } = this.#parts;
    const sessionId = sessions.nextId();
    clients.bind(connection, sessionId);
    if (role.mode === 'read-only' || (config.localSessionsEnabled && role.mode !== 'standalone')) {
      localSessions.add(sessionId, connection.timeoutMs);
      return this.finish(connection);
    }
    const payload = Buffer.allocUnsafe(4);
    payload.writeInt32BE(connection.timeoutMs);
    role.submit({ sessionId, cxid: 0, type: OP.createSession, payload, authInfo: connection.authInfo, owner });
  }

  #reopen(role: Role, connection: Connection, { sessionId, passwd }: Request): void {
    const { clients, db, localSessions, owner, passwords } = this.#parts;
    clients.of(sessionId)?.close(); // as real servers do, before they look at the password
    if (!passwords.check(sessionId, passwd)) return this.#invalid(connection);
    if (localSessions.touch(sessionId, connection.timeoutMs)) {
      clients.bind(connection, sessionId);
      return this.finish(connection);
    }
    if (role.mode === 'read-only') {
      if (db.sessions.has(sessionId)) return this.#refuse(connection, 'its session belongs to the whole ensemble, and this server only reads now');
      return this.#invalid(connection);
    }
    clients.bind(connection, sessionId);
    role.revalidate(sessionId, connection.timeoutMs, owner).then(
      (valid) => {
        if (connection.state !== 'connecting' || this.#parts.role() !== role) connection.close();
        else if (valid) this.finish(connection);
        else this.#invalid(connection);
      },
      () => { connection.close(); },
    );
  }

  /** The session is there. */
  finish(connection: Connection): void {
    this.respond(connection.out, connection);
    connection.sent();
    connection.opened();
  }

  /** The answer to a session that lives. */
  respond(out: JuteWriter, connection: Connection): void {
    const { passwords, role } = this.#parts;
    const { sessionId: id, timeoutMs } = connection;
    writeConnectResponse(out, { id, timeoutMs, password: passwords.of(id) }, connection.readOnly === null ? null : role()?.mode === 'read-only');
  }

  /** The answer to a session that does not, and the end. */
  #invalid(connection: Connection): void {
    writeConnectResponse(connection.out, null, connection.readOnly === null ? null : this.#parts.role()?.mode === 'read-only');
    connection.sent();
    connection.finish();
  }
}
