import { describe, expect, it, onTestFinished } from 'vitest';
import { SettingsService } from '../../../../main/services/settings.ts';
import { openStore } from '../../../../main/store/open.ts';
import { SettingsRows } from '../../../../main/store/settings.ts';
import { FakeHost } from '../support/app-parts.ts';
import { tempFolder } from '../support/temp.ts';

describe('settings', () => {
  it('reach the host at the start and when they change, and stay', () => {
    const store = openStore({ dataDir: tempFolder() });
    onTestFinished(() => store.close());
    const host = new FakeHost();
    const settings = new SettingsService({ rows: new SettingsRows(store.db), host, systemLocale: 'zh_CN.UTF-8' });
    expect(host.told).toEqual(['locale zh-CN', 'theme system']);
    settings.change({ language: 'en', theme: 'dark' });
    settings.change({ density: 'compact', theme: undefined });
    expect(host.told.slice(2)).toEqual(['locale en', 'theme dark']);
    const again = new SettingsService({ rows: new SettingsRows(store.db), host, systemLocale: 'de' });
    expect(again.get()).toMatchObject({ language: 'en', theme: 'dark', density: 'compact' });
    expect(again.locale()).toBe('en');
  });
});
