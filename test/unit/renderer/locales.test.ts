import { describe, expect, it } from 'vitest';
import { messages } from '../../../assets/locales/index.ts';

describe('the catalogue of the screens', () => {
  it('the sentence of a plan names only what will be done, in both languages', () => {
    const plan = { copy: 1204, update: 1, attributes: 0, delete: 3, skipped: 2, bytes: '3.1 GB', target: 'nas-01:/backup' };
    expect(messages.en.screens.plan.sentence(plan)).toBe('Will copy **1,204** entries, update **1** file, and delete **3** entries on **nas-01:/backup** (3.1 GB of files); 2 skipped.');
    expect(messages['zh-CN'].screens.plan.sentence(plan)).toBe('将在 **nas-01:/backup** 上复制 **1,204** 项、更新 **1** 个文件、删除 **3** 项（文件共 3.1 GB）；跳过 2 项。');
    expect(messages.en.screens.plan.sentence({ ...plan, copy: 0, update: 0, delete: 0 })).toBe('Nothing will be done on **nas-01:/backup**: 2 changes are skipped.');
  });

  it('no Chinese text was left in English', () => {
    const left: string[] = [];
    const allowed = /^(rsync|English|Sluice|JSON|)$/;
    const walk = (en: unknown, zh: unknown, path: string): void => {
      if (typeof en === 'string') { if (en === zh && /[a-z]{3}/i.test(en) && !allowed.test(en)) left.push(path); return; }
      if (typeof en === 'object' && en !== null) for (const [key, value] of Object.entries(en)) walk(value, (zh as Record<string, unknown>)[key], `${path}.${key}`);
    };
    walk(messages.en.screens, messages['zh-CN'].screens, 'screens');
    expect(left).toEqual([]);
  });
});
