// The servers table. Holds everything about a server but its secret, which is in the vault.
import { z } from 'zod';
import { HostKey, ServerAuth, ServerTransport, type Server } from '../../preload/contract/domain.ts';
import { ErrorInfo } from '../../preload/contract/errors.ts';
import type { Sqlite } from './sqlite.ts';

export interface StoredServer {
  readonly server: Server;
  /** Whether the vault holds a secret under `server/<id>`. */
  readonly hasSecret: boolean;
}

interface Row {
  readonly id: string; readonly name: string; readonly host: string; readonly port: number; readonly user: string;
  readonly alias: string | null; readonly auth: string; readonly has_secret: number; readonly transport: string;
  readonly host_keys: string; readonly rsync: string | null; readonly probed_at: number | null; readonly problem: string | null;
}

const HostKeys = z.array(HostKey);

function toServer(row: Row): StoredServer {
  return {
    hasSecret: row.has_secret === 1,
    server: {
      id: row.id, name: row.name, host: row.host, port: row.port, user: row.user, alias: row.alias,
      auth: ServerAuth.parse(JSON.parse(row.auth)),
      transport: ServerTransport.parse(row.transport),
      hostKeys: HostKeys.parse(JSON.parse(row.host_keys)),
      rsync: row.rsync, probedAt: row.probed_at,
      problem: row.problem === null ? null : ErrorInfo.parse(JSON.parse(row.problem)),
    },
  };
}

export class ServerRows {
  private readonly db: Sqlite;

  constructor(db: Sqlite) {
    this.db = db;
  }

  all(): StoredServer[] {
    return this.db.all<Row>('SELECT * FROM servers ORDER BY created_at, id').map(toServer);
  }

  get(id: string): StoredServer | null {
    const row = this.db.get<Row>('SELECT * FROM servers WHERE id = ?', id);
    return row ? toServer(row) : null;
  }

  insert({ server, hasSecret }: StoredServer, createdAt: number): void {
    this.db.run(
      `INSERT INTO servers (id, name, host, port, user, alias, auth, has_secret, transport, host_keys, rsync, probed_at, problem, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      server.id, server.name, server.host, server.port, server.user, server.alias, JSON.stringify(server.auth), hasSecret ? 1 : 0,
      server.transport, JSON.stringify(server.hostKeys), server.rsync, server.probedAt, server.problem && JSON.stringify(server.problem), createdAt,
    );
  }

  update({ server, hasSecret }: StoredServer): void {
    this.db.run(
      `UPDATE servers SET name = ?, host = ?, port = ?, user = ?, alias = ?, auth = ?, has_secret = ?, transport = ?, host_keys = ?,
       rsync = ?, probed_at = ?, problem = ? WHERE id = ?`,
      server.name, server.host, server.port, server.user, server.alias, JSON.stringify(server.auth), hasSecret ? 1 : 0, server.transport,
      JSON.stringify(server.hostKeys), server.rsync, server.probedAt, server.problem && JSON.stringify(server.problem), server.id,
    );
  }

  remove(id: string): void {
    this.db.run('DELETE FROM servers WHERE id = ?', id);
  }
}
