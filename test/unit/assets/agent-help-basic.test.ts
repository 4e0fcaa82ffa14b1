import { expect, test } from 'vitest';
import { basicHelp } from '../../../assets/locales/en/agent-help/basic.ts';
import { betweenHelp } from '../../../assets/locales/en/agent-help/between.ts';
import { basicHelp as basicZh } from '../../../assets/locales/zh-CN/agent-help/basic.ts';
import { betweenHelp as betweenZh } from '../../../assets/locales/zh-CN/agent-help/between.ts';
import { BASIC_SPECS } from '../../../preload/contract/agent/specs/basic.ts';
import { BETWEEN_SPECS } from '../../../preload/contract/agent/specs/between.ts';

test.each([['N26 basic', BASIC_SPECS, [basicHelp, basicZh]], ['I70 between', BETWEEN_SPECS, [betweenHelp, betweenZh]]] as const)('%s: every type and key is explained in both languages, and nothing else is', (_, specs, helps) => {
  const wanted = Object.fromEntries(specs.map((spec) => [`${spec.kind} ${spec.type}`, Object.keys(spec.keys).sort()]));
  for (const help of helps) {
    expect(Object.fromEntries(Object.entries(help).map(([name, { keys }]) => [name, Object.keys(keys).sort()]))).toEqual(wanted);
    for (const { about, keys } of Object.values(help) as readonly { about: string; keys: Record<string, string> }[]) for (const text of [about, ...Object.values(keys)]) expect(text).toMatch(/\S.*[.。]$/);
  }
});
