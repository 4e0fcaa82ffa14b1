import { expect, test } from 'vitest';
import { dryRun } from '../../../../../../main/engines/agent/beyond/dry-run.ts';
import { runTests } from '../../../../../../main/engines/agent/beyond/run-tests.ts';
import { readTests } from '../../../../../../main/engines/agent/beyond/test-file.ts';
import { configure } from '../../../../../support/agent/configure.ts';
import { event, testPorts } from '../../../../../support/agent/probe.ts';

const CONFIG = `
a1.sources = r1
a1.channels = c1 c2
a1.sinks = k1 k2
a1.sources.r1.type = seq
a1.sources.r1.channels = c1 c2
a1.sources.r1.interceptors = i1 i2
a1.sources.r1.interceptors.i1.type = static
a1.sources.r1.interceptors.i1.key = dc
a1.sources.r1.interceptors.i1.value = north
a1.sources.r1.interceptors.i2.type = regex_filter
a1.sources.r1.interceptors.i2.regex = ^#
a1.sources.r1.interceptors.i2.excludeEvents = true
a1.sources.r1.selector.type = multiplexing
a1.sources.r1.selector.header = level
a1.sources.r1.selector.mapping.ERROR = c2
a1.sources.r1.selector.optional.ERROR = c1
a1.sources.r1.selector.default = c1
a1.channels.c1.type = memory
a1.channels.c2.type = memory
a1.sinks.k1.type = logger
a1.sinks.k1.channel = c1
a1.sinks.k2.type = null
a1.sinks.k2.channel = c2
`;

test('B20 a dry run shows the events before and after each part, and where they go', async () => {
  const { steps, routes, sinks } = await dryRun(configure(CONFIG), 'r1', [event('disk full', { level: 'ERROR' }), event('# a comment'), event('fine')], testPorts());
  expect(steps.map(({ name, type, before, after, error }) => [name, type, before.length, after.length, error])).toEqual([['i1', 'static', 3, 3, null], ['i2', 'regex_filter', 3, 2, null], ['selector', 'multiplexing', 2, 2, null]]);
  expect(steps[0]?.before[0]?.headers.has('dc')).toBe(false);
  expect(steps[0]?.after[0]?.headers.get('dc')).toBe('north');
  expect(routes.map(({ channel, optional, events }) => [channel, optional, events.map(({ body }) => body.toString())])).toEqual([['c2', false, ['disk full']], ['c1', true, ['disk full']], ['c1', false, ['fine']]]);
  expect([...sinks].map(([name, events]) => [name, events.length])).toEqual([['k1', 2], ['k2', 1]]);
});

test('B21 a part that refuses the sample is named with its error, and nothing follows', async () => {
  const broken = configure(CONFIG.replace('regex = ^#', 'regex = ('));
  const { steps, routes } = await dryRun(broken, 'r1', [event('x')], testPorts());
  expect(steps.at(-1)).toMatchObject({ name: 'i2', error: { code: 'AGENT_KEY' } });
  expect(routes).toEqual([]);
});

const TESTS = `
config: flume.conf
tests:
  - name: errors go to c2 and nowhere else that matters
    source: r1
    input:
      - { headers: { level: ERROR }, body: disk full }
      - "# a comment"
      - fine
      - { json: { b: 1, a: [2] } }
    channels:
      c2: [{ headers: { level: ERROR, dc: north }, body: disk full }]
    sinks:
      k1: [disk full, fine, { json: { a: [2], b: 1 } }]
  - name: this one is wrong
    source: r1
    input: [one, two, three]
    channels:
      c1: [one, { body: TWO }, { headers: { dc: south }, body: three }]
      c2: [four]
`;

test('B22 tests of a configuration compare what comes to channels and sinks, and show the difference', async () => {
  const { configs, agent, tests } = readTests('flume.sluice-test.yaml', TESTS);
  expect([configs, agent, tests.map(({ line }) => line)]).toEqual([['flume.conf'], null, [4, 15]]);
  const results = await runTests(tests, configure(CONFIG), testPorts());
  expect(results[0]).toEqual({ name: 'errors go to c2 and nowhere else that matters', line: 4, differences: [] });
  expect(results[1]?.differences).toEqual([
    { where: 'channel c1', lines: ['  {dc=north} one', '- TWO', '- {dc=south} three', '+ {dc=north} two', '+ {dc=north} three'] },
    { where: 'channel c2', lines: ['- four'] },
  ]);
});

test('B23 a test may expect a refusal, and one that does not come is a failure', async () => {
  const { tests } = readTests('t', 'config: c\ntests:\n  - { name: bad, source: r1, input: [x], error: i2 }\n  - { name: none, source: r9, input: [], channels: { c7: [] } }\n');
  const [refused] = await runTests(tests, configure(CONFIG.replace('regex = ^#', 'regex = (')), testPorts());
  expect(refused?.differences).toEqual([]);
  const [passed, strange] = await runTests(tests, configure(CONFIG), testPorts());
  expect(passed?.differences).toEqual([{ where: 'i2', lines: ['- an error'] }]);
  expect(strange?.differences).toEqual([{ where: 'the configuration', lines: ['- source r9', '- channel c7'] }]);
});

test.each([
  ['config: c\ntests: [\n', 3, /flow/i],
  ['config: c\ntests:\n  - name: x\n    source: r1\n    input: 5\n', 5, /tests\.0\.input/],
  ['config: c\ntests:\n  - name: x\n    source: r1\n    inputs: []\n', 3, /inputs|input/],
  ['config: c\ntests:\n  - name: x\n    source: r1\n    input: [a]\n', 3, /expects something/],
  ['config: c\ntests:\n  - name: x\n    source: r1\n    input: [{ body: a, base64: YQ== }]\n    channels: {}\n', 5, /one of body/],
])('B24 a file of tests that is not right is refused with its line: %j', (text, line, reason) => {
  try {
    readTests('t.yaml', text);
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ code: 'AGENT_TEST', params: { file: 't.yaml', reason: expect.stringMatching(reason) as string } });
    expect((error as { params: { line: number } }).params.line).toBe(line);
  }
});
