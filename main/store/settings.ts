// The settings table: one JSON value a key. An unknown or unreadable value counts as not set.
import { Settings } from '../../preload/contract/domain.ts';
import type { Sqlite } from './sqlite.ts';

export const DEFAULT_SETTINGS: Settings = { language: 'system', theme: 'system', density: 'compact', onClose: 'ask', showHidden: false, coordination: null };

export class SettingsRows {
  private readonly db: Sqlite;

  constructor(db: Sqlite) {
    this.db = db;
  }

  load(): Settings {
    let settings = DEFAULT_SETTINGS;
    for (const { key, value } of this.db.all<{ key: string; value: string }>('SELECT key, value FROM settings')) {
      const known = parse(value);
      if (known === undefined) continue;
      const parsed = Settings.partial().safeParse({ [key]: known });
      if (parsed.success) settings = { ...settings, ...parsed.data } as Settings;
    }
    return settings;
  }

  save(change: Partial<Settings>): void {
    this.db.transaction(() => {
      for (const [key, value] of Object.entries(change)) {
        this.db.run('INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value', key, JSON.stringify(value));
      }
    });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
