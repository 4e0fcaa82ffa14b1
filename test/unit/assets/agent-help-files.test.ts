import { expect, test } from 'vitest';
import { FILES_SPECS } from '../../../preload/contract/agent/specs/files.ts';
import { filesHelp as english } from '../../../assets/locales/en/agent-help/files.ts';
import { filesHelp as chinese } from '../../../assets/locales/zh-CN/agent-help/files.ts';

test.each([['en', english], ['zh-CN', chinese]] as const)('F99 every type and key of files is explained (%s)', (_locale, help) => {
  const table: Readonly<Record<string, { readonly about: string; readonly keys: Readonly<Record<string, string>> }>> = help;
  expect(Object.keys(table).sort()).toEqual(FILES_SPECS.map(({ kind, type }) => `${kind} ${type}`).sort());
  for (const { kind, type, keys, families } of FILES_SPECS) {
    const entry = table[`${kind} ${type}`];
    expect(entry?.about.length).toBeGreaterThan(3);
    expect(Object.keys(entry?.keys ?? {}).sort(), type).toEqual([...Object.keys(keys), ...(families ?? []).map(({ pattern }) => pattern)].sort());
  }
});
