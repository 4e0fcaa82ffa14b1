import { expect, test } from 'vitest';
import { loadConfiguration } from '../../../../../../main/engines/agent/config/load.ts';
import { settingsOf } from '../../../../../../main/engines/agent/runner/settings.ts';

const BASE = `a1.sources = r1
a1.channels = c1
a1.sinks = k1
a1.sources.r1.type = seq
a1.sources.r1.channels = c1
a1.channels.c1.type = memory
a1.sinks.k1.type = null
a1.sinks.k1.channel = c1
`;
const load = (more: string): ReturnType<typeof loadConfiguration> =>
  loadConfiguration({ files: [{ name: 'f', bytes: Buffer.from(BASE + more) }], mode: 'helpful', env: {}, systemProperties: {}, now: 0, vault: null });

test('C11 our own keys of sinks and agents are known, checked, and misspelt ones are told', async () => {
  const right = await load('a1.sinks.k1.sluice.deadLetterAfter = 3\na1.sluice.provenance = 50\na1.sluice.exclusive = zk1:2181/a1\n');
  expect(right.lints.map(({ code }) => code)).toEqual(['SETTINGS_OURS', 'SETTINGS_OURS']);
  const config = right.agents.get('a1');
  expect(config?.sinks.get('k1')?.properties.get('sluice.deadLetterAfter')?.value).toBe('3');
  expect(config && settingsOf(config)).toEqual({ exclusive: 'zk1:2181/a1', provenance: 50, deadLetters: true });
  const wrong = await load('a1.sinks.k1.sluice.deadLetersAfter = 3\na1.sluice.provenanc = 50\na1.sluice.deadLetters = off\n');
  expect(wrong.lints.map(({ code, line, params, fix }) => [code, line, params['nearest'] ?? '', fix !== undefined])).toEqual([
    ['KEY_UNKNOWN', 9, 'sluice.deadLetterAfter', true], ['KEY_UNKNOWN', 10, 'sluice.provenance', true], ['SETTINGS_OURS', 11, '', false], ['FLAG_WRONG', 11, '', false],
  ]);
  const broken = await load('a1.sinks.k1.sluice.deadLetterAfter = many\n');
  expect(broken.lints.map(({ code, severity }) => [code, severity])).toContainEqual(['NUMBER_WRONG', 'error']);
});
