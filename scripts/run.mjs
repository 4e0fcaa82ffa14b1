// The one door of the npm scripts: `node scripts/run.mjs NAME [options]`.
// It brings the dependencies, goes over to a fitting Node, and hands on. Plain words that an old Node can still read.
import { ensureInstalled } from './install.mjs';
import { fittingNode, fits, withTools } from './node-version.mjs';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const COMMANDS = {
  start: () => import('./start.mjs'),
  test: () => import('./suite.mjs'),
  e2e: () => import('./suite.mjs'),
  build: () => import('./build.mjs'),
  typecheck: () => import('./checks.mjs'),
  lint: () => import('./checks.mjs'),
  bench: () => import('./bench.mjs'),
  dist: () => import('./dist.mjs'),
  peers: () => import('./peers.mjs'),
};

const name = process.argv[2];
const rest = process.argv.slice(3);

/** Runs this file once more under `node` and ends as that run ends. */
function goOver(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), name].concat(rest), { stdio: 'inherit', env: withTools(process.env) });
  ['SIGINT', 'SIGTERM', 'SIGHUP'].forEach((signal) => process.on(signal, () => child.kill(signal)));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : code));
}

function main() {
  if (!name || !Object.prototype.hasOwnProperty.call(COMMANDS, name)) {
    console.error('usage: node scripts/run.mjs ' + Object.keys(COMMANDS).join('|') + ' [options]');
    return process.exit(2);
  }
  if (!ensureInstalled()) return process.exit(1);
  const node = fittingNode();
  if (node.problem) {
    console.error(node.problem);
    return process.exit(1);
  }
  if (!fits(process.versions.node) || node.path !== process.execPath) return goOver(node.path);
  Object.assign(process.env, withTools(process.env));
  return COMMANDS[name]()
    .then((module) => module.main(name, rest))
    .then((code) => process.exit(code))
    .catch((error) => {
      console.error('sluice ' + name + ': ' + (error && error.stack ? error.stack : String(error)));
      process.exit(1);
    });
}

main();
