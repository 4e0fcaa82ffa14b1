// The packets by which a client says who it is, and what is refused to those who have not said it (ZooKeeperServer.processPacket,
// processSasl, AuthenticationHelper). They are answered at once, out of turn, with zxid 0.
import { SaslError } from '../client/digest-md5.ts';
import type { NodeConfig } from '../config/node-config.ts';
import { JuteError, type JuteReader } from '../jute/reader.ts';
import { AuthPacket, SaslToken } from '../jute/records.ts';
import { KEEPER_ERROR } from '../keeper-errors.ts';
import { OP } from '../op-codes.ts';
import type { Schemes } from './auth/schemes.ts';
import { SaslExchange } from './auth/sasl-exchange.ts';
import type { Connection } from './connection.ts';
import { beginReply } from './replies.ts';
import type { Stats } from './server-stats.ts';

const NOTHING = Buffer.alloc(0);

export class Authentication {
  readonly #config: NodeConfig;
  readonly #schemes: Schemes;
  readonly #stats: Stats;
  /** One of these must be had; null when everyone is let in. */
  readonly #required: ReadonlySet<string> | null;

  constructor(config: NodeConfig, schemes: Schemes, stats: Stats) {
    this.#config = config;
    this.#schemes = schemes;
    this.#stats = stats;
    if (config.sessionRequireClientSaslAuth) this.#required = new Set(['sasl']);
    else this.#required = config.enforceAuth.enabled ? new Set(config.enforceAuth.schemes) : null;
  }

  /** False when the client had to log in first: it has been told, and is closed. */
  admits(connection: Connection, xid: number): boolean {
    const required = this.#required;
    if (required === null || connection.authInfo.some(({ scheme }) => required.has(scheme))) return true;
    connection.refuse(xid, 0, KEEPER_ERROR.SessionClosedRequireSaslAuth);
    return false;
  }

  packet(connection: Connection, type: number, xid: number, input: JuteReader): void {
    try {
      if (type === OP.sasl) this.#sasl(connection, xid, SaslToken.read(input).token ?? NOTHING);
      else this.#auth(connection, xid, AuthPacket.read(input));
    } catch (error) {
      if (!(error instanceof JuteError)) throw error;
      connection.close();
    }
  }

  #auth(connection: Connection, xid: number, { scheme, auth }: { readonly scheme: string; readonly auth: Buffer | null }): void {
    const ids = this.#schemes.authenticate(scheme, auth ?? NOTHING, connection.peer);
    if (!ids) {
      this.#stats.authFailed += 1;
      connection.refuse(xid, 0, KEEPER_ERROR.AuthFailed);
      return;
    }
    connection.addAuth(ids);
    connection.reply(xid, 0, 0);
  }

  #sasl(connection: Connection, xid: number, token: Buffer): void {
    try {
      connection.sasl ??= new SaslExchange((user) => this.#config.saslUsers.get(user));
      const answer = connection.sasl.answer(token);
      const { user } = connection.sasl;
      if (user !== null) connection.addAuth([{ scheme: 'sasl', id: user }, ...(user === this.#config.saslSuperUser ? [{ scheme: 'super', id: '' }] : [])]);
      this.#token(connection, xid, answer);
    } catch (error) {
      if (!(error instanceof SaslError)) throw error;
      this.#failed(connection, xid);
    }
  }

  #failed(connection: Connection, xid: number): void {
    this.#stats.authFailed += 1;
    if (this.#required?.has('sasl') === true) {
      connection.refuse(xid, 0, KEEPER_ERROR.SessionClosedRequireSaslAuth);
    } else if (this.#config.allowSaslFailedClients) {
      this.#token(connection, xid, null);
    } else {
      connection.refuse(xid, 0, KEEPER_ERROR.AuthFailed);
    }
  }

  #token(connection: Connection, xid: number, token: Buffer | null): void {
    const frame = beginReply(connection.out, xid, 0);
    connection.out.buffer(token);
    connection.out.endFrame(frame);
    connection.sent();
  }
}
