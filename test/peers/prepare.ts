// One step before the tests: every Debian package, download and build that any of them needs. What cannot be had is said in words,
// and the tests that need it skip with the same words; the exit code is 0 all the same.
import type { PeerDefinition } from './definition.ts';
import { installPackages } from './packages.ts';
import { PEERS } from './registry.ts';
import { preparePackaging } from './electron/runtime.ts';
import { TOOL_PACKAGES } from './zookeeper/tools.ts';

const BROWSER = ['chromium', 'fonts-noto-cjk', 'xvfb', 'xauth', 'xdotool', 'imagemagick'];

/** For disks that fail. */
const FAULTS = ['strace'];

/** For programs of one file that tests give to Java. */
const COMPILER = ['default-jdk-headless'];

const say = (line: string): void => { process.stdout.write(`peers: ${line}\n`); };

const packages = new Set([...Object.values(PEERS).flatMap((peer) => peer.packages), ...TOOL_PACKAGES, ...FAULTS, ...COMPILER, ...BROWSER]);
const problems = [installPackages([...packages], say)];
for (const [name, peer] of Object.entries<PeerDefinition<never, unknown>>(PEERS)) {
  const problem = await peer.prepare?.(say);
  if (problem) problems.push(`${name}: ${problem}`);
}
problems.push(await preparePackaging(say));
for (const problem of problems) if (problem) say(`cannot be had here: ${problem}`);
