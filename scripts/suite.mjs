// `npm test`: peers, build, types, lint and every test project, one after another, and one line at the end that sums them.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { lint, typecheck } from './checks.mjs';
import { root } from './node-version.mjs';
import { main as preparePeers } from './peers.mjs';
import { run } from './processes.mjs';

const PARTS = [['architecture', 'unit', 'renderer', 'conformance'], ['interop'], ['e2e']];

const seconds = (begun) => `${((performance.now() - begun) / 1000).toFixed(0)} s`;

async function step(name, work) {
  console.log(`\n== ${name}`);
  const begun = performance.now();
  const result = await work();
  console.log(`== ${name}: ${seconds(begun)}`);
  return result;
}

/** Runs some test projects; a run that came to no summary counts as one failure. */
async function vitest(projects, filters, folder) {
  const summary = join(folder, `${projects[0]}.json`);
  const args = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...projects.flatMap((name) => ['--project', name]), '--reporter=default', '--reporter=./scripts/reporter.mjs', '--passWithNoTests', ...filters];
  const code = await run(process.execPath, args, { env: { ...process.env, SLUICE_TEST_SUMMARY: summary } });
  try {
    const result = JSON.parse(readFileSync(summary, 'utf8'));
    if (code !== 0 && result.failed === 0) {
      result.failed = 1;
      result.failures.push(`${projects.join(', ')}: vitest ended with ${code}`);
    }
    return result;
  } catch {
    return { passed: 0, failed: 1, skipped: 0, failures: [`${projects.join(', ')}: vitest ended with ${code} and no result`], skips: [] };
  }
}

function check(name, code) {
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0, failures: code === 0 ? [] : [name], skips: [] };
}

/** A test that was skipped in silence fails a whole run; one that a filter left out is nothing. */
function report(results, isWhole) {
  const skips = results.flatMap((result) => result.skips);
  if (skips.length > 0) console.log('\nSkipped, and why:');
  for (const { file, test, reason } of skips) console.log(`  ${file}: ${test}${reason ? ` (${reason})` : ''}`);
  const silent = isWhole ? skips.filter(({ told }) => !told) : [];
  const failures = [...results.flatMap((result) => result.failures), ...silent.map(({ file, test }) => `${file}: ${test}: skipped without a reason`)];
  if (failures.length > 0) console.log('\nFailed:');
  for (const failure of failures) console.log(`  ${failure.split('\n')[0]}`);
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  console.log(`\n${sum('passed')} passed, ${sum('failed') + silent.length} failed, ${sum('skipped')} skipped`);
  return failures.length === 0 && sum('failed') === 0 ? 0 : 1;
}

export async function main(name, filters) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-test-'));
  const results = [];
  try {
    await step('peers', preparePeers);
    const built = await step('build', build);
    if (built !== 0) results.push(check('the build', built));
    if (name === 'test') {
      results.push(check('types', await step('types', typecheck)));
      results.push(check('lint', await step('lint', lint)));
    }
    for (const projects of name === 'e2e' ? [['e2e']] : PARTS) {
      results.push(await step(projects.join(', '), () => vitest(projects, filters, folder)));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return report(results, filters.length === 0);
}
