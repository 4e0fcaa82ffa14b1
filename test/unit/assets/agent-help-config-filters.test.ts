import { expect, test } from 'vitest';
import { configFiltersHelp as en } from '../../../assets/locales/en/agent-help/config-filters.ts';
import { configFiltersHelp as zh } from '../../../assets/locales/zh-CN/agent-help/config-filters.ts';
import { CONFIG_FILTERS_SPECS } from '../../../preload/contract/agent/specs/config-filters.ts';

test('C6 every config filter and key is explained in both languages, and nothing else is', () => {
  const wanted = Object.fromEntries(CONFIG_FILTERS_SPECS.map((spec) => [`${spec.kind} ${spec.type}`, Object.keys(spec.keys).sort()]));
  for (const help of [en, zh]) expect(Object.fromEntries(Object.entries(help).map(([name, { keys }]) => [name, Object.keys(keys).sort()]))).toEqual(wanted);
});
