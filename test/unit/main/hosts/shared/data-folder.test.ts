import { describe, expect, it } from 'vitest';
import { dataFolder, systemLocale } from '../../../../../main/hosts/shared/data-folder.ts';

describe('dataFolder', () => {
  it.each([
    [{ SLUICE_DATA: '/srv/sluice' }, 'linux', '/srv/sluice'],
    [{ XDG_DATA_HOME: '/x' }, 'linux', '/x/sluice'],
    [{ XDG_DATA_HOME: 'relative' }, 'linux', '/home/a/.local/share/sluice'],
    [{ SLUICE_DATA: '' }, 'linux', '/home/a/.local/share/sluice'],
    [{}, 'darwin', '/home/a/Library/Application Support/Sluice'],
  ] as const)('%j on %s', (env, platform, folder) => {
    expect(dataFolder(env, platform, '/home/a')).toBe(folder);
  });
});

describe('systemLocale', () => {
  it.each([
    [{ LANG: 'zh_CN.UTF-8' }, 'zh-CN'],
    [{ LANG: 'de_DE@euro', LC_ALL: 'en_GB.UTF-8' }, 'en-GB'],
    [{ LANG: 'C.UTF-8' }, 'en'],
    [{ LANG: 'POSIX' }, 'en'],
    [{}, 'en'],
    [{ LANG: '!!' }, 'en'],
    [{ LANG: 'en_US', SLUICE_LANGUAGE: 'zh-CN' }, 'zh-CN'],
  ])('%j is %s', (env, locale) => {
    expect(systemLocale(env)).toBe(locale);
  });
});
