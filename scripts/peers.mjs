// Prepares what the tests need beside npm packages: see test/peers/prepare.ts.
import { run } from './processes.mjs';

export function main() {
  return run(process.execPath, ['test/peers/prepare.ts']);
}
