// `sluice agent test FILE|DIR...`: runs the tests of configurations (NAME.sluice-test.yaml) and shows what differs.
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { SluiceError } from '../../../preload/contract/sluice-error.ts';
import { runTests, type TestResult } from '../../engines/agent/beyond/run-tests.ts';
import { readTests } from '../../engines/agent/beyond/test-file.ts';
import { parseAgentWords } from './agent-args.ts';
import { openConfiguration, readConfiguration } from './agent-config.ts';
import { agentPorts } from './agent-ports.ts';
import { UsageError } from './args.ts';
import { EXIT } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';
import { words } from './words.ts';

const texts = words.agent;
const USAGE = 'test FILE|DIR... [--json]';
const ENDING = '.sluice-test.yaml';

/** Exit code 1 when a test fails or none is found. */
export async function test(rest: readonly string[], terminal: Terminal): Promise<number> {
  const args = parseAgentWords(rest, USAGE);
  const { out, err } = terminal;
  if (args.words.length === 0) throw new UsageError({ kind: 'agentUsage', option: USAGE });
  let passed = 0;
  let failed = 0;
  for (const place of args.words) {
    const files = await testFiles(place);
    if (files.length === 0) { err.line(`sluice: ${texts.testNone({ place })}`); failed += 1; }
    for (const file of files) {
      for (const result of await resultsOf(file, args, terminal)) {
        const isFine = result.differences.length === 0;
        if (isFine) passed += 1;
        else failed += 1;
        if (args.json) { out.line(JSON.stringify({ type: 'test', file, ...result, passed: isFine })); continue; }
        const name = `${file}:${result.line} ${result.name}`;
        out.line(isFine ? texts.testPassed({ name }) : texts.testFailed({ name }));
        for (const { where, lines } of result.differences) for (const line of [`    ${where}`, ...lines.map((one) => `      ${one}`)]) out.line(line);
      }
    }
  }
  if (args.json) out.line(JSON.stringify({ type: 'summary', passed, failed }));
  else out.line(texts.testSummary({ passed, failed }));
  return failed === 0 ? EXIT.OK : EXIT.SYNTAX;
}

async function testFiles(place: string): Promise<readonly string[]> {
  const found = await stat(place).catch((error: unknown) => { throw SluiceError.of('AGENT_TEST', { file: place, line: 0, reason: (error as Error).message }, error); });
  if (!found.isDirectory()) return [place];
  const names = await readdir(place, { recursive: true });
  return names.filter((name) => name.endsWith(ENDING) && !name.includes('node_modules')).sort().map((name) => join(place, name));
}

async function resultsOf(file: string, given: ReturnType<typeof parseAgentWords>, terminal: Terminal): Promise<readonly TestResult[]> {
  const { configs, agent, strict, tests } = readTests(file, await readFile(file, 'utf8'));
  const args = { ...given, files: configs.map((config) => resolve(dirname(file), config)), name: agent, strict: strict || given.strict };
  const provider = openConfiguration(args, () => {}, null);
  if (!provider) return [];
  const { config } = await readConfiguration(provider, args);
  const stateDir = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  try {
    return await runTests(tests, config, agentPorts(stateDir, () => {}, terminal));
  } finally {
    await rm(stateDir, { recursive: true, force: true });
  }
}
