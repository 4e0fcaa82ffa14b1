// The syncs table: two places with their paths as bytes, and the options.
import { SyncOptions, type PlaceId } from '../../preload/contract/domain.ts';
import type { Sqlite } from './sqlite.ts';

export interface Location {
  readonly place: PlaceId;
  readonly path: Buffer;
}

export interface StoredSync {
  readonly id: string;
  readonly name: string;
  readonly source: Location;
  readonly target: Location;
  readonly options: SyncOptions;
  readonly createdAt: number;
}

interface Row {
  readonly id: string; readonly name: string; readonly source_server: string | null; readonly source_path: Buffer;
  readonly target_server: string | null; readonly target_path: Buffer; readonly options: string; readonly created_at: number;
}

const serverOf = (location: Location): string | null => (location.place === 'local' ? null : location.place);

function toSync(row: Row): StoredSync {
  return {
    id: row.id, name: row.name,
    source: { place: row.source_server ?? 'local', path: row.source_path },
    target: { place: row.target_server ?? 'local', path: row.target_path },
    options: SyncOptions.parse(JSON.parse(row.options)),
    createdAt: row.created_at,
  };
}

export class SyncRows {
  private readonly db: Sqlite;

  constructor(db: Sqlite) {
    this.db = db;
  }

  all(): StoredSync[] {
    return this.db.all<Row>('SELECT * FROM syncs ORDER BY created_at, id').map(toSync);
  }

  get(id: string): StoredSync | null {
    const row = this.db.get<Row>('SELECT * FROM syncs WHERE id = ?', id);
    return row ? toSync(row) : null;
  }

  /** Names of the syncs that have one end on server `id`. */
  namesUsing(id: string): string[] {
    return this.db.all<{ name: string }>('SELECT name FROM syncs WHERE source_server = ? OR target_server = ? ORDER BY created_at', id, id).map((row) => row.name);
  }

  insert(sync: StoredSync): void {
    this.db.run(
      'INSERT INTO syncs (id, name, source_server, source_path, target_server, target_path, options, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      sync.id, sync.name, serverOf(sync.source), sync.source.path, serverOf(sync.target), sync.target.path, JSON.stringify(sync.options), sync.createdAt,
    );
  }

  update(sync: StoredSync): void {
    this.db.run('UPDATE syncs SET name = ?, options = ? WHERE id = ?', sync.name, JSON.stringify(sync.options), sync.id);
  }

  remove(id: string): void {
    this.db.run('DELETE FROM syncs WHERE id = ?', id);
  }
}
