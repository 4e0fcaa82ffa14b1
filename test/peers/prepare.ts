// One step before the tests: every Debian package, download and build that any of them needs. What cannot be had is said in words,
// and the tests that need it skip with the same words; the exit code is 0 all the same.
import { installPackages } from './packages.ts';
import { PEERS } from './registry.ts';
import { preparePackaging, prepareRuntime } from './electron/runtime.ts';

const BROWSER = ['chromium', 'fonts-noto-cjk', 'xvfb', 'xauth', 'xdotool', 'imagemagick'];

const say = (line: string): void => { process.stdout.write(`peers: ${line}\n`); };

const packages = new Set([...Object.values(PEERS).flatMap((peer) => peer.packages), ...BROWSER]);
const problems = [installPackages([...packages], say), await prepareRuntime(say), await preparePackaging(say)];
for (const problem of problems) if (problem) say(`cannot be had here: ${problem}`);
