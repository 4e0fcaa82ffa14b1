import { expect, test } from 'vitest';
import { queuesHelp as en } from '../../../assets/locales/en/agent-help/queues.ts';
import { queuesHelp as zh } from '../../../assets/locales/zh-CN/agent-help/queues.ts';
import { QUEUES_SPECS } from '../../../preload/contract/agent/specs/queues.ts';

test('Q30 every type and key of the queues is explained in both languages, and nothing else is', () => {
  const wanted = Object.fromEntries(QUEUES_SPECS.map((spec) => [`${spec.kind} ${spec.type}`, Object.keys(spec.keys).sort()]));
  for (const help of [en, zh]) expect(Object.fromEntries(Object.entries(help).map(([name, { keys }]) => [name, Object.keys(keys).sort()]))).toEqual(wanted);
});
