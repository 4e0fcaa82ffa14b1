// The clusters table, and what happened to each cluster. Holds everything but the secrets, which are in the vault.
import { z } from 'zod';
import { ClusterAuth, ClusterEvent, ClusterTls, EnsembleMember } from '../../preload/contract/cluster.ts';
import type { Sqlite } from './sqlite.ts';

/** The part of a node of ours that outlives the program. */
export const StoredNode = z.object({ port: z.number(), dataDir: z.string(), myid: z.number().nullable(), members: z.array(EnsembleMember) });
export type StoredNode = z.output<typeof StoredNode>;

export interface StoredCluster {
  readonly id: string;
  readonly name: string;
  readonly connectString: string;
  readonly auth: ClusterAuth;
  readonly tls: ClusterTls | null;
  /** Whether the vault holds a password under `cluster/<id>`, a private key under `cluster-key/<id>`. */
  readonly hasSecret: boolean;
  readonly hasKey: boolean;
  readonly own: StoredNode | null;
  /** Runs, or is connected, again at the next start. */
  readonly on: boolean;
}

interface Row {
  readonly id: string; readonly name: string; readonly connect_string: string; readonly auth: string; readonly tls: string | null;
  readonly has_secret: number; readonly has_key: number; readonly own: string | null; readonly is_on: number;
}

/** Events that stay of one cluster. */
const KEPT = 2000;

function toCluster(row: Row): StoredCluster {
  return {
    id: row.id, name: row.name, connectString: row.connect_string, auth: ClusterAuth.parse(JSON.parse(row.auth)),
    tls: row.tls === null ? null : ClusterTls.parse(JSON.parse(row.tls)), hasSecret: row.has_secret === 1, hasKey: row.has_key === 1,
    own: row.own === null ? null : StoredNode.parse(JSON.parse(row.own)), on: row.is_on === 1,
  };
}

export class ClusterRows {
  private readonly db: Sqlite;

  constructor(db: Sqlite) {
    this.db = db;
  }

  all(): StoredCluster[] {
    return this.db.all<Row>('SELECT * FROM clusters ORDER BY created_at, id').map(toCluster);
  }

  get(id: string): StoredCluster | null {
    const row = this.db.get<Row>('SELECT * FROM clusters WHERE id = ?', id);
    return row ? toCluster(row) : null;
  }

  insert(cluster: StoredCluster, createdAt: number): void {
    this.db.run(
      'INSERT INTO clusters (id, name, connect_string, auth, tls, has_secret, has_key, own, is_on, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      cluster.id, cluster.name, cluster.connectString, JSON.stringify(cluster.auth), cluster.tls && JSON.stringify(cluster.tls), cluster.hasSecret ? 1 : 0,
      cluster.hasKey ? 1 : 0, cluster.own && JSON.stringify(cluster.own), cluster.on ? 1 : 0, createdAt,
    );
  }

  update(cluster: StoredCluster): void {
    this.db.run(
      'UPDATE clusters SET name = ?, connect_string = ?, own = ?, is_on = ? WHERE id = ?',
      cluster.name, cluster.connectString, cluster.own && JSON.stringify(cluster.own), cluster.on ? 1 : 0, cluster.id,
    );
  }

  remove(id: string): void {
    this.db.transaction(() => {
      this.db.run('DELETE FROM cluster_events WHERE cluster = ?', id);
      this.db.run('DELETE FROM clusters WHERE id = ?', id);
    });
  }

  /** Newest first. */
  events(cluster: string, limit: number): ClusterEvent[] {
    return this.db.all<{ readonly event: string }>('SELECT event FROM cluster_events WHERE cluster = ? ORDER BY at DESC, rowid DESC LIMIT ?', cluster, limit)
      .map((row) => ClusterEvent.parse(JSON.parse(row.event)));
  }

  addEvent(cluster: string, event: ClusterEvent): void {
    this.db.transaction(() => {
      this.db.run('INSERT INTO cluster_events (id, cluster, at, event) VALUES (?, ?, ?, ?)', event.id, cluster, event.at, JSON.stringify(event));
      this.db.run('DELETE FROM cluster_events WHERE cluster = ? AND rowid NOT IN (SELECT rowid FROM cluster_events WHERE cluster = ? ORDER BY at DESC, rowid DESC LIMIT ?)', cluster, cluster, KEPT);
    });
  }
}
