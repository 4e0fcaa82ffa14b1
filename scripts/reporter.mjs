// A vitest reporter that writes what a run came to as one JSON file (SLUICE_TEST_SUMMARY), for the sum at the end of `npm test`.
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from './node-version.mjs';

/** Where the test itself does not say why it was skipped, its title or its suite's does, in brackets: (needs root), (the Debian packages ... are missing). */
const REASON = /\([^)]*\s[^)]*\)/;

export default class SummaryReporter {
  onTestRunEnd(modules, unhandled) {
    const summary = { passed: 0, failed: 0, skipped: 0, failures: [], skips: [] };
    for (const module of modules) {
      const file = relative(root, module.moduleId);
      for (const test of module.children.allTests()) {
        const { state, note } = test.result();
        if (state === 'passed') summary.passed += 1;
        else if (state === 'failed') {
          summary.failed += 1;
          summary.failures.push(`${file}: ${test.fullName}`);
        } else {
          summary.skipped += 1;
          summary.skips.push({ file, test: test.fullName, reason: note ?? '', told: Boolean(note) || REASON.test(test.fullName) });
        }
      }
      const broken = [...module.errors(), ...[...module.children.allSuites()].flatMap((suite) => suite.errors())];
      if (broken.length > 0) {
        summary.failed += 1;
        summary.failures.push(`${file}: ${broken[0].message}`);
      }
    }
    for (const error of unhandled) {
      summary.failed += 1;
      summary.failures.push(`outside of any test: ${error.message}`);
    }
    writeFileSync(process.env.SLUICE_TEST_SUMMARY, JSON.stringify(summary));
  }
}
