// Types and lint. Each prints nothing when it is content.
import { cpus } from 'node:os';
import { join } from 'node:path';
import { root } from './node-version.mjs';
import { capture, run } from './processes.mjs';

const PROJECTS = ['tsconfig.node.json', 'tsconfig.renderer.json', 'tsconfig.preload.json', 'tsconfig.e2e.json'];

/** Checks all tsconfigs, two at a time; answers the exit code. */
export async function typecheck() {
  const waiting = [...PROJECTS];
  let code = 0;
  const work = async () => {
    for (let project = waiting.shift(); project; project = waiting.shift()) {
      const result = await capture(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', project, '--pretty', 'false']);
      if (result.code !== 0) {
        code = 1;
        console.error(`${project}:\n${result.output.trimEnd()}`);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, cpus().length) }, work));
  return code;
}

export function lint() {
  return run(process.execPath, [join(root, 'node_modules/eslint/bin/eslint.js'), '.', '--max-warnings', '0', '--cache', '--cache-location', 'node_modules/.cache/eslint/']);
}

export function main(name) {
  return name === 'lint' ? lint() : typecheck();
}
