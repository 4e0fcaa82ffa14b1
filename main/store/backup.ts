// Copies of the data file: one before each migration (`.bak-vN`) and one a day (`.bak-YYYY-MM-DD`, three kept).
// A copy is complete or absent: it is written under another name, flushed, then renamed.
import { closeSync, copyFileSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { SluiceError } from '../../preload/contract/sluice-error.ts';
import { Sqlite } from './sqlite.ts';

const DAILY = /\.bak-\d{4}-\d{2}-\d{2}$/;
const ANY = /\.bak-(v\d+|\d{4}-\d{2}-\d{2})$/;
const DAILY_KEPT = 3;

function flush(path: string): void {
  const handle = openSync(path, 'r');
  try { fsyncSync(handle); } finally { closeSync(handle); }
}

/** Writes a whole, compact copy of `db` beside it. @returns its path. */
export function backupTo(db: Sqlite, suffix: string): string {
  const final = `${db.file}.bak-${suffix}`;
  const temporary = `${final}.tmp`;
  rmSync(temporary, { force: true });
  db.run('VACUUM INTO ?', temporary);
  try {
    flush(temporary);
    renameSync(temporary, final);
    flush(dirname(final));
  } catch (error) {
    throw SluiceError.of('STORE_IO', { file: basename(final), reason: (error as Error).message }, error);
  }
  return final;
}

/** The backups of `file`, newest first. */
export function backupsOf(file: string): string[] {
  const prefix = `${basename(file)}.bak-`;
  return readdirSync(dirname(file))
    .filter((name) => name.startsWith(prefix) && ANY.test(name))
    .map((name) => ({ path: join(dirname(file), name), at: statSync(join(dirname(file), name)).mtimeMs }))
    .sort((a, b) => b.at - a.at || (a.path < b.path ? 1 : -1))
    .map((backup) => backup.path);
}

/** Today's backup if there is none yet (UTC date of `now`, milliseconds); older dailies beyond three go. */
export function backupDaily(db: Sqlite, now: number): void {
  const today = new Date(now).toISOString().slice(0, 10);
  const existing = backupsOf(db.file);
  if (!existing.some((path) => path.endsWith(`.bak-${today}`))) backupTo(db, today);
  const dailies = backupsOf(db.file).filter((path) => DAILY.test(path)).sort().reverse();
  for (const old of dailies.slice(DAILY_KEPT)) rmSync(old, { force: true });
}

/**
 * Puts the newest sound backup whose version is at most `known` in the place of `file`, which must be absent.
 * @returns the backup's file name, or null when none is sound.
 */
export function restoreNewest(file: string, known: number): string | null {
  for (const backup of backupsOf(file)) {
    if (!sound(backup, known)) continue;
    const temporary = `${file}.restoring`;
    copyFileSync(backup, temporary);
    flush(temporary);
    renameSync(temporary, file);
    flush(dirname(file));
    return basename(backup);
  }
  return null;
}

function sound(path: string, known: number): boolean {
  let db: Sqlite | null = null;
  try {
    db = new Sqlite(path, { readonly: true });
    return db.damage() === null && db.userVersion > 0 && db.userVersion <= known;
  } catch {
    return false;
  } finally {
    db?.close();
  }
}
