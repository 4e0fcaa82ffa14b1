// Runs every file of test/bench in turn, or those whose names hold one of the words given.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isBuilt, build } from './build.mjs';
import { root } from './node-version.mjs';
import { run } from './processes.mjs';

export async function main(_name, words) {
  const built = isBuilt() ? 0 : await build();
  if (built !== 0) return built;
  const files = readdirSync(join(root, 'test/bench')).filter((file) => file.endsWith('.bench.ts') && (words.length === 0 || words.some((word) => file.includes(word))));
  if (files.length === 0) {
    console.error('No bench of that name in test/bench.');
    return 2;
  }
  let code = 0;
  for (const file of files.sort()) code = Math.max(code, await run(process.execPath, [join('test/bench', file)]));
  return code;
}
