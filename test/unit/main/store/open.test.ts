import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { openStore, type Store } from '../../../../main/store/open.ts';
import { MIGRATIONS, type Migration } from '../../../../main/store/migrations.ts';
import { SettingsRows } from '../../../../main/store/settings.ts';
import { Sqlite } from '../../../../main/store/sqlite.ts';
import { tempFolder } from '../support/temp.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 4, 1);

function open(dataDir: string, options: { now?: number; migrations?: readonly Migration[] } = {}): Store {
  const store = openStore({ dataDir, now: () => options.now ?? START, ...(options.migrations ? { migrations: options.migrations } : {}) });
  onTestFinished(() => store.close());
  return store;
}

function failure(work: () => unknown): SluiceError {
  try { work(); } catch (error) { if (error instanceof SluiceError) return error; throw error; }
  throw new Error('it did not fail');
}

/** A closed store with one setting in it, and a backup of that if wanted. */
function filled(dataDir: string, backup: boolean): string {
  const store = openStore({ dataDir, now: () => START });
  new SettingsRows(store.db).save({ language: 'zh-CN' });
  if (backup) store.backup();
  store.close();
  return join(dataDir, 'sluice.sqlite');
}

const language = (store: Store): string => new SettingsRows(store.db).load().language;

describe('opening', () => {
  it('a fresh folder gets the newest schema, WAL, synchronous FULL and foreign keys, with no backup of nothing', () => {
    const dataDir = join(tempFolder(), 'deep', 'data');
    const { db, restored } = open(dataDir);
    expect(restored).toBeNull();
    expect(db.userVersion).toBe(MIGRATIONS.length);
    expect(db.get('PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' });
    expect(db.get('PRAGMA synchronous')).toEqual({ synchronous: 2 });
    expect(db.get('PRAGMA foreign_keys')).toEqual({ foreign_keys: 1 });
    expect(readdirSync(dataDir).filter((name) => name.includes('.bak-'))).toEqual([]);
    expect(statSync(dataDir).mode & 0o077).toBe(0);
  });

  it('a folder that cannot be made is STORE_IO with the reason', () => {
    const file = join(tempFolder(), 'file');
    writeFileSync(file, '');
    const error = failure(() => openStore({ dataDir: join(file, 'data') }));
    expect(error.code).toBe('STORE_IO');
    expect(error.params['reason']).toMatch(/ENOTDIR|EEXIST/);
  });

  it('a file that cannot be opened is STORE_IO and stays', () => {
    const dataDir = tempFolder();
    const store = new Sqlite(join(dataDir, 'other'));
    store.close();
    expect(failure(() => new Sqlite(join(dataDir, 'none', 'x.sqlite'))).code).toBe('STORE_IO');
  });
});

describe('migrations', () => {
  const second: Migration = (db) => db.script("CREATE TABLE later (x TEXT); INSERT INTO later VALUES ('new')");

  it('an older file is copied to .bak-vN first, then brought up', () => {
    const dataDir = tempFolder();
    const file = filled(dataDir, false);
    const store = open(dataDir, { migrations: [...MIGRATIONS, second] });
    expect(store.db.userVersion).toBe(MIGRATIONS.length + 1);
    expect(language(store)).toBe('zh-CN');
    const backup = new Sqlite(`${file}.bak-v${MIGRATIONS.length}`, { readonly: true });
    expect(backup.userVersion).toBe(MIGRATIONS.length);
    expect(backup.get("SELECT count(*) AS n FROM sqlite_master WHERE name = 'later'")).toEqual({ n: 0 });
    backup.close();
  });

  it('a step that fails takes all steps of this start back with it', () => {
    const dataDir = tempFolder();
    filled(dataDir, false);
    const broken: Migration = (db) => { db.script('CREATE TABLE half (x TEXT); DELETE FROM settings'); throw new Error('power cut'); };
    expect(() => openStore({ dataDir, migrations: [...MIGRATIONS, second, broken] })).toThrow('power cut');
    const store = open(dataDir);
    expect(store.db.userVersion).toBe(MIGRATIONS.length);
    expect(language(store)).toBe('zh-CN');
    expect(store.db.get("SELECT count(*) AS n FROM sqlite_master WHERE name IN ('half', 'later')")).toEqual({ n: 0 });
  });

  it('a file cut off in the middle of a migration, WAL and all, opens as it was before', () => {
    const from = tempFolder();
    const file = filled(from, false);
    const db = new Sqlite(file);
    const copy = tempFolder();
    const cut: Migration = (inside) => {
      inside.script('CREATE TABLE half (x TEXT); DELETE FROM settings');
      for (const tail of ['', '-wal']) if (existsSync(file + tail)) copyFileSync(file + tail, join(copy, `sluice.sqlite${tail}`));
      throw new Error('power cut');
    };
    expect(() => db.transaction(() => cut(db))).toThrow('power cut');
    db.close();
    const store = open(copy);
    expect(store.restored).toBeNull();
    expect(language(store)).toBe('zh-CN');
    expect(store.db.get("SELECT count(*) AS n FROM sqlite_master WHERE name = 'half'")).toEqual({ n: 0 });
  });

  it('a newer file is refused with both versions and left untouched', () => {
    const dataDir = tempFolder();
    const file = filled(dataDir, false);
    const db = new Sqlite(file);
    db.userVersion = 99;
    db.close();
    const before = readFileSync(file);
    const error = failure(() => openStore({ dataDir }));
    expect(error.code).toBe('STORE_NEWER');
    expect(error.params).toEqual({ file: 'sluice.sqlite', found: 99, known: MIGRATIONS.length });
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

describe('damage', () => {
  it('a file that is no database is kept aside and the last backup takes its place', () => {
    const dataDir = tempFolder();
    const file = filled(dataDir, true);
    writeFileSync(file, 'this is not a database, whatever its name says '.repeat(50));
    const store = open(dataDir, { now: START + DAY });
    expect(store.restored).toMatchObject({ code: 'STORE_CORRUPT', params: { file: 'sluice.sqlite', keptAs: 'sluice.sqlite.corrupt-2026-05-02', restoredFrom: 'sluice.sqlite.bak-2026-05-01' } });
    expect(readFileSync(join(dataDir, 'sluice.sqlite.corrupt-2026-05-02'), 'utf8')).toContain('not a database');
    expect(language(store)).toBe('zh-CN');
  });

  it('pages overwritten in the middle are found by quick_check', () => {
    const dataDir = tempFolder();
    const file = filled(dataDir, true);
    const bytes = readFileSync(file);
    bytes.fill(0xa5, 4096, bytes.length);
    writeFileSync(file, bytes);
    const store = open(dataDir);
    expect(store.restored?.code).toBe('STORE_CORRUPT');
    expect(language(store)).toBe('zh-CN');
  });

  it('an emptied file is damage when there are backups', () => {
    const dataDir = tempFolder();
    writeFileSync(filled(dataDir, true), '');
    const store = open(dataDir);
    expect(store.restored?.params['restoredFrom']).toBe('sluice.sqlite.bak-2026-05-01');
    expect(language(store)).toBe('zh-CN');
  });

  it('a damaged backup is passed over for an older sound one', () => {
    const dataDir = tempFolder();
    const file = filled(dataDir, true);
    utimesSync(`${file}.bak-2026-05-01`, 1000, 1000);
    writeFileSync(`${file}.bak-2026-05-02`, 'junk'.repeat(2000));
    writeFileSync(file, 'junk'.repeat(2000));
    const store = open(dataDir);
    expect(store.restored?.params['restoredFrom']).toBe('sluice.sqlite.bak-2026-05-01');
  });

  it('with no backup it starts empty and says so; a second damage on a day keeps both files', () => {
    const dataDir = tempFolder();
    const file = filled(dataDir, false);
    for (const keptAs of ['sluice.sqlite.corrupt-2026-05-01', 'sluice.sqlite.corrupt-2026-05-01-2']) {
      writeFileSync(file, 'junk'.repeat(2000));
      const store = openStore({ dataDir, now: () => START });
      expect(store.restored?.params).toMatchObject({ keptAs, restoredFrom: '' });
      expect(language(store)).toBe('system');
      store.close();
    }
    expect(readdirSync(dataDir).filter((name) => name.includes('.corrupt-')).length).toBe(2);
  });
});

describe('daily backups', () => {
  it('one a day, the newest three kept, migration backups left alone', () => {
    const dataDir = tempFolder();
    const file = filled(dataDir, false);
    writeFileSync(`${file}.bak-v0`, '');
    let now = START;
    const store = openStore({ dataDir, now: () => now });
    onTestFinished(() => store.close());
    for (let day = 0; day < 5; day++, now += DAY) { store.backup(); store.backup(); }
    const names = readdirSync(dataDir).filter((name) => name.includes('.bak-')).sort();
    expect(names).toEqual(['sluice.sqlite.bak-2026-05-03', 'sluice.sqlite.bak-2026-05-04', 'sluice.sqlite.bak-2026-05-05', 'sluice.sqlite.bak-v0']);
  });
});
