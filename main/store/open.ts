// Opens the program's data file, whatever state it is in: fresh, older, newer (refused), or damaged (kept aside, the
// last sound backup in its place). Nothing else may open sluice.sqlite.
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ErrorInfo } from '../../preload/contract/errors.ts';
import { SluiceError } from '../../preload/contract/sluice-error.ts';
import { backupDaily, backupsOf, backupTo, restoreNewest } from './backup.ts';
import { migrate, MIGRATIONS, type Migration } from './migrations.ts';
import { isDamage, Sqlite } from './sqlite.ts';

export interface Store {
  readonly db: Sqlite;
  /** STORE_CORRUPT when the file had to be replaced, for an entry in the activity list. */
  readonly restored: ErrorInfo | null;
  /** Makes today's backup if there is none; call at start and once in a while. */
  backup(): void;
  close(): void;
}

/** STORE_NEWER, STORE_IO. `migrations` is the program's own list except in tests; `now` in milliseconds. */
export function openStore(options: { readonly dataDir: string; readonly now?: () => number; readonly migrations?: readonly Migration[] }): Store {
  const now = options.now ?? Date.now;
  const migrations = options.migrations ?? MIGRATIONS;
  const file = join(options.dataDir, 'sluice.sqlite');
  makeFolder(options.dataDir);

  let restored: ErrorInfo | null = null;
  let db = openSound(file);
  if (!db) {
    restored = replace(file, now(), migrations.length);
    db = openSound(file);
    if (!db) throw SluiceError.of('STORE_IO', { file: basename(file), reason: 'the restored file is damaged as well' });
  }
  const opened = db;
  try {
    migrate(opened, migrations, (version) => backupTo(opened, `v${version}`));
  } catch (error) {
    opened.close();
    throw error;
  }
  return {
    db: opened,
    restored,
    backup: () => backupDaily(opened, now()),
    close: () => opened.close(),
  };
}

function makeFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw SluiceError.of('STORE_IO', { file: dataDir, reason: (error as Error).message }, error);
  }
}

/** Null when the file is damaged; an emptied file that has backups is. */
function openSound(file: string): Sqlite | null {
  if (existsSync(file) && statSync(file).size === 0 && !existsSync(`${file}-wal`) && backupsOf(file).length > 0) return null;
  let db: Sqlite;
  try {
    db = new Sqlite(file);
  } catch (error) {
    if (isDamage(error)) return null;
    throw error;
  }
  let damage: string | null;
  try {
    damage = db.damage();
  } catch (error) {
    db.close();
    throw error;
  }
  if (damage === null) return db;
  db.close();
  return null;
}

function replace(file: string, now: number, known: number): ErrorInfo {
  const keptAs = freeName(`${file}.corrupt-${new Date(now).toISOString().slice(0, 10)}`);
  try {
    for (const tail of ['', '-wal', '-shm']) if (existsSync(file + tail)) renameSync(file + tail, keptAs + tail);
    const restoredFrom = restoreNewest(file, known) ?? '';
    return SluiceError.of('STORE_CORRUPT', { file: basename(file), keptAs: basename(keptAs), restoredFrom }).toInfo();
  } catch (error) {
    if (error instanceof SluiceError) throw error;
    throw SluiceError.of('STORE_IO', { file: basename(file), reason: (error as Error).message }, error);
  }
}

function freeName(wanted: string): string {
  let name = wanted;
  for (let n = 2; existsSync(name); n++) name = `${wanted}-${n}`;
  return name;
}
