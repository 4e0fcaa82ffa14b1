import { expect, test } from 'vitest';
import { CHANNELS_SPECS } from '../../../preload/contract/agent/specs/channels.ts';
import { channelsHelp as english } from '../../../assets/locales/en/agent-help/channels.ts';
import { channelsHelp as chinese } from '../../../assets/locales/zh-CN/agent-help/channels.ts';

test.each([['en', english], ['zh-CN', chinese]] as const)('K99 every type and key of the channels is explained (%s)', (_locale, help) => {
  const table: Readonly<Record<string, { readonly about: string; readonly keys: Readonly<Record<string, string>> }>> = help;
  expect(Object.keys(table).sort()).toEqual(CHANNELS_SPECS.map(({ kind, type }) => `${kind} ${type}`).sort());
  for (const { kind, type, keys } of CHANNELS_SPECS) {
    const entry = table[`${kind} ${type}`];
    expect(entry?.about.length).toBeGreaterThan(3);
    expect(Object.keys(entry?.keys ?? {}).sort(), type).toEqual(Object.keys(keys).sort());
  }
});
