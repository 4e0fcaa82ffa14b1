// The schema of sluice.sqlite as numbered steps, and the one way to take them: all steps in one transaction, after
// a backup. A step that has been released is never edited; a change is a new step at the end.
import { basename } from 'node:path';
import { SluiceError } from '../../preload/contract/sluice-error.ts';
import type { Sqlite } from './sqlite.ts';

/** Step n of the list leads from user_version n to n+1. */
export type Migration = (db: Sqlite) => void;

export const MIGRATIONS: readonly Migration[] = [
  (db) => db.script(`
    CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

    CREATE TABLE servers (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      host TEXT NOT NULL,
      port INTEGER NOT NULL,
      user TEXT NOT NULL,
      alias TEXT,
      auth TEXT NOT NULL,               -- JSON, never a secret
      has_secret INTEGER NOT NULL,      -- whether the vault holds server/<id>
      transport TEXT NOT NULL,
      host_keys TEXT NOT NULL,          -- JSON
      rsync TEXT,
      probed_at INTEGER,
      problem TEXT,                     -- JSON
      created_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE syncs (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      source_server TEXT REFERENCES servers(id),   -- NULL is this machine
      source_path BLOB NOT NULL,
      target_server TEXT REFERENCES servers(id),
      target_path BLOB NOT NULL,
      options TEXT NOT NULL,            -- JSON
      created_at INTEGER NOT NULL
    ) STRICT;

    -- Which plans of the engine's own table are kept for which sync; 'forget' until the engine has dropped them.
    CREATE TABLE plan_index (
      id TEXT PRIMARY KEY,
      sync_id TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      options TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('kept', 'finished', 'forget'))
    ) STRICT;
    CREATE INDEX plan_index_by_sync ON plan_index (sync_id, created_at);

    -- No foreign key to syncs: the history outlives them.
    CREATE TABLE runs (
      id TEXT PRIMARY KEY,
      sync_id TEXT NOT NULL,
      plan_id TEXT NOT NULL,
      sync_name TEXT NOT NULL,
      state TEXT NOT NULL,
      started_at INTEGER NOT NULL,
      ended_at INTEGER,
      progress TEXT NOT NULL,           -- JSON
      report TEXT,                      -- JSON
      error TEXT,                       -- JSON
      token TEXT NOT NULL
    ) STRICT;
    CREATE INDEX runs_by_time ON runs (started_at);
    CREATE INDEX runs_by_sync ON runs (sync_id, started_at);

    CREATE TABLE activity (
      id TEXT PRIMARY KEY,
      at INTEGER NOT NULL,
      kind TEXT NOT NULL,
      params TEXT NOT NULL,             -- JSON
      error TEXT,                       -- JSON
      link TEXT,
      problem INTEGER NOT NULL,
      seen INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX activity_by_time ON activity (at);
  `),
  (db) => db.script(`
    CREATE TABLE clusters (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      connect_string TEXT NOT NULL,
      auth TEXT NOT NULL,               -- JSON, never a secret
      tls TEXT,                         -- JSON, never a private key
      has_secret INTEGER NOT NULL,      -- whether the vault holds cluster/<id>
      has_key INTEGER NOT NULL,         -- whether the vault holds cluster-key/<id>
      own TEXT,                         -- JSON: port, folder, number and members of a node run here
      is_on INTEGER NOT NULL,           -- runs, or is connected, again at the next start
      created_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE cluster_events (
      id TEXT PRIMARY KEY,
      cluster TEXT NOT NULL REFERENCES clusters(id) ON DELETE CASCADE,
      at INTEGER NOT NULL,
      event TEXT NOT NULL               -- JSON
    ) STRICT;
    CREATE INDEX cluster_events_by_time ON cluster_events (cluster, at);
  `),
  (db) => db.script(`
    CREATE TABLE pipelines (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      text TEXT NOT NULL,               -- the configuration as it is being edited, verbatim
      agent TEXT,                       -- which of its agents
      deployed TEXT,                    -- the text that was deployed last
      deployed_agent TEXT,
      deployed_at INTEGER,
      layout TEXT NOT NULL,             -- JSON: positions of nodes that were moved
      is_on INTEGER NOT NULL,           -- runs again at the next start
      created_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE pipeline_history (
      id TEXT PRIMARY KEY,
      pipeline TEXT NOT NULL REFERENCES pipelines(id) ON DELETE CASCADE,
      at INTEGER NOT NULL,
      entry TEXT NOT NULL               -- JSON
    ) STRICT;
    CREATE INDEX pipeline_history_by_time ON pipeline_history (pipeline, at);

    CREATE TABLE pipeline_pins (
      id TEXT NOT NULL,
      pipeline TEXT NOT NULL REFERENCES pipelines(id) ON DELETE CASCADE,
      event TEXT NOT NULL,              -- JSON, its body in base64
      PRIMARY KEY (pipeline, id)
    ) STRICT;
  `),
];

/**
 * Brings `db` to the newest version. `backup` is called first unless the file is fresh; when a step throws, nothing
 * of any step remains. STORE_NEWER when the file was written by a later program.
 */
export function migrate(db: Sqlite, migrations: readonly Migration[], backup: (version: number) => void): void {
  const found = db.userVersion;
  const known = migrations.length;
  if (found > known) throw SluiceError.of('STORE_NEWER', { file: basename(db.file), found, known });
  if (found === known) return;
  if (found > 0) backup(found);
  db.transaction(() => {
    for (const step of migrations.slice(found)) step(db);
    db.userVersion = known;
  });
}
